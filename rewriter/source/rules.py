# SPDX-License-Identifier: GPL-2.0-or-later
"""The full rules, run on the stretches of a file that the gate refused.

Conditionals come first, because what they hide must not be looked at; then types and strings, which are
operands, then declarations and statements, then the argument lists that are left.
"""

from __future__ import annotations

from rewriter.source.arguments import mask_arguments
from rewriter.source.conditionals import flatten
from rewriter.source.context import contexts
from rewriter.source.definitions import mask_definitions
from rewriter.source.macros import MacroTable
from rewriter.source.oldstyle import mask_old_style
from rewriter.source.operands import (
    mask_asm,
    mask_case_ranges,
    mask_neighbours,
    mask_products,
    mask_sequences,
    mask_strings,
    mask_typeof,
)
from rewriter.source.region import Region
from rewriter.source.shadow import Canvas
from rewriter.source.statements import mask_statements
from rewriter.source.tokens import Tokens, tokenize
from rewriter.source.words import mask_extra_words


def _mask_continuations(canvas: Canvas, tokens: Tokens, start: int, end: int) -> bool:
    """Blank backslashes at a line's end outside preprocessor lines and strings; tell if there were any."""
    if canvas.shadow.find(b"\\\n", start, end) < 0:
        return False
    changed = False
    bounds = [start, *(edge for pair in zip(tokens.start, tokens.end, strict=True) for edge in pair), end]
    for left, right in zip(bounds[::2], bounds[1::2], strict=True):
        at = canvas.shadow.find(b"\\\n", left, right)
        while at >= 0:
            canvas.blank(at, at + 1, "word")
            at = canvas.shadow.find(b"\\\n", at + 1, right)
            changed = True
    return changed


def mask_region(canvas: Canvas, start: int, end: int, table: MacroTable, effort: int) -> None:
    """Mask what the parser cannot read in ``start..end``; each higher ``effort`` hides more."""
    tokens = tokenize(canvas.shadow, start, end)
    changed = "d" in tokens.kind and flatten(canvas, tokens, effort)
    changed |= _mask_continuations(canvas, tokens, start, end)
    if changed:
        tokens = tokenize(canvas.shadow, start, end)
    region = Region(canvas, table, effort, tokens, contexts(tokens), bytearray(len(tokens)))
    mask_typeof(region)
    mask_asm(region)
    mask_strings(region)
    mask_sequences(region)
    mask_case_ranges(region)
    mask_old_style(region)
    mask_definitions(region)
    mask_statements(region)
    mask_arguments(region)
    if effort:
        mask_products(region)
        mask_neighbours(region)
    mask_extra_words(region)
