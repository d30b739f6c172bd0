# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the rules of one semantic patch, in order, on one file or on several together.

A set of environments goes from rule to rule. A rule of pattern code is matched under each environment's
inherited values, in all files; what it binds makes new environments, and an environment under which it
matches nowhere goes on unchanged. All matches of a rule are found before anything is changed; then the text
is rewritten and parsed again, so later rules see it as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rewriter.engine.depth import TimeLimitError, deeply
from rewriter.engine.environments import (
    Env,
    barred,
    coexist,
    compared_places,
    holding,
    homes_of,
    inherited_by_all,
    names_files,
    ranging_places,
    wanted_behind,
    words_in,
)
from rewriter.engine.finding import FileResult
from rewriter.engine.fresh import FreshNames
from rewriter.engine.joint import allowed
from rewriter.engine.member import Member, SourceFile
from rewriter.engine.options import RunOptions
from rewriter.engine.oracle import Oracle
from rewriter.engine.prototypes import Prototypes, prototypes_in
from rewriter.engine.scripts import ScriptError, ScriptRunner
from rewriter.engine.session import Session
from rewriter.match.constraint import Context
from rewriter.match.environment import Environment, Positions, Value
from rewriter.match.find import Match, find_matches
from rewriter.match.steps import Step, compiled
from rewriter.smpl.patch import Python, Rule, ScriptRule, SemanticPatch
from rewriter.smpl.required_words import words_of
from rewriter.smpl.validate import inherited_keys, references
from rewriter.source.needs import NOTHING
from rewriter.source.text import AS_BYTES, Skipped
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.tree import DEFINITIONS

_WITH_STATEMENTS = frozenset({"function_definition", *DEFINITIONS})


def run_file(
    patch: SemanticPatch,
    path: str,
    text: bytes,
    options: RunOptions | None = None,
    oracle: Oracle | None = None,
    session: Session | None = None,
) -> FileResult:
    """Apply ``patch`` to the file ``path`` whose bytes are ``text``; odd C is reported, never raised.

    ``session`` has begun, and is ended by the caller; without it the file is the only one.
    """
    options = options or RunOptions()
    return run_group(patch, [SourceFile(path, text, options.macros)], options, oracle, session)[0]


def run_group(
    patch: SemanticPatch,
    files: Sequence[SourceFile],
    options: RunOptions,
    oracle: Oracle | None = None,
    session: Session | None = None,
) -> list[FileResult]:
    """Apply ``patch`` to files together: what a rule binds in one, later rules find in the others.

    Gives a result for each file, in their order; what scripts print comes with the first. Scripts that speak
    of verdicts speak about the first file alone.
    """
    run = _Run(patch, files, options, oracle or Oracle(), session)
    try:
        return deeply(run.run, options.seconds)
    except TimeLimitError:
        late = f"given up after {options.seconds} s"
        return [FileResult(file.path, errors=(f"{file.path}: {late}",)) for file in files]
    except RecursionError:
        return [FileResult(f.path, skipped=(Skipped(f.path, 1, "code nested too deeply"),)) for f in files]


