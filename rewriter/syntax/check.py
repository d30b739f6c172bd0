# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of a file was understood: the numbers that ``rewriter parse-check`` prints.

A function counts as bad when its tree has an error or a silent misparse, as missing when its body stands
in column 0 and no function of the tree has it. Lines are bad when they belong to either or to a stretch
outside functions that was not understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rewriter.source.macros import MacroTable
from rewriter.source.text import Skipped
from rewriter.syntax.gate import MISSING_FUNCTION
from rewriter.syntax.parse import parse


@dataclass(frozen=True, slots=True)
class FileCheck:
    """Counts for one file, or sums over several; ``skipped`` says where and what each loss is."""

    path: str
    files: int = 0
    files_bad: int = 0
    functions: int = 0  # those the tree has and those it misses
    functions_bad: int = 0
    functions_missing: int = 0
    lines: int = 0
    lines_bad: int = 0
    constructs: Counter[str] = field(default_factory=Counter)  # what was wrong, by count
    skipped: tuple[Skipped, ...] = ()


def check_file(path: str, text: bytes, macros: MacroTable | None = None) -> FileCheck:
    """Parse a file and count what was lost in it."""
    unit = parse(path, text, macros)
    lines = unit.lines
    functions = [e for e in unit.elements if e.kind == "function_definition"]
    missing = [bad for bad in unit.bad if bad.what == MISSING_FUNCTION]
    lost: set[int] = set()
    if unit.bad:
        spans = [e.span for e in unit.elements if not e.intact]
        stretches = [(s.start, s.end) for s in spans] + [(bad.start, bad.end) for bad in unit.bad]
        for start, end in stretches:
            lost.update(range(lines.line(start), lines.line(max(start, end - 1)) + 1))
    return FileCheck(
        path=path,
        files=1,
        files_bad=1 if unit.skipped else 0,
        functions=len(functions) + len(missing),
        functions_bad=sum(not e.intact for e in functions),
        functions_missing=len(missing),
        lines=text.count(b"\n") + (not text.endswith(b"\n") and bool(text)),
        lines_bad=len(lost),
        constructs=Counter(skip.construct.partition(":")[0] for skip in unit.skipped),
        skipped=unit.skipped,
    )


def total(checks: Iterable[FileCheck]) -> FileCheck:
    """Add up checks; the losses themselves stay with the files."""
    sums: Counter[str] = Counter()
    constructs: Counter[str] = Counter()
    names = ("files", "files_bad", "functions", "functions_bad", "functions_missing", "lines", "lines_bad")
    for check in checks:
        for name in names:
            sums[name] += getattr(check, name)
        constructs += check.constructs
    return FileCheck(
        path="",
        files=sums["files"],
        files_bad=sums["files_bad"],
        functions=sums["functions"],
        functions_bad=sums["functions_bad"],
        functions_missing=sums["functions_missing"],
        lines=sums["lines"],
        lines_bad=sums["lines_bad"],
        constructs=constructs,
    )
