# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers the questions that patterns ask about code (the ``analysis`` extension).

``expression call : waits_for(mmap_lock, mm)`` holds for a call that may wait for the ``mmap_lock`` of what
``mm`` stands for, itself or through what it calls; ``maybe_waits_for`` for one of which that cannot be
told. Every answer keeps its evidence, which a script gets with ``rewriter.why(position)``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rewriter.analysis.answer import Answer
from rewriter.analysis.lexical import Call, calls_in
from rewriter.analysis.questions import Analysis
from rewriter.engine.finding import Evidence
from rewriter.engine.state import FileState
from rewriter.match.environment import Code, Value
from rewriter.smpl.patch import Asks
from rewriter.source.files import read_file
from rewriter.syntax.parse import TopLevel
from rewriter.syntax.tree import Node

Answerer = Callable[[Asks, Value, "Node | None", Mapping[str, "Value | None"]], bool]


@dataclass(slots=True)
class Oracle:
    """One per tree and process; ``root`` is where definitions are looked for, "" for nowhere but the file."""

    root: str = ""
    _analysis: Analysis | None = None
    _said: dict[tuple[str, int, int], tuple[Evidence, ...]] = field(default_factory=dict)

    def answerer(self, state: FileState, element: TopLevel) -> Answerer:
        """Give the function that answers for one element of one file."""

        def answer(asked: Asks, value: Value, node: Node | None, values: Mapping[str, Value | None]) -> bool:
            if node is None or node.kind != "call_expression":
                return False
            lock, owner = asked.arguments
            owned = values.get(owner)
            found = self._waits_for(state, node, lock, owned.key if isinstance(owned, Code) else owner)
            wanted = "yes" if asked.question == "waits_for" else "unknown"
            return found.value == wanted

        return answer

    def why(self, path: str, line: int, column: int) -> tuple[Evidence, ...]:
        """Give the evidence of the answers about the code at a place (1-based line, 0-based column)."""
        return self._said.get((path, line, column), ())

    def definitions(self, state: FileState, name: str) -> list[tuple[str, int, str]]:
        """List the definitions of a function that the file can reach: (file, line, text)."""
        found = self.analysis(state).definitions
        file = os.path.relpath(state.path, self.root) if self.root else state.path
        return [
            (
                self._shown(d.file, state.path),
                found.line(d.file, d.offset),
                " ".join(d.text.decode("utf-8", "surrogateescape").split()),
            )
            for d in found.find(name, file)
        ]

    def _waits_for(self, state: FileState, node: Node, lock: str, owner: str) -> Answer:
        lines = state.unit.lines
        line, column = lines.line(node.start), lines.column(node.start)
        call = _call(state.unit.source.text[node.start : node.end])
        if call is None:
            return Answer("no")
        file = os.path.relpath(state.path, self.root) if self.root else state.path
        answer = self.analysis(state).call_waits_for(lock, call, file, owner.replace(" ", ""), line)
        if answer.value != "no":
            self._said[(state.path, line, column)] = tuple(
                Evidence(s.kind, self._shown(s.file, state.path), s.line, s.text) for s in answer.steps
            )
        return answer

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
            return Analysis(None, lambda _: text)
        if self._analysis is None:
            root = self.root
            self._analysis = Analysis(root, lambda path: read_file(str(Path(root) / path)))
        return self._analysis


def _call(text: bytes) -> Call | None:
    """The outermost call of a call expression's text."""
    calls = calls_in(text)
    return min(calls, key=lambda c: c.offset, default=None)
