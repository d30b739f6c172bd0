# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of a semantic patch cut into its rules, each in header, declarations and body.

A rule begins with an ``@`` in column 0 that stands in no comment, and in no string of a script. Its code may
begin on the line of the ``@@`` that ends its declarations.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from rewriter.smpl.lexer import LineReader

_COMMENT = r"//[^\n]*|/\*.*?\*/"
_STRING = r'"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'"
_LONG_STRING = r'"""(?:\\.|[^\\])*?"""|' r"'''(?:\\.|[^\\])*?'''"
#: ``@@`` may have blanks before it.
_PATTERN_CODE = re.compile(rf"{_COMMENT}|{_STRING}|^@|^[ \t]+@(?=@)", re.DOTALL | re.MULTILINE)
_SCRIPT_CODE = re.compile(rf"^//[^\n]*|#[^\n]*|{_LONG_STRING}|{_STRING}|^@", re.DOTALL | re.MULTILINE)
_DECLARATIONS = re.compile(rf"{_COMMENT}|{_STRING}|@@", re.DOTALL)
_HEADER = re.compile(rf"{_COMMENT}|{_STRING}|@", re.DOTALL)
_SCRIPT = re.compile(r"\s*(?:script|initialize|finalize)\s*:")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one rule cut into its three parts, with their places; lines are 1-based."""

    line: int
    header: str
    declarations: str
    declarations_line: int
    declarations_column: int
    body_first: int
    body_column: int  # where the code begins on its first line
    body_last: int


def prolog_end(text: str) -> int:
    """Give how many lines stand before the first rule; -1 if there is none."""
    start = _first("@", _PATTERN_CODE, text, 0)
    return -1 if start < 0 else text.count("\n", 0, start)


def cut(reader: LineReader, text: str) -> list[Chunk]:
    """Cut ``text``, the lines of ``reader``, into rules. Raises SemanticPatchError."""
    offsets = [0]
    for line in reader.lines:
        offsets.append(offsets[-1] + len(line) + 1)
    chunks: list[Chunk] = []
    at = _first("@", _PATTERN_CODE, text, 0)
    while at >= 0:
        number = bisect_right(offsets, at)
        closing = _first("@", _HEADER, text, at + 1)
        if closing < 0:
            raise reader.error("the rule's header is not closed by '@'", number)
        header, declared = text[at + 1 : closing], closing + 1
        end = _first("@@", _DECLARATIONS, text, declared)
        if end < 0:
            raise reader.error("the declarations are not closed by '@@'", number, hint="add a line '@@'")
        body = end + 2
        at = _first("@", _SCRIPT_CODE if _SCRIPT.match(header) else _PATTERN_CODE, text, body)
        first, declared_line = bisect_right(offsets, body), bisect_right(offsets, declared)
        empty = not text[body : offsets[first] - 1].strip()
        chunks.append(
            Chunk(
                number,
                header,
                text[declared:end],
                declared_line,
                declared - offsets[declared_line - 1],
                first + empty,
                0 if empty else body - offsets[first - 1],
                bisect_right(offsets, at) - 1 if at >= 0 else len(reader.lines),
            )
        )
    return chunks


def _first(sign: str, tokens: re.Pattern[str], text: str, start: int) -> int:
    """Give where ``sign`` stands among the tokens of ``text``, -1 for nowhere."""
    found = (m.end() for m in tokens.finditer(text, start) if m.group().lstrip(" \t") == sign)
    return next((end - len(sign) for end in found), -1)
