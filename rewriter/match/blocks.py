# SPDX-License-Identifier: GPL-2.0-or-later
"""All that is in a block: as a statement list metavariable, or a nest on an arm without braces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cfg.graph import Point
from rewriter.match.environment import Bindings, Environment
from rewriter.match.step import Contents, Within
from rewriter.match.term import Found
from rewriter.match.witness import NOTHING, Leaf, Witness, join

if TYPE_CHECKING:
    from rewriter.match.search import Search


def within(search: Search, step: Within, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
    """A nest on a single statement, or a function's block: wherever in it."""
    node = point.node
    if node is None or point.artificial or point.kind == "}" or (point.kind == "{") != step.braces:
        return []
    inside = [
        p.id
        for p in search.graph.points[point.id :]
        if p.node is not None and not p.artificial and node.start <= p.node.start and p.node.end <= node.end
    ]
    choices = {kept: None for at in inside for kept, _ in search.own(step.inside, at, env, step.keep)}
    if not choices:
        return [] if step.once else [((), NOTHING)]
    ways = ((kept, _occurrences(search, step, inside, env.extend(kept))) for kept in choices)
    return [(kept, join(found)) for kept, found in ways if found]


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
