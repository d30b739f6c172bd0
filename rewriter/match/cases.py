# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels, and a switch with cases in the pattern: each label is found among the code's, in whatever order.

With *forall* each case of the code that one of the labels finds has to be one of the cases of the pattern.
What a pattern has behind the switch need only occur in the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.environment import Bindings, Brace, Environment
from rewriter.match.solutions import Solutions, agree
from rewriter.match.step import Cases, Labelled, Pick, Step
from rewriter.match.term import Found
from rewriter.match.witness import NOTHING, Leaf, Witness, alternatives, join
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


def holds_cases(graph: ControlFlowGraph, point: Point) -> bool:
    """Tell whether a point is the brace of a switch, which is no statement of its own."""
    return point.kind == "{" and any(graph.points[p].kind == "switch" for p in point.predecessors)


def is_held(graph: ControlFlowGraph, step: Step, point: Point, env: Environment) -> bool:
    """Tell whether a point lies in the switch in a case of which the pattern has a step."""
    brace, node = env.get(step.held), point.node
    block = graph.opened[brace.number].node if isinstance(brace, Brace) else None
    return block is None or (node is not None and block.start <= node.start < block.end)


def switch(search: Search, step: Cases, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
    """Give the solutions of a switch and all behind it at ``point``."""
    if point.kind != "switch" or point.node is None:
        return []
    body, block = step.term.child("body"), point.node.child("body")
    points = search.graph.points
    opening = next((points[s] for s in point.successors if points[s].kind == "{"), None)
    if opening is None or block is None or not isinstance(body, Inner):
        return []
    labels = [points[s] for case in opening.successors for s in points[case].successors]
    results: list[tuple[Bindings, Witness]] = []
    for found, alignment in search.header(step.term, point, env):
        e = found.extend(((step.number, Brace(point.id)), (step.brace, Brace(opening.brace))))
        ends = search.matcher.match(body.children[0], block.children[0], e, alignment)
        ends = [r for e, a in ends for r in search.matcher.match(body.children[-1], block.children[-1], e, a)]
        for way, done in ends:
            for value in _values(search, step.arms, labels, way):
                for bindings, witness in _arms(search, step.arms, labels, value):
                    results.append((value.extend(bindings).since(env), join([Leaf(done, point.id), witness])))
    return results


def _values(
    search: Search, arms: tuple[Step, ...], labels: list[Point], env: Environment
) -> list[Environment]:
    """Give what the labels may bind that others need, too: with each of these values other cases are none."""
    if not search.everywhere:
        return [env]
    found: dict[Bindings, None] = {}
    for arm in (arm for arm in arms if isinstance(arm, Labelled) and arm.exported):
        for e in (e for point in labels for e, _ in label(search, arm, point, env)):
            found[tuple(b for b in e.since(env) if b[0] in arm.exported)] = None
    return [env.extend(bindings) for bindings in found if bindings] or [env]


def _arms(
    search: Search, arms: tuple[Step, ...], labels: list[Point], env: Environment
) -> list[tuple[Bindings, Witness]]:
    """Give the solutions of the cases of a pattern at the labels of a switch; where it has none, any do."""
    if not arms:
        return [((), NOTHING)]
    found = {point.id: [arm for arm in arms if _begins(search, arm, point, env)] for point in labels}
    if not all(any(arm in fitting for fitting in found.values()) for arm in arms):
        return []
    each = [_either(search, fitting, point, env) for point, fitting in found.items() if fitting]
    if not search.everywhere:
        return [solution for solutions in each for solution in solutions]
    return agree(each) if all(each) else []


def _begins(search: Search, arm: Step, point: Point, env: Environment) -> bool:
    """Tell whether the label of a case matches, whatever stands behind it."""
    if isinstance(arm, Pick):
        return any(_begins(search, branch, point, env) for branch in arm.branches)
    return bool(label(search, arm, point, env)) if isinstance(arm, Labelled) else True


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


def _either(search: Search, arms: list[Step], label: int, env: Environment) -> Solutions:
    """Give the solutions of any of the arms at a label, those that bind alike as one."""
    grouped: dict[Bindings, list[Witness]] = {}
    for arm in arms:
        for bindings, witness in search.own(arm, label, env, arm.keep):
            grouped.setdefault(bindings, []).append(witness)
    return tuple((bindings, alternatives(parts)) for bindings, parts in grouped.items())
