# SPDX-License-Identifier: GPL-2.0-or-later
"""Optional code between dots: ``... ?S ... R`` is ``...`` up to ``S ... R``, or else to ``R``, on each way.

What is said of the dots behind ``S`` holds only behind ``S``. The header of a function is never optional:
``?static`` before one says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from rewriter.smpl.lexer import Piece, Token
from rewriter.smpl.term import Choice, Dots, Inner, Sequence, Term


def with_or_without(code: Sequence) -> Sequence:
    """Give the code of a rule with a choice of all that follows in place of optional code between dots."""
    first, rest = code.terms[:1], code.terms[1:]
    return replace(code, terms=(*map(_inside, first), *_tail(tuple(map(_inside, rest)))))


def _inside(term: Term) -> Term:
    match term:
        case Inner(kind="compound_statement", children=(opening, *inside, closing)):
            return replace(term, children=(opening, *_tail(tuple(map(_inside, inside))), closing))
        case Inner(children=children):
            return replace(term, children=tuple(map(_inside, children)))
        case _:
            return term


def _tail(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    for i in range(len(terms) - 2):
        before, choice, behind = terms[i : i + 3]
        if not (isinstance(before, Dots) and isinstance(behind, Dots) and _is_optional(choice)):
            continue
        assert isinstance(choice, Choice)
        rest = terms[i + 3 :]
        ways = ((*choice.branches[0].terms, *_tail((behind, *rest))), _tail((before, *rest))[1:])
        branches = tuple(Sequence(way, "statements") for way in ways)
        return (*terms[: i + 1], replace(choice, branches=branches))
    return terms


def _is_optional(term: Term) -> bool:
    return isinstance(term, Choice) and term.token.optional and term.branches[-1].terms == ()


def without_optional_headers(pieces: list[Piece]) -> list[Piece]:
    """Give the pieces of a body, the tokens of functions' headers without their ``?``."""
    found = list(pieces)
    first: int | None = None  # of the optional line at hand
    for i, piece in enumerate(pieces):
        before = pieces[first] if first is not None else None
        if not (isinstance(piece, Token) and piece.optional):
            continue
        if not (isinstance(before, Token) and before.line == piece.line):
            first = i if _heads_function(pieces[i:]) else None
        if first is not None:
            found[i] = replace(piece, optional=False)
    return found


_NO_HEADER = frozenset(("if", "while", "for", "switch", "do", "else", "return", ";", "="))


def _heads_function(pieces: list[Piece]) -> bool:
    """Tell whether a function definition begins here: two words or more, parameters, a brace."""
    depth = words = 0
    before = ""
    for token in (piece for piece in pieces if isinstance(piece, Token)):
        if depth == 0 and token.text in _NO_HEADER:
            return False
        if token.text == "{":
            return before == ")" and depth == 0 and words > 1
        before = token.text
        depth += (token.text == "(") - (token.text == ")")
        words += depth == 0 and token.kind == "ident"
    return False
