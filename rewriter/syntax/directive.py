# SPDX-License-Identifier: GPL-2.0-or-later
"""Directives with what they say as C: ``#define A(x) f(x)`` gets the call as its ``value``.

A body that is an expression, a type, values in braces or a function is its node; a whole statement or
declaration is a ``macro_body`` of it, also a ``do`` loop that lacks its ``;``. Several of them, and others
that lack it, are the leaf ``macro_text``: nothing is found in them. A name that is pasted together is a
``pasted_identifier``, one made a string is a name with its ``#``.
A body that is no C on its own stays the leaf ``preproc_arg``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rewriter.syntax.convert import shifted
from rewriter.syntax.tree import Node, walk

#: Parses C text as a whole; gives its top-level nodes, none when it is not understood.
ParseAlone = Callable[[bytes], tuple[Node, ...]]

_GAP = re.compile(rb"\\\r?\n|/\*.*?\*/|//[^\n]*", re.DOTALL)
_PASTED = re.compile(rb"\w+(?:\s*##\s*\w+)+|(?<!#)#\s*[A-Za-z_]\w*")  # or made a string
_LAST_COMMA = re.compile(rb"(?<=,)\s*##")
#: Bodies that the reference takes for values in braces, those with names only of macros with parameters.
_VALUES = re.compile(rb'\s*\{\s*(?:\w+|"[^"]*")\s*,')
_NAMED_VALUES = re.compile(rb"\s*\{\s*\.\s*\w+\s*=")
_HEAD = re.compile(rb"\s*(?:if|while|switch|for|return|goto|break|continue)\b")
_WORD = re.compile(rb'"[^"]*"|\w+|[^\w\s]')


def read_directive(node: Node, text: bytes, parse_alone: ParseAlone, among_members: bool = False) -> Node:
    """Give ``node``, a directive, with its body parsed; a ``#undef`` or ``#pragma`` with its words.

    Of macros ``among_members`` of a struct several statements and loops of macros are a ``macro_body``, too.
    """
    last = node.children[-1]
    if last.kind != "preproc_arg":
        return node
    raw = _GAP.sub(lambda m: b" " * len(m.group()), text[last.start : last.end])
    if node.kind == "preproc_call":
        words = tuple(_word(match, last.start) for match in _WORD.finditer(raw))
        return replace(node, children=(*node.children[:-1], *words))
    named = node.kind == "preproc_function_def" and _NAMED_VALUES.match(raw)
    values = bool(named or _VALUES.match(raw))
    body = _body(raw, last, parse_alone, values, among_members)
    return node if body is None else replace(node, children=(*node.children[:-1], body))


def _word(match: re.Match[bytes], start: int) -> Node:
    text = match.group().decode("utf-8", "surrogateescape")
    kind = "identifier" if text.isidentifier() else "preproc_arg"
    return Node(kind, start + match.start(), start + match.end(), "argument", (), text)


def _body(raw: bytes, last: Node, parse_alone: ParseAlone, values: bool, among_members: bool) -> Node | None:
    shown = _LAST_COMMA.sub(lambda m: b" " * len(m.group()), raw)
    pasted = {m.span(): m.group() for m in _PASTED.finditer(shown)}
    shown = _PASTED.sub(lambda m: b"x" * len(m.group()), shown)
    found = _read(shown, last, parse_alone, values, among_members)
    if found is None or not pasted:
        return found
    moved = {(last.start + start, last.start + end): text for (start, end), text in pasted.items()}
    return _with_names(found, moved)


def _read(raw: bytes, last: Node, parse_alone: ParseAlone, values: bool, among_members: bool) -> Node | None:
    size = len(raw.rstrip())
    readings = (
        *(((b"int v = ", b";", "initializer_list"),) if values else ()),
        (b"void f(void) { v = (", b"); }", "parenthesized_expression"),
        (b"void f(void) { sizeof(", b"); }", "type_descriptor"),
        (b"void f(void) { ", b"\n; }", "compound_statement"),
        (b"", b"", "function_definition"),
    )
    for before, after, wanted in readings:
        if wanted in ("parenthesized_expression", "type_descriptor") and _HEAD.match(raw):
            continue  # in brackets the word would be the name of a function, or an argument that jumps
        nodes = parse_alone(before + raw + after)
        found = next((n for top in nodes for n in walk(top) if n.kind == wanted), None)
        if len(nodes) != 1 or found is None:
            continue
        whole = not before or wanted in ("type_descriptor", "initializer_list")
        inside = (found,) if whole else found.children[1:-1]
        end = len(before) + size
        if wanted == "compound_statement":
            inside = tuple(n for n in inside if n.start < end)
            lacks_end = bool(inside) and inside[-1].end > end and inside[-1].kind != "do_statement"
            if lacks_end or not (among_members or (len(inside) == 1 and not _is_macro_loop(inside[0]))):
                return replace(last, kind="macro_text")
        elif len(inside) != 1 or inside[0].end != end or inside[0].kind == "compound_statement":
            continue
        by = last.start - len(before)
        moved = tuple(n for n in (shifted(i, by, last.start + size) for i in inside) if n is not None)
        if moved and wanted == "compound_statement":
            return Node("macro_body", moved[0].start, moved[-1].end, "value", moved, "")
        if moved:
            return replace(moved[0], field="value")
    return None


def _is_macro_loop(node: Node) -> bool:
    """Tell whether a statement is a loop macro, perhaps behind heads, which only braces tell from a call."""
    while node.kind not in ("iterator_statement", "compound_statement") and node.children:
        if node.kind not in ("if_statement", "else_clause", "for_statement", "while_statement"):
            return False
        node = node.children[-1]
    return node.kind == "iterator_statement"


def _with_names(node: Node, pasted: dict[tuple[int, int], bytes]) -> Node:
    """Give a copy of ``node`` in which names that are pasted together or made strings are what they are."""
    if node.children:
        return replace(node, children=tuple(_with_names(child, pasted) for child in node.children))
    text = pasted.get((node.start, node.end))
    if text is None:
        return node
    kind = node.kind if text[:1] == b"#" else "pasted_identifier"
    return replace(node, kind=kind, text=text.decode("utf-8", "replace"))
