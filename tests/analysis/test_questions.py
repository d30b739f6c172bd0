# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions over small trees: each archive is a tree, and what is asked of it with the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.calls import calls_at
from rewriter.analysis.held import Held
from rewriter.analysis.questions import Analysis
from rewriter.cfg.build import build_cfg
from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.source.files import read_file
from rewriter.source.text import Lines
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import Node, walk
from tests.txtar import sections


class Tree:
    """One archive, unpacked below a directory."""

    def __init__(self, root: Path, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.root = root
        self.analysis = Analysis(str(root), self.read)

    def read(self, path: str) -> bytes:
        return read_file(str(self.root / path))

    def graph(self, file: str, function: str) -> ControlFlowGraph:
        unit = parse(file, self.read(file))
        assert not unit.skipped
        return next(build_cfg(unit.node(f)) for f in unit.functions() if f.name == function)

    def ask(self, question: str) -> str:
        what, *words = question.split()
        match what:
            case "waits_for":
                return told(self.analysis.waits_for(*words))
            case "may_sleep":
                return told(self.analysis.may_sleep(*words))
            case "callbacks":
                return "".join(map(line_of, self.analysis.callbacks(*words)))
            case "trylocks":
                return "".join(map(line_of, self.analysis.trylocks(self.graph(words[0], words[1]), words[0])))
        file, function, called = words[:3]
        graph = self.graph(file, function)
        point = next(p for p in graph.points if any(c.name == called for c in calls_at(p)))
        match what:
            case "call_waits_for":
                made = next(c for c in calls_at(point) if c.name == called)
                assert point.node is not None
                line = Lines.of(self.read(file)).line(point.node.start)
                return told(self.analysis.call_waits_for("mmap_lock", made, file, words[3], line))
            case "fallback":
                node = call_node(point, called)
                owner, variable = words[3], words[4] if len(words) > 4 else ""
                answer = self.analysis.fallback_waits("mmap_lock", graph, node, file, owner, variable)
                return told(answer)
            case "held_at":
                held = self.analysis.held_at(graph, point, file)
                return "".join(map(shown, held))
            case "cannot_wait":
                return "".join(map(line_of, self.analysis.cannot_wait(graph, point, file)))
            case "can_sleep_before":
                return told(self.analysis.can_sleep_before(graph, point, file))
        raise AssertionError(question)


def call_node(point: Point, name: str) -> Node:
    assert point.node is not None
    for node in walk(point.node):
        called = node.child("function")
        if node.kind == "call_expression" and called is not None and called.text == name:
            return node
    raise AssertionError(name)


def shown(held: Held) -> str:
    words = [held.kind, held.lock or "-", "must" if held.must else "may"]
    if held.sleepable:
        words.append("sleepable")
    return f"  {' '.join(words)} ({held.step.kind}, line {held.step.line}: {held.step.text})\n"


def told(answer: Answer) -> str:
    return f"  {answer.value}: {answer.reason}\n" + "".join(map(line_of, answer.steps))


def line_of(step: Step) -> str:
    return f"  {step.file}:{step.line}: {step.kind} {step.text}\n"


@pytest.mark.parametrize(
    "case", sorted((Path(__file__).parent / "questions").glob("*.txtar")), ids=lambda path: path.stem
)
def test_answers(case: Path, tmp_path: Path) -> None:
    files = sections(case)
    expected = files.pop("answers")
    tree = Tree(tmp_path, files)
    questions = [line for line in expected.splitlines() if line and not line.startswith(" ")]
    assert questions
    assert "".join(f"{question}\n{tree.ask(question)}" for question in questions).strip() == expected.strip()


def test_a_function_that_a_macro_names_has_no_callbacks(tmp_path: Path) -> None:
    tree = Tree(tmp_path, {"a.c": "BPF_CALL_0(my_helper)\n{\n\there();\n\treturn 0;\n}\n"})
    assert tree.analysis.callbacks("", "a.c") == ()
    assert tree.analysis.definitions.find("", "a.c") == ()
    assert [step.text for step in tree.analysis.callbacks("my_helper", "a.c")] == [
        "BPF_CALL_0(my_helper, ..)"
    ]
