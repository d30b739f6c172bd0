# SPDX-License-Identifier: GPL-2.0-or-later
"""From what the matches want of a function to edits of its text.

::

    - if (flag)                                  if (mm_locked)
    -   a(m);            and the code                    a(mm);
    - else                                       else
      b(v);                                              b(vma);

leave ``b(vma);`` where the ``if`` stood, one level to the left. Removed tokens with nothing but white
space and comments between them go as one piece; a piece that fills its lines goes with them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from rewriter.edit.arms import arms, unmatched_braces
from rewriter.edit.bracing import Bracing, Piece, is_head, written
from rewriter.edit.commas import separated, stray_commas
from rewriter.edit.comments import comment_edits
from rewriter.edit.conditionals import with_conditionals
from rewriter.edit.depths import Depths, below_head, between_braces
from rewriter.edit.directives import beside_directives, unread_among
from rewriter.edit.edit import Edit, Rewrite, clashes
from rewriter.edit.insertion import Inserter
from rewriter.edit.layout import Layout
from rewriter.edit.operands import Operands
from rewriter.edit.order import joined, ordered
from rewriter.edit.reindent import Reindenter
from rewriter.edit.tags import Addition, TaggedError, Tags
from rewriter.edit.template import render_inline, render_lines
from rewriter.source.text import Span
from rewriter.syntax.tree import Node


def _rank(addition: Addition) -> int:
    """Order what is added at one place: behind the code that ends there, beside none, before what begins."""
    if not len(addition.span):
        return 1
    return 0 if addition.after else 2


def _order(addition: Addition) -> tuple[int, int, int]:
    """Order what takes the place of code: by where it goes; of what goes behind one place the inner first."""
    span = addition.span
    return (span.end, _rank(addition), -span.start) if addition.after else (span.start, _rank(addition), 0)


def derive_edits(tags: Tags, root: Node, layout: Layout, metavariables: Mapping[str, object]) -> Rewrite:
    """Give the rewrite of the whole text for the tags of the element ``root``.

    Raises ConflictError, TaggedError, UnboundError.
    """
    tags.check()
    return Rewrite.of(layout.text, _Deriver(tags, root, layout, metavariables).run())


class _Deriver:
    def __init__(self, tags: Tags, root: Node, layout: Layout, metavariables: Mapping[str, object]) -> None:
        self._tags = tags
        tags.additions = ordered(tags.additions, metavariables)
        self._root = root
        self._layout = layout
        self._metavariables = metavariables
        self._arms, self._blocks = arms(root)
        self._branches = {(arm.span.start, arm.span.end) for arm in (*self._arms, *self._blocks)}
        self._inserter = Inserter(root, layout, metavariables, self._arms, self._blocks)
        self._operands = Operands(root, layout.text)
        before = self._inserter.arm_before
        self._bracing = Bracing(tags, layout, metavariables, self._arms, self._blocks, before)

    def run(self) -> list[Edit]:
        spans = self._all_removed()
        unread = unread_among(spans, self._root, self._layout)
        if unread is not None:
            raise TaggedError(unread, "what is removed has another arm of an #if in it, which is not read")
        pieces, loose = self._pieces(spans)
        places = [a.span.end if a.after else a.span.start for a in self._tags.additions]
        commas = stray_commas(self._root, [Span(p.start, p.end) for p in pieces], places)
        every = with_conditionals(sorted({*spans, *commas}), self._layout, self._tags.skipped, places)
        if every != spans:
            spans = every
            pieces, loose = self._pieces(spans)
        braces = self._bracing.to_keep(spans, pieces)
        if braces:
            spans = [span for span in spans if span not in braces]
            self._tags.put_before(braces)
            pieces, loose = self._pieces(spans)
        self._inserter.braced = self._bracing.arms(pieces, loose)
        self._inserter.depths = self._deeper(pieces, loose)
        edits = [self._remove(piece) for piece in pieces]
        self._inserter.gone = frozenset(e.span.start for e in edits if not e.replacement)
        # Of what ends at one place the inner comes first: additions, then the brace that closes around them,
        # and all of it before what is added to code that begins there.
        loose.sort(key=lambda a: a.code.multiple)
        around = [
            ((_rank(a) == 2, -a.span.start if len(a.span) else 0, 0), self._inserter.edits(a)) for a in loose
        ]
        around += [
            ((False, -arm.start, 1), list(braces.edits())) for arm, braces in self._inserter.braced.items()
        ]
        edits += joined(edit for _, own in sorted(around, key=lambda item: item[0]) for edit in own)
        edits += comment_edits(self._tags.comments, self._layout)
        taken = sorted(e.span for e in edits)
        headers = {p.start for p in pieces if p.additions and self._opens(p)}
        braced = {arm.start for arm in self._inserter.braced}
        reindenter = Reindenter(self._root, self._layout, {s.start for s in spans} - headers, braced)
        edits += [e for e in reindenter.run() if not clashes(e.span, taken)]
        edits += self._inserter.depths.edits(sorted(e.span for e in edits))
        return [beside_directives(edit, self._layout) for edit in edits]

    def _deeper(self, pieces: list[Piece], loose: list[Addition]) -> Depths:
        """Find what is put deeper: see `depths`."""
        text = self._layout.text
        changes = [
            (Span(p.start, p.end), text[p.start : p.end], b"\n".join(map(self._written, p.additions)))
            for p in pieces
        ]
        added = [(a.span.end if a.after else a.span.start, self._written(a)) for a in loose if a.code.alone]
        changes += [(Span(place, place), b"", written) for place, written in added]
        bare = {arm.span.start for arm in self._arms if arm.span not in self._inserter.braced}
        found, closing = between_braces(changes)
        regions = [r for r in found if self._layout.code_after(r.start) not in bare]
        for place, text in added:
            body = below_head(self._root, self._layout.code_after(place), text)
            regions += [body] if body is not None else []
        for span, braces in self._inserter.braced.items():
            if not braces.begins and not self._layout.first_on_line(span.start):
                regions.append(Span(span.start + 1, span.end))  # its first line begins behind the brace
        return Depths(self._layout, regions, closing)

    def _all_removed(self) -> list[Span]:
        spans = set(self._tags.removed)
        by_declaration: dict[Span, tuple[Node, list[Span]]] = {}
        for declaration, part in self._tags.declarators.values():
            by_declaration.setdefault(declaration.span, (declaration, []))[1].append(part)
        for declaration, parts in by_declaration.values():
            spans |= separated(declaration, parts)
        return sorted(spans)

    # --- removals ---------------------------------------------------------------------------------

    def _pieces(self, spans: list[Span]) -> tuple[list[Piece], list[Addition]]:
        """Merge removed tokens that only gaps separate; hand out the additions among them.

        A branch is a piece of its own when the statement it belongs to stays.
        """
        merged: list[list[int]] = []
        apart = self._apart()
        begun = {span.start for span in self._bracing.reshaped}
        places = {place for a in self._tags.additions for place in (a.span.start, a.span.end)}
        for span in spans:
            new = bool(merged) and span.start in begun and not places.isdisjoint((merged[-1][1], span.start))
            if merged and span.start <= merged[-1][1] and not new:
                merged[-1][1] = max(merged[-1][1], span.end)
            elif (
                merged
                and (merged[-1][0], merged[-1][1]) not in self._branches
                and merged[-1][1] not in apart
                and not new  # an arm that becomes another statement, behind another new head
                and span.start not in apart
                and self._layout.is_gap(merged[-1][1], span.start)
            ):
                merged[-1][1] = span.end
            else:
                merged.append([span.start, span.end])
        loose: list[Addition] = []
        mine: dict[int, list[Addition]] = {}
        starts = [start for start, _ in merged]
        for addition in self._tags.additions:
            i = bisect_right(starts, addition.span.start) - 1
            inside = i >= 0 and addition.span.end <= merged[i][1]
            (mine.setdefault(i, []) if inside else loose).append(addition)
        for own in mine.values():
            own.sort(key=_order)
        pieces = [Piece(start, end, tuple(mine.get(i, ()))) for i, (start, end) in enumerate(merged)]
        return pieces, loose

    def _apart(self) -> set[int]:
        """Where a piece ends or begins because lines of code take its place: comments between pieces stay."""
        alone = [a for a in self._tags.additions if a.code.alone]
        return {a.span.end if a.after else a.span.start for a in alone}

    def _remove(self, piece: Piece) -> Edit:
        layout = self._layout
        whole = layout.first_on_line(piece.start) and layout.last_on_line(piece.end)
        alone = [a for a in piece.additions if a.code.alone]
        if piece.additions:
            return self._replace(piece, whole, bool(alone))
        if (piece.start, piece.end) in self._branches:
            return Edit(Span(piece.start, piece.end), b"{}")
        if whole:
            return self._remove_lines(piece)
        if layout.first_on_line(piece.start):
            follow = layout.past_blanks(piece.end)
            if layout.only_comment_behind(piece.end):
                return self._remove_lines(piece)
            # What stays of the last line keeps that line's indentation.
            return Edit(Span(layout.line_start(piece.start), follow), layout.indent(piece.end))
        start = piece.start
        if layout.text[start - 1 : start] in (b"(", b"[", b"!"):
            return Edit(Span(start, layout.past_blanks(piece.end, b"\n")), b"")
        behind = layout.text[piece.end : piece.end + 1]
        if layout.last_on_line(piece.end) or behind in (b" ", b"\t", b";", b",", b")", b"]"):
            start = layout.before_blanks(start)
        return Edit(Span(start, piece.end), b"")

    def _replace(self, piece: Piece, whole: bool, alone: bool) -> Edit:
        layout = self._layout
        if not alone:
            text = b" ".join(self._inserter.rendered(a) for a in piece.additions)
            text = layout.fit_commas(text, piece.start, piece.end)
            text = self._operands.fit(Span(piece.start, piece.end), text)
            before, behind = (layout.text[i : i + 1] for i in (piece.start - 1, piece.end))
            words = text[-1:].isalnum() and behind.isalnum()
            if words or (text[-1:] == b"," and behind.strip(b" \t\r\n)")):
                text += b" "
            apart = text[:1].isalnum() and (before.isalnum() or before == b"_")
            if apart or (text[:2] in (b"&&", b"||") and before.strip()):
                text = b" " + text
            return Edit(Span(piece.start, piece.end), text)
        indent = self._inserter.indent(piece.start, piece.start)
        if layout.closes_line(piece.additions[0].span):  # what comes for a block stands where the block stood
            start = piece.additions[0].span.start
            indent = layout.indent(start) + self._inserter.depths.beside(start)
        closing = piece.end - 1
        if (
            layout.closes_line(Span(closing, piece.end))
            and unmatched_braces(self._written(piece.additions[-1]))[0]
        ):
            indent = layout.indent(closing) + self._inserter.depths.beside(piece.end)
        lines: list[bytes] = []
        for addition in piece.additions:
            if addition.code.alone:
                lines += render_lines(addition.code, self._metavariables, addition.env, indent, layout.unit())
            else:
                lines.append(indent + render_inline(addition.code, self._metavariables, addition.env))
        newline = self._layout.newline()
        text = newline.join(lines)
        if layout.first_on_line(piece.start):
            start = layout.line_start(piece.start)
            head = is_head(self._written(piece.additions[-1]))
            rest = layout.text[piece.start : piece.start + 1] == b"#"  # of its own line
            if not (whole or head or rest or layout.only_comment_behind(piece.end)):
                text += newline + indent
                return Edit(Span(start, layout.past_blanks(piece.end)), text)
            return Edit(Span(start, piece.end), text)
        before = layout.text[piece.start - 1 : piece.start]
        words = before.isalnum() or before in (b"_", b")")
        lead = b" " if words and lines[0].lstrip()[:1] not in (b",", b";") else b""
        start, end = piece.start, piece.end
        if lines[0][:1] == b"#" and Span(start, end) not in self._inserter.braced:
            lead, start = newline, layout.before_blanks(start)
        if lines[-1][:1] == b"#" and not layout.only_comment_behind(end):
            text += newline + indent
            end = layout.past_blanks(end)
        return Edit(Span(start, end), lead + text.lstrip(b" \t"))

    def _remove_lines(self, piece: Piece) -> Edit:
        """Remove whole lines, a comment that spoke of them, and one of two blank lines that then meet."""
        layout = self._layout
        start = layout.line_start(piece.start)
        end = min(layout.line_end(piece.end) + 1, len(layout.text))
        following = layout.text[end : layout.line_end(end)].strip()
        if piece.start in self._tags.lonely or not following or following.startswith(b"}"):
            # A comment right above spoke of this; otherwise it may speak of the code right below.
            start = self._layout.comment_above(start)
        above = layout.text[layout.line_start(start - 1) : start - 1].strip() if start else b"{"
        below = layout.text[end : layout.line_end(end)].strip()
        if not below and end < len(layout.text) and (not above or above.endswith(b"{")):
            end = min(layout.line_end(end) + 1, len(layout.text))
        elif not above and below.startswith(b"}"):
            start = layout.line_start(start - 1)
        return Edit(Span(start, end), b"")

    def _opens(self, piece: Piece) -> bool:
        """Tell whether what takes the place of a piece ends with a head, or in a block that it opens."""
        text = b"\n".join(map(self._written, piece.additions))
        return is_head(self._written(piece.additions[-1])) or unmatched_braces(text)[1] > 0

    def _written(self, addition: Addition) -> bytes:
        return written(addition, self._metavariables)
