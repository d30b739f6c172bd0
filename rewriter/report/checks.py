# SPDX-License-Identifier: GPL-2.0-or-later
"""What a maintainer would run on each mail: checkpatch.pl, and the compiler before and after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rewriter.report.objects import Workbench, WorkbenchError
from rewriter.report.series import Mails, SeriesError
from rewriter.report.tree_script import CHECKPATCH, ScriptFailedError, complaints, has_script


@dataclass(frozen=True, slots=True)
class Check:
    """One line about one mail (or about all, without ``mail``), and whether it speaks against it."""

    mail: str
    text: str
    failed: bool = False

    def __str__(self) -> str:
        return f"{self.mail}: {self.text}" if self.mail else self.text


def check_mails(root: str, mails: Mails, scratch: Path, signed: bool) -> Iterator[Check]:
    """Check every mail but the cover letter; where the tree lacks what a check needs, that is said.

    Raises SeriesError when a check cannot be made.
    """
    try:
        yield from _style(root, mails, signed)
        yield from _objects(root, mails, scratch)
    except (ScriptFailedError, WorkbenchError) as error:
        raise SeriesError(f"the mails cannot be checked: {error}") from error


def _style(root: str, mails: Mails, signed: bool) -> Iterator[Check]:
    if not has_script(root, CHECKPATCH):
        yield Check("", f"{root} has no {CHECKPATCH}: the style of the mails was not checked")
        return
    for mail, _ in mails.patches:
        found = complaints(root, mail, signed)
        if not found:
            but = "" if signed else " (a sign-off is yours to give)"
            yield Check(mail.name, f"checkpatch.pl --strict has no complaint{but}")
        yield from (Check(mail.name, f"checkpatch.pl: {line}", True) for line in found)


def _objects(root: str, mails: Mails, scratch: Path) -> Iterator[Check]:
    if not Path(root, ".config").is_file():
        yield Check("", f"{root} has no .config: no object was built")
        return
    bench = Workbench.of(root, scratch / "build")
    for mail, patch in mails.patches:
        for report in bench.compare({file.path: file.after for file in patch.files}):
            yield Check(mail.name, f"{report.path}: {report.text}", report.worse)
            yield from (Check(mail.name, line, True) for line in report.lines)
