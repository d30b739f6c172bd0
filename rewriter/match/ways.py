# SPDX-License-Identifier: GPL-2.0-or-later
"""Where control can come from and go to in a graph."""

from __future__ import annotations

from collections.abc import Container, Iterable, Set

from rewriter.cfg.graph import ControlFlowGraph, Point


def reachable(
    graph: ControlFlowGraph, starts: Iterable[int], inside: Container[int] | None = None
) -> list[int]:
    """List the points control can come to from ``starts``, which are among them, by way of points ``inside``.

    With no ``inside`` every point will do.
    """
    stack = list(starts)
    seen = set(stack)
    while stack:
        for after in graph.points[stack.pop()].successors:
            if after not in seen and (inside is None or after in inside):
                seen.add(after)
                stack.append(after)
    return sorted(seen)


def before(graph: ControlFlowGraph, targets: Iterable[int], inside: Set[int] | None = None) -> set[int]:
    """Give the points from which control can come to ``targets`` by way of points ``inside`` alone.

    With no ``inside`` every point will do, and the targets are among what is found.
    """
    stack = list(targets)
    seen = set(stack) if inside is None else set[int]()
    while stack:
        for point in graph.points[stack.pop()].predecessors:
            if point not in seen and (inside is None or point in inside):
                seen.add(point)
                stack.append(point)
    return seen


def left_for(graph: ControlFlowGraph, point: Point) -> list[int]:
    """List where the jumps out of the statement that starts at ``point`` go to."""
    node = point.node
    if node is None:
        return []
    last = max(p.id for p in graph.points if p.node and node.start <= p.node.start and p.node.end <= node.end)
    inside = range(point.id, last + 1)
    own = set(reachable(graph, [point.id], inside))
    return sorted({s for p in own for s in graph.points[p].successors} - own)


def can_leave(graph: ControlFlowGraph, inside: Set[int]) -> bool:
    """Tell whether every point ``inside`` has a way out: there is no cycle without an exit."""
    out = [p for p in inside if any(s not in inside for s in graph.points[p].successors)]
    return before(graph, out, inside) | set(out) == inside
