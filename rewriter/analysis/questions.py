# SPDX-License-Identifier: GPL-2.0-or-later
"""The questions patterns may ask about code beyond the function at hand; one `Analysis` serves a whole run.

``Analysis(root, read).waits_for("mmap_lock", "do_page_fault", "arch/arm/mm/fault.c").value`` is ``yes``.
"""

from __future__ import annotations

from dataclasses import replace

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.callbacks import Callbacks
from rewriter.analysis.calls import Facts, calls_at, carriers
from rewriter.analysis.definitions import Definitions
from rewriter.analysis.fallback import fallback_waits, name_of
from rewriter.analysis.held import Held, HeldFlow
from rewriter.analysis.index import Reader
from rewriter.analysis.lexical import Call, words_of
from rewriter.analysis.primitives import Primitives
from rewriter.analysis.sleeps import Sleeps
from rewriter.analysis.waits import Waits, strongest
from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.syntax.tree import Node


class Analysis:
    """Answers questions over one tree; everything learnt is kept, so share one object among patterns.

    ``root`` is the tree's directory, None to know only the files asked about; ``read`` gives a file's bytes
    by its path relative to the root and may raise `rewriter.source.files.ReadError`.
    """

    def __init__(self, root: str | None, read: Reader, primitives: Primitives | None = None) -> None:
        self.primitives = primitives or Primitives.default()
        self.definitions = Definitions(root, read)
        self._waits: dict[tuple[str, bool], Waits] = {}
        self._sleeps = Sleeps(self.primitives, self.definitions)
        self._callbacks = Callbacks(self.primitives, self.definitions)
        self._last: HeldFlow | None = None  # questions about one function come together
        self._answers: dict[tuple[str, str, str], Answer] = {}

    def waits_for(self, lock: str, function: str, file: str) -> Answer:
        """Tell whether calling ``function`` from ``file`` may wait for ``lock``, itself or through callees.

        Of several definitions one that waits is enough. Raises KeyError for a lock that no table has.
        """
        key = lock, function, file
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = self._waits_for(lock, function, file)
        return known

    def _waits_for(self, lock: str, function: str, file: str) -> Answer:
        waits = self._waits_of(lock)
        if function in waits.lock.waits:
            step = Step("wait", file, 1, function)
            return Answer("yes", (step,), f"{function} waits for {lock}: {waits.lock.waits[function]}")
        if function in self.primitives.leaves:
            return Answer("no", (), f"{function} does not wait for {lock}")
        definitions = self.definitions.find(function, file)
        if not definitions:
            return Answer("unknown", (), f"{function} is not defined in the tree")
        answers = [
            waits.search(definition, frozenset(range(len(waits.facts(definition).parameters))))
            for definition in definitions
        ]
        return strongest(answers)

    def call_waits_for(self, lock: str, call: Call, file: str, owner: str, line: int = 0) -> Answer:
        """Tell whether one call may wait for the ``lock`` of ``owner``, an expression such as ``alloc->mm``.

        A call that is neither given the owner, or what it was reached from, nor yields what the lock
        protects answers no: it cannot be a way to get the lock. ``line`` is the call's; where it is given,
        other names for the owner in the function there are known too.
        """
        by = words_of(owner)
        if line > 0:
            around = self.definitions.around(file, self.definitions.offset(file, line + 1) - 1)
            by = carriers(owner, self.definitions.text(file)[around.start : around.end])
        return self._waits_of(lock).at_call(call, file, owner, line, by)

    def fallback_waits(
        self,
        lock: str,
        graph: ControlFlowGraph,
        call: Node,
        file: str,
        owner: str,
        variable: str,
        tries: bool = False,
    ) -> Answer:
        """Tell whether a path waits for the ``lock`` of ``owner`` after ``call`` gave NULL to ``variable``.

        ``call`` is a call_expression of the graph's function, whose offsets are those of ``file``;
        ``variable`` is "" where the result goes elsewhere. An answer "unknown" names a call that could be
        the fallback. With ``tries`` it is attempts to get the lock without waiting that are looked for.
        """

        def line_of(offset: int) -> int:
            return self.definitions.line(file, offset)

        waits = self._waits_of(lock, tries)
        return fallback_waits(waits, graph, call, file, owner, variable, line_of)

    def may_sleep(self, function: str, file: str) -> Answer:
        """Tell whether calling ``function`` from ``file`` may sleep; "no" says that nothing known does.

        The answer is "unknown" for a function that is defined nowhere and is in no table.
        """
        call = Call(function, (), False, "", 0)
        why = self._sleeps.why(call)
        if why:
            return Answer("yes", (Step("sleep", file, 1, function),), f"{function} may sleep: {why}")
        definitions = self.definitions.find(function, file)
        if function in self.primitives.leaves:
            return Answer("no", (), f"{function} does not sleep")
        if not definitions:
            return Answer("unknown", (), f"{function} is not defined in the tree")
        return strongest([self._sleeps.search(definition) for definition in definitions])

    def held_at(self, graph: ControlFlowGraph, point: Point, file: str) -> tuple[Held, ...]:
        """Give what is held when ``point`` is entered, on some path or (``must``) on every one."""
        return self._flow(graph, file).at(point)

    def callbacks(self, function: str, file: str) -> tuple[Step, ...]:
        """Give the places that register ``function``, or those it is called by, as callbacks."""
        return tuple(registration.step for registration in self._callbacks.of(function, file))

    def trylocks(self, graph: ControlFlowGraph, file: str) -> tuple[Step, ...]:
        """Give the calls of the graph's function that try to take a lock and do not wait for it."""
        tries = {name for lock in self.primitives.locks.values() for name in lock.tries}
        tries |= {name for hold in self.primitives.holds for name in hold.tries}
        found = []
        for point in graph.points:
            for call in calls_at(point):
                if (call.name in tries or call.name.endswith("_trylock")) and not call.member:
                    assert point.node is not None
                    line = self.definitions.line(file, point.node.start)
                    found.append(Step("trylock", file, line, f"{call.name}({', '.join(call.arguments)})"))
        return tuple(found)

    def cannot_wait(self, graph: ControlFlowGraph, point: Point, file: str) -> tuple[Step, ...]:
        """Give what speaks for a point's not being able to wait, in the order of weight.

        That is what is held there and must not be slept with, the function's being a callback, and the
        locks that it tries to take instead of waiting.
        """
        held = [one.step for one in self.held_at(graph, point, file) if not one.sleepable]
        known = {(step.line, step.text) for step in held}
        others = (*self.callbacks(name_of(graph.function), file), *self.trylocks(graph, file))
        return (*held, *(step for step in others if (step.line, step.text) not in known))

    def can_sleep_before(self, graph: ControlFlowGraph, point: Point, file: str) -> Answer:
        """Tell whether a call that may sleep is made on the way to ``point`` with nothing atomic held.

        "unknown" is a call before which something atomic is held on some paths only.
        """
        flow = self._flow(graph, file)
        doubt: Answer | None = None
        for number in sorted(before(graph, point)):
            if flow.entered[number] is None:
                continue
            at = graph.points[number]
            for call, held in flow.before_calls(at):
                assert at.node is not None
                atomic = [one for one in held if not one.sleepable]
                if any(one.must for one in atomic):
                    continue
                answer = self._sleeps.at_call(call, file, self.definitions.line(file, at.node.start))
                if answer.value == "yes":
                    if not atomic:
                        return answer
                    doubt = (
                        doubt
                        if doubt is not None
                        else Answer(
                            "unknown", answer.steps, f"{answer.reason}, if {atomic[0].step.text} did not run"
                        )
                    )
        return (
            doubt
            if doubt is not None
            else Answer("no", (), "no call on the way is known to sleep with nothing atomic held")
        )

    def _flow(self, graph: ControlFlowGraph, file: str) -> HeldFlow:
        if self._last is None or self._last.graph is not graph:
            first = tuple(
                Held(r.callback.holds, "", False, True, r.step, graph.function.span, announced=True)
                for r in self._callbacks.direct(name_of(graph.function), file)
                if r.callback.holds
            )
            self._last = HeldFlow(graph, file, self.primitives, self.definitions, first).run()
        return self._last

    def facts(self, function: str, file: str) -> tuple[Facts, ...]:
        """Give the calls and flows of each definition of ``function`` that ``file`` can reach."""
        waits = self._waits_of(next(iter(self.primitives.locks)))
        return tuple(waits.facts(d) for d in self.definitions.find(function, file))

    def _waits_of(self, lock: str, tries: bool = False) -> Waits:
        known = self._waits.get((lock, tries))
        if known is None:
            table, primitives, kind = self.primitives.locks[lock], self.primitives, "wait"
            if tries:
                table = replace(table, waits=table.tries, guards=frozenset())
                primitives = replace(primitives, waits_by_member=primitives.tries_by_member)
                kind = "trylock"
            known = self._waits[lock, tries] = Waits(table, primitives, self.definitions, kind)
        return known


def before(graph: ControlFlowGraph, point: Point) -> frozenset[int]:
    """Give the points from which ``point`` can be reached, itself only where it is in a loop."""
    seen: set[int] = set()
    pending = list(point.predecessors)
    while pending:
        at = pending.pop()
        if at not in seen:
            seen.add(at)
            pending.extend(graph.points[at].predecessors)
    return frozenset(seen)
