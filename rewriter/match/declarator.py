# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarators against type metavariables: in ``T x`` the ``T`` takes the stars of ``struct foo *x``.

It takes ``[3]`` of ``int x[3]`` and ``(*)(int)`` of ``int (*x)(int)`` as well.
"""

from __future__ import annotations

from dataclasses import replace

from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.term import Inner, Leaf
from rewriter.syntax.tree import Node

POINTERS = ("pointer_declarator", "abstract_pointer_declarator")


def peelings(declarator: Node | None) -> list[tuple[list[Node], Node | None]]:
    """Give every split of a declarator into an outer part (for the type) and the rest.

    ``**x = 0`` gives nothing and ``**x = 0``, one star and ``*x = 0``, two stars and ``x = 0``.
    """
    found: list[tuple[list[Node], Node | None]] = [([], declarator)]
    taken: list[Node] = []
    while declarator is not None:
        own, declarator = _peel(declarator)
        if not own:
            break
        taken += own
        found.append((list(taken), declarator))
    return found


def _peel(node: Node) -> tuple[list[Node], Node | None]:
    """Take the outermost star, brackets or parameters off."""
    if node.kind in POINTERS:
        own = [n for n in node.children if n.field != "declarator"]
        inner = node.child("declarator")
        return own, None if inner is None else _in_role(inner, node.field)
    if node.kind in ("array_declarator", "function_declarator", "parenthesized_declarator"):
        if node.kind != "array_declarator" and _pointer_group(node) is not None:
            return _peel_pointer(node)
        inner = inside(node)
        if inner is None:
            return [], None
        return [n for n in node.children if n is not inner], _in_role(inner, node.field)
    if node.kind == "init_declarator":
        inner = node.child("declarator")
        if inner is None:
            return [], None
        own, rest = _peel(inner)
        if not own or rest is None:
            return [], None
        children = tuple(rest if n is inner else n for n in node.children)
        return own, Node(node.kind, rest.start, node.end, node.field, children, "")
    return [], None


def unqualified(term: Inner, node: Node, done: Alignment) -> tuple[Node, Alignment]:
    """Leave out the ``const`` behind a star that a pattern says nothing of; it goes if the star goes."""
    if any(isinstance(t, Inner) and t.kind == "type_qualifier" for t in term.children):
        return node, done
    words = [n for n in node.children if n.kind == "type_qualifier"]
    star = term.children[0]
    if isinstance(star, Leaf):
        for word in words:
            done = (Aligned(star.token.id, word.start, word.end), done)
    return replace(node, children=tuple(n for n in node.children if n not in words)), done


def constant_pointer(node: Node) -> Node | None:
    """Give a declaration of ``char *const x`` with the ``const`` among its own words, None for others."""
    declarators = [n for n in node.children if n.field == "declarator"]
    if len(declarators) != 1:
        return None
    taken, stripped = _without_qualifiers(declarators[0])
    if not taken:
        return None
    children = [stripped if n is declarators[0] else n for n in node.children if n.kind != "type_qualifier"]
    return replace(node, children=(*taken, *children))


def _without_qualifiers(declarator: Node) -> tuple[list[Node], Node]:
    """Take the qualifiers off the star right before the name."""
    inner = declarator.children[0] if declarator.kind == "init_declarator" else declarator.child("declarator")
    if inner is None or declarator.kind not in (*POINTERS, "init_declarator"):
        return [], declarator
    if inner.children:
        taken, stripped = _without_qualifiers(inner)
        children = tuple(stripped if n is inner else n for n in declarator.children)
        return taken, replace(declarator, children=children)
    taken = [n for n in declarator.children if n.kind == "type_qualifier"]
    return taken, replace(declarator, children=tuple(n for n in declarator.children if n not in taken))


def _pointer_group(node: Node) -> Node | None:
    """The parentheses around the pointer in ``(*x)(int)``; those in ``(x)(int)`` change nothing."""
    group = node if node.kind == "parenthesized_declarator" else node.child("declarator")
    if group is None or group.kind != "parenthesized_declarator":
        return None
    pointer = inside(group)
    return group if pointer is not None and pointer.kind == "pointer_declarator" else None


def _peel_pointer(node: Node) -> tuple[list[Node], Node | None]:
    """Take parameters, parentheses and the star in them off: a pointer to a function is one type."""
    group = _pointer_group(node)
    assert group is not None
    own = [n for n in node.children if n is not group] if group is not node else []
    pointer = inside(group)
    assert pointer is not None
    stars, rest = _peel(pointer)
    own += [n for n in group.children if n is not pointer]
    return [*own, *stars], None if rest is None else _in_role(rest, node.field)


def without_idle_parentheses(before: list[Node], behind: list[Node]) -> tuple[list[Node], list[Node]]:
    """Leave those parentheses of a type around a name out that change nothing: ``(x)``, ``(*x)``."""
    needed = any(n.kind != ")" for n in behind)
    while before and behind and before[-1].kind == "(" and behind[0].kind == ")":
        before, behind = before[:-1], behind[1:]
    if needed:
        return before, behind
    return [n for n in before if n.kind != "("], [n for n in behind if n.kind != ")"]


def _in_role(node: Node, role: str) -> Node:
    return replace(node, field=role)


def declared_name(node: Node) -> str:
    """Give the name a declaration, declarator or function definition introduces, "" for none."""
    current: Node | None = node
    while current is not None:
        if current.kind in ("identifier", "field_identifier", "type_identifier") and not current.children:
            return current.text
        current = (
            inside(current) if current.kind == "parenthesized_declarator" else current.child("declarator")
        )
    return ""


def inside(declarator: Node) -> Node | None:
    """Give the declarator in another one, as in ``(*x)``, which may have words before it."""
    return next((n for n in declarator.children if n.kind.endswith(("declarator", "identifier"))), None)


def declared_identifier(declarator: Node | None) -> tuple[Node | None, bool]:
    """Give the name in a declarator, None for none, and whether something of the type stands behind it."""
    around = False
    while declarator is not None and declarator.children:
        around |= declarator.kind in ("array_declarator", "function_declarator")
        if declarator.kind == "parenthesized_declarator":
            declarator = declarator.children[1]
        else:
            declarator = declarator.child("declarator")
    return declarator if declarator is not None and declarator.kind == "identifier" else None, around
