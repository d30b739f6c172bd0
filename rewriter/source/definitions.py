# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for top level, struct members and enumerators: macros that declare, headers, stray words."""

from __future__ import annotations

import re

from rewriter.source.region import (
    ASM_WORDS,
    KEYWORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    Region,
)

_PAIRED = re.compile(rb"\w*SYSCALL\w*DEFINE\w*\d|\w*BPF_CALL_\d")


def mask_definitions(region: Region) -> None:
    """Mask what stands where a declaration begins and is none in C."""
    tokens = region.tokens
    for i in range(len(tokens)):
        if region.hidden[i]:
            continue
        if tokens.kind[i] == "d":
            _mask_variadic(region, i)
            continue
        letter = region.where.letter[i]
        if letter == "s" and tokens.text[i] == b":":
            _mask_bit_field(region, i)
        elif letter == "s" and tokens.text[i] == b";" and tokens.at(i - 1) in (b";", b"{"):
            region.blank(i, i, "word")
        elif letter == "i" and tokens.text[i] == b"]":
            _mask_designator(region, i)
        if tokens.kind[i] != "w":
            continue
        if letter == "e":
            _mask_enumerator(region, i)
        elif letter == "i":
            _mask_element(region, i)
        elif region.starts_declaration(i):
            _mask_start(region, i)


def _mask_bit_field(region: Region, colon: int) -> None:
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
    words = [k for k in range(first, colon) if not region.hidden[k]]
    named = [k for k in words if tokens.text[k] not in TYPE_WORDS and tokens.text[k] not in QUALIFIERS]
    if len(named) > (1 if len(named) == len(words) else 0):
        return
    stop = colon
    while stop >= 0 and tokens.text[stop] not in (b",", b";", b"}"):
        stop = region.after(stop)
    if stop > 0 and tokens.end[stop - 1] - tokens.start[first] >= 3:
        region.show(first, stop - 1, b"t x", "opaque")


_DEFINE = re.compile(rb"#[ \t]*define\b")
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/")
_ODD_PARAMETERS = re.compile(rb"#[ \t]*define[ \t]+\w+\(([^()]*)\)")
_PLAIN_PARAMETER = re.compile(rb"[\s\\]*+\w*+[\s\\]*+(?:\.\.\.)?[\s\\]*+")
_NAMED_DOTS = re.compile(rb"#[ \t]*define[ \t]+\w+\([^()]*?(\w+)[ \t]*\.\.\.[ \t]*\)")


def _mask_variadic(region: Region, index: int) -> None:
    """Blank the name in ``#define F(fmt, args...)``."""
    text, start = region.tokens.text[index], region.tokens.start[index]
    found = _NAMED_DOTS.match(text)
    if found:
        region.canvas.blank(start + found.start(1), start + found.end(1), "word", found.group(1))
    if text.endswith((b"\\\n", b"\\\r\n")):
        at = start + text.rindex(b"\\")
        region.canvas.blank(at, at + 1, "word")  # continued by an empty line
    odd = _ODD_PARAMETERS.match(text)
    if odd and not all(_PLAIN_PARAMETER.fullmatch(one) for one in odd.group(1).split(b",")):
        region.canvas.opaque(start + odd.start(1), start + odd.end(1))
    if b"/*" in text and _DEFINE.match(text):
        for comment in _COMMENT.finditer(text):
            if text[comment.end() :].strip(b" \t\\\r\n"):
                region.canvas.hide_comment(start + comment.start(), start + comment.end())
    elif text.startswith(b"#") and region.effort:
        condition = re.match(rb"#[ \t]*(?:el)?if\b[ \t]*", text)
        if condition and condition.end() < len(text):
            region.canvas.opaque(start + condition.end(), region.tokens.end[index])


def _mask_designator(region: Region, closing: int) -> None:
    """Show ``=`` in the blank of ``[index] value``."""
    tokens = region.tokens
    opening = tokens.mate[closing]
    after = region.after(closing)
    if opening < 1 or after < 0 or region.where.paren[opening] >= 0:
        return
    if tokens.at(opening - 1) not in (b"{", b",") and tokens.kind[opening - 1] != "d":
        return
    start, end = tokens.end[closing], tokens.start[after]
    if tokens.text[after] not in (b"=", b".", b"[", b",", b"}") and end > start:
        if region.canvas.text[start : start + 1] in (b" ", b"\t"):
            region.canvas.show(start, start + 1, b"=", "inserted")


