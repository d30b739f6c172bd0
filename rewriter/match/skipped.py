# SPDX-License-Identifier: GPL-2.0-or-later
"""What dots skip, where it is removed with them (``- ...``) or shown (``* ...``)."""

from __future__ import annotations

from collections.abc import Iterable

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.cfg.graph import header as evaluated
from rewriter.match.witness import Aligned, Leaf, Witness
from rewriter.smpl.lexer import STAR, Token


def skipped(
    graph: ControlFlowGraph, dots: Token, region: list[int], frontier: Iterable[int]
) -> list[Witness]:
    """Align the statements that were skipped with the dots.

    Where none was skipped, removed dots are aligned with the place before what follows them. Points that
    are no statements, where branches join, are noted without code.
    """
    if dots.mark == STAR:
        spans = (_own(graph.points[at]) for at in region)
        own = zip(region, spans, strict=True)
        return [Leaf((Aligned(dots.id, *span), None), at) for at, span in own if span is not None]
    if not dots.removed:
        return []
    found: list[Witness] = []
    passed: list[Witness] = []
    for at in region:
        point = graph.points[at]
        if point.node is not None and not point.artificial and point.kind not in ("}", "function"):
            found.append(Leaf((Aligned(dots.id, point.node.start, point.node.end), None), at))
        else:
            passed.append(Leaf(None, at, passed=True))
    if not found:
        at = min(frontier)
        point = graph.points[at]
        if point.node is not None:
            place = point.node.end - 1 if point.kind == "}" else point.node.start
            found.append(Leaf((Aligned(dots.id, place, place), None), at))
    return found + passed


def _own(point: Point) -> tuple[int, int] | None:
    """Give the code that is a point's own: of a compound statement its head, of a block a brace."""
    node = point.node
    if node is None or point.artificial or point.kind == "function":
        return None
    match point.kind:
        case "{":
            return node.start, node.start + 1
        case "}":
            return node.end - 1, node.end
        case _:
            parts = evaluated(node)
            end = parts[-1].end if parts else node.children[0].end if node.children else node.end
            return node.start, end
