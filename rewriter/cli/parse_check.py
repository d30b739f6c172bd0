# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter parse-check``: how much of the code the parser understands."""

from __future__ import annotations

from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.errors import clear_errors
from rewriter.cli.outcome import Exit, say
from rewriter.cli.output import Progress, print_bytes
from rewriter.engine.workers import look_at_files
from rewriter.report.parse import parse_document, parse_lines
from rewriter.source.files import find_files
from rewriter.source.settings import KnownMacros
from rewriter.source.text import Skipped
from rewriter.syntax.check import FileCheck, check_file


def parse_check(
    paths: o.Paths = None,
    form: Annotated[
        o.Format, typer.Option("--format", help="Lines or one JSON document, e.g. --format json.")
    ] = o.Format.TEXT,
    jobs: o.Jobs = None,
    macros: o.Macros = None,
) -> None:
    """Parse every file and count what was not understood, with its line and construct."""
    with clear_errors():
        candidates = find_files(paths or ["."])
        files = [candidate.path for candidate in candidates]
        known = KnownMacros(candidates, macros or ())
        if not files:
            say(f"rewriter: warning: no C files in {' '.join(paths or ['.'])}")

        def look(path: str, text: bytes) -> FileCheck:
            return check_file(path, text, known.of(path))

        checks = look_at_files(look, files, jobs=jobs or 0, progress=Progress()).results
        if form is o.Format.JSON:
            print_bytes(parse_document(checks).encode())
        else:
            for line in parse_lines(checks):
                print(line)
        if any(isinstance(check, Skipped) or check.skipped for check in checks):
            raise typer.Exit(Exit.INCOMPLETE)
