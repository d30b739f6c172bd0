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

from rewriter.edit.layout import Layout
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk


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
