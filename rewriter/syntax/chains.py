# SPDX-License-Identifier: GPL-2.0-or-later
"""Operators that the grammar takes for those of a cast: ``(x) & y == 3``, ``(x) && y->z > 1``.

A name between parentheses before ``&``, ``*``, ``-`` or ``+`` is a type to the grammar where its tree gets
smaller by it. Where nothing else says so it is an operand: the chain is then put together anew. ``(f()) + x``
always is a sum: nothing can be cast to a function.
"""

from __future__ import annotations

from dataclasses import replace

from rewriter.syntax.names import TypeNames
from rewriter.syntax.tree import Node

_LEVELS = {
    operator: level
    for level, operators in enumerate(
        ("||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"), start=1
    )
    for operator in operators.split()
}
_AMBIGUOUS = frozenset(("&", "&&", "*", "-", "+"))
_PREFIXED = frozenset(("cast_expression", "unary_expression", "pointer_expression", "update_expression"))
OPERATIONS = _PREFIXED | {"binary_expression"}


def is_doubtful(made: Node, names: TypeNames) -> bool:
    """Tell whether the type of a cast is a name that nothing says is a type, before such an operator."""
    if len(made.children) != 4:
        return False
    _, kind, _, value = made.children
    if not kind.children or kind.children[0].kind != "type_identifier":
        return False
    if (
        value.kind not in ("pointer_expression", "unary_expression")
        or value.children[0].kind not in _AMBIGUOUS
    ):
        return False
    if len(kind.children) == 1:
        return not names.may_name(kind.children[0].text, kind.start)
    return _called(kind) is not None


def _called(kind: Node) -> Node | None:
    """Give the call that stands between the parentheses of ``(f()) + x``."""
    name, *behind = kind.children
    if len(behind) != 1 or behind[0].kind != "abstract_function_declarator":
        return None
    parameters = behind[0].children
    if len(parameters) != 1 or [n.kind for n in parameters[0].children] != ["(", ")"]:
        return None
    function = replace(name, kind="identifier", field="function")
    arguments = replace(parameters[0], kind="argument_list", field="arguments")
    return Node("call_expression", name.start, arguments.end, "", (function, arguments), "")


def regrouped(made: Node, names: TypeNames) -> Node:
    """Put a whole chain of operators together by their levels, if one of its casts is none."""
    parts, doubtful = _chain(made, names)
    return replace(_joined(parts), field=made.field) if doubtful else made


def _chain(node: Node, names: TypeNames) -> tuple[list[Node], bool]:
    """Give operands and operators in turn, and whether a cast was taken apart."""
    around: list[Node] = []
    while node.kind == "binary_expression" and len(node.children) == 3 and node.children[1].kind in _LEVELS:
        around.append(node)
        node = node.children[0]
    parts, doubtful = _operand(node, names)
    for _, operator, right in (binary.children for binary in reversed(around)):
        behind, inside = _chain(right, names)
        parts += [operator, *behind]
        doubtful |= inside
    return parts, doubtful


def _operand(node: Node, names: TypeNames) -> tuple[list[Node], bool]:
    if node.kind == "cast_expression" and is_doubtful(node, names):
        opening, kind, closing, value = node.children
        inside = _called(kind) or replace(kind.children[0], kind="identifier", field="")
        first = Node(
            "parenthesized_expression", opening.start, closing.end, "", (opening, inside, closing), ""
        )
        return [first, value.children[0], *_chain(value.children[-1], names)[0]], True
    if node.kind not in _PREFIXED or node.children[-1].kind not in OPERATIONS:
        return [node], False
    parts, doubtful = _chain(node.children[-1], names)
    if not doubtful:
        return [node], False
    operand = replace(parts[0], field=node.children[-1].field)
    prefixed = replace(node, end=operand.end, children=(*node.children[:-1], operand))
    return [prefixed, *parts[1:]], True


def _joined(parts: list[Node]) -> Node:
    operands, operators = [parts[0]], list[Node]()
    for operator, operand in zip(parts[1::2], parts[2::2], strict=True):
        while operators and _LEVELS[operators[-1].kind] >= _LEVELS[operator.kind]:
            _join_last(operands, operators)
        operators.append(operator)
        operands.append(operand)
    while operators:
        _join_last(operands, operators)
    return operands[0]


def _join_last(operands: list[Node], operators: list[Node]) -> None:
    right, left, operator = operands.pop(), operands.pop(), operators.pop()
    parts = (replace(left, field="left"), replace(operator, field="operator"), replace(right, field="right"))
    operands.append(Node("binary_expression", left.start, right.end, "", parts, ""))


def label_address(made: Node) -> Node:
    """Make one operator of the two that the grammar sees in ``&&label``."""
    first, operand = made.children[0], made.children[-1]
    inner = operand.children[0] if operand.kind == "pointer_expression" else None
    if inner is None or not first.text == inner.text == "&" or first.end != inner.start:
        return made
    operator = replace(first, kind="&&", end=inner.end, text="&&")
    return replace(made, children=(operator, *operand.children[1:]))


def from_left(made: Node) -> Node:
    """Turn ``a, (b, c)``, as the grammar reads ``a, b, c``, into ``(a, b), c``."""
    parts: list[Node] = []
    rest = made
    while rest.kind == made.kind and len(rest.children) == 3:
        parts += rest.children[:2]
        rest = rest.children[2]
    if len(parts) < 4:
        return made
    parts.append(rest)
    left = parts[0]
    for i in range(1, len(parts), 2):
        children = (replace(left, field="left"), parts[i], replace(parts[i + 1], field="right"))
        left = Node(made.kind, made.start, parts[i + 1].end, made.field, children, "")
    return left
