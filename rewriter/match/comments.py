# SPDX-License-Identifier: GPL-2.0-or-later
"""The comments before, in and behind a piece of code, for metavariables of kind ``comments``."""

from __future__ import annotations

import re

_SKIPPED = re.compile(rb'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(//[^\n]*|/\*.*?\*/)', re.DOTALL)


def comments_around(text: bytes, start: int, end: int) -> tuple[str, str, str]:
    """Give the comments between the token before ``start`` and it, those inside, and those behind ``end``."""
    before: list[bytes] = []
    at = 0
    for match in _SKIPPED.finditer(text, 0, start):
        if text[at : match.start()].strip() or match[1] is None:
            before = []
        if match[1] is not None:
            before.append(match[1])
        at = match.end()
    if text[at:start].strip():
        before = []
    inside = [match[1] for match in _SKIPPED.finditer(text, start, end) if match[1] is not None]
    behind: list[bytes] = []
    at = end
    while found := re.compile(rb"\s*(//[^\n]*|/\*.*?\*/)", re.DOTALL).match(text, at):
        behind.append(found[1])
        at = found.end()
    return _joined(before), _joined(inside), _joined(behind)


def _joined(comments: list[bytes]) -> str:
    return "\n".join(c.decode("utf-8", "surrogateescape") for c in comments)
