# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a metavariable may stand for a value: its constraint, its places, the analysis' answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from rewriter.match.comments import comments_around
from rewriter.match.environment import Code, Environment, Home, Location, Positions, Unbound, Value
from rewriter.match.infer import Types
from rewriter.match.kinds import EXPRESSIONS
from rewriter.match.manner import Manner
from rewriter.match.scopes import Scopes
from rewriter.match.sized import is_type
from rewriter.match.spelling import spelled
from rewriter.smpl.lexer import Token
from rewriter.smpl.patch import (
    AllC,
    AnyC,
    Asks,
    Compared,
    Constraint,
    Matches,
    Metavariable,
    NotC,
    OneOf,
    Part,
    Python,
    single,
)
from rewriter.smpl.validate import references
from rewriter.source.text import Lines, Source
from rewriter.syntax.tree import Node, walk

#: Answers a question of the analysis about a value: (question, value, node, all values) to yes or no.
Oracle = Callable[[Asks, Value, "Node | None", Mapping[str, "Value | None"]], bool]
#: Evaluates a script constraint with the values of its parameters.
Evaluate = Callable[[Python, Mapping[str, Value | None]], bool]


@dataclass(slots=True)
class Context:
    """What a match needs to know besides pattern and code."""

    source: Source
    lines: Lines
    path: str
    element: str  # the function or declaration that is being matched
    home: Home  # the same as scripts are told of it
    metavariables: Mapping[str, Metavariable]
    tokens: Mapping[int, Token]
    inherited: Mapping[str, Value]  # values of earlier rules by "rule.name"
    ask: Oracle
    evaluate: Evaluate
    tests: Callable[[], frozenset[int]]  # ids of the nodes that are tested for truth
    types: Callable[[], Types]
    own_types: Callable[[], Types]  # those that the file alone declares
    scopes: Callable[[], Scopes]
    macros: Callable[[], Mapping[str, Node]]  # the definitions of macros inside the function, by name
    transforms: bool  # whether the rule changes code
    plus: Mapping[int, bool]  # tokens that plus code is tied to, and whether all of it is written ``++``
    led: frozenset[int]  # tokens that plus code is added before, but none behind
    qualified: frozenset[int] = frozenset()  # tokens that qualifiers are added before
    statements_only: frozenset[int] = frozenset()  # ``=`` that stands for no initial value
    macro_call: int = -1  # where the element starts if it is a macro call
    barred: frozenset[int] = frozenset()  # tokens that match nothing: their plus code needs what is unbound
    manner: Manner = field(default_factory=Manner)
    disabled: frozenset[str] = frozenset()  # names of isomorphisms the rule does without
    _places: dict[tuple[str, int, int], bool] = field(default_factory=dict)

    def attached(self, token: int) -> tuple[str, ...]:
        """Give the position metavariables attached to a token."""
        found = self.tokens.get(token)
        return found.attached if found is not None else ()

    def removed(self, token: int) -> bool:
        """Tell whether a token is minus code."""
        found = self.tokens.get(token)
        return found is not None and found.removed

    def location(self, start: int, end: int) -> Location:
        """Give the place of the bytes ``start`` to ``end``."""
        line, last = self.lines.line(start), self.lines.line(end)
        return Location(
            self.path,
            self.element,
            line,
            self.lines.column(start),
            last,
            self.lines.column(end),
            start,
            end,
            self.home,
        )

    def place(self, name: str, start: int, end: int) -> Location:
        """Give the place that ``name``, a position or comments, stands for."""
        here = self.location(start, end)
        if self.metavariables[name].kind != "comments":
            return here
        return replace(here, comments=comments_around(self.source.text, start, end))

    def place_allowed(self, token: int, name: str, start: int, end: int, node: Node | None) -> bool:
        """Tell whether the position ``name``, attached to ``token``, may be at these bytes."""
        declared = self.metavariables[name]
        if not declared.origin and declared.constraint is None:
            return True
        key = (name, start, end)
        if key not in self._places:
            here = self.location(start, end)
            known = self.metavariables.get(self.tokens[token].text) if token in self.tokens else None
            if known is not None and known.kind == "type":
                here = self._whole(declared, here)
            self._places[key] = self._place(declared, here, node)
        return self._places[key]

    def _whole(self, declared: Metavariable, here: Location) -> Location:
        """Give the place of the type that ``here`` is a word or a star of, if it is one to compare with."""
        values = (self.inherited.get(key) for key in (declared.key, *references(declared.constraint)))
        places = (place for value in values if isinstance(value, Positions) for place in value.places)
        around = (p for p in places if p.file == here.file and p.start <= here.start and here.end <= p.end)
        return next(around, here)

    def _place(self, declared: Metavariable, here: Location, node: Node | None) -> bool:
        if declared.origin:
            value = self.inherited.get(declared.key)
            if not isinstance(value, Positions) or here not in value.places:
                return False
        if declared.constraint is None:
            return True
        value = Positions(frozenset({here}))
        values = {m.name: self.inherited.get(m.key) for m in self.metavariables.values() if m.origin}
        return self.may_hold(declared.constraint, value, node, {**values, declared.name: value})

    def may_hold(
        self,
        constraint: Constraint,
        value: Value,
        node: Node | None,
        values: Mapping[str, Value | None],
    ) -> bool:
        """Evaluate a constraint, unless it asks a script about a metavariable that nothing has bound yet."""
        later = any(values.get(name) is None for name in parameters(constraint) & self.metavariables.keys())
        return later or self.holds(constraint, value, node, values)

    def holds(
        self,
        constraint: Constraint,
        value: Value,
        node: Node | None,
        values: Mapping[str, Value | None],
    ) -> bool:
        """Evaluate a constraint for a value."""
        match constraint:
            case Matches(pattern):
                searched = _searched(value)
                return searched is not None and re.search(pattern, searched) is not None
            case OneOf(wanted):
                return any(self._equals(value, w) for w in wanted)
            case Part(wanted):
                return isinstance(value, Code) and all(self._is_part(value, w) for w in wanted)
            case Compared(low, high):
                number = _number(value.key) if isinstance(value, Code) else None
                return (
                    number is not None and (low is None or low <= number) and (high is None or number <= high)
                )
            case Asks():
                return self.ask(constraint, value, node, values)
            case Python(parameters=names, inherited=others):
                known = {name: self.inherited.get(key) for name, key in others}
                return self.evaluate(constraint, {**{p: values.get(p, value) for p in names}, **known})
            case NotC(operand):
                return not self.holds(operand, value, node, values)
            case AllC(operands):
                return all(self.holds(o, value, node, values) for o in operands)
            case AnyC(operands):
                return any(self.holds(o, value, node, values) for o in operands)

    def _equals(self, value: Value, wanted: str) -> bool:
        if "." in wanted and not wanted[0].isdigit():
            other = self.inherited.get(wanted)
            if isinstance(value, Positions) and isinstance(other, Positions):
                return value.places <= other.places
            same = isinstance(value, Code) and isinstance(other, Code) and value.meant == other.meant
            return same or (other is not None and other == value)
        return isinstance(value, Code) and (value.key == wanted or is_type(wanted, value.key))

    def _is_part(self, value: Code, wanted: str) -> bool:
        whole = self.inherited.get(wanted)
        if not isinstance(whole, Code) or whole.node is None:
            return isinstance(whole, Code) and whole.key == value.key
        return any(n.kind in EXPRESSIONS and spelled([n]) == value.key for n in walk(whole.node))

    def is_tested(self, node: Node) -> bool:
        """Tell whether ``node`` stands where a truth value is asked for."""
        return id(node) in self.tests()

    def is_local(self, node: Node) -> bool:
        """Tell whether an identifier names a parameter or a non-static local of the function."""
        return self.scopes().is_local(node)


