# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions and types that never end, because a brace is missing, must not take the rest of a file along.

By the layout: a ``}`` in column 0 ends what is open, a ``{`` in column 0 behind a ``)`` begins a function.
Of the arms of a conditional the first is counted.
"""

from __future__ import annotations

from rewriter.source.tokens import Tokens, tokenize


def unpaired(text: bytes) -> list[tuple[int, int]]:
    """Give the stretches of a file that open more braces than they close; none where all of it pairs."""
    if text.count(b"{") == text.count(b"}"):
        return []
    tokens = tokenize(text, 0, len(text))
    depth = _Depth()
    for i in range(len(tokens)):
        depth.read(tokens, i)
    return _Reader(tokens, text).run() if depth.now > 0 else []


class _Depth:
    """How many braces are open; of the arms of a conditional the first counts."""

    def __init__(self) -> None:
        self.now = 0
        self._groups: list[tuple[int, int | None]] = []  # before a conditional, behind its first arm

    def read(self, tokens: Tokens, i: int) -> None:
        """Count the token ``i``."""
        text = tokens.text[i]
        if tokens.kind[i] == "d":
            self._conditional(text[1:].lstrip())
        elif text == b"{" and not (i and tokens.kind[i - 1] == "s"):  # not that of extern "C" {
            self.now += 1
        elif text == b"}" and self.now:
            self.now -= 1

    def _conditional(self, line: bytes) -> None:
        if line.startswith(b"if"):
            self._groups.append((self.now, None))
        elif self._groups and line.startswith((b"el", b"endif")):
            before, behind = self._groups.pop()
            behind = self.now if behind is None else behind
            if line.startswith(b"el"):
                self._groups.append((before, behind))
            self.now = before if line.startswith(b"el") else behind


class _Reader:
    def __init__(self, tokens: Tokens, text: bytes) -> None:
        self._tokens = tokens
        self._text = text
        self._depth = _Depth()
        self._start = 0  # where the element at top level begins that is being read
        self._found: list[tuple[int, int]] = []

    def run(self) -> list[tuple[int, int]]:
        tokens = self._tokens
        for i, text in enumerate(tokens.text):
            if text == b"{" and self._depth.now and self._at_margin(i) and tokens.at(i - 1) == b")":
                self._lose(self._header(i))
            self._depth.read(tokens, i)
            if text == b"}" and self._depth.now and self._at_margin(i) and self._begins(i + 1):
                self._lose(i + 1)
            elif text in (b"}", b";") and not self._depth.now:
                self._start = i + 1
        return self._found

    def _lose(self, behind: int) -> None:
        """What began last at top level ends before the token ``behind``, as a loss."""
        tokens = self._tokens
        if self._start < behind:
            self._found.append((tokens.start[self._start], tokens.end[behind - 1]))
        self._start, self._depth = behind, _Depth()

    def _at_margin(self, i: int) -> bool:
        start = self._tokens.start[i]
        return not start or self._text[start - 1] == 10

    def _begins(self, i: int) -> bool:
        """Tell whether something may begin at top level with the token ``i``."""
        tokens = self._tokens
        return i >= len(tokens) or tokens.kind[i] == "d" or (tokens.kind[i] == "w" and self._at_margin(i))

    def _header(self, opening: int) -> int:
        """Give the first token of the function's header that ends before the brace ``opening``."""
        tokens = self._tokens
        i = tokens.mate[opening - 1]
        while i > self._start and not self._at_margin(i):
            i -= 1
        while i > self._start + 1 and tokens.kind[i - 1] in "w" and self._at_margin(i - 1):
            i -= 1
        return i
