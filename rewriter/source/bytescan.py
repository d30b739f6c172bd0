# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about a place in C text that its neighbouring bytes answer, without reading tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

ALNUM = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
BLANKS = b" \t\r\n\f\v"
#: A comment. Before Python 3.11.5 a group that is repeated possessively keeps what its last turn took before
#: it failed at a lookahead or a repetition: this group, as all that are, fails at its first character only.
COMMENT = rb"/\*[^*]*+\*++(?:[^/*][^*]*+\*++)*+/"
_BRACKETS = re.compile(rb"[()]|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|" + COMMENT + rb"|\*/")
_MAX_LINE = 2000


def closing(text: bytes | bytearray, opening: int, limit: int) -> int:
    """Give the offset of the parenthesis that closes the one at ``opening``, -1 if none before ``limit``.

    There is none either where a comment ends that began before.
    """
    depth = 0
    for found in _BRACKETS.finditer(text, opening, limit):
        what = found.group()
        if what == b"(":
            depth += 1
        elif what == b")":
            depth -= 1
            if depth == 0:
                return found.start()
        elif what == b"*/":
            return -1
    return -1


def is_protected(text: bytes, at: int) -> bool:
    """Tell whether ``at`` lies in a preprocessor or continued line, a string or a ``//`` comment."""
    start = max(text.rfind(b"\n", max(0, at - _MAX_LINE), at) + 1, at - _MAX_LINE)
    if start > 1 and text[start - 2] == 92:
        return True  # the line before ends with a backslash
    before = text[start:at]
    if b"//" in before:
        return True
    if b'"' in before and (before.count(b'"') - before.count(b'\\"') - before.count(b"'\"'")) % 2:
        return True  # in a string
    return text[start : start + 80].lstrip()[:1] == b"#"


def places_of(text: bytes, word: bytes) -> Iterator[int]:
    """Give each place where ``word`` stands as a whole word."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if (at == 0 or text[at - 1] not in ALNUM) and (end == len(text) or text[end] not in ALNUM):
            yield at
        at = text.find(word, end)


def word_start(text: bytes, at: int) -> int:
    """Give the start of the word that ``at`` lies in; words longer than any real one are cut."""
    limit = max(0, at - 200)
    while at > limit and text[at - 1] in ALNUM:
        at -= 1
    return at


_STATEMENT_WORDS = frozenset([b"else", b"do"])


def starts_statement(text: bytes, at: int) -> bool:
    """Tell whether what begins at ``at`` begins a statement, by what stands before it."""
    line = text.rfind(b"\n", max(0, at - _MAX_LINE), at) + 1
    first = text[max(line, at - 200) : at].strip()
    if not first:
        if line == at:
            return False  # column 0: a definition
        before = text[max(0, line - 400) : line].rstrip(BLANKS + b"\\")
        last = before[before.rfind(b"\n") + 1 :].strip()
        if last[:1] == b"#" or b"//" in last:
            return True
    else:
        before = first
    if before[-1:] in (b";", b"{", b"}", b")", b":"):
        return True
    if before[-2:] == b"*/":
        return True
    word = before[word_start(before, len(before)) :]
    return word in _STATEMENT_WORDS
