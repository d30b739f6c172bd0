# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter series``: the rewrite as mails, made by git."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.apply import withheld_reasons
from rewriter.cli.outcome import CommandError, Exit, clear_errors, say
from rewriter.cli.survey import survey, tell_skipped
from rewriter.report.series import ChangedFile, MailOptions, Series


def series(
    pattern: o.PatternOption,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where the mails go, e.g. -o outgoing.")
    ],
    tree: Annotated[
        str,
        typer.Argument(metavar="TREE", help="A checkout or an unpacked tree; the current directory if none."),
    ] = ".",
    signoff: Annotated[
        bool,
        typer.Option(
            "--signoff", help="Add your Signed-off-by: rewriter series -p vma_lock_only -o out --signoff."
        ),
    ] = False,
    cover_letter: Annotated[
        bool,
        typer.Option(
            "--cover-letter",
            help="Add a mail 0/n with all verdicts: rewriter series -p vma_lock_only -o out --cover-letter.",
        ),
    ] = False,
    jobs: o.Jobs = None,
    define: o.Defines = None,
    assume: o.Assume = None,
    include: o.Include = None,
    no_scripts: o.NoScripts = False,
) -> None:
    """Write one mail per changed file, as git format-patch does.

    Your tree, index and branches stay as they are. Below the --- line stand what behaves
    differently and the evidence for each verdict.
    """
    with clear_errors():
        found = survey(pattern, [tree], o.run_options(define, assume, include, no_scripts), jobs)
        tell_skipped(found)
        if reasons := withheld_reasons(found):
            raise CommandError(f"no mails were made: {reasons}", Exit.FOUND)
        changed = [ChangedFile(found.name_in_tree(r), r) for r in found.rewritten]
        if not changed:
            say("rewriter: note: nothing to rewrite, no mails were made")
        else:
            roots = sorted({found.root(r) for r in found.rewritten})
            if len(roots) > 1:
                raise CommandError(f"the files belong to different trees: {', '.join(roots)}")
            name = found.pattern.name
            mails = Series(roots[0], found.patch, name, changed, found.project.results)
            for mail in mails.write(output, MailOptions(signoff, cover_letter)):
                print(mail)
            for file in changed:
                if file.result.rewrite is not None and b"\r\n" in file.result.rewrite.text:
                    say(f"rewriter: note: {file.path} has CRLF line ends: apply with 'git am --keep-cr'")
        if found.incomplete:
            raise typer.Exit(Exit.INCOMPLETE)
