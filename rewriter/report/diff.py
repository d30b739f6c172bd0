# SPDX-License-Identifier: GPL-2.0-or-later
"""A rewrite as a unified diff in git's form: bytes that ``git apply`` and ``patch`` take."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator

from rewriter.edit.edit import Rewrite
from rewriter.report.hunks import Change, ChangedText, changed_lines

# What git's driver for C (the kernel's .gitattributes asks for it) takes as the line that names a function.
_HEADING = re.compile(rb"(?:::\s*)?[A-Za-z_]")
_LABEL = re.compile(rb"[ \t]*[A-Za-z_][A-Za-z_0-9]*:\s*(?:$|/[/*])")
_HEADING_BYTES = 80  # git's buffer
#: Gives the title of a hunk from all old lines and the index of its first; empty for none.
Heading = Callable[[tuple[bytes, ...], int], bytes]
_NO_NEWLINE = b"\\ No newline at end of file\n"


def unified_diff(path: str, rewrite: Rewrite, context: int = 3) -> bytes:
    """Give the diff of ``rewrite`` for the file that is ``path`` from the tree's root; empty if none.

    ``context`` is in lines.
    """
    text = changed_lines(rewrite)
    if not text.changes:
        return b""
    old, new = _name("a/", path), _name("b/", path)
    # A tab ends a name with blanks, as git writes it, so that readers do not cut it short.
    tab = b"\t" if b" " in old and not old.startswith(b'"') else b""
    head = b"diff --git %s %s\n--- %s%s\n+++ %s%s\n" % (old, new, old, tab, new, tab)
    return head + b"".join(hunks(text, context, _heading))


def _name(prefix: str, path: str) -> bytes:
    raw = os.fsencode(prefix + path)
    if all(0x20 <= byte < 0x7F and byte not in b'"\\' for byte in raw):
        return raw
    escapes = {0x22: b'\\"', 0x5C: b"\\\\", 0x09: b"\\t", 0x0A: b"\\n", 0x0D: b"\\r"}
    quoted = (
        escapes.get(byte) or (b"%c" % byte if 0x20 <= byte < 0x7F else b"\\%03o" % byte) for byte in raw
    )
    return b'"' + b"".join(quoted) + b'"'


def hunks(text: ChangedText, context: int, heading: Heading) -> Iterator[bytes]:
    """Give the hunks of changed lines, each with its ``@@`` line and ``context`` lines around."""
    shift = 0  # lines by which the new text runs ahead before the hunk
    group: list[Change] = []
    for index, change in enumerate(text.changes):
        group.append(change)
        following = text.changes[index + 1] if index + 1 < len(text.changes) else None
        if following is not None and following.start - change.end <= 2 * context:
            continue
        yield _hunk(text.old, group, context, shift, heading)
        shift += sum(len(c.new) - (c.end - c.start) for c in group)
        group = []


def _hunk(old: tuple[bytes, ...], changes: list[Change], context: int, shift: int, heading: Heading) -> bytes:
    low = max(0, changes[0].start - context)
    high = min(len(old), changes[-1].end + context)
    count = high - low
    new_count = count + sum(len(c.new) - (c.end - c.start) for c in changes)
    title = heading(old, low)
    head = b"@@ -%s +%s @@" % (_range(low, count), _range(low + shift, new_count))
    out = [head + (b" " + title if title else b"") + b"\n"]
    at = low
    for change in changes:
        out += [_line(b" ", line) for line in old[at : change.start]]
        out += [_line(b"-", line) for line in old[change.start : change.end]]
        out += [_line(b"+", line) for line in change.new]
        at = change.end
    out += [_line(b" ", line) for line in old[at:high]]
    return b"".join(out)


def _range(start: int, count: int) -> bytes:
    # An empty range names the line before it.
    first = start + 1 if count else start
    return b"%d" % first if count == 1 else b"%d,%d" % (first, count)


def _line(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n" + _NO_NEWLINE


def _heading(old: tuple[bytes, ...], low: int) -> bytes:
    for line in reversed(old[:low]):
        if _HEADING.match(line) and not _LABEL.match(line):
            return line.rstrip(b"\n")[:_HEADING_BYTES].rstrip()
    return b""
