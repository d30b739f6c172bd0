# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines, indentation and the gaps between tokens of one text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rewriter.source.text import Lines, Span

_BRACES = re.compile(rb"""\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{}]""")
_LABELS = re.compile(rb"(\s*(case\b[^;{}\"']*|\w+)\s*:)+\s*")
_TAB = 8


def columns(text: bytes) -> int:
    """Give the columns that the start of a line takes, tabs expanded."""
    return len(text.decode("utf-8", "replace").expandtabs(_TAB))


def white_space(width: int, tabs: bool) -> bytes:
    """Give white space of a width in columns, in tabs as far as they reach if wanted."""
    return b"\t" * (width // _TAB) + b" " * (width % _TAB) if tabs else b" " * width


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a text; ``comments`` are sorted."""

    text: bytes
    lines: Lines
    comments: tuple[Span, ...]

    def line_start(self, offset: int) -> int:
        """The first byte of the line ``offset`` is in."""
        return self.text.rfind(b"\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """The newline that ends the line ``offset`` is in, or the end of the text."""
        found = self.text.find(b"\n", offset)
        return len(self.text) if found < 0 else found

    def indent(self, offset: int) -> bytes:
        """The blanks and tabs the line of ``offset`` starts with."""
        start = self.line_start(offset)
        line = self.text[start : self.line_end(offset)]
        return line[: len(line) - len(line.lstrip(b" \t"))]

    def indent_within(self, offset: int) -> bytes:
        """The indentation of the line of ``offset``, and more behind a label or opening braces on it."""
        before = self.without_comments(self.line_start(offset), offset)
        opened = 0
        for brace in _BRACES.findall(before):
            opened = max(0, opened + (brace == b"{") - (brace == b"}"))
        levels = opened or (1 if _LABELS.fullmatch(before) else 0)
        return self.indent(offset) + self.unit() * levels

    def past_blanks(self, offset: int, more: bytes = b"") -> int:
        """The first byte at or behind ``offset`` that is neither a blank nor a tab, nor one of ``more``."""
        while self.text[offset : offset + 1].strip(b" \t" + more) == b"" and offset < len(self.text):
            offset += 1
        return offset

    def before_blanks(self, offset: int) -> int:
        """The end of the blanks and tabs that stand before ``offset``, looked at from there."""
        while self.text[offset - 1 : offset] in (b" ", b"\t"):
            offset -= 1
        return offset

    def first_on_line(self, offset: int) -> bool:
        """Nothing but white space stands before ``offset`` on its line."""
        return not self.text[self.line_start(offset) : offset].strip()

    def closes_line(self, span: Span) -> bool:
        """Tell whether a token is a closing brace that begins its line."""
        return self.text[span.start : span.end] == b"}" and self.first_on_line(span.start)

    def last_on_line(self, offset: int) -> bool:
        """Nothing but white space stands behind ``offset`` on its line."""
        return not self.text[offset : self.line_end(offset)].strip()

    def only_comment_behind(self, offset: int) -> bool:
        """Nothing but white space and comments that end on the line stand behind ``offset`` on its line."""
        return not self.without_comments(offset, self.line_end(offset)).strip()

    def without_comments(self, start: int, end: int) -> bytes:
        """The text between two offsets with comments taken out; a comment that is cut stays."""
        out, at = [], start
        for span in self.comments[bisect_left(self.comments, Span(start, start)) :]:
            if span.start >= end:
                break
            if span.end <= end:
                out.append(self.text[at : span.start])
                at = span.end
        out.append(self.text[at:end])
        return b"".join(out)

    def is_gap(self, start: int, end: int) -> bool:
        """Only white space and comments stand between the offsets."""
        return start <= end and not self.without_comments(start, end).strip(b" \t\r\n\v\\")

    def code_before(self, offset: int) -> int:
        """The end of the last code before ``offset``: comments and white space are passed."""
        at = offset
        while True:
            stripped = self._rstrip(at)
            i = bisect_right(self.comments, Span(stripped, stripped)) - 1
            if i >= 0 and self.comments[i].end == stripped:
                at = self.comments[i].start
                continue
            return stripped

    def code_after(self, offset: int) -> int:
        """The start of the next code behind ``offset``: comments and white space are passed."""
        at = offset
        while True:
            while self.text[at : at + 1].isspace():
                at += 1
            i = bisect_left(self.comments, Span(at, at))
            if i < len(self.comments) and self.comments[i].start == at:
                at = self.comments[i].end
                continue
            return at

    def fit_commas(self, text: bytes, start: int, end: int) -> bytes:
        """Fit what is written between two offsets into a list: no comma stands first or before ``)``."""
        before, after = self.code_before(start), self.code_after(end)
        if text.startswith(b","):
            rest = text[1:].lstrip(b" \t")
            first = self.text[before - 1 : before] in (b"(", b"{", b",")
            text = rest if first else b", " + rest
        if text.endswith(b",") and self.text[after : after + 1] == b")":
            text = text[:-1]
        return text

    def _rstrip(self, at: int) -> int:
        while at and self.text[at - 1 : at].isspace():
            at -= 1
        return at

    def comments_in(self, start: int, end: int) -> list[Span]:
        """The comments that lie between two offsets."""
        low = bisect_left(self.comments, Span(start, start))
        return [c for c in self.comments[low:] if c.end <= end and c.start < end]

    def comment_above(self, start: int) -> int:
        """The start of the comments that stand right above the line at ``start``, or ``start``."""
        code = self.code_before(start)
        comments = [c for c in self.comments_in(code, start) if self.first_on_line(c.start)]
        while comments:
            last = comments.pop()
            gap = self.text[last.end : start]
            if gap.count(b"\n") > 1 or gap.strip():
                break
            start = self.line_start(last.start)
        return start

    def newline(self) -> bytes:
        """What ends a line of this text."""
        return b"\r\n" if b"\r\n" in self.text[:4096] else b"\n"

    def unit(self) -> bytes:
        """One level of indentation as this text has it: a tab unless more of its lines start with blanks."""
        return _unit(self.text)


@lru_cache(maxsize=8)
def _unit(text: bytes) -> bytes:
    if text.count(b"\n  ") <= text.count(b"\n\t"):
        return b"\t"
    widths = [len(line) - len(line.lstrip(b" ")) for line in text.splitlines() if line.strip()]
    steps = Counter(after - before for before, after in pairwise(widths) if 1 < after - before <= _TAB)
    return b" " * steps.most_common(1)[0][0] if steps else b" " * 4
