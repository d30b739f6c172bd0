# SPDX-License-Identifier: GPL-2.0-or-later
"""Which ways control takes, as far as the options of a run may say."""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.cfg.graph import ControlFlowGraph


@dataclass(frozen=True, slots=True)
class Flow:
    """Which ways control takes: back to the heads of ``loops``, along ``gotos``, by arms of ``conditionals``.

    Without gotos it comes to what stands behind them, without conditionals to one arm after the other.
    """

    loops: bool = True
    gotos: bool = True
    conditionals: bool = True


EVERYWHERE = Flow()


def without_loops(graph: ControlFlowGraph) -> ControlFlowGraph:
    """Take the edges from the ends of loops' bodies back to their heads out of ``graph``, and give it."""
    for head in graph.points:
        if head.kind in ("while", "for", "iterator", "do"):
            for behind in [p for p in head.predecessors if p > head.id]:
                head.predecessors.remove(behind)
                graph.points[behind].successors.remove(head.id)
    return graph
