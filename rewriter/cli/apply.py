# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter apply``: the rewrite as a diff, or in the files."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.errors import clear_errors
from rewriter.cli.outcome import CommandError, Exit, complain, say
from rewriter.cli.output import print_bytes, print_lines
from rewriter.cli.survey import Survey, survey, tell_skipped
from rewriter.report.diff import unified_diff
from rewriter.report.text import behaviour_notes
from rewriter.source.files import WriteError, replace_file


def apply(
    pattern: o.PatternOption,
    paths: o.Paths = None,
    diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Print a unified diff and write nothing (the default): --diff > fix.patch."
        ),
    ] = False,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", help="Write the files, e.g. rewriter apply mm/ -p vma_lock_only --in-place."
        ),
    ] = False,
    jobs: o.Jobs = None,
    define: o.Defines = None,
    assume: o.Assume = None,
    include: o.Include = None,
    macros: o.Macros = None,
    no_scripts: o.NoScripts = False,
) -> None:
    """Show what the pattern changes as a diff that 'git apply' takes, or write it into the files.

    Paths in the diff start at the root of the checkout or kernel tree, else at the directory given.
    """
    with clear_errors():
        if diff and in_place:
            raise CommandError("--diff and --in-place exclude each other")
        found = survey(pattern, paths, o.run_options(define, assume, include, no_scripts), jobs, macros)
        for result in found.project.results:
            print_lines(behaviour_notes(result), sys.stderr)
            for line in result.output:
                say(line)
        tell_skipped(found)
        if in_place:
            _write(found)
        else:
            for result in found.rewritten:
                assert result.rewrite is not None
                print_bytes(unified_diff(found.name_in_tree(result), result.rewrite))
            if reasons := withheld_reasons(found):
                say(f"rewriter: note: --in-place would write nothing: {reasons}")
        if found.incomplete:
            raise typer.Exit(Exit.INCOMPLETE)


def withheld_reasons(found: Survey) -> str:
    """Give why rewrites may only be shown, and the option that lifts it; empty when they may be written."""
    reasons = dict.fromkeys(r.withheld for r in found.rewritten if r.withheld)
    words = [word for word in o.ASSUMPTIONS if word in found.patch.text] or ["WORD"]
    return f"{'; '.join(reasons)} (--assume {words[0]} if that does not matter)" if reasons else ""


def _write(found: Survey) -> None:
    if reasons := withheld_reasons(found):
        raise CommandError(f"nothing was written: {reasons}", Exit.FOUND)
    failed = False
    for result in found.rewritten:
        assert result.rewrite is not None
        try:
            written = replace_file(result.path, result.rewrite.text, result.rewrite.apply())
        except WriteError as error:
            complain(str(error))
            failed = True
            continue
        if written:
            functions = ", ".join(f"{name}()" for name in result.rewritten_functions)
            say(f"wrote {result.path}" + (f": {functions}" if functions else ""))
    if failed:
        raise typer.Exit(Exit.INCOMPLETE)
