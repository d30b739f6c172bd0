# SPDX-License-Identifier: GPL-2.0-or-later
"""Match the left side of an isomorphism against a piece of a pattern."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field

from rewriter.smpl.lexer import Token
from rewriter.smpl.patch import NAME_KINDS, CType, Metavariable
from rewriter.smpl.term import Choice, Dots, Inner, Leaf, Meta, Nest, Term, tokens_of

_NAMES = frozenset(("identifier", "fresh identifier", "symbol"))
_NO_EXPRESSIONS = ("_statement", "declaration", "_definition", "_declarator", "argument_list")
_OPERATIONS = frozenset(("binary_expression", "assignment_expression"))


@dataclass(slots=True)
class Taken:
    """What the left side of an isomorphism stands for in a pattern."""

    bound: dict[str, Term] = field(default_factory=dict)
    own: list[Token] = field(default_factory=list)  # the tokens it names
    operations: list[Inner] = field(default_factory=list)  # terms with a binary operator that it names
    names: list[Term] = field(default_factory=list)  # expressions that its identifiers stand for


@dataclass(frozen=True, slots=True)
class Sides:
    """Matches left sides with the metavariables of an isomorphism against patterns with those of a rule."""

    variables: dict[str, Metavariable]
    declared: dict[str, Metavariable]

    def match(self, left: Term, term: Term, taken: Taken) -> bool:
        """Match a left side, or a part of one, against a part of a pattern."""
        match left:
            case Meta(name=name) if self.variables[name].kind in NAME_KINDS:
                return isinstance(term, Leaf | Meta) and term.token.text == name
            case Meta(name=name):
                return self._bind(name, left.role, term, taken)
            case Leaf(token=token):
                if isinstance(term, Leaf) and term.token.text == token.text:
                    taken.own.append(term.token)
                    return True
                return False
            case Dots():
                if isinstance(term, Dots):
                    taken.own.append(term.token)
                    return True
                return False
            case Inner(kind=kind, children=children):
                if not isinstance(term, Inner) or term.kind != kind or len(term.children) != len(children):
                    return False
                if kind in _OPERATIONS:
                    taken.operations.append(term)
                pairs = zip(children, term.children, strict=True)
                return all(self.match(a, b, taken) for a, b in pairs)
            case _:
                return False

    def _bind(self, name: str, role: str, term: Term, taken: Taken) -> bool:
        if isinstance(term, Leaf) and term.token.kind == "op":
            return False
        if not _may_stand_for(self.variables[name], term, self.declared, self.variables):
            return False
        if name in taken.bound:
            return _spelled(taken.bound[name]) == _spelled(term)
        if self.variables[name].kind == "identifier" and role != "field":
            taken.names.append(term)
        taken.bound[name] = term
        return True


def _spelled(term: Term) -> list[str]:
    return [token.text for token in tokens_of(term)]


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
        case "expression" if isinstance(term, Inner) and term.kind.endswith(_NO_EXPRESSIONS):
            return False
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
        case Inner(kind="labeled_statement"):
            return False  # the label is one of its own
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
