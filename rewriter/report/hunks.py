# SPDX-License-Identifier: GPL-2.0-or-later
"""From edits to changed lines: what a diff of a rewrite has to show, and nothing else.

The lines come from the edits, never from a comparison of two whole texts; only inside the region of one
edit are lines compared, because an edit may carry lines that it does not change::

    edit:  "	int ret, flag = 0;\\n" -> "	int ret;\\n"        change: line 3, 1 line -> 1 line
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rewriter.edit.edit import Edit, Rewrite

_MAX_DISTANCE = 1000  # lines; beyond that a region is shown as replaced whole


@dataclass(frozen=True, slots=True)
class Change:
    """Old lines ``start`` to ``end`` (0-based, half-open) give way to ``new``, each with its newline."""

    start: int
    end: int
    new: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ChangedText:
    """The old lines, each with its newline, and the changes in order."""

    old: tuple[bytes, ...]
    changes: tuple[Change, ...]


def changed_lines(rewrite: Rewrite) -> ChangedText:
    """Give the changes of lines that ``rewrite`` makes; applying them gives ``rewrite.apply()``."""
    old = split_lines(rewrite.text)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    if old and not old[-1].endswith(b"\n"):
        starts.pop()  # what is put at the end of a line without newline changes that line
    changes: list[Change] = []
    for first, last, new in _regions(rewrite, starts, len(old)):
        removed, added = old[first:last], split_lines(new)
        for low, high, new_low, new_high in compare(removed, added):
            _append(changes, Change(first + low, first + high, tuple(added[new_low:new_high])))
    return ChangedText(tuple(old), tuple(changes))


def _append(changes: list[Change], change: Change) -> None:
    """Add a change; two of neighbouring lines are one, so that what goes is shown before what comes."""
    if changes and changes[-1].end == change.start:
        before = changes.pop()
        change = Change(before.start, change.end, before.new + change.new)
    changes.append(change)


def split_lines(text: bytes) -> list[bytes]:
    """Cut a text after each ``\\n``; the last line may lack it."""
    lines = text.split(b"\n")
    tail = lines.pop()
    return [line + b"\n" for line in lines] + ([tail] if tail else [])


def _regions(rewrite: Rewrite, starts: list[int], line_count: int) -> Iterator[tuple[int, int, bytes]]:
    """Widen the edits to whole lines: first line, line after the last, and the new bytes between."""
    text = rewrite.text
    pending: list[Edit] = []
    for index, edit in enumerate(rewrite.edits):
        pending.append(edit)
        following = rewrite.edits[index + 1] if index + 1 < len(rewrite.edits) else None
        end = _region_end(text, starts, pending)
        if following is not None and following.span.start <= end:
            continue
        low = starts[_line_of(starts, pending[0].span.start)]
        parts, at = [], low
        for done in pending:
            parts += [text[at : done.span.start], done.replacement]
            at = done.span.end
        parts.append(text[at:end])
        last = line_count if end == len(text) else _line_of(starts, end)
        yield _line_of(starts, low), last, b"".join(parts)
        pending = []


def _line_of(starts: list[int], offset: int) -> int:
    return bisect_right(starts, offset) - 1


def _region_end(text: bytes, starts: list[int], edits: list[Edit]) -> int:
    """Give the offset where the lines touched by ``edits`` end in the old text."""
    last = edits[-1]
    line = _line_of(starts, last.span.end)
    if starts[line] == last.span.end:
        # An edit that ends before a line leaves that line alone only if the new text is whole lines too.
        before = _before(text, starts, edits)
        if not before or before.endswith(b"\n"):
            return last.span.end
    return starts[line + 1] if line + 1 < len(starts) else len(text)


def _before(text: bytes, starts: list[int], edits: list[Edit]) -> bytes:
    """Give the last new bytes in front of the end of ``edits``, back to the start of their first line."""
    at = edits[-1].span.end
    for index in range(len(edits) - 1, -1, -1):
        edit = edits[index]
        if edit.span.end < at:
            return text[edit.span.end : at]
        if edit.replacement:
            return edit.replacement
        at = edit.span.start
    return text[starts[_line_of(starts, at)] : at]


def compare(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int, int, int]]:
    """Give the smallest changes from ``old`` to ``new`` as (old start, old end, new start, new end)."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_end, new_end = len(old) - tail, len(new) - tail
    if head in (old_end, new_end):
        return [(head, old_end, head, new_end)] if (head, head) != (old_end, new_end) else []
    kept = _common(old[head:old_end], new[head:new_end])
    out: list[tuple[int, int, int, int]] = []
    at, new_at = head, head
    for i, j in [*((head + i, head + j) for i, j in kept), (old_end, new_end)]:
        if i > at or j > new_at:
            out.append((at, i, new_at, j))
        at, new_at = i + 1, j + 1
    return out


def _common(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """Pair the lines of a longest common subsequence (Myers' greedy search); none beyond the limit."""
    reach: dict[int, int] = {1: 0}
    trail: list[dict[int, int]] = []
    for distance in range(min(len(old) + len(new), _MAX_DISTANCE) + 1):
        trail.append(dict(reach))
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            reach[k] = x
            if x >= len(old) and x - k >= len(new):
                return _retrace(trail, len(old), len(new))
    return []


def _retrace(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for distance in range(len(trail) - 1, -1, -1):
        reach, k = trail[distance], x - y
        down = k == -distance or (k != distance and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        from_x = reach[before]
        from_y = from_x - before
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = from_x, from_y
    return pairs[::-1]
