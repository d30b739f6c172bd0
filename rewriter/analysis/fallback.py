# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a path waits for the lock once a look-up that never waits gave NULL.

After ``vma = lock_vma_under_rcu(mm, addr)`` the call ``lock_mm_and_find_vma(mm, addr, regs)`` on the path of
a NULL is a fallback that waits; ``mmput_async(mm)`` there is none. A call that is not known matters only
where it could be the fallback: it is given the owner, and gives the result or a look-up follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.calls import calls_at, carriers
from rewriter.analysis.null import points_when_null
from rewriter.analysis.waits import Waits
from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.syntax.tree import Node


def fallback_waits(
    waits: Waits,
    graph: ControlFlowGraph,
    call: Node,
    file: str,
    owner: str,
    variable: str,
    line_of: Callable[[int], int],
) -> Answer:
    """Tell whether a path waits for the lock of ``owner`` after ``call`` gave NULL to ``variable``.

    ``line_of`` gives the line of a byte offset of the file.
    """
    made = {point.id: calls_at(point) for point in graph.points}
    lookups = {number for number, calls in made.items() if any(c.name in waits.lock.lookups for c in calls)}

    def looks_up(point: Point) -> bool:
        return point.id in lookups

    before_lookup = set(points_when_null(graph, call, looks_up))
    name = name_of(graph.function)
    span = graph.function.span
    by = carriers(owner, waits.definitions.text(file)[span.start : span.end])
    doubt: Answer | None = None
    for number in points_when_null(graph, call):
        node = graph.points[number].node
        for one in made[number] if node is not None else ():
            assert node is not None
            # Behind a look-up only a wait that stands there as such is still the fallback of this path.
            if number not in before_lookup and not waits.waits_at(one):
                continue
            answer = waits.at_call(one, file, owner, line_of(node.start), by)
            if answer.steps:
                steps = (Step("function", file, line_of(graph.function.start), name), *answer.steps)
                answer = replace(answer, steps=steps)
            if answer.value == "yes":
                return answer
            if answer.value == "unknown" and doubt is None:
                gives = one.result == "return" or (one.result == variable != "")
                if gives or _leads_to(graph, number, lookups):
                    doubt = answer
    return (
        doubt
        if doubt is not None
        else Answer("no", (), f"no path waits for {waits.lock.name} once there is a NULL")
    )


def name_of(function: Node) -> str:
    """Give the name a ``function_definition`` defines, "" when a macro hides it."""
    at = function.child("declarator")
    while at is not None and at.kind != "identifier":
        at = at.child("declarator")
    return at.text if at is not None else ""


def _leads_to(graph: ControlFlowGraph, start: int, targets: set[int]) -> bool:
    seen: set[int] = set()
    pending = list(graph.points[start].successors)
    while pending:
        at = pending.pop()
        if at in targets:
            return True
        if at not in seen:
            seen.add(at)
            pending.extend(graph.points[at].successors)
    return False
