# SPDX-License-Identifier: GPL-2.0-or-later
"""Script constraints that speak of several metavariables: they are asked when all of a match is known.

In ``position p : script:python(e) { e == "1" };`` with ``f@p(e)`` the position is there before ``e`` is.
"""

from __future__ import annotations

from rewriter.match.constraint import Context, parameters
from rewriter.match.environment import Value
from rewriter.match.find import Match, results
from rewriter.smpl.patch import Metavariable, Rule


def allowed(rule: Rule, match: Match, context: Context) -> list[dict[str, Value]]:
    """Give the environments of a match as `results` does, those left out that a script is against."""
    asked = [m for m in rule.metavariables.values() if _is_joint(rule, m)]
    if not asked:
        return results(match, context, rule.used_later)
    known = {m.name: context.inherited.get(m.key) for m in rule.metavariables.values() if m.origin}
    found: dict[tuple[tuple[str, Value], ...], dict[str, Value]] = {}
    for values in results(match, context, frozenset(rule.metavariables)):
        if all(_holds(variable, context, {**known, **values}) for variable in asked):
            wanted = {name: value for name, value in values.items() if name in rule.used_later}
            found.setdefault(tuple(sorted(wanted.items())), wanted)
    return list(found.values())


def _is_joint(rule: Rule, variable: Metavariable) -> bool:
    if variable.constraint is None:
        return False
    others = parameters(variable.constraint) - {variable.name}
    return any(name in rule.metavariables and not rule.metavariables[name].origin for name in others)


def _holds(variable: Metavariable, context: Context, values: dict[str, Value | None]) -> bool:
    value = values.get(variable.name)
    assert variable.constraint is not None
    return value is None or context.may_hold(variable.constraint, value, None, values)
