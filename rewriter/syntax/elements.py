# SPDX-License-Identifier: GPL-2.0-or-later
"""The top-level elements of a parsed file, and which of them were not understood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

import tree_sitter

from rewriter.source.text import Lines, Skipped, Span
from rewriter.syntax.convert import DEFINING
from rewriter.syntax.gate import Bad

_CONTAINERS = frozenset(
    [
        "preproc_if",
        "preproc_ifdef",
        "preproc_else",
        "preproc_elif",
        "preproc_elifdef",
        "linkage_specification",
        "declaration_list",
        "ERROR",
    ]
)
_CALLED = re.compile(rb"([a-z_0-9]+)\s*\(")


@dataclass(slots=True, eq=False)
class TopLevel:
    """One top-level element: a function, a declaration, a directive, a macro call.

    A function that was not understood has ``intact`` false and is never matched.
    """

    kind: str
    span: Span
    intact: bool
    raw: tree_sitter.Node = field(repr=False)
    _text: bytes = field(repr=False)
    _name: str | None = None  # found when it is first asked for: a header has tens of thousands of elements

    @property
    def name(self) -> str:
        """The function's or the declared name, "" when there is none."""
        if self._name is None:
            self._name = _name(self.raw, self._text)
        return self._name

    @property
    def conditional(self) -> bool:
        """It stands in an arm of an ``#if`` that is no ``#ifndef NAME`` with ``#define NAME`` below it."""
        around = self.raw.parent
        while around is not None:
            if around.type.startswith("preproc_") and not _guards(around, self._text):
                return True
            around = around.parent
        return False


def _guards(raw: tree_sitter.Node, text: bytes) -> bool:
    """Tell whether a conditional, or that around an ``#else``, keeps what it holds from being read twice."""
    while raw.type != "preproc_ifdef":
        if raw.type != "preproc_else" or raw.parent is None:
            return False
        raw = raw.parent
    name, *rest = [child for child in raw.named_children if child.type != "comment"]
    defined = rest[0].child_by_field_name("name") if rest and rest[0].type == "preproc_def" else None
    return (
        raw.children[0].type == "#ifndef"
        and defined is not None
        and text[name.start_byte : name.end_byte] == text[defined.start_byte : defined.end_byte]
    )


class _Reach:
    """Bad stretches by place, to ask which touch an element without looking at all of them."""

    def __init__(self, bad: list[Bad]) -> None:
        self._bad = bad
        self._starts = [b.start for b in bad]
        self._ends = list(accumulate((max(b.end, b.start + 1) for b in bad), max))

    def first(self, start: int, end: int) -> Bad | None:
        """Give the first that touches ``start..end``; one without length touches the byte after it."""
        at = bisect_right(self._ends, start)
        return self._bad[at] if at < bisect_left(self._starts, end) else None


def elements_of(root: tree_sitter.Node, text: bytes, bad: list[Bad]) -> tuple[TopLevel, ...]:
    """List the elements in source order; the arms of conditionals are looked into."""
    elements = []
    reach = _Reach(bad)
    stack = _members(root)
    while stack:
        raw, kind, end = stack.pop()
        if kind in _CONTAINERS:
            heads = [raw.child_by_field_name(field) for field in ("name", "condition", "value")]
            known = {head.id for head in heads if head is not None}
            stack.extend(member for member in _members(raw) if member[0].id not in known)
        else:
            start = raw.start_byte
            intact = not bad or not (raw.has_error or reach.first(start, raw.end_byte) is not None)
            elements.append(TopLevel(kind, Span(start, end), intact, raw, text))
    return tuple(elements)


def _members(raw: tree_sitter.Node) -> list[tuple[tree_sitter.Node, str, int]]:
    """Give the named children from the last to the first, with kind and end; a type with its ``;`` is one."""
    members = []
    semicolon = 0  # the end of the one that follows, 0 for none
    for child in reversed(raw.children):
        kind = child.type
        if child.is_named and kind != "comment":
            if semicolon and kind in DEFINING:
                members.append((child, "declaration", semicolon))
            else:
                members.append((child, kind, child.end_byte))
        semicolon = child.end_byte if kind == ";" and not child.is_missing else 0
    return members


def skipped_of(
    path: str, lines: Lines, elements: tuple[TopLevel, ...], bad: list[Bad]
) -> tuple[Skipped, ...]:
    """Report each function that was not understood once, at its first construct, then what lies outside."""
    skipped = []
    reach = _Reach(bad)
    lost = [element for element in elements if not element.intact]
    for element in lost:
        first = reach.first(element.span.start, element.span.end)
        if first is not None:
            line = lines.line(max(first.start, element.span.start))
            name = element.name if element.kind == "function_definition" else ""
            skipped.append(Skipped(path, line, _construct(first, lines, line), name))
    starts = [element.span.start for element in lost]
    told = 0
    for b in bad:
        at = bisect_left(starts, max(b.end, b.start + 1)) - 1
        if (at < 0 or lost[at].span.end <= b.start) and b.end > told:
            line = lines.line(b.start)
            skipped.append(Skipped(path, line, _construct(b, lines, line), ""))
            told = b.end  # what lies inside a stretch is told with it
    skipped.sort(key=lambda s: s.line)
    return tuple(skipped)


def _construct(bad: Bad, lines: Lines, line: int) -> str:
    content = lines.content(line).strip()[:80].decode("utf-8", "replace")
    return f"{bad.what}: {content}"


def _name(raw: tree_sitter.Node, text: bytes) -> str:
    if raw.type.startswith("preproc"):
        raw_name = raw.child_by_field_name("name")
        if raw_name is None:
            return ""
        return text[raw_name.start_byte : raw_name.end_byte].decode("utf-8", "surrogateescape")
    kind, declarator = (raw.child_by_field_name(field) for field in ("type", "declarator"))
    if kind is not None and declarator is not None and declarator.type == "identifier":
        called = _CALLED.match(text, kind.start_byte) if raw.type == "function_definition" else None
        if called is not None:  # there is no type: what is shown for one stands at the name
            return called[1].decode("utf-8", "surrogateescape")
    node: tree_sitter.Node | None = raw
    while node is not None:
        if node.type in ("identifier", "field_identifier", "type_identifier"):
            return text[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")
        below = node.child_by_field_name("declarator")
        if below is None and node.type == "parenthesized_declarator" and node.named_child_count:
            below = node.named_children[0]
        node = below
    return ""
