# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a token stands: top level, function body, struct, enum or initializer, and in which parentheses.

The context is one letter, that of the innermost brace: ``t`` top level, ``b`` block, ``s`` struct or union,
``e`` enum, ``i`` initializer. Only what stands around a brace is looked at, so a file that is no C gives
contexts too, only meaningless ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rewriter.source.tokens import CLOSE, OPEN, Tokens

STATEMENT_KEYWORDS = frozenset(b"if else for while do switch case default return goto break continue".split())
CONTROL = frozenset(b"if for while switch".split())
_OPERAND_WORDS = frozenset(b"return sizeof case else typeof __typeof__ in".split())


def brace_context(tokens: Tokens, live: Sequence[int], around: str) -> str:
    """Give the context that a ``{`` after the tokens ``live`` opens, inside the context ``around``."""
    if not live:
        return "b"
    at = len(live) - 1
    last = live[at]
    text = tokens.text[last]
    if tokens.kind[last] == "w":
        if text in (b"else", b"do"):
            return "b"
        if text == b"enum":
            return "e"
        if text in (b"struct", b"union"):
            return "s"
        if text == b"return":
            return "i"
        for back in range(1, 4):
            if at - back < 0:
                break
            earlier = tokens.text[live[at - back]]
            if earlier in (b"struct", b"union"):
                return "s"
            if earlier == b"enum":
                return "e"
            if tokens.kind[live[at - back]] != "w" and earlier != b":":
                break
        return "b"
    if text == b")":
        opening = tokens.mate[last]
        if opening < 0:
            return "b"
        position = at
        while position >= 0 and live[position] > opening:
            position -= 1
        if position <= 0:
            return "b"
        before = live[position - 1]
        if tokens.kind[before] == "w":
            return "i" if tokens.text[before] in _OPERAND_WORDS else "b"
        return "b" if tokens.text[before] in (b")", b";", b"}", b"{", b"*", b":") else "i"
    if text == b"(":
        return "b"
    if text in (b"=", b",", b"]"):
        return "i"
    if text in (b"{", b"}", b";", b":"):
        return around if around in "bi" else "b"
    if tokens.kind[last] == "s":
        return "t"
    return "i" if around == "i" else "b"


@dataclass(slots=True)
class Contexts:
    """For each token its context letter and the innermost open parenthesis or bracket in it, -1 for none."""

    letter: list[str] = field(default_factory=list)
    paren: list[int] = field(default_factory=list)


def contexts(tokens: Tokens) -> Contexts:
    """Walk the tokens once, as if every arm of every conditional were there."""
    found = Contexts()
    letters, parens = found.letter, found.paren
    stack: list[tuple[bytes, int, str]] = []  # bracket, its index, context inside
    letter, paren = "t", -1
    live: list[int] = []
    for i, text in enumerate(tokens.text):
        kind = tokens.kind[i]
        if kind == "p" and text in CLOSE:
            for depth in range(len(stack) - 1, max(-1, len(stack) - 64), -1):
                if stack[depth][0] == CLOSE[text]:
                    del stack[depth:]
                    break
                if stack[depth][0] == b"{":
                    break
            letter, paren = _inside(stack)
        letters.append(letter)
        parens.append(paren)
        if kind == "p" and text in OPEN:
            inner = brace_context(tokens, live[-40:], letter) if text == b"{" else letter
            stack.append((text, i, inner))
            letter, paren = _inside(stack)
        if kind != "d":
            live.append(i)
    return found


def _inside(stack: list[tuple[bytes, int, str]]) -> tuple[str, int]:
    if not stack:
        return "t", -1
    bracket, index, letter = stack[-1]
    return letter, (-1 if bracket == b"{" else index)
