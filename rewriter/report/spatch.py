# SPDX-License-Identifier: GPL-2.0-or-later
"""Diffs as spatch prints them: those of ``diff -u -p``, without time stamps.

A rewrite is shown between ``a/`` and ``b/`` names or, for a file named itself, against a temporary name;
code that matched ``*`` lines is shown as lines removed against a file below ``/tmp/nothing``.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path

from rewriter.engine.finding import FileResult
from rewriter.report.diff import hunks
from rewriter.report.hunks import Change, ChangedText, changed_lines, split_lines

_HEADING = re.compile(rb"[A-Za-z_$]")
_HEADING_BYTES = 40
_NOTHING = "/tmp/nothing"


def spatch_diff(result: FileResult, text: bytes, root: str | None, context: int = 3) -> bytes:
    """Give what is to be shown of a file whose bytes are ``text``; empty for nothing.

    ``root`` is the directory that names start from, None for a file that was named itself.
    """
    if result.starred:
        changed = starred_lines(result, text)
    elif result.rewrite is not None:
        changed = changed_lines(result.rewrite)
    else:
        return b""
    if not changed.changes:
        return b""
    old, new = _names(result, text, root)
    head = f"--- {old}\n+++ {new}\n"
    if root is not None:
        option = "-u" if context == 3 else f"-U {context}"
        head = f"diff {option} -p {old} {new}\n{head}"
    return os.fsencode(head) + b"".join(hunks(changed, context, _heading))


def starred_lines(result: FileResult, text: bytes) -> ChangedText:
    """Give the lines that hold starred code, as lines that go."""
    old = split_lines(text)
    starts = [0, *accumulate(map(len, old))]
    lines: set[int] = set()
    for span in result.starred:
        lines.update(range(bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1)))
    changes: list[Change] = []
    for line in sorted(lines):
        if changes and changes[-1].end == line:
            changes[-1] = Change(changes[-1].start, line + 1, ())
        else:
            changes.append(Change(line, line + 1, ()))
    return ChangedText(tuple(old), tuple(changes))


def _names(result: FileResult, text: bytes, root: str | None) -> tuple[str, str]:
    path = result.path
    if root is None:
        mark = hashlib.sha1(text).hexdigest()[:6]
        name = f"cocci-output-{os.getpid()}-{mark}-{Path(path).name}"
        return path, str(Path(tempfile.gettempdir(), name))
    inside = os.path.relpath(path, root)
    if inside.startswith(".."):
        inside = str(Path.cwd() / path).lstrip("/")
    return (path, f"{_NOTHING}/{inside}") if result.starred else (f"a/{inside}", f"b/{inside}")


def _heading(old: tuple[bytes, ...], low: int) -> bytes:
    """Give the line that ``diff -p`` names a hunk after: the last that begins like a name."""
    for line in reversed(old[:low]):
        if _HEADING.match(line):
            return line.rstrip(b"\n")[:_HEADING_BYTES].rstrip()
    return b""
