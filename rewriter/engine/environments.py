# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes from rule to rule: the bindings of earlier rules, and which rules matched on the way.

After ``@r@ expression x;`` matched ``f(1)`` and ``f(2)`` there are two environments, one with ``r.x`` bound
to ``1`` and one with ``2``; a later rule that inherits ``r.x`` is matched once under each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from rewriter.engine.state import FileState
from rewriter.match.environment import Code, Location, Positions, Unbound, Value
from rewriter.smpl.patch import (
    AllOn,
    Always,
    AnyOn,
    Dependency,
    InFile,
    NotC,
    NotOn,
    OnAll,
    OnRule,
    Rule,
    ScriptRule,
)
from rewriter.smpl.required_words import places_of
from rewriter.smpl.validate import references
from rewriter.source.arms import parting
from rewriter.source.needs import ANYTHING, NOTHING, Needs, all_of

Values = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Env:
    """The bindings of earlier rules by ``rule.name``, and the rules that matched on the way."""

    bindings: Values = ()
    matched: frozenset[str] = frozenset()

    def after(self, rule: str, values: Iterable[tuple[str, Value]]) -> Env:
        """Give the environment after ``rule`` matched and bound ``values``."""
        made = tuple((f"{rule}.{name}", value) for name, value in values)
        return Env(self.bindings + made, self.matched | {rule})


def coexist(env: Env, values: Mapping[str, Value], state: FileState) -> bool:
    """Tell whether a rule's values and an environment go together in one program.

    They do not when their places stand in different arms of an ``#if`` among initial values. Where the text
    changed on the way, nobody can tell.
    """
    if state.rewrite.edits or not state.lines_in_lists():
        return True
    own = [v.places for v in values.values() if isinstance(v, Positions)]
    others = [v.places for _, v in env.bindings if isinstance(v, Positions)]
    return not any(
        all(_are_parted(one, other, state) for one in places for other in there)
        for places in own
        for there in others
    )


def _are_parted(one: Location, other: Location, state: FileState) -> bool:
    if one.file != state.path or other.file != state.path:
        return False
    first, second = sorted((one.span, other.span), key=lambda span: span.start)
    return parting(state.unit.source.text, first.end, second.start) in state.lines_in_lists()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the rules to come ask of environments."""

    bound: frozenset[str] = frozenset()  # ``r.x`` that a rule inherits or a script is given
    compared: frozenset[str] = frozenset()  # ``r.p`` of nothing but ``position p != r.p``
    matched: frozenset[str] = frozenset()  # rules that somebody depends on

    def narrow(self, environments: list[Env]) -> list[Env]:
        """Drop what nobody asks for, and unite environments that say the same then.

        Places that are only compared with are united too: of those all that agree on the rest count anyway.
        """
        kept: dict[Env, dict[str, frozenset[Location]]] = {}
        for env in environments:
            own = Env(tuple(b for b in env.bindings if b[0] in self.bound), env.matched & self.matched)
            united = kept.setdefault(own, {})
            for name, value in env.bindings:
                if name in self.compared and isinstance(value, Positions):
                    united[name] = united.get(name, frozenset()) | value.places
        return [
            Env(
                env.bindings + tuple((name, Positions(places)) for name, places in united.items()),
                env.matched,
            )
            for env, united in kept.items()
        ]


def wanted_behind(rules: Sequence[Rule | ScriptRule]) -> list[Wanted]:
    """Say, for each rule, what is wanted of environments behind it."""
    bound, compared, matched = set[str](), set[str](), set[str]()
    found: list[Wanted] = []
    for rule in reversed(rules):
        found.append(Wanted(frozenset(bound), frozenset(compared - bound), frozenset(matched)))
        matched.update(_names(rule.depends_on))
        if isinstance(rule, ScriptRule):
            bound.update(f"{i.origin}.{i.source}" for i in rule.inputs)
            continue
        for variable in rule.metavariables.values():
            bound.update([variable.key] if variable.origin else [])
            bound.update(variable.seed.inherited if variable.seed is not None else [])
            other = variable.kind.startswith("position") and isinstance(variable.constraint, NotC)
            (compared if other else bound).update(references(variable.constraint))
    return found[::-1]


def _names(dependency: Dependency) -> Iterator[str]:
    match dependency:
        case OnRule(name):
            yield name
        case NotOn(operand) | OnAll(operand):
            yield from _names(operand)
        case AllOn(operands) | AnyOn(operands):
            for operand in operands:
                yield from _names(operand)
        case _:
            pass


def depends(dependency: Dependency, env: Env, ever: Set[str], file: str) -> bool:
    """Tell whether a dependency holds; ``ever`` are the rules that matched in ``file`` at all."""
    match dependency:
        case Always(holds):
            return holds
        case OnRule(name, in_file):
            return name in (ever if in_file else env.matched)
        case InFile(path):
            return file == path or file.startswith(f"{path.rstrip('/')}/")
        case OnAll(operand):
            return depends(operand, env, ever, file)
        case NotOn(operand):
            return not depends(operand, env, ever, file)
        case AllOn(operands):
            return all(depends(o, env, ever, file) for o in operands)
        case AnyOn(operands):
            return any(depends(o, env, ever, file) for o in operands)


def names_files(dependency: Dependency) -> bool:
    """Tell whether a dependency holds in some files and not in others."""
    match dependency:
        case InFile():
            return True
        case NotOn(operand) | OnAll(operand):
            return names_files(operand)
        case AllOn(operands) | AnyOn(operands):
            return any(names_files(operand) for operand in operands)
        case _:
            return False


def holding(
    dependency: Dependency, environments: list[Env], live: Set[str], ever: Set[str], file: str
) -> list[bool]:
    """Tell for each environment whether a dependency holds; ``live`` are the bindings still asked for."""
    if not isinstance(dependency, OnAll):
        return [depends(dependency, env, ever, file) for env in environments]
    keys = [tuple(b for b in env.bindings if b[0] in live) for env in environments]
    failing = {
        key
        for key, env in zip(keys, environments, strict=True)
        if not depends(dependency.operand, env, ever, file)
    }
    return [key not in failing for key in keys]


def inherited_values(rule: Rule, env: Env, given: tuple[tuple[str, str], ...]) -> dict[str, Value]:
    """Give the values a rule inherits under their local names.

    A rule is not given up for one that no rule bound: what names it matches nothing, the rest may match.
    ``given`` are the values of ``virtual.NAME``.
    """
    bound = dict(env.bindings)
    values: dict[str, Value] = {}
    for variable in rule.metavariables.values():
        if variable.origin == "virtual":
            text = dict(given).get(variable.names)
            values[variable.name] = Unbound() if text is None else Code(text, text.encode())
        elif variable.origin:
            values[variable.name] = bound.get(variable.key, Unbound())
        for key in variable.seed.inherited if variable.seed is not None else ():
            values[key] = bound.get(key, Unbound())
    return values


def words_in(value: Value) -> Needs:
    """Give what code must hold for ``value`` to stand in it."""
    match value:
        case Code():
            return all_of(value.words())
        case Unbound():
            return NOTHING
        case _:
            return ANYTHING


def barred(rule: Rule, inherited: Mapping[str, Value]) -> frozenset[int]:
    """Give the tokens of a rule's pattern whose plus code needs a metavariable that no rule bound."""
    missing = {name for name, value in inherited.items() if isinstance(value, Unbound)}
    if not missing:
        return frozenset()
    missing |= {m.name for m in rule.metavariables.values() if m.seed is not None and missing & m.seed.names}
    tied = (*rule.body.before.items(), *rule.body.after.items())
    return frozenset(token for token, code in tied if code.names & missing)


