# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patches that a command line makes: one turned round, and one around a piece of code."""

from __future__ import annotations

import re

from rewriter.smpl.chunks import cut
from rewriter.smpl.lexer import LineReader

_SCRIPT = re.compile(r"\s*(?:script|initialize|finalize)\s*:")
_SIGN = re.compile(r"^(?:\+\+?(?!\+)|-(?!-))")


def reversed_patch(text: str, path: str) -> str:
    """Give a semantic patch with minus code for plus code and plus code for minus code.

    Raises SemanticPatchError.
    """
    lines = text.split("\n")
    for chunk in cut(LineReader(path, lines), text):
        if _SCRIPT.match(chunk.header):
            continue
        for number in range(chunk.body_first - 1 + bool(chunk.body_column), chunk.body_last):
            lines[number] = _SIGN.sub(lambda m: "-" if m[0][0] == "+" else "+", lines[number])
    return "\n".join(lines)


def patch_around(code: str) -> str:
    """Give the semantic patch that shows ``code``, in which words with a capital are metavariables."""
    names = dict.fromkeys(re.findall(r"\b[A-Z]\w*", code))
    declared = [f"metavariable {name};" for name in names]
    lines = [line if line.strip() == "..." else f"* {line}" for line in code.splitlines()]
    return "\n".join(["@@", *declared, "@@", *lines, ""])
