# SPDX-License-Identifier: GPL-2.0-or-later
"""Macro calls that declare: those outside functions, and ``static LIST_HEAD(x);`` in them.

``declarer name LIST_HEAD`` finds all calls of that macro, ``declarer D`` only such as declare, and a call of
what is neither only such as do not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from rewriter.match.constraint import Context
from rewriter.match.declaration import removed_alone
from rewriter.match.environment import Environment
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.term import Inner, Leaf, Meta, tokens_of
from rewriter.source.text import Span
from rewriter.syntax.attributes import STORAGE
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher

_STORAGE = re.compile(rb"\b(?:static|extern)\s+$")


def may_call(context: Context, term: Inner, node: Node) -> bool:
    """Tell whether a call of the pattern may be this call, as far as it declares something or not."""
    called = term.children[0]
    sort = called.sort if isinstance(called, Meta) else ""
    if sort == "declarer name":
        return True
    return (node.start == context.macro_call or storage(context, node) is not None) == (sort == "declarer")


def macro_call(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Match an expression statement; a call in it may declare something, with a storage class before it.

    A pattern that names no storage class finds any. It stays where only the call changes, and goes with what
    is removed; plus code before the call stands before it.
    """
    word = storage(matcher.context, node) if node.children[0].kind == "call_expression" else None
    named = (
        term.children[0] if isinstance(term.children[0], Leaf) and term.children[0].kind == STORAGE else None
    )
    if named is not None:
        if word is None or matcher.context.source.decode(word).strip() != named.token.text:
            return []
        found = matcher.align(named.token.id, word.start, word.end, env, done)
        children = term.children[1:]
        return [r for e, a in found for r in matcher.children(children, node.children, e, a)]
    found = matcher.children(term.children, node.children, env, done)
    own = [t.id for t in tokens_of(term) if t.id >= 0]
    if word is None or not own:
        return found
    if "optional_storage" in matcher.context.disabled:
        return []
    if removed_alone(matcher.context, own) or (
        own[0] in matcher.context.led and not matcher.context.removed(own[0])
    ):
        return [(e, (Aligned(own[0], word.start, word.end), a)) for e, a in found]
    return found


def declaring_call(context: Context, node: Node) -> Node:
    """Give a statement that calls what declares as a declaration, with its storage class; else itself."""
    if node.kind != "expression_statement" or node.children[0].kind != "call_expression":
        return node
    word = storage(context, node)
    if word is None:
        return replace(node, kind="declaration") if node.start == context.macro_call else node
    text = context.source.decode(word)
    place = Node(STORAGE, word.start, word.start + len(text.rstrip()), "", (), text.strip())
    return replace(node, kind="declaration", start=word.start, children=(place, *node.children))


def storage(context: Context, node: Node) -> Span | None:
    """Give the place of the storage class in front of a macro call."""
    found = _STORAGE.search(context.source.text[max(0, node.start - 80) : node.start])
    return Span(node.start - len(found[0]), node.start) if found is not None else None
