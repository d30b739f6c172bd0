# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits on the original bytes: the edit algebra.

An `Edit` replaces a half-open byte range; an insertion has an empty range. A `Rewrite` holds sorted,
disjoint edits of one text. At one offset an insertion comes before a replacement that starts there, and
two insertions keep the order in which they were given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from rewriter.source.text import Span


class ConflictError(ValueError):
    """Two edits that want different things of the same bytes."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(f"edits overlap: {first.span} and {second.span}")
        self.first = first
        self.second = second


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes of ``span`` by ``replacement``."""

    span: Span
    replacement: bytes


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What is to be done to one text; ``edits`` are sorted and disjoint."""

    text: bytes
    edits: tuple[Edit, ...]

    @classmethod
    def of(cls, text: bytes, edits: Iterable[Edit]) -> Rewrite:
        """Order the edits and drop those that change nothing; blanks may be removed twice.

        Raises ConflictError when two edits overlap.
        """
        ordered = sorted(edits, key=lambda e: (e.span.start, e.span.end))
        kept: list[Edit] = []
        for edit in ordered:
            if text[edit.span.start : edit.span.end] == edit.replacement:
                continue
            end = kept[-1].span.end if kept else 0
            if end > edit.span.start:
                if kept[-1].replacement or edit.replacement or text[edit.span.start : end].strip():
                    raise ConflictError(kept[-1], edit)
                if edit.span.end <= end:
                    continue
                edit = Edit(Span(end, edit.span.end), b"")
            kept.append(edit)
        return cls(text, tuple(kept))

    def apply(self) -> bytes:
        """Give the new text."""
        out, at = [], 0
        for edit in self.edits:
            out.append(self.text[at : edit.span.start])
            out.append(edit.replacement)
            at = edit.span.end
        out.append(self.text[at:])
        return b"".join(out)

    def then(self, later: Rewrite) -> Rewrite:
        """Compose with a rewrite of this one's result, into one rewrite of this one's text."""
        assert later.text == self.apply()
        merged: list[Edit] = []
        for span, kept in _pieces(self, later):
            replacement = kept
            if merged and merged[-1].span.end == span.start:
                last = merged.pop()
                span, replacement = Span(last.span.start, span.end), last.replacement + replacement
            merged.append(Edit(span, replacement))
        return Rewrite.of(self.text, merged)

    def original_offset(self, offset: int) -> int:
        """Give the offset in the old text of the byte at ``offset`` in the new one.

        A byte that an edit made maps to the start of that edit's span.
        """
        shift = 0
        for edit in self.edits:
            start = edit.span.start + shift
            if offset < start:
                break
            if offset < start + len(edit.replacement):
                return edit.span.start
            shift += len(edit.replacement) - len(edit.span)
        return offset - shift


def _pieces(first: Rewrite, second: Rewrite) -> list[tuple[Span, bytes]]:
    """List the changed regions of the old text with their final bytes, in order."""
    # Both rewrites speak of the middle text; every maximal run of overlapping edits is one region.
    middle: list[tuple[int, int, Edit, bool]] = []
    shift = 0
    for edit in first.edits:
        start = edit.span.start + shift
        middle.append((start, start + len(edit.replacement), edit, True))
        shift += len(edit.replacement) - len(edit.span)
    middle += [(edit.span.start, edit.span.end, edit, False) for edit in second.edits]
    middle.sort(key=lambda item: (item[0], item[1], not item[3]))
    regions: list[tuple[int, int, list[Edit], list[Edit]]] = []
    for start, end, edit, is_first in middle:
        if regions and start <= regions[-1][1] and (start < regions[-1][1] or regions[-1][1] == start):
            low, high, olds, news = regions[-1]
            regions[-1] = (low, max(high, end), olds, news)
        else:
            regions.append((start, end, [], []))
        (regions[-1][2] if is_first else regions[-1][3]).append(edit)
    middle_text = second.text
    out: list[tuple[Span, bytes]] = []
    shift = 0  # middle offset minus old offset, before the region
    for low, high, olds, news in regions:
        growth = sum(len(e.replacement) - len(e.span) for e in olds)
        span = Span(low - shift, high - shift - growth)
        shift += growth
        parts, at = [], low
        for edit in news:
            parts += [middle_text[at : edit.span.start], edit.replacement]
            at = edit.span.end
        parts.append(middle_text[at:high])
        out.append((span, b"".join(parts)))
    return out


def clashes(edit: Span, taken: list[Span]) -> bool:
    """Tell whether an edit meets one of the sorted, disjoint spans."""
    i = bisect_right(taken, edit)
    return any(
        edit.overlaps(t) or (len(edit) == 0 and t.start < edit.start < t.end)
        for t in taken[max(0, i - 1) : i + 1]
    )


class Moved:
    """Where offsets come to by a rewrite."""

    def __init__(self, rewrite: Rewrite) -> None:
        self._edits: Sequence[Edit] = rewrite.edits
        self._ends = [edit.span.end for edit in self._edits]
        self._shifts = [0, *accumulate(len(e.replacement) - len(e.span) for e in self._edits)]

    def offset(self, old: int) -> int:
        """Give the new offset of a byte that stays; insertions before it push it on."""
        return old + self._shifts[bisect_right(self._ends, old)]

    def touches(self, start: int, end: int) -> bool:
        """Tell whether an edit reaches between the bytes ``start`` and ``end``."""
        at = bisect_right(self._ends, start)
        return at < len(self._edits) and self._edits[at].span.start < end
