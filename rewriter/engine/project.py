# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a semantic patch over the files of a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rewriter.engine.finding import FileResult
from rewriter.engine.workers import Progress, look_at_files
from rewriter.source.needs import ANYTHING, Needs
from rewriter.source.text import Skipped

Runner = Callable[[str, bytes], FileResult]


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """What all files gave: results in the order of the files, only of files that said something."""

    files: int  # files read, whether analysed or not
    analysed: int  # files that hold the words a match needs
    results: tuple[FileResult, ...]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Everything that was not analysed, in the order of the files."""
        return tuple(s for r in self.results for s in r.skipped)


def run_project(
    run: Runner,
    files: Sequence[str],
    required: Needs = ANYTHING,
    jobs: int = 0,
    progress: Progress | None = None,
) -> ProjectResult:
    """Run ``run`` on every file that holds what is ``required``; ``jobs`` of 0 means one per processor.

    A file that cannot be read, and one whose analysis ended the worker, are reported as skipped.
    """

    def look(path: str, text: bytes) -> FileResult | None:
        result = run(path, text)
        return None if result == FileResult(path) else result

    looked = look_at_files(look, files, required, jobs, progress)
    results = (FileResult(r.path, skipped=(r,)) if isinstance(r, Skipped) else r for r in looked.results)
    return ProjectResult(looked.files, looked.candidates, tuple(results))