@dataclass(slots=True)
class _Run:
    patch: SemanticPatch
    files: Sequence[SourceFile]
    options: RunOptions
    oracle: Oracle
    session: Session | None = None
    members: list[Member] = field(init=False)
    scripts: ScriptRunner = field(init=False)
    matched_ever: set[str] = field(default_factory=set)
    fresh: FreshNames = field(init=False)
    _prototypes: dict[str, Prototypes | None] = field(default_factory=dict)

    def run(self) -> list[FileResult]:
        self.members = [Member(self.patch, file, self.options, self.oracle) for file in self.files]
        first, *others = self.members
        shared = self.session.namespace if self.session else {}
        named = tuple(file.path for file in self.files if not file.included)
        self.scripts = ScriptRunner(self.patch, named, first.verdicts, shared)
        self.fresh = FreshNames(self.scripts)
        environments = [Env()]
        try:
            for rule, wanted in zip(self.patch.rules, wanted_behind(self.patch.rules), strict=True):
                if isinstance(rule, ScriptRule):
                    if not self.options.no_scripts:
                        environments = self._script(rule, environments)
                else:
                    environments = self._rule(rule, environments)
                environments = wanted.narrow(environments)
        except ScriptError as error:
            told = [e for member in self.members for e in member.errors]
            broken = first.broken_off(self.scripts.output, [*told, str(error)])
            return [
                replace(broken, ended=error.exit_code),
                *(member.broken_off((), ()) for member in others),
            ]
        except StopIteration:
            pass  # a script called cocci.exit(): what was done so far stays
        pending = tuple(self.scripts.library.pending)
        return [
            replace(first.result(self.scripts.output), pending=pending),
            *(member.result() for member in others),
        ]

    # --- scripts ----------------------------------------------------------------------------------

    def _script(self, rule: ScriptRule, environments: list[Env]) -> list[Env]:
        if rule.when != "script":
            if self.session is None:
                self.scripts.run(rule, {})
            return environments
        kept: list[Env] = []
        for env, due in zip(environments, self._due(rule, environments), strict=True):
            bound = dict(env.bindings)
            values = {i.name: bound.get(f"{i.origin}.{i.source}") for i in rule.inputs}
            missing = any(
                values[i.name] is None and i.default is None and i.origin != "virtual" for i in rule.inputs
            )
            if missing or not due:
                kept.append(env)
                continue
            include, outputs = self.scripts.run(rule, values, bound)
            if not include:
                continue
            self.matched_ever.add(rule.name)
            kept.append(env.after(rule.name, outputs.items()))
        return kept or [Env()]

    # --- rules of pattern code --------------------------------------------------------------------

    def _rule(self, rule: Rule, environments: list[Env]) -> list[Env]:
        known = frozenset(m.name for m in rule.metavariables.values() if m.origin)
        step = compiled(rule.body, known | rule.used_later)
        after: list[Env] = []
        seen: dict[object, list[dict[str, Value]]] = {}
        compared = {k for m in rule.metavariables.values() for k in references(m.constraint)}
        inherited_each = inherited_by_all(rule, environments, self.patch.bindings)
        places = compared_places(environments, inherited_each, compared)
        due = self._due(rule, environments)
        for env, inherited, members in zip(environments, inherited_each, due, strict=True):
            if not members:
                after.append(env)
                continue
            own = tuple(sorted(inherited.items()))
            bound = {**dict(env.bindings), **ranging_places(rule, inherited), **places.get(own, {})}
            key = own, tuple((k, bound.get(k)) for k in sorted(compared)), members
            if key not in seen:
                seen[key] = self._match(rule, step, bound, inherited, members)
            states = [member.state for member in members if member.parsed]
            found = [v for v in seen[key] if all(coexist(env, v, state) for state in states)]
            if not found:
                after.append(env)
            for values in found:
                after.append(env.after(rule.name, values.items()))
        for member in self.members:
            member.transform(rule)
        return after

    def _due(self, rule: Rule | ScriptRule, environments: list[Env]) -> list[tuple[Member, ...]]:
        """Give for each environment the files in which what the rule depends on holds."""
        later = self.patch.rules[self.patch.rules.index(rule) :]
        live = {key for other in later for key in inherited_keys(other)}
        several = len(self.members) > 1 and names_files(rule.depends_on)
        together = [(member,) for member in self.members] if several else [tuple(self.members)]
        found: list[tuple[Member, ...]] = [()] * len(environments)
        for members in together:
            holds = holding(rule.depends_on, environments, live, self.matched_ever, members[0].path)
            found = [f + members if runs else f for f, runs in zip(found, holds, strict=True)]
        return found

    def _match(
        self,
        rule: Rule,
        step: Step,
        bound: dict[str, Value],
        inherited: dict[str, Value],
        members: Sequence[Member],
    ) -> list[dict[str, Value]]:
        """Match one rule under one set of inherited values over all elements of the files."""
        needs = words_of(rule, {name: words_in(value) for name, value in inherited.items()})
        if needs == NOTHING:
            return []
        holds, homes = needs.finder(), homes_of(rule, inherited)
        found: dict[tuple[tuple[str, Value], ...], dict[str, Value]] = {}
        for member in members:
            if not holds(member.text, 0, len(member.text)):
                continue
            for element in member.state.elements():
                span = element.span
                if (
                    all((member.path, element.name) in home for home in homes)
                    and (element.kind in _WITH_STATEMENTS or not rule.body.in_functions)
                    and holds(member.text, span.start, span.end)
                ):
                    for values in self._match_in(member, element, rule, step, bound, inherited):
                        found.setdefault(tuple(sorted(values.items())), values)
        return list(found.values())

    def _match_in(
        self,
        member: Member,
        element: TopLevel,
        rule: Rule,
        step: Step,
        bound: Mapping[str, Value],
        inherited: Mapping[str, Value],
    ) -> Iterator[dict[str, Value]]:
        """Match one rule in one element; gives the values it binds, for each match."""
        graph = member.state.graph(element)
        if graph is None:
            return
        env = Environment({n: v for n, v in inherited.items() if not isinstance(v, Positions)})
        everywhere = rule.quantifier == "forall" or (not rule.quantifier and not self.patch.stars)
        context = member.context(rule, element, bound, barred(rule, inherited), self._holds)
        for match in find_matches(step, graph, context, env, everywhere):
            bindings = allowed(rule, match, context)
            if not bindings:
                continue
            self.matched_ever.add(rule.name)
            member.note(rule, element, match)
            fresh = self.fresh.of(rule, match.environment)
            if rule.transforms:
                placed = [(leaf, self.fresh.bound(rule, e.extend(fresh))) for leaf, e in match.placements()]
                member.tag(rule, element, placed, match.point.id)
                self._follow(member, element, rule, match, context, env)
            for values in bindings:
                yield values | {name: value for name, value in fresh if name in rule.used_later}

    def _holds(self, script: Python, values: Mapping[str, Value | None]) -> bool:
        return bool(self.scripts.evaluate(script, values))

    def _follow(
        self,
        member: Member,
        function: TopLevel,
        rule: Rule,
        match: Match,
        context: Context,
        env: Environment,
    ) -> None:
        """Let the prototypes of a function whose header a rule changes follow it, in all files."""
        prototypes = self._prototypes_of(rule)
        if prototypes is None or function.kind != "function_definition":
            return
        known = {name: value for _, e in match.placements() for name, value in e.items()}
        definition, name = member.state.unit.node(function), function.name.encode(*AS_BYTES)
        for other in self.members:
            if name not in other.text:
                continue
            found = prototypes_in(other.state.unit, other.state.elements(), function.name)
            contexts = [
                (e, n, other.context(rule, e, context.inherited, context.barred, self._holds))
                for e, n in found
            ]
            followed = prototypes.followed(definition, context, env, contexts)
            for element, node, body, leaf, values in followed:
                missing = tuple(item for item in known.items() if item[0] not in values)
                point = other.state.point_of(element, node)
                placed = replace(leaf, point=point), self.fresh.bound(rule, values.extend(missing))
                other.tag(rule, element, [placed], point, body)

    def _prototypes_of(self, rule: Rule) -> Prototypes | None:
        if rule.name not in self._prototypes:
            self._prototypes[rule.name] = Prototypes.of(rule)
        return self._prototypes[rule.name]
