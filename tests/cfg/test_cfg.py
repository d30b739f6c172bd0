# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions as control-flow graphs, in the printed form; or why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from txtar import archive_cases

from rewriter.cfg.build import UnstructuredError, build_cfg
from rewriter.syntax.parse import parse

CASES = archive_cases(Path(__file__).parent)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_graph(name: str, parts: dict[str, str]) -> None:
    unit = parse("case.c", parts["input"].encode())
    assert not unit.skipped
    (function,) = unit.functions()
    try:
        found = {"graph": build_cfg(unit.node(function)).describe()}
    except UnstructuredError as error:
        found = {"error": f"{error}\n"}
    assert found == {k: v for k, v in parts.items() if k != "input"}


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_edges_go_both_ways(name: str, parts: dict[str, str]) -> None:
    unit = parse("case.c", parts["input"].encode())
    if "graph" not in parts:
        return
    graph = build_cfg(unit.node(unit.functions()[0]))
    for point in graph.points:
        assert all(point.id in graph.points[after].predecessors for after in point.successors)
        assert all(point.id in graph.points[before].successors for before in point.predecessors)
