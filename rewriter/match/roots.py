# SPDX-License-Identifier: GPL-2.0-or-later
"""Which kinds of nodes a pattern term can match at all, so that the others need not be tried."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rewriter.cfg.graph import Point
from rewriter.match.kinds import STATEMENTS
from rewriter.match.lists import has_dots
from rewriter.match.pattern import operands_of
from rewriter.match.sized import SIZED
from rewriter.match.step import (
    AnyStatement,
    Branching,
    Cases,
    Close,
    Function,
    Labelled,
    Loop,
    Pick,
    Simple,
    Step,
)
from rewriter.smpl.term import Anchored, Choice, Dots, Inner, Term
from rewriter.syntax.tree import Node

#: Kinds of code that a kind of pattern finds besides its own.
_ALSO = {
    "assignment_expression": ("init_declarator",),
    "declaration": ("type_definition",),
    "null": ("identifier",),
    **dict.fromkeys(SIZED, SIZED),
}


#: Kinds of points where a statement starts.
_STATEMENT_POINTS = frozenset(
    [
        "statement",
        "return",
        "goto",
        "break",
        "continue",
        "if",
        "while",
        "for",
        "iterator",
        "do",
        "switch",
        "{",
        "label",
        "case",
        "default",
    ]
)


def of_kinds(nodes: Iterable[Node], term: Term) -> Iterable[Node]:
    """Give the nodes that are of a kind ``term`` can match."""
    kinds = _kinds(term)
    return nodes if kinds is None else [node for node in nodes if node.kind in kinds]


def can_begin(step: Step, point: Point) -> bool:
    """Tell, from the kinds alone, whether a step can match at a point: most points end here."""
    match step:
        case Simple(anywhere=False, term=term) if point.kind != "}":
            kinds = _kinds(term)
            return kinds is None or (point.node is not None and point.node.kind in kinds)
        case AnyStatement():
            return (
                point.kind in _STATEMENT_POINTS and point.node is not None and point.node.kind in STATEMENTS
            )
        case Branching():
            return point.kind == "if"
        case Cases():
            return point.kind == "switch"
        case Loop():
            return point.kind in ("while", "for", "iterator", "do", "switch")
        case Function():
            return point.kind == "function"
        case Labelled():
            return point.kind in ("label", "case", "default")
        case Close():
            return point.kind == "}"
        case Pick(branches=branches, all_of=all_of):
            return (all if all_of else any)([can_begin(branch, point) for branch in branches])
        case _:
            return True


@lru_cache(maxsize=4096)
def _kinds(term: Term) -> frozenset[str] | None:
    """The kinds, or None where any is possible."""
    match term:
        case Anchored(term=inner):
            return _kinds(inner)
        case Choice(branches=branches, all_of=every):
            parts = [_kinds(b.terms[0]) for b in branches if b.terms]
            known = [part for part in parts if part is not None]
            if every and known:
                return frozenset.intersection(*known)
            return frozenset[str]().union(*known) if len(known) == len(parts) else None
        case Inner(kind="format_string"):
            return None
        case Inner(kind="binary_expression") if has_dots(term):
            wanted = [c for c in operands_of(term) if not isinstance(c, Dots)]
            alone = _kinds(wanted[0]) if len(wanted) == 1 else frozenset[str]()
            return None if alone is None else alone | {"binary_expression"}  # x | ... finds x alone
        case Inner(kind=kind):
            return frozenset({kind, *_ALSO.get(kind, ())})
        case _:
            return None
