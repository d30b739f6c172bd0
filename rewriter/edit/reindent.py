# SPDX-License-Identifier: GPL-2.0-or-later
"""Kept statements whose surroundings were removed move to the indentation of where they now stand."""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.edit.arms import HEADED
from rewriter.edit.edit import Edit
from rewriter.edit.layout import Layout
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, leaves


@dataclass(slots=True)
class Reindenter:
    """Finds the statements to move; ``removed`` are starts of tokens, ``braced`` of arms that get braces."""

    root: Node
    layout: Layout
    removed: set[int]
    braced: set[int]

    def run(self) -> list[Edit]:
        """Give edits of the white space at line starts."""
        edits: list[Edit] = []
        unit = self.layout.unit()
        # (node, the indentation due to statements and to braces in it, an enclosing statement was removed)
        stack: list[tuple[Node, bytes, bytes, bool]] = [(self.root, b"", b"", False)]
        while stack:
            node, due, brace_due, orphan = stack.pop()
            gone = self._first_removed(node)
            if orphan and not gone and node.kind.endswith(("_statement", "declaration")):
                edits += self._shift(node, due, brace_due)
                continue
            if not gone and node.kind in HEADED | {"compound_statement", "function_definition"}:
                due = self._line_indent(node) + unit
                brace_due = due if node.kind == "compound_statement" else self._line_indent(node)
            if gone and node.start in self.braced:
                brace_due = due  # of a block in it, around which the braces stand
            for child in node.children:
                if child.children:
                    statement = child.kind.endswith(("_statement", "_clause", "declaration"))
                    lost = (orphan or gone) and statement
                    if gone and node.kind == "compound_statement" and not orphan and not self._all_gone(node):
                        lost = statement
                    if child.kind == "else_clause" and not gone and self._first_removed(child):
                        due = brace_due = self._line_indent(node)  # it goes on behind the if
                    stack.append((child, due, brace_due, lost))
        return edits

    def _first_removed(self, node: Node) -> bool:
        return next(leaves(node)).start in self.removed

    def _all_gone(self, node: Node) -> bool:
        return all(leaf.start in self.removed for leaf in leaves(node))

    def _line_indent(self, node: Node) -> bytes:
        return self.layout.indent(node.start)

    def _shift(self, node: Node, due: bytes, brace_due: bytes) -> list[Edit]:
        """Move the lines of a statement, comments above it included, so that it is indented as due.

        A block that starts behind other code on its line has its closing brace moved to ``brace_due``.
        """
        layout = self.layout
        if not layout.first_on_line(node.start):
            old = layout.indent(self._last_line_offset(node))
            # The statement starts behind kept code (``if (x) {``): its closing line tells its depth.
            if node.kind != "compound_statement":
                return []
            due, first = brace_due, False
        else:
            old, first = layout.indent(node.start), True
        if old == due:
            return []
        edits: list[Edit] = []
        at = layout.line_end(layout.code_before(node.start) if first else node.start) + 1
        while at < node.end:
            end = layout.line_end(at)
            line = layout.text[at:end]
            if line.startswith(old) and line.strip() and not line.lstrip().startswith(b"#"):
                edits.append(Edit(Span(at, at + len(old)), due))
            at = end + 1
        return edits

    def _last_line_offset(self, node: Node) -> int:
        return max(node.start, node.end - 1)
