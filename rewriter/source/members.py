# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for what stands between the braces of a struct, an enum or an initializer.

``DECLARE_BITMAP(a, 3);`` is shown as a member, ``ENTRY(a, b)`` without comma as an enumerator or element
with one, ``u32 : 2;`` as a field with a name, ``[A] value`` with its ``=``.
"""

from __future__ import annotations

from rewriter.source.region import KEYWORDS, QUALIFIERS, TAG_WORDS, TYPE_WORDS, Region


def mask_bit_field(region: Region, colon: int) -> None:
    """Give an unnamed bit field a name: ``u32 : 2;`` or ``u32 a : 4, : 2;``."""
    tokens = region.tokens
    before = region.before(colon)
    if before < 0 or region.hidden[colon]:
        return
    if tokens.text[before] == b",":
        stop = region.after(colon)
        while stop >= 0 and tokens.text[stop] not in (b",", b";", b"}"):
            stop = region.after(stop)
        if stop > 0:
            region.blank(before, stop - 1, "word")
        return
    first = before
    while first >= 0 and tokens.kind[first] == "w" and not region.starts_declaration(first):
        first = region.before(first)
    if first < 0 or tokens.kind[first] != "w":
        return
    words = [tokens.text[k] for k in range(first, colon) if not region.hidden[k]]
    if _has_name([word for word in words if word not in QUALIFIERS]) or _ends_type(region, first):
        return
    stop = colon
    while stop >= 0 and tokens.text[stop] not in (b",", b";", b"}"):
        stop = region.after(stop)
    if stop > 0 and tokens.end[stop - 1] - tokens.start[first] >= 3:
        region.show(first, stop - 1, b"t x", "bit-field")


def _has_name(words: list[bytes]) -> bool:
    """Tell whether words are a type and a name, not ``u32``, ``unsigned int`` or ``enum e`` alone."""
    if TYPE_WORDS.issuperset(words):
        return False
    return len(words) > (2 if words[0] in TAG_WORDS else 1)


def _ends_type(region: Region, index: int) -> bool:
    """Tell whether the token follows the body of a struct or enum, whose field it names then."""
    before = region.before(index)
    opening = region.tokens.mate[before] if before >= 0 and region.tokens.text[before] == b"}" else -1
    return opening >= 0 and region.where.letter[opening + 1] in "se"


def mask_designator(region: Region, closing: int) -> None:
    """Show ``=`` in the blank of ``[index] value``."""
    tokens = region.tokens
    opening = tokens.mate[closing]
    after = region.after(closing)
    if opening < 1 or after < 0 or region.where.paren[opening] >= 0:
        return
    if tokens.at(opening - 1) not in (b"{", b",") and tokens.kind[opening - 1] != "d":
        return
    start, end = tokens.end[closing], tokens.start[after]
    bare = tokens.text[after] not in (b"=", b".", b"[", b",", b"}")
    if bare and end > start and region.canvas.text[start : start + 1] in (b" ", b"\t"):
        region.canvas.show(start, start + 1, b"=", "inserted")


def mask_enumerator(region: Region, index: int) -> None:
    """Show ``ENTRY(a, b)`` among enumerators as one, with its comma where that is inside the macro."""
    tokens = region.tokens
    before = region.before(index)
    if region.where.paren[index] >= 0:
        return
    if tokens.at(index + 1) != b"(" or tokens.mate[index + 1] < 0:
        after = region.after(index)
        alone = after >= 0 and tokens.kind[after] == "w" and region.new_line(index, after)
        if alone and tokens.end[index] - tokens.start[index] > 1 and region.shown(before) in (b",", b"{"):
            region.opaque(index, index)
            region.canvas.shadow[tokens.end[index] - 1] = ord(",")
        return
    if before >= 0 and tokens.kind[before] != "d" and region.shown(before) not in (b",", b"{", b")"):
        return
    stop = tokens.mate[index + 1]
    after = region.after(stop)
    region.opaque(index, stop)
    if after >= 0 and tokens.text[after] not in (b",", b"}", b"="):
        region.canvas.shadow[tokens.end[stop] - 1] = ord(",")


def mask_element(region: Region, index: int) -> None:
    """The same among the elements of an initializer: ``ENTRY(a) ENTRY(b)``."""
    tokens = region.tokens
    if region.where.paren[index] >= 0:
        return
    before, after = region.before(index), region.after(index)
    if before < 0 or after < 0:
        return
    if tokens.kind[before] != "d" and region.shown(before) not in (b",", b"{"):
        return
    if tokens.text[after] != b"(" or tokens.mate[after] < 0 or tokens.text[index] in KEYWORDS:
        bare = tokens.text[after] == b"{" or (tokens.kind[after] == "w" and region.new_line(index, after))
        if bare and tokens.text[index] not in KEYWORDS and tokens.end[index] - tokens.start[index] > 1:
            region.opaque(index, index)
            region.canvas.shadow[tokens.end[index] - 1] = ord(",")
        return
    stop = tokens.mate[after]
    follower = region.after(stop)
    if follower >= 0 and tokens.text[follower] == b"=":
        region.show(index, stop, b".x", "opaque")  # a macro that makes a designator
    elif follower >= 0 and (
        tokens.kind[follower] == "w"
        or tokens.text[follower] in (b"{", b".", b"[")
        or (tokens.kind[follower] == "s" and region.new_line(stop, follower))
    ):
        if tokens.text[follower] == b"[" and not region.new_line(stop, follower):
            return
        if tokens.text[follower] == b"." and not region.new_line(stop, follower):
            return
        region.opaque(index, stop)
        region.canvas.shadow[tokens.end[stop] - 1] = ord(",")


def show_member(region: Region, first: int, stop: int, closed: bool) -> None:
    """Show a macro among a struct's members as a member."""
    tokens = region.tokens
    region.show(first, stop, b"t x", "declarer")
    if not closed:
        region.canvas.shadow[tokens.end[stop] - 1] = ord(";")
