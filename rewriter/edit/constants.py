# SPDX-License-Identifier: GPL-2.0-or-later
"""What an expression's value is once some expressions and variables are constants.

With ``trylock(mm)`` assumed to be 0, ``!trylock(mm)`` is 1, and ``!vma && !trylock(mm)``
is not known and reduces to ``!vma``. Nothing is evaluated that does not depend on an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rewriter.source.text import Span
from rewriter.syntax.tree import BOOLEANS, Node, walk

#: Macros whose value is that of their (first) argument.
_TRANSPARENT = frozenset({"likely", "unlikely", "__builtin_expect"})
_COMPARE = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_IMPURE = frozenset({"call_expression", "assignment_expression", "update_expression", "gnu_asm_expression"})


@dataclass(slots=True)
class Constants:
    """Assumed expressions by span, and local variables that are constant, by name."""

    assumed: Mapping[Span, int]
    variables: dict[str, int] = field(default_factory=dict)

    def concerns(self, node: Node) -> bool:
        """Tell whether ``node`` has an assumed expression or a constant variable in it."""
        return any(self._is_leaf(n) for n in walk(node))

    def _is_leaf(self, node: Node) -> bool:
        if node.span in self.assumed:
            return True
        return node.kind == "identifier" and node.text in self.variables and node.field != "declarator"

    def value(self, node: Node) -> int | None:
        """Give the value of an expression that depends on the assumptions, None when it is not known."""
        return self._value(node) if self.concerns(node) else None

    def literal(self, node: Node) -> int | None:
        """Give the value of any constant expression, whether it depends on the assumptions or not."""
        return self._value(node)

    def _value(self, node: Node) -> int | None:
        if node.span in self.assumed:
            return self.assumed[node.span]
        match node.kind:
            case "identifier":
                return self.variables.get(node.text, BOOLEANS.get(node.text))
            case "number_literal":
                return _number(node.text)
            case "null":
                return 0
            case "parenthesized_expression" if len(node.children) == 3:
                return self._value(node.children[1])
            case "cast_expression":
                value = node.child("value")
                return self._value(value) if value is not None else None
            case "unary_expression":
                return self._unary(node)
            case "binary_expression":
                return self._binary(node)
            case "call_expression":
                argument = transparent_argument(node)
                return self._value(argument) if argument is not None else None
            case "conditional_expression":
                return self._conditional(node)
            case _:
                return None

    def _unary(self, node: Node) -> int | None:
        operator, argument = node.child("operator"), node.child("argument")
        value = self._value(argument) if argument is not None else None
        if operator is None or value is None:
            return None
        return {"!": int(not value), "-": -value, "+": value}.get(operator.text)

    def _binary(self, node: Node) -> int | None:
        operator, left, right = node.child("operator"), node.child("left"), node.child("right")
        if operator is None or left is None or right is None:
            return None
        a, b = self._value(left), self._value(right)
        match operator.text:
            case "&&":
                if a == 0 or (b == 0 and is_pure(left)):
                    return 0
                return int(bool(a and b)) if a is not None and b is not None else None
            case "||":
                if a or (b and is_pure(left)):
                    return 1
                return int(bool(a or b)) if a is not None and b is not None else None
            case text if text in _COMPARE and a is not None and b is not None:
                return int(_COMPARE[text](a, b))
            case _:
                return None

    def _conditional(self, node: Node) -> int | None:
        condition = node.child("condition")
        decided = self._value(condition) if condition is not None else None
        if decided is None:
            return None
        arm = node.child("consequence" if decided else "alternative")
        return self._value(arm) if arm is not None else None

    def reduce(self, node: Node) -> tuple[list[Span], list[Node]]:
        """Give the spans to remove so that ``node`` no longer depends on the assumptions.

        Second come the leaves that no removal gets rid of; the expression cannot be simplified then.
        """
        removed: list[Span] = []
        stuck: list[Node] = []
        self._reduce(node, removed, stuck)
        return removed, stuck

    def _reduce(self, node: Node, removed: list[Span], stuck: list[Node]) -> None:
        if not self.concerns(node):
            return
        if node.kind == "binary_expression":
            if self._drop_operand(node, removed, stuck):
                return
        elif node.kind == "conditional_expression":
            condition = node.child("condition")
            decided = self.value(condition) if condition is not None else None
            if decided is not None:
                arm = node.child("consequence" if decided else "alternative")
                assert arm is not None
                removed += [n.span for n in node.children if n is not arm]
                self._reduce(arm, removed, stuck)
                return
        if self._is_leaf(node) or not node.children:
            stuck.append(node)
            return
        for child in node.children:
            self._reduce(child, removed, stuck)

    def _drop_operand(self, node: Node, removed: list[Span], stuck: list[Node]) -> bool:
        """``x && 1`` and ``1 && x`` are ``x``; ``x || 0`` and ``0 || x`` likewise."""
        operator, left, right = node.child("operator"), node.child("left"), node.child("right")
        neutral = {"&&": 1, "||": 0}.get(operator.text) if operator is not None else None
        if neutral is None or operator is None or left is None or right is None:
            return False
        for operand, other in ((left, right), (right, left)):
            value = self.value(operand)
            if value is not None and bool(value) == bool(neutral):
                removed += [operand.span, operator.span]
                self._reduce(other, removed, stuck)
                return True
        return False


def transparent_argument(call: Node) -> Node | None:
    """Give the argument of ``likely(x)`` and its like, None for other calls."""
    function, arguments = call.child("function"), call.child("arguments")
    if function is None or arguments is None or function.text not in _TRANSPARENT:
        return None
    return arguments.children[1] if len(arguments.children) > 2 else None


def is_pure(node: Node) -> bool:
    """Tell whether evaluating ``node`` changes nothing: no call, no assignment."""
    return not any(
        n.kind in _IMPURE and not (n.kind == "call_expression" and transparent_argument(n))
        for n in walk(node)
    )


def _number(text: str) -> int | None:
    try:
        return int(text.rstrip("uUlL"), 0)
    except ValueError:
        return None
