# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for what stands between parentheses: types among arguments, and arguments that are no C.

``foo(p, const struct bar *, m)`` shows the type as an identifier; ``CHECK(a, ==, b)``, ``F(192mhz)``, ``WRAP(return -1)``
show the odd argument as one.
"""

from __future__ import annotations

import re

from rewriter.source.quick import type_stand_in
from rewriter.source.region import (
    ASM_WORDS,
    KEYWORDS,
    OPERATOR_WORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    Region,
)
from rewriter.source.tokens import CLOSE, OPEN

TYPEOF = frozenset(
    b"typeof __typeof__ __typeof typeof_member typeof_unqual __unqual_scalar_typeof TYPEOF_UNQUAL __auto_typeof".split()
)
_ALIGNOF = frozenset(b"__alignof__ __alignof _Alignof alignof".split())
_NUMBER = re.compile(
    rb"(?:0[xX][0-9a-fA-F.]+(?:[pP][+-]?\d+)?|0[bB][01]+|\.?\d[\d.]*(?:[eE][+-]?\d+)?)[uUlLfFiI]{0,4}"
)
_BINARY = frozenset(
    b"== != < > <= >= || = += -= *= /= %= &= |= ^= <<= >>= | ^ / % . -> ? : # ## << >> @ \\ `".split()
)
_ENDING = _BINARY | frozenset(b"+ - & && ~ !".split())


def mask_typeof(region: Region) -> None:
    """Show ``typeof(..)`` as a type, and ``__alignof__`` as ``sizeof``, which takes an expression."""
    tokens = region.tokens
    for i, text in enumerate(tokens.text):
        if text in _ALIGNOF and tokens.at(i + 1) != b"(":
            region.show(i, i, b"sizeof", "word")
        if tokens.kind[i] != "w" or tokens.at(i + 1) != b"(" or region.hidden[i]:
            continue
        stop = tokens.mate[i + 1]
        if stop < 0:
            continue
        if text in TYPEOF:
            name = b"struct x" + b"_" * (tokens.end[stop] - tokens.start[i] - 8)
            if b"\n" in region.canvas.text[tokens.start[i] : tokens.start[i] + 9]:
                continue
            region.show(i, stop, name, "typeof")
        elif text in _ALIGNOF:
            region.show(i, i, b"sizeof", "word")
        elif text == b"offsetof":
            _mask_offsetof(region, i, stop)
        elif text == b"sizeof" and region.effort and stop > i + 3 and is_type(region, i + 2, stop - 1):
            # F(G(N * sizeof(struct a), b)); reads as a type made of types unless the type reads as a name.
            region.show(i + 2, stop - 1, b"x", "type")


def _mask_offsetof(region: Region, index: int, stop: int) -> None:
    tokens = region.tokens
    comma = next(
        (k for k in range(index + 2, stop) if tokens.text[k] == b"," and region.where.paren[k] == index + 1),
        -1,
    )
    if comma < 0 or comma + 1 >= stop:
        return
    if stop - comma > 2:
        region.opaque(comma + 1, stop - 1)


def mask_strings(region: Region) -> None:
    """Show ``F(x)`` beside a string as an identifier: the grammar joins strings with names only."""
    tokens = region.tokens
    kinds = tokens.kind
    for i in range(len(tokens)):
        if kinds[i] != "w" or region.hidden[i] or tokens.at(i + 1) != b"(" or tokens.text[i] in KEYWORDS:
            continue
        stop = tokens.mate[i + 1]
        if stop < 0:
            continue
        before, after = region.before(i), region.after(stop)
        joined = (before >= 0 and kinds[before] == "s") or (after >= 0 and kinds[after] == "s")
        if joined and not region.starts_statement(i) and not region.starts_declaration(i):
            region.opaque(i, stop)


def mask_case_ranges(region: Region) -> None:
    """Show the dots of a case range that stand on another line than ``case``."""
    tokens = region.tokens
    for i, text in enumerate(tokens.text):
        if text != b"..." or region.where.letter[i] != "b":
            continue
        for back in range(i - 1, max(-1, i - 40), -1):
            if tokens.text[back] == b"case":
                region.show(i, i, b"||", "case-range")
            if tokens.text[back] in (b"case", b";", b"{", b"}", b":"):
                break


def mask_asm(region: Region) -> None:
    """Show an asm template that is more than strings and names as one empty string."""
    tokens = region.tokens
    for i, text in enumerate(tokens.text):
        if tokens.kind[i] != "w" or text not in ASM_WORDS or region.hidden[i]:
            continue
        opening = i + 1
        while tokens.at(opening) in (
            b"volatile",
            b"__volatile__",
            b"__volatile",
            b"goto",
            b"inline",
            b"__inline__",
            b"const",
        ):
            opening += 1
        if tokens.at(opening) != b"(" or tokens.mate[opening] < 0:
            continue
        stop = tokens.mate[opening]
        if region.effort:
            region.opaque(i, stop)
            continue
        colon = next(
            (
                k
                for k in range(opening + 1, stop)
                if tokens.text[k] in (b":", b"::") and region.where.paren[k] == opening
            ),
            stop,
        )
        template = range(opening + 1, colon)
        if len(template) and any(
            tokens.kind[k] not in "sw"
            or (k > opening + 1 and tokens.kind[k] == "w" and tokens.kind[k - 1] == "w")
            for k in template
        ):
            start = tokens.start[opening + 1]
            region.canvas.show(start, tokens.end[colon - 1], b'""', "opaque", text)
            region.hide(opening + 1, colon - 1)


def mask_arguments(region: Region) -> None:
    """Look at each argument list of a call and mask the arguments that are types or no expressions."""
    tokens = region.tokens
    for i, text in enumerate(tokens.text):
        if text != b"(" or tokens.kind[i] != "p" or region.hidden[i] or tokens.mate[i] < 0:
            continue
        if _is_call(region, i):
            _mask_list(region, i, tokens.mate[i])


def mask_neighbours(region: Region) -> None:
    """Show two operands side by side, ``16 KB`` or ``timeout SCALE``, as one: a macro is an operator there."""
    tokens = region.tokens
    for i in range(1, len(tokens) - 1):
        left = i - 1
        if region.hidden[i] or region.hidden[left] or region.where.letter[i] not in "tbi":
            continue
        if tokens.kind[i] not in "wn" or tokens.kind[left] not in "wns" or tokens.text[left] in KEYWORDS:
            continue
        before = region.before(left)
        if region.where.letter[i] == "t" and tokens.at(before) != b"=":
            continue
        if before < 0 or (not _clash(region, left, i) and not (tokens.kind[left] == "w" == tokens.kind[i])):
            continue
        if tokens.kind[before] == "p" and tokens.text[before] not in (
            b";",
            b"{",
            b"}",
            b")",
            b"]",
            b":",
            b"*",
        ):
            if tokens.text[before] != b"," or region.where.letter[i] == "i" or region.where.paren[i] >= 0:
                region.opaque(left, i)
        elif tokens.text[before] == b"{" and region.where.letter[i] == "i":
            region.opaque(left, i)


def _is_call(region: Region, opening: int) -> bool:
    tokens = region.tokens
    head = opening - 1
    if head < 0 or tokens.kind[head] == "d":
        return False
    text = tokens.text[head]
    letter = region.where.letter[opening]
    inside = region.where.paren[opening] >= 0
    if tokens.kind[head] != "w":
        return (
            text in (b")", b"]")
            and letter == "b"
            and not region.hidden[head]
            and not _is_declarator(region, head)
        )
    if region.hidden[head]:
        return b"while" in region.canvas.shadow[tokens.start[head] : tokens.end[head]]
    if text == b"while":
        return True
    if text in KEYWORDS or text in TYPEOF:
        return False
    before = region.before(head)
    if letter in "ts" and not inside:
        # A name after a type is declared here; a name alone is a macro.
        return region.starts_declaration(head) or (
            before >= 0 and tokens.text[before] in (b"=", b"static", b",")
        )
    if letter in "ts":
        outer = region.where.paren[opening]
        return outer > 0 and (
            _is_call(region, outer)
            or (
                region.where.letter[opening] == "t"
                and before >= 0
                and tokens.kind[before] == "p"
                and tokens.text[before] not in (b"*",)
            )
        )
    if before >= 0 and tokens.kind[before] == "w" and letter == "b" and not inside:
        return tokens.text[before] in STATEMENT_WORDS or region.new_line(before, head)
    return True


def _is_declarator(region: Region, closing: int) -> bool:
    """Tell whether the ``)`` ends ``(*name)`` or ``(*)``, after which parameters follow and not arguments."""
    tokens = region.tokens
    opening = tokens.mate[closing]
    if opening < 0 or tokens.text[closing] != b")" or tokens.at(opening + 1) != b"*":
        return False
    before = opening - 1
    if closing == opening + 2:
        return True
    return before >= 0 and (
        (tokens.kind[before] == "w" and tokens.text[before] not in STATEMENT_WORDS)
        or tokens.text[before] == b"*"
    )


def _mask_list(region: Region, opening: int, stop: int) -> None:
    tokens = region.tokens
    pieces: list[tuple[int, int]] = []
    first = opening + 1
    k = first
    while k <= stop:
        text = tokens.text[k]
        if k == stop or (text == b"," and tokens.kind[k] == "p"):
            pieces.append((first, k - 1))
            first = k + 1
        elif tokens.kind[k] == "p" and text in OPEN and k < tokens.mate[k] < stop:
            k = tokens.mate[k]
        k += 1
    if len(pieces) == 1 and pieces[0][0] > pieces[0][1]:
        return
    if any(a > b for a, b in pieces):
        a, b = pieces[-1]
        if a > b and len(pieces) > 1 and all(x <= y for x, y in pieces[:-1]):
            region.blank(stop - 1, stop - 1, "word")  # F(a, ) : only the last comma is in the way
            pieces.pop()
        else:
            region.opaque(opening + 1, stop - 1)
            return
    for a, b in pieces:
        if any(region.hidden[a : b + 1]) and a == b:
            continue
        if is_type(region, a, b):
            if a == b and tokens.text[a] not in TAG_WORDS and tokens.text[a] in TYPE_WORDS:
                continue
            start, end = tokens.start[a], tokens.end[b]
            region.canvas.show(start, end, type_stand_in(region.canvas.text[start:end]), "type")
            region.hide(a, b)
        elif is_odd(region, a, b):
            region.opaque(a, b)


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
        elif (
            text == b"("
            and tokens.at(i + 1) == b"*"
            and tokens.mate[last] > i
            and tokens.at(i + 2) in (b")", b"[")
        ):
            return True
        else:
            return False
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
            if _clash(region, before, i):
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


def _clash(region: Region, before: int, at: int) -> bool:
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
