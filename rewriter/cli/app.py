# SPDX-License-Identifier: GPL-2.0-or-later
"""The ``rewriter`` command and its subcommands."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from rewriter import __version__
from rewriter.cli.apply import apply
from rewriter.cli.list import list_patterns
from rewriter.cli.outcome import EXIT_CODES
from rewriter.cli.output import raw_output
from rewriter.cli.parse_check import parse_check
from rewriter.cli.scan import scan
from rewriter.cli.series import series_command
from rewriter.cli.show import show
from rewriter.cli.spatch import spatch
from rewriter.cli.test import test

app = typer.Typer(
    name="rewriter",
    help="Semantic patches for kernel C: find code by its control flow, rewrite it losslessly.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain text that wraps and pipes well
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: rewriter scan ~/src/linux -p vma_lock_only. \n\n" + EXIT_CODES)(scan)
app.command(epilog="Example: rewriter apply drivers/android -p vma_lock_only --diff. \n\n" + EXIT_CODES)(
    apply
)
app.command(
    "series",
    epilog="Example: rewriter series ~/src/linux -p vma_lock_only -o outgoing --signoff.\n\n" + EXIT_CODES,
)(series_command)
app.command(epilog="Example: rewriter test vma_lock_only.\n\n" + EXIT_CODES)(test)
app.command("list", epilog="Example: rewriter list.")(list_patterns)
app.command(epilog="Example: rewriter show vma_lock_only.")(show)

app.command("parse-check", epilog="Example: rewriter parse-check mm --format json.\n\n" + EXIT_CODES)(
    parse_check
)


@app.command("spatch", context_settings={"help_option_names": []})
def _spatch(
    words: Annotated[list[str] | None, typer.Argument(metavar="OPTION|FILE.c", help="See --help.")] = None,
) -> None:
    """Take spatch's command line: `rewriter spatch --help` lists its options."""
    raise typer.Exit(spatch(words or []))


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"rewriter {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    pass


#: Trees of code are many objects without cycles: looking for some at every turn costs a tenth of the time.
_FEW_COLLECTIONS = (100_000, 20, 50)


def main() -> None:
    """Run the command line; never returns."""
    raw_output()
    gc.set_threshold(*_FEW_COLLECTIONS)
    if sys.argv[1:2] == ["spatch"]:
        sys.exit(spatch(sys.argv[2:]))  # its options are not those of the other commands
    app(prog_name="rewriter")