def _mask_enumerator(region: Region, index: int) -> None:
    """Show ``ENTRY(a, b)`` among enumerators as one, with its comma where that is inside the macro."""
    tokens = region.tokens
    before = region.before(index)
    if region.where.paren[index] >= 0:
        return
    if tokens.at(index + 1) != b"(" or tokens.mate[index + 1] < 0:
        after = region.after(index)
        alone = after >= 0 and tokens.kind[after] == "w" and region.new_line(index, after)
        if alone and tokens.end[index] - tokens.start[index] > 1 and tokens.text[before] in (b",", b"{"):
            region.opaque(index, index)
            region.canvas.shadow[tokens.end[index] - 1] = ord(",")
        return
    if before >= 0 and tokens.kind[before] != "d" and tokens.text[before] not in (b",", b"{", b")"):
        return
    stop = tokens.mate[index + 1]
    after = region.after(stop)
    region.opaque(index, stop)
    if after >= 0 and tokens.text[after] not in (b",", b"}", b"="):
        region.canvas.shadow[tokens.end[stop] - 1] = ord(",")


def _mask_element(region: Region, index: int) -> None:
    """The same among the elements of an initializer: ``ENTRY(a) ENTRY(b)``."""
    tokens = region.tokens
    if region.where.paren[index] >= 0:
        return
    before, after = region.before(index), region.after(index)
    if before < 0 or after < 0:
        return
    if tokens.kind[before] != "d" and tokens.text[before] not in (b",", b"{"):
        return
    if tokens.text[after] != b"(" or tokens.mate[after] < 0 or tokens.text[index] in KEYWORDS:
        if tokens.kind[after] == "w" and region.new_line(index, after) and tokens.text[index] not in KEYWORDS:
            region.blank(index, index, "word")
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


_TYPE_LIKE = re.compile(
    rb"__(?:[usbl]|le|be|int)+\d+|__\w+_t|__(?:sum16|wsum|typeof\w*|inline\w*|const|volatile|restrict|asm\w*|signed\w*)"
)


def _mask_leading(region: Region, index: int) -> int:
    """Blank ``__name`` and ``__name(..)`` that lead a definition; give the first token of what is left."""
    tokens = region.tokens
    i = index
    while i >= 0 and tokens.text[i].startswith(b"__") and not _TYPE_LIKE.match(tokens.text[i]):
        after = region.after(i)
        if after < 0:
            return i
        last = i
        if tokens.text[after] == b"(" and tokens.mate[after] > 0:
            last = tokens.mate[after]
            after = region.after(last)
            if after < 0 or tokens.kind[after] != "w":
                return i
        elif tokens.kind[after] != "w" or not (
            region.new_line(i, after)
            or tokens.text[after].startswith(b"__")
            or tokens.text[after] in QUALIFIERS
        ):
            return i
        region.blank(i, last, "attribute")
        i = after
    return i


def _mask_start(region: Region, index: int) -> None:
    tokens = region.tokens
    i = _mask_leading(region, index) if region.where.letter[index] == "t" else index
    index = i
    while i >= 0 and tokens.text[i] in QUALIFIERS:
        i = region.after(i)
    if i < 0 or tokens.kind[i] != "w" or region.where.paren[i] >= 0:
        return
    after = region.after(i)
    if after < 0:
        if i == index and tokens.end[i] - tokens.start[i] > 1:
            region.show_call(i, i, "declarer")
        return
    if tokens.text[i] not in KEYWORDS and region.where.letter[i] == "t" and region.new_line(i, after):
        if tokens.kind[after] == "d" or tokens.kind[i + 1 : i + 2] == ["d"]:
            if i == index and tokens.end[i] - tokens.start[i] > 1 and tokens.text[i].isupper():
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
    _mask_words(region, index)


