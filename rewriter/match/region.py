# SPDX-License-Identifier: GPL-2.0-or-later
"""Dots: the region of a graph between two steps, crossed once.

From the points behind the step before, the region goes on through every point that the dots may skip,
and ends at its frontier: the points where the step after matches. A point may not be skipped when the
step before or the step after matches there (shortest path, unless ``when any``) or a ``when`` forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rewriter.cfg.graph import Point
from rewriter.match.crossing import Crossing, Leaving
from rewriter.match.environment import Bindings, Brace, Environment
from rewriter.match.search import Search
from rewriter.match.skipped import skipped
from rewriter.match.solutions import Solutions
from rewriter.match.step import (
    AnyStatement,
    Branching,
    Cases,
    Close,
    Function,
    Labelled,
    Leave,
    Loop,
    Open,
    Pick,
    Simple,
    Skip,
    Step,
)
from rewriter.match.ways import before, can_leave, reachable
from rewriter.match.whens import allows
from rewriter.match.witness import Witness, alternatives, join

Way = tuple[Bindings, Witness]


def cross(search: Search, step: Skip, starts: list[int], env: Environment) -> list[Way]:
    """Give the solutions of dots and all behind them, from the points ``starts`` on."""
    return Region(search, step, env).solve(starts)


@dataclass(slots=True)
class Region:
    """The region of one dots under one environment."""

    search: Search
    step: Skip
    env: Environment
    _targets: dict[int, Solutions] = field(default_factory=dict)
    _before: tuple[Environment, set[int]] | None = None

    def solve(self, starts: list[int]) -> list[Way]:
        """Give the solutions of the dots and all behind them."""
        following = self.step.next
        # The walk below looks for what follows the dots; what is behind that may be impossible by now.
        if following is not None and not self.search.possible(following.next, self.env):
            return []
        everywhere = self._everywhere
        ways: list[Way] = []
        for shared in self._choices(starts):
            env = self.env.extend(shared)
            ways += [(shared, w) for w in self._cross(starts, env, shared, everywhere)]
        if not ways and everywhere and self._any_on_each_way():
            ways = [((), w) for w in self._cross(starts, self.env, (), everywhere)]
        return ways

    @property
    def _everywhere(self) -> bool:
        given = self.step.quantifier
        return given == "forall" if given else self.search.everywhere

    def _any_on_each_way(self) -> bool:
        """Whether what follows is a statement that nobody else asks for: each way may come to another."""
        following = self.step.next
        return isinstance(following, AnyStatement) and following.term.name not in following.shared

    # --- bindings shared with others --------------------------------------------------------------

    def _shared_names(self) -> frozenset[str]:
        """Variables bound behind the dots that the whens, the nest or somebody further out need too."""
        following = self.step.next
        assert following is not None
        names = following.exported & following.free
        if isinstance(following, AnyStatement):  # any of the statements there are, not only the first
            names |= {following.term.name}
        for condition in self.step.conditions:
            names |= condition.free & following.free
        if self.step.inside is not None:
            names |= self.step.inside.free & following.free
        return frozenset(n for n in names if n not in self.env)

    def _choices(self, starts: list[int]) -> list[Bindings]:
        """The values the shared variables may take; one empty choice when there are none."""
        names = self._shared_names()
        found: dict[Bindings, None] = {} if names else {(): None}
        for point in reachable(self.search.graph, starts) if names else ():
            for bindings, _ in self._target(point, names):
                found.setdefault(tuple(b for b in bindings if b[0] in names), None)
        return self._with_nest(list(found), starts)

    def _with_nest(self, choices: list[Bindings], starts: list[int]) -> list[Bindings]:
        """Add the values, as the nest binds them, of what its own whens or somebody further out need too."""
        inside = self.step.inside
        if inside is None:
            return choices
        asked = (self.step.keep | self.step.unsettled).union(*(c.free for c in self.step.conditions))
        known = {name for bound in (self.env.items(), *choices) for name, _ in bound}
        names = (asked & inside.free) - known
        if not names:
            return choices
        passed = names <= self.step.unsettled  # what nobody else needs is bound by what the dots pass
        anywhere = [] if passed else reachable(self.search.graph, starts)
        found: dict[Bindings, None] = {}
        for shared in choices:
            env = self.env.extend(shared)
            points = self._walk(starts, env, shared, self._everywhere).order if passed else anywhere
            for point in points:
                for bindings, _ in self.search.own(inside, point, env, names):
                    found.setdefault(tuple(sorted((*shared, *bindings))), None)
        return list(found) or choices

    def _target(self, point: int, names: frozenset[str]) -> Solutions:
        """Solutions of the step after the dots at ``point``, in the region's own environment."""
        if point not in self._targets:
            following = self.step.next
            assert following is not None
            self._targets[point] = self.search.own(following, point, self.env, following.keep | names)
        return self._targets[point]

    # --- the walk ---------------------------------------------------------------------------------

    @property
    def _passes_on(self) -> bool:
        """Whether the dots also go on past what follows them: any of the statements there are."""
        following = self.step.next
        branches = following.branches if isinstance(following, Pick) else [following]
        return self.step.any or any(isinstance(branch, AnyStatement) for branch in branches)

    def _cross(
        self, starts: list[int], env: Environment, shared: Bindings, everywhere: bool
    ) -> list[Witness]:
        crossing = self._walk(starts, env, shared, everywhere)
        if crossing.failed:
            return []
        # A value is that of what is come to; what does without it is another choice.
        wanted = self._shared_names() & {name for name, _ in shared}
        if everywhere:
            if not can_leave(self.search.graph, set(crossing.order)):
                return []
            found = self._longer(crossing, env, shared) if self._passes_on else [crossing]
            found = [one for one in found if wanted <= frozenset[str]().union(*one.bound.values())]
            return [witness for one in found for witness in self._all_of(one, env)]
        crossing.frontier = {p: w for p, w in crossing.frontier.items() if wanted <= crossing.bound[p]}
        return self._each(crossing, env)

    def _all_of(self, crossing: Crossing, env: Environment) -> list[Witness]:
        """With forall: what lies on the ways to all of the frontier, and the frontier."""
        return self._together(crossing.order, crossing, env)

    def _together(self, way: list[int], crossing: Crossing, env: Environment) -> list[Witness]:
        """What lies on the way to all of the frontier, and the frontier; nothing if what must be is not."""
        nested = self._nested([*way, *self._ends(crossing)], env)
        if self.step.once and not nested:
            return []
        return [join([*nested, *self._skipped(way, crossing.frontier), *crossing.frontier.values()])]

    def _longer(self, shortest: Crossing, env: Environment, shared: Bindings) -> list[Crossing]:
        """Give the crossing, and those that go on past a point of its frontier."""
        points = self.search.graph.points
        found, passed = [shortest], set[int]()
        for crossing in found:
            for at in sorted(crossing.frontier.keys() - passed):
                passed.add(at)
                if not self._may_skip(points[at], env):
                    continue
                rest = self._walk(points[at].successors, env, shared, True)
                if rest.failed or not rest.frontier or not can_leave(self.search.graph, set(rest.order)):
                    continue
                others = {p: w for p, w in crossing.frontier.items() if p != at}
                bound = {p: crossing.bound[p] for p in others} | rest.bound
                order = [*crossing.order, at, *rest.order]
                found.append(Crossing(order, {**others, **rest.frontier}, bound))
        return found

    def _walk(self, starts: list[int], env: Environment, shared: Bindings, everywhere: bool) -> Crossing:
        points = self.search.graph.points
        names = frozenset(n for n, _ in shared)
        crossing = Crossing()
        leaving = Leaving()
        passes_by = everywhere and not self.step.strict and not self.step.is_all
        seen = set(starts)
        queue = list(dict.fromkeys(starts))
        if everywhere and not queue:
            crossing.failed = True
        while queue:
            at = queue.pop()
            point = points[at]
            if at in leaving.exits:
                continue
            reached = self._reached(at, shared, names)
            if reached:
                crossing.frontier[at] = alternatives([witness for _, witness in reached])
                crossing.bound[at] = frozenset(name for bindings, _ in reached for name, _ in bindings)
                if everywhere or not self._passes_on:
                    continue
            elif passes_by:
                exits = self._error_exit(point, env)
                if exits and self.step.inside is None:
                    continue
                leaving.add(point, exits)
            if not (self._passes(point, env) if at in leaving.points else self._may_skip(point, env)):
                if everywhere and not reached:
                    crossing.failed = True
                    return crossing
                continue
            if not point.successors and everywhere:
                crossing.failed = True
                return crossing
            crossing.order.append(at)
            for after in point.successors:
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        return crossing

    def _reached(self, point: int, shared: Bindings, names: frozenset[str]) -> list[Way]:
        """The solutions of the step after the dots at ``point`` with these shared values."""
        wanted = dict(shared)
        return [
            (bindings, w)
            for bindings, w in self._target(point, names)
            if all(wanted.get(n, v) == v for n, v in bindings)
        ]

    def _each(self, crossing: Crossing, env: Environment) -> list[Witness]:
        """With exists: one solution per point of the frontier, with what lies on the ways to it."""
        if isinstance(self.step.next, Close) and crossing.frontier:
            # All ends of the block are one: a block is left where it is left.
            way = crossing.order
            if self.step.once:
                leading = before(self.search.graph, crossing.frontier, set(way))
                way = [p for p in way if p in leading]
            return self._together(way, crossing, env)
        results: list[Witness] = []
        for target, witness in crossing.frontier.items():
            if self.step.inside is None and not self.step.marked:
                results.append(witness)
                continue
            leading = before(self.search.graph, [target], set(crossing.order))
            ways = [p for p in crossing.order if p in leading]
            nested = self._nested([*ways, *(p for p in self._ends(crossing) if p == target)], env)
            if nested or not self.step.once:
                results.append(join([*nested, *self._skipped(ways, (target,)), witness]))
        return results

    def _ends(self, crossing: Crossing) -> list[int]:
        """The closing braces the dots lead to: a nest's ``return`` may be the fall off the function's end.

        Not so what the nest has to find: it is before the end. Where the pattern adds something before its
        brace, or asks where it is, the brace is that one alone.
        """
        following, context = self.step.next, self.search.matcher.context
        brace = following.term.token.id if isinstance(following, Close) else -1
        if self.step.once or brace in context.led or context.attached(brace):
            return []
        points = self.search.graph.points
        return [p for p in crossing.frontier if points[p].kind == "}"]

    # --- what may be skipped ----------------------------------------------------------------------

    def _may_skip(self, point: Point, env: Environment) -> bool:
        step = self.step
        if not step.any and (
            (step.before is not None and self._head(step.before, point, env.without(step.loose), "}"))
            or (step.next is not None and self._head(step.next, point, env, "{"))
        ):
            return False
        return self._passes(point, env)

    def _passes(self, point: Point, env: Environment) -> bool:
        """Tell whether what is said of the dots allows a point, or the nest matches there."""
        step = self.step
        if point.kind == "{" and env.get(step.block) == Brace(point.brace):
            return False
        if all(allows(self.search, condition, point, env) for condition in step.conditions):
            return True
        return step.inside is not None and self.search.holds(step.inside, point, env)

    def _head(self, step: Step, point: Point, env: Environment, brace: str = "") -> bool:
        """Tell whether the first term of ``step`` alone matches here, of a block any such ``brace``."""
        search = self.search
        match step:
            case Simple():
                return bool(search.simple(step, point, env))
            case Open():
                return point.kind == brace
            case Cases() if point.kind == "{":
                return point.kind == brace
            case Close():
                return step.of_cases and point.kind == "}"
            case AnyStatement() | Leave() | Skip():
                return False
            case Branching() | Loop() | Cases():
                return search.holds(step.alone or step, point, env)
            case Labelled() | Function():
                return False
            case Pick():
                return any(self._head(b, point, env, brace) for b in step.branches)
            case _:
                return False

    # --- error exits ------------------------------------------------------------------------------

    def _error_exit(self, point: Point, env: Environment) -> set[int]:
        """Where a branch of an if is left that never falls out of it; none if what is wanted is in it.

        Dots pass such a branch by. A nest is also looked for in it, but not where it is left.
        """
        following = self.step.next
        assert following is not None
        if point.kind != "then" or not point.escapes or isinstance(following, Leave):
            return set()
        if self.step.inside is not None and isinstance(following, Close):
            return set()  # whoever leaves a block passes its end
        points = self.search.graph.points
        ends_function = isinstance(following, Close) and following.of_function and not self.step.marked
        branch = range(point.id + 1, point.branch_end)
        seen, exits = {point.id}, set[int]()
        stack = [point.id]
        while stack:
            at = points[stack.pop()]
            if at.id != point.id:
                if self.search.holds(following, at, env):
                    return set()
                jumps = at.kind in ("goto", "break") and not ends_function
                if jumps and at.id in self._before_target(following, env):
                    return set()
                manner = self.search.matcher.context.manner
                if manner.only_returns and at.kind in ("goto", "break", "continue"):
                    return set()
                if at.kind in ("return", "continue") and self._head(following, at, env):
                    return set()
                if at.kind in ("return", "continue", "goto", "break"):
                    exits.add(at.id)
                    continue
            for after in at.successors:
                if after not in branch:
                    return set()
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
        return exits

    def _before_target(self, following: Step, env: Environment) -> set[int]:
        """The points from which control can come to what follows the dots, or to the first thing of it."""
        if self._before is None or self._before[0] is not env:
            graph = self.search.graph
            wanted = [
                p.id
                for p in graph.points
                if self._head(following, p, env) or self.search.holds(following, p, env)
            ]
            self._before = (env, before(graph, wanted))
        return self._before[1]

    # --- nests ------------------------------------------------------------------------------------

    def _nested(self, region: list[int], env: Environment) -> list[Witness]:
        inside = self.step.inside
        if inside is None:
            return []
        found: list[Witness] = []
        for point in region:
            solutions = self.search.own(inside, point, env, frozenset())
            found += [witness for _, witness in solutions]
        return found

    def _skipped(self, region: list[int], frontier: Iterable[int]) -> list[Witness]:
        return skipped(self.search.graph, self.step.term.token, region, frontier)
