# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for the start of a declaration: macros that declare, define or begin one.

``module_init(f)`` without semicolon gets one, ``static DEFINE_X(a);`` loses its ``static``,
``MACHINE_START(..) .a = b, MACHINE_END`` reads as an initialized variable.
"""

from __future__ import annotations

from rewriter.source.directives import mask_directive
from rewriter.source.headers import mask_header
from rewriter.source.implicit import mask_implicit
from rewriter.source.members import (
    mask_bit_field,
    mask_designator,
    mask_element,
    mask_enumerator,
    show_member,
)
from rewriter.source.region import KEYWORDS, QUALIFIERS, STATEMENT_WORDS, TAG_WORDS, Region
from rewriter.source.words import mask_leading, mask_words


def mask_definitions(region: Region) -> None:
    """Mask what stands where a declaration begins and is none in C."""
    tokens = region.tokens
    for i in range(len(tokens)):
        if region.hidden[i]:
            continue
        if tokens.kind[i] == "d":
            mask_directive(region, i)
            continue
        letter = region.where.letter[i]
        if letter == "s" and tokens.text[i] == b":":
            mask_bit_field(region, i)
        elif letter == "s" and tokens.text[i] == b";" and tokens.at(i - 1) in (b";", b"{"):
            region.blank(i, i, "word")
        elif letter == "i" and tokens.text[i] == b"]":
            mask_designator(region, i)
        if tokens.kind[i] != "w":
            continue
        if letter == "e":
            mask_enumerator(region, i)
        elif letter == "i":
            mask_element(region, i)
        elif region.starts_declaration(i):
            _mask_start(region, i)


def _mask_start(region: Region, index: int) -> None:
    tokens = region.tokens
    i = mask_leading(region, index) if region.where.letter[index] == "t" else index
    index = i
    while i >= 0 and tokens.text[i] in QUALIFIERS:
        i = region.after(i)
    if i != index and region.where.letter[index] == "t" and mask_implicit(region, index):
        return
    if i < 0 or tokens.kind[i] != "w" or region.where.paren[i] >= 0:
        return
    after = region.after(i)
    if region.where.letter[i] == "s" and i == index and tokens.text[i] not in KEYWORDS:
        alone = i + 1 < len(tokens) and (tokens.kind[i + 1] == "d" or tokens.text[i + 1] == b"}")
        if alone and tokens.end[i] - tokens.start[i] > 3:
            show_member(region, i, i, False)
        if alone:
            return
    if i != index and tokens.text[i] in TAG_WORDS:
        _mask_idle(region, index, i)
    if after < 0:
        if i == index and tokens.end[i] - tokens.start[i] > 1:
            region.show_call(i, i, "declarer")
        return
    if tokens.text[i] not in KEYWORDS and region.where.letter[i] == "t" and region.new_line(i, after):
        alone = tokens.kind[after] == "d" or tokens.kind[i + 1] == "d"
        loud = tokens.text[i].isupper() or (i > 0 and tokens.kind[i - 1] == "d")
        if alone and i == index and tokens.end[i] - tokens.start[i] > 1 and loud:
            region.show_call(i, i, "declarer")
            return
    if tokens.text[i] in TAG_WORDS:
        _mask_tag(region, after)
    if (
        tokens.text[i] not in KEYWORDS
        and tokens.text[after] == b"("
        and tokens.mate[after] > 0
        and tokens.at(after + 1) not in (b"*", b"(")
    ):
        _mask_macro(region, index, i, after, tokens.mate[after])
        return
    mask_words(region, index)


def _mask_tag(region: Region, index: int) -> None:
    """Show a tag that a macro makes, ``struct NAME(x) {``, as a name."""
    tokens = region.tokens
    if tokens.kind[index] == "w" and tokens.at(index + 1) == b"(" and tokens.mate[index + 1] > 0:
        after = region.after(tokens.mate[index + 1])
        if after >= 0 and (tokens.text[after] in (b"{", b"*") or tokens.kind[after] == "w"):
            region.opaque(index, tokens.mate[index + 1])


def _mask_macro(region: Region, start: int, name: int, opening: int, stop: int) -> None:
    """Handle ``[static] NAME(..)`` where a declaration is expected, by what follows it."""
    tokens = region.tokens
    letter = region.where.letter[name]
    after = region.after(stop)
    text = tokens.text[after] if after >= 0 else b""
    kind = tokens.kind[after] if after >= 0 else ""
    word = tokens.text[name]
    length = tokens.end[stop] - tokens.start[name]
    if letter == "s":
        if (
            kind == "w"
            and not region.new_line(stop, after)
            and tokens.at(after + 1) in (b";", b",", b"[", b":")
        ):
            return
        if text == b"{":
            return
        show_member(region, start, stop, text == b";")
        return
    if text == b"{":
        inner = region.after(after)
        if inner >= 0 and tokens.text[inner] == b".":
            if start != name:
                region.blank(start, name - 1, "word")
            region.show(name, stop, b"t x =", "opaque")
        elif start == name and length >= 8 and _is_struct(region, after):
            region.show(name, stop, b"struct x" + b"_" * (length - 8), "header")
        else:
            mask_header(region, name, opening, stop)
        return
    if text == b"." and after + 1 < len(tokens) and tokens.kind[after + 1] == "w":
        mask_machine(region, name, stop)
        return
    if text == b";":
        if start != name:
            region.blank(start, name - 1, "word")
        return
    if text in (b"=", b"["):
        if start == name:
            _show_variable(region, name, stop)
        else:
            region.show(start, name - 1, b"int", "word")
            _show_variable(region, name, stop)
        return
    if word.startswith(b"__") and after >= 0 and (kind == "w" or text == b"*"):
        region.blank(name, stop, "attribute")
        return
    single_string = stop == opening + 2 and tokens.kind[opening + 1] == "s"
    if after >= 0 and (kind == "w" or text == b"*"):
        same_line = not region.new_line(stop, after)
        leads = word in region.table.attribute_calls or same_line
        leads = leads or (single_string and _adjacent(region, stop, after))
        if leads and word not in region.table.declarers:
            typed = same_line and kind == "w"
            if typed and (tokens.at(after + 1) in (b";", b"=", b"[", b",") or _is_header(region, after)):
                if length > 8:
                    region.show(name, stop, b"struct x" + b"_" * (length - 8), "typeof")
                return
            region.blank(name, stop, "attribute")
            return
    if after < 0 or kind in "wd" or text in (b"}", b"#", b","):
        if text == b",":
            region.blank(after, after, "word")
        if start != name:
            region.blank(start, name - 1, "word")
        region.show_call(name, stop, "declarer")


def _is_header(region: Region, name: int) -> bool:
    """Tell whether ``NAME(..) {`` follows, so that what stands before is its type."""
    tokens = region.tokens
    stop = tokens.mate[name + 1] if tokens.at(name + 1) == b"(" else -1
    after = region.after(stop) if stop > 0 else -1
    return after >= 0 and tokens.text[after] == b"{"


def _is_struct(region: Region, opening: int) -> bool:
    """Tell whether the braces hold members: declarations without calls and values, and a ``;`` follows."""
    tokens = region.tokens
    stop = tokens.mate[opening]
    if stop < opening + 2 or tokens.at(stop + 1) != b";" or tokens.text[stop - 1] != b";":
        return False
    return not any(
        tokens.text[k] == b"=" or tokens.text[k] in STATEMENT_WORDS for k in range(opening, stop)
    ) and any(
        tokens.kind[k] == "w" == tokens.kind[k + 1] or tokens.text[k] == b"*" for k in range(opening, stop)
    )


def _mask_idle(region: Region, start: int, tag: int) -> None:
    """Blank ``static`` before a struct that is only declared, ``static struct a { .. };``."""
    tokens = region.tokens
    body = tag + 1 if tokens.at(tag + 1) == b"{" else tag + 2
    if tokens.at(body) == b"{" and tokens.mate[body] > 0 and tokens.at(tokens.mate[body] + 1) == b";":
        region.blank(start, tag - 1, "word")


def mask_machine(region: Region, name: int, stop: int) -> None:
    """Show ``MACHINE_START(..) .a = b, .. MACHINE_END`` as the initialized variable it is."""
    tokens = region.tokens
    i = region.after(stop)
    while i >= 0:
        if tokens.kind[i] == "w" and tokens.at(i - 1) in (b",", b"}") and region.where.paren[i] < 0:
            if tokens.text[i].endswith((b"END", b"end")) and tokens.end[i] - tokens.start[i] > 1:
                region.show(name, stop, b"t x={", "opaque")
                region.show(i, i, b"};", "opaque")
            return
        if tokens.text[i] in (b"{", b"(", b"[") and tokens.mate[i] > 0:
            i = tokens.mate[i]
        i = region.after(i)


def _adjacent(region: Region, first: int, second: int) -> bool:
    between = region.canvas.text[region.tokens.end[first] : region.tokens.start[second]]
    return between.count(b"\n") <= 1


def _show_variable(region: Region, name: int, stop: int) -> None:
    tokens = region.tokens
    start, end = tokens.start[name], tokens.end[stop]
    region.canvas.show(start, end, b"t x", "opaque", tokens.text[name])
    region.hide(name, stop)
