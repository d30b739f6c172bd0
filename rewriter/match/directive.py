# SPDX-License-Identifier: GPL-2.0-or-later
"""Directives: ``#include <linux/...>`` by the path's ends, ``#define NAME ...`` with a body or none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.match.environment import Code, Environment
from rewriter.match.kinds import EXPRESSIONS, subexpressions
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.term import Dots, Inner, Leaf, Meta, Term
from rewriter.syntax.tree import Node, spell

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
    if _is_bare_loop(nodes[-1]) and isinstance(path, Inner) and isinstance(path.children[0], Meta):
        return []
    if isinstance(path, Inner) and path.kind == "macro_code":
        heads = matcher.children(parts[:-1], nodes[:-1], env, done)
        return [r for e, a in heads for r in _anywhere(matcher, path.children[0], nodes[-1], e, a)]
    if term.kind == "preproc_call" and (isinstance(path, Dots) or _is_info(path)):
        return _rest(matcher, term, node, env, done)
    return matcher.children(parts, nodes, env, done)


def _anywhere(matcher: TermMatcher, term: Term, body: Node, env: Environment, done: Alignment) -> Found:
    """Match an expression in a macro's body, if that is one expression or a statement of one."""
    parts = body.children if body.kind == "macro_body" else (body,)
    simple = [n for n in parts if n.kind == "expression_statement" or n.kind in EXPRESSIONS]
    places = [place for part in simple for place in subexpressions(part)]
    return [r for place in places for r in matcher.match(term, place, env, done)]


def _is_bare_loop(body: Node) -> bool:
    """Tell whether a macro's body is a ``do`` loop that lacks its ``;``, which is no statement."""
    if body.kind != "macro_body" or body.children[0].kind != "do_statement":
        return False
    return body.children[0].children[-1].kind != ";"


def _is_info(path: Term) -> bool:
    return isinstance(path, Meta) and path.sort == "pragmainfo"


def _rest(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Match dots or a pragmainfo on all that follows the name of a pragma, perhaps nothing."""
    *parts, last = term.children
    nodes, rest = node.children[: len(parts)], node.children[len(parts) :]
    start, end = (rest[0].start, rest[-1].end) if rest else (nodes[-1].end, nodes[-1].end)
    heads = matcher.children(tuple(parts), nodes, env, done)
    if isinstance(last, Dots):
        return [(e, (Aligned(last.token.id, start, end), a)) for e, a in heads]
    assert isinstance(last, Meta)
    raw = matcher.context.source.text[start:end]
    value = Code(" ".join(spell(n) for n in rest), raw, "pragmainfo")
    place = Node("pragmainfo", start, end, "", rest, "")
    return [r for e, a in heads for r in matcher.bound(last, value, place, e, a)]


def _covers(asked: str, path: str) -> bool:
    """Tell whether dots stand for a part of a path, which is no name of a macro."""
    return (
        path[:1] in ('"', "<")
        and re.fullmatch(".*".join(map(re.escape, asked.split("..."))), path) is not None
    )
