# SPDX-License-Identifier: GPL-2.0-or-later
"""The arms of a conditional that is the branch of an ``if`` or the body of a loop, one statement each.

::

    if (a)
    #ifdef B
            f();
    #else
            g();
    #endif

The parser is shown a block with both statements; the copy has a ``preproc_if`` like those between statements.
"""

from __future__ import annotations

import re

from rewriter.source.text import Mask
from rewriter.syntax.tree import Node

_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)|//.*", re.DOTALL)
_WORD = re.compile(rb"#[ \t]*(\w+)")


def conditional(block: Node, mask: Mask, text: bytes) -> Node:
    """Make the conditional of the block that was shown; the name of the mask says where its lines are."""
    start = mask.span.start
    places = [tuple(map(int, place.split(":"))) for place in mask.name.split()]
    lines = [_line(start + first, start + last, text) for first, last in places]
    following: tuple[Node, ...] = (lines[-1],)
    for line, behind in zip(reversed(lines[:-1]), reversed(lines[1:]), strict=True):
        own = tuple(n for n in block.children[1:-1] if line.end <= n.start < behind.start)
        kind = {"#else": "preproc_else", "#elif": "preproc_elif"}.get(line.kind, "preproc_if")
        field = block.field if kind == "preproc_if" else "alternative"
        children = (line, *own, *following)
        following = (Node(kind, line.start, children[-1].end, field, children, ""),)
    return following[0]


def _line(start: int, end: int, text: bytes) -> Node:
    words = _COMMENT.sub(b" ", text[start:end]).split()
    spelled = b" ".join(words).decode("utf-8", "surrogateescape")
    word = _WORD.match(text, start, end)
    kind = "#" + (word.group(1).decode() if word else "")
    return Node(kind, start, end, "", (), spelled)
