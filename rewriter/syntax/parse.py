# SPDX-License-Identifier: GPL-2.0-or-later
"""Parse a C file: the only user of tree-sitter.

A `TranslationUnit` lists what the file has at top level; a piece becomes `Node` objects only when
somebody asks for it, because a kernel file has a quarter of a million tree-sitter nodes and a rule
looks at a handful of functions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import tree_sitter
import tree_sitter_c

from rewriter.source.text import Lines, Skipped, Source, Span
from rewriter.syntax.tree import Node

LANGUAGE = tree_sitter.Language(tree_sitter_c.language())


@dataclass(frozen=True, slots=True, eq=False)
class TopLevel:
    """One top-level element: a function, a declaration, a directive, a macro call.

    ``name`` is the function's or the declared name ("" when there is none). A function that was not
    understood has ``intact`` false and is never matched.
    """

    kind: str
    name: str
    span: Span
    intact: bool
    raw: tree_sitter.Node = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class TranslationUnit:
    """A parsed file."""

    source: Source
    lines: Lines
    elements: tuple[TopLevel, ...]
    comments: tuple[Span, ...]
    skipped: tuple[Skipped, ...]
    _nodes: dict[int, Node] = field(default_factory=dict, repr=False)

    def functions(self) -> list[TopLevel]:
        """Give the function definitions that were understood, in source order."""
        return [e for e in self.elements if e.kind == "function_definition" and e.intact]

    def node(self, element: TopLevel) -> Node:
        """Give the element as our own tree, made at the first call."""
        found = self._nodes.get(element.span.start)
        if found is None:
            found = self._nodes[element.span.start] = _convert(element.raw, self.source)
        return found


def parse(path: str, text: bytes) -> TranslationUnit:
    """Read a C file's bytes; never fails, what is not understood is in ``skipped``."""
    source = Source(path, text, text)
    lines = Lines.of(text)
    tree = tree_sitter.Parser(LANGUAGE).parse(source.shadow)
    elements, comments, skipped = [], [], []
    for raw in tree.root_node.children:
        if raw.type == "comment":
            continue
        name = _name(raw, text)
        elements.append(TopLevel(raw.type, name, Span(raw.start_byte, raw.end_byte), not raw.has_error, raw))
        if raw.has_error:
            skipped.append(Skipped(path, lines.line(raw.start_byte), "syntax error", name))
    stack = [tree.root_node]
    while stack:
        top = stack.pop()
        if top.type == "comment":
            comments.append(Span(top.start_byte, top.end_byte))
        stack.extend(reversed(top.children))
    return TranslationUnit(source, lines, tuple(elements), tuple(comments), tuple(skipped))


def _name(raw: tree_sitter.Node, text: bytes) -> str:
    node: tree_sitter.Node | None = raw
    while node is not None:
        if node.type in ("identifier", "field_identifier"):
            return text[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")
        node = node.child_by_field_name("declarator")
    return ""


def _convert(raw: tree_sitter.Node, source: Source) -> Node:
    """Copy a tree-sitter subtree into nodes, bottom up and without recursion."""
    done: list[list[Node]] = [[]]
    stack: list[tuple[tree_sitter.Node, str, bool]] = [(raw, "", False)]
    while stack:
        node, role, opened = stack.pop()
        if opened:
            children = done.pop()
            done[-1].append(Node(node.type, node.start_byte, node.end_byte, role, tuple(children), ""))
        elif not node.children:
            text = source.decode(Span(node.start_byte, node.end_byte))
            done[-1].append(Node(node.type, node.start_byte, node.end_byte, role, (), text))
        else:
            stack.append((node, role, True))
            done.append([])
            for i in reversed(range(node.child_count)):
                child = node.children[i]
                if child.type != "comment":
                    stack.append((child, node.field_name_for_child(i) or "", False))
    return done[0][0]
