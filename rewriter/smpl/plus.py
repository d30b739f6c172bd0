# SPDX-License-Identifier: GPL-2.0-or-later
"""The plus lines of a rule's body: what they may hold, and which fill lines of their own."""

from __future__ import annotations

import re
from dataclasses import replace

from rewriter.smpl.declarators import separated
from rewriter.smpl.lexer import LineReader, Piece, PlusLine, Token
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.spacing import spaced_lines
from rewriter.smpl.term import PlusCode

_DOTS = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(\.{3,})""", re.DOTALL
)
_COMMENT = re.compile(r"//.*|/\*.*?\*/")


def with_dots_of_c(pieces: list[Piece], reader: LineReader) -> list[Piece]:
    """Turn ``......`` of plus code into C's ``...``; dots that stand for code cannot be added.

    Raises SemanticPatchError.
    """
    whole = "\n".join(piece.text if isinstance(piece, PlusLine) else "" for piece in pieces)
    for found in _DOTS.finditer(whole):
        before = whole.rfind("\n", 0, found.start()) + 1
        piece = pieces[whole.count("\n", 0, found.start())]
        if found[1] and found[1] != "......" and isinstance(piece, PlusLine):
            column = found.start() - before + 1 + piece.multiple
            hint = "'......' is what C writes as '...'"
            raise reader.error("'...' stands for code, which plus code cannot", piece.line, column, hint)
    made = _DOTS.sub(lambda m: "..." if m[1] else m[0], whole).split("\n")
    return [
        replace(piece, text=text) if isinstance(piece, PlusLine) else piece
        for piece, text in zip(pieces, made, strict=False)
    ]


def plus_code(lines: list[PlusLine], inline: frozenset[int], as_written: bool = False) -> PlusCode:
    """Put plus lines together that stand together; ``inline`` as `inline_lines` gives it.

    White space inside lines becomes the kernel's, or with ``as_written`` stays as it is.
    """
    parted = list(separated(lines))
    if not as_written:
        parted = spaced_lines(parted)
    return PlusCode(tuple(parted), alone=lines[0].line not in inline)


def inline_lines(
    pieces: list[Piece], statements: bool, metavariables: dict[str, Metavariable]
) -> frozenset[int]:
    """The lines of plus code that continue a line of code instead of standing on lines of their own."""
    inline: set[int] = set()
    whole = {n for n, m in metavariables.items() if m.kind in ("statement", "statement list")}
    depth = 0
    previous: Token | None = None
    i = 0
    while i < len(pieces):
        piece = pieces[i]
        if isinstance(piece, Token):
            if piece.kind == "op":
                depth += (piece.text in "([") - (piece.text in ")]")
            previous = piece
            i += 1
            continue
        run: list[PlusLine] = []
        while i < len(pieces) and not isinstance(pieces[i], Token):
            part = pieces[i]
            if isinstance(part, PlusLine):
                run.append(part)
            i += 1
        if not run:
            continue
        if not statements or depth > 0 or not _whole_lines(run, previous, whole):
            inline.update(line.line for line in run)
    return frozenset(inline)


def _whole_lines(run: list[PlusLine], previous: Token | None, whole: set[str]) -> bool:
    """Tell whether plus lines are whole ones; ``whole`` are the metavariables that end a statement."""
    code = [_COMMENT.sub("", line.text).strip() for line in run]
    last = code[-1] or run[-1].text.strip()
    first = run[0].text.strip()
    if last.endswith((";", "{", "}", ":", "*/", ",")) or first.startswith(("#", "//", "/*")) or not last:
        return True
    if any(line.endswith((";", "}")) for line in code):
        return True  # statements, and the head of another one
    boundary = previous is None or previous.text in (";", "{", "}", "else", "do") or previous.kind == "dots"
    boundary |= previous is not None and (previous.kind == "group" or previous.text in whole)
    if boundary and last.split()[-1] in whole:
        return True
    if re.fullmatch(r"(static|inline|const|extern|\s)+", " ".join(line.text for line in run)):
        return False
    return boundary and last.endswith(")") and not last.startswith("(")  # a cast goes on
