# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for operands that are no C: ``typeof``, asm templates, strings beside calls, case ranges."""

from __future__ import annotations

from rewriter.source.expressions import clash, is_type
from rewriter.source.region import ASM_WORDS, KEYWORDS, TYPEOF, Region

_ALIGNOF = frozenset(b"__alignof__ __alignof _Alignof alignof".split())


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
            # F(G(N * sizeof(struct a), b)); reads as a type made of types; a number cannot be one.
            region.show(i, stop, b"0", "operand")


def _mask_offsetof(region: Region, index: int, stop: int) -> None:
    tokens = region.tokens
    comma = next(
        (k for k in range(index + 2, stop) if tokens.text[k] == b"," and region.where.paren[k] == index + 1),
        -1,
    )
    if comma < 0 or comma + 1 >= stop:
        return
    if stop - comma > 2:
        region.show(comma + 1, stop - 1, b"m", "member")


def mask_sequences(region: Region) -> None:
    """Show ``b, c`` in ``a[b, c]`` as a name: the grammar has no comma operator there."""
    tokens = region.tokens
    for i, text in enumerate(tokens.text):
        if text != b"," or region.hidden[i]:
            continue
        opening = region.where.paren[i]
        if opening < 1 or tokens.text[opening] != b"[" or tokens.text[opening - 1] == b"[":
            continue
        stop = tokens.mate[opening]
        if stop > i and tokens.at(stop + 1) != b"]":
            region.show(opening + 1, stop - 1, b"x", "sequence")


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


def mask_products(region: Region) -> None:
    """Show ``n * m`` in ``F(G(n * m));`` as a number: it reads as a parameter, and the call as a type."""
    tokens = region.tokens
    for i in range(2, len(tokens) - 2):
        if tokens.text[i] != b"*" or region.where.letter[i] != "b" or any(region.hidden[i - 1 : i + 2]):
            continue
        names = tokens.kind[i - 1] == tokens.kind[i + 1] == "w" and tokens.text[i - 1] not in KEYWORDS
        if names and tokens.text[i - 2] == b"(" and tokens.text[i + 2] == b")":
            region.show(i - 1, i + 1, b"0", "operand")


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
        if not region.starts_statement(i):
            region.blank(i, stop, "attribute")  # the register of a variable
            continue
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


def mask_neighbours(region: Region) -> None:
    """Show two operands side by side, ``16 KB`` or ``timeout SCALE``, as one: a macro is an operator."""
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
        if before < 0 or (not clash(region, left, i) and not (tokens.kind[left] == "w" == tokens.kind[i])):
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
