# SPDX-License-Identifier: GPL-2.0-or-later
"""The fast lane: a few searches over the bytes that mask what most functions need masked.

Each search starts from a fixed string, which the regular expression engine finds at memory speed. A hit
inside a comment or a string does no harm, because text is always read from the original; only the end of a
comment must never be hidden, or the code behind it would go with it.
"""

from __future__ import annotations

import re
from itertools import chain

from rewriter.source.bytescan import (
    ALNUM,
    BLANKS,
    closing,
    is_protected,
    places_of,
    starts_statement,
    word_start,
)
from rewriter.source.macros import MacroTable
from rewriter.source.region import KEYWORDS, is_type_like
from rewriter.source.shadow import Canvas
from rewriter.source.stems import names_among

_DUNDER = re.compile(rb"__\w+")
_EACH = tuple((word, re.compile(word + rb"\w{0,80}+[ \t]{0,8}+\(")) for word in (b"each", b"EACH"))
_STATIC_CALL = re.compile(rb"\nstatic[ \t]+(\w+)[ \t]*\(")
_FIRST_CALL = re.compile(rb"static[ \t]+(\w+)[ \t]*\(")
_TAGGED = tuple((tag, re.compile(tag + rb"[ \t]++\w++[ \t]*+[,)]")) for tag in (b"struct", b"union", b"enum"))
_TYPE = re.compile(
    rb"(?>(?:const[ \t\n]+)?)(?:(?:struct|union|enum)[ \t\n]++\w++"
    rb"|(?>(?:(?:unsigned|signed|long|short|int|char|void|u?int\d+_t|[us]\d+|bool|float|double)\b[ \t\n]*+)+)"
    rb"|\w++(?=[ \t\n]*\*))[ \t\n]*+(?:const\b[ \t\n]*+)?+(?:\*[ \t\n]*+(?:const\b)?+[ \t]*+)*+"
)
# Calls that commonly take a type of more than one word; the full rules find the others by shape.
_NO_ATTRIBUTE_AFTER = frozenset(bytes([c]) for c in b";{=(,&|!+-<>?:")
_TYPE_CALLS = (b"_t(", b"va_arg(", b"_entry(", b"container_of(")
_PLAIN_WORD = re.compile(rb"\w+")
_CASE_DOTS = re.compile(rb"case\b[^:;{}\n?]*$")
_MAX_ARGUMENTS = 4000


def mask_quickly(canvas: Canvas, table: MacroTable) -> None:
    """Mask attributes, loops, the commonest type arguments, static macro calls and case ranges."""
    code = _without_defines(canvas.text)
    _mask_attributes(canvas, table, code)
    _mask_loops(canvas, table, code)
    _mask_type_arguments(canvas, code)
    _mask_static_calls(canvas)
    _mask_case_ranges(canvas)
    _mask_comments_in_macros(canvas)
    _mask_typeof(canvas)
    _mask_type_names(canvas)
    _mask_jump_arguments(canvas, code)
    _mask_open_comment(canvas)


def _without_defines(text: bytes) -> bytes:
    """Give a text with many ``#define`` lines without them: enough to tell which words are worth a search."""
    if text.count(b"\n#define") * 300 < len(text):
        return text
    return b"\n".join([line for line in text.split(b"\n") if line[:7] != b"#define"])


def _mask_attributes(canvas: Canvas, table: MacroTable, code: bytes) -> None:
    text, names, calls = canvas.text, table.attributes, table.attribute_calls
    for found in _DUNDER.finditer(text if b"__" in code else b""):
        start = found.start()
        if start and text[start - 1] in ALNUM:
            continue
        name = found.group()
        if name in names:
            if _is_operand(text, start, found.end()) or is_protected(text, start):
                continue
            canvas.blank(start, found.end(), "attribute", name)
        elif name in calls:
            _mask_attribute_call(canvas, start, found.end(), name)
    plain = [name for name in names | calls if name[:2] != b"__"]
    for name in names_among(code, plain):
        for start in places_of(text, name):
            end = start + len(name)
            if name in calls:
                _mask_attribute_call(canvas, start, end, name)
            elif not _is_operand(text, start, end) and not is_protected(text, start):
                canvas.blank(start, end, "attribute", name)


