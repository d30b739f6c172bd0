# SPDX-License-Identifier: GPL-2.0-or-later
"""Which outcomes the tests of pointers can have, by data flow over the control-flow graph.

::

    vma = lookup(mm, addr);
    if (!vma)                 outcomes True, False
            goto out;
    if (vma && ready(vma))    the operand ``vma`` has only True

A pointer is NULL, not NULL, or either. Known are assignments of NULL, of an address, and of another
pointer; a call gives either; conditions refine on their branches, inside ``&&``, ``||`` and ``?:`` too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from rewriter.analysis.values import EITHER, NULL, OTHER, Evaluator, State, join
from rewriter.analysis.variables import Variables, variables_of
from rewriter.cfg.graph import ControlFlowGraph, Point, header
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, leaves


@dataclass(frozen=True, slots=True)
class PointerTest:
    """The smallest operand that tests a pointer variable: ``vma``, ``!vma``, ``vma == NULL``.

    ``outcomes`` are the truth values the operand can have there, empty where control never comes.
    """

    span: Span
    text: str
    variable: str
    outcomes: frozenset[bool]


@dataclass(frozen=True, slots=True)
class FixedTest:
    """A test with both outcomes before a change and one after it; ``span`` is in the text before."""

    span: Span
    text: str
    variable: str
    value: bool


@dataclass(frozen=True, slots=True)
class _Flow:
    """The result of the analysis: the state each point is entered with, and the tests."""

    entered: list[State]
    tests: tuple[PointerTest, ...]


def pointer_tests(graph: ControlFlowGraph) -> tuple[PointerTest, ...]:
    """List the tests of pointer variables in a function in source order, with their possible outcomes."""
    return _analyse(graph).tests


def constant_now(
    before: ControlFlowGraph, after: ControlFlowGraph, map_offset: Callable[[int], int]
) -> tuple[FixedTest, ...]:
    """List the tests that a change from ``before`` to ``after`` made constant, in source order.

    ``map_offset`` takes a byte offset in the text after to the one in the text before, or to a negative
    number where the text is new. A test that the change removed, or that can no longer be reached, is not
    in the list; for the latter see `unreachable_now`.
    """
    old = {(test.span.start, test.text): test for test in pointer_tests(before)}
    fixed = []
    for test in pointer_tests(after):
        was = old.get((map_offset(test.span.start), test.text))
        if was is not None and len(was.outcomes) == 2 and len(test.outcomes) == 1:
            fixed.append(FixedTest(was.span, was.text, was.variable, next(iter(test.outcomes))))
    return tuple(sorted(fixed, key=lambda test: test.span))


def unreachable_now(
    before: ControlFlowGraph, after: ControlFlowGraph, map_offset: Callable[[int], int]
) -> tuple[Span, ...]:
    """List the statements, as spans in the text before, that a change left in place but out of reach.

    ``map_offset`` is as for `constant_now`. A statement inside another that is listed is left out.
    """
    old = {n.start: n.span for n in _reachable(before, True)}
    lost = sorted(
        {old[at] for node in _reachable(after, False) if (at := map_offset(node.start)) in old},
        key=lambda span: (span.start, -span.end),
    )
    outer: list[Span] = []
    for span in lost:
        if not outer or not outer[-1].covers(span):
            outer.append(span)
    return tuple(outer)


def narrowed_now(
    before: ControlFlowGraph, after: ControlFlowGraph, map_offset: Callable[[int], int]
) -> frozenset[str]:
    """Name the pointers that could be NULL in some statement before a change and no longer can there.

    ``map_offset`` is as for `constant_now`.
    """
    old = {node.start: state for node, state in _states(before) if state is not None}
    names: set[str] = set()
    for node, state in _states(after):
        was = old.get(map_offset(node.start))
        if state is not None and was is not None:
            names |= {n for n, value in state.items() if value == OTHER and was.get(n, EITHER) & NULL}
    return frozenset(names)


def points_when_null(
    graph: ControlFlowGraph, call: Node, stop: Callable[[Point], bool] = lambda point: False
) -> tuple[int, ...]:
    """List the points that can be reached after ``call``, a node of the graph's function, gave NULL.

    Paths end at the points for which ``stop`` is true; those points are in the list. The point of the call
    itself is not, unless a path comes back to it.
    """
    variables = variables_of(graph.function)
    before = _analyse(graph).entered
    evaluator = Evaluator(variables, {(call.start, call.end)})
    reached: set[int] = set()
    states: list[State] = [None] * len(graph.points)
    around: list[State] = [None] * len(graph.points)
    pending = []
    for point in graph.points:
        if _holds(point, call):
            states[point.id] = before[point.id]
            pending.append(point.id)
    starts = set(pending)
    while pending:
        point = graph.points[pending.pop()]
        if stop(point) and point.id not in starts:
            continue
        for target, state in _leave(point, graph, variables, evaluator, states, around):
            if state is None:
                continue
            again = point.id > target and graph.points[target].kind == "for"
            slots = around if again else states
            joined = join(slots[target], state)
            if target not in reached or joined != slots[target]:
                slots[target] = joined
                reached.add(target)
                pending.append(target)
    return tuple(sorted(reached))


def unreached(graph: ControlFlowGraph, null_calls: Collection[tuple[int, int]] = ()) -> frozenset[int]:
    """List the points control cannot come to, for what is known of pointers.

    ``null_calls`` are calls, as (start, end) in bytes, that are taken to give NULL or 0.
    """
    entered = _analyse(graph, null_calls).entered
    return frozenset(p.id for p in graph.points if entered[p.id] is None)


def _holds(point: Point, call: Node) -> bool:
    if point.node is None or point.artificial or point.kind in ("{", "}", "function"):
        return False
    return any(part.span.covers(call.span) for part in header(point.node))


def _states(graph: ControlFlowGraph) -> list[tuple[Node, State]]:
    """The statements of a function with the state each is entered with."""
    entered = _analyse(graph).entered
    return [
        (p.node, entered[p.id])
        for p in graph.points
        if p.node is not None and not p.artificial and p.kind not in ("{", "}", "function")
    ]


def _reachable(graph: ControlFlowGraph, wanted: bool) -> list[Node]:
    return [node for node, state in _states(graph) if (state is not None) == wanted]


def _analyse(graph: ControlFlowGraph, null_calls: Collection[tuple[int, int]] = ()) -> _Flow:
    variables = variables_of(graph.function)
    evaluator = Evaluator(variables, null_calls)
    entered: list[State] = [None] * len(graph.points)
    # For a `for` the way in and the way round are kept apart: only the former runs the initializer.
    around: list[State] = [None] * len(graph.points)
    entered[graph.enter] = {}
    pending = [graph.enter]
    while pending:
        point = graph.points[pending.pop()]
        for target, state in _leave(point, graph, variables, evaluator, entered, around):
            if state is None:
                continue
            to = graph.points[target]
            slots = around if to.kind == "for" and point.id > target else entered
            joined = join(slots[target], state)
            if joined != slots[target]:
                slots[target] = joined
                pending.append(target)
    for point in graph.points:
        if entered[point.id] is None:
            _leave(point, graph, variables, evaluator, entered, around)
    tests = [
        PointerTest(Span(*place), _written(test.node), test.variable, frozenset(test.outcomes))
        for place, test in sorted(evaluator.tests.items())
    ]
    return _Flow(entered, tuple(tests))


def _leave(
    point: Point,
    graph: ControlFlowGraph,
    variables: Variables,
    evaluator: Evaluator,
    entered: list[State],
    around: list[State],
) -> list[tuple[int, State]]:
    """Give the state on each edge out of ``point``."""
    state = entered[point.id]
    node = point.node
    if node is None or point.artificial or point.kind in ("{", "function", "label", "goto"):
        return [(target, state) for target in point.successors]
    match point.kind:
        case "}":
            names = variables.by_block.get(node.start, frozenset())
            state = None if state is None else {n: v for n, v in state.items() if n not in names}
        case "if" | "while" | "do tail":
            return _parted(point, graph, evaluator, node.child("condition"), state)
        case "for":
            for first in (n for n in node.children if n.field == "initializer"):
                state, _ = evaluator.evaluate(first, state)
            again = around[point.id]
            for step in (n for n in node.children if n.field == "update"):
                again, _ = evaluator.evaluate(step, again)
            return _parted(point, graph, evaluator, node.child("condition"), join(state, again))
        case "iterator":
            arguments = node.child("arguments")
            assert arguments is not None
            state, _ = evaluator.evaluate(arguments, state)
            # A loop macro sets some of the variables it names; which ones its name does not tell.
            named = {n.text for n in arguments.children if n.kind == "identifier"}
            state = None if state is None else {n: v for n, v in state.items() if n not in named}
        case _:
            if node.kind != "do_statement":
                for part in header(node):
                    state, _ = evaluator.evaluate(part, state)
    return [(target, state) for target in point.successors]


def _parted(
    point: Point, graph: ControlFlowGraph, evaluator: Evaluator, condition: Node | None, state: State
) -> list[tuple[int, State]]:
    yes, no = evaluator.branch(condition, state) if condition is not None else (state, None)
    return [
        (target, yes if graph.points[target].kind in ("then", "in loop") else no)
        for target in point.successors
    ]


def _written(node: Node) -> str:
    """Give the operand as written, each stretch of blanks and comments as one blank."""
    text = ""
    end = node.start
    for leaf in leaves(node):
        text += (" " if leaf.start > end else "") + leaf.text
        end = leaf.end
    return text
