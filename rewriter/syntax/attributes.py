# SPDX-License-Identifier: GPL-2.0-or-later
"""Attributes of declarations, which the parser is not shown: ``__init``, ``__attribute__((packed))``.

A declaration's attributes are those in front of it and in it, but for those of its parameters and fields.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from rewriter.source.text import Mask, Source, Span
from rewriter.syntax.tree import Node

ATTRIBUTE = "attribute_specifier"
STORAGE = "storage_class_specifier"
_PARTS = frozenset({"parameter_list", "field_declaration_list", "enumerator_list", "compound_statement"})
#: What has its last attribute behind its end, as in ``(int __user)`` and ``f(int x __unused)``.
_OPEN = frozenset({"type_descriptor", "parameter_declaration"})
_CODE = re.compile(rb"\S")
_TOKEN = re.compile(rb'\w+|"(?:\\.|[^"\\])*"|[^\s\w]')


def spans(masks: Sequence[Mask], shadow: bytes, node: Node) -> list[Span]:
    """Give the places of a declaration's attributes, in order."""
    start = node.start
    first = bisect_left(masks, start, key=lambda mask: mask.span.start)
    while first and masks[first - 1].kind == "attribute":
        before = masks[first - 1].span
        if shadow[before.end : start].strip() or before.end > start:
            break
        first, start = first - 1, before.start
    end = node.end
    if node.kind in _OPEN:
        following = _CODE.search(shadow, end)
        end = following.start() if following else len(shadow)
    found: list[Span] = []
    for mask in masks[first:]:
        if mask.span.start >= end:
            break
        if mask.kind == "attribute" and not _within_part(node, mask.span):
            found.append(mask.span)
    return found


def attributes(source: Source, node: Node) -> list[Node]:
    """Give a declaration's attributes as nodes."""
    if not source.masks:
        return []
    return [_attribute(source, span) for span in spans(source.masks, source.shadow, node)]


def _attribute(source: Source, span: Span) -> Node:
    tokens = [
        Node("", span.start + m.start(), span.start + m.end(), "", (), m.group().decode())
        for m in _TOKEN.finditer(source.text[span.start : span.end])
    ]
    return Node(ATTRIBUTE, span.start, span.end, "", tuple(tokens), "")


def attributes_between(source: Source, start: int, end: int) -> list[Node]:
    """Give the attributes between two places, as in ``int __user *p`` before the star."""
    masks = source.masks
    found: list[Node] = []
    for i in range(bisect_left(masks, start, key=lambda mask: mask.span.start), len(masks)):
        if masks[i].span.end > end:
            break
        if masks[i].kind == "attribute":
            found.append(_attribute(source, masks[i].span))
    return found


def extent(source: Source, nodes: Sequence[Node]) -> tuple[int, int]:
    """Give where nodes that stand together start and end, the attributes of parameters included."""
    start, end = nodes[0].start, nodes[-1].end
    if not source.masks or nodes[0].kind != "parameter_declaration":
        return start, end
    for node in (nodes[0], nodes[-1]):
        for span in spans(source.masks, source.shadow, node):
            start, end = min(start, span.start), max(end, span.end)
    return start, end


def _within_part(node: Node, span: Span) -> bool:
    stack = list(node.children)
    while stack:
        child = stack.pop()
        if child.start <= span.start and span.end <= child.end:
            if child.kind in _PARTS:
                return True
            stack.extend(child.children)
    return False
