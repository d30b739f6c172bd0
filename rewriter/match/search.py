# SPDX-License-Identifier: GPL-2.0-or-later
"""Search for a rule's steps along the paths of a control-flow graph.

`Search.at(step, point, environment)` gives the solutions of a step and all behind it: the bindings they
add, and a `Witness`. Results are memoised on the step, the point and the bindings that matter, and dots
cross a region of the graph once, to its frontier: never along one path after another. With *forall* every
path out of the region has to reach what follows the dots, or leave through an error exit; with *exists*
one path is enough. A loop that can be left is no counter-example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from rewriter.cfg.graph import ControlFlowGraph, Point, left_by_gotos
from rewriter.match.blocks import contents, within
from rewriter.match.braces import stands_as
from rewriter.match.cases import holds_cases, is_held, label, labelled, switch
from rewriter.match.choices import anywhere, pick
from rewriter.match.environment import Bindings, Brace, Environment
from rewriter.match.kinds import evaluated_in
from rewriter.match.pattern import header_nodes, headers
from rewriter.match.places import but_the_declarer, candidates, evaluated
from rewriter.match.returns import falls_off, is_bare_return
from rewriter.match.roots import can_begin
from rewriter.match.signature import signature, with_braces
from rewriter.match.solutions import Solutions, agree, braces
from rewriter.match.step import (
    AnyStatement,
    Branching,
    Cases,
    Close,
    Contents,
    Function,
    Labelled,
    Leave,
    Loop,
    Open,
    Pick,
    Simple,
    Skip,
    Step,
    Within,
    inner_steps,
)
from rewriter.match.term import Found, TermMatcher
from rewriter.match.ways import left_for
from rewriter.match.witness import NOTHING, Aligned, Alignment, Bind, Leaf, Witness, alternatives, join
from rewriter.smpl.term import Inner
from rewriter.syntax.tree import Node

#: Crosses the region of dots: (search, dots, points behind the step before, environment).
Cross = Callable[["Search", Skip, list[int], Environment], list[tuple[Bindings, Witness]]]


@dataclass(slots=True)
class Search:
    """The search of one rule in one graph; ``everywhere`` means forall."""

    graph: ControlFlowGraph
    matcher: TermMatcher
    everywhere: bool
    cross: Cross
    statements: TermMatcher = field(init=False)  # matches statements and headers
    expressions: TermMatcher = field(init=False)  # matches what stands anywhere, beside more of the rule
    _memo: dict[tuple[int, int, Bindings], Solutions] = field(default_factory=dict)
    _terms: dict[tuple[int, int, Bindings], Found] = field(default_factory=dict)
    _inside: dict[int, list[Node]] = field(default_factory=dict)
    _labelled_once: dict[int, Node] = field(default_factory=dict)
    _possible: dict[tuple[int, Bindings], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.statements = replace(self.matcher, ordered=False)
        self.expressions = replace(self.statements, varied=False)

    # --- steps ------------------------------------------------------------------------------------

    def at(self, step: Step, point: Point, env: Environment) -> Solutions:
        """Give the solutions of ``step`` and what follows it at ``point``."""
        if not can_begin(step, point) or (step.held and not is_held(self.graph, step, point, env)):
            return ()
        key = (id(step), point.id, env.restrict(step.free) + braces(env))
        found = self._memo.get(key)
        if found is None:
            self._memo[key] = ()  # a pattern that comes back to itself without progress does not match
            found = self._memo[key] = self._anchored(step, point, self._step(step, point, env))
        return found

    def _anchored(self, step: Step, point: Point, found: list[tuple[Bindings, Witness]]) -> Solutions:
        """Tie what an isomorphism dropped from a statement to the ends of the statement that matched."""
        if not step.anchors or point.node is None:
            return tuple(found)
        alignment: Alignment = None
        end = point.node.end - (point.kind == "}")
        start = end if point.kind == "}" else point.node.start  # a return may be the fall off the end
        for first, last in step.anchors:
            behind = end if self.matcher.context.removed(last) else start
            if last >= 0:
                alignment = (Aligned(last, behind, end), alignment)
            if first >= 0:
                alignment = (Aligned(first, start, start), alignment)
        return tuple((bindings, join([witness, Leaf(alignment, point.id)])) for bindings, witness in found)

    def possible(self, step: Step | None, env: Environment) -> bool:
        """Tell whether every term that has to match does so anywhere, whatever the others stand for.

        A pattern most of which matches often, but never all, would else be tried with all their bindings.
        """
        while step is not None:
            key = (id(step), env.restrict(step.free))
            if key not in self._possible:
                self._possible[key] = self._occurs(step, env)
            if not self._possible[key]:
                return False
            step = step.next
        return True

    def _occurs(self, step: Step, env: Environment) -> bool:
        """Tell whether a step alone, or a branch of it with all behind that, may match anywhere."""
        if isinstance(step, Pick):
            return (all if step.all_of else any)(self.possible(branch, env) for branch in step.branches)
        points = (p for p in self.graph.points if can_begin(step, p))
        first = list(islice(points, 1))
        within = bool(first) and all(self.possible(part, env) for part in inner_steps(step))
        if not (within and isinstance(step, Simple)):
            return within
        free = env.without([name for name, _ in braces(env)])  # in whatever loop
        return any(self.simple(step, p, free) for p in chain(first, points))

    def holds(self, step: Step, point: Point, env: Environment) -> bool:
        """Tell whether there is any solution."""
        return bool(self.at(step, point, env))

    def _step(self, step: Step, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
        match step:
            case Simple():
                found = self.simple(step, point, env)
                if point.kind == "}" or (point.jumps_from >= 0 and not step.around):
                    return self._fallen_off(step, point, found, env)
                return self._then(step, point, found, point.successors, env)
            case AnyStatement():
                return self._any_statement(step, point, env)
            case Branching():
                return self._branching(step, point, env)
            case Loop():
                return self._loop(step, point, env)
            case Cases():
                return switch(self, step, point, env)
            case Open():
                return self._open(step, point, env)
            case Close():
                return self._close(step, point, env)
            case Function():
                return self._function(step, point, env)
            case Labelled():
                return self._then(step, point, label(self, step, point, env), point.successors, env)
            case Within():
                return within(self, step, point, env)
            case Contents():
                return []  # it is all of a block, so it can only follow the block's brace
            case Leave():
                return [((), NOTHING)] if step.at_once or point.kind in ("exit", "error exit") else []
            case Pick():
                return pick(self, step, point, env)
            case Skip():
                return self._skip(step, [point.id], env)
            case _:
                raise AssertionError(step)

    def _then(
        self, step: Step, point: Point, found: Found, successors: list[int], env: Environment
    ) -> list[tuple[Bindings, Witness]]:
        """Go on from every match of a step's own term at ``point``."""
        results: list[tuple[Bindings, Witness]] = []
        for e, alignment in found:
            results += self.follow(step.next, Leaf(alignment, point.id), successors, e, env)
        return results

    def _fallen_off(
        self, step: Step, point: Point, found: Found, env: Environment
    ) -> list[tuple[Bindings, Witness]]:
        """Go on from a return that is the function's end, or from a jump: behind them nothing is missed."""
        following = step.next
        if not found or following is None or isinstance(following, Close):
            at = [point.id] if point.kind == "}" else point.successors
            return self._then(step, point, found, at, env)
        occurs = isinstance(following, Skip) and following.holds_past_the_end(self.everywhere)
        occurs = occurs or any(self.holds(following, p, env) for p in self.graph.points)
        return [(e.since(env), Leaf(done, point.id)) for e, done in found if occurs]

    def follow(
        self, following: Step | None, so_far: Witness, successors: list[int], e: Environment, env: Environment
    ) -> list[tuple[Bindings, Witness]]:
        """Go on from a match of a step to the step behind it, None at the end of a pattern."""
        if following is None:
            return [(e.since(env), so_far)]
        if isinstance(following, Skip):
            ways = self._skip(following, successors, e)
        else:
            ways = self._next(following, successors, e, self.everywhere)
        return [(e.extend(d).since(env), join([so_far, w])) for d, w in ways]

    def _next(
        self, step: Step, successors: list[int], env: Environment, everywhere: bool
    ) -> list[tuple[Bindings, Witness]]:
        """AX or EX: ``step`` at all, or at one, of the successors."""
        each = [self.own(step, p, env, step.keep) for p in successors]
        if not everywhere:
            return [solution for solutions in each for solution in solutions]
        if not each or not all(each):
            return []
        return agree(each)

    def own(self, step: Step, point: int, env: Environment, keep: frozenset[str]) -> Solutions:
        """Solutions with the bindings nobody else needs folded into the witness."""
        grouped: dict[Bindings, list[Witness]] = {}
        for bindings, witness in self.at(step, self.graph.points[point], env):
            kept = tuple(b for b in bindings if b[0] in keep)
            own = tuple(b for b in bindings if b[0] not in keep)
            grouped.setdefault(kept, []).append(Bind(own, witness) if own else witness)
        return tuple((kept, alternatives(parts)) for kept, parts in grouped.items())

    # --- single points ----------------------------------------------------------------------------

    def simple(self, step: Simple, point: Point, env: Environment) -> Found:
        """Match a step's own term at a point, without what follows it."""
        if point.node is None or point.artificial or point.kind in ("{", "do"):
            return []
        if step.anywhere:
            if point.kind == "}":
                return []
            matcher = self.matcher if step.whole else self.expressions
            return anywhere(step, self._candidates(step.level, point), matcher, env)
        if point.kind == "}" and is_bare_return(step.term):
            return falls_off(self.graph, self.matcher, step, point, env)
        if point.kind in ("}", "if", "while", "for", "iterator", "do tail", "switch", "function", "label"):
            return []
        if step.around and env.get(step.around) not in (None, Brace(point.jumps_from)):
            return []
        return self.statements.match(step.term, point.node, env)

    def _candidates(self, level: str, point: Point) -> list[Node]:
        """What an expression, a type or a name can be at a point."""
        found = self._evaluated(point) if level == "expression" else candidates(level, point)
        return but_the_declarer(found, self.graph.function)

    def _evaluated(self, point: Point) -> list[Node]:
        found = self._inside.get(point.id)
        if found is None:
            found = [n for part in evaluated(point) for n in evaluated_in(part)]
            self._inside[point.id] = found
        return found

    def _any_statement(
        self, step: AnyStatement, point: Point, env: Environment
    ) -> list[tuple[Bindings, Witness]]:
        node = point.node
        function = self.graph.function  # a macro call at top level, which declares something, is one as well
        if node in (None, function, function.child("body")) or holds_cases(self.graph, point):
            return []
        if point.kind in ("case", "default"):
            node = self._labelled_once.setdefault(point.id, labelled(self.graph, point))
        found = self.matcher.match(step.term, node, env)
        behind = self.behind(point)
        if behind or not found or not isinstance(step.next, Skip):
            return self._then(step, point, found, behind, env)
        # Dots go on wherever a jump out of the statement leads; one of them will do.
        ways = (self._then(step, point, found, [at], env) for at in left_for(self.graph, point))
        return [way for each in ways for way in each]

    def behind(self, point: Point) -> list[int]:
        """Where execution goes on after the statement that starts at ``point``."""
        if point.kind in ("if", "while", "for", "iterator", "do", "switch", "{"):
            return self.graph.points[point.after].successors if point.after >= 0 else []
        return point.successors

    def header(self, term: Inner, point: Point, env: Environment) -> Found:
        """Match the parts of a compound statement that belong to its own point."""
        assert point.node is not None
        if point.node.kind != term.kind:
            return []
        return self.statements.children(headers(term).terms, header_nodes(point.node), env, None)

    # --- compound statements ----------------------------------------------------------------------

    def _branching(self, step: Branching, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
        if point.kind != "if" or point.node is None:
            return []
        clause = point.node.child("alternative")
        if (clause is None) != (step.other is None):
            return []
        arms = [self.graph.points[s] for s in point.successors]
        results: list[tuple[Bindings, Witness]] = []
        for e, alignment in self.header(step.term, point, env):
            if step.else_token is not None and clause is not None:
                ends = self.matcher.match(step.else_token, clause.children[0], e, alignment)
                if not ends:
                    continue
                e, alignment = ends[0]
            ways: list[tuple[Environment, Witness]] = [(e, Leaf(alignment, point.id))]
            ways = self._into(step.then, arms[0].successors, ways)
            if step.other is not None:
                ways = self._into(step.other, arms[1].successors, ways)
            for way, witness in ways:
                results += self._leave(step, point, way, witness, env)
        return results

    def _into(
        self, step: Step, starts: list[int], ways: list[tuple[Environment, Witness]]
    ) -> list[tuple[Environment, Witness]]:
        """Extend each way by the solutions of a branch."""
        return [
            (e.extend(d), join([w, more]))
            for e, w in ways
            for d, more in (
                self._skip(step, starts, e) if isinstance(step, Skip) else self._next(step, starts, e, True)
            )
        ]

    def _leave(
        self, step: Step, point: Point, e: Environment, so_far: Witness, env: Environment
    ) -> list[tuple[Bindings, Witness]]:
        """Go on behind a compound statement."""
        return self.follow(step.next, so_far, self.behind(point), e, env)

    def _loop(self, step: Loop, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
        node = point.node
        if node is None or point.kind not in ("while", "for", "iterator", "do", "switch"):
            return []
        inside = [s for s in point.successors if self.graph.points[s].kind in ("in loop", "{")]
        if point.kind == "do":
            starts = point.successors
        elif point.kind == "switch":
            starts = inside
        else:
            starts = self.graph.points[inside[0]].successors if inside else []
        results: list[tuple[Bindings, Witness]] = []
        for found, alignment in self.header(step.term, point, env):
            e = found.extend(((step.number, Brace(point.id)),))
            for way, witness in self._into(step.body, starts, [(e, Leaf(alignment, point.id))]):
                results += self._leave(step, point, way, witness, env)
        return results

    def _open(self, step: Open, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
        if point.kind == "goto" and isinstance(step.elsewhere, Skip):
            if step.term.token.id in self.matcher.context.plus:  # there is no brace to add it behind
                return []
            return self._skip(step.elsewhere, [point.id], env)
        if point.kind != "{" or point.node is None:
            return []
        if step.excluded and stands_as(self.graph, point) in step.excluded:
            return []
        found = self.matcher.match(step.term, point.node.children[0], env)
        results: list[tuple[Bindings, Witness]]
        if step.elsewhere is not None and left_by_gotos(self.graph, point):
            results = []
            for e, alignment in found:
                results += self.follow(step.elsewhere, Leaf(alignment, point.id), point.successors, e, env)
            return results
        if step.hollow:
            close = step.next.next if isinstance(step.next, Skip) else None
            assert isinstance(close, Close)
            results = []
            for e, alignment in found:
                results += self.follow(close.next, Leaf(alignment, point.id), self.behind(point), e, env)
            return results
        numbered: Found = []
        for e, alignment in found:
            bound = e.bind(step.brace, Brace(point.brace))
            if bound is not None:
                numbered.append((bound, alignment))
        if isinstance(step.next, Contents):
            return contents(self, step.next, point, numbered, env)
        return self._then(step, point, numbered, point.successors, env)

    def _close(self, step: Close, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
        # Blocks inside this one may end there, too.
        inner = not step.of_cases or "return" in [self.graph.points[p].kind for p in point.predecessors]
        while inner and point.kind == "}" and env.get(step.brace) != Brace(point.brace) and point.successors:
            point = self.graph.points[point.successors[0]]
        if step.behind_return and point.behind_else:
            return []
        if point.kind != "}" or point.node is None or env.get(step.brace) != Brace(point.brace):
            return []
        found = self.matcher.match(step.term, point.node.children[-1], env)
        return self._then(step, point, found, point.successors, env)

    def _function(self, step: Function, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
        if point.kind != "function" or point.node is None:
            return []
        terms = tuple(c for c in step.term.children if c.role != "body")
        nodes = [n for n in point.node.children if n.field != "body" and n.kind != "declaration"]
        matcher = replace(self.matcher, context=with_braces(self.matcher.context, step.term))
        found = signature(matcher, terms, nodes, env)
        return self._then(step, point, found, point.successors, env)

    def _skip(self, step: Skip, starts: list[int], env: Environment) -> list[tuple[Bindings, Witness]]:
        return self.cross(self, step, starts, env)
