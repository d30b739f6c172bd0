# SPDX-License-Identifier: GPL-2.0-or-later
"""Code as the value of a metavariable: ``{ 1, 2 }`` is ``{ 1, 2, }`` there, in scripts and in plus code.

A comma behind the last element of a list in braces means nothing, so values that differ in it are the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rewriter.source.text import Source
from rewriter.syntax.attributes import attributes_between
from rewriter.syntax.tree import Node, leaves, spell, walk

_SIGN = re.compile(r"(?<!\S)-(?=[.\d])")
_LISTS = frozenset({"initializer_list", "enumerator_list"})


def spelled(nodes: Sequence[Node], attributes: Sequence[Node] = ()) -> str:
    """Give the tokens of code that stands together, and of attributes in it, with single blanks."""
    plain = " ".join(spell(node) for node in nodes)
    ends = _ends(nodes) if "}" in plain else frozenset()
    if not ends and not attributes:
        return plain
    words: list[str] = []
    found = [leaf for node in (*nodes, *attributes) for leaf in leaves(node)]
    for leaf in sorted(found, key=lambda leaf: leaf.start):
        words += [leaf.text] if leaf.text else []
        words += [","] if leaf.end in ends else []
    return " ".join(words)


def told(source: Source, node: Node) -> tuple[str, str]:
    """Spell code as scripts see it, also without the attributes in it: "" if there are none.

    The sign of a number is a token of its own.
    """
    found = attributes_between(source, node.start, node.end)
    within = [a for a in found if (a.start, a.end) != (node.start, node.end)]
    key = _SIGN.sub("- ", spelled([node], within))
    return key, _SIGN.sub("- ", spelled([node])) if within else ""


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
