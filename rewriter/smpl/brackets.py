# SPDX-License-Identifier: GPL-2.0-or-later
"""The brackets of plus and context code, which together have to be C: ``+ g(x;`` is none."""

from __future__ import annotations

import re

from rewriter.smpl.lexer import LineReader, Piece, PlusLine, Token

_SKIPPED = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
    r"""|^[ \t]*\#(?:\\\n|[^\n])*|([][(){}])""",
    re.DOTALL | re.MULTILINE,
)
_ARM = re.compile(r"\s*#\s*el")
_MATES = {")": "(", "]": "[", "}": "{"}


def check_brackets(pieces: list[Piece], reader: LineReader) -> None:
    """Raise SemanticPatchError for a bracket that plus and context code do not close, or did not open.

    With an ``#else`` in the plus code nothing can be told: each of its arms may open what is closed once.
    """
    added = [piece.text for piece in pieces if isinstance(piece, PlusLine)]
    if not added or any(_ARM.match(text) for text in added):
        return
    texts = [_text(piece) for piece in pieces]
    whole = "\n".join(texts)
    opened: list[tuple[str, int]] = []
    for found in _SKIPPED.finditer(whole):
        bracket = found[1]
        if not bracket:
            continue
        line = pieces[whole.count("\n", 0, found.start())].line
        if bracket not in _MATES:
            opened.append((bracket, line))
        elif not opened or opened.pop()[0] != _MATES[bracket]:
            raise reader.error(f"plus and context code have a '{bracket}' that nothing opens", line)
    if opened:
        bracket, line = opened[-1]
        raise reader.error(f"plus and context code have a '{bracket}' that nothing closes", line)


def _text(piece: Piece) -> str:
    """The text of plus and context code; of the latter the brackets alone count."""
    if isinstance(piece, Token):
        return piece.text if piece.kind == "op" and not piece.removed else ""
    return piece.text if isinstance(piece, PlusLine) else ""
