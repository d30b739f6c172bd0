# SPDX-License-Identifier: GPL-2.0-or-later
"""The same result with other paths: mails name files from the tree's root, wherever the run was started."""

from __future__ import annotations

import os
from dataclasses import replace

from rewriter.engine.finding import FileResult


def from_root(result: FileResult, root: str) -> FileResult:
    """Give ``result`` with every path inside ``root`` relative to it; other paths stay."""
    top = os.path.realpath(root)

    def moved(path: str) -> str:
        inside = os.path.relpath(os.path.realpath(path), top)
        return path if inside.startswith("..") else inside

    findings = tuple(
        replace(
            finding,
            file=moved(finding.file),
            evidence=tuple(replace(e, file=moved(e.file)) for e in finding.evidence),
            constant_tests=tuple(replace(t, file=moved(t.file)) for t in finding.constant_tests),
        )
        for finding in result.findings
    )
    notes = tuple(replace(note, file=moved(note.file)) for note in result.notes)
    return replace(result, path=moved(result.path), findings=findings, notes=notes)
