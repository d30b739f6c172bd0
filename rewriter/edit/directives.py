# SPDX-License-Identifier: GPL-2.0-or-later
"""Directives keep lines of their own, whatever is added or removed around them; ``//`` ends a line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from rewriter.edit.edit import Edit
from rewriter.edit.layout import Layout
from rewriter.source.arms import other_arm
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, leaves, walk

#: A directive whose line holds nothing that is code, as the body of a ``#define`` may be.
_DIRECTIVE = re.compile(
    rb"[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif|else|endif|undef|include|pragma|error|warning|line)\b"
)
#: A string or a comment; the group is one that ends with the line, at the end of a text.
_COMMENT = re.compile(rb'"(?:\\.|[^"\\])*"|/\*.*?\*/|(//[^\n]*\Z)|//[^\n]*', re.DOTALL)
_LINE = re.compile(rb"(?m)^[ \t]*#(?:[^\n\\]|\\.)*", re.DOTALL)


#: Nodes of which each part behind the first is whole by itself.
_LISTS = frozenset({"compound_statement", "field_declaration_list"})


def unread_among(spans: Sequence[Span], root: Node, layout: Layout) -> Span | None:
    """Find where another arm of an ``#if`` takes part in code that is removed, and stays; None if none does.

    It stands between two removed spans and is no part of the tree, as only one arm can be read with them, or
    it goes on what stands before the ``#if`` as the removed arm does. What replaces the code would not stand
    in both. Behind a whole statement arms stand between statements, and stay there.
    """
    starts: list[int] = []
    ends: set[int] = set()  # of statements and fields
    for before, after in pairwise(spans):
        code, directives = _LINE.subn(b"", layout.without_comments(before.end, after.start))
        apart = bool(code.strip())
        if directives and (apart or _has_other_arm(spans, before.end, after.start, layout)):
            ends = ends or {n.end for b in walk(root) if b.kind in _LISTS for n in b.children[1:-1]}
            if before.end in ends:
                continue
            if not apart:
                return Span(before.end, after.start)
            starts = starts or [leaf.start for leaf in leaves(root) if len(leaf.span)]
            at = bisect_left(starts, before.end)
            if at < len(starts) and starts[at] >= after.start:
                return Span(before.end, after.start)
    return None


def _has_other_arm(spans: Sequence[Span], end: int, start: int, layout: Layout) -> bool:
    """Tell whether an ``#if`` stands in the gap of two removed spans, and an arm of it stays."""
    between = other_arm(layout.text, end, start)
    if between < 0:
        return False
    first = layout.code_after(layout.line_end(between))
    return not any(span.start <= first < span.end for span in spans)


def is_on_directive(at: int, layout: Layout) -> bool:
    """Tell whether the line of an offset is that of a directive."""
    return _DIRECTIVE.match(layout.text, layout.line_start(at)) is not None


def beside_directives(edit: Edit, layout: Layout) -> Edit:
    """Give ``edit`` so that it puts no code on the line of a directive, in front of it or behind.

    What an edit changes in a directive stays there. Neither is code left behind a comment that ends its line.
    """
    text, span, new = layout.text, edit.span, edit.replacement
    line, end = layout.line_start(span.start), layout.line_end(span.start)
    behind = not text[span.start : end].strip() and not text[line:end].endswith(b"\\")
    if behind and _DIRECTIVE.match(text, line) and new.lstrip(b" \t")[:1].strip():
        indent = layout.indent(layout.code_after(max(end, span.end)))
        new = layout.newline() + indent + new.lstrip(b" \t")
    elif span.end > end and _DIRECTIVE.match(text, layout.line_start(span.end)):
        rest = text[layout.line_start(span.end) : span.end]
        shown = (text[line : span.start] + new).rstrip(b" \t")
        if shown.strip() and not shown.endswith(b"\n") and not rest.strip():
            new = new.rstrip(b" \t") + layout.newline() + rest
    following = text[span.end : layout.line_end(span.end)]
    if following.strip() and any(comment[1] for comment in _COMMENT.finditer(new)):
        new = new.rstrip(b" \t") + layout.newline() + layout.indent(span.end)
    return replace(edit, replacement=new)
