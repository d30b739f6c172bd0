# SPDX-License-Identifier: GPL-2.0-or-later
"""The shadow of a text: a copy of equal length in which macro-ish spans read as plain C.

``list_for_each_entry(a, b, c) {`` is shown to the parser as ``while              (a, b, c) {``; newlines stay
where they are, so every byte range of the parse addresses the original. Each change leaves a `Mask`
whose kind says what the original text is:

==================  =====================================================================================
``attribute``       blanked; no part of the code
``iterator``        the name of a loop macro, shown as a loop keyword
``block``           the name of a macro with a body that is no loop
``loop-end``        the closing name of a ``do_x .. while_x`` pair
``type``            a type where the grammar wants an expression, shown as an identifier
``type-name``       the name of a type, shown as ``int`` where the grammar takes it for a function's
``typeof``          ``typeof(..)``, shown as a type
``declarer``        a macro call that declares, at top level or in a struct, shown as a declaration
``bit-field``       a bit field without a name, shown as a member with one
``statement``       a macro call that is a statement without ``;``
``header``          part of a macro that is a function's header
``function``        the name and parameters of a function without a type
``implicit``        ``static`` where no type is between it and a name, shown as ``int``
``case-range``      the dots of ``case 1 ... 5``
``label``           the colon of a label that nothing can follow in the grammar
``directive``       a blanked preprocessor line
``arm``             the arm of a conditional that had to be hidden because the split cuts a statement,
                    or that a constant excludes, with the lines around it
``arms``            the first or last line of a conditional that is a branch, shown as the brace of a block
``lost``            what opens more braces than it closes; no part of the code
``inserted``        a blank shown as a token the grammar wants
``operand``         an expression shown as a number
``sequence``        expressions with commas between them in brackets, shown as a name
``opaque``          text shown as one identifier
``word``            a blanked keyword or token that the grammar cannot place
==================  =====================================================================================
"""

from __future__ import annotations

import re

from rewriter.source.text import Mask, Source, Span

_BLANK = 32
_EMPTY_LINE = re.compile(rb"\n\r?\n")


class Canvas:
    """A text being rewritten; the length and the newlines never change."""

    __slots__ = ("masks", "shadow", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.shadow = bytearray(text)
        self.masks: dict[tuple[int, int], Mask] = {}

    def show(self, start: int, end: int, word: bytes, kind: str, name: bytes = b"") -> None:
        """Show ``word`` and blanks in place of ``start..end``; the word is cut where its line ends."""
        self._write(start, end, word)
        self._note(start, end, kind, name)

    def blank(self, start: int, end: int, kind: str, name: bytes = b"") -> None:
        """Show blanks in place of ``start..end``."""
        self._write(start, end, b"")
        self._note(start, end, kind, name)

    def hide_comment(self, start: int, end: int) -> None:
        """Show a comment inside a macro's body as part of that body, which the parser leaves alone.

        One with an empty line stays: there is no place for the backslash that would continue the line.
        """
        if _EMPTY_LINE.search(self.text, start, end):
            return
        for at in range(start, end):
            if self.shadow[at] not in b"\n\\\r":
                self.shadow[at] = ord("_")
        at = self.shadow.find(b"\n", start, end)
        while at >= 0:
            if at > start and self.shadow[at - 1] not in b"\r\\":
                self.shadow[at - 1] = ord("\\")
            at = self.shadow.find(b"\n", at + 1, end)
        self._note(start, end, "directive", b"")

    def show_call(self, start: int, end: int, kind: str, name: bytes = b"") -> None:
        """Show an identifier and a final ``;`` in place of a macro call that has no semicolon."""
        self._write(start, end, b"x_")
        self.shadow[end - 1] = ord(";")
        if end - start < 2:
            raise AssertionError("a call has two parentheses")
        self._note(start, end, kind, name)

    def opaque(self, start: int, end: int, name: bytes = b"") -> None:
        """Show one identifier in place of ``start..end``."""
        self._write(start, end, b"x" + b"_" * (end - start - 1))
        self._note(start, end, "opaque", name)

    def _write(self, start: int, end: int, word: bytes) -> None:
        old = self.shadow[start:end]
        new = bytearray(word[: end - start].ljust(end - start))
        at = old.find(b"\n")
        if at >= 0:
            # The word stays on the first line; what does not fit is cut, which only identifiers suffer.
            for i in range(at, len(new)):
                new[i] = 10 if old[i] == 10 else _BLANK
        self.shadow[start:end] = new
        assert len(self.shadow) == len(self.text)

    def _note(self, start: int, end: int, kind: str, name: bytes) -> None:
        self.masks[start, end] = Mask(Span(start, end), kind, name.decode("utf-8", "surrogateescape"))

    def source(self, path: str) -> Source:
        """Give the finished source; masks inside a later, larger one have gone into it."""
        shadow = bytes(self.shadow)
        assert len(shadow) == len(self.text)
        return Source(path, self.text, shadow, self.sorted_masks())

    def sorted_masks(self) -> tuple[Mask, ...]:
        """Give the masks in order and disjoint; of two that overlap the outer or first one stays."""
        masks: list[Mask] = []
        for start, end in sorted(self.masks, key=lambda span: (span[0], -span[1])):
            if masks and start < masks[-1].span.end:
                last = masks[-1]
                if end > last.span.end:
                    masks[-1] = Mask(Span(last.span.start, end), last.kind, last.name)
                continue
            masks.append(self.masks[start, end])
        return tuple(masks)
