# SPDX-License-Identifier: GPL-2.0-or-later
"""Two texts that should have been equal, as a unified diff for a person; no tool is meant to apply it."""

from __future__ import annotations

import difflib


def compare_texts(expected: bytes, got: bytes) -> bytes:
    """Give the lines by which ``got`` differs from ``expected``; empty when they are equal."""
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        expected.splitlines(keepends=True),
        got.splitlines(keepends=True),
        b"expected",
        b"got",
    )
    return b"".join(
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines
    )
