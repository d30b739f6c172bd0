# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines, indentation and the gaps between tokens of one text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from rewriter.source.text import Lines, Span


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

    def first_on_line(self, offset: int) -> bool:
        """Nothing but white space stands before ``offset`` on its line."""
        return not self.text[self.line_start(offset) : offset].strip()

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

    def _rstrip(self, at: int) -> int:
        while at and self.text[at - 1 : at].isspace():
            at -= 1
        return at

    def comments_in(self, start: int, end: int) -> list[Span]:
        """The comments that lie between two offsets."""
        low = bisect_left(self.comments, Span(start, start))
        return [c for c in self.comments[low:] if c.end <= end and c.start < end]

    def unit(self) -> bytes:
        """One level of indentation as this text has it: a tab unless its lines start with blanks."""
        tabs = self.text.count(b"\n\t")
        blanks = self.text.count(b"\n    ")
        return b"    " if blanks > tabs else b"\t"
