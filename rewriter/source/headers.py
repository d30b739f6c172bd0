# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for macros that are a function's header.

``SYSCALL_DEFINE2(f, int, a, long, b) {`` reads as ``long            f( int  a, long  b) {``, and
``TEST_F(a, b) {`` as ``TEST_F a( b) {``. What can be no parameter is shown as one name. A name in small
letters is no macro's: ``f(a) {`` is a function without a type.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rewriter.source.region import STATEMENT_WORDS, Region

#: What is shown for a function without a type, its name and parameters.
UNTYPED = b"t x"
_PAIRED = re.compile(rb"\w*SYSCALL\w*DEFINE\w*\d|\w*BPF_CALL_\d")


def mask_header(region: Region, name: int, opening: int, stop: int) -> None:
    """Make a function's header of ``NAME(a, type, b, ..) {``."""
    tokens = region.tokens
    word = tokens.text[name]
    if word == word.lower() and word not in region.table.functions:
        region.show(name, stop, UNTYPED, "function")
        return
    commas = [
        k for k in range(opening + 1, stop) if tokens.text[k] == b"," and region.where.paren[k] == opening
    ]
    if tokens.kind[opening + 1] != "w" or (commas and commas[0] != opening + 2):
        length = tokens.end[stop] - tokens.start[name]
        if length >= 6 and opening + 1 <= stop:
            region.show(name, stop, b"int f()" if length >= 7 else b"t f()", "header")
        return
    region.hide(name, opening + 1)
    if not commas:
        return
    canvas = region.canvas
    if word in region.table.functions or _PAIRED.match(word):
        canvas.show(tokens.start[name], tokens.end[opening], b"long", "header", word)
        canvas.show(tokens.start[commas[0]], tokens.end[commas[0]], b"(", "header", b",")
        _pair_parameters(region, [*commas, stop])
        region.hide(opening, stop)
        return
    canvas.blank(tokens.start[opening], tokens.end[opening], "header", b"(")
    canvas.show(tokens.start[commas[0]], tokens.end[commas[0]], b"(", "header", b",")
    bounds = [*commas, stop]
    for left, right in pairwise(bounds):
        if left + 1 < right and not _is_parameter(region, left + 1, right - 1):
            canvas.opaque(tokens.start[left + 1], tokens.end[right - 1])
        elif left + 1 == right:
            canvas.blank(tokens.start[left + 1], tokens.start[left + 1], "word")
    region.hide(opening, stop)


def _pair_parameters(region: Region, bounds: list[int]) -> None:
    """Blank the comma between each type and its name; a macro that stands for a pair is one parameter."""
    tokens = region.tokens
    k = 0
    while k + 1 < len(bounds):
        first, last = bounds[k] + 1, bounds[k + 1] - 1
        if first <= last and tokens.text[last] == b")" and tokens.at(first + 1) == b"(":
            region.canvas.opaque(tokens.start[first], tokens.end[last], tokens.text[first])
            k += 1
            continue
        if k + 2 < len(bounds):
            comma = bounds[k + 1]
            region.canvas.blank(tokens.start[comma], tokens.end[comma], "header", b",")
        k += 2


def _is_parameter(region: Region, first: int, last: int) -> bool:
    tokens = region.tokens
    return all(tokens.kind[k] == "w" or tokens.text[k] == b"*" for k in range(first, last + 1)) and (
        tokens.kind[first] == "w" and tokens.text[first] not in STATEMENT_WORDS
    )
