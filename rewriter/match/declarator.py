# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarators against type metavariables: in ``T x`` the ``T`` takes the stars of ``struct foo *x``."""

from __future__ import annotations

from rewriter.syntax.tree import Node

_WRAPPERS = ("init_declarator", "pointer_declarator", "abstract_pointer_declarator")


def peelings(declarator: Node | None) -> list[tuple[list[Node], Node | None]]:
    """Give every split of a declarator into leading stars (for the type) and the rest.

    ``**x = 0`` gives no star and ``**x = 0``, one star and ``*x = 0``, two stars and ``x = 0``.
    """
    found: list[tuple[list[Node], Node | None]] = [([], declarator)]
    stars: list[Node] = []
    while declarator is not None:
        star, declarator = _peel(declarator)
        if star is None:
            break
        stars.append(star)
        found.append((list(stars), declarator))
    return found


def _peel(node: Node) -> tuple[Node | None, Node | None]:
    """Take the outermost star off."""
    if node.kind in ("pointer_declarator", "abstract_pointer_declarator"):
        star = next((n for n in node.children if n.kind == "*"), None)
        inner = node.child("declarator")
        return star, None if inner is None else _in_role(inner, node.field)
    if node.kind == "init_declarator":
        inner = node.child("declarator")
        if inner is None:
            return None, None
        star, rest = _peel(inner)
        if star is None or rest is None:
            return None, None
        children = tuple(rest if n is inner else n for n in node.children)
        return star, Node(node.kind, rest.start, node.end, node.field, children, "")
    return None, None


def _in_role(node: Node, role: str) -> Node:
    return Node(node.kind, node.start, node.end, role, node.children, node.text)


def declared_name(node: Node) -> str:
    """Give the name a declaration, declarator or function definition introduces, "" for none."""
    current: Node | None = node
    while current is not None:
        if current.kind in ("identifier", "field_identifier", "type_identifier") and not current.children:
            return current.text
        current = current.child("declarator")
    return ""
