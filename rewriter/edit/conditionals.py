# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditional directives among removed code.

::

    - a();            The three lines of the group go where all code around and inside them goes, or
      #ifdef B        what is there goes for ``- ...``. Where code of the group stays, or the group
    -   b();          begins or ends elsewhere, each of its directives stays, also one that stands
      #endif          inside something that is removed in one piece, such as the members of a struct.
    - c();
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rewriter.edit.layout import Layout
from rewriter.source.text import Span

_DIRECTIVE = re.compile(rb"(?m)^[ \t]*(#[ \t]*(if|el|endif)(?:\\\r?\n|[^\n\r])*)")


@dataclass(frozen=True, slots=True)
class _Group:
    """The directives of one ``#if`` up to its ``#endif``; ``whole`` when both are among them."""

    lines: tuple[Span, ...]
    whole: bool

    def is_inside(self, start: int, end: int) -> bool:
        return self.whole and start <= self.lines[0].start and self.lines[-1].end <= end

    def holds(self, place: int) -> bool:
        return self.lines[0].start <= place < self.lines[-1].end


def with_conditionals(
    spans: Sequence[Span], layout: Layout, skipped: Collection[Span], added: Iterable[int]
) -> list[Span]:
    """Give what is removed, with the directives of groups that go and without those that stay.

    ``spans`` are sorted, those in ``skipped`` are what dots stand for; ``added`` are the places where code is
    added: what comes inside a group stays there.
    """
    if not spans:
        return []
    groups = _groups(
        layout, _before_directives(spans[0].start, layout), past_directives(max(s.end for s in spans), layout)
    )
    if not groups:
        return list(spans)
    lines = sorted(line for group in groups for line in group.lines)
    places = sorted(added)
    gone: list[Span] = []
    starts, ends = {s.start for s in skipped}, {s.end for s in skipped}
    for start, end in _runs(spans, lines, layout):
        start = _before_directives(start, layout) if start in starts else start
        end = past_directives(end, layout) if end in ends else end
        inside = (g for g in groups if g.is_inside(start, end))
        gone += [line for g in inside if not any(g.holds(p) for p in places) for line in g.lines]
    stay = sorted(line for line in lines if line not in gone)
    return sorted({*gone, *(part for span in spans for part in _around(span, stay, layout))})


def _groups(layout: Layout, start: int, end: int) -> list[_Group]:
    """Find the groups of which a directive stands between two offsets; comments hold none."""
    found: list[_Group] = []
    open_groups: list[list[Span]] = []
    for match in _DIRECTIVE.finditer(layout.text, start, end):
        line = Span(match.start(1), match.start(1) + len(match[1].rstrip()))
        if any(c.start < line.start < c.end for c in layout.comments_in(start, end)):
            continue
        if match[2] == b"if":
            open_groups.append([line])
        elif open_groups:
            open_groups[-1].append(line)
        else:
            found.append(_Group((line,), False))
        if match[2] == b"endif" and open_groups:
            found.append(_Group(tuple(open_groups.pop()), True))
    return found + [_Group(tuple(lines), False) for lines in open_groups]


def _runs(spans: Sequence[Span], lines: Sequence[Span], layout: Layout) -> Iterator[tuple[int, int]]:
    """Give what is removed without kept code in it, from its first byte to its last."""
    start, end = spans[0].start, spans[0].end
    for span in spans[1:]:
        if span.start > end and not _only_directives(end, span.start, lines, layout):
            yield start, end
            start = span.start
        end = max(end, span.end)
    yield start, end


def _before_directives(at: int, layout: Layout) -> int:
    """Give the start of the directives right above an offset, or the offset."""
    while (line := layout.line_start(layout.code_before(at))) < at and _DIRECTIVE.match(layout.text, line):
        at = line
    return at


def past_directives(at: int, layout: Layout) -> int:
    """Give the end of the directives right below an offset, or the offset."""
    while (line := layout.line_start(layout.code_after(at))) > at:
        found = _DIRECTIVE.match(layout.text, line)
        if found is None:
            break
        at = found.end()
    return at


def _only_directives(start: int, end: int, lines: Sequence[Span], layout: Layout) -> bool:
    at = start
    for line in sorted(line for line in lines if start <= line.start and line.end <= end):
        if not layout.is_gap(at, line.start):
            return False
        at = line.end
    return layout.is_gap(at, end)


def _around(span: Span, stay: Sequence[Span], layout: Layout) -> Iterator[Span]:
    """Cut directives that stay out of a span."""
    at = span.start
    for line in stay:
        if at < line.start and line.end < span.end:
            yield Span(at, layout.code_before(line.start))
            at = layout.code_after(line.end)
    yield Span(at, span.end)
