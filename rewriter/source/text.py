# SPDX-License-Identifier: GPL-2.0-or-later
"""The bytes of one C file, byte ranges in them, and what was masked for the parser.

Everything between reading and reporting speaks of half-open byte ranges; lines and columns are
computed from the original text when something is shown to a person.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

#: How text that a pattern or a file writes becomes bytes: what is no UTF-8 in it as it was read.
AS_BYTES = "utf-8", "surrogateescape"


def read_text(path: Path) -> str:
    """Read a semantic patch, of which bytes that are no UTF-8 are surrogates.

    Raises OSError, and ValueError for what is no text.
    """
    text = path.read_text(*AS_BYTES)
    if "\0" in text:
        raise ValueError(f"no text file (byte {len(text[: text.index(chr(0))].encode(*AS_BYTES))})")
    return text


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of bytes, ``start`` included, ``end`` not."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        """Tell whether ``other`` lies inside this span (equal spans cover each other)."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share at least one byte."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Mask:
    """One place where the parser is shown other bytes than the file has.

    ``kind`` says what the masked text is (``iterator``, ``attribute``, ``type-argument``, ...; the list
    is in `rewriter.source.shadow`), ``name`` the macro concerned, empty where none is. An edit may
    cover a mask whole or leave it alone, never cut it.
    """

    span: Span
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and the shadow that is parsed in its place.

    ``shadow`` has the length of ``text`` and its newlines at the same places, so that every byte range
    of the parse addresses the original; ``masks`` are sorted and disjoint.
    """

    path: str
    text: bytes
    shadow: bytes
    masks: tuple[Mask, ...] = ()

    def decode(self, span: Span) -> str:
        """Give the original text of ``span``; bytes that are no UTF-8 come back as surrogates."""
        return self.text[span.start : span.end].decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Lines:
    """The line starts of a text, to turn byte offsets into what people read."""

    text: bytes = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, text: bytes) -> Lines:
        """Index ``text`` once; lines end at ``\\n`` alone, as in git and in compilers' messages."""
        lengths = (len(line) + 1 for line in text.split(b"\n")[:-1])
        return cls(text, tuple(accumulate(lengths, initial=0)))

    def line(self, offset: int) -> int:
        """Give the 1-based line of the byte at ``offset``."""
        return bisect_right(self.starts, offset)

    def column(self, offset: int) -> int:
        """Give the 0-based column of ``offset`` in bytes; a tab counts one, as in spatch's reports."""
        return offset - self.starts[self.line(offset) - 1]

    def content(self, line: int) -> bytes:
        """Give the 1-based ``line`` without its newline."""
        start = self.starts[line - 1]
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        return self.text[start:end]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of code, or a whole file, that was not analysed, and the construct that is to blame."""

    path: str
    line: int  # 1-based
    construct: str
    function: str = ""
