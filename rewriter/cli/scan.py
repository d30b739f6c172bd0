# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter scan``: where a pattern has something to say, and why; nothing is written."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.errors import clear_errors
from rewriter.cli.outcome import Exit, say
from rewriter.cli.output import print_bytes, print_lines
from rewriter.cli.survey import survey, tell_skipped
from rewriter.report.json import scan_document
from rewriter.report.sarif import sarif_document
from rewriter.report.text import behaviour_notes, findings_table, summary


class ScanFormat(StrEnum):
    """The forms of a scan's result."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def scan(
    pattern: o.PatternOption,
    paths: o.Paths = None,
    form: Annotated[
        ScanFormat,
        typer.Option(
            "--format",
            help="A table, one JSON document, or a SARIF log for review tools: --format sarif > found.sarif.",
        ),
    ] = ScanFormat.TEXT,
    jobs: o.Jobs = None,
    define: o.Defines = None,
    assume: o.Assume = None,
    include: o.Include = None,
    macros: o.Macros = None,
    no_scripts: o.NoScripts = False,
) -> None:
    """List every place the pattern speaks about, with its verdict and the evidence for it.

    Callers that are listed only to be complete (a waiting fallback, no fallback) do not count as findings
    for the exit code.
    """
    with clear_errors():
        found = survey(pattern, paths, o.run_options(define, assume, include, no_scripts), jobs, macros)
        results = found.project.results
        if form is ScanFormat.JSON:
            print_bytes(scan_document(results, found.project.files).encode())
        elif form is ScanFormat.SARIF:
            print_bytes(sarif_document(found.patch, found.pattern.name, results).encode())
        else:
            print_lines(findings_table(results))
            for result in results:
                print_lines(behaviour_notes(result))
        for result in results:
            for line in result.output:
                print(line) if form is ScanFormat.TEXT else say(line)
        tell_skipped(found)
        for reason in dict.fromkeys(r.withheld for r in results if r.withheld):
            say(f"rewriter: note: {reason}")
        say(summary(results, found.project.files, found.project.analysed))
        if any(finding.actionable for result in results for finding in result.findings):
            raise typer.Exit(Exit.FOUND)
        if found.incomplete:
            raise typer.Exit(Exit.INCOMPLETE)
