# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for statements: macros with a body, macros without semicolon, words the grammar cannot place."""

from __future__ import annotations

from rewriter.source.context import CONTROL
from rewriter.source.definitions import mask_machine
from rewriter.source.implicit import mask_implicit
from rewriter.source.region import ASM_WORDS, KEYWORDS, QUALIFIERS, STATEMENT_WORDS, TYPE_WORDS, Region

_NO_CALLS = KEYWORDS - frozenset([b"while"])


def mask_statements(region: Region) -> None:
    """Mask what begins a statement but is none in C."""
    tokens = region.tokens
    for i in range(len(tokens)):
        if tokens.text[i] == b"..." and region.starts_statement(i):
            region.blank(i, i, "word")
        if region.hidden[i] or tokens.kind[i] != "w":
            continue
        if tokens.text[i] == b"goto" and tokens.at(i + 1) == b"*":
            end = i + 2
            while end < len(tokens) and tokens.text[end] != b";" and end - i < 40:
                end += 1
            if end == i + 3:
                region.blank(i + 1, i + 1, "word")
            elif end < len(tokens):
                region.opaque(i + 1, end - 1)
            continue
        if not region.starts_statement(i):
            continue
        text = tokens.text[i]
        if text == b"noreturn" and tokens.at(i + 1) == b";":
            region.show(i, i, b"x", "opaque")  # a qualifier to the grammar
            continue
        if text in CONTROL and tokens.at(i + 2) == b"(" and tokens.kind[i + 1] == "w":
            region.blank(i + 1, i + 1, "word")  # if TEST(x)
            continue
        if text in QUALIFIERS and not mask_implicit(region, i):
            _mask_qualified(region, i)
        if text == b"for" and tokens.at(i + 1) == b"(":
            _mask_header(region, i + 1)
        if text in KEYWORDS:
            continue
        after = region.after(i)
        if after < 0:
            continue
        if tokens.text[after] == b":":
            follower = region.after(after)
            if follower >= 0 and (tokens.text[follower] == b"}" or tokens.kind[after + 1] == "d"):
                region.show(i, after, text + b";", "label")
            continue
        if tokens.text[after] == b"(" and tokens.mate[after] > 0:
            _mask_call(region, i, after, tokens.mate[after])
        elif tokens.text[after] == b"{":
            region.blank(i, i, "word")
        elif tokens.end[i] - tokens.start[i] > 1 and (
            tokens.text[after] == b"}" or tokens.kind[i + 1] == "d" or _stands_alone(region, i, after)
        ):
            region.show_call(i, i, "statement")


def _mask_header(region: Region, opening: int) -> None:
    """Show what ``for (i = 0, EACH(a, b))`` holds, where the macro has the semicolons, as three parts."""
    tokens = region.tokens
    stop = tokens.mate[opening]
    if stop < opening + 4 or tokens.text[stop - 1] != b")":
        return
    inside = range(opening + 1, stop)
    if not any(tokens.text[k] == b";" and region.where.paren[k] == opening for k in inside):
        region.opaque(opening + 1, stop - 1)
        end = tokens.end[stop - 1]
        region.canvas.shadow[end - 2 : end] = b";;"


def _mask_qualified(region: Region, index: int) -> None:
    """Blank ``static`` before a macro that declares: ``static DEFINE_MUTEX(x);``."""
    tokens = region.tokens
    name = index
    while name >= 0 and tokens.text[name] in QUALIFIERS:
        name = region.after(name)
    if name < 0 or tokens.kind[name] != "w" or tokens.text[name] in KEYWORDS or tokens.at(name + 1) != b"(":
        return
    stop = tokens.mate[name + 1]
    after = region.after(stop) if stop > 0 else -1
    if after < 0:
        return
    if tokens.text[after] == b";":
        region.blank(index, name - 1, "word")
    elif tokens.text[after] == b"=":
        region.show(name, stop, b"t x", "opaque")
    elif tokens.text[after] == b",":
        _mask_first(region, index, name, stop)


def _mask_first(region: Region, index: int, name: int, stop: int) -> None:
    """Show ``static T (*a), b;`` with a type before the name; ``static NAME(a, 1), b;`` declares names."""
    tokens = region.tokens
    if stop - name in (3, 4) and tokens.kind[stop - 1] == "w" and tokens.text[stop - 2] in (b"(", b"*"):
        if tokens.end[name] - tokens.start[name] >= 3:
            region.show(name, name, b"int", "type-name")
    elif tokens.end[name - 1] - tokens.start[index] >= 3:
        region.show(index, name - 1, b"int", "word")
        region.opaque(name, stop)


def _stands_alone(region: Region, index: int, after: int) -> bool:
    """Tell whether a word on a line of its own is a macro; a type may stand on a line of its own too."""
    tokens = region.tokens
    if tokens.kind[after] != "w" or not region.new_line(index, after):
        return False
    name = tokens.text[index]
    beyond = tokens.at(after + 1)
    if name.isupper() and after + 1 < len(tokens) and region.new_line(after, after + 1):
        return tokens.text[after].isupper()  # another one
    if tokens.text[after] in STATEMENT_WORDS:
        return True
    if beyond in (b"(", b"=") and name not in region.table.types and _begin_lines_alike(region, index, after):
        return True
    return name.upper() == name and beyond in (b"(", b"->", b".", b"++", b"--", b"+=", b"|=", b"&=")


def _begin_lines_alike(region: Region, index: int, after: int) -> bool:
    """Tell whether two tokens stand first on their lines, in the same column."""
    text, starts = region.canvas.text, [region.tokens.start[i] for i in (index, after)]
    leads = [text[text.rfind(b"\n", 0, start) + 1 : start] for start in starts]
    return leads[0] == leads[1] and not leads[0].strip()


