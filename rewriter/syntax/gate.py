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
from itertools import pairwise

import tree_sitter
import tree_sitter_c

from rewriter.source.headers import UNTYPED

LANGUAGE = tree_sitter.Language(tree_sitter_c.language())

_BAD = tree_sitter.Query(
    LANGUAGE,
    """
    (ERROR) @error
    (MISSING) @missing
    (macro_type_specifier) @macro_type
    (parenthesized_declarator) @declaration
    (function_definition) @function
    """,
)
_NAMES = {
    "macro_type_specifier": "macro_type",
    "parenthesized_declarator": "declaration",
    "function_definition": "function",
}
_LARGE = 50_000  # nodes; below, a query is quick whatever the tree is like
_PER_LINE = 100  # C has about 10 nodes a line
_DEEP = 1000
_SAMPLES = 64
_BODY = re.compile(rb"\n\{|\n[A-Za-z_][^\n{]*\)[ \t]*\{[ \t]*(?=\n|$)")
#: A word alone on its line, and what begins the next one as a call or an assignment does.
_ALONE = re.compile(
    rb"\n([ \t]++)([A-Za-z_]\w++)"
    rb"(?=[ \t]*+(?:/\*[^\n]*?\*/[ \t]*+|//[^\n]*+)?\r?\n(?:[ \t]*+\r?\n)*\1\w++[ \t]*+[(=])"
)
_BODY_WORDS = re.compile(rb"(?:if|for|while|switch|do|else|struct|union|enum)\b|\w+[ \t]*:")


MISSING_FUNCTION = "function not found"
#: Types that no call begins with; the name of a type and that of a function look alike.
_SURE_TYPES = frozenset(
    ["primitive_type", "sized_type_specifier", "struct_specifier", "union_specifier", "enum_specifier"]
)
_BODIES = frozenset(["compound_statement", "case_statement", "labeled_statement"])


@dataclass(frozen=True, slots=True)
class Bad:
    """A stretch that was not understood, and what shows it."""

    start: int
    end: int
    what: str


def find_bad(
    root: tree_sitter.Node,
    shadow: bytes,
    types: frozenset[bytes] = frozenset(),
    within: tuple[int, int] | None = None,
) -> list[Bad]:
    """List what is wrong in a tree, in source order; only what touches the bytes ``within``, if given.

    ``types`` are names that are known to be types.
    """
    captures = _captures(root, shadow, within or (0, len(shadow)))
    bodies: set[int] = set()
    found: list[Bad] = []
    for node in captures.get("function", ()):
        body = node.child_by_field_name("body")
        if body is not None:
            bodies.add(body.start_byte)
        parent = node.parent
        while parent is not None and parent.type.startswith("preproc_"):
            parent = parent.parent
        if parent is not None and parent.type == "compound_statement":
            found.append(Bad(node.start_byte, node.end_byte, "function in a function"))
        elif body is not None and not _is_header(node, shadow):
            found.append(Bad(node.start_byte, body.start_byte, "no function's header"))
    found += [Bad(n.start_byte, n.end_byte, "syntax error") for n in captures.get("error", ())]
    found += [Bad(n.start_byte, n.end_byte, f"missing {n.type}") for n in captures.get("missing", ())]
    for node in captures.get("macro_type", ()):
        if not _is_real_type(node, shadow):
            found.append(Bad(node.start_byte, node.end_byte, "macro call read as a type"))
    for node in captures.get("declaration", ()):
        if _is_local(node):
            found.append(Bad(node.start_byte, node.end_byte, "call read as a declaration"))
    start, end = within or (0, len(shadow))
    for at in lexical_bodies(shadow, start, end):
        if at not in bodies and not _is_text(root, at):
            found.append(Bad(at, at + 1, MISSING_FUNCTION))
    found += _lone_words(root, shadow, types, start, end)
    found.sort(key=lambda bad: (bad.start, bad.end))
    return found


def _lone_words(
    root: tree_sitter.Node, shadow: bytes, types: frozenset[bytes], start: int, end: int
) -> Iterable[Bad]:
    """Find names alone on a line above a call or assignment in the same column, read as its type."""
    for word in _ALONE.finditer(shadow, max(0, start - 1), end):
        at = word.start(2)
        node = root.descendant_for_byte_range(at, word.end(2)) if word[2] not in types else None
        around = node.parent if node is not None and node.type == "type_identifier" else None
        block = around.parent if around is not None and around.type == "declaration" else None
        if block is not None and block.type in _BODIES:
            yield Bad(at, word.end(2), "macro read as a type")


def _captures(
    root: tree_sitter.Node, shadow: bytes, within: tuple[int, int]
) -> dict[str, list[tree_sitter.Node]]:
    """List the nodes that may be wrong, by name: with a query, or one by one where a query takes too long.

    A query's time grows with the square of how deep nodes are nested, and faster than long lists do.
    """
    if _is_odd(root, shadow):
        return _walked(root, within)
    cursor = tree_sitter.QueryCursor(_BAD)
    cursor.set_byte_range(*within)
    return cursor.captures(root)


