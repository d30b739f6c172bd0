# SPDX-License-Identifier: GPL-2.0-or-later
"""Which rules cannot run with the virtual rules and identifiers that are given.

A rule is dead if its dependency is false, or if there is no way through its pattern without a value that
nothing will give: one of a dead rule, or of ``virtual``. In a disjunction other branches may do without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace

from rewriter.smpl.header import simplify
from rewriter.smpl.patch import AllOn, Always, AnyOn, Dependency, NotOn, OnAll, OnRule, Rule, ScriptRule
from rewriter.smpl.term import Choice, Dots, Leaf, Meta, Nest, PlusCode, Sequence, Term, parts_of


def drop_dead_rules(
    rules: list[Rule | ScriptRule], bindings: dict[str, str]
) -> tuple[Rule | ScriptRule, ...]:
    """Drop the rules that virtual rules switched off, with all that cannot run without them."""
    dead: set[str] = set()
    kept: list[Rule | ScriptRule] = []
    for rule in rules:
        dependency = _without(rule.depends_on, dead)
        if dependency == Always(False) or _needs_dead(rule, dead, bindings):
            dead.add(rule.name)
        else:
            kept.append(replace(rule, depends_on=dependency))
    return tuple(_without_unused(kept))


def _needs_dead(rule: Rule | ScriptRule, dead: Set[str], bindings: Mapping[str, str]) -> bool:
    if isinstance(rule, ScriptRule):
        asked = [i for i in rule.inputs if i.default is None]
        return any(i.origin in dead or (i.origin == "virtual" and i.source not in bindings) for i in asked)
    unbound = {
        name
        for name, m in rule.metavariables.items()
        if m.origin in dead or (m.origin == "virtual" and m.names not in bindings)
    }
    unbound |= {name for name, m in rule.metavariables.items() if any(t.base in unbound for t in m.types)}
    unbound |= {n for n, m in rule.metavariables.items() if m.seed is not None and unbound & m.seed.names}
    if not unbound:
        return False
    tied = (*rule.body.before.items(), *rule.body.after.items())
    barred = {token for token, code in tied if unbound & _words_of(code)}
    return _needs(rule.body.code, unbound, barred)


def _words_of(code: PlusCode) -> set[str]:
    return {word for line in code.lines for word in re.findall(r"\w+", line.text)}


def _needs(code: Sequence | Term, unbound: Set[str], barred: Set[int]) -> bool:
    """Tell whether every way through a pattern has an unbound name, or a token that is barred."""
    match code:
        case Meta(name=name) if name in unbound:
            return True
        case Leaf(token=token) | Meta(token=token) | Dots(token=token):
            return token.id in barred or not unbound.isdisjoint(token.attached)
        case Choice(branches=branches, all_of=False):
            return all(_needs(branch, unbound, barred) for branch in branches)
        case Nest(once=False):
            return False
        case _:
            return any(_needs(part, unbound, barred) for part in parts_of(code))


def _without(dependency: Dependency, dead: Set[str]) -> Dependency:
    match dependency:
        case OnRule(name) if name in dead:
            return Always(False)
        case NotOn(operand):
            return simplify(NotOn(_without(operand, dead)))
        case AllOn(operands):
            return simplify(AllOn(tuple(_without(o, dead) for o in operands)))
        case AnyOn(operands):
            return simplify(AnyOn(tuple(_without(o, dead) for o in operands)))
        case OnAll(operand):
            left = _without(operand, dead)
            return left if isinstance(left, Always) else OnAll(left)
        case _:
            return dependency


def _without_unused(rules: list[Rule | ScriptRule]) -> list[Rule | ScriptRule]:
    """Drop the match-only rules at the end that nothing uses."""
    while rules:
        last = rules[-1]
        if isinstance(last, ScriptRule) or last.transforms or last.body.stars:
            break
        rules.pop()
    return rules
