# SPDX-License-Identifier: GPL-2.0-or-later
"""The variables a function declares: which are pointers, and which something else may change behind its back.

Only what the function's own declarations show is known: ``struct foo *p`` is a pointer, and so is a local
that is compared with or set to ``NULL``; a pointer behind a typedef that never meets ``NULL`` is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.analysis.expressions import inner
from rewriter.syntax.tree import Node, walk


@dataclass(frozen=True, slots=True)
class Variables:
    """What is known of a function's parameters and locals, by name."""

    pointers: frozenset[str]
    booleans: frozenset[str]
    shared: frozenset[str]  # static, or its address is taken: a call or a store may change it
    by_block: dict[int, frozenset[str]]  # the start of a block → the names declared directly in it


def variables_of(function: Node) -> Variables:
    """Collect the variables of a ``function_definition``."""
    pointers: set[str] = set()
    booleans: set[str] = set()
    shared: set[str] = set()
    declared: set[str] = set()
    meets_null: set[str] = set()
    by_block: dict[int, frozenset[str]] = {}
    for node in walk(function):
        match node.kind:
            case "declaration" | "parameter_declaration":
                for name, pointer in _declared(node):
                    declared.add(name)
                    if pointer:
                        pointers.add(name)
                    elif _is_boolean(node):
                        booleans.add(name)
                    if any(
                        n.kind == "storage_class_specifier" and _text(n) == "static" for n in node.children
                    ):
                        shared.add(name)
            case "compound_statement" | "for_statement":
                own = [name for n in node.children if n.kind == "declaration" for name, _ in _declared(n)]
                if own:
                    by_block[node.start] = frozenset(own)
            case "pointer_expression":
                target = inner(node.child("argument"))
                if target is not None and target.kind == "identifier" and node.children[0].text == "&":
                    shared.add(target.text)
            case "assignment_expression" | "binary_expression" | "init_declarator":
                sides = [inner(n) for n in node.children]
                if any(side is not None and side.kind == "null" for side in sides):
                    meets_null |= {n.text for n in sides if n is not None and n.kind == "identifier"}
            case _:
                pass
    return Variables(
        frozenset(pointers | (meets_null & declared)),
        frozenset(booleans),
        frozenset(shared),
        by_block,
    )


def declared_names(declaration: Node) -> list[str]:
    """Give the names a ``declaration`` or ``parameter_declaration`` declares, in order."""
    return [name for name, _ in _declared(declaration)]


def _declared(declaration: Node) -> list[tuple[str, bool]]:
    """Give each declared name and whether it is a pointer; prototypes are no variables."""
    found = []
    for declarator in declaration.children:
        if declarator.field != "declarator":
            continue
        pointer = False
        parameter = declaration.kind == "parameter_declaration"
        node: Node | None = declarator
        while node is not None and node.kind not in ("identifier", "field_identifier"):
            if node.kind == "pointer_declarator" or (node.kind == "array_declarator" and parameter):
                pointer = True
            elif node.kind == "array_declarator":
                # An array of pointers is no pointer; what is declared is the array.
                pointer = False
            below = node.child("declarator")
            if below is None and node.kind == "parenthesized_declarator" and len(node.children) == 3:
                below = node.children[1]
            if node.kind == "function_declarator" and (
                below is None or below.kind != "parenthesized_declarator"
            ):
                below = None
            node = below
        if node is not None:
            found.append((node.text, pointer))
    return found


def _is_boolean(declaration: Node) -> bool:
    kind = declaration.child("type")
    return kind is not None and _text(kind) in ("bool", "_Bool")


def _text(node: Node) -> str:
    while node.children:
        node = node.children[0]
    return node.text