def parameters(constraint: Constraint) -> frozenset[str]:
    """Give the metavariables that the scripts in a constraint are told of."""
    return frozenset(n for one in single(constraint) if isinstance(one, Python) for n in one.parameters)


def _searched(value: Value) -> str | None:
    """Give what a regexp is compared with: of an expression only a name or a constant, of a character itself.

    Strings keep their quotes, characters have none; what says how wide they are belongs to neither.
    """
    if not isinstance(value, Code):
        return None
    match value.kind:
        case "char_literal":
            return value.key[value.key.index("'") + 1 : -1]
        case "string_literal":
            return value.key[value.key.index('"') :]
        case "type_descriptor":
            return value.key
        case kind:
            return value.key if " " not in value.key or kind not in EXPRESSIONS else None


def _number(text: str) -> int | None:
    digits = text.rstrip("uUlL")
    try:
        octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        return int(digits, 8 if octal else 0)
    except ValueError:
        return None


def admits(context: Context, name: str, value: Code, node: Node | None, env: Environment) -> bool:
    """Tell whether the metavariable ``name`` may stand for ``value``."""
    declared = context.metavariables.get(name)
    if declared is None or declared.constraint is None:
        return True
    values: dict[str, Value | None] = {}
    for parameter in context.metavariables:
        known = value if parameter == name else env.get(parameter)
        values[parameter] = None if isinstance(known, Unbound) else known
    return context.may_hold(declared.constraint, value, node, values)


def counted(context: Context, length: str, count: int, env: Environment) -> Environment | None:
    """Bind the metavariable for a list's length, unless it has another value or may not have this one."""
    value = Code(str(count), str(count).encode())
    bound = env.bind(length, value)
    return bound if bound is not None and admits(context, length, value, None, bound) else None
