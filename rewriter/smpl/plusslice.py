# SPDX-License-Identifier: GPL-2.0-or-later
"""Plus and context code read by themselves, as what they will be: is that C, and of the same sort?

``- f(x);`` ``+ g(x)`` makes an expression of a statement, and is refused. What cannot be read otherwise is
warned of only: what is added may be macros, whose arguments can be anything.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.fragment import FragmentParser
from rewriter.smpl.items import Grouper, GroupItem, Item, NestItem
from rewriter.smpl.lexer import BodyLexer, LineReader, Piece, PlusLine, Token
from rewriter.smpl.malformed import check_complete
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import Sequence

_COMMENT = re.compile(r"""//[^\n]*|/\*.*?(?:\*/|\Z)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.DOTALL)
_SORTS = {"expression": "an expression", "statements": "statements"}


def check_plus_slice(
    pieces: list[Piece], code: Sequence, metavariables: dict[str, Metavariable], reader: LineReader
) -> str:
    """Give a warning for plus code that makes no C of the context, "" for none.

    ``code`` is the rule's minus and context code. Raises SemanticPatchError where an expression takes the
    place of statements, or statements that of an expression.
    """
    added = [piece for piece in pieces if isinstance(piece, PlusLine)]
    if not added or code.level not in _SORTS or any(line.text.lstrip().startswith("#") for line in added):
        return ""
    try:
        tokens = _tokens(pieces, reader)
        items = _filled(Grouper(reader, [*tokens], False).run().items)
        if not items:
            return ""
        plus = FragmentParser(reader, metavariables).body(items)
        check_complete(items, plus, reader)
    except SemanticPatchError as error:
        return f"{reader.path}:{error.line}: what plus and context code make is no C that is understood"
    numbers = {line.line for line in added}
    attached = next((t for t in tokens if t.attached and t.line in numbers), None)
    if attached is not None:
        message = f"'@{attached.attached[0]}' is attached to plus code, which matches nothing"
        raise reader.error(message, attached.line, attached.column)
    ended = tokens[-1].text in (";", "}")
    if plus.level != code.level and plus.level == ("statements" if ended else "expression"):
        hint = "end both with ';', or neither"
        message = f"{_SORTS[code.level]} cannot become {_SORTS[plus.level]}"
        raise reader.error(message, added[0].line, hint=hint)
    return ""


def _tokens(pieces: list[Piece], reader: LineReader) -> list[Token]:
    """Give the tokens of plus and context code."""
    texts = "\n".join(piece.text if isinstance(piece, PlusLine) else "" for piece in pieces)
    lines = _COMMENT.sub(lambda m: m[1] or re.sub(r"[^\n]", " ", m[0]), texts).split("\n")
    found: list[Token] = []
    for piece, text in zip(pieces, lines, strict=True):
        if isinstance(piece, PlusLine):
            line = LineReader(reader.path, [""] * (piece.line - 1) + [" " + text])
            made = [t for t in BodyLexer(line, piece.line, piece.line).run() if isinstance(t, Token)]
        else:
            made = [piece] if isinstance(piece, Token) and not piece.removed else []
        found += [replace(p, id=len(found) + i) for i, p in enumerate(made)]
    return found


def _filled(items: list[Item]) -> list[Item]:
    """Leave out the groups and nests that have lost all their code."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, GroupItem):
            item = replace(item, branches=[_filled(branch) for branch in item.branches])
            if not any(item.branches):
                continue
        elif isinstance(item, NestItem):
            item = replace(item, items=_filled(item.items))
            if not item.items:
                continue
        found.append(item)
    return found
