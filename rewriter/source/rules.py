# SPDX-License-Identifier: GPL-2.0-or-later
"""The full rules, run on the stretches of a file that the gate refused."""

from __future__ import annotations

from rewriter.source.macros import MacroTable
from rewriter.source.shadow import Canvas


def mask_region(canvas: Canvas, start: int, end: int, table: MacroTable, effort: int) -> None:
    """Mask what the parser cannot read in ``start..end``."""
