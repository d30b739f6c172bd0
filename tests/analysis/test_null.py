# SPDX-License-Identifier: GPL-2.0-or-later
"""Which outcomes pointer tests can have, and which a change makes constant."""

from __future__ import annotations

from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from rewriter.analysis.null import constant_now, narrowed_now, pointer_tests, unreachable_now
from rewriter.cfg.build import build_cfg
from rewriter.cfg.graph import ControlFlowGraph
from rewriter.source.text import Lines
from rewriter.syntax.parse import parse
from tests.txtar import sections


def archives(folder: str) -> list[Path]:
    return sorted((Path(__file__).parent / folder).glob("*.txtar"))


def graphs(text: bytes) -> list[ControlFlowGraph]:
    unit = parse("case.c", text)
    assert not unit.skipped
    return [build_cfg(unit.node(function)) for function in unit.functions()]


def offsets(before: bytes, after: bytes) -> Callable[[int], int]:
    matcher = SequenceMatcher(None, after.splitlines(True), before.splitlines(True), False)
    starts = [Lines.of(after).starts, Lines.of(before).starts]
    blocks = [
        (starts[0][a], starts[1][b], starts[0][a + n]) for a, b, n in matcher.get_matching_blocks() if n
    ]

    def map_offset(offset: int) -> int:
        return next((offset - a + b for a, b, end in blocks if a <= offset < end), -1)

    return map_offset


@pytest.mark.parametrize("case", archives("null"), ids=lambda path: path.stem)
def test_outcomes(case: Path) -> None:
    files = sections(case)
    text = files["input.c"].encode()
    lines = Lines.of(text)
    seen = ""
    for graph in graphs(text):
        for test in pointer_tests(graph):
            outcomes = " ".join(str(value).lower() for value in sorted(test.outcomes, reverse=True))
            seen += f"{lines.line(test.span.start)}: {test.text} [{test.variable}] {outcomes or 'never'}\n"
    assert seen == files["tests"]


@pytest.mark.parametrize("case", archives("constant"), ids=lambda path: path.stem)
def test_constant_now(case: Path) -> None:
    files = sections(case)
    before, after = files["before.c"].encode(), files["after.c"].encode()
    lines = Lines.of(before)
    old, new = graphs(before)[0], graphs(after)[0]
    map_offset = offsets(before, after)
    seen = ""
    for test in constant_now(old, new, map_offset):
        assert before[test.span.start : test.span.end].decode() == test.text
        seen += f"{lines.line(test.span.start)}: {test.text} {str(test.value).lower()}\n"
    for span in unreachable_now(old, new, map_offset):
        seen += f"{lines.line(span.start)}: unreachable {before[span.start : span.end].decode()}\n"
    seen += "".join(f"narrowed {name}\n" for name in sorted(narrowed_now(old, new, map_offset)))
    assert seen.strip() == files["constant"].strip()
