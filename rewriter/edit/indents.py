# SPDX-License-Identifier: GPL-2.0-or-later
"""The indentation of statements that reach over several lines.

::

    if (a &&
        b) {            what is added in the block is one level deeper than the ``if``,
            log(x,
                y);     what is added behind the call stands below ``log``
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from rewriter.edit.arms import HEADED
from rewriter.edit.layout import Layout
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk

_LISTS = frozenset({"initializer_list", "enumerator_list", "field_declaration_list"})


class Indents:
    """Where the statements below ``root`` begin."""

    def __init__(self, root: Node, layout: Layout) -> None:
        self._root = root
        self._layout = layout

    def behind(self, span: Span) -> int:
        """Give an offset on the line that what is added behind ``span`` has to be aligned with.

        The innermost statement that ends with the span begins there.
        """
        starts = [start for start in self._by_end.get(span.end, ()) if start <= span.start]
        return max(starts, default=span.start)

    def block(self, brace: int) -> bytes:
        """Give the indentation of the contents of the block that opens at ``brace``."""
        at = brace if self._layout.first_on_line(brace) else self._heads.get(brace, brace)
        return self._layout.indent(at) + self._layout.unit()

    def of_case(self, offset: int) -> bytes | None:
        """Give the indentation of the labels of the innermost ``switch`` around ``offset``."""
        around = [n for n in walk(self._root) if n.kind == "switch_statement" and n.start < offset < n.end]
        if not around:
            return None
        body = around[-1].child("body")
        labels = [n for n in body.children if n.kind == "case_statement"] if body is not None else []
        return self._layout.indent((labels or around[-1:])[0].start)

    def heads(self, place: int) -> bool:
        """Tell whether the head of a compound statement ends at ``place``, and its body follows."""
        return any(
            part.end == place and following.field in ("body", "consequence")
            for node in walk(self._root)
            if node.kind in HEADED
            for part, following in pairwise(node.children)
        ) or any(node.kind == "else" and node.end == place for node in walk(self._root))

    def in_list(self, offset: int) -> bool:
        """Tell whether the innermost braces around ``offset`` hold values, enumerators or members."""
        return self._braces(offset).kind in _LISTS

    def listed(self, offset: int) -> bytes | None:
        """Give the indentation of further lines of the list that begins before ``offset`` on its line."""
        braces = self._braces(offset)
        start = self._layout.line_start(offset)
        if braces.kind not in _LISTS or braces.start < start or self._layout.first_on_line(offset):
            return None
        return self._layout.indent(offset) + self._layout.unit()

    def _braces(self, offset: int) -> Node:
        """Give the innermost list or block around ``offset``, or the root."""
        found = self._root
        node: Node | None = self._root if self._has_lists else None
        while node is not None:
            if node.kind in _LISTS or node.kind == "compound_statement":
                found = node
            node = next((n for n in node.children if n.start < offset < n.end), None)
        return found

    @cached_property
    def _has_lists(self) -> bool:
        return any(node.kind in _LISTS for node in walk(self._root))

    @cached_property
    def _by_end(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for node in walk(self._root):
            if node.kind.endswith(("_statement", "declaration")) and node.kind != "compound_statement":
                found.setdefault(node.end, []).append(node.start)
        return found

    @cached_property
    def _heads(self) -> dict[int, int]:
        """The statement that a block belongs to, by where they begin."""
        found: dict[int, int] = {}
        for node in walk(self._root):
            if node.kind.endswith(("_statement", "_definition")) and node.kind != "compound_statement":
                blocks = (n for n in node.children if n.kind == "compound_statement")
                found.update((block.start, node.start) for block in blocks)
        return found
