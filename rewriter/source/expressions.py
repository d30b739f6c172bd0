# SPDX-License-Identifier: GPL-2.0-or-later
"""Tell by its tokens whether a stretch is a type, an expression or neither.

Neighbours decide: ``a b`` is no expression, ``"a" b`` is two strings joined, ``struct a *`` is a type.
"""

from __future__ import annotations

import re

from rewriter.source.region import (
    ASM_WORDS,
    KEYWORDS,
    OPERATOR_WORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    TYPEOF,
    Region,
)
from rewriter.source.tokens import CLOSE, OPEN

_NUMBER = re.compile(
    rb"(?:0[xX][0-9a-fA-F.]+(?:[pP][+-]?\d+)?|0[bB][01]+|\.?\d[\d.]*(?:[eE][+-]?\d+)?)[uUlLfFiI]{0,4}"
)


_BINARY = frozenset(
    b"== != < > <= >= || = += -= *= /= %= &= |= ^= <<= >>= | ^ / % . -> ? : # ## << >> @ \\ `".split()
)


_ENDING = _BINARY | frozenset(b"+ - & && ~ !".split())


def is_type(region: Region, first: int, last: int) -> bool:
    """Tell whether the tokens ``first..last`` are a type name of more than one word."""
    tokens = region.tokens
    i = first
    named = False
    while i <= last:
        text = tokens.text[i]
        if tokens.kind[i] != "w":
            break
        if text in TAG_WORDS:
            i += 1
            if i <= last and tokens.kind[i] == "w":
                i += 1
            named = True
            continue
        if text in TYPEOF and tokens.at(i + 1) == b"(" and i < tokens.mate[i + 1] <= last:
            i = tokens.mate[i + 1] + 1
            named = True
            continue
        if text in STATEMENT_WORDS or text in OPERATOR_WORDS:
            return False
        if text not in TYPE_WORDS and text not in QUALIFIERS:
            if named:
                return False
            named = True
        elif text in TYPE_WORDS:
            named = True
        i += 1
    if i == first:
        return False
    words = i - first
    stars = 0
    while i <= last:
        text = tokens.text[i]
        if text == b"*" or text in QUALIFIERS:
            stars += 1
        elif (
            text == b"[" and tokens.mate[i] > 0 and tokens.text[first] in TAG_WORDS | TYPE_WORDS | QUALIFIERS
        ):
            i = tokens.mate[i]
        else:
            after = tokens.at(i + 2)
            return (
                text == b"(" and tokens.at(i + 1) == b"*" and tokens.mate[last] > i and after in (b")", b"[")
            )
        i += 1
    if (
        tokens.text[first] in TAG_WORDS
        or tokens.text[first] in TYPE_WORDS
        or tokens.text[first] in QUALIFIERS
    ):
        return True
    if tokens.text[first] in TYPEOF:
        return True
    return (words > 1 and stars > 0) or (words == 1 and stars > 0)


def is_odd(region: Region, first: int, last: int) -> bool:
    """Tell whether the tokens ``first..last`` are no expression, as far as neighbours show."""
    tokens = region.tokens
    text, kind = tokens.text, tokens.kind
    head = text[first]
    if kind[first] == "w" and (head in STATEMENT_WORDS or head in QUALIFIERS or (head in ASM_WORDS)):
        return True
    if kind[first] == "p" and (head in _BINARY or head == b"["):
        return True
    if kind[first] == "w" and last > first and (head in TYPE_WORDS or head in TAG_WORDS):
        return True
    if head == b"&&" and last > first + 1:
        return True
    if kind[last] == "p" and (text[last] in _ENDING or text[last] == b"*"):
        return True
    questions = 0
    i = first
    while i <= last:
        if text[i] == b"?":
            questions += 1
        elif text[i] == b":":
            questions -= 1
            if questions < 0:
                return True
        if kind[i] == "d":
            return True
        if kind[i] == "n" and not _NUMBER.fullmatch(text[i]):
            return True
        if kind[i] == "p" and text[i] in (b";", b"#", b"##", b"@", b"\\", b"..."):
            return True
        if i > first and not region.hidden[i]:
            before = i - 1
            if region.hidden[before] and kind[before] == "w":
                i += 1
                continue
            if clash(region, before, i):
                return True
        if kind[i] == "p" and text[i] in OPEN:
            if text[i] == b"{" and (i == first or text[i - 1] not in (b"(", b")")):
                return True
            stop = tokens.mate[i]
            if stop < i:
                return True
            if (text[i] == b"(" and text[i + 1] == b"{") or text[i] == b"{":
                i = stop
            elif stop > last:
                return True
            else:
                i = stop
        elif kind[i] == "p" and text[i] in CLOSE:
            return True
        i += 1
    return False


def clash(region: Region, before: int, at: int) -> bool:
    """Tell whether two neighbouring tokens cannot stand side by side in an expression."""
    tokens = region.tokens
    left, right = tokens.kind[before], tokens.kind[at]
    if right in "wncs" and left in "wncs":
        if left == "w" and (tokens.text[before] in KEYWORDS or tokens.text[before] in TYPEOF):
            return False
        if right == "w" and tokens.text[at] in KEYWORDS - OPERATOR_WORDS and left == "w":
            return True
        return not (right in "ws" and left in "ws" and "s" in (left, right))
    if right in "wn" and tokens.text[before] == b")" and tokens.mate[before] > 0:
        head = tokens.mate[before] - 1
        return tokens.kind[head] == "w" and tokens.text[head] not in KEYWORDS and not region.hidden[head]
    if left == "s" and tokens.text[at] in (b"(", b"["):
        return tokens.text[at] == b"("
    if tokens.text[at] == b"[" and left == "p" and tokens.text[before] not in CLOSE:
        return True
    if right == "p" and left == "p" and tokens.text[before] not in CLOSE:
        return (
            tokens.text[at] in _BINARY
            and tokens.text[at] not in (b".",)
            and tokens.text[before]
            not in (
                b"++",
                b"--",
            )
            and not (tokens.text[before] == b"?" and tokens.text[at] == b":")
        )
    return False