def _is_operand(text: bytes, start: int, end: int) -> bool:
    """Tell an argument or operand, ``(X)``, ``X,``, ``= X;``, from a name in an attribute's position."""
    before = text[max(0, start - 8) : start].rstrip(BLANKS)[-1:]
    after = text[end : end + 8].lstrip(BLANKS)[:1]
    if before in (b".", b">"):
        return True  # a member
    if after == b"(" and (text[end : end + 1] == b"(" or text[end - 10 : end] == b"volatile__"):
        return True
    return before in (b"(", b",") and after in (b")", b",")


def _mask_attribute_call(canvas: Canvas, start: int, end: int, name: bytes) -> None:
    text = canvas.text
    opening = end
    while text[opening : opening + 1] in (b" ", b"\t", b"\n"):
        opening += 1
    if text[opening : opening + 2] == b"(\\":
        return  # inside a string
    if text[opening : opening + 1] != b"(" or is_protected(text, start):
        return
    if start and text[start - 1] != 10 and not name.startswith(b"__attribute"):
        before = text[max(0, start - 80) : start].rstrip(BLANKS)[-1:]
        if before in _NO_ATTRIBUTE_AFTER:
            return  # a call
    stop = closing(text, opening, min(len(text), opening + _MAX_ARGUMENTS))
    if stop < 0:
        return
    canvas.blank(start, stop + 1, "attribute", name)


def _mask_loops(canvas: Canvas, table: MacroTable, code: bytes) -> None:
    text = canvas.text
    for word, pattern in _EACH:
        for found in pattern.finditer(text if word in code else b""):
            start = word_start(text, found.start())
            name = text[start : found.end() - 1].rstrip()
            kind = "block" if name in table.blocks else "iterator"
            mask_loop(canvas, start, start + len(name), found.end() - 1, name, kind)
    loops = [word for word in table.iterators | table.blocks if b"each" not in word and b"EACH" not in word]
    for word in names_among(code, loops):
        kind = "block" if word in table.blocks else "iterator"
        for start in places_of(text, word):
            opening = start + len(word)
            while text[opening : opening + 1] in (b" ", b"\t"):
                opening += 1
            if text[opening : opening + 1] == b"(":
                mask_loop(canvas, start, start + len(word), opening, word, kind)


def mask_loop(canvas: Canvas, start: int, end: int, opening: int, name: bytes, kind: str) -> bool:
    """Show the loop's name as a keyword if it stands where a statement begins and a body follows."""
    text = canvas.text
    if end - start < 2 or not starts_statement(text, start):
        return False
    stop = closing(text, opening, min(len(text), opening + _MAX_ARGUMENTS))
    if stop < 0:
        return False
    after = text[stop + 1 : stop + 2000].lstrip(BLANKS + b"\\")
    while after.startswith(b"/*"):
        after = after.partition(b"*/")[2].lstrip(BLANKS)
    if after[:1] != b"{" and not (
        after[:1] and (after[0] in ALNUM or after[:1] in b"*(+-") and after[:3] != b"..."
    ):
        return False
    if text[opening + 1 : stop].strip():
        canvas.show(start, end, b"while" if end - start >= 5 else b"if", kind, name)
    elif stop + 1 - start >= 7:
        canvas.show(start, stop + 1, b"for(;;)", kind, name)
    return True


