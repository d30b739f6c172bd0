# SPDX-License-Identifier: GPL-2.0-or-later
"""Run the rules of one semantic patch, in order, on one file.

A set of environments goes from rule to rule. A rule of pattern code is matched under each environment's
inherited values; what it binds makes new environments, and an environment under which it matches nowhere
goes on unchanged. All matches of a rule are found before anything is changed; then the text is rewritten
and parsed again, so later rules see it as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from rewriter.edit.alignment import realigned
from rewriter.edit.continuation import derive_in_macro
from rewriter.edit.deadcode import swept
from rewriter.edit.derive import derive_edits
from rewriter.edit.edit import ConflictError, Edit, Rewrite
from rewriter.edit.simplify import simplify
from rewriter.edit.tags import TaggedError, Tags
from rewriter.edit.template import UnboundError
from rewriter.edit.wrap import wrapped
from rewriter.engine.context import context_of
from rewriter.engine.depth import TimeLimitError, deeply
from rewriter.engine.effects import effects
from rewriter.engine.environments import (
    Env,
    barred,
    coexist,
    compared_places,
    holding,
    homes_of,
    inherited_by_all,
    wanted_behind,
    words_in,
)
from rewriter.engine.finding import FileResult
from rewriter.engine.fresh import FreshNames
from rewriter.engine.giving_up import InconsistentPathsError, place_of, reason_of
from rewriter.engine.includes import changed_elements
from rewriter.engine.joint import allowed
from rewriter.engine.options import RunOptions
from rewriter.engine.oracle import Oracle
from rewriter.engine.outcome import outcome
from rewriter.engine.prototypes import Prototypes, prototypes_in
from rewriter.engine.scripts import ScriptError, ScriptRunner, Verdicts
from rewriter.engine.session import Session
from rewriter.engine.state import FileState
from rewriter.match.constraint import Context
from rewriter.match.environment import Environment, Positions, Value
from rewriter.match.find import Match, find_matches, inconsistent
from rewriter.match.steps import Step, compiled
from rewriter.match.witness import Leaf, aligned
from rewriter.smpl.lexer import STAR
from rewriter.smpl.patch import Python, Rule, ScriptRule, SemanticPatch
from rewriter.smpl.required_words import words_of
from rewriter.smpl.term import Body
from rewriter.smpl.validate import inherited_keys, references
from rewriter.source.needs import NOTHING
from rewriter.source.text import Skipped, Span
from rewriter.syntax.directive import DEFINITIONS
from rewriter.syntax.elements import TopLevel

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
    run = _Run(patch, path, text, options or RunOptions(), oracle or Oracle(), session)
    try:
        return deeply(run.run, run.options.seconds)
    except TimeLimitError:
        return FileResult(path, errors=(f"{path}: given up after {run.options.seconds} s",))
    except RecursionError:
        return FileResult(path, skipped=(Skipped(path, 1, "code nested too deeply"),))


@dataclass(slots=True)
class _Run:
    patch: SemanticPatch
    path: str
    text: bytes
    options: RunOptions
    oracle: Oracle
    session: Session | None = None
    state: FileState = field(init=False)
    scripts: ScriptRunner = field(init=False)
    verdicts: Verdicts = field(init=False)
    errors: list[str] = field(default_factory=list)
    matched_ever: set[str] = field(default_factory=set)
    matches: list[tuple[str, str, int, int]] = field(default_factory=list)  # rule, element, start, end
    starred: set[Span] = field(default_factory=set)
    fresh: FreshNames = field(init=False)
    _prototypes: dict[str, Prototypes | None] = field(default_factory=dict)

    def run(self) -> FileResult:
        self.state = FileState.read(
            self.path,
            self.text,
            self.options.loops,
            self.patch.macros(self.options.macros),
            self.options.headers,
        )
        original = self.state
        self.verdicts = Verdicts(
            self.path,
            self.oracle.why,
            partial(self.oracle.definitions, original),
            partial(self.oracle.context, original),
            partial(self.oracle.sleeps_before, original),
            self.options.include,
            self.options.assume,
        )
        shared = self.session.namespace if self.session else {}
        self.scripts = ScriptRunner(self.patch, self.path, self.verdicts, shared)
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
            self.errors.append(str(error))
            said, errors = tuple(self.scripts.output), tuple(self.errors)
            return FileResult(self.path, output=said, errors=errors, skipped=self.state.unit.skipped)
        except StopIteration:
            pass  # a script called cocci.exit(): what was done so far stays
        result = outcome(
            self.patch,
            self.text,
            self.state,
            self.verdicts,
            self.scripts.output,
            self.errors,
            self.matches,
            self.starred,
        )
        return replace(result, pending=tuple(self.scripts.library.pending))

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
        everywhere = rule.quantifier == "forall" or (not rule.quantifier and not self.patch.stars)
        tags: dict[int, tuple[TopLevel, Tags]] = {}
        after: list[Env] = []
        seen: dict[object, list[dict[str, Value]]] = {}
        compared = {k for m in rule.metavariables.values() for k in references(m.constraint)}
        inherited_each = inherited_by_all(rule, environments, self.patch.bindings)
        places = compared_places(environments, inherited_each, compared)
        due = self._due(rule, environments)
        for env, inherited, runs in zip(environments, inherited_each, due, strict=True):
            if not runs:
                after.append(env)
                continue
            own = tuple(sorted(inherited.items()))
            bound = {**dict(env.bindings), **places.get(own, {})}
            key = own, tuple((k, bound.get(k)) for k in sorted(compared))
            if key not in seen:
                seen[key] = self._match(rule, step, everywhere, bound, inherited, tags)
            found = [values for values in seen[key] if coexist(env, values, self.state)]
            if not found:
                after.append(env)
            for values in found:
                after.append(env.after(rule.name, values.items()))
        self._transform(rule, tags)
        return after

    def _due(self, rule: Rule | ScriptRule, environments: list[Env]) -> list[bool]:
        """Tell for each environment whether what the rule depends on holds there."""
        later = self.patch.rules[self.patch.rules.index(rule) :]
        live = {key for other in later for key in inherited_keys(other)}
        return holding(rule.depends_on, environments, live, self.matched_ever, self.path)

    def _match(
        self,
        rule: Rule,
        step: Step,
        everywhere: bool,
        bound: dict[str, Value],
        inherited: dict[str, Value],
        tags: dict[int, tuple[TopLevel, Tags]],
    ) -> list[dict[str, Value]]:
        """Match one rule under one set of inherited values over all elements of the file."""
        env = Environment({n: v for n, v in inherited.items() if not isinstance(v, Positions)})
        needs = words_of(rule, {name: words_in(value) for name, value in inherited.items()})
        if needs == NOTHING:
            return []
        holds, unusable = needs.finder(), barred(rule, inherited)
        found: dict[tuple[tuple[str, Value], ...], dict[str, Value]] = {}
        homes = homes_of(rule, inherited)
        text = self.state.unit.source.text
        for element in self.state.elements():
            if not all(element.name in home for home in homes) or (
                rule.body.in_functions and element.kind not in _WITH_STATEMENTS
            ):
                continue
            if not holds(text, element.span.start, element.span.end):
                continue
            graph = self.state.graph(element)
            if graph is None:
                continue
            context = self._context(rule, element, bound, unusable)
            for match in find_matches(step, graph, context, env, everywhere):
                bindings = allowed(rule, match, context)
                if not bindings:
                    continue
                self.matched_ever.add(rule.name)
                self._note(rule, element, match)
                fresh = self.fresh.of(rule, match.environment)
                if rule.transforms:
                    placed = ((leaf, e.extend(fresh)) for leaf, e in match.placements())
                    self._tag(rule, element, placed, match.point.id, tags)
                    self._follow(rule, element, match, context, env, bound, tags)
                for values in bindings:
                    values |= {name: value for name, value in fresh if name in rule.used_later}
                    found.setdefault(tuple(sorted(values.items())), values)
        return list(found.values())

    def _context(
        self, rule: Rule, element: TopLevel, bound: Mapping[str, Value], unusable: frozenset[int]
    ) -> Context:
        answer, only_returns = self.oracle.answerer(self.state, element), self.options.only_returns
        return context_of(rule, element, bound, unusable, self.state, answer, self._holds, only_returns)

    def _holds(self, script: Python, values: Mapping[str, Value | None]) -> bool:
        return bool(self.scripts.evaluate(script, values))

    def _note(self, rule: Rule, element: TopLevel, match: Match) -> None:
        node = match.point.node
        if node is not None and (rule.transforms or rule.body.stars):
            offset = self.state.rewrite.original_offset(node.start)
            self.matches.append((rule.name, element.name, offset, offset))
        if rule.body.stars:
            origin = self.state.rewrite.original_offset
            for leaf, _ in match.placements():
                self.starred.update(
                    Span(origin(e.start), origin(e.end))
                    for e in aligned(leaf.alignment)
                    if rule.body.tokens[e.token].mark == STAR and e.start < e.end
                )

    # --- transforming -----------------------------------------------------------------------------

    def _follow(
        self,
        rule: Rule,
        function: TopLevel,
        match: Match,
        context: Context,
        env: Environment,
        bound: Mapping[str, Value],
        tags: dict[int, tuple[TopLevel, Tags]],
    ) -> None:
        """Let the prototypes of a function whose header a rule changes follow it."""
        prototypes = self._prototypes_of(rule)
        if prototypes is None or function.kind != "function_definition":
            return
        known = {name: value for _, e in match.placements() for name, value in e.items()}
        definition = self.state.unit.node(function)
        found = list(prototypes_in(self.state.unit, self.state.elements(), function.name))
        contexts = [(e, n, self._context(rule, e, bound, context.barred)) for e, n in found]
        for element, node, body, leaf, values in prototypes.followed(definition, context, env, contexts):
            missing = tuple(item for item in known.items() if item[0] not in values)
            point = self.state.point_of(element, node)
            placed = replace(leaf, point=point), values.extend(missing)
            self._tag(rule, element, [placed], point, tags, body)

    def _prototypes_of(self, rule: Rule) -> Prototypes | None:
        if rule.name not in self._prototypes:
            self._prototypes[rule.name] = Prototypes.of(rule)
        return self._prototypes[rule.name]

    def _tag(
        self,
        rule: Rule,
        element: TopLevel,
        placements: Iterable[tuple[Leaf, Environment]],
        start: int,
        tags: dict[int, tuple[TopLevel, Tags]],
        body: Body | None = None,
    ) -> None:
        _, wanted = tags.setdefault(element.span.start, (element, Tags()))
        placed = [(leaf, self.fresh.bound(rule, e)) for leaf, e in placements]
        try:
            if rule.simplify:
                wanted.assume(rule.body, placed, start)
            else:
                wanted.add(body or rule.body, rule.filled, placed, start)
        except (TaggedError, UnboundError) as error:
            self._abandon(rule, element, error, tags)

    def _abandon(
        self, rule: Rule, element: TopLevel, error: Exception, tags: dict[int, tuple[TopLevel, Tags]]
    ) -> None:
        line = self.state.unit.lines.line(place_of(error, element.span.start))
        reason = reason_of(error)
        self.errors.append(
            f"{self.path}:{line}: rule '{rule.name}' in {element.name or 'a declaration'}: {reason}"
        )
        self.verdicts.refused.setdefault(element.name, reason)

    def _transform(self, rule: Rule, tags: dict[int, tuple[TopLevel, Tags]]) -> None:
        edits: list[Edit] = []
        layout = self.state.layout()
        changed = list(changed_elements(rule, tags))
        for element, wanted in changed:
            if element.name in self.verdicts.refused and element.name:
                continue
            graph = None if self.options.inconsistent_paths else self.state.graph(element)
            try:
                astray = inconsistent(graph, wanted.points) if graph is not None else None
                if astray is not None:
                    raise InconsistentPathsError(astray)
                if graph is not None:
                    wanted.removed |= swept(wanted, self.state.unit.node(element), graph)
                if rule.simplify:
                    self._simplify(element, wanted)
                if element.kind in DEFINITIONS and not rule.body.directives:
                    macro = self.state.unit.directive(element)
                    change = derive_in_macro(wanted, macro, layout, rule.filled)
                else:
                    change = derive_edits(wanted, self.state.unit.node(element), layout, rule.filled)
            except (ConflictError, InconsistentPathsError, TaggedError, UnboundError) as error:
                self._abandon(rule, element, error, tags)
                continue
            edits += [*change.edits, *realigned(change, element.span)]
        if edits:
            rewrite = wrapped(Rewrite.of(layout.text, edits), (e.span for e, _ in changed))
            self.state = self.state.rewritten(rewrite)

    def _simplify(self, element: TopLevel, wanted: Tags) -> None:
        """Turn assumptions into what has to go."""
        found = simplify(self.state.unit.node(element), wanted.assumed)
        wanted.removed |= found.removed
        wanted.lonely |= found.lonely
        for declaration, span in found.declarators:
            wanted.declarators[span] = (declaration, span)
        self.verdicts.lost.setdefault(element.name, []).extend(effects(self.state, found.effects))
        lines, source = self.state.unit.lines, self.state.unit.source
        self.verdicts.undecided.setdefault(element.name, []).extend(
            (node.text or source.decode(node.span), lines.line(node.start)) for node in found.undecided
        )
