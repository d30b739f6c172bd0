# SPDX-License-Identifier: GPL-2.0-or-later
"""Which arms of ifs and loops get braces, and which keep those of the statement whose head goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rewriter.edit.arms import (
    Arm,
    Braces,
    goes_on,
    has_code,
    has_conditional,
    is_whole,
    needs_braces,
    reshaped_arms,
)
from rewriter.edit.layout import Layout
from rewriter.edit.tags import Addition, Tags
from rewriter.edit.template import render_lines
from rewriter.source.text import Span

_DECIDES = re.compile(rb"[ \t]*#[ \t]*(?:if|el)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Removed text without kept code inside."""

    start: int
    end: int
    additions: tuple[Addition, ...]


def written(addition: Addition, metavariables: Mapping[str, object]) -> bytes:
    """Give the lines of an addition, not indented."""
    return b"\n".join(render_lines(addition.code, metavariables, addition.env, b"", b"\t"))


def is_head(text: bytes) -> bool:
    """Tell whether added lines are the head of a statement: what follows stays below them."""
    return has_code(text) and text.rstrip()[-1:] not in (b";", b"}", b":", b",")


def _is_parted(arm: Arm, pieces: Iterable[Piece]) -> bool:
    """Tell whether an ``else`` goes from an arm that is an ``if``, and what is on both its sides stays."""
    return any(
        arm.span.start < p.start <= word.start < p.end < word.end for word in arm.elses for p in pieces
    )


def _cuts(piece: Piece, arm: Arm) -> bool:
    """Tell whether the head of an arm goes, or an ``else`` of it, while another part stays."""
    if piece.start <= arm.span.start and arm.span.end <= piece.end:
        return False
    return piece.start == arm.span.start or any(piece.start <= word.start < piece.end for word in arm.elses)


