# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter show``: a pattern as the tool understands it."""

from __future__ import annotations

from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.errors import clear_errors
from rewriter.engine.catalog import find_pattern
from rewriter.report.pattern import show_pattern


def show(
    pattern: Annotated[
        str,
        typer.Argument(
            metavar="PATTERN",
            help="A shipped pattern's name or the path of a .cocci file, e.g. rewriter show vma_lock_only.",
            autocompletion=o.complete_pattern,
        ),
    ],
    define: o.Defines = None,
) -> None:
    """Print the pattern's rules in their parsed form, with the words a file must hold to be looked at.

    Rules that do not run with the -D given are there, too, and are said to be idle.
    """
    with clear_errors():
        found = find_pattern(pattern)
        print(show_pattern(found.parse(o.run_options(define, None, None, False), every=True)), end="")
