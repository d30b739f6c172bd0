# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings for a person to read: a table whose rows carry their evidence, then what behaves differently.

Each line is a `rich.text.Text`; its plain form is the same line without colour, columns included::

    VERDICT           PLACE                          FUNCTION
    trylock-fallback  drivers/android/binder.c:1155  binder_alloc_free_page
      retries with mmap_read_trylock(), which fails for the same writer
      held-lock       drivers/android/binder.c:1136  __must_hold(&lru->lock)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from rewriter.engine.finding import FileResult, Finding
from rewriter.source.text import Lines, Skipped

_Row = tuple[str, str, str, str]  # style, then the three columns


def findings_table(results: Sequence[FileResult]) -> list[Text]:
    """Give one row per finding, its reason and evidence below it; no lines without findings."""
    rows = [row for result in results for finding in result.findings for row in _rows(finding)]
    if not rows:
        return []
    rows.insert(0, ("bold", "VERDICT", "PLACE", "FUNCTION"))
    first = max(len(verdict) for _, verdict, place, _ in rows if place)
    second = max(len(place) for _, _, place, _ in rows)
    return [
        Text.assemble((a.ljust(first), style), "  ", b.ljust(second), "  ", c) if b else Text(a, style)
        for style, a, b, c in rows
    ]


def _rows(finding: Finding) -> Iterable[_Row]:
    style = "bold yellow" if finding.actionable else "cyan"
    name = finding.function + (" (may sleep)" if finding.may_sleep else "")
    yield style, finding.verdict, f"{finding.file}:{finding.line}", name or "-"
    if finding.reason:
        yield "dim", f"  {finding.reason}", "", ""
    for evidence in finding.evidence:
        yield "dim", f"  {evidence.kind}", f"{evidence.file}:{evidence.line}", evidence.text.strip() or "-"


def behaviour_notes(result: FileResult) -> list[Text]:
    """Give what a reviewer of one file's rewrite must know, each point with its line of code."""
    code = Lines.of(result.rewrite.text) if result.rewrite is not None else None
    points = [(note.file, note.line, note.function, note.text) for note in result.notes]
    told = {(note.file, note.line) for note in result.notes}
    points += [
        (test.file, test.line, finding.function, f"'{test.text}' is now always {str(test.value).lower()}")
        for finding in result.findings
        for test in finding.constant_tests
        if (test.file, test.line) not in told
    ]
    out: list[Text] = []
    for file, line, function, sentence in points:
        where = f"{file}:{line}: " + (f"{function}: " if function else "")
        out.append(Text.assemble((where, "bold"), sentence))
        if code is not None and file == result.path and 0 < line <= len(code.starts):
            shown = code.content(line).decode("utf-8", "backslashreplace").strip()
            out.append(Text(f"    {line}  {shown}", style="dim"))
    return out


def skipped_lines(skipped: Iterable[Skipped]) -> list[Text]:
    """Give one line for each piece of code that was not analysed."""
    return [
        Text(
            f"{s.path}:{s.line}: not analysed: {s.construct}" + (f" in {s.function}()" if s.function else "")
        )
        for s in skipped
    ]


def summary(results: Sequence[FileResult], files: int, analysed: int) -> str:
    """Give the one line that closes a scan."""
    verdicts = Counter(finding.verdict for result in results for finding in result.findings)
    found = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())) or "nothing found"
    skipped = sum(len(result.skipped) for result in results)
    left = f", {skipped} skipped" if skipped else ""
    return f"{found}; {_count(files, 'file')} read, {analysed} analysed{left}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
