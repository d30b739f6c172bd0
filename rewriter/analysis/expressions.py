# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about the shape of one expression: its operator, the variable it is, the condition in it.

``inner`` of ``(void *)(p)`` is ``p``; ``condition_inside`` of ``unlikely(!p)`` is ``!p``.
"""

from __future__ import annotations

import re

from rewriter.syntax.tree import Node

# Macros whose value is their first argument's truth, so that what stands in it is a condition.
_TRANSPARENT = re.compile(
    r"(?:un)?likely(?:_notrace)?|__builtin_expect|lockdep_assert|assert|"
    r"(?:\w*_)?(?:WARN|BUG|ASSERT)(?:_ON)?(?:_ONCE)?(?:_MM|_VMA|_PAGE|_FOLIO)?"
)
_ZERO = re.compile(r"0+[uUlL]*|0[xX]0+[uUlL]*")


def inner(node: Node | None) -> Node | None:
    """Take parentheses and casts off an expression."""
    while node is not None:
        if node.kind == "parenthesized_expression" and len(node.children) == 3:
            node = node.children[1]
        elif node.kind == "cast_expression":
            node = node.child("value")
        else:
            break
    return node


def is_zero(text: str) -> bool:
    """Tell whether a number literal is zero."""
    return _ZERO.fullmatch(text) is not None


def variable_of(node: Node) -> str:
    """Give the variable whose value ``node`` has: ``p``, ``(p)``, ``(p = f())``, a cast of one."""
    core = inner(node)
    if (
        core is not None
        and core.kind == "assignment_expression"
        and any(n.kind == "=" for n in core.children)
    ):
        core = inner(core.child("left"))
    return core.text if core is not None and core.kind == "identifier" else ""


def is_null(node: Node) -> bool:
    """Tell whether the expression is the null pointer constant as written: NULL, 0, a cast of one."""
    core = inner(node)
    return core is not None and (
        core.kind == "null" or (core.kind == "number_literal" and is_zero(core.text))
    )


def operator_of(node: Node) -> str:
    """Give the operator of a unary, binary or assignment expression, "" where there is none."""
    found = node.child("operator")
    return found.text if found is not None else ""


def is_condition(node: Node) -> bool:
    """Tell whether a unary, binary or transparent call expression has a truth value for a result."""
    if node.kind == "unary_expression":
        return node.children[0].text == "!"
    if node.kind == "binary_expression":
        return operator_of(node) in ("&&", "||", "==", "!=")
    return True  # a transparent call; the others were dealt with


def condition_inside(node: Node) -> Node | None:
    """Give the condition inside ``likely(..)``, ``WARN_ON(..)`` and their like, None for other calls."""
    called, arguments = node.child("function"), node.child("arguments")
    if called is None or arguments is None or called.kind != "identifier":
        return None
    if len(arguments.children) < 3 or not _TRANSPARENT.fullmatch(called.text):
        return None
    return arguments.children[1]


def operands(node: Node, operator: str = "") -> list[Node]:
    """Give the operands of a chain ``a op b op c`` in order; without recursion, generated code nests deep."""
    parts = []
    while node.kind == "binary_expression" and (
        operator_of(node) == operator if operator else not is_condition(node)
    ):
        parts.append(node.children[-1])
        node = node.children[0]
    parts.append(node)
    return parts[::-1]
