# SPDX-License-Identifier: GPL-2.0-or-later
"""Arguments that hold statements: ``M(a, ({ f(); }))`` has the leaf ``macro_text`` for its second one.

As in the reference nothing is found in them, unless other brackets than those of calls stand around the call:
``if (m(({ f(); })))`` and ``x = ({ m(({ f(); })); });`` keep what they have. An operator alone makes all
arguments one: ``M(f(a), ==, b)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rewriter.syntax.tree import Node

_NAMED = frozenset(["identifier", "field_expression"])
_BRACKETS = frozenset(["parenthesized_expression", "sizeof_expression", "typeof_specifier"])
_PUNCTUATION = frozenset(["(", ")", ","])


def without_statements(arguments: Node, function: Node, around: Sequence[str], text: bytes) -> Node:
    """Give a call's arguments so; ``around`` are the kinds of the nodes around them, the outermost first."""
    children = arguments.children
    operator = any(child.kind == "opaque" and _is_operator(child.text) for child in children)
    if not operator and not _may_hold(arguments, text):
        return arguments
    if not operator and (function.kind not in _NAMED or _in_brackets(around)):
        return arguments
    made = tuple(
        _whole(child, text)
        if child.kind not in _PUNCTUATION and (operator or _holds_statement(child))
        else child
        for child in children
    )
    return replace(arguments, children=made)


def _whole(argument: Node, text: bytes) -> Node:
    spelled = text[argument.start : argument.end].decode("utf-8", "surrogateescape")
    return replace(argument, kind="macro_text", children=(), text=spelled)


def _is_operator(text: str) -> bool:
    return not any(character.isalnum() or character in "_\"'({" for character in text)


def _may_hold(arguments: Node, text: bytes) -> bool:
    return text.find(b"{", arguments.start, arguments.end) >= 0 or any(
        child.kind == "opaque" or child.kind.endswith("_statement") for child in arguments.children
    )


def _in_brackets(around: Sequence[str]) -> bool:
    """Tell whether the outermost brackets around a call are no call's."""
    inside = False
    below = ""
    for kind in reversed(around):
        if kind == "argument_list":
            inside = False
        elif kind in _BRACKETS or (
            kind == "for_statement" and not below.endswith(("_statement", "declaration"))
        ):
            inside = True
        below = kind
    return inside


def _holds_statement(argument: Node) -> bool:
    """Tell whether an argument is a statement or has one, outside the arguments of calls in it."""
    if argument.kind.endswith("_statement"):
        return True
    if argument.kind == "opaque":
        return ";" in argument.text
    stack = [argument]
    while stack:
        node = stack.pop()
        if node.kind == "compound_statement":
            return True
        stack += (child for child in node.children if child.kind != "argument_list")
    return False
