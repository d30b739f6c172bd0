# SPDX-License-Identifier: GPL-2.0-or-later
"""Kept lines that go deeper: between added braces, below an added head, in an arm that gets braces.

::

    + if (ready) {                 if (ready) {
      start(x);          and               start(x);
    + }                            }
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rewriter.edit.arms import unmatched_braces
from rewriter.edit.edit import Edit, clashes
from rewriter.edit.layout import Layout
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk

_BARE_HEAD = re.compile(rb"(\)|\belse|\bdo)$")


class Depths:
    """Regions of a text, each of which is one level deeper in the result."""

    def __init__(
        self, layout: Layout, regions: Iterable[Span] = (), closing: frozenset[int] = frozenset()
    ) -> None:
        self._layout = layout
        self._regions = tuple(regions)
        self._closing = closing

    def closes_kept(self, place: int) -> bool:
        """Tell whether what is added at a place closes a block that was there before."""
        return place in self._closing

    def beside(self, place: int) -> bytes:
        """Give the indentation to add to what is added at a place: inside of the regions around it."""
        return self._layout.unit() * sum(r.start < place < r.end for r in self._regions)

    def of(self, start: int) -> bytes:
        """Give the indentation to add to kept code."""
        return self._layout.unit() * sum(r.start <= start < r.end for r in self._regions)

    def edits(self, taken: Sequence[Span]) -> Iterable[Edit]:
        """Give the edits that indent the kept lines which none of the sorted spans touches."""
        text = self._layout.text
        starts = {at for region in self._regions for at in self._lines(region)}
        for start in sorted(starts):
            if clashes(Span(start, start + 1), list(taken)):
                continue
            code = self._layout.past_blanks(start)
            joined = text[: start - 1].rstrip(b"\r")[-1:] == b"\\"
            margin = text[start:code] in (b"", b" ")  # labels stand there, and comments that begin there
            if not margin and text[code : code + 1] not in b"\r\n" and not joined:
                yield Edit(Span(start, start), self.of(code))

    def _lines(self, region: Span) -> Iterable[int]:
        at = self._layout.line_start(region.start)
        if not self._layout.first_on_line(region.start):
            at = self._layout.line_end(region.start) + 1
        while at < region.end:
            yield at
            at = self._layout.line_end(at) + 1


def between_braces(changes: Iterable[tuple[Span, bytes, bytes]]) -> tuple[list[Span], frozenset[int]]:
    """Give the regions between added braces, and the places of those that close what was open before.

    ``changes`` are places, what is removed and what is added there. There is nothing to give where the braces
    of all of them together do not match.
    """
    events: list[tuple[int, int]] = []
    for place, removed, added in changes:
        (closed, opened), (closed_before, opened_before) = unmatched_braces(added), unmatched_braces(removed)
        events += [(place.start, closed_before - closed), (place.end, opened - opened_before)]
    regions: list[Span] = []
    open_at: list[int] = []
    closing: set[int] = set()
    level = 0
    for at, change in sorted(events, key=lambda event: event[0]):
        for _ in range(abs(change)):
            if change > 0 and level >= 0:
                open_at.append(at)
            elif change < 0 and level > 0:
                regions.append(Span(open_at.pop(), at))
            elif change < 0:
                closing.add(at)
            level += 1 if change > 0 else -1
    return ([], frozenset()) if level else (regions, frozenset(closing))


def below_head(root: Node, place: int, added: bytes) -> Span | None:
    """Give the kept statement at ``place`` that becomes the body of an added head without a brace."""
    if not _BARE_HEAD.search(added.rstrip()) or unmatched_braces(added)[1]:
        return None
    for node in walk(root):
        if node.start == place and node.kind.endswith("_statement"):
            return node.span if node.kind != "compound_statement" else None
    return None
