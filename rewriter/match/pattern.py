# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about terms of a pattern that compiling them to steps asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice, product

from rewriter.smpl.term import (
    Anchored,
    Body,
    Choice,
    Dots,
    Inner,
    Leaf,
    Meta,
    Nest,
    Sequence,
    Term,
    tokens_of,
    walk,
)
from rewriter.syntax.tree import Node

_LIFTED = ("expression", "type")  # levels of disjunctions that are taken out of what they stand in
_MANY = 32  # branches that a term may be written out with
_MANY_SPREAD = 128  # the same where isomorphisms count, too
_BRANCHES = ("body", "consequence", "alternative")


def headers(term: Inner) -> Sequence:
    """The parts of a compound statement that are no statements."""
    return Sequence(tuple(c for c in term.children if c.role not in _BRANCHES), "header")


def header_nodes(node: Node) -> tuple[Node, ...]:
    """The children of a compound statement that are no statements."""
    return tuple(c for c in node.children if c.field not in _BRANCHES)


def is_leaf(term: Term, *texts: str) -> bool:
    """Tell whether a term is one of these tokens."""
    return isinstance(term, Leaf) and (
        term.token.text in texts or (len(texts) == 1 and term.token.text in texts[0])
    )


def dropped(term: Term | Sequence) -> Iterator[int]:
    """Ids of tokens that an isomorphism dropped from a term or from what is in it."""
    for part in walk(term):
        if isinstance(part, Anchored):
            yield from (part.first, part.last)


def compound(term: Term) -> bool:
    """Tell whether a term is a compound statement, or may stand for one."""
    return (isinstance(term, Inner) and term.kind.endswith("_statement")) or isinstance(term, Meta | Choice)


def is_return(term: Term) -> bool:
    """Tell whether a term is a ``return``, or a choice of such."""
    match term:
        case Inner(kind=kind):
            return kind == "return_statement"
        case Anchored(term=inner):
            return is_return(inner)
        case Choice(branches=branches):
            return all(b.terms and is_return(b.terms[-1]) for b in branches)
        case _:
            return False


def skips(term: Term) -> bool:
    """Tell whether a term is dots or a nest."""
    return isinstance(term, Dots | Nest)


def plus_names(body: Body, term: Term | Sequence) -> frozenset[str]:
    """Give the words in the plus code tied to a term, and what fresh identifiers among them are made from."""
    names: set[str] = set()
    for token in (*(t.id for t in tokens_of(term)), *dropped(term)):
        for table in (body.before, body.after):
            if token in table:
                names |= table[token].names
    return frozenset(names.union(*(s for n, s in body.seeds.items() if n in names)))


def has_cases(body: Term) -> bool:
    """Tell whether the block of a switch is a list of its cases, perhaps of none."""
    if not isinstance(body, Inner) or body.kind != "compound_statement":
        return False
    return all(isinstance(t, Inner) and t.kind == "case_statement" for t in body.children[1:-1])


def cases_of(body: Inner) -> tuple[Inner, ...]:
    """Give the cases of a switch."""
    return tuple(t for t in body.children if isinstance(t, Inner))


def is_expression(term: Term) -> bool:
    """Tell whether a node of a pattern is an expression or a type: it may stand anywhere in a statement."""
    return isinstance(term, Inner) and (
        term.kind.endswith(("_expression", "_literal")) or term.kind in ("null", "type_descriptor")
    )


def lifted(term: Term, wanted: Callable[[Choice], bool]) -> Term:
    """Take the wanted disjunctions out of a term: of ``f(\\(a\\|b\\))`` make two calls."""
    if isinstance(term, Choice) and term.written:
        return term
    variants = alternatives(term, wanted, _MANY)
    if len(variants) < 2:
        return term
    level = "expression" if is_expression(term) else "statements"
    token = next(tokens_of(term))
    return Choice(term.role, tuple(Sequence((v,), level) for v in variants), False, token)


def spread(term: Term) -> Term:
    """Take the disjunctions out of a declaration, and out of arguments with dots, those of isomorphisms, too.

    The first that finds something in all of it is what it is about: if ``struct s { ... ( int a; | int b; )
    ... };`` finds an ``a`` there, it does not look for a ``b``. In ``f(..., x == NULL, ...)`` a
    ``NULL == y`` is not looked for beside an ``x == NULL``.
    """
    if isinstance(term, Choice) and not term.all_of:
        branches = tuple(
            replace(b, terms=tuple(map(spread, b.terms))) if b.level == "expression" else b
            for b in term.branches
        )
        return replace(term, branches=branches)
    if not isinstance(term, Inner) or not any(isinstance(part, Choice) for part in walk(term)):
        return term
    variants = _variants(term, term.kind in ("declaration", "type_definition", "type_descriptor"))
    if not 1 < len(variants) <= _MANY_SPREAD:
        return term
    level = (
        "type" if term.kind == "type_descriptor" else "expression" if is_expression(term) else "statements"
    )
    token = next(tokens_of(term))
    return Choice(term.role, tuple(Sequence((v,), level) for v in variants), False, token)


