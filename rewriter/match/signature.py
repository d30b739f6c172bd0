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
from rewriter.syntax.tree import Node, walk


def with_braces(context: Context, definition: Inner) -> Context:
    """Let code that is added beside the braces of a definition count as replacing its header, too."""
    body = definition.child("body")
    braces = [c.token.id for c in body.children if isinstance(c, Leaf)] if isinstance(body, Inner) else []
    if not any(b in context.plus for b in braces):
        return context
    first = next(tokens_of(definition)).id
    return replace(context, plus={**context.plus, first: False}, led=context.led - {first})


def signature(matcher: TermMatcher, terms: tuple[Term, ...], nodes: list[Node], env: Environment) -> Found:
    """A function's header; without a return type in the pattern any type will do.

    ``f(int x)`` also finds ``f(int x, ...)``, whose end stays as it is, and the other way round. The
    ``nodes`` are without the declarations behind a header of the old style, ``int f(a) int a; {``.
    """
    found = _signature(matcher, terms, nodes, env)
    if not found and any(n.kind == _VARIADIC for header in nodes for n in walk(header)):
        own = [t for term in terms for t in tokens_of(term)]
        if own and not matcher.context.removed(own[-1].id):
            found = _signature(matcher, terms, [_without_variadic(n) for n in nodes], env)
    elif not found:
        fixed = tuple(_without_dots(matcher.context, term) for term in terms)
        found = _signature(matcher, fixed, nodes, env) if fixed != terms else []
    return found


_VARIADIC = "variadic_parameter"
_INSIDE = ("declarator", "parameters")


def _without_variadic(node: Node) -> Node:
    """Leave out ``, ...`` at the end of a header's parameters."""
    if node.kind == "parameter_list":
        left = _dots([n.kind for n in node.children])
        return replace(node, children=tuple(n for i, n in enumerate(node.children) if i not in left))
    children = tuple(_without_variadic(n) if n.field in _INSIDE else n for n in node.children)
    return replace(node, children=children) if node.children else node


def _without_dots(context: Context, term: Term) -> Term:
    """Leave out ``, ......`` at the end of a pattern's parameters, if it is to stay as it is."""
    if not isinstance(term, Inner):
        return term
    if term.kind != "parameter_list":
        children = tuple(_without_dots(context, c) if c.role in _INSIDE else c for c in term.children)
        return replace(term, children=children) if children != term.children else term
    left = _dots([c.kind if isinstance(c, Leaf | Inner) else "" for c in term.children])
    tokens = [t.id for i in left for t in tokens_of(term.children[i])]
    if not left or any(context.removed(t) or t in context.plus for t in tokens):
        return term
    return replace(term, children=tuple(c for i, c in enumerate(term.children) if i not in left))


def _dots(kinds: list[str]) -> range:
    """Tell which elements of a list of parameters are C's dots and the comma before them."""
    at = kinds.index(_VARIADIC) if _VARIADIC in kinds else 0
    return range(max(at - 1, 1), at + 1)


def _signature(matcher: TermMatcher, terms: tuple[Term, ...], nodes: list[Node], env: Environment) -> Found:
    declarator = next((n for n in nodes if n.field == "declarator"), None)
    if _written_by_macro(matcher.context, nodes) and _edited(matcher.context, terms):
        return []  # its commas and parentheses mean something else
    if not any(t.role == "type" for t in terms):
        while declarator is not None and declarator.kind == "pointer_declarator":
            declarator = declarator.child("declarator")
        asked = [t for t in terms if t.role == "declarator"]
        if declarator is None or len(asked) != 1:
            return []
        place = Node("declaration", nodes[0].start, nodes[-1].end, "", tuple(nodes), "")
        words = [n for n in nodes if n.kind in OPTIONAL] + attributes(matcher.context.source, place)
        wanted = [t for t in terms if isinstance(t, Inner) and t.kind in OPTIONAL]
        exact = "optional_storage" in matcher.context.disabled
        if exact and sum(n.kind in OPTIONAL for n in nodes) > len(wanted):
            return []
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


def _written_by_macro(context: Context, header: list[Node]) -> bool:
    """Tell whether a macro makes the header, ``SYSCALL_DEFINE1(f, int, x)``: it is not what C would write."""
    declarator = next((n for n in header if n.kind == "function_declarator"), None)
    parameters = declarator.child("parameters") if declarator is not None else None
    if parameters is None:
        return False
    opening = parameters.children[0]
    return context.source.text[opening.start : opening.end] != b"("


def _edited(context: Context, terms: tuple[Term, ...]) -> bool:
    """Tell whether a pattern changes a header, apart from removing all of it and adding code before it."""
    own = [t.id for term in terms for t in tokens_of(term) if t.id >= 0]
    changed = any(context.removed(t) or (t in context.plus and t != own[0]) for t in own)
    return changed and not removed_alone(context, own)
