# SPDX-License-Identifier: GPL-2.0-or-later
"""Code as the value of a metavariable: ``{ 1, 2 }`` is ``{ 1, 2, }`` there, in scripts and in plus code.

A comma behind the last element of a list in braces means nothing, so values that differ in it are the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rewriter.syntax.tree import Node, leaves, spell, walk

_LISTS = frozenset({"initializer_list", "enumerator_list"})


def spelled(nodes: Sequence[Node]) -> str:
    """Give the tokens of code that stands together, with single blanks."""
    plain = " ".join(spell(node) for node in nodes)
    ends = _ends(nodes) if "}" in plain else frozenset()
    if not ends:
        return plain
    words: list[str] = []
    for leaf in (leaf for node in nodes for leaf in leaves(node)):
        words += [leaf.text] if leaf.text else []
        words += [","] if leaf.end in ends else []
    return " ".join(words)


def told(node: Node) -> str:
    """Spell code as scripts see it; the sign of a number is a token of its own."""
    return re.sub(r"(?<!\S)-(?=[.\d])", "- ", spelled([node]))


def written(text: bytes, nodes: Sequence[Node], start: int, end: int) -> bytes:
    """Give the bytes ``start`` to ``end`` of a text, which are those of the nodes."""
    made, at = b"", start
    for place in sorted(_ends(nodes)) if text.find(b"}", start, end) >= 0 else ():
        made += text[at:place] + b","
        at = place
    return made + text[at:end]


def _ends(nodes: Sequence[Node]) -> frozenset[int]:
    """Where the lists in braces end that have no comma behind their last element."""
    lists = (part for node in nodes for part in walk(node) if part.kind in _LISTS)
    last = (part.children[-2] for part in lists if len(part.children) > 2)
    return frozenset(element.end for element in last if element.kind != ",")
