# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluate expressions on what is known of pointers: NULL, not NULL, or either.

In ``vma && vma->x`` the right side is evaluated only with ``vma`` not NULL; `Evaluator.branch` gives what is
known on either outcome of a condition, and notes for each test which outcomes it can have. Dereferencing a
pointer says nothing about it. Tests inside statement expressions are not looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from rewriter.analysis.expressions import (
    condition_inside,
    inner,
    is_condition,
    is_null,
    is_zero,
    operands,
    operator_of,
    variable_of,
)
from rewriter.analysis.variables import Variables, declared_names
from rewriter.syntax.tree import BOOLEANS, Node, walk

#: Bits of a value: it may be NULL (or zero), it may be something else.
NULL = 1
OTHER = 2
EITHER = 3

#: Pointer by name to its value where that is not EITHER; None where control cannot come.
State = dict[str, int] | None

# Macros that write the variables named as their arguments, though no & shows it.
_WRITERS = frozenset(["swap", "WRITE_ONCE", "rcu_assign_pointer", "RCU_INIT_POINTER", "xchg", "swap_t"])


@dataclass(slots=True)
class Tested:
    """A test of a pointer and the outcomes seen for it."""

    node: Node
    variable: str
    outcomes: set[bool] = field(default_factory=set)


class Evaluator:
    """Evaluates the expressions of one function; ``tests`` grows with every test that is met."""

    def __init__(self, variables: Variables, null_calls: Collection[tuple[int, int]] = ()) -> None:
        self._variables = variables
        self._null_calls = null_calls  # the bytes of calls that are taken to give NULL
        self.tests: dict[tuple[int, int], Tested] = {}

    # --- values -----------------------------------------------------------------------------------

    def evaluate(self, node: Node, state: State) -> tuple[State, int]:
        """Give the state after evaluating ``node`` and the value it can have."""
        match node.kind:
            case "identifier" if node.text in BOOLEANS:
                return state, OTHER if BOOLEANS[node.text] else NULL
            case "identifier":
                return state, self._value(node.text, state)
            case "null":
                return state, NULL
            case "string_literal" | "concatenated_string":
                return state, OTHER
            case "number_literal":
                return state, NULL if is_zero(node.text) else OTHER
            case "parenthesized_expression" if len(node.children) == 3:
                return self._grouped(node.children[1], state)
            case "cast_expression":
                value = node.child("value")
                return self.evaluate(value, state) if value is not None else (state, EITHER)
            case "pointer_expression":
                return self._pointer(node, state)
            case "assignment_expression":
                return self._assignment(node, state)
            case "init_declarator":
                return self._initialise(node, state)
            case "declaration":
                return self._declaration(node, state)
            case "update_expression":
                state, _ = self._children(node, state)
                target = inner(node.child("argument"))
                return self._store(target, EITHER, state), EITHER
            case "comma_expression":
                value_of_last = EITHER
                for operand in node.children:
                    if operand.kind != ",":
                        state, value_of_last = self.evaluate(operand, state)
                return state, value_of_last
            case "conditional_expression":
                return self._conditional(node, state)
            case "call_expression" if condition_inside(node) is None:
                return self._call(node, state)
            case "gnu_asm_expression":
                return self._forget(node, state), EITHER
            case "sizeof_expression" | "typeof_specifier" | "type_descriptor" | "alignof_expression":
                return state, EITHER
            case "unary_expression" | "binary_expression" | "call_expression" if is_condition(node):
                yes, no = self.branch(node, state)
                return join(yes, no), (OTHER if yes is not None else 0) | (NULL if no is not None else 0)
            case "binary_expression":
                for operand in operands(node):
                    state, _ = self.evaluate(operand, state)
                return state, EITHER
            case "return_statement" | "expression_statement":
                return self._children(node, state)[0], EITHER
            case _:
                return self._children(node, state)[0], EITHER

    def _value(self, name: str, state: State) -> int:
        return EITHER if state is None else state.get(name, EITHER)

    def _children(self, node: Node, state: State) -> tuple[State, int]:
        value = EITHER
        for child in node.children:
            if child.children or child.kind == "identifier":
                state, value = self.evaluate(child, state)
        return state, value

    def _grouped(self, node: Node, state: State) -> tuple[State, int]:
        if node.kind == "compound_statement":
            return self._forget(node, state), EITHER
        return self.evaluate(node, state)

    def _forget(self, node: Node, state: State) -> State:
        """Give up what is known of every variable that code not looked into may set."""
        names = {n.text for n in walk(node) if n.kind == "identifier"}
        return self._without(names | self._variables.shared, state)

    def _without(self, names: set[str] | frozenset[str], state: State) -> State:
        if not state or names.isdisjoint(state):
            return state
        return {name: value for name, value in state.items() if name not in names}

    def _pointer(self, node: Node, state: State) -> tuple[State, int]:
        argument = node.child("argument")
        if argument is not None:
            state, _ = self.evaluate(argument, state)
        return state, OTHER if node.children[0].text == "&" else EITHER

    def _assignment(self, node: Node, state: State) -> tuple[State, int]:
        left, right = node.child("left"), node.child("right")
        if left is None or right is None:
            return self._forget(node, state), EITHER
        target = inner(left)
        assert target is not None
        if target.kind != "identifier":
            state, _ = self.evaluate(left, state)
        plain = any(n.kind == "=" for n in node.children)
        state, value = self._converted(target, right, state)
        if not plain:
            value = EITHER
        return self._store(target, value, state), value

    def _converted(self, target: Node, value: Node, state: State) -> tuple[State, int]:
        """Evaluate ``value`` on its way into ``target``; into a ``bool`` a pointer is tested."""
        if target.text in self._variables.booleans:
            yes, no = self.branch(value, state)
            return join(yes, no), EITHER
        return self.evaluate(value, state)

    def _store(self, target: Node | None, value: int, state: State) -> State:
        if target is None or target.kind != "identifier":
            return self._without(self._variables.shared, state)
        if state is None:
            return None
        state = dict(state)
        state.pop(target.text, None)
        if value != EITHER and target.text in self._variables.pointers:
            state[target.text] = value
        return state

    def _initialise(self, node: Node, state: State) -> tuple[State, int]:
        target: Node | None = node
        while target is not None and target.kind != "identifier":
            target = target.child("declarator")
        value = node.child("value")
        if target is None or value is None:
            return self._children(node, state)[0], EITHER
        state, given = self._converted(target, value, state)
        return self._store(target, given, state), given

    def _declaration(self, node: Node, state: State) -> tuple[State, int]:
        for child in node.children:
            if child.kind == "init_declarator":
                state, _ = self._initialise(child, state)
        # What is declared without a value has none yet, also when the block is entered again.
        bare = {c for n in node.children if n.field == "declarator" and n.kind != "init_declarator"
                for c in declared_names(_only(node, n))}  # fmt: skip
        shared = frozenset(declared_names(node)) & self._variables.shared
        return self._without(bare | shared, state), EITHER

    def _conditional(self, node: Node, state: State) -> tuple[State, int]:
        condition, then, otherwise = (
            node.child("condition"),
            node.child("consequence"),
            node.child("alternative"),
        )
        if condition is None or otherwise is None:
            return self._forget(node, state), EITHER
        yes, no = self.branch(condition, state)
        value = 0
        if then is not None:
            yes, of_then = self.evaluate(then, yes)
            value = of_then if yes is not None else 0
        elif yes is not None:  # a ?: b gives a where a is not NULL
            value = OTHER
        no, of_else = self.evaluate(otherwise, no)
        return join(yes, no), (value | (of_else if no is not None else 0)) or EITHER

    def _call(self, node: Node, state: State) -> tuple[State, int]:
        called = node.child("function")
        name = called.text if called is not None else ""
        state, _ = self._children(node, state)
        if name in _WRITERS:
            arguments = node.child("arguments")
            written = {n.text for n in (arguments.children if arguments else ()) if n.kind == "identifier"}
            state = self._without(written, state)
        state = self._without(self._variables.shared, state)
        if (node.start, node.end) in self._null_calls:
            return state, NULL
        return state, OTHER if name == "ERR_PTR" else EITHER

    # --- conditions -------------------------------------------------------------------------------

    def branch(self, node: Node, state: State, note: bool = True) -> tuple[State, State]:
        """Give the states in which ``node`` is true and in which it is false.

        ``note`` false leaves out the outermost test, which is part of a larger one that is noted instead.
        """
        if note:
            variable = self._tested(node)
            if variable:
                yes, no = self.branch(node, state, False)
                seen = self.tests.setdefault((node.start, node.end), Tested(node, variable))
                seen.outcomes |= ({True} if yes is not None else set()) | (
                    {False} if no is not None else set()
                )
                return yes, no
        match node.kind:
            case "parenthesized_expression" if len(node.children) == 3:
                if node.children[1].kind != "compound_statement":
                    return self.branch(node.children[1], state, note)
            case "cast_expression":
                value = node.child("value")
                if value is not None and inner(node) is not None:
                    return self.branch(value, state, note)
            case "unary_expression" if node.children[0].text == "!":
                no, yes = self.branch(node.children[1], state, note)
                return yes, no
            case "binary_expression" if operator_of(node) in ("&&", "||"):
                return self._short_circuit(node, state)
            case "binary_expression" if operator_of(node) in ("==", "!="):
                return self._comparison(node, state)
            case "comma_expression":
                for operand in node.children[:-1]:
                    if operand.kind != ",":
                        state, _ = self.evaluate(operand, state)
                return self.branch(node.children[-1], state)
            case "conditional_expression":
                return self._conditional_branch(node, state)
            case "call_expression":
                return self._call_branch(node, state)
            case _:
                pass
        state, given = self.evaluate(node, state)
        return self._split(node, given, state)

    def _split(self, node: Node, value: int, state: State) -> tuple[State, State]:
        """Part ``state`` by whether ``node``, which has ``value``, is NULL; a variable is refined."""
        name = variable_of(node)
        if state is None:
            return None, None
        yes: State = state if value & OTHER else None
        no: State = state if value & NULL else None
        if value == EITHER and name in self._variables.pointers:
            yes, no = {**state, name: OTHER}, {**state, name: NULL}
        return yes, no

    def _short_circuit(self, node: Node, state: State) -> tuple[State, State]:
        operator = operator_of(node)
        out: State = None
        for operand in operands(node, operator):
            yes, no = self.branch(operand, state)
            on, off = (yes, no) if operator == "&&" else (no, yes)
            out = join(out, off)
            state = on
        return (state, out) if operator == "&&" else (out, state)

    def _comparison(self, node: Node, state: State) -> tuple[State, State]:
        left, right = node.children[0], node.children[-1]
        state, of_left = self.evaluate(left, state)
        state, of_right = self.evaluate(right, state)
        if is_null(right):
            other, null = self._split(left, of_left, state)
        elif is_null(left):
            other, null = self._split(right, of_right, state)
        else:
            return state, state
        return (null, other) if operator_of(node) == "==" else (other, null)

    def _conditional_branch(self, node: Node, state: State) -> tuple[State, State]:
        condition, then, otherwise = (
            node.child("condition"),
            node.child("consequence"),
            node.child("alternative"),
        )
        if condition is None or otherwise is None:
            state = self._forget(node, state)
            return state, state
        yes, no = self.branch(condition, state)
        true_else, false_else = self.branch(otherwise, no)
        true_then, false_then = self.branch(then, yes) if then is not None else (yes, None)
        return join(true_then, true_else), join(false_then, false_else)

    def _call_branch(self, node: Node, state: State) -> tuple[State, State]:
        condition = condition_inside(node)
        if condition is not None:
            yes, no = self.branch(condition, state)
            arguments = node.child("arguments")
            later = [n for n in arguments.children if n.start >= condition.end] if arguments else []
            for argument in later:
                if argument.children or argument.kind == "identifier":
                    yes, _ = self.evaluate(argument, yes)
                    no, _ = self.evaluate(argument, no)
            return yes, no
        state, value = self._call(node, state)
        called, arguments = node.child("function"), node.child("arguments")
        yes, no = self._split(node, value, state)
        if called is not None and arguments is not None and len(arguments.children) == 3:
            name = variable_of(arguments.children[1])
            if name in self._variables.pointers:
                if called.text in ("IS_ERR", "PTR_ERR_OR_ZERO"):
                    yes = self._not_null(name, yes)
                elif called.text == "IS_ERR_OR_NULL":
                    no = self._not_null(name, no)
        return yes, no

    def _not_null(self, name: str, state: State) -> State:
        if state is None or state.get(name, EITHER) == NULL:
            return None
        return {**state, name: OTHER}

    def _tested(self, node: Node) -> str:
        """Give the pointer that ``node`` tests when it is the smallest operand that does, else ""."""
        if node.kind == "binary_expression" and operator_of(node) in ("==", "!="):
            left, right = node.children[0], node.children[-1]
            name = variable_of(left) if is_null(right) else variable_of(right) if is_null(left) else ""
        elif node.kind == "parenthesized_expression":
            name = ""
        else:
            below: Node | None = node
            while below is not None and below.kind == "unary_expression" and below.children[0].text == "!":
                below = inner(below.children[1])
            name = variable_of(below) if below is not None else ""
        return name if name in self._variables.pointers else ""


def join(left: State, right: State) -> State:
    """Give what holds in both states."""
    if left is None or right is None:
        return right if left is None else left
    if left is right:
        return left
    joined = {}
    for name, value in left.items():
        both = value | right.get(name, EITHER)
        if both != EITHER:
            joined[name] = both
    return joined


def _only(declaration: Node, declarator: Node) -> Node:
    return Node(declaration.kind, declarator.start, declarator.end, "", (declarator,), "")