class Bracing:
    """Finds the braces that one rewrite writes or keeps; ``bare`` arms have none, ``blocks`` are blocks."""

    def __init__(
        self,
        tags: Tags,
        layout: Layout,
        metavariables: Mapping[str, object],
        bare: Sequence[Arm],
        blocks: Sequence[Arm],
        arm_before: Callable[[Span], Arm | None],
    ) -> None:
        """``arm_before`` gives the arm that what is added behind a place is added behind."""
        self._tags = tags
        self._layout = layout
        self._metavariables = metavariables
        self._bare = bare
        self._blocks = blocks
        self._arm_before = arm_before
        self.reshaped = reshaped_arms(bare, tags.reshaped, layout.text)
        self._closing: set[Span] = set()  # braces that stay for those of an arm
        self._held: set[Span] = set()  # arms that keep both braces of what they were

    def to_keep(self, spans: list[Span], pieces: list[Piece]) -> set[Span]:
        """The braces of an arm whose header goes and whose contents stay: they are the arm then.

        The last one also where an arm loses its ``else``, so that it gets braces.
        """
        kept: set[Span] = set()
        starts = {piece.start: piece for piece in pieces}
        for arm in self._bare:
            piece = starts.get(arm.span.start)
            closing = Span(arm.span.end - 1, arm.span.end)
            opening = Span(piece.end - 1, piece.end) if piece is not None else closing
            pair = (opening, closing)
            if closing in spans and _is_parted(arm, pieces):
                self._closing.add(closing)
            texts = [self._layout.text[s.start : s.end] for s in pair]
            if texts != [b"{", b"}"] or any(s not in spans for s in pair) or (piece and piece.additions):
                continue
            if self._sees(arm) or needs_braces(
                self._left(opening.end, closing.start, pieces), may_be_if=True
            ):
                kept.update(pair)
                self._held.add(arm.span)
        return kept | self._closing

    def _left(self, start: int, end: int, pieces: Iterable[Piece]) -> bytes:
        """Give what stays of the text between two places."""
        text, at = b"", start
        for piece in pieces:
            if piece.end > start and piece.start < end:
                text += self._layout.text[at : max(piece.start, at)]
                at = piece.end
        return text + self._layout.text[at : max(end, at)]

    def arms(self, pieces: list[Piece], loose: list[Addition]) -> dict[Span, Braces]:
        """Find the arms that become more than one simple statement, or others in place."""
        found: dict[Span, Braces] = {}
        gone = {Span(p.start, p.end): p for p in pieces}
        begun = {p.start: p for p in pieces if p.additions and p.additions[-1].code.alone}
        for arm in self._bare:
            piece = gone.get(arm.span)
            head = begun.get(arm.span.start)
            headless = any(p.start <= arm.owner < p.end and not self._is_headed(p) for p in pieces)
            if piece is None and head is not None and is_head(self._written(head.additions[-1])):
                text = b"\n".join(map(self._written, head.additions))
                wanted = needs_braces(text.rstrip().removesuffix(b"{") + b";", may_be_if=True)
            elif piece is not None:
                added = [self._written(a) for a in piece.additions if a.code.alone]
                may_be_if, before_else = self._around(arm)
                may_be_if |= all(self._is_variable(a) for a in piece.additions)
                text = b"\n".join(added)
                wanted = bool(added) and not headless and needs_braces(text, may_be_if, before_else)
            else:
                wanted = self._grows(arm, loose) or (not headless and _is_parted(arm, pieces))
                wanted = wanted or any(self._stands_beside(p) for p in pieces if _cuts(p, arm))
            wanted |= arm.span in self.reshaped and not headless and self._sees(arm)
            if wanted and arm.span not in self._held:
                closed = Span(arm.span.end - 1, arm.span.end) in self._closing
                goes = [p for p in pieces if not p.additions]
                begins = any(p.start == arm.span.start for p in goes)
                left = next((p.start for p in goes if p.end == arm.span.end), None)
                left = self._layout.code_before(left) if left is not None else None
                newline = self._layout.newline()
                found[arm.span] = Braces(arm, self._layout, newline, closed, left, begins)
        for arm in self._blocks:
            beside = [a for a in loose if a.span in (arm.span, Span(arm.span.start, arm.span.start))]
            if self._more_than_one([a for a in beside if not (a.after and goes_on(self._written(a)))]):
                found[arm.span] = Braces(arm, self._layout, self._layout.newline())
        return found

    def _grows(self, arm: Arm, loose: list[Addition]) -> bool:
        """Tell whether what is added beside an arm makes several statements of it."""
        before = [a for a in loose if not a.after and a.span.start == arm.span.start]
        after = [a for a in loose if a.after and self._arm_before(a.span) == arm]
        own = self._layout.text[arm.span.start : arm.span.end]
        if after and not needs_braces(own, before_else=True):
            after = [a for a in after if not goes_on(self._written(a))]
        if not self._more_than_one([*before, *after]):
            return False
        whole = [*map(self._written, before), own, *map(self._written, after)]
        return self._sees(arm) or needs_braces(b"\n".join(whole), may_be_if=True)

    def _more_than_one(self, around: list[Addition]) -> bool:
        """Tell whether what is added beside an arm makes several statements of it; comments behind it do."""
        added = [(a.after, self._written(a)) for a in around if a.code.alone]
        texts = [
            text
            for after, text in added
            if has_code(text) or has_conditional(text) or (after and text.strip())
        ]
        return bool(texts) and is_whole(b"\n".join(texts))

    def _stands_beside(self, piece: Piece) -> bool:
        """Tell whether what takes the place of a part of a statement is a statement of its own."""
        text = b"\n".join(self._written(a) for a in piece.additions if a.code.alone).strip()
        return text[-1:] in (b";", b"}") and is_whole(text) and not re.match(rb"else\b", text)

    def _around(self, arm: Arm) -> tuple[bool, bool]:
        """Tell whether an ``if`` may stand there without braces, and whether an ``else`` follows.

        It may where the rule has the head, and where the reference sees no arm.
        """
        text, start = self._layout.text, arm.span.start
        head = re.match(rb"\w+", text[arm.owner : start])
        told = head is not None and Span(arm.owner, arm.owner + head.end()) in self._tags.kept
        following = self._layout.code_after(arm.span.end)
        return told or not self._sees(arm), re.match(rb"else\b", text[following : following + 5]) is not None

    def _sees(self, arm: Arm) -> bool:
        """Tell whether the reference sees an arm: not behind ``do``, nor behind an ``#if``."""
        line = self._layout.line_start(self._layout.code_before(arm.span.start))
        return not arm.in_do and _DECIDES.match(self._layout.text, line) is None

    def _is_headed(self, piece: Piece) -> bool:
        """Tell whether another head takes the place of one."""
        return bool(piece.additions) and is_head(self._written(piece.additions[-1]))

    def _is_variable(self, addition: Addition) -> bool:
        """Tell whether plus code is a metavariable: the reference does not look at what that stands for."""
        return "\n".join(line.text for line in addition.code.lines).strip() in self._metavariables

    def _written(self, addition: Addition) -> bytes:
        return written(addition, self._metavariables)
