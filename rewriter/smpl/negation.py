# SPDX-License-Identifier: GPL-2.0-or-later
"""The negation of a piece of a pattern, written without ``!``: ``x < y`` becomes ``x >= y``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rewriter.smpl.lexer import Token
from rewriter.smpl.term import Anchored, Choice, Inner, Leaf, Sequence, Term, tokens_of

_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_OTHER_JUNCTION = {"&&": "||", "||": "&&"}

Fresh = Callable[[str, Token], Token]  # makes a token with a text, at the place of another
Kept = Callable[[Token], bool]  # tells whether a rule leaves an operator alone


def negated(term: Term, fresh: Fresh, kept: Kept) -> Term | None:
    """Give what a comparison, a junction or a negation says when it does not hold.

    None for other code, and for an operator that the rule changes: what it puts there is not negated.
    """
    match term:
        case Inner(kind="unary_expression", children=(Leaf(token=Token(text="!") as sign), operand)):
            # What two negations are of is found where it is tested: elsewhere they make 0 or 1 of it.
            stated = replace(operand, role=term.role)
            return Anchored(term.role, stated, -1, -1, tested=True) if kept(sign) else None
        case Inner(kind="parenthesized_expression", children=(opening, inside, closing)):
            other = negated(inside, fresh, kept)
            return None if other is None else replace(term, children=(opening, other, closing))
        case Inner(kind="binary_expression", children=(left, Leaf(token=token) as operator, right)):
            if not kept(token):
                return None
            if token.text in _OPPOSITE:
                return replace(term, children=(left, _with_text(operator, _OPPOSITE[token.text]), right))
            if token.text in _OTHER_JUNCTION:
                junction = _with_text(operator, _OTHER_JUNCTION[token.text])
                return replace(term, children=(_not(left, fresh, kept), junction, _not(right, fresh, kept)))
            return None
        case Choice(branches=branches, all_of=False):
            if all(negated(b.terms[0], fresh, kept) is None for b in branches):
                return None
            turned = tuple(Sequence((_not(b.terms[0], fresh, kept),), b.level) for b in branches)
            return replace(term, branches=turned)
        case Anchored(term=inner):
            other = negated(inner, fresh, kept)
            return None if other is None else replace(term, term=other)
        case _:
            return None


def _not(term: Term, fresh: Fresh, kept: Kept) -> Term:
    other = negated(term, fresh, kept)
    if other is not None:
        return other
    sign = Leaf("!", "operator", fresh("!", next(tokens_of(term))))
    return Inner("unary_expression", term.role, (sign, replace(term, role="argument")))


def _with_text(operator: Leaf, text: str) -> Leaf:
    return replace(operator, kind=text, token=replace(operator.token, text=text))
