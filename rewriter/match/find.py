# SPDX-License-Identifier: GPL-2.0-or-later
"""Find where a rule's body matches: the only door to the search.

`find_matches` gives one `Match` per place where the pattern can begin and per way of binding it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import reduce
from itertools import groupby

from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.match.constraint import Context
from rewriter.match.environment import Bindings, Code, Environment, Location, Positions, Unbound, Value
from rewriter.match.kinds import WITH_VARIABLES
from rewriter.match.pattern import is_return
from rewriter.match.region import cross
from rewriter.match.search import Search
from rewriter.match.step import Function, Pick, Simple, Skip, Step
from rewriter.match.term import TermMatcher
from rewriter.match.ways import before
from rewriter.match.witness import NOTHING, Alignment, Alt, Bind, Join, Leaf, Witness, aligned, placements


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A place where the pattern holds, with all it stands for there."""

    point: Point
    environment: Environment
    witness: Witness

    def placements(self) -> Iterator[tuple[Leaf, Environment]]:
        """Walk the terms that matched with the bindings each matched under."""
        return placements(self.witness, self.environment)


def inconsistent(graph: ControlFlowGraph, changed: Mapping[int, Set[int]]) -> Point | None:
    """Give a point that would be changed although control can come to it past the matches that change it.

    ``changed`` gives for each point where those matches begin.
    """
    for point, starts in sorted(changed.items()):
        others = {p.id for p in graph.points} - starts
        if point in others and graph.enter in {point} | before(graph, [point], others):
            return graph.points[point]
    return None


def find_matches(
    step: Step, graph: ControlFlowGraph, context: Context, env: Environment, everywhere: bool
) -> list[Match]:
    """Find the matches of a compiled body in a graph, in the order of the code.

    ``env`` holds the inherited values under their local names; ``everywhere`` is the rule's quantifier.
    """
    search = Search(graph, TermMatcher(context), everywhere, cross)
    if not search.possible(step, env):
        return []
    if isinstance(step, Skip):
        starts = [graph.points[graph.enter]]
    elif isinstance(step, Function):
        starts = [p for p in graph.points if p.kind == "function"]
    else:
        starts = [p for p in graph.points if not p.artificial]
    found: list[Match] = []
    for point in starts:
        for bindings, witness in search.at(step, point, env):
            found.append(Match(point, env.extend(bindings), witness))
    others = _nest_starts(search, step, env)
    seen = {leaf.point for match in found for leaf, _ in match.placements()} if others else set()
    for point in others:
        if point.id in seen:
            continue  # what begins here is a part of what begins before
        for bindings, witness in search.follow(step, NOTHING, [point.id], env, env):
            found.append(Match(point, env.extend(bindings), witness))
            seen.update(leaf.point for leaf, _ in found[-1].placements())
    if _is_last(step) and all(match.point.kind == "}" for match in found):
        return []
    return [] if step.asks_for_return and not _returns(search, step, env) else found


def _nest_starts(search: Search, step: Step, env: Environment) -> list[Point]:
    """Where else a rule that begins with a nest may begin: anywhere, unlike one that begins with dots.

    Of all points those count that the nest or what follows it finds, and ifs with such in a branch that dots
    may pass.
    """
    if not isinstance(step, Skip) or step.inside is None or step.next is None:
        return []
    points = search.graph.points
    wanted = [p.id for p in points if any(search.holds(s, p, env) for s in (step.inside, step.next))]
    passing = (p for p in points if p.kind == "then" and p.escapes)
    ifs = [i for p in passing if any(p.id < w < p.branch_end for w in wanted) for i in p.predecessors]
    return [points[i] for i in sorted({*wanted, *ifs})]


def _is_last(step: Step) -> bool:
    return step.next is None and (not isinstance(step, Pick) or all(map(_is_last, step.branches)))


def _returns(search: Search, step: Step, env: Environment) -> bool:
    """Tell whether there is one of the returns that the first steps of a rule look for."""
    if isinstance(step, Simple) and is_return(step.term):
        return any(search.simple(step, p, env) for p in search.graph.points if p.kind == "return")
    branches = step.branches if isinstance(step, Pick) else ()
    return any(_returns(search, other, env) for other in (step.next, *branches) if other is not None)


def results(match: Match, context: Context, wanted: frozenset[str]) -> list[dict[str, Value]]:
    """List the environments of a match as far as later rules ask for them.

    Positions are collected: within one match a position metavariable stands for all places it touched.
    """
    memo: dict[int, frozenset[Bindings]] = {}
    found = ((n, v) for n, v in match.environment.items() if n in wanted and not isinstance(v, Unbound))
    own = tuple((n, _exported(n, v, context)) for n, v in found)
    merged = _merge([frozenset({tuple(sorted(own))}), _collect(match.witness, context, wanted, memo)])
    return [dict(bindings) for bindings in sorted(merged, key=str)]


