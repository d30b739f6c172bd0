# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for argument lists: types among arguments, and arguments that are no C.

``foo(p, const struct bar *, m)`` shows the type as an identifier; ``CHECK(a, ==, b)``, ``F(192mhz)`` and
``WRAP(return -1)`` show the odd argument as one.
"""

from __future__ import annotations

from rewriter.source.expressions import is_odd, is_type
from rewriter.source.quick import type_stand_in
from rewriter.source.region import KEYWORDS, STATEMENT_WORDS, TAG_WORDS, TYPE_WORDS, TYPEOF, Region
from rewriter.source.tokens import OPEN


def mask_arguments(region: Region) -> None:
    """Look at each argument list of a call and mask the arguments that are types or no expressions."""
    tokens = region.tokens
    calls: set[int] = set()  # the opening parentheses of calls, outer ones before inner ones
    for i, text in enumerate(tokens.text):
        if text != b"(" or tokens.kind[i] != "p":
            continue
        if _is_call(region, i, calls):
            calls.add(i)
            if not region.hidden[i] and tokens.mate[i] > 0:
                _mask_list(region, i, tokens.mate[i])


def _is_call(region: Region, opening: int, calls: set[int]) -> bool:
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
            before >= 0 and (tokens.text[before] in (b"=", b"static", b",") or _is_operator(region, before))
        )
    if letter in "ts":
        outer = region.where.paren[opening]
        return outer > 0 and (
            outer in calls
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


def _is_operator(region: Region, at: int) -> bool:
    """Tell whether a token of an initial value wants an operand; a star may belong to a declaration."""
    return region.tokens.kind[at] == "p" and region.tokens.text[at].strip(b"+-/%|&^<>=!~?:") == b""


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
