# SPDX-License-Identifier: GPL-2.0-or-later
"""The questions patterns may ask about code beyond the function at hand; one `Analysis` serves a whole run.

``Analysis(root, read).waits_for("mmap_lock", "do_page_fault", "arch/arm/mm/fault.c").value`` is ``yes``.
"""

from __future__ import annotations

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.calls import Facts
from rewriter.analysis.definitions import Definitions
from rewriter.analysis.fallback import fallback_waits
from rewriter.analysis.index import Reader
from rewriter.analysis.lexical import Call
from rewriter.analysis.primitives import Primitives
from rewriter.analysis.waits import Waits, strongest
from rewriter.cfg.graph import ControlFlowGraph
from rewriter.syntax.tree import Node


class Analysis:
    """Answers questions over one tree; everything learnt is kept, so share one object among patterns.

    ``root`` is the tree's directory, None to know only the files asked about; ``read`` gives a file's bytes
    by its path relative to the root and may raise `rewriter.source.files.ReadError`.
    """

    def __init__(self, root: str | None, read: Reader, primitives: Primitives | None = None) -> None:
        self.primitives = primitives or Primitives.default()
        self.definitions = Definitions(root, read)
        self._waits: dict[str, Waits] = {}
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
            return Answer("yes", (step,), waits.lock.waits[function])
        if function in self.primitives.leaves:
            return Answer("no", (), f"{function} does not wait for {lock}")
        definitions = self.definitions.find(function, file)
        if not definitions:
            return Answer("unknown", (), f"{function} is defined nowhere that was looked")
        answers = [
            waits.search(definition, frozenset(range(len(waits.facts(definition).parameters))))
            for definition in definitions
        ]
        return strongest(answers)

    def call_waits_for(self, lock: str, call: Call, file: str, owner: str, line: int = 0) -> Answer:
        """Tell whether one call may wait for the ``lock`` of ``owner``, an expression such as ``alloc->mm``.

        A call that is neither given the owner, or what it was reached from, nor yields what the lock
        protects answers no: it cannot be a way to get the lock. ``line`` is the call's, for the evidence.
        """
        return self._waits_of(lock).at_call(call, file, owner, line)

    def fallback_waits(
        self, lock: str, graph: ControlFlowGraph, call: Node, file: str, owner: str, variable: str
    ) -> Answer:
        """Tell whether a path waits for the ``lock`` of ``owner`` after ``call`` gave NULL to ``variable``.

        ``call`` is a call_expression of the graph's function, whose offsets are those of ``file``;
        ``variable`` is "" where the result goes elsewhere. An answer "unknown" names a call that could be the fallback.
        """

        def line_of(offset: int) -> int:
            return self.definitions.line(file, offset)

        return fallback_waits(self._waits_of(lock), graph, call, file, owner, variable, line_of)

    def facts(self, function: str, file: str) -> tuple[Facts, ...]:
        """Give the calls and flows of each definition of ``function`` that ``file`` can reach."""
        waits = self._waits_of(next(iter(self.primitives.locks)))
        return tuple(waits.facts(d) for d in self.definitions.find(function, file))

    def _waits_of(self, lock: str) -> Waits:
        known = self._waits.get(lock)
        if known is None:
            table = self.primitives.locks[lock]
            known = self._waits[lock] = Waits(table, self.primitives, self.definitions)
        return known
