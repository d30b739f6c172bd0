# SPDX-License-Identifier: GPL-2.0-or-later
"""``return;`` in a pattern is also the end of a function that falls off its closing brace."""

from __future__ import annotations

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.environment import Environment
from rewriter.match.step import Simple
from rewriter.match.term import Found, TermMatcher
from rewriter.smpl.term import Inner, Term, tokens_of


def falls_off(
    graph: ControlFlowGraph, matcher: TermMatcher, step: Simple, point: Point, env: Environment
) -> Found:
    """Match a ``return`` without value at a closing brace, which is where its positions are.

    What it is replaced by, or what is added, belongs before the brace.
    """
    body = graph.function.child("body")
    if point.node is None or point.node is not body or not point.predecessors:
        return []
    before = point
    while before.kind == "}" and before.predecessors:
        before = graph.points[before.predecessors[0]]
    if before.kind == "return":
        return []
    brace = point.node.children[-1]
    found: Found = [(env, None)]
    for token in tokens_of(step.term):
        stays = token.attached and not token.removed and token.id not in matcher.context.plus
        tie = matcher.place if stays else matcher.before
        found = [f for e, done in found for f in tie(token.id, brace, e, done)]
    return found


def is_bare_return(term: Term) -> bool:
    """Tell whether a pattern is ``return;``."""
    return isinstance(term, Inner) and term.kind == "return_statement" and len(term.children) == 2
