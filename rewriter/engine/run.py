# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the rules of one semantic patch, in order, on one file."""

from __future__ import annotations

from rewriter.engine.finding import FileResult
from rewriter.smpl.patch import SemanticPatch


def run_file(patch: SemanticPatch, path: str, text: bytes) -> FileResult:
    """Apply ``patch`` to the file ``path`` whose bytes are ``text``; odd C is reported, never raised."""
    return FileResult(path)
