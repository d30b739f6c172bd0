# SPDX-License-Identifier: GPL-2.0-or-later
"""Directives: ``#include <linux/...>`` by the path's ends, ``#define NAME ...`` with a body or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.match.environment import Environment
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.term import Dots, Inner, Leaf
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher

DIRECTIVES = frozenset({"preproc_include", "preproc_def", "preproc_function_def", "preproc_call"})


def directive(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Match a directive of the pattern on one of the same kind."""
    parts, nodes = term.children, node.children
    path = parts[-1]
    if term.kind == "preproc_include" and isinstance(path, Leaf) and "..." in path.token.text:
        if not _covers(path.token.text, nodes[-1].text):
            return []
        heads = matcher.children(parts[:-1], nodes[:-1], env, done)
        return [r for e, a in heads for r in matcher.place(path.token.id, nodes[-1], e, a)]
    if isinstance(path, Dots) and path.role == "value" and len(nodes) == len(parts) - 1:
        heads = matcher.children(parts[:-1], nodes, env, done)
        end = nodes[-1].end
        return [(e, (Aligned(path.token.id, end, end), a)) for e, a in heads]
    if term.kind == "preproc_call" and isinstance(path, Dots):
        heads = matcher.children(parts[:-1], nodes[: len(parts) - 1], env, done)
        rest = nodes[len(parts) - 1 :]
        start, end = (rest[0].start, rest[-1].end) if rest else (nodes[-1].end, nodes[-1].end)
        return [(e, (Aligned(path.token.id, start, end), a)) for e, a in heads]
    return matcher.children(parts, nodes, env, done)


def _covers(asked: str, path: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, asked.split("..."))), path) is not None
