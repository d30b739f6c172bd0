# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines that were aligned with an open bracket follow it when a rewrite moves it.

::

    x = get(a,         x = get_locked(a,
            b);                       b);
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rewriter.edit.edit import Edit, Moved, Rewrite
from rewriter.edit.layout import columns, white_space
from rewriter.source.text import Span

_PIECE = re.compile(
    rb'"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'|/\*.*?\*/|//[^\n]*|[(){}\[\]]|\n', re.DOTALL
)
_BLANKS = re.compile(rb"[ \t]*")


def realigned(rewrite: Rewrite, span: Span) -> list[Edit]:
    """Give the edits that keep lines aligned in the lines of a span of the text that is rewritten."""
    if not rewrite.edits:
        return []
    start, end = rewrite.text.rfind(b"\n", 0, span.start) + 1, span.end
    moved = Moved(rewrite)
    old, new = _Text(rewrite.text), _Text(rewrite.apply())
    edits: list[Edit] = []
    brackets = new.continued(moved.offset(start), moved.offset(end))
    for line, bracket in old.continued(start, end).items():
        indent = old.indent(line)
        if old.column(bracket) + 1 != indent.columns or moved.touches(line, line + indent.length):
            continue
        now = moved.offset(line)
        if now not in brackets or new.text[now - 1 : now] != b"\n":
            continue
        width = new.column(brackets[now]) + 1
        new.shifts[now] = width - indent.columns
        if width != indent.columns:
            edits.append(Edit(Span(line, line + indent.length), indent.of(width)))
    return edits


@dataclass(frozen=True, slots=True)
class _Indent:
    length: int  # bytes
    columns: int
    tabs: bool

    def of(self, width: int) -> bytes:
        """Give white space of another width in the same style."""
        return white_space(width, self.tabs)


@dataclass(slots=True)
class _Text:
    """A text, with how many columns some of its lines move to the right, by their start."""

    text: bytes
    shifts: dict[int, int] = field(default_factory=dict)

    def continued(self, start: int, end: int) -> dict[int, int]:
        """Give the starts of lines inside brackets, with the innermost bracket that is open there.

        A bracket counts if something stands behind it on its line; lines that begin in a comment do not.
        """
        found: dict[int, int] = {}
        opened: list[int] = []  # offsets of ( and -1 for other brackets
        for piece in _PIECE.finditer(self.text, start, end):
            match piece.group():
                case b"(":
                    opened.append(piece.start())
                case b"{" | b"[":
                    opened.append(-1)
                case b")" | b"}" | b"]" if opened:
                    opened.pop()
                case b"\n" if opened and opened[-1] >= 0 and not self._last_on_line(opened[-1]):
                    found[piece.end()] = opened[-1]
        return found

    def _last_on_line(self, offset: int) -> bool:
        return not self.text[offset + 1 : self.text.find(b"\n", offset)].strip()

    def column(self, offset: int) -> int:
        """Give the column of a byte, tabs expanded."""
        start = self.text.rfind(b"\n", 0, offset) + 1
        return columns(self.text[start:offset]) + self.shifts.get(start, 0)

    def indent(self, line: int) -> _Indent:
        """Give what the line that starts at ``line`` begins with."""
        found = _BLANKS.match(self.text, line)
        blanks = found.group() if found else b""
        return _Indent(len(blanks), columns(blanks), b"\t" in blanks)
