# SPDX-License-Identifier: GPL-2.0-or-later
"""Code in different arms of one ``#if``: all of it is seen, but never two arms at once."""

from __future__ import annotations

import re

from rewriter.source.text import Source

_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(if|el|end)", re.MULTILINE)
_ELSE = re.compile(rb"#[ \t]*el")
_ENDIF = re.compile(rb"(?:,(?=\s*\n[^\n]*\n\s*\}))?\s*\n[ \t]*#[ \t]*endif\b[^\n]*\n?")
_IF = re.compile(rb"\n[ \t]*#[ \t]*if[^\n]*\n\s*\Z")
_NEAR = 400  # bytes, more than a line with a condition has


def parting(text: bytes, end: int, start: int) -> int:
    """Give the ``#`` of the line that parts ``end`` from ``start`` into arms of one conditional, or -1."""
    if b"#" not in text[end:start]:
        return -1
    depth, line = 0, -1
    for found in _DIRECTIVE.finditer(text, end, start):
        if found[1] == b"if":
            depth += 1
        elif found[1] == b"end":
            depth -= 1
        elif depth == 0:
            line = text.index(b"#", found.start())
        if depth < 0:
            return -1
    return line


def other_arm(text: bytes, end: int, start: int) -> int:
    """Give the ``#`` of the line that ends the arm of ``start``, if ``end`` stands before its ``#if``, or -1.

    There is none if it is an ``#endif``.
    """
    opened = 0
    for found in _DIRECTIVE.finditer(text, end, start):
        opened += {b"if": 1, b"end": -1}.get(found[1], 0)
    depth = 0
    for found in _DIRECTIVE.finditer(text, start) if opened > 0 else ():
        if depth == 0 and found[1] != b"if":
            return text.index(b"#", found.start()) if found[1] == b"el" else -1
        depth += {b"if": 1, b"end": -1}.get(found[1], 0)
    return -1


def whole_conditionals(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Widen a stretch over the lines beside it of conditionals that lie in it in part only.

    What is taken away with such a stretch, or put somewhere else, would be no text the preprocessor takes.
    """
    if b"#" not in text[start:end]:
        return start, end
    depth = lowest = 0
    for found in _DIRECTIVE.finditer(text, start, end):
        depth += {b"if": 1, b"end": -1}.get(found[1], 0)
        lowest = min(lowest, depth)
    for _ in range(depth - lowest):
        behind = _ENDIF.match(text, end)
        end = behind.end() if behind is not None else end
    for _ in range(-lowest):
        before = _IF.search(text[max(0, start - _NEAR) : start])
        start -= len(before.group()) if before is not None else 0
    return start, end


def exclude_each_other(text: bytes, end: int, start: int) -> bool:
    """Tell whether ``end`` and ``start`` lie in different arms of a conditional around both."""
    return parting(text, end, start) >= 0


def parted_in_list(source: Source, end: int, start: int) -> bool:
    """Tell whether the arms that ``end`` and ``start`` lie in are both read as one list of initial values."""
    return parting(source.text, end, start) in lines_in_lists(source)


def lines_in_lists(source: Source) -> frozenset[int]:
    """Give where the ``#else`` lines are that the parser is not shown, so that it reads all arms as one."""
    masks = (m.span.start for m in source.masks if m.kind == "directive")
    return frozenset(at for at in masks if _ELSE.match(source.text, at))
