# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter test``: the unit tests of patterns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.errors import clear_errors
from rewriter.cli.outcome import CommandError, Exit
from rewriter.cli.output import print_bytes
from rewriter.engine.cases import CaseError, CaseResult, run_cases
from rewriter.engine.catalog import find_pattern, shipped_patterns
from rewriter.report.comparison import compare_texts
from rewriter.source.macros import MacroTable


def test(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATTERN",
            help="Shipped names or paths; all shipped patterns if none, e.g. rewriter test vma_lock_only.",
            autocompletion=o.complete_pattern,
        ),
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Make what comes out now the expectation: rewriter test --accept."),
    ] = False,
    macros: o.Macros = None,
) -> None:
    """Run every case beside the patterns; show the difference where one fails."""
    with clear_errors():
        wanted = [find_pattern(name) for name in patterns] if patterns else shipped_patterns()
        if not wanted:
            raise CommandError("there are no patterns to test", Exit.FOUND)
        known = MacroTable.default()
        for file in macros or ():
            known = known.overridden_by(MacroTable.load(Path(file)))
        passed = failed = 0
        for pattern in wanted:
            try:
                results = run_cases(pattern, accept=accept, macros=known)
            except CaseError as error:
                raise CommandError(str(error), Exit.FOUND) from error
            if not results:
                print(f"FAIL {pattern.name}: it has no cases: {pattern.cases}/*.c")
                failed += 1
            for result in results:
                print(f"{'ok  ' if result.passed else 'FAIL'} {result.path}")
                _explain(result)
            passed += sum(result.passed for result in results)
            failed += sum(not result.passed for result in results)
        print(f"{passed} passed, {failed} failed")
        if failed:
            raise typer.Exit(Exit.FOUND)


def _explain(result: CaseResult) -> None:
    for complaint in result.complaints:
        print(f"     {complaint}")
    for difference in result.differences:
        print(f"     {difference.what}:")
        print_bytes(compare_texts(difference.expected, difference.got))
