# SPDX-License-Identifier: GPL-2.0-or-later
"""The header of a function: ``f(...)`` in a pattern also finds ``static struct foo *f(int x)``."""

from __future__ import annotations

from dataclasses import replace

from rewriter.match.constraint import Context
from rewriter.match.declaration import declared_words, removed_alone
from rewriter.match.environment import Environment
from rewriter.match.kinds import OPTIONAL
from rewriter.match.term import Found, TermMatcher
from rewriter.match.witness import Aligned
from rewriter.smpl.term import Inner, Leaf, Term, tokens_of
from rewriter.syntax.attributes import attributes
from rewriter.syntax.tree import Node


def with_braces(context: Context, definition: Inner) -> Context:
    """Let code that is added beside the braces of a definition count as replacing its header, too."""
    body = definition.child("body")
    braces = [c.token.id for c in body.children if isinstance(c, Leaf)] if isinstance(body, Inner) else []
    if not any(b in context.plus for b in braces):
        return context
    first = next(tokens_of(definition)).id
    return replace(context, plus={**context.plus, first: False}, led=context.led - {first})


def signature(matcher: TermMatcher, terms: tuple[Term, ...], nodes: list[Node], env: Environment) -> Found:
    """A function's header; without a return type in the pattern any type will do."""
    declarator = next((n for n in nodes if n.field == "declarator"), None)
    if not any(t.role == "type" for t in terms):
        if "optional_storage" in matcher.context.disabled and any(n.kind in OPTIONAL for n in nodes):
            return []
        while declarator is not None and declarator.kind == "pointer_declarator":
            declarator = declarator.child("declarator")
        asked = [t for t in terms if t.role == "declarator"]
        if declarator is None or len(asked) != 1:
            return []
        place = Node("declaration", nodes[0].start, nodes[-1].end, "", tuple(nodes), "")
        words = [n for n in nodes if n.kind in OPTIONAL] + attributes(matcher.context.source, place)
        wanted = [t for t in terms if isinstance(t, Inner) and t.kind in OPTIONAL]
        ways, _ = declared_words(matcher, wanted, words, env, None)
        found = [f for e, a in ways for f in matcher.match(asked[0], declarator, e, a)]
        own = [t.id for t in tokens_of(asked[0])]
        if removed_alone(matcher.context, own):
            rest = Aligned(own[0], nodes[0].start, declarator.start)
            return [(e, (rest, a)) for e, a in found]
        return found
    shell = Inner("declaration", "", terms)
    place = Node("declaration", nodes[0].start, nodes[-1].end, "", tuple(nodes), "")
    return matcher.match(shell, place, env)
