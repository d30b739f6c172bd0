# SPDX-License-Identifier: GPL-2.0-or-later
"""The words a file must contain for a semantic patch to match anywhere in it.

A file that lacks ``lock_vma_under_rcu`` need not be opened by the parser for a rule that names it. The
answer is a list of alternatives (one per rule that can match first); an empty list means any file.
Words that an isomorphism may drop (``NULL``, ``unlikely``) and C's own words do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rewriter.smpl.lexer import Token
from rewriter.smpl.patch import AllOn, AnyOn, Dependency, OnRule, Rule, ScriptRule
from rewriter.smpl.term import Anchored, Choice, Dots, Inner, Leaf, Meta, Nest, Sequence, Term

_IGNORED = frozenset(
    [
        "NULL",
        "likely",
        "unlikely",
        "sizeof",
        "if",
        "else",
        "while",
        "for",
        "do",
        "switch",
        "case",
        "default",
        "return",
        "break",
        "continue",
        "goto",
        "int",
        "char",
        "short",
        "long",
        "unsigned",
        "signed",
        "float",
        "double",
        "void",
        "const",
        "volatile",
        "static",
        "extern",
        "inline",
        "register",
        "struct",
        "union",
        "enum",
        "typedef",
        "true",
        "false",
        "__likely",
        "__unlikely",
    ]
)


def required_words(rules: tuple[Rule | ScriptRule, ...]) -> tuple[frozenset[str], ...]:
    """Give alternatives of words; a file with all words of one alternative may match."""
    alternatives: list[frozenset[str]] = []
    for rule in rules:
        if needs_earlier(rule):
            continue
        words = frozenset[str]() if isinstance(rule, ScriptRule) else _plain(rule)
        if isinstance(rule, ScriptRule) and rule.when != "script":
            continue
        if not words:
            return ()
        alternatives.append(words)
    return tuple(dict.fromkeys(alternatives))


def needs_earlier(rule: Rule | ScriptRule) -> bool:
    """Tell whether the rule can only run where an earlier rule matched."""
    if isinstance(rule, Rule):
        inherited = any(m.origin and m.origin != "virtual" for m in rule.metavariables.values())
    else:
        inherited = any(i.default is None and i.origin != "virtual" for i in rule.inputs)
    return inherited or _positive(rule.depends_on)


def _positive(dependency: Dependency) -> bool:
    match dependency:
        case OnRule():
            return True
        case AllOn(operands):
            return any(_positive(o) for o in operands)
        case AnyOn(operands):
            return all(_positive(o) for o in operands)
        case _:
            return False


@lru_cache(maxsize=1024)
def _sequence(code: Sequence) -> frozenset[str]:
    """What is required: words, ``$x`` for a metavariable, ``@p`` for a position."""
    return frozenset[str]().union(*(_term(t) for t in code.terms))


def _term(term: Term) -> frozenset[str]:
    match term:
        case Leaf(token=token):
            if token.optional:
                return frozenset()
            word = token.kind == "ident" and token.text not in _IGNORED
            return _places(token) | ({token.text} if word else set())
        case Inner(children=children):
            return frozenset[str]().union(*(_term(c) for c in children))
        case Choice(branches=branches, all_of=all_of):
            sets = [_sequence(b) for b in branches]
            if not sets:
                return frozenset()
            return frozenset[str]().union(*sets) if all_of else frozenset.intersection(*sets)
        case Nest(body=body, once=once):
            return _sequence(body) if once else frozenset()
        case Anchored(term=inner):
            return _term(inner)
        case Meta(name=name, token=token):
            return _places(token) | {f"${name}"}
        case Dots():
            return frozenset()


def _places(token: Token) -> frozenset[str]:
    return frozenset(f"@{name}" for name in token.attached)


def _plain(rule: Rule) -> frozenset[str]:
    return frozenset(w for w in _sequence(rule.body.code) if not w.startswith(("$", "@")))


def places_of(rule: Rule) -> frozenset[str]:
    """Name the position metavariables of ``rule`` without which it does not match."""
    return frozenset(w[1:] for w in _sequence(rule.body.code) if w.startswith("@"))


def words_of(rule: Rule, inherited: Mapping[str, str]) -> frozenset[str]:
    """Give the words that an element must contain for ``rule`` to match in it.

    Names that the rule inherits count with what they stand for in ``inherited``.
    """
    values = (inherited.get(w[1:], "") for w in _sequence(rule.body.code) if w.startswith("$"))
    return _plain(rule) | {value for value in values if value.isidentifier()}
