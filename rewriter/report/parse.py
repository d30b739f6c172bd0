# SPDX-License-Identifier: GPL-2.0-or-later
"""How much of the code was understood, as text and as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rewriter.source.text import Skipped
from rewriter.syntax.check import FileCheck, total

_COUNTS = ("files", "files_bad", "functions", "functions_bad", "functions_missing", "lines", "lines_bad")


def parse_document(checks: Sequence[FileCheck | Skipped]) -> str:
    """Give the document of ``parse-check --format json``: totals, constructs by count, files at fault.

    A `Skipped` stands for a file that could not be looked at; it counts as a bad file.
    """
    sums = total(_counted(checks))
    document = {
        "total": {name: getattr(sums, name) for name in _COUNTS},
        "constructs": dict(sums.constructs.most_common()),
        "files": [_file(check) for check in checks if isinstance(check, Skipped) or check.skipped],
    }
    return json.dumps(document, indent=2) + "\n"


def parse_lines(checks: Sequence[FileCheck | Skipped]) -> Iterator[str]:
    """Give a line for each loss, the constructs by count, and the totals."""
    for check in checks:
        for skip in (check,) if isinstance(check, Skipped) else check.skipped:
            inside = f" in {skip.function}()" if skip.function else ""
            yield f"{skip.path}:{skip.line}: {skip.construct}{inside}"
    sums = total(_counted(checks))
    for construct, count in sums.constructs.most_common():
        yield f"{count:7} {construct}"
    yield f"files      {sums.files:9}, {_share(sums.files_bad, sums.files)} with a loss"
    lost = sums.functions_bad + sums.functions_missing
    yield (
        f"functions  {sums.functions:9}, {_share(lost, sums.functions)} lost "
        f"({sums.functions_bad} bad, {sums.functions_missing} missing)"
    )
    yield f"lines      {sums.lines:9}, {_share(sums.lines_bad, sums.lines)} lost"


def _counted(checks: Sequence[FileCheck | Skipped]) -> list[FileCheck]:
    return [
        FileCheck(check.path, files=1, files_bad=1) if isinstance(check, Skipped) else check
        for check in checks
    ]


def _file(check: FileCheck | Skipped) -> dict[str, Any]:
    losses = (check,) if isinstance(check, Skipped) else check.skipped
    out: dict[str, Any] = {"file": check.path}
    if isinstance(check, FileCheck):
        out |= {name: getattr(check, name) for name in _COUNTS[2:]}
    out["bad"] = [{"line": s.line, "construct": s.construct, "function": s.function} for s in losses]
    return out


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.3f} %)" if whole else str(part)
