# SPDX-License-Identifier: GPL-2.0-or-later
"""Bit fields: a declarator and its width are one declarator, as a variable and its value are."""

from __future__ import annotations

from dataclasses import replace

from rewriter.syntax.tree import Node


def with_widths(field: Node) -> Node:
    """Put the names of ``int a : 1, b : 2;`` and their widths together, where the grammar lists them."""
    children: list[Node] = []
    for child in field.children:
        if child.kind == "bitfield_clause" and children and children[-1].field == "declarator":
            name = children.pop()
            parts = (name, child)
            child = Node("bitfield_declarator", name.start, child.end, "declarator", parts, "")
        children.append(child)
    return replace(field, children=tuple(children)) if len(children) < len(field.children) else field
