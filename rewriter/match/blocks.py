# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is in a block: as a statement list metavariable, or a nest on an arm without braces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.environment import Bindings, Environment
from rewriter.match.step import Contents, Within
from rewriter.match.term import Found
from rewriter.match.ways import can_leave, reachable
from rewriter.match.witness import NOTHING, Leaf, Witness, join
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.search import Search


def within(search: Search, step: Within, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
    """A nest on a single statement, or a function's block: wherever control comes to in it.

    What a nest has to find in a function, it has to find on a way to the function's end.
    """
    node = point.node
    if node is None or point.artificial or point.kind == "}" or (point.kind == "{") != step.braces:
        return []
    inside = [p for p in reachable(search.graph, [point.id]) if _is_in(search.graph.points[p], node)]
    if step.once:
        if step.braces and not (search.everywhere and _ends(search.graph, inside)):
            return []
        inside = [p for p in inside if search.graph.points[p].kind != "}"]
    choices = {kept: None for at in inside for kept, _ in search.own(step.inside, at, env, step.keep)}
    if not choices:
        return [] if step.once else [((), NOTHING)]
    ways = ((kept, _occurrences(search, step, inside, env.extend(kept))) for kept in choices)
    return [(kept, join(found)) for kept, found in ways if found]


def _is_in(point: Point, node: Node) -> bool:
    code = point.node
    return code is not None and not point.artificial and node.start <= code.start and code.end <= node.end


def _ends(graph: ControlFlowGraph, inside: list[int]) -> bool:
    """Tell whether a function always comes to its end, but in branches that nothing falls out of."""
    branches = (range(p.id + 1, p.branch_end) for p in graph.points if p.kind == "then" and p.escapes)
    aside = {point for branch in branches for point in branch}
    return can_leave(graph, set(reachable(graph, inside[:1])) - aside - {graph.exit, graph.error_exit})


def _occurrences(search: Search, step: Within, points: list[int], env: Environment) -> list[Witness]:
    """All places of what the nest looks for, none if something that must not be there is."""
    found: list[Witness] = []
    for at in points:
        here = [w for _, w in search.own(step.inside, at, env, frozenset())]
        forbidden = (c.step for c in step.conditions if c.step is not None)
        if not here and any(search.holds(one, search.graph.points[at], env) for one in forbidden):
            return []
        found += here
    return found


def contents(
    search: Search, step: Contents, point: Point, opened: Found, env: Environment
) -> list[tuple[Bindings, Witness]]:
    """All that stands between the braces of a block."""
    if point.node is None or point.after < 0:
        return []
    found = [r for e, a in opened for r in search.matcher.contents(step.term, point.node, e, a)]
    ways: list[tuple[Bindings, Witness]] = []
    for e, alignment in found:
        ways += search.follow(step.next, Leaf(alignment, point.id), [point.after], e, env)
    return ways
