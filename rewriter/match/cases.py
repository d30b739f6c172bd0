# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels, and a switch with cases in the pattern: each is found among the code's, in whatever order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.environment import Bindings, Brace, Environment
from rewriter.match.solutions import Solutions
from rewriter.match.step import Cases, Labelled, Step
from rewriter.match.term import Found
from rewriter.match.witness import Leaf, Witness, alternatives, join
from rewriter.smpl.term import Inner
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.search import Search


def labelled(graph: ControlFlowGraph, point: Point) -> Node:
    """Give the statement that a case begins: its label and one statement, which may be the next case."""
    assert point.node is not None
    colon = next(i for i, child in enumerate(point.node.children) if child.kind == ":")
    label, rest = point.node.children[: colon + 1], point.node.children[colon + 1 :]
    after = [graph.points[p] for p in point.successors]
    if rest:
        label += rest[:1]
    elif after and after[0].kind in ("case", "default"):
        label += (labelled(graph, after[0]),)
    return Node(point.node.kind, label[0].start, label[-1].end, point.node.field, label, "")


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
    for bound, alignment in search.header(step.term, point, env):
        e = bound.extend(((step.number, Brace(point.id)), (step.brace, Brace(opening.brace))))
        ends = search.matcher.match(body.children[0], block.children[0], e, alignment)
        ends = [r for e, a in ends for r in search.matcher.match(body.children[-1], block.children[-1], e, a)]
        if search.everywhere and not all(_fits(search, step.arms, points[case], e) for case in labels):
            continue
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


def label(search: Search, step: Labelled, point: Point, env: Environment) -> Found:
    """Match a label, or ``case`` with its value, without the statement behind it."""
    node = point.node
    if node is None or node.kind != step.term.kind or point.kind not in ("label", "case", "default"):
        return []
    own = ("label", "value")
    marks = (":", "case", "default")
    terms = tuple(c for c in step.term.children if c.role in own or getattr(c, "kind", "") in marks)
    nodes = tuple(n for n in node.children if n.field in own or n.kind in marks)
    return search.matcher.children(terms, nodes, env, None)


def _fits(search: Search, arms: tuple[Step, ...], case: Point, env: Environment) -> bool:
    """Tell whether the code of a case is that of an arm, if any has its label: ``case E:`` speaks of all."""
    if not any(label(search, arm, case, env) for arm in arms if isinstance(arm, Labelled)):
        return True
    return any(search.own(arm, case.id, env, arm.keep) for arm in arms)


def _arm(search: Search, arm: Step, labels: list[int], env: Environment) -> Solutions:
    """Give the solutions of one arm at any of the labels, those that bind alike as one."""
    grouped: dict[Bindings, list[Witness]] = {}
    for label in labels:
        for bindings, witness in search.own(arm, label, env, arm.keep):
            grouped.setdefault(bindings, []).append(witness)
    return tuple((bindings, alternatives(parts)) for bindings, parts in grouped.items())
