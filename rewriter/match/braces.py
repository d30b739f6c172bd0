# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pattern says of the braces of its blocks, and where a block may stand whose braces it changes.

``- {`` … ``- }`` is a block among statements: the braces of an arm, of a loop's body or of a function
are not taken away, and nothing is put before or behind them, unless the pattern has the header, too. An
arm's may go when there is one thing between them in the pattern, and it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.step import IS_ALL
from rewriter.smpl.term import (
    Anchored,
    Body,
    Choice,
    Dots,
    Inner,
    Leaf,
    Nest,
    Sequence,
    Term,
    When,
    tokens_of,
)

_HEADS = frozenset({"then", "else", "in loop", "do", "switch"})


def blocks(term: Term) -> Iterator[Inner]:
    """Walk the blocks that a term is, in one branch or another."""
    match term:
        case Inner(kind="compound_statement"):
            yield term
        case Anchored(term=inner):
            yield from blocks(inner)
        case Choice(branches=branches):
            for branch in branches:
                if len(branch.terms) == 1:
                    yield from blocks(branch.terms[0])
        case _:
            pass


def opening_of(block: Inner) -> int:
    """Give the id of the token that opens a block."""
    first = block.children[0]
    assert isinstance(first, Leaf)
    return first.token.id


def excluded(block: Inner, body: Body) -> frozenset[str]:
    """Give where a block without a header before it may not stand: as an ``arm``, as a ``function``'s."""
    first, *inside, last = block.children
    assert isinstance(first, Leaf) and isinstance(last, Leaf)
    removed = [first.token.removed, last.token.removed]
    if not any(removed) and first.token.id not in body.before and last.token.id not in body.after:
        return frozenset()
    tied = _has_plus(first.token.id, body) or _has_plus(last.token.id, body)
    if all(removed) and not tied and len(inside) == 1 and _stays(inside[0]):
        return frozenset({"function"})
    return frozenset({"function", "arm"})


def _has_plus(token: int, body: Body) -> bool:
    return token in body.before or token in body.after


def _stays(term: Term) -> bool:
    return isinstance(term, Nest) or not all(token.removed for token in tokens_of(term))


def says_something(term: Leaf | Dots, body: Body) -> bool:
    """Tell whether a brace or dots have a position, or are changed, or have plus code beside them."""
    token = term.token
    return bool(token.attached) or token.mark != "context" or _has_plus(token.id, body)


def only_nest(term: Term, body: Body) -> Nest | None:
    """The nest in ``{ <... P ...> }`` if nothing is said of the braces."""
    if not isinstance(term, Inner) or term.kind != "compound_statement" or len(term.children) != 3:
        return None
    opening, nest, closing = term.children
    if not isinstance(nest, Nest) or any(when.word != "not" for when in nest.whens):
        return None
    plain = not any(isinstance(t, Leaf) and says_something(t, body) for t in (opening, closing))
    return nest if plain else None


def or_bare(term: Term, body: Body) -> Term:
    """Let a block behind other code that holds a nest alone also be the nest without its braces."""
    nest = only_nest(term, body)
    if nest is None:
        return term
    branches = tuple(Sequence((each,), "statements") for each in (term, nest))
    return Choice(term.role, branches, False, nest.token, written=False)


def alone(block: Inner, body: Body) -> Inner:
    """Let dots that are all of a function's block, with nothing said of its end, know that they are.

    What is forbidden by a ``when`` before ``when any`` is then not.
    """
    if len(block.children) != 3:
        return block
    opening, dots, closing = block.children
    if not isinstance(dots, Dots) or dots.token.removed or not isinstance(closing, Leaf):
        return block
    token = closing.token
    if token.removed or token.attached or token.id in body.before:
        return block
    words = [when.word for when in dots.whens]
    if not set(words) <= {"any", "strict", "exists", "forall", "not", "always"}:
        return block
    last = len(words) - words[::-1].index("any") if "any" in words else 0
    whens = (*(w for w in dots.whens[:last] if w.code is None), *dots.whens[last:], When(IS_ALL))
    return replace(block, children=(opening, replace(dots, whens=whens), closing))


def stands_as(graph: ControlFlowGraph, point: Point) -> str:
    """Tell what the block that begins at a point is: a ``function``'s, an ``arm``, or "" for neither."""
    if point.node is graph.function.child("body"):
        return "function"
    return "arm" if any(graph.points[p].kind in _HEADS for p in point.predecessors) else ""