def _mask_type_arguments(canvas: Canvas, code: bytes) -> None:
    text = canvas.text
    for tag, pattern in _TAGGED:
        for found in pattern.finditer(text if tag in code else b""):
            start, end = found.start(), found.end() - 1
            before = text[max(0, start - 40) : start]
            if before[-6:-1] == b"const" and before[-1:] in (b" ", b"\t"):
                start -= 6
                before = before[:-6]
            if before[-1:] == b"(":
                # A type alone between parentheses is a cast's, sizeof's or a parameter.
                is_argument = (
                    text[end] == 44 and before[-2:-1].isalnum() and not before.endswith(b"offsetof(")
                )
            else:
                is_argument = before.rstrip(BLANKS)[-1:] == b","
            if is_argument:
                while text[end - 1] in b" \t":
                    end -= 1
                canvas.show(start, end, type_stand_in(text[start:end]), "type")
    for name in _TYPE_CALLS:
        at = text.find(name) if name in code else -1
        while at >= 0:
            opening = at + len(name) - 1
            stop = closing(text, opening, min(len(text), opening + _MAX_ARGUMENTS))
            if stop > 0:
                _mask_types_among(canvas, opening, stop)
            at = text.find(name, opening)


def _mask_types_among(canvas: Canvas, opening: int, stop: int) -> None:
    text = canvas.text
    depth = 0
    start = opening + 1
    pieces = []
    for found in re.finditer(rb"[(),]", text[opening:stop]):
        what = found.group()
        at = opening + found.start()
        if what == b"(":
            depth += 1
        elif what == b")":
            depth -= 1
        elif depth == 1:
            pieces.append((start, at))
            start = at + 1
    pieces.append((start, stop))
    for left, right in pieces:
        piece = text[left:right]
        trimmed = piece.strip()
        if _PLAIN_WORD.fullmatch(trimmed) or not trimmed:
            continue
        if _TYPE.fullmatch(trimmed):
            at = left + len(piece) - len(piece.lstrip())
            canvas.show(at, at + len(trimmed), type_stand_in(trimmed), "type")


def type_stand_in(text: bytes) -> bytes:
    """Give the identifier that stands for a type: ``struct_foo`` for ``struct foo *``; cut at its line."""
    return re.sub(rb"\W", b"_", text.partition(b"\n")[0].rstrip(b" \t*")) or b"x"


def _mask_static_calls(canvas: Canvas) -> None:
    text = canvas.text
    first = _FIRST_CALL.match(text)
    for found in chain([first] if first else [], _STATIC_CALL.finditer(text)):
        opening = found.end() - 1
        stop = closing(text, opening, min(len(text), opening + _MAX_ARGUMENTS))
        if stop < 0 or found.group(1) in (b"__typeof__", b"typeof"):
            continue
        after = text[stop + 1 : stop + 80].lstrip(BLANKS)[:1]
        at = found.start() + (text[found.start()] == ord("\n"))
        if after == b"{" and found.group(1).islower():
            continue  # a function without a type
        if after in (b";", b"{"):
            canvas.blank(at, at + 6, "word", b"static")
        elif after in (b"=", b"["):
            canvas.show(at, at + 6, b"int", "word", b"static")


def _mask_open_comment(canvas: Canvas) -> None:
    """Blank a comment that is never closed, if it holds many beginnings: the parser tries each to the end."""
    text = canvas.text
    closed = text.rfind(b"*/") + 2 if b"*/" in text else 0
    if text.count(b"/*", closed) > 50:
        canvas.blank(text.index(b"/*", closed), len(text), "opaque")


_JUMPS = (b"return", b"goto ", b"break", b"continue")
_JUMP = re.compile(rb"(?:return|goto|break|continue)\b")


def _mask_jump_arguments(canvas: Canvas, code: bytes) -> None:
    """Show ``return -1`` among arguments as one: the grammar reads the word as a variable and is silent."""
    text = canvas.text
    for word in _JUMPS:
        if word not in code:
            continue
        for mark in (b"(" + word, b", " + word):
            at = text.find(mark)
            while at >= 0:
                start = at + len(mark) - len(word)
                jump = _JUMP.match(text, start)
                if jump and not is_protected(text, start):
                    end = _argument_end(text, start)
                    if end > 0:
                        canvas.opaque(start, end, jump.group())
                at = text.find(mark, at + 1)


def _argument_end(text: bytes, start: int) -> int:
    """Give where the argument that begins at ``start`` ends, blanks left out; -1 if it is no argument."""
    depth = 0
    for found in re.finditer(rb"[(),;{}]|\*/", text[start : start + 400]):
        what = found.group()
        if what == b"(":
            depth += 1
        elif what in (b")", b",") and depth == 0:
            return start + len(text[start : start + found.start()].rstrip())
        elif what == b")":
            depth -= 1
        elif what != b",":
            return -1
    return -1


