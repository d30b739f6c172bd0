# SPDX-License-Identifier: GPL-2.0-or-later
"""The children of a node against those of a pattern: dots skip elements of a list with their commas.

``f(x, ...)`` finds ``f(a)`` and ``f(a, b, c)``; a last comma before ``}`` may be there on either side.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, TypeGuard

from rewriter.match.constraint import admits, counted
from rewriter.match.environment import Code, Environment
from rewriter.match.spelling import spelled, written
from rewriter.match.witness import Aligned, Alignment, aligned
from rewriter.smpl.term import Dots, Leaf, Meta, Term, tokens_of
from rewriter.source.arms import parted_in_list, whole_conditionals
from rewriter.syntax.attributes import attributes_between, extent
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher


def children(
    matcher: TermMatcher, terms: tuple[Term, ...], nodes: tuple[Node, ...], env: Environment, done: Alignment
) -> Found:
    """Match a list of terms on a list of nodes; dots skip elements together with their commas."""
    if not _is_list(terms) or (_first_is(terms, "(", "[") and not any(map(_skips, terms))):
        if len(terms) > len(nodes):
            there = {n.field for n in nodes}
            terms = tuple(t for t in terms if not _idle(t) or t.role in there)
        if len(terms) != len(nodes):
            return []
        found: Found = [(env, done)]
        for term, node in zip(terms, nodes, strict=True):
            found = [r for e, a in found for r in matcher.match(term, node, e, a)]
            if not found:
                return []
        return found
    return _list(matcher, terms, tuple(_elements(nodes)), 0, 0, env, done)


def _elements(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Walk the elements of a list, those in both arms of conditionals included."""
    for node in nodes:
        if not node.kind.startswith("preproc_"):
            yield node
        elif node.kind.startswith(("preproc_if", "preproc_el")):
            inside = (n for n in node.children if n.field not in ("name", "condition"))
            yield from _elements(tuple(n for n in inside if not n.kind.startswith("#")))


def _idle(term: Term) -> bool:
    """Tell whether the term may stand for nothing: the dots of ``x[...]`` and ``for (...; e; ...)``."""
    return isinstance(term, Dots) and term.role in ("size", "initializer", "condition", "update")


def _list(
    matcher: TermMatcher,
    terms: tuple[Term, ...],
    nodes: tuple[Node, ...],
    i: int,
    j: int,
    env: Environment,
    done: Alignment,
) -> Found:
    if i == len(terms):
        return [(env, done)] if j == len(nodes) and _can_coexist(matcher, nodes, done) else []
    term = terms[i]
    if isinstance(term, Dots) or (isinstance(term, Meta) and is_list_meta(term)):
        return _dots(matcher, term, terms, nodes, i, j, env, done)
    found: Found = []
    if j < len(nodes):
        for e, a in matcher.match(term, nodes[j], env, done):
            found += _list(matcher, terms, nodes, i + 1, j + 1, e, a)
    if not found and _is_comma(term) and _may_lack(matcher, terms, term) and _leads(matcher, terms, i):
        # ", ..." at the end may stand for nothing at all, or for a last comma
        last = j + 1 < len(nodes) and nodes[j].kind == "," and nodes[j + 1].kind == "}"
        commas = matcher.match(term, nodes[j], env, done) if last else [(env, done)]
        if not last and _first_is(terms, "{") and j:
            commas = [(env, (Aligned(term.token.id, nodes[j - 1].end, nodes[j - 1].end), done))]
        for e, a in commas:
            alone = _no_code(matcher, terms[i + 1], nodes, j, a)
            for bound, alignment in _skipped(matcher, terms[i + 1], nodes[j:j], e, alone):
                found += _list(matcher, terms, nodes, i + 2, j + 1 if last else j, bound, alignment)
    if not found and isinstance(term, Leaf) and _closes(terms, i) and j < len(nodes) and nodes[j].kind == ",":
        goes = term.token.id if term.token.removed else replaced(matcher, terms[i - 1])
        if goes is not None:
            done = (Aligned(goes, nodes[j].start, nodes[j].end), done)
        return _list(matcher, terms, nodes, i, j + 1, env, done)  # a last comma that only the code has
    if not found and _is_comma(term) and _closes(terms, i + 1) and j and nodes[j].kind == "}":
        ghost = Aligned(term.token.id, nodes[j - 1].end, nodes[j - 1].end)
        return _list(matcher, terms, nodes, i + 1, j, env, (ghost, done))  # one that only the pattern has
    return found


