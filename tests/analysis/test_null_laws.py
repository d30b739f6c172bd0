# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever a run of a function shows a pointer test to be, the analysis had as a possible outcome."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from rewriter.analysis.null import pointer_tests
from rewriter.cfg.build import build_cfg
from rewriter.syntax.parse import parse

# A condition is a test ("var", form), a logical ("&&" or "||", left, right), ("!", inner) or ("ask",).
# A statement is ("set", var, value), ("if", condition, then, else), ("while", condition, body) or a jump.
Tree = tuple[object, ...]

VARIABLES = st.sampled_from("abc")
TESTS = st.tuples(st.just("test"), VARIABLES, st.sampled_from(["{}", "!{}", "{} == NULL", "NULL != {}"]))
CONDITIONS = st.recursive(
    TESTS | st.just(("ask",)),
    lambda inner: st.tuples(st.sampled_from(["&&", "||"]), inner, inner) | st.tuples(st.just("!"), inner),
    max_leaves=4,
)
VALUES = st.sampled_from(["NULL", "&spare", "ask()", "a", "b", "c"])
SETS = st.tuples(st.just("set"), VARIABLES, VALUES)
JUMPS = st.sampled_from([("break",), ("continue",), ("return",)])
STATEMENTS = st.recursive(
    SETS | JUMPS,
    lambda inner: (
        st.tuples(st.just("if"), CONDITIONS, st.lists(inner, max_size=3), st.lists(inner, max_size=2))
        | st.tuples(st.just("while"), CONDITIONS, st.lists(inner, max_size=3))
    ),
    max_leaves=8,
)


@dataclass
class Program:
    """The text of a function, and where its tests stand in it."""

    text: str = "void f(struct s *a, struct s *b, struct s *c)\n{\n\tfor (;;) {\n"
    places: dict[int, int] = field(default_factory=dict)

    def condition(self, tree: Tree) -> None:
        match tree:
            case ("test", variable, form):
                assert isinstance(form, str)
                self.places[id(tree)] = len(self.text)
                self.text += form.format(variable)
            case ("ask",):
                self.text += "ask()"
            case ("!", inner):
                assert isinstance(inner, tuple)
                self.text += "!(0 || ("
                self.condition(inner)
                self.text += "))"
            case (operator, left, right):
                assert isinstance(left, tuple) and isinstance(right, tuple)
                self.text += "("
                self.condition(left)
                self.text += f" {operator} "
                self.condition(right)
                self.text += ")"

    def statements(self, trees: list[Tree]) -> None:
        for tree in trees:
            match tree:
                case ("set", variable, value):
                    self.text += f"{variable} = {value};\n"
                case ("if", condition, then, otherwise):
                    self.text += "if ("
                    self.condition(condition)  # type: ignore[arg-type]
                    self.text += ") {\n"
                    self.statements(then)  # type: ignore[arg-type]
                    self.text += "} else {\n"
                    self.statements(otherwise)  # type: ignore[arg-type]
                    self.text += "}\n"
                case ("while", condition, body):
                    self.text += "while ("
                    self.condition(condition)  # type: ignore[arg-type]
                    self.text += ") {\n"
                    self.statements(body)  # type: ignore[arg-type]
                    self.text += "}\n"
                case (jump,):
                    self.text += f"{jump};\n"


class RunOverError(Exception):
    """The run is over."""


class Run:
    """One run with fixed answers of ``ask()``; it ends when those are used up."""

    def __init__(self, answers: list[bool], variables: dict[str, bool]) -> None:
        self.answers = list(answers)
        self.values = variables
        self.seen: dict[int, set[bool]] = defaultdict(set)
        self.steps = 0

    def ask(self) -> bool:
        if not self.answers:
            raise RunOverError
        return self.answers.pop()

    def holds(self, tree: Tree) -> bool:
        match tree:
            case ("test", variable, form):
                assert isinstance(variable, str)
                value = self.values[variable] == (form in ("{}", "NULL != {}"))
                self.seen[id(tree)].add(value)
                return value
            case ("ask",):
                return self.ask()
            case ("!", inner):
                return not self.holds(inner)  # type: ignore[arg-type]
            case ("&&", left, right):
                return self.holds(left) and self.holds(right)  # type: ignore[arg-type]
            case (_, left, right):
                return self.holds(left) or self.holds(right)  # type: ignore[arg-type]
        raise AssertionError(tree)

    def run(self, trees: list[Tree]) -> str:
        for tree in trees:
            self.steps += 1
            if self.steps > 60:
                raise RunOverError
            match tree:
                case ("set", variable, value):
                    assert isinstance(variable, str) and isinstance(value, str)
                    known = {"NULL": False, "&spare": True}
                    if value == "ask()":
                        self.values[variable] = self.ask()
                    else:
                        self.values[variable] = known.get(value, self.values.get(value, False))
                case ("if", condition, then, otherwise):
                    jump = self.run(then if self.holds(condition) else otherwise)  # type: ignore[arg-type]
                    if jump:
                        return jump
                case ("while", condition, body):
                    while self.holds(condition):  # type: ignore[arg-type]
                        self.steps += 1
                        if self.steps > 60:
                            raise RunOverError
                        jump = self.run(body)  # type: ignore[arg-type]
                        if jump == "break":
                            break
                        if jump == "return":
                            return jump
                case (jump,):
                    return str(jump)
        return ""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(STATEMENTS, min_size=1, max_size=6),
    st.lists(st.lists(st.booleans(), max_size=12), min_size=1, max_size=8),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_no_outcome_of_a_run_is_missing(trees: list[Tree], runs: list[list[bool]], start: list[bool]) -> None:
    # Equal subtrees may be one object; a copy of each gives every test a place of its own.
    trees = [_copy(tree) for tree in trees]
    program = Program()
    program.statements(trees)
    program.text += "}\n}\n"
    unit = parse("case.c", program.text.encode())
    assert not unit.skipped, program.text
    known = {t.span.start: t.outcomes for t in pointer_tests(build_cfg(unit.node(unit.functions()[0])))}
    for answers in runs:
        run = Run(answers, dict(zip("abc", start, strict=True)))
        try:
            while run.run(trees) in ("", "continue") and run.steps < 60:
                pass
        except RunOverError:
            pass
        for test, outcomes in run.seen.items():
            assert outcomes <= known[program.places[test]], program.text


def _copy(tree: object) -> Tree:
    def copy(part: object) -> object:
        if isinstance(part, tuple):
            return tuple([copy(p) for p in part])
        return [copy(p) for p in part] if isinstance(part, list) else part

    made = copy(tree)
    assert isinstance(made, tuple)
    return made