def _collect(
    witness: Witness, context: Context, wanted: frozenset[str], memo: dict[int, frozenset[Bindings]]
) -> frozenset[Bindings]:
    found = memo.get(id(witness))
    if found is not None:
        return found
    match witness:
        case Leaf(alignment=alignment):
            found = frozenset({_places(alignment, context, wanted)})
        case Join(parts):
            found = _merge([_collect(p, context, wanted, memo) for p in parts])
        case Alt(parts):
            found = frozenset[Bindings]().union(*(_collect(p, context, wanted, memo) for p in parts))
        case Bind(bindings, part):
            kept = tuple((n, _exported(n, v, context)) for n, v in bindings if n in wanted)
            found = _merge([frozenset({kept}), _collect(part, context, wanted, memo)])
    memo[id(witness)] = found
    return found


def _exported(name: str, value: Value, context: Context) -> Value:
    """Give a value for other rules, which compare what is written and as what its names are declared."""
    known = context.metavariables.get(name)
    if not isinstance(value, Code) or known is None or known.origin:
        return value
    nodes = value.parts if known.kind.endswith(WITH_VARIABLES) else ()
    return replace(value, scopes=context.own_types().meanings(nodes) if nodes else ())


def _places(alignment: Alignment, context: Context, wanted: frozenset[str]) -> Bindings:
    places: dict[str, set[Location]] = {}
    for token, *extent in _extents(alignment, context):
        start, end = _directive_word(context.source.text, *extent)
        for name in context.attached(token):
            if name in wanted and start < end:
                places.setdefault(name, set()).add(context.place(name, start, end))
    return tuple(sorted((n, Positions(frozenset(p))) for n, p in places.items()))


_DIRECTIVE = re.compile(rb"(#[ \t]*(?:define|undef))[ \t]+\Z")
_NEAR = 40  # bytes, more than a directive's word and the blanks behind it have


def _directive_word(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Give where a token counts as standing: the name of a macro, where the word of its directive does."""
    near = max(0, start - _NEAR)
    word = _DIRECTIVE.search(text[near:start]) if text[start - 1 : start].isspace() else None
    return (start, end) if word is None else (near + word.start(1), near + word.end(1))


def _extents(alignment: Alignment, context: Context) -> Iterator[tuple[int, int, int]]:
    """Give each token with where it stands; a type reaches from its first word to its last star."""
    for token, entries in groupby(aligned(alignment), key=lambda entry: entry.token):
        found = list(entries)
        declared = context.metavariables.get(context.tokens[token].text) if token in context.tokens else None
        if declared is not None and declared.kind == "type":
            yield token, min(e.start for e in found), max(e.end for e in found)
        else:
            yield from ((token, e.start, e.end) for e in found)


def _merge(parts: list[frozenset[Bindings]]) -> frozenset[Bindings]:
    """All of the parts at once: values must agree, positions are united.

    Parts that bind one metavariable differently (two turns of a nest) stay apart, each with all that agrees
    with it.
    """
    merged: dict[Bindings, tuple[Bindings, ...]] = {(): ()}  # what was united, by what came of it
    for part in parts:
        if part == {()}:
            continue
        following: dict[Bindings, tuple[Bindings, ...]] = {}
        unused = set(part)
        for old, of in merged.items():
            fitting = [new for new in part if _fits(old, new)]
            unused.difference_update(fitting)
            following |= {_unite(old, new): (*of, new) for new in fitting}
            if not fitting:
                following[old] = of
        for new in unused:
            following |= _largest({tuple(b for b in of if _fits(b, new)) for of in merged.values()}, new)
        merged = following
    return frozenset(merged)


def _largest(choices: set[tuple[Bindings, ...]], new: Bindings) -> dict[Bindings, tuple[Bindings, ...]]:
    """Unite what was bound elsewhere with ``new``, as far as it is not part of another choice."""
    sets = {frozenset(choice) for choice in choices}
    kept = (choice for choice in choices if not any(frozenset(choice) < other for other in sets))
    return {reduce(_unite, choice, new): (*choice, new) for choice in kept}


def _fits(a: Bindings, b: Bindings) -> bool:
    old = dict(a)
    return all(isinstance(value, Positions) or old.get(name, value) == value for name, value in b)


def _unite(a: Bindings, b: Bindings) -> Bindings:
    united = dict(a)
    for name, value in b:
        old = united.get(name)
        if isinstance(value, Positions) and isinstance(old, Positions):
            value = Positions(old.places | value.places)
        united[name] = value
    return tuple(sorted(united.items()))