def _can_coexist(matcher: TermMatcher, nodes: tuple[Node, ...], done: Alignment) -> bool:
    """Tell whether no two of the elements that were taken stand in different arms of one ``#if``."""
    source, tokens = matcher.context.source, matcher.context.tokens
    start, end = nodes[0].start, nodes[-1].end
    if b"#" not in source.text[start:end]:
        return True
    own = (e for e in aligned(done) if start <= e.start < e.end <= end)
    places = sorted((e.start, e.end) for e in own if tokens[e.token].text not in (",", "..."))
    return not any(parted_in_list(source, one[1], other[0]) for one, other in pairwise(places))


def _dots(
    matcher: TermMatcher,
    term: Dots | Meta,
    terms: tuple[Term, ...],
    nodes: tuple[Node, ...],
    i: int,
    j: int,
    env: Environment,
    done: Alignment,
) -> Found:
    found: Found = []
    after_comma = i > 0 and _is_comma(terms[i - 1])
    following = _following(terms, i)
    comma = following if _is_comma(following) else None
    gone = comma is not None and _is_replaced(matcher, term)
    gone |= after_comma and _leads(matcher, terms, i - 1)
    if not gone and (not after_comma if comma is None else _may_lack(matcher, terms, comma)):
        # nothing skipped: a comma behind the dots goes with them
        alone = done
        if comma is not None and _first_is(terms, "{") and j:
            alone = (Aligned(comma.token.id, nodes[j - 1].end, nodes[j - 1].end), done)
        alone = _no_code(matcher, term, nodes, j, alone)
        for e, a in _skipped(matcher, term, nodes[j:j], env, alone):
            found += _list(matcher, terms, nodes, i + 1 if comma is None else i + 2, j, e, a)
    commas = any(n.kind == "," for n in nodes)
    for k in range(j + 1, len(nodes) + 1):
        last = nodes[k - 1]
        if last.kind in (")", "}", "]"):
            break
        trailing = (
            isinstance(term, Dots)
            and last.kind == ","
            and k < len(nodes)
            and nodes[k].kind == "}"
            and comma is None
            and not _is_replaced(matcher, term)
        )
        if (
            commas
            and not trailing
            and (last.kind == "," or (k < len(nodes) and nodes[k].kind not in (",", ")", "}", "]")))
        ):
            continue
        behind = k
        if _leaves_variadic(matcher, term) and last.kind == "variadic_parameter":
            k = max(k - 2, j)
        for e, a in _skipped(matcher, term, nodes[j:k], env, done):
            found += _list(matcher, terms, nodes, i + 1, behind, e, a)
    return found


def _leaves_variadic(matcher: TermMatcher, term: Dots | Meta) -> bool:
    """Tell whether a term stands for parameters without the ``...`` behind them: one that stays does."""
    return (
        isinstance(term, Meta)
        and term.sort == "parameter list"
        and not matcher.context.removed(term.token.id)
    )


