# SPDX-License-Identifier: GPL-2.0-or-later
"""Expressions of the code that rules replace: what comes stays one operand of what is around it."""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.edit.precedence import COMMA, level_at, level_of
from rewriter.match.kinds import EXPRESSIONS
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk


@dataclass(slots=True)
class Operands:
    """The operands in one element of a text."""

    root: Node
    text: bytes
    _levels: dict[Span, int] | None = None  # the least level of an expression there, when asked

    def fit(self, span: Span, text: bytes) -> bytes:
        """Put what replaces an expression into parentheses if the code around would take it apart."""
        if self._levels is None:
            self._levels = {}
            for parent in walk(self.root):
                for node in parent.children:
                    if node.kind in EXPRESSIONS and node.field != "type":
                        self._levels.setdefault(node.span, level_at(parent, node))
        level = self._levels.get(span, 0)
        old = self.text[span.start : span.end]
        return b"(" + text + b")" if COMMA < level_of(text) < level <= level_of(old) else text
