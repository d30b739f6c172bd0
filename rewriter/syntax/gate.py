# SPDX-License-Identifier: GPL-2.0-or-later
"""The gate: find what a parse got wrong, also where the parser noticed nothing.

Errors and missing tokens are the parser's own view. A function inside a function, a "type" made of a
macro call, and a column-0 body that is no function's are misparses it is silent about:
``for_each_x(a) { .. }`` reads as a nested function, ``kfree(container_of(p, struct foo, m));`` as a type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import tree_sitter
import tree_sitter_c

LANGUAGE = tree_sitter.Language(tree_sitter_c.language())

_BAD = tree_sitter.Query(
    LANGUAGE,
    """
    (ERROR) @error
    (MISSING) @missing
    (compound_statement (function_definition) @nested)
    (macro_type_specifier) @macro_type
    (compound_statement (declaration declarator: (parenthesized_declarator)) @declaration)
    (compound_statement (declaration declarator: (init_declarator declarator: (parenthesized_declarator))) @declaration)
    (function_definition body: (compound_statement) @body)
    """,
)
_BODY = re.compile(rb"\n\{|\n[A-Za-z_][^\n]*\)[ \t]*\{[ \t]*(?=\n|$)")
_BODY_WORDS = re.compile(rb"(?:if|for|while|switch|do|else|struct|union|enum)\b")


@dataclass(frozen=True, slots=True)
class Bad:
    """A stretch that was not understood, and what shows it."""

    start: int
    end: int
    what: str


def find_bad(root: tree_sitter.Node, text: bytes, shadow: bytes) -> list[Bad]:
    """List what is wrong in a tree, in source order."""
    captures = tree_sitter.QueryCursor(_BAD).captures(root)
    bodies = {node.start_byte for node in captures.pop("body", [])}
    found = [
        Bad(node.start_byte, node.end_byte, _describe(what, node))
        for what, nodes in captures.items()
        for node in nodes
    ]
    found += [Bad(at, at + 1, "function not found") for at in lexical_bodies(shadow) if at not in bodies]
    found.sort(key=lambda bad: (bad.start, bad.end))
    return found


def _describe(what: str, node: tree_sitter.Node) -> str:
    if what == "error":
        return "syntax error"
    if what == "missing":
        return f"missing {node.type}"
    return {"nested": "function in a function", "macro_type": "macro call read as a type"}.get(
        what, "call read as a declaration"
    )


def lexical_bodies(text: bytes) -> Iterable[int]:
    """Give the offset of each ``{`` that opens a function's body, going by layout alone.

    That is a brace in column 0, or at the end of a line that starts in column 0, right after a ``)``.
    Bodies inside ``#define`` do not count.
    """
    for found in _BODY.finditer(text):
        at = found.start() + text[found.start() : found.end()].rindex(b"{")
        before = text[max(0, at - 600) : at].rstrip()
        while before.endswith(b"*/"):
            before = before[: before.rfind(b"/*")].rstrip() if b"/*" in before else b""
        if not before.endswith(b")"):
            continue
        if at - found.start() > 1 and _BODY_WORDS.match(text, found.start() + 1):
            continue
        if b"\\\n" in text[found.start() - 1 : found.start() + 1]:
            continue
        yield at