def _skipped(
    matcher: TermMatcher, term: Term, nodes: tuple[Node, ...], env: Environment, done: Alignment
) -> Found:
    """Dots or a list metavariable for elements with the commas between them, perhaps for none."""
    assert isinstance(term, Dots | Meta)
    start, end = (nodes[0].start, nodes[-1].end) if nodes else (0, 0)
    if isinstance(term, Dots):
        return matcher.align(term.token.id, start, end, env, done) if nodes else [(env, done)]
    if not nodes and term.token.id in matcher.context.plus:
        return []
    parts = [n for n in nodes if n.kind != ","]
    text = matcher.context.source.text
    if nodes:
        start, end = extent(matcher.context.source, nodes)
    widened = whole_conditionals(text, start, end)
    raw = written(text, nodes, *widened)
    if term.sort == "field list" and nodes:
        start, end = widened[0], widened[0] + len(text[slice(*widened)].rstrip())
    key = spelled(nodes, attributes_between(matcher.context.source, start, end))
    value = Code(key, raw, "list", nodes=nodes, plain=spelled(nodes))
    value = matcher.in_scope(term, value, nodes, env)
    bound = env.bind(term.name, value)
    declared = matcher.context.metavariables[term.name]
    if bound is not None and declared.length.isdigit():
        bound = bound if int(declared.length) == len(parts) else None
    elif bound is not None and declared.length:
        bound = counted(matcher.context, declared.length, len(parts), bound)
    if bound is None or not admits(matcher.context, term.name, value, nodes[0] if nodes else None, bound):
        return []
    return matcher.align(term.token.id, start, end, bound, done) if nodes else [(bound, done)]


def _is_list(terms: tuple[Term, ...]) -> bool:
    """The children of arguments, parameters, an initialiser, fields: dots skip any number of elements."""
    return _first_is(terms, "(", "{", "[") and len(terms) > 2


def _first_is(terms: tuple[Term, ...], *texts: str) -> bool:
    first = terms[0] if terms else None
    return isinstance(first, Leaf) and first.token.text in texts


def _closes(terms: tuple[Term, ...], at: int) -> bool:
    term = terms[at] if at < len(terms) else None
    return isinstance(term, Leaf) and term.token.text == "}" and at + 1 == len(terms)


def _following(terms: tuple[Term, ...], i: int) -> Term | None:
    return terms[i + 1] if i + 1 < len(terms) else None


def _is_comma(term: Term | None) -> TypeGuard[Leaf]:
    return isinstance(term, Leaf) and term.token.text == ","


def _may_lack(matcher: TermMatcher, terms: tuple[Term, ...], comma: Leaf) -> bool:
    """Tell whether the code may lack a comma: not where plus code is tied to it.

    Between braces plus code finds its place without it.
    """
    return _first_is(terms, "{") or comma.token.id not in matcher.context.plus


def _no_code(matcher: TermMatcher, term: Term, nodes: tuple[Node, ...], j: int, done: Alignment) -> Alignment:
    """Tie dots that other code takes the place of to where they skip nothing."""
    if not j or not isinstance(term, Dots) or not _is_replaced(matcher, term):
        return done
    return (Aligned(term.token.id, nodes[j - 1].end, nodes[j - 1].end), done)


def _is_replaced(matcher: TermMatcher, term: Term) -> bool:
    if not isinstance(term, Dots):
        return False
    return term.token.id in matcher.context.plus and matcher.context.removed(term.token.id)


def replaced(matcher: TermMatcher, element: Term) -> int | None:
    """Give the last token of an element whose place other code takes, None for other elements."""
    own = [t.id for t in tokens_of(element) if t.id >= 0]
    gone = bool(own) and all(matcher.context.removed(t) for t in own)
    return own[-1] if gone and any(t in matcher.context.plus for t in own) else None


def _leads(matcher: TermMatcher, terms: tuple[Term, ...], i: int) -> bool:
    """Tell whether a comma goes with the dots behind it, not with what stands before it.

    So it does where all of the rest may stand for no element, and where both are removed and the comma behind
    the dots is not.
    """
    rest = terms[i + 1 :]
    if not _skips(rest[0]):
        return False
    removed = [all(matcher.context.removed(t.id) for t in tokens_of(term)) for term in terms[i : i + 3]]
    return removed == [True, True, False] or all(_skips(t) or _is_comma(t) for t in rest[1:-1])


def _skips(term: Term | None) -> bool:
    return isinstance(term, Dots) or (term is not None and is_list_meta(term))


def is_list_meta(term: Term) -> bool:
    """Tell whether a term stands for several elements of a list."""
    return isinstance(term, Meta) and term.sort.endswith(" list")
