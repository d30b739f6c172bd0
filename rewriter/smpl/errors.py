# SPDX-License-Identifier: GPL-2.0-or-later
"""The one error a bad semantic patch raises: what, where, what to do."""

from __future__ import annotations


class SemanticPatchError(Exception):
    """A semantic patch that cannot be used.

    ``str()`` gives ``file:line:column: message``, the line with a caret below it, and the hint.
    """

    def __init__(
        self, message: str, path: str, line: int = 0, column: int = 0, source_line: str = "", hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line  # 1-based, 0 when the whole file is meant
        self.column = column  # 0-based
        self.source_line = source_line
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}:{self.column + 1}: " if self.line else f"{self.path}: "
        text = f"{where}error: {self.message}"
        if self.source_line:
            lead = "".join("\t" if c == "\t" else " " for c in self.source_line[: self.column])
            text += f"\n  {self.source_line}\n  {lead}^"
        if self.hint:
            text += f"\n  hint: {self.hint}"
        return text


class MatchlessError(SemanticPatchError):
    """Pattern code that no code can match: what it speaks of never stands together."""
