# SPDX-License-Identifier: GPL-2.0-or-later
"""What code did that a rule took out, with the static functions of its file looked into.

A call of ``static struct area *find(struct mm *mm) { return vma_lookup(mm, 0); }`` has the effect
``vma_lookup(mm, 0)``; a function of another file is an effect itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from rewriter.edit.simplify import effects_of
from rewriter.edit.variables import is_static, locals_of
from rewriter.engine.state import FileState
from rewriter.syntax.tree import Node, walk


def effects(state: FileState, nodes: Iterable[Node]) -> list[str]:
    """Give the text of each effect among ``nodes``, on one line each."""
    found: list[str] = []
    _collect(state, nodes, set(), found)
    return found


def _collect(state: FileState, nodes: Iterable[Node], entered: set[str], found: list[str]) -> None:
    for node in nodes:
        callee = node.child("function") if node.kind == "call_expression" else None
        body = _body(state, callee.text) if callee is not None and callee.kind == "identifier" else None
        if body is None or callee is None:
            found.append(" ".join(state.unit.source.decode(node.span).split()))
        elif callee.text not in entered:
            entered.add(callee.text)
            _collect(state, [*effects_of(body), *_outer_writes(body)], entered, found)


def _body(state: FileState, name: str) -> Node | None:
    """The definition of a static function of this file, None for any other function."""
    for element in state.unit.functions():
        if element.name == name:
            node = state.unit.node(element)
            return node if is_static(node) else None
    return None


def _outer_writes(function: Node) -> list[Node]:
    """The plain assignments of a function to anything but its own locals and parameters."""
    own = {local.name for local in locals_of(function)}
    own |= {
        n.text
        for parameter in walk(function)
        if parameter.kind == "parameter_declaration"
        for n in walk(parameter)
        if n.kind == "identifier"
    }
    return [
        n
        for n in walk(function)
        if n.kind == "assignment_expression"
        and (operator := n.child("operator")) is not None
        and operator.text == "="
        and n.children[0].text not in own
    ]