def _variants(term: Term, within: bool) -> list[Term]:
    """Write a term out with each branch of its disjunctions, which keep that one. Parameters stay.

    Unless it stands ``within`` what is looked at as a whole, only those in arguments with dots and in two
    pairs of parentheses are meant. No more than are wanted at all are given, and one too many.
    """
    match term:
        case Choice(all_of=False, branches=branches) if within:
            ways = [replace(b, terms=terms) for b in branches for terms in _products(b.terms, True)]
            return [replace(term, branches=(way,)) for way in ways] if len(ways) > 1 else [term]
        case Anchored(term=inner):
            inside = _variants(inner, within)
            return [replace(term, term=one) for one in inside] if len(inside) > 1 else [term]
        case Inner(kind=kind, children=children) if kind != "parameter_list":
            within |= kind == "argument_list" and any(isinstance(c, Dots) for c in children)
            within |= kind == "parenthesized_expression" and any(map(_may_be_in_parentheses, children))
            products = _products(children, within)
            return [replace(term, children=each) for each in products] if len(products) > 1 else [term]
        case _:
            return [term]


def _may_be_in_parentheses(term: Term) -> bool:
    """Tell whether isomorphisms let parentheses around an expression go: it is found in itself then."""
    first = term.branches[0].terms[0] if isinstance(term, Choice) and not term.written else None
    return isinstance(first, Inner) and first.kind == "parenthesized_expression"


def _products(terms: tuple[Term, ...], within: bool) -> list[tuple[Term, ...]]:
    """Write terms out with each variant of each, those of the first changing last; bodies stay."""
    options = [[t] if t.role in _BRANCHES and not within else _variants(t, within) for t in terms]
    return list(islice(product(*options), _MANY_SPREAD + 1))


def alternatives(term: Term, wanted: Callable[[Choice], bool], most: int) -> list[Term]:
    """Write a term out with each branch of the disjunctions of expressions in it that are wanted.

    Those of the type of a cast or of ``sizeof`` are, too, those of the statements in it are not. Those that
    isomorphisms made are written out where a wanted one stands in them. The term alone is given if there
    would be more than ``most``.
    """
    match term:
        case Choice(all_of=False, branches=branches) if all(b.level in _LIFTED for b in branches):
            firsts = [replace(b.terms[0], role=term.role) for b in branches]
            if term.written:
                return firsts if wanted(term) else [term]
            options = [one for first in firsts for one in alternatives(first, wanted, most)]
            return options if len(firsts) < len(options) <= most else [term]
        case Anchored(term=inner):
            inside = alternatives(inner, wanted, most)
            return [replace(term, term=one) for one in inside] if len(inside) > 1 else [term]
        case Inner(children=children):
            variants: list[tuple[Term, ...]] = [()]
            for child in children:
                apart = child.role in _BRANCHES or (_of_types(child) and not is_expression(term))
                options = [child] if apart else alternatives(child, wanted, most)
                if len(variants) * len(options) > most:
                    return [term]
                variants = [(*variant, option) for variant in variants for option in options]
            return [replace(term, children=each) for each in variants] if len(variants) > 1 else [term]
        case _:
            return [term]


def _of_types(term: Term) -> bool:
    return isinstance(term, Choice) and any(b.level == "type" for b in term.branches)


@lru_cache(maxsize=4096)
def operator_of(term: Inner) -> str:
    """Give the operator of a binary expression of the pattern."""
    return next((c.token.text for c in term.children if isinstance(c, Leaf) and c.role == "operator"), "")


@lru_cache(maxsize=4096)
def operands_of(term: Inner) -> tuple[Term, ...]:
    """List the operands of a chain of one operator in the pattern."""
    operator = operator_of(term)
    left, right = term.child("left"), term.child("right")
    assert left is not None and right is not None
    if isinstance(left, Inner) and left.kind == "binary_expression" and operator_of(left) == operator:
        return (*operands_of(left), right)
    return (left, right)


@lru_cache(maxsize=4096)
def flat(term: Term) -> tuple[Term, ...]:
    """List the branches of a choice of expressions, those of choices among them in their place."""
    match term:
        case Choice(branches=branches, all_of=False):
            return tuple(one for branch in branches for inner in branch.terms[:1] for one in flat(inner))
        case Anchored(term=Choice(all_of=False) as inner):
            return tuple(replace(term, term=one) for one in flat(inner))
        case _:
            return (term,)
