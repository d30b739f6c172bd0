# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists that a rewrite made too long are broken at a comma; lines behind changed code follow their bracket.

::

    ret = get(ctx, first_argument, second_argument,
              third_argument);

As in the reference, only the commas of the outermost parentheses count, and only from the first added code
on a line: what was too long before stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from rewriter.edit.edit import Edit, Moved, Rewrite
from rewriter.edit.layout import columns, white_space
from rewriter.source.text import Span

#: The last column, from 1, of an argument and the comma or bracket behind it, if nothing else is asked for.
WIDTH = 78

_PIECE = re.compile(
    rb'"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'|/\*.*?\*/|//[^\n]*|\n[ \t]*+#(?:[^\n]|\\\n)*'
    rb"|\n[ \t]*+|[(){},]|[^\s\"'/(){},]+|/",
    re.DOTALL,
)
_BLANKS = re.compile(rb"[ \t]*")
#: Behind these a brace opens no block.
_VALUE = (b"=", b",", b"(", b"{", b"[", b"return")


def wrapped(rewrite: Rewrite, changed: Iterable[Span], width: int = WIDTH) -> Rewrite:
    """Give ``rewrite`` with lists broken that it made too long in the elements ``changed`` of its text.

    ``width`` is the last column that an argument and the comma or bracket behind it may take.
    Those in macros, whose lines end with backslashes, stay.
    """
    text = rewrite.apply()
    added = _added(rewrite)
    moved = Moved(rewrite)
    edits: list[Edit] = []
    for span in changed:
        start = moved.offset(span.start)
        if text[start : start + 1] != b"#":
            edits += _Wrapper(text, added, width).run(start, moved.offset(span.end))
    return rewrite.then(Rewrite.of(text, edits)) if edits else rewrite


def _added(rewrite: Rewrite) -> list[Span]:
    """List the code that the edits write, by where it stands in the new text."""
    found: list[Span] = []
    shift = 0
    for edit in rewrite.edits:
        code = edit.replacement.strip()
        if code:
            start = edit.span.start + shift + edit.replacement.index(code)
            found.append(Span(start, start + len(code)))
        shift += len(edit.replacement) - len(edit.span)
    return found


@dataclass(slots=True)
class _Bracket:
    """``kind`` is ``(``, or ``{`` of a block, or ``=`` for the brace of a value."""

    kind: str
    at: int
    column: int = -1  # where lines inside go on; -1 while its own line is being read


@dataclass(slots=True)
class _Wrapper:
    """Goes through one stretch of text; ``added`` are sorted, disjoint spans."""

    text: bytes
    added: list[Span]
    width: int
    edits: list[Edit] = field(default_factory=list)
    _open: list[_Bracket] = field(default_factory=list)
    _blocks: list[int] = field(default_factory=list)  # where blocks stand among the open brackets
    _lead: bytes = b""  # what the line begins with, up to _base
    _base: int = 0
    _active: bool = False  # code was added since the line began, inside the outermost parentheses
    _comma: int = -1  # the end of the last comma on the line that stands right in these
    _tabs: bool = True

    def run(self, start: int, end: int) -> list[Edit]:
        """Give the edits of white space between two offsets."""
        self._base = self.text.rfind(b"\n", 0, start) + 1
        last = b""
        for piece in _PIECE.finditer(self.text, start, end):
            text, at = piece.group(), piece.start()
            if text[:1] == b"\n":
                self._newline(at, piece.end())
                continue
            if self._outermost() and self._is_added(at, piece.end()):
                self._active = True
            match text:
                case b"(":
                    self._open.append(_Bracket("(", at))
                case b"{":
                    block = not last.endswith(_VALUE) and not (last == b")" and self._outermost())
                    if block:
                        self._blocks.append(len(self._open))
                    self._open.append(_Bracket("{" if block else "=", at))
                case b")" | b"}":
                    self._close(piece.end())
                case b"," if self._listed():
                    self._fit(piece.end())
                    self._comma = piece.end()
                case _:
                    pass
            if text[:2] not in (b"/*", b"//"):
                last = text
        return self.edits

    def _close(self, end: int) -> None:
        if self._listed():
            self._fit(end)
        if self._open and self._open.pop().kind == "{":
            self._blocks.pop()
        if not self._outermost():
            self._active, self._comma = False, -1

    def _group(self) -> int:
        """The place of the outermost bracket since the last block began."""
        return self._blocks[-1] + 1 if self._blocks else 0

    def _outermost(self) -> bool:
        """Tell whether the outermost bracket here is a parenthesis."""
        first = self._group()
        return first < len(self._open) and self._open[first].kind == "("

    def _listed(self) -> bool:
        """Tell whether nothing else is open than the outermost parenthesis."""
        return self._outermost() and len(self._open) == self._group() + 1

    def _is_added(self, start: int, end: int) -> bool:
        i = bisect_left(self.added, end, key=lambda span: span.start) - 1
        return i >= 0 and self.added[i].end > start

    def _column(self, at: int) -> int:
        return columns(self._lead + self.text[self._base : at])

    def _inside(self, bracket: _Bracket) -> int:
        """Give the column where lines inside a bracket go on."""
        return bracket.column if bracket.column >= 0 else self._column(bracket.at) + 1

    def _fit(self, end: int) -> None:
        """Break the line at the last comma if what stands behind it ends too far to the right."""
        if not self._active or self._comma < 0 or self._column(end) <= self.width:
            return
        if not self.text[self._comma : end].strip():
            return  # the line ends with the comma
        blanks = _BLANKS.match(self.text, self._comma)
        assert blanks is not None
        self._lead = white_space(self._inside(self._open[self._group()]), self._tabs)
        self._base = blanks.end()
        self.edits.append(Edit(Span(self._comma, blanks.end()), b"\n" + self._lead))
        self._open[self._group()].column = columns(self._lead)
        self._comma = -1

    def _newline(self, at: int, end: int) -> None:
        indent = self.text[at + 1 : end]
        directive = b"#" in indent
        if indent.strip(b" \t") == b"":
            self._tabs = not indent.startswith(b" ")
        self._fit(at)
        inner = self._open[-1] if self._open else None
        follows = (
            self._active
            and not directive
            and inner is not None
            and inner.kind == "("
            and not self._is_added(at, at + 1)
            and columns(indent) < self._inside(inner)
            and self.text[inner.at + 1 : at].strip() != b""
            and self.text[end : end + 1] != b"\n"
        )
        self._comma = -1
        if follows and inner is not None:
            for bracket in self._open[self._group() :]:
                bracket.column = self._inside(bracket)
            self._lead, self._base = white_space(inner.column, self._tabs), end
            self.edits.append(Edit(Span(at + 1, end), self._lead))
            return
        self._lead, self._base = b"", at + 1
        self._active = self._active and self._is_added(at, at + 1)
        for bracket in self._open[self._group() :]:
            bracket.column = columns(indent)
