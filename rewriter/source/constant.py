# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditionals that a constant decides: ``#if 0``, ``#if 1`` and their like are no branches.

Nor are ``#ifdef X``, ``#ifndef X`` and ``#if X`` where it is said whether ``X`` is defined.
``#if 0`` / ``old();`` / ``#else`` / ``new();`` / ``#endif`` is shown as ``new();``. Only the first arm of one
that holds is there, of one that does not hold only the last, if that is another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rewriter.source.macros import MacroTable
from rewriter.source.shadow import Canvas

_DECIDED = re.compile(rb"#[ \t]*(?:if[ \t]+(?P<number>[01])|ifdef[ \t]+__(?:cplusplus|(?P<c>STDC__))\b)")
_NAMED = re.compile(rb"#[ \t]*(?P<word>if|ifdef|ifndef)[ \t]+(?P<name>[A-Za-z_]\w*)[ \t]*(?:/[/*].*)?\r?\Z")
_PIECE = re.compile(
    rb"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*+\"|'(?:\\.|[^'\\\n])*+'"
    rb"|(?:(?<=\n)|\A)[ \t]*(?P<line>#[ \t]*(?P<word>if|ifdef|ifndef|elif|else|endif)\b"
    rb"(?>(?:\\\r?\n|/(?![/*])|[^\n/])*))",
    re.DOTALL,
)


@dataclass(slots=True)
class _Conditional:
    holds: bool | None  # None where no constant decides
    hidden: int  # where what is not there begins, -1 where nothing does
    later: bool = False  # past the first arm


def settle_constants(canvas: Canvas, table: MacroTable) -> None:
    """Blank the lines of each conditional that a constant decides, and its arms that are not there."""
    if not (table.defined or table.undefined) and _DECIDED.search(canvas.text) is None:
        return
    open_: list[_Conditional] = []
    for piece in _PIECE.finditer(canvas.text):
        word = piece["word"]
        if word is None:
            continue
        if word.startswith(b"if"):
            open_.append(_opened(canvas, piece, table))
        elif open_:
            innermost = open_.pop() if word == b"endif" else open_[-1]
            if innermost.holds is not None:
                _go_on(canvas, innermost, word == b"endif", piece.start("line"), piece.end("line"))


def _opened(canvas: Canvas, piece: re.Match[bytes], table: MacroTable) -> _Conditional:
    holds = _decided(piece["line"], table)
    start = piece.start("line")
    if holds:
        canvas.blank(start, piece.end("line"), "arm")
    return _Conditional(holds, -1 if holds is None or holds else start)


def _decided(line: bytes, table: MacroTable) -> bool | None:
    """Tell whether the first arm is there, None where nothing decides."""
    test = _DECIDED.match(line)
    if test is not None:
        return test["number"] == b"1" or test["c"] is not None
    named = _NAMED.match(line)
    if named is None or named["name"] not in table.defined | table.undefined:
        return None
    return (named["name"] in table.defined) != (named["word"] == b"ifndef")


def _go_on(canvas: Canvas, conditional: _Conditional, ends: bool, start: int, end: int) -> None:
    """Come to the line ``start..end``: that of another arm, or the one that ends the conditional."""
    if conditional.holds:
        if conditional.hidden < 0:
            conditional.hidden = start
        if ends:
            canvas.blank(conditional.hidden, end, "arm")
        return
    canvas.blank(start if ends and conditional.later else conditional.hidden, end, "arm")
    conditional.hidden, conditional.later = end, True