_TYPEOF = re.compile(rb"typeof(?:__)?[ \t]{0,8}+\(")


def _mask_typeof(canvas: Canvas) -> None:
    """Show ``typeof(..)`` as a type, ``struct x_``, unless it stands in a macro's body."""
    text = canvas.text
    for found in _TYPEOF.finditer(text):
        start = word_start(text, found.start())
        if text[start : found.end() - 1].rstrip() not in (b"typeof", b"__typeof__", b"__typeof"):
            continue
        stop = closing(text, found.end() - 1, min(len(text), found.end() + _MAX_ARGUMENTS))
        if stop > 0 and stop + 1 - start > 8 and not is_protected(text, start):
            name = b"struct x" + b"_" * (stop + 1 - start - 8)
            if b"\n" not in text[start : start + 9]:
                canvas.show(start, stop + 1, name, "typeof")


_DECLARED = re.compile(rb" \( ?\*+ ?\w++ ?\)[ \t]{0,8}+[\[(]")
_LEADING = re.compile(rb"([;{}][ \t]++|\n[ \t]*+|\A)(?:(?:const|static|volatile|register)[ \t]++)*(\w++)\Z")


def _mask_type_names(canvas: Canvas) -> None:
    """Show the type in ``u8 (*a)[3], b;`` as ``int``: the grammar takes a name there for a function's.

    At a line's start the blank before the parenthesis tells a declaration, in the layout of the kernel; in
    patterns, which are one line to the parser, the name.
    """
    text = canvas.text
    for found in _DECLARED.finditer(text):
        leading = _LEADING.search(text, max(0, found.start() - 100), found.start())
        if leading is None or leading.group(2) in KEYWORDS:
            continue
        if not (starts_statement(text, leading.end(1)) or _begins_definition(text, leading.end(1))):
            continue
        start, end = leading.span(2)
        if leading.group(1)[:1] in (b";", b"{", b"}") and not is_type_like(leading.group(2)):
            continue
        if found.start() + 1 - start >= 3:
            canvas.show(start, max(end, start + 3), b"int", "type-name", leading.group(2))


def _begins_definition(text: bytes, at: int) -> bool:
    """Tell whether what begins at ``at``, in column 0, stands behind whole definitions."""
    before = text[max(0, at - 400) : at].rstrip()
    line = before[before.rfind(b"\n") + 1 :]
    ended = not before or before[-1:] in (b";", b"}") or before[-2:] == b"*/" or line[:1] == b"#"
    return ended and text[at - 1 : at] in (b"\n", b"")


_COMMENT_IN_MACRO = re.compile(rb"\*/[ \t]{0,200}+\\\r?\n")


def _mask_comments_in_macros(canvas: Canvas) -> None:
    """Make comments that end a continued line part of the macro's body: the grammar ends the body there."""
    text = canvas.text
    for found in _COMMENT_IN_MACRO.finditer(text):
        start = _opening(text, max(0, found.start() - _MAX_ARGUMENTS), found.start())
        if start >= 0 and text.find(b"*/", start + 2) == found.start():
            canvas.hide_comment(start, found.start() + 2)


def _opening(text: bytes, low: int, end: int) -> int:
    """Give where the comment begins whose ``*/`` is at ``end``, not before ``low``; -1 if it is not found."""
    closed = text.rfind(b"*/", low, end)
    if closed > low and text.startswith(b"/*/", closed - 1):
        return closed - 1
    return text.find(b"/*", max(low, closed + 2), end)


def _mask_case_ranges(canvas: Canvas) -> None:
    text = canvas.text
    at = text.find(b"...")
    while at >= 0:
        line = max(at - 300, text.rfind(b"\n", max(0, at - 300), at) + 1, 0)
        if _CASE_DOTS.search(text, line, at):
            canvas.show(at, at + 3, b"||", "case-range")
        at = text.find(b"...", at + 3)
