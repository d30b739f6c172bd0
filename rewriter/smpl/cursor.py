# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of declaration text, read one after the other, with errors that point at them."""

from __future__ import annotations

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.lexer import LineReader, words


class Cursor:
    """A place in the words of a text."""

    def __init__(
        self, reader: LineReader, text: str, line: int, column: int, extensions: frozenset[str]
    ) -> None:
        self._reader = reader
        self._extensions = extensions
        self._text = text
        self._first = line
        self._first_column = column
        try:
            self._words = words(self._text)
        except ValueError as error:
            raise self.at_offset("this character has no place in a declaration", error.args[0]) from None
        self._i = 0

    def at_offset(self, message: str, offset: int, hint: str = "") -> SemanticPatchError:
        """Make the error for an offset of the text."""
        before = self._text[:offset]
        line = self._first + before.count("\n")
        column = offset - (before.rfind("\n") + 1) + (self._first_column if "\n" not in before else 0)
        return self._reader.error(message, line, column, hint)

    def error(self, message: str, hint: str = "") -> SemanticPatchError:
        """Make the error for the next word."""
        at = min(self._i, len(self._words) - 1)
        offset = self._words[at][2] if self._words else 0
        return self.at_offset(message, offset, hint)

    def peek(self, ahead: int = 0) -> str:
        """Give a word ahead without taking it, "" at the end."""
        at = self._i + ahead
        return self._words[at][1] if at < len(self._words) else ""

    def take(self) -> str:
        """Take the next word."""
        word = self.peek()
        self._i += 1
        return word

    def accept(self, word: str) -> bool:
        """Take the next word if it is this one."""
        if self.peek() == word:
            self._i += 1
            return True
        return False

    def need(self, word: str, where: str) -> None:
        """Take this word or raise SemanticPatchError."""
        if not self.accept(word):
            found = self.peek() or "the end of the declarations"
            raise self.error(f"'{word}' expected {where}, found '{found}'")

    def line(self) -> int:
        """Give the 1-based line of the next word."""
        offset = self._words[min(self._i, len(self._words) - 1)][2] if self._words else 0
        return self._first + self._text[:offset].count("\n")
