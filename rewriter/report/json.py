# SPDX-License-Identifier: GPL-2.0-or-later
"""The findings of a run as one JSON document; its keys are a contract with scripts that read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rewriter.engine.finding import FileResult, Finding


def scan_document(results: Sequence[FileResult], files: int) -> str:
    """Give the document of ``scan --format json``; ``files`` is the number of files read.

    Bytes of names or code that are no UTF-8 appear as escaped surrogates (``\\udc80`` to ``\\udcff``).
    """
    document = {
        "callers": [finding_object(finding) for result in results for finding in result.findings],
        "skipped": [
            {"file": s.path, "line": s.line, "construct": s.construct} for r in results for s in r.skipped
        ],
        "notes": [
            {"file": n.file, "line": n.line, "function": n.function, "text": n.text}
            for r in results
            for n in r.notes
        ],
        "files": files,
    }
    return json.dumps(document, indent=2) + "\n"


def finding_object(finding: Finding) -> dict[str, Any]:
    """Give one finding as a JSON object."""
    return {
        "file": finding.file,
        "line": finding.line,
        "function": finding.function,
        "verdict": finding.verdict,
        "evidence": [
            {"kind": e.kind, "file": e.file, "line": e.line, "text": e.text} for e in finding.evidence
        ],
        "may_sleep": finding.may_sleep,
        "constant_tests": [
            {"file": t.file, "line": t.line, "value": t.value} for t in finding.constant_tests
        ],
        "reason": finding.reason,
    }