def _mask_macro(region: Region, start: int, name: int, opening: int, stop: int) -> None:
    """Handle ``[static] NAME(..)`` where a declaration is expected, by what follows it."""
    tokens = region.tokens
    letter = region.where.letter[name]
    after = region.after(stop)
    text = tokens.text[after] if after >= 0 else b""
    kind = tokens.kind[after] if after >= 0 else ""
    word = tokens.text[name]
    if letter == "s":
        if (
            kind == "w"
            and not region.new_line(stop, after)
            and tokens.at(after + 1) in (b";", b",", b"[", b":")
        ):
            return
        if text == b"{":
            return
        _show_member(region, start, stop, text == b";")
        return
    if text == b"{":
        inner = region.after(after)
        if inner >= 0 and tokens.text[inner] == b".":
            if start != name:
                region.blank(start, name - 1, "word")
            region.show(name, stop, b"t x =", "opaque")
        else:
            _mask_header(region, name, opening, stop)
        return
    if text == b"." and after + 1 < len(tokens) and tokens.kind[after + 1] == "w":
        _mask_machine(region, name, stop)
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
        if (
            word in region.table.attribute_calls
            or same_line
            or (single_string and _adjacent(region, stop, after))
        ):
            if same_line and kind == "w" and tokens.at(after + 1) in (b";", b"=", b"[", b","):
                length = tokens.end[stop] - tokens.start[name]
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


def _mask_tag(region: Region, index: int) -> None:
    """Show a tag that a macro makes, ``struct NAME(x) {``, as a name."""
    tokens = region.tokens
    if tokens.kind[index] == "w" and tokens.at(index + 1) == b"(" and tokens.mate[index + 1] > 0:
        after = region.after(tokens.mate[index + 1])
        if after >= 0 and (tokens.text[after] in (b"{", b"*") or tokens.kind[after] == "w"):
            region.opaque(index, tokens.mate[index + 1])


def _mask_machine(region: Region, name: int, stop: int) -> None:
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


def _show_member(region: Region, first: int, stop: int, closed: bool) -> None:
    """Show a macro among a struct's members as a member."""
    tokens = region.tokens
    region.show(first, stop, b"t x", "declarer")
    if not closed:
        region.canvas.shadow[tokens.end[stop] - 1] = ord(";")


def _show_variable(region: Region, name: int, stop: int) -> None:
    tokens = region.tokens
    opening = name + 1
    if stop == opening + 2 and tokens.kind[opening + 1] == "w" and False:
        return
    start, end = tokens.start[name], tokens.end[stop]
    region.canvas.show(start, end, b"t x", "opaque", tokens.text[name])
    region.hide(name, stop)


def _mask_header(region: Region, name: int, opening: int, stop: int) -> None:
    """Make a function's header of ``NAME(a, type, b, ..) {``."""
    tokens = region.tokens
    word = tokens.text[name]
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
    for left, right in zip(bounds, bounds[1:], strict=False):
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


def mask_extra_words(region: Region) -> None:
    """Blank names that stand between types and declarators: attributes nobody told us of."""
    tokens = region.tokens
    i = 0
    while i < len(tokens):
        if tokens.kind[i] != "w" or region.hidden[i]:
            i += 1
            continue
        letter = region.where.letter[i]
        before = region.before(i)
        text = tokens.text[before] if before >= 0 else b""
        if letter in "tsb" and _declares(region, i, before, text):
            i = _mask_words(region, i)
        else:
            i += 1


def _declares(region: Region, index: int, before: int, text: bytes) -> bool:
    letter = region.where.letter[index]
    paren = region.where.paren[index]
    tokens = region.tokens
    if text == b"*":
        return letter in "ts" or region.where.paren[index] < 0
    if paren >= 0:
        return letter in "ts" and text in (b"(", b",")
    if letter == "b":
        return region.starts_statement(index)
    if text == b",":
        return True
    if text in (b")", b"]"):
        head = tokens.mate[before] - 1
        if (
            head < 0
            or tokens.text[head] in KEYWORDS
            or not (tokens.kind[head] == "w" or tokens.text[head] == b")")
        ):
            return False  # a cast
        return letter in "ts" and (not region.new_line(before, index) or tokens.text[index] not in KEYWORDS)
    return region.starts_declaration(index)


