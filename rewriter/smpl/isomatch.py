# SPDX-License-Identifier: GPL-2.0-or-later
"""Match the left side of an isomorphism against a piece of a pattern."""

from __future__ import annotations

import re
from collections.abc import Container

from rewriter.smpl.lexer import Token
from rewriter.smpl.patch import CType, Metavariable
from rewriter.smpl.term import Choice, Dots, Inner, Leaf, Meta, Nest, Term

_NAMES = frozenset(("identifier", "fresh identifier", "symbol"))


def match_side(
    left: Term,
    term: Term,
    variables: dict[str, Metavariable],
    declared: dict[str, Metavariable],
    bound: dict[str, Term],
    own: list[Token],
) -> bool:
    """Match an isomorphism's left side against a pattern; ``own`` collects the tokens it would drop."""
    match left:
        case Meta(name=name):
            if isinstance(term, Leaf) and term.token.kind == "op":
                return False
            if not _may_stand_for(variables[name], term, declared, variables):
                return False
            bound[name] = term
            return True
        case Leaf(token=token):
            if isinstance(term, Leaf) and term.token.text == token.text:
                own.append(term.token)
                return True
            return False
        case Dots():
            if isinstance(term, Dots):
                own.append(term.token)
                return True
            return False
        case Inner(kind=kind, children=children):
            return (
                isinstance(term, Inner)
                and term.kind == kind
                and len(term.children) == len(children)
                and all(
                    match_side(a, b, variables, declared, bound, own)
                    for a, b in zip(children, term.children, strict=True)
                )
            )
        case _:
            return False


def _is_free_type(term: Meta, declared: dict[str, Metavariable]) -> bool:
    """A type metavariable that is not the type of another one."""
    return term.sort == "type" and not any(t.base == term.name for m in declared.values() for t in m.types)


def _may_stand_for(
    variable: Metavariable, term: Term, declared: dict[str, Metavariable], variables: dict[str, Metavariable]
) -> bool:
    """Tell whether an isomorphism's metavariable takes this part of a pattern."""
    match variable.kind:
        case "constant":
            return _is_constant(term, declared)
        case "type":
            return isinstance(term, Meta) and _is_free_type(term, declared)
        case "statement":
            return _is_one_statement(term)
        case "identifier":
            return _is_identifier(term, declared)
        case _:
            known = declared[term.name].types if isinstance(term, Meta) else ()
            free = {n for n, m in variables.items() if m.kind == "type"}
            wanted = variable.types
            return not wanted or (bool(known) and all(_of_type(k, wanted, free) for k in known))


def _of_type(known: CType, wanted: tuple[CType, ...], free: Container[str]) -> bool:
    """Tell whether an expression of a pattern is known to have a type that is asked for."""
    return any(
        (known.stars >= w.stars > 0)
        if not w.base
        else w.base in free or (known.base, known.stars) == (w.base, w.stars)
        for w in wanted
    )


def _is_identifier(term: Term, declared: dict[str, Metavariable]) -> bool:
    """A name, or a metavariable that is one; an expression that might be a name is none."""
    if isinstance(term, Meta):
        return declared[term.name].kind in _NAMES
    return isinstance(term, Leaf) and term.token.kind == "ident"


def _is_one_statement(term: Term) -> bool:
    match term:
        case Dots() | Nest():
            return False
        case Choice(branches=branches):
            return all(len(b.terms) == 1 and _is_one_statement(b.terms[0]) for b in branches)
        case _:
            return True


def _is_constant(term: Term, declared: dict[str, Metavariable]) -> bool:
    if isinstance(term, Meta):
        return declared[term.name].kind == "constant"
    if isinstance(term, Leaf):
        return term.token.kind in ("number", "string", "char") or bool(
            re.fullmatch(r"[A-Z_][A-Z0-9_]*", term.token.text)
        )
    return isinstance(term, Inner) and term.kind == "null"