def inherited_by_all(
    rule: Rule, environments: list[Env], given: tuple[tuple[str, str], ...]
) -> list[dict[str, Value]]:
    """Give the values a rule inherits in each environment.

    A ``position any`` stands for its places in all environments that agree on the rest.
    """
    ranging = {v.name for v in rule.metavariables.values() if v.kind == "position any" and v.origin}
    found = [inherited_values(rule, env, given) for env in environments]
    if not ranging:
        return found
    united: dict[Values, dict[str, frozenset[Location]]] = {}
    keys: list[Values] = []
    for values in found:
        rest = tuple(sorted((n, v) for n, v in values.items() if n not in ranging))
        keys.append(rest)
        group = united.setdefault(rest, {})
        for name in ranging:
            value = values[name]
            if isinstance(value, Positions):
                group[name] = group.get(name, frozenset()) | value.places
    return [
        {**values, **{n: Positions(p) for n, p in united[key].items()}}
        for key, values in zip(keys, found, strict=True)
    ]


def ranging_places(rule: Rule, inherited: Mapping[str, Value]) -> dict[str, Value]:
    """Give the places that each ``position any r.p`` stands for, as `inherited_by_all` has them."""
    ranging = (v for v in rule.metavariables.values() if v.kind == "position any" and v.origin)
    return {v.key: inherited[v.name] for v in ranging}


def compared_places(
    environments: list[Env], inherited_each: list[dict[str, Value]], compared: Set[str]
) -> dict[Values, dict[str, Value]]:
    """Give all places of each ``r.q`` of a ``position p != r.q``, over the environments that agree.

    The keys are the values the rule inherits, sorted.
    """
    found: dict[Values, dict[str, Value]] = {}
    for env, inherited in zip(environments, inherited_each, strict=True):
        united = found.setdefault(tuple(sorted(inherited.items())), {})
        for name, value in env.bindings:
            if name in compared and isinstance(value, Positions):
                old = united.get(name)
                places = value.places | (old.places if isinstance(old, Positions) else frozenset())
                united[name] = Positions(places)
    return found


def homes_of(rule: Rule, inherited: Mapping[str, Value]) -> list[set[tuple[str, str]]]:
    """Give the files and the names of the elements that hold each of the positions a rule inherits."""
    return [
        {(place.file, place.element) for place in value.places}
        for name in places_of(rule)
        if isinstance(value := inherited.get(name), Positions)
    ]
