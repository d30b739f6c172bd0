# SPDX-License-Identifier: GPL-2.0-or-later
"""A switch with cases in the pattern: each is found among those of the code, in whatever order they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cfg.graph import Point
from rewriter.match.environment import Bindings, Environment
from rewriter.match.solutions import Solutions
from rewriter.match.step import Cases, Step
from rewriter.match.witness import Leaf, Witness, alternatives, join
from rewriter.smpl.term import Inner

if TYPE_CHECKING:
    from rewriter.match.search import Search


def switch(search: Search, step: Cases, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
    """Give the solutions of a switch and all behind it at ``point``."""
    if point.kind != "switch" or point.node is None:
        return []
    body, block = step.term.child("body"), point.node.child("body")
    points = search.graph.points
    opening = next((points[s] for s in point.successors if points[s].kind == "{"), None)
    if opening is None or block is None or not isinstance(body, Inner):
        return []
    labels = [s for case in opening.successors for s in points[case].successors]
    results: list[tuple[Bindings, Witness]] = []
    for e, alignment in search.header(step.term, point, env):
        ends = search.matcher.match(body.children[0], block.children[0], e, alignment)
        ends = [r for e, a in ends for r in search.matcher.match(body.children[-1], block.children[-1], e, a)]
        ways: list[tuple[Environment, Witness]] = [(e, Leaf(a, point.id)) for e, a in ends]
        for arm in step.arms:
            ways = [
                (w.extend(d), join([witness, o]))
                for w, witness in ways
                for d, o in _arm(search, arm, labels, w)
            ]
        for way, witness in ways:
            results += search.follow(step.next, witness, search.behind(point), way, env)
    return results


def _arm(search: Search, arm: Step, labels: list[int], env: Environment) -> Solutions:
    """Give the solutions of one arm at any of the labels, those that bind alike as one."""
    grouped: dict[Bindings, list[Witness]] = {}
    for label in labels:
        for bindings, witness in search.own(arm, label, env, arm.keep):
            grouped.setdefault(bindings, []).append(witness)
    return tuple((bindings, alternatives(parts)) for bindings, parts in grouped.items())
