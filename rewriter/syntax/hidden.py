# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in a tree for bytes that the parser was shown as one word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rewriter.source.text import Mask
from rewriter.syntax.tree import Node

#: Parses a mask's text as what its kind says, None where it cannot.
Graft = Callable[[Mask, bytes], "Node | None"]
_QUALIFIERS = ("const", "volatile")


def hidden_leaves(kind: str, role: str, end: int, mask: Mask, text: bytes, graft: Graft) -> list[Node]:
    """Give what the original says where the parser saw a leaf; the type ``int`` that C implies with it."""
    start, stop = mask.span.start, mask.span.end
    if mask.kind == "implicit":
        word = leaf(mask.name, start, stop, "", text)
        around = "type_qualifier" if mask.name in _QUALIFIERS else "storage_class_specifier"
        return [Node(around, start, stop, "", (word,), ""), _implied(stop)]
    found = _hidden(kind, role, end, mask, text, graft)
    return [_implied(start), found] if mask.kind == "function" else [found]


def _implied(at: int) -> Node:
    return Node("primitive_type", at, at, "type", (), "int")


def leaf(kind: str, start: int, end: int, role: str, text: bytes) -> Node:
    """Make a leaf of the bytes ``start..end``."""
    return Node(kind, start, end, role, (), text[start:end].decode("utf-8", "surrogateescape"))


def _hidden(kind: str, role: str, end: int, mask: Mask, text: bytes, graft: Graft) -> Node:
    start, stop = mask.span.start, mask.span.end
    if mask.kind in ("iterator", "block", "type-name"):
        end = start + len(mask.name.encode("utf-8", "surrogateescape"))
        if mask.kind == "type-name":
            return leaf("type_identifier", start, end, role, text)
        return leaf("identifier", start, end, "name", text)
    if mask.kind == "case-range":
        return leaf("...", start, stop, role, text)
    if mask.kind == "label":
        return leaf("statement_identifier", start, end, "label", text)
    if mask.kind in ("header", "loop-end", "word"):
        return leaf(kind, start, stop, role, text)
    if mask.kind == "function":
        role = "declarator"
    if mask.kind in ("operand", "sequence", "member", "function"):
        grafted = graft(mask, text)
        return replace(grafted, field=role) if grafted else leaf("opaque", start, stop, role, text)
    if mask.kind == "type":
        grafted = graft(mask, text)
        if grafted is not None:
            return replace(grafted, field=role)
        return Node("type_descriptor", start, stop, role, (leaf("opaque", start, stop, "type", text),), "")
    if mask.kind == "opaque" and mask.name in ("return", "goto", "break", "continue"):
        grafted = graft(mask, text)
        if grafted is not None:
            return replace(grafted, field=role)
    if mask.kind == "opaque":
        return leaf("opaque", start, stop, role, text)
    return leaf(kind, start, end, role, text)
