# SPDX-License-Identifier: GPL-2.0-or-later
"""What a file, or a piece of one, must hold for a semantic patch to do anything there.

A file that lacks ``lock_vma_under_rcu`` need not be opened by the parser for a rule that names it. What
counts is what shows: the scripts and the rules that change or mark code, each with all rules it cannot run
without. The types and keywords that nearly all code has do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rewriter.smpl.patch import (
    AllC,
    AllOn,
    AnyC,
    AnyOn,
    Constraint,
    Dependency,
    OnAll,
    OneOf,
    OnRule,
    Rule,
    ScriptRule,
)
from rewriter.smpl.term import Anchored, Choice, Dots, Inner, Leaf, Meta, Nest, Sequence, Term
from rewriter.source.needs import ANYTHING, NOTHING, Needs, all_of, any_of

_IGNORED = frozenset(
    [
        *("if", "else", "do", "return", "default", "typedef", "struct", "union", "enum"),
        *("int", "char", "short", "long", "unsigned", "signed", "float", "double", "void"),
        *("const", "volatile", "static", "extern", "inline", "register"),
    ]
)
_RARE = re.compile(r"[^\w\s]{2,}|[?%^~!<>|]")  # operators that are worth a search
_NAMES_ITSELF = frozenset({"symbol", "typedef", "iterator name", "declarer name"})
_NAME = re.compile(r"[A-Za-z_]\w*")


def required_words(rules: tuple[Rule | ScriptRule, ...], given: Mapping[str, str]) -> Needs:
    """Give what a file must hold for the rules to print or change anything.

    ``given`` are the values of ``virtual.NAME``.
    """
    known: dict[str, Needs] = {}
    shown: list[Needs] = []
    for rule in rules:
        depends = _dependency(rule.depends_on, known)
        if isinstance(rule, Rule):
            inherited = {
                m.name: _virtual(given.get(m.names))
                if m.origin == "virtual"
                else known.get(m.origin, ANYTHING)
                for m in rule.metavariables.values()
                if m.origin
            }
            known[rule.name] = all_of([depends, words_of(rule, inherited)])
        else:
            known[rule.name] = all_of([depends, *(known.get(n, ANYTHING) for n in _origins(rule))])
        if rule.when == "script" if isinstance(rule, ScriptRule) else rule.transforms or rule.body.stars:
            shown.append(known[rule.name])
    return any_of(shown)


def _virtual(value: str | None) -> Needs:
    return NOTHING if value is None else all_of(_NAME.findall(value))


def _origins(rule: ScriptRule) -> Iterable[str]:
    """Name the rules that have to bind what a script is given."""
    return {i.origin for i in rule.inputs if i.default is None and i.origin != "virtual"}


def _dependency(dependency: Dependency, known: Mapping[str, Needs]) -> Needs:
    match dependency:
        case OnRule(name):
            return known.get(name, ANYTHING)
        case OnAll(operand):
            return _dependency(operand, known)
        case AllOn(operands):
            return all_of(_dependency(o, known) for o in operands)
        case AnyOn(operands):
            return any_of(_dependency(o, known) for o in operands)
        case _:
            return ANYTHING


@lru_cache(maxsize=1024)
def _sequence(code: Sequence) -> Needs:
    """What code needs: words, ``$x`` for a metavariable, ``@p`` for a position."""
    return all_of(_term(t) for t in code.terms)


def _term(term: Term) -> Needs:
    match term:
        case Leaf(token=token):
            if token.optional or token.id < 0:
                return ANYTHING
            places = [f"@{name}" for name in token.attached]
            return all_of([*places, token.text] if _counts(token.kind, token.text) else places)
        case Inner(kind="format_string"):
            return ANYTHING
        case Inner(kind="binary_expression", children=children) if any(isinstance(c, Dots) for c in children):
            return all_of(_term(c) for c in children if c.role != "operator")  # x | ... finds x alone
        case Inner(children=children):
            return all_of(_term(c) for c in children)
        case Choice(branches=()):
            return ANYTHING  # of a rule that no code can match
        case Choice(branches=branches, all_of=every):
            return (all_of if every else any_of)(_sequence(b) for b in branches)
        case Nest(body=body, once=once):
            return _sequence(body) if once else ANYTHING
        case Anchored(term=inner):
            return _term(inner)
        case Meta(name=name, token=token):
            return all_of([*(f"@{place}" for place in token.attached), f"${name}"])
        case Dots():
            return ANYTHING


def _counts(kind: str, text: str) -> bool:
    if "..." in text:
        return False  # an include's path, of which dots stand for a part
    if kind == "op":
        return _RARE.fullmatch(text) is not None
    return kind == "string" or (kind == "ident" and text not in _IGNORED)


def places_of(rule: Rule) -> frozenset[str]:
    """Name the position metavariables of ``rule`` without which it does not match."""
    needs = _sequence(rule.body.code)
    parts = needs.parts if needs.every or len(needs.parts) == 1 else ()
    return frozenset(p[1:] for p in parts if isinstance(p, str) and p.startswith("@"))


def words_of(rule: Rule, inherited: Mapping[str, Needs]) -> Needs:
    """Give what an element must hold for ``rule`` to match in it.

    ``inherited`` gives, by name, what the inherited metavariables need.
    """

    def words(part: str) -> str | Needs:
        if part[0] not in "@$":
            return part
        name = part[1:]
        if name in inherited:
            return _worth_a_search(inherited[name])
        if part[0] == "@" or name not in rule.metavariables:
            return ANYTHING
        variable = rule.metavariables[name]
        return name if variable.kind in _NAMES_ITSELF else _constraint(variable.constraint)

    return _sequence(rule.body.code).filled(words)


def _worth_a_search(needs: Needs) -> Needs:
    return needs.filled(lambda word: ANYTHING if word in _IGNORED else word)


def _constraint(constraint: Constraint | None) -> Needs:
    match constraint:
        case OneOf(values):
            known = bool(values) and all(_NAME.fullmatch(v) or _RARE.fullmatch(v) for v in values)
            return any_of(values) if known else ANYTHING
        case AllC(operands):
            return all_of(_constraint(o) for o in operands)
        case AnyC(operands):
            return any_of(_constraint(o) for o in operands)
        case _:
            return ANYTHING