def _is_odd(root: tree_sitter.Node, shadow: bytes) -> bool:
    """Tell whether a large tree has far more nodes a line than C has, or is nested very deeply somewhere."""
    count = root.descendant_count
    if count < _LARGE:
        return False
    if count > _PER_LINE * shadow.count(b"\n"):
        return True
    for at in range(0, len(shadow), max(1, len(shadow) // _SAMPLES)):
        cursor = root.walk()
        while cursor.goto_first_child_for_byte(at) is not None:
            if cursor.depth > _DEEP:
                return True
    return False


def _walked(root: tree_sitter.Node, within: tuple[int, int]) -> dict[str, list[tree_sitter.Node]]:
    found: dict[str, list[tree_sitter.Node]] = {}
    start, end = within
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None
        name = "error" if node.is_error else "missing" if node.is_missing else _NAMES.get(node.type)
        touches = node.start_byte <= end and start <= node.end_byte
        if name is not None and touches:
            found.setdefault(name, []).append(node)
        if touches and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def _is_header(function: tree_sitter.Node, shadow: bytes) -> bool:
    """Tell whether a definition has parentheses, and no other function's header behind them.

    In ``f(a) {`` the name ``f`` is no type, though the grammar reads it so, unless it looks like a macro's.
    ``struct PACKED s {`` reads as a function ``s``, and ``LIST(x) int f(void) {`` as one called ``LIST``.
    """
    node = function.child_by_field_name("declarator")
    while node is not None and node.type not in ("function_declarator", "parenthesized_declarator"):
        node = node.child_by_field_name("declarator")
    kind = function.child_by_field_name("type")
    if kind is not None and (node is None or node.type == "parenthesized_declarator"):
        word = shadow[kind.start_byte : kind.end_byte]
        return shadow.startswith(UNTYPED, kind.start_byte) if node is None else word != word.lower()
    if node is None:
        return False
    behind = node.named_children[2:]
    return not any(
        word.type == "identifier" and call.type == "call_expression" and word.start_point.column == 0
        for word, call in pairwise(behind)
    )


def _is_text(root: tree_sitter.Node, at: int) -> bool:
    """Tell whether the byte lies in a comment or a macro's body."""
    node = root.descendant_for_byte_range(at, at + 1)
    return node is not None and node.type in ("comment", "preproc_arg")


def _is_real_type(node: tree_sitter.Node, shadow: bytes) -> bool:
    """Tell whether a macro call the parser took for a type is one: ``ELF(Sym) *s``, not ``loop(x) f(y)``.

    A type has a declarator behind it on the same line; inside a function that is no function.
    """
    parent = node.parent
    if parent is None or node.has_error:
        return False
    if parent.type == "type_descriptor":
        return True
    declarator = parent.child_by_field_name("declarator")
    if declarator is None or b"\n" in shadow[node.end_byte : declarator.start_byte]:
        return False
    if parent.type == "declaration" and b"each" not in shadow[node.start_byte : node.end_byte]:
        around = parent.parent
        return around is None or around.type not in _BODIES or declarator.type != "function_declarator"
    return parent.type in (
        "field_declaration",
        "parameter_declaration",
        "function_definition",
        "type_definition",
    )


def _is_local(node: tree_sitter.Node) -> bool:
    """Tell whether a parenthesised declarator declares ``name (x)``, perhaps with a value, in a function."""
    if node.named_child_count and node.named_children[0].type == "pointer_declarator":
        parent = node.parent
        if parent is not None and parent.type in ("function_declarator", "array_declarator"):
            return False  # int (*f)(void);
    parent = node.parent
    if parent is not None and parent.type == "init_declarator":
        parent = parent.parent
    if parent is None or parent.type != "declaration":
        return False
    kind = parent.child_by_field_name("type")
    if kind is not None and kind.type in _SURE_TYPES:
        return False  # int (x);
    around = parent.parent
    return around is not None and around.type in _BODIES


def lexical_bodies(text: bytes, start: int = 0, end: int | None = None) -> Iterable[int]:
    """Give the offset of each ``{`` that opens a function's body, going by layout alone.

    That is a brace in column 0, or at the end of a line that starts in column 0, right after a ``)``.
    Bodies inside ``#define`` do not count.
    """
    for found in _BODY.finditer(text, max(0, start - 1), len(text) if end is None else end):
        at = found.start() + text[found.start() : found.end()].rindex(b"{")
        before = text[max(0, at - 600) : at].rstrip()
        while before.endswith(b"*/"):
            before = before[: before.rfind(b"/*")].rstrip() if b"/*" in before else b""
        last = before[before.rfind(b"\n") + 1 :]
        if not before.endswith(b")") or b"//" in last:
            continue
        if at - found.start() > 1 and (
            _BODY_WORDS.match(text, found.start() + 1) or b"=" in text[found.start() : at]
        ):
            continue
        if b"\\\n" in text[found.start() - 1 : found.start() + 1]:
            continue
        yield at
