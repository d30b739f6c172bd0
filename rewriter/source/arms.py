# SPDX-License-Identifier: GPL-2.0-or-later
"""Code in different arms of one ``#if``: all of it is seen, but never two arms at once."""

from __future__ import annotations

import re

_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(if|el|end)", re.MULTILINE)


def exclude_each_other(text: bytes, end: int, start: int) -> bool:
    """Tell whether ``end`` and ``start`` lie in different arms of a conditional around both."""
    if b"#" not in text[end:start]:
        return False
    depth = 0
    for found in _DIRECTIVE.finditer(text, end, start):
        if found[1] == b"if":
            depth += 1
        elif found[1] == b"end":
            depth -= 1
        elif depth == 0:
            return True
        if depth < 0:
            return False
    return False