def _mask_words(region: Region, index: int) -> int:
    """Look at the run of words at ``index``; blank those that are neither type nor name. Give where it ends."""
    tokens = region.tokens
    run: list[int] = []
    i = index
    typed = False
    unknown: list[int] = []
    while 0 <= i < len(tokens) and tokens.kind[i] == "w":
        text = tokens.text[i]
        if text in STATEMENT_WORDS or text in ASM_WORDS:
            break
        run.append(i)
        if region.hidden[i]:
            typed = typed or tokens.text[i] not in QUALIFIERS
        elif text in TAG_WORDS:
            typed = True
            following = region.after(i)
            if following >= 0 and tokens.kind[following] == "w":
                run.append(following)
                i = following
        elif text in TYPE_WORDS:
            typed = True
        elif text not in QUALIFIERS and text not in STATEMENT_WORDS:
            unknown.append(i)
            following = region.after(i)
            if (
                following >= 0
                and tokens.text[following] == b"("
                and tokens.mate[following] > 0
                and region.where.paren[i] >= 0
                and region.where.letter[i] in "ts"
                and len(unknown) > (1 if typed else 2)
            ):
                region.blank(i, tokens.mate[following], "attribute")
                unknown.pop()
                run.pop()
                i = region.after(i)
                break
            # NAME(..) between words is an attribute with arguments.
            if (
                following >= 0
                and tokens.text[following] == b"("
                and (len(unknown) > 1 or typed)
                and tokens.mate[following] > 0
            ):
                stop = tokens.mate[following]
                beyond = region.after(stop)
                if (
                    beyond >= 0
                    and tokens.kind[beyond] == "w"
                    and tokens.at(beyond + 1) in (b"(", b";", b"=", b"[", b",")
                ):
                    if region.where.letter[i] in "ts" and not region.new_line(stop, beyond):
                        region.blank(i, stop, "attribute")
                        unknown.pop()
                        run.pop()
                        i = beyond
                        continue
        i = region.after(i)
        if i < 0:
            break
    end = i if i >= 0 else len(tokens)
    if not run:
        return index + 1
    before = region.before(index)
    tail = tokens.text[end] if end < len(tokens) else b""
    after_star = before >= 0 and tokens.text[before] == b"*"
    if tail == b"(" and region.where.letter[index] == "t" and region.where.paren[index] < 0 and unknown:
        closing = tokens.mate[end]
        again = region.after(closing) if closing > 0 else -1
        if again >= 0 and tokens.text[again] == b"(" and tokens.mate[again] > 0 and unknown[-1] == run[-1]:
            follower = region.after(tokens.mate[again])
            if follower >= 0 and tokens.text[follower] == b"{" and tokens.at(end + 1) != b"*":
                region.opaque(run[-1], closing)  # int NAME(1)(void) {
    after_paren = before >= 0 and tokens.text[before] in (b")", b"]") and region.where.letter[index] != "b"
    if before >= 0 and tokens.text[before] == b"}":
        opening = tokens.mate[before]
        if opening >= 0 and region.where.letter[min(opening + 1, len(tokens) - 1)] in "se":
            typed = True  # } name;
    elif before >= 0 and tokens.text[before] == b"," and region.where.paren[index] < 0:
        typed = True
    allowed = 0 if after_paren else 1 if after_star or typed else 2
    if tail == b"*":
        allowed = 0 if typed else 1
    elif tail == b"{" and typed and not after_paren and any(tokens.text[k] in TAG_WORDS for k in run):
        allowed = 0
    if after_paren and tail not in (b"{", b";", b"=", b",", b")"):
        return end
    extra = len(unknown) - allowed
    if extra > 0:
        candidates = sorted(
            unknown if allowed == 0 or tail == b"*" else unknown[:-1],
            key=lambda k: (not tokens.text[k].startswith(b"_"), not tokens.text[k].isupper(), k),
        )
        for k in candidates[:extra]:
            region.blank(k, k, "attribute")
    return max(end, index + 1)
