# SPDX-License-Identifier: GPL-2.0-or-later
"""``return;`` in a pattern is also the end of a function that falls off its closing brace."""

from __future__ import annotations

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.environment import Environment
from rewriter.match.kinds import NAMES
from rewriter.match.pattern import is_return
from rewriter.match.step import Simple
from rewriter.match.term import Found, TermMatcher
from rewriter.smpl.lexer import Token
from rewriter.smpl.term import Anchored, Body, Choice, Dots, Inner, Leaf, Nest, Term, tokens_of, walk

_FIXED = NAMES | {"number_literal", "string_literal", "char_literal", "null"}


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


def asks_for_return(body: Body) -> bool:
    """Tell whether a pattern finds the end of a function only if the function has a ``return``, too.

    So it is where the ``return`` is to be found and no code beside it names anything.
    """
    if body.code.level != "statements" or any(map(_names_something, body.code.terms)):
        return False
    marked = [term for term in body.code.terms if _is_marked(term, body)]
    return any(map(is_return, marked or body.code.terms))


def _is_marked(term: Term, body: Body) -> bool:
    return any(token.removed or token.attached or token.id in body.plus for token in tokens_of(term))


def _names_something(term: Term) -> bool:
    match term:
        case Inner(kind="function_definition"):
            return True
        case Choice(written=False) | Anchored() if is_return(term):
            return False
        case Inner(kind="return_statement") | Choice(written=True) | Dots() | Nest(once=False):
            return False
        case _:
            return any(isinstance(part, Leaf) and part.kind in _FIXED for part in walk(term))


def is_bare_return(term: Term) -> bool:
    """Tell whether a pattern is ``return;``."""
    return isinstance(term, Inner) and term.kind == "return_statement" and len(term.children) == 2


def may_be_left(body: Body, opening: Token, closing: Token) -> bool:
    """Tell whether a block may be one that gotos leave to return elsewhere: its ``}`` is nothing then."""
    tied = opening.id in body.before or closing.id in body.before or closing.id in body.after
    return not (tied or any(t.removed or t.attached for t in (opening, closing)))
