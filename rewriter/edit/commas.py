# SPDX-License-Identifier: GPL-2.0-or-later
"""Commas that removals leave behind: ``f(a, b)`` without ``b`` is ``f(a)``; the declarators of a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk

_LISTS = frozenset({"argument_list", "parameter_list", "initializer_list", "enumerator_list"})
_ENDED = frozenset({"initializer_list", "enumerator_list"})  # lists that a comma may end


def stray_commas(root: Node, removed: Sequence[Span], added: Iterable[int]) -> set[Span]:
    """Give the commas that have to go with elements of lists, where the pattern left them.

    ``removed`` are the pieces of ``root`` that go, ``added`` the places of what comes.
    """
    found: set[Span] = set()
    if not removed:
        return found
    places = sorted(added)
    for node in walk(root):
        if node.kind not in _LISTS or not any(p.start < node.end and node.start < p.end for p in removed):
            continue
        end = _end_of_what_goes(node, removed)
        if any(node.start < at < node.end or node.end <= at <= end for at in places):
            continue
        found.update(_stray(node, removed))
    return found


def _end_of_what_goes(node: Node, removed: Sequence[Span]) -> int:
    """Give the end of the piece that takes a list's closing bracket away: what comes for it ends the list."""
    return next((p.end for p in removed if p.start < node.end <= p.end and node.start < p.start), 0)


def _stray(node: Node, removed: Sequence[Span]) -> Iterator[Span]:
    def gone(part: Node) -> bool:
        return any(p.start <= part.start and part.end <= p.end for p in removed)

    inside = node.children[1:-1]
    elements = [n for n in inside if n.kind != ","]
    commas = [n for n in inside if n.kind == ","]
    left = [n for n in commas if not gone(n)]
    kept = [n for n in elements if not gone(n)]
    trailing = bool(inside) and inside[-1].kind == "," and bool(kept)
    surplus = len(left) - max(len(kept) - 1, 0) - trailing
    for element in elements:
        if surplus <= 0 or not gone(element):
            continue
        behind = next((c for c in commas if c.start >= element.end), None)
        if behind is not None and behind not in left:
            continue  # its comma went with it
        before = next((c for c in reversed(left) if c.end <= element.start), None)
        comma = behind or (before if node.kind not in _ENDED else None)
        if comma is not None:
            left.remove(comma)
            surplus -= 1
            yield comma.span


def separated(declaration: Node, parts: Sequence[Span]) -> set[Span]:
    """Give what to remove so that the declarators ``parts`` leave the declaration, with their commas."""
    declarators = [n for n in declaration.children if n.field == "declarator"]
    gone = [n.span in parts for n in declarators]
    if all(gone):
        return {declaration.span}
    spans: set[Span] = set()
    commas = [n for n in declaration.children if n.kind == ","]
    for i, node in enumerate(declarators):
        if not gone[i]:
            continue
        spans.add(node.span)
        # The comma behind goes with it; the last one takes the comma before.
        following = next((j for j in range(i + 1, len(declarators)) if not gone[j]), None)
        spans.add(commas[i].span if following is not None else commas[i - 1].span)
    return spans