def is_loop_name(region: Region, name: bytes) -> bool:
    """Tell a loop macro from a macro whose body runs once, by table and by shape."""
    table = region.table
    if name in table.blocks:
        return False
    low = name.lower()
    if name in table.iterators or b"each" in low:
        return True
    return not any(
        word in low for word in (b"scoped", b"guard", b"with", b"lock", b"if_", b"_if", b"section", b"once")
    )


def _mask_call(region: Region, index: int, opening: int, stop: int) -> None:
    tokens = region.tokens
    name = tokens.text[index]
    after = region.after(stop)
    if after < 0:
        return
    text, kind = tokens.text[after], tokens.kind[after]
    loop = is_loop_name(region, name)
    if text == b"." and tokens.at(after + 2) == b"=":
        mask_machine(region, index, stop)
        return
    if _holds_statements(region, opening, stop):
        region.opaque(opening + 1, stop - 1)
    if text == b":":
        region.opaque(index, stop)  # a label that a macro makes
        return
    if text == b";":
        before = region.before(index)
        if before >= 0 and tokens.text[before] == b"}" and tokens.at(tokens.mate[before] - 1) == b"do":
            region.show(index, index, b"while", "loop-end")
        return
    if text == b"{":
        closing = tokens.mate[after]
        tail = region.after(closing) if closing > 0 else -1
        ends = tail > 0 and tokens.kind[tail] == "w"
        if ends and tokens.text[tail].lower().startswith((b"while_", b"end_")):
            if not _mask_pair(region, index, stop, tail):
                _show_body(region, index, stop, "iterator" if loop else "block")
            return
        _show_body(region, index, stop, "iterator" if loop else "block")
        return
    if text == b"=" and tokens.at(after + 1) == b"{":
        region.show(index, stop, b"t x", "opaque")
        return
    if text == b"}" or kind == "d":
        region.show_call(index, stop, "statement")
        return
    if kind in "wn" or text in (b"*", b"(", b"++", b"--"):
        if _is_deeper(region, index, after) or (loop and _is_loop_by_name(region, name)):
            _show_body(region, index, stop, "iterator" if loop else "block")
        elif text == b"else" or (kind == "w" and region.new_line(stop, after)):
            if name in region.table.blocks:
                _show_body(region, index, stop, "block")
            else:
                region.show_call(index, stop, "statement")
        elif kind == "w" and text in STATEMENT_WORDS | ASM_WORDS:
            _show_body(region, index, stop, "block")
        elif kind == "w":
            beyond = tokens.at(after + 1)
            if beyond in (b";", b"=", b",", b"["):
                _show_type(region, index, stop)
            elif beyond in (b"+=", b"-=", b"|=", b"->", b"++", b"--", b".") and loop:
                _show_body(region, index, stop, "iterator")
            elif beyond == b"(" and not name.isupper():
                _show_body(region, index, stop, "iterator" if loop else "block")
            elif beyond == b"(" or text in TYPE_WORDS | QUALIFIERS:
                region.show_call(index, stop, "statement")
    elif kind == "s":
        region.opaque(index, stop)


def _is_loop_by_name(region: Region, name: bytes) -> bool:
    return name in region.table.iterators or b"each" in name.lower()


def _is_deeper(region: Region, index: int, after: int) -> bool:
    """Tell whether ``after`` begins a line that is indented more than the line of ``index``: it is a body."""
    return region.new_line(index, after) and _indent(region, after) > _indent(region, index)


def _indent(region: Region, index: int) -> int:
    at = region.tokens.start[index]
    text = region.canvas.text
    line = text.rfind(b"\n", max(0, at - 2000), at) + 1
    head = text[line:at].expandtabs()
    return len(head) - len(head.lstrip())


def _holds_statements(region: Region, opening: int, stop: int) -> bool:
    """Tell whether the only argument is statements: ``DEBUG(if (a) b(); c())``."""
    tokens = region.tokens
    if stop == opening + 1 or tokens.text[opening + 1] in (b"return", b"goto", b"break", b"continue"):
        return False
    found = tokens.text[opening + 1] in STATEMENT_WORDS
    k = opening + 1
    while k < stop:
        if tokens.text[k] == b",":
            return False
        if tokens.text[k] == b";":
            found = True
        if tokens.text[k] in (b"(", b"{", b"[") and tokens.mate[k] > k:
            k = tokens.mate[k]
        k += 1
    return found


def _show_type(region: Region, index: int, stop: int) -> None:
    tokens = region.tokens
    length = tokens.end[stop] - tokens.start[index]
    if length > 8:
        region.show(index, stop, b"struct x" + b"_" * (length - 8), "typeof")


def _show_body(region: Region, index: int, stop: int, kind: str) -> None:
    """Show the macro as a loop or an ``if``, whichever keyword its name has room for."""
    tokens = region.tokens
    name = tokens.text[index]
    if stop == index + 2:
        length = tokens.end[stop] - tokens.start[index]
        if length >= 7:
            region.show(index, stop, b"for(;;)", kind)
        return
    if len(name) >= 5:
        region.show(index, index, b"while", kind)
    elif len(name) >= 2:
        region.show(index, index, b"if", kind)


def _mask_pair(region: Region, index: int, stop: int, tail: int) -> bool:
    """Show ``do_x(..) { .. } while_x(..);`` as a ``do`` loop."""
    tokens = region.tokens
    if len(tokens.text[tail]) < 5 or tokens.at(tail + 1) != b"(" or tokens.mate[tail + 1] < 0:
        return False
    if tokens.at(tokens.mate[tail + 1] + 1) != b";" or len(tokens.text[index]) < 2:
        return False
    region.show(index, stop, b"do", "opaque")
    region.show(tail, tail, b"while", "loop-end")
    return True
