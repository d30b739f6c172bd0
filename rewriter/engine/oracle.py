# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers the questions that patterns ask about code (the ``analysis`` extension).

* ``expression call : waits_for(mmap_lock, mm)`` holds for a call that may wait for the ``mmap_lock`` of what
  ``mm`` stands for, itself or through what it calls;
* ``call : waits_if_null(mmap_lock, mm, vma)`` for a call whose result goes to ``vma``, when a path on which
  that is NULL waits;
* ``call : tries_if_null(mmap_lock, mm, vma)`` when a path on which that is NULL tries to get the lock without
  waiting, itself or through what it calls;
* ``call : in_atomic()`` for a call that is made while something is held that forbids to sleep;
* ``maybe_waits_for`` and ``maybe_waits_if_null`` hold where that cannot be told.

The answers are about the code as it was read, so rules that ask come before rules that change it. Each
keeps its evidence, which a script gets with ``rewriter.why(position)``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.lexical import Call, calls_in
from rewriter.analysis.questions import Analysis
from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.engine.finding import Evidence
from rewriter.engine.state import FileState
from rewriter.match.environment import Code, Value
from rewriter.smpl.patch import Asks
from rewriter.source.files import read_file
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.tree import Node

Answerer = Callable[[Asks, Value, "Node | None", Mapping[str, "Value | None"]], bool]


@dataclass(slots=True)
class Oracle:
    """One per tree and process; ``root`` is where definitions are looked for, "" for nowhere but the file."""

    root: str = ""
    _analysis: Analysis | None = None
    _alone: tuple[bytes, Analysis] | None = None  # the analysis of one text outside any tree
    _said: dict[tuple[str, int, int], tuple[Evidence, ...]] = field(default_factory=dict)

    def answerer(self, state: FileState, element: TopLevel) -> Answerer:
        """Give the function that answers for one element of one file."""

        def answer(asked: Asks, value: Value, node: Node | None, values: Mapping[str, Value | None]) -> bool:
            if node is None or node.kind != "call_expression":
                return False
            if asked.question == "in_atomic":
                return self._in_atomic(state, element, node)
            lock, *names = asked.arguments
            given = [_spelled(values.get(name), name) for name in names]
            if asked.question.endswith("waits_for"):
                found = self._waits_for(state, node, lock, given[0])
            else:
                tries = asked.question == "tries_if_null"
                found = self._fallback(state, element, node, lock, given[0], given[1], tries)
            self._keep(state, node, found)
            return found.value == ("unknown" if asked.question.startswith("maybe") else "yes")

        return answer

    def why(self, path: str, line: int, column: int) -> tuple[Evidence, ...]:
        """Give the evidence of the answers about the code at a place (1-based line, 0-based column)."""
        return self._said.get((path, line, column), ())

    def definitions(self, state: FileState, name: str) -> list[tuple[str, int, str]]:
        """List the definitions of a function that the file can reach: (file, line, text)."""
        found = self.analysis(state).definitions
        file = self._file(state)
        return [
            (
                self._shown(d.file, state.path),
                found.line(d.file, d.offset),
                " ".join(d.text.decode("utf-8", "surrogateescape").split()),
            )
            for d in found.find(name, file)
        ]

    def context(self, state: FileState, line: int, column: int) -> list[Evidence]:
        """Give what shows that the code at a place cannot wait: what is held, who calls back, trylocks."""
        found = self._point(state, line, column)
        if found is None:
            return []
        _, graph, point = found
        steps = self.analysis(state).cannot_wait(graph, point, self._file(state))
        return [self._evidence(step, state) for step in steps]

    def sleeps_before(self, state: FileState, line: int, column: int) -> list[Evidence]:
        """Give what shows that the code at a place may sleep on the way there; nothing when it does not."""
        found = self._point(state, line, column)
        if found is None:
            return []
        _, graph, point = found
        answer = self.analysis(state).can_sleep_before(graph, point, self._file(state))
        return [self._evidence(s, state) for s in answer.steps] if answer.value == "yes" else []

    def _point(
        self, state: FileState, line: int, column: int
    ) -> tuple[TopLevel, ControlFlowGraph, Point] | None:
        """The function and the point of its graph at a place (1-based line, 0-based column)."""
        offset = state.unit.lines.starts[line - 1] + column
        element = state.function_at(offset)
        graph = state.graph(element) if element is not None else None
        if element is None or graph is None:
            return None
        own = [
            p
            for p in graph.points
            if p.node is not None and not p.artificial and p.node.start <= offset < p.node.end
        ]
        point = min(own, key=lambda p: len(p.node.span) if p.node is not None else 0, default=None)
        return (element, graph, point) if point is not None else None

    def _in_atomic(self, state: FileState, element: TopLevel, node: Node) -> bool:
        lines = state.unit.lines
        found = self._point(state, lines.line(node.start), lines.column(node.start))
        if found is None or element.kind != "function_definition":
            return False
        held = self.analysis(state).held_at(found[1], found[2], self._file(state))
        steps = tuple(h.step for h in held if h.must and not h.sleepable)
        self._keep(state, node, Answer("yes" if steps else "no", steps))
        return bool(steps)

    def _waits_for(self, state: FileState, node: Node, lock: str, owner: str) -> Answer:
        line = state.unit.lines.line(node.start)
        call = _call(state.unit.source.text[node.start : node.end])
        if call is None:
            return Answer("no")
        return self.analysis(state).call_waits_for(lock, call, self._file(state), owner, line)

    def _fallback(
        self,
        state: FileState,
        element: TopLevel,
        node: Node,
        lock: str,
        owner: str,
        variable: str,
        tries: bool,
    ) -> Answer:
        graph = state.graph(element)
        if graph is None:
            return Answer("unknown", (), "the function has no graph")
        analysis, file = self.analysis(state), self._file(state)
        return analysis.fallback_waits(lock, graph, node, file, owner, variable, tries)

    def _keep(self, state: FileState, node: Node, answer: Answer) -> None:
        if answer.value != "no":
            line, column = state.unit.lines.line(node.start), state.unit.lines.column(node.start)
            self._said[(state.path, line, column)] = tuple(self._evidence(s, state) for s in answer.steps)

    def _evidence(self, step: Step, state: FileState) -> Evidence:
        return Evidence(step.kind, self._shown(step.file, state.path), step.line, step.text)

    def _file(self, state: FileState) -> str:
        return os.path.relpath(state.path, self.root) if self.root else state.path

    def _shown(self, file: str, path: str) -> str:
        """A file of the tree as the run spells files: with the prefix that ``path`` has."""
        if not self.root:
            return file
        own = os.path.relpath(path, self.root)
        prefix = path[: -len(own)] if path.endswith(own) else f"{self.root}/"
        return prefix + file

    def analysis(self, state: FileState) -> Analysis:
        """Give the analysis of the tree; without a root, of the file alone."""
        if not self.root:
            text = state.unit.source.text
            if self._alone is None or self._alone[0] is not text:
                self._alone = text, Analysis(None, lambda _: text)
            return self._alone[1]
        if self._analysis is None:
            root = self.root
            self._analysis = Analysis(root, lambda path: read_file(str(Path(root) / path)))
        return self._analysis


def _spelled(value: Value | None, name: str) -> str:
    """What a metavariable stands for, as written without blanks; a name that is none is itself."""
    return value.key.replace(" ", "") if isinstance(value, Code) else name


def _call(text: bytes) -> Call | None:
    """The outermost call of a call expression's text."""
    calls = calls_in(text)
    return min(calls, key=lambda c: c.offset, default=None)
