# SPDX-License-Identifier: GPL-2.0-or-later
"""Metavariables declared ``metavariable``: the place where one stands first says what it is.

``if (a) x`` makes ``x`` a statement, ``p->x`` an identifier, and anything else an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rewriter.smpl.lexer import Piece, Token
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.shape import CONTROL, TYPE_WORDS

ANY_KIND = "metavariable"
_NAMED = frozenset((".", "->", "struct", "union", "enum", "goto"))
_NESTS = frozenset(("<...", "<+...", "...>", "...+>"))
_ENDS = frozenset((";", "{", "}", "...", "else", "do", *_NESTS))
_BEGINS = frozenset(("{", "}", "...", *_NESTS))


def settle(metavariables: dict[str, Metavariable], pieces: Sequence[Piece]) -> dict[str, Metavariable]:
    """Give the metavariables of a rule with the kinds that its minus and context code says."""
    if not any(m.kind == ANY_KIND for m in metavariables.values()):
        return metavariables
    tokens = [p for p in pieces if isinstance(p, Token)]
    return {
        name: replace(m, kind=_kind(name, tokens)) if m.kind == ANY_KIND else m
        for name, m in metavariables.items()
    }


def _kind(name: str, tokens: Sequence[Token]) -> str:
    at = next((i for i, t in enumerate(tokens) if t.kind == "ident" and t.text == name), -1)
    if at < 0:
        return "expression"
    before = [token.text for token in tokens[max(0, at - 2) : at]]
    if before and (before[-1] in _NAMED or before[-1] in TYPE_WORDS):
        return "identifier"
    if before[-1:] == ["*"] and before[0] in TYPE_WORDS:
        return "identifier"
    return "statement" if _begins_statement(tokens, at) and _ended(tokens[at + 1 :]) else "expression"


def _ended(following: Iterable[Token]) -> bool:
    """What follows begins another statement, or there is nothing more."""
    after = next(iter(following), None)
    return after is None or after.kind in ("ident", "group") or after.text in _BEGINS


def _begins_statement(tokens: Sequence[Token], at: int) -> bool:
    """What stands before is over, at the level of statements."""
    depth = 0
    for token in reversed(tokens[:at]):
        depth += (token.text == "(") - (token.text == ")") if token.kind == "op" else 0
        if depth > 0:
            return False
    before = tokens[at - 1] if at else None
    if before is None or before.text in _ENDS:
        return before is not None
    return before.text == ")" and _is_head(tokens[:at])


def _is_head(tokens: Sequence[Token]) -> bool:
    """The closing parenthesis at the end belongs to ``if``, ``while``, ``for`` or ``switch``."""
    depth = 0
    for i in reversed(range(len(tokens))):
        if tokens[i].kind == "op":
            depth += (tokens[i].text == ")") - (tokens[i].text == "(")
        if depth == 0:
            return i > 0 and tokens[i - 1].text in CONTROL
    return False
