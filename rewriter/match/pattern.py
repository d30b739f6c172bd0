# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions about terms of a pattern that compiling them to steps asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod

from rewriter.smpl.term import (
    Anchored,
    Choice,
    Dots,
    Inner,
    Leaf,
    Meta,
    Nest,
    PlusCode,
    Sequence,
    Term,
    metavariables_of,
    tokens_of,
)

_MANY = 32


def headers(term: Inner) -> Sequence:
    """The parts of a compound statement that are no statements."""
    parts = tuple(c for c in term.children if c.role not in ("body", "consequence", "alternative"))
    return Sequence(parts, "header")


def is_leaf(term: Term, *texts: str) -> bool:
    """Tell whether a term is one of these tokens."""
    return isinstance(term, Leaf) and (
        term.token.text in texts or (len(texts) == 1 and term.token.text in texts[0])
    )


def dropped(term: Term | Sequence) -> Iterator[int]:
    """Ids of tokens that an isomorphism dropped from a term or from what is in it."""
    match term:
        case Anchored(term=inner, first=first, last=last):
            yield from (first, last)
            yield from dropped(inner)
        case Inner(children=parts) | Sequence(terms=parts) | Choice(branches=parts):
            for part in parts:
                yield from dropped(part)
        case Nest(body=body):
            yield from dropped(body)
        case _:
            pass


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


def names_in(code: PlusCode) -> set[str]:
    """Give the words in plus code."""
    return {word for line in code.lines for word in re.findall(r"[A-Za-z_]\w*", line.text)}


def spread(term: Term) -> Term:
    """Turn an expression with a disjunction in it into a disjunction of expressions, unless they are many.

    ``( - f | - g ) (e)`` becomes ``( - f(e) | - g(e) )``: where an earlier one matches, no later one does.
    """
    if not isinstance(term, Inner) or not 1 < _count(term) <= _MANY:
        return term
    ways = tuple(Sequence((way,), "expression") for way in _ways(term))
    return Choice(term.role, ways, False, next(tokens_of(term)))


def _count(term: Term) -> int:
    match term:
        case Choice(branches=branches, all_of=False, written=True):
            return sum(_count(branch.terms[0]) for branch in branches)
        case Inner(children=children):
            return prod(map(_count, children))
        case _:
            return 1


def _ways(term: Term) -> Iterator[Term]:
    match term:
        case Choice(role=role, branches=branches, all_of=False, written=True):
            for branch in branches:
                yield from (replace(way, role=role) for way in _ways(branch.terms[0]))
        case Inner(children=children):
            for parts in product(*map(_ways, children)):
                same = all(a is b for a, b in zip(parts, children, strict=True))
                yield term if same else replace(term, children=parts)
        case _:
            yield term


def chosen_names(term: Term | Sequence) -> frozenset[str]:
    """Metavariables in the disjunctions of a term that a rule writes."""
    match term:
        case Choice(all_of=False, written=True):
            return frozenset(metavariables_of(term))
        case Inner(children=parts) | Sequence(terms=parts) | Choice(branches=parts):
            return frozenset[str]().union(*map(chosen_names, parts))
        case Anchored(term=inner):
            return chosen_names(inner)
        case _:
            return frozenset()


def has_cases(body: Term) -> bool:
    """Tell whether the block of a switch is a list of its cases."""
    inside = body.children[1:-1] if isinstance(body, Inner) and body.kind == "compound_statement" else ()
    return bool(inside) and all(isinstance(t, Inner) and t.kind == "case_statement" for t in inside)


def cases_of(body: Inner) -> tuple[Inner, ...]:
    """Give the cases of a switch; dots at the end of one say nothing."""
    return tuple(_without_dots(t) for t in body.children if isinstance(t, Inner))


def _without_dots(case: Inner) -> Inner:
    last = case.children[-1]
    idle = isinstance(last, Dots) and not last.whens and last.token.mark == "context" and last.role != "value"
    return Inner(case.kind, case.role, case.children[:-1]) if idle else case


def flat(term: Term) -> Iterator[Term]:
    """Walk the branches of a choice of expressions, those of choices among them in their place."""
    match term:
        case Choice(branches=branches, all_of=False):
            for branch in branches:
                yield from (one for inner in branch.terms[:1] for one in flat(inner))
        case Anchored(term=Choice(all_of=False) as inner):
            yield from (replace(term, term=one) for one in flat(inner))
        case _:
            yield term
