# SPDX-License-Identifier: GPL-2.0-or-later
"""Regular expressions of constraints, written as Perl's are, for Python.

``[[:alnum:]_]`` becomes ``[a-zA-Z0-9_]``, ``a{,3}`` stands for itself, ``(?<n>.)`` becomes ``(?P<n>.)``.
Options in the middle, as in ``a(?i)b``, are not understood.
"""

from __future__ import annotations

import re

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "ascii": r"\x00-\x7f",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "word": r"\w",
    "xdigit": "a-fA-F0-9",
}
_PIECE = re.compile(
    r"(?P<escape>\\k<(?P<back>\w+)>|\\.)"
    r"|(?P<set>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])"
    r"|(?P<few>\{,\d+\})"
    r"|\(\?<(?P<group>[A-Za-z_]\w*)>",
    re.DOTALL,
)


def for_python(pattern: str) -> str:
    """Write a regular expression as Python does. Raises re.error if it still is none."""
    written = _PIECE.sub(_piece, pattern)
    re.compile(written)
    return written


def _piece(found: re.Match[str]) -> str:
    if found["back"]:
        return f"(?P={found['back']})"
    if found["group"]:
        return f"(?P<{found['group']}>"
    if found["few"]:
        return "\\" + found["few"]
    if found["set"]:
        return re.sub(r"\[:(\w+):\]|\\.|(?<!^)\[", _member, found["set"], flags=re.DOTALL)
    return found[0]


def _member(found: re.Match[str]) -> str:
    name: str | None = found[1]
    if name is None:
        return r"\[" if found[0] == "[" else found[0]
    if name not in _CLASSES:
        raise re.error(f"unknown class [:{name}:]")
    return _CLASSES[name]
