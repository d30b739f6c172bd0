# SPDX-License-Identifier: GPL-2.0-or-later
"""What a ``when`` says of the points that dots pass."""

from __future__ import annotations

from rewriter.cfg.graph import Point
from rewriter.match.environment import Environment
from rewriter.match.search import Search
from rewriter.match.step import Condition, Simple, Step


def allows(search: Search, condition: Condition, point: Point, env: Environment) -> bool:
    """Tell whether a ``when`` lets dots pass a point."""
    assert condition.step is not None
    match condition.word:
        case "not":
            return not search.holds(condition.step, point, env)
        case "always":
            return point.artificial or search.holds(condition.step, point, env)
        case "not-true":
            arms = {"then", "in loop"}
        case _:
            arms = {"else", "fallthrough", "loop fall"}
    if point.kind not in arms:
        return True
    tests = (search.graph.points[p] for p in point.predecessors)
    return not any(_is_test(search, condition.step, t, env) for t in tests)


def _is_test(search: Search, step: Step, point: Point, env: Environment) -> bool:
    """Tell whether the condition evaluated at ``point`` is exactly the step's expression."""
    if not isinstance(step, Simple) or point.node is None:
        return False
    tested = point.node.child("condition")
    if tested is not None and tested.kind == "parenthesized_expression":
        tested = tested.children[1]
    return tested is not None and bool(search.matcher.match(step.term, tested, env))
