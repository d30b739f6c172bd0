# SPDX-License-Identifier: GPL-2.0-or-later
"""What scan, apply and series begin with: the pattern over the files, and the lines about what went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rewriter.cli.options import check_words
from rewriter.cli.outcome import complain, say
from rewriter.cli.output import Progress, print_lines
from rewriter.engine.catalog import Pattern, find_pattern
from rewriter.engine.finding import FileResult
from rewriter.engine.options import RunOptions
from rewriter.engine.oracle import Oracle
from rewriter.engine.project import ProjectResult, run_project
from rewriter.engine.run import run_file
from rewriter.engine.session import Session
from rewriter.report.text import skipped_lines
from rewriter.smpl.patch import SemanticPatch
from rewriter.smpl.prolog import own_options
from rewriter.source.files import find_files, tree_root
from rewriter.source.settings import KnownMacros


@dataclass(frozen=True, slots=True)
class Survey:
    """A pattern, and what it found where."""

    pattern: Pattern
    patch: SemanticPatch
    project: ProjectResult
    given: dict[str, str]  # the argument under which a file was found

    @property
    def rewritten(self) -> list[FileResult]:
        """The files that change, in order."""
        return [r for r in self.project.results if r.rewrite is not None and r.rewrite.edits]

    @property
    def incomplete(self) -> bool:
        """Some code that could have matched was not analysed."""
        return any(r.skipped or r.errors for r in self.project.results)

    def root(self, result: FileResult) -> str:
        """Give the tree that the file belongs to."""
        return tree_root(result.path, self.given[result.path])

    def name_in_tree(self, result: FileResult) -> str:
        """Give the file's path from its tree's root, as a diff names it."""
        return os.path.relpath(os.path.realpath(result.path), self.root(result))


def survey(
    wanted: str,
    paths: Sequence[str] | None,
    options: RunOptions,
    jobs: int | None,
    macro_files: Sequence[str] | None = None,
) -> Survey:
    """Run the pattern over the paths; lines about trouble and the scripts' own output are printed.

    Raises what `clear_errors` turns into an exit.
    """
    pattern = find_pattern(wanted)
    patch = pattern.parse(options)
    check_words(options, patch)
    for warning in patch.warnings:
        say(f"rewriter: warning: {warning}")
    if own := own_options(patch.text):
        say(f"rewriter: warning: only 'rewriter spatch' takes the pattern's own options: {' '.join(own)}")
    candidates = find_files(list(paths or ["."]))
    if not candidates:
        say(f"rewriter: warning: no C files in {' '.join(paths or ['.'])}")
    given = {candidate.path: candidate.given for candidate in candidates}
    macros = KnownMacros(candidates, macro_files or ())
    oracles: dict[str, Oracle] = {}
    session = Session(patch, not options.no_scripts)
    shared = session if session.in_one_process else None  # else no file shall depend on another
    if shared:
        shared.begin()

    def run(path: str, text: bytes) -> FileResult:
        root = tree_root(path, given[path])
        known = replace(options, macros=macros.of(path))
        return run_file(patch, path, text, known, oracles.setdefault(root, Oracle(root)), shared)

    project = run_project(run, list(given), patch.required, 1 if shared else jobs or 0, Progress())
    if shared:
        shared.end()
    for result in project.results:
        for line in result.errors:
            complain(line)
    if any(result.pending for result in project.results):
        say("rewriter: warning: the pattern asks for further runs, which only 'rewriter spatch' does")
    return Survey(pattern, patch, project, given)


def tell_skipped(found: Survey) -> None:
    """Say on stderr what was not analysed."""
    print_lines(skipped_lines(found.project.skipped), sys.stderr)
