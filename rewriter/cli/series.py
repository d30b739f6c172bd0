# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter series``: the rewrite as mails, made by git."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from rewriter.cli import options as o
from rewriter.cli.apply import withheld_reasons
from rewriter.cli.errors import clear_errors
from rewriter.cli.outcome import CommandError, Exit, say
from rewriter.cli.survey import survey, tell_skipped
from rewriter.report.checks import check_mails
from rewriter.report.patches import ChangedFile, Grouping
from rewriter.report.series import MailOptions, Series, deliver, refuse_taken


def series_command(
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
    by: Annotated[
        Grouping,
        typer.Option(
            "--by",
            help="One mail per file, per subject prefix, or per entry of MAINTAINERS that "
            "scripts/get_maintainer.pl names: --by subsystem.",
        ),
    ] = Grouping.FILE,
    to_cc: Annotated[
        bool,
        typer.Option(
            "--to-cc",
            help="Address each mail to those whom the tree's scripts/get_maintainer.pl names: --to-cc.",
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Run scripts/checkpatch.pl --strict on each mail; in a tree with a .config, build objects "
            "before and after in a copy and compare the warnings. Exit 1 if a check fails: --check.",
        ),
    ] = False,
    base: Annotated[
        str,
        typer.Option(
            "--base", metavar="COMMIT", help="What git names as base, HEAD if not given: --base v6.12."
        ),
    ] = "",
    version: Annotated[
        int | None,
        typer.Option(
            "--reroll-count",
            "-v",
            metavar="N",
            min=1,
            help="Mark as a later version, e.g. -v 2.",
        ),
    ] = None,
    rfc: Annotated[bool, typer.Option("--rfc", help="[RFC PATCH] instead of [PATCH]: --rfc.")] = False,
    subject_prefix: Annotated[
        str,
        typer.Option(
            "--subject-prefix", metavar="TEXT", help='Instead of PATCH: --subject-prefix "PATCH net-next".'
        ),
    ] = "",
    in_reply_to: Annotated[
        str,
        typer.Option(
            "--in-reply-to",
            metavar="ID",
            help="The mail that the first one answers: --in-reply-to '<1@b.c>'.",
        ),
    ] = "",
    jobs: o.Jobs = None,
    define: o.Defines = None,
    assume: o.Assume = None,
    include: o.Include = None,
    macros: o.Macros = None,
    no_scripts: o.NoScripts = False,
) -> None:
    """Write one mail per changed file or group of files, as git format-patch does.

    Your tree, index and branches stay as they are. Below the --- line stand what behaves
    differently and the evidence for each verdict. The subject's prefix is the one most commits
    of the file bear; rewriter.toml at the tree's root may set it: [series] prefix = {"drivers/foo" = "foo"}.
    """
    with clear_errors():
        found = survey(pattern, [tree], o.run_options(define, assume, include, no_scripts), jobs, macros)
        tell_skipped(found)
        if reasons := withheld_reasons(found):
            raise CommandError(f"no mails were made: {reasons}", Exit.FOUND)
        failed = False
        changed = [ChangedFile(found.name_in_tree(r), r) for r in found.rewritten]
        if not changed:
            say("rewriter: note: nothing to rewrite, no mails were made")
        else:
            roots = sorted({found.root(r) for r in found.rewritten})
            if len(roots) > 1:
                raise CommandError(f"the files belong to different trees: {', '.join(roots)}")
            options = MailOptions(
                signoff, cover_letter, by, to_cc, base, version or 0, rfc, subject_prefix, in_reply_to
            )
            mails = Series(roots[0], found.patch, found.pattern.name, changed, found.project.results)
            failed = _write(mails, options, output, check)
            for file in changed:
                if file.result.rewrite is not None and b"\r\n" in file.result.rewrite.text:
                    say(f"rewriter: note: {file.path} has CRLF line ends: apply with 'git am --keep-cr'")
        if failed:
            raise typer.Exit(Exit.FOUND)
        if found.incomplete:
            raise typer.Exit(Exit.INCOMPLETE)


def _write(series: Series, options: MailOptions, output: Path, check: bool) -> bool:
    """Make, check and deliver the mails; tell whether a check speaks against one."""
    failed = False
    with tempfile.TemporaryDirectory(prefix="rewriter-") as scratch:
        mails = series.make(Path(scratch), options)
        refuse_taken(mails.files, output)
        for note in mails.notes:
            say(f"rewriter: note: {note}")
        if check:
            for line in check_mails(series.root, mails, Path(scratch), options.signoff):
                say(f"rewriter: check: {'FAILED: ' if line.failed else ''}{line}")
                failed = failed or line.failed
        for mail in deliver(mails.files, output):
            print(mail)
    return failed
