# SPDX-License-Identifier: GPL-2.0-or-later
"""What bare.py asks for can be read, and what it compares are places with their values."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from bare import HERE, Said, Shape, ask, changed, differences, drawn, ours, shapes

from rewriter.smpl.parser import parse_semantic_patch

ALL = [shape for name in ("shapes", "changes") for shape in shapes((HERE / f"{name}.cocci").read_text())]
RULE = "@r@\nexpression list[n] es;\nidentifier f != {g, h};\nposition p;\n@@\nf@p(es)\n"
CODE = "void q(int a)\n{\n\th(1);\n\tk(a,\n\t  2);\n}\n"


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.name)
def test_shapes_are_semantic_patches(shape: Shape) -> None:
    parse_semantic_patch(shape.told(), "rule.cocci")


def test_places_are_told_with_values(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(CODE)
    (shape,) = shapes(RULE)
    assert (shape.positions, shape.values) == (("p",), ("n", "es", "f"))
    said = ask(ours, shape.told(), tmp_path, Path("a.c"), ["--no-includes"])
    assert said.failed == ""
    assert said.lines == {"r": Counter({"a.c 4 1 4 2 n= 2 es= a , 2 f= k": 1})}


def test_changes_are_compared_by_tokens(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(CODE)
    said = ask(ours, "@r@ @@\n- h(1);\n", tmp_path, Path("a.c"), [])
    assert said.text == CODE.replace("\th(1);\n", "")
    assert changed(said, Said({}, said.text.replace("\t", " "), ""), "") == []
    assert changed(said, Said({}, CODE, ""), "")[1] == "    here:      void q ( int a ) { h ( 1 ) ; k ( a , 2"


def test_how_often_the_same_is_told_counts_only_when_asked_for() -> None:
    once, twice = (Said({"r": Counter({"a": n})}, "", "") for n in (1, 2))
    assert list(differences(twice, once, False)) == []
    assert list(differences(twice, once, True)) == [("r", ["a"], [])]


def test_files_follow_from_the_seed(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    for name in "abcdef":
        (tmp_path / "lib" / f"{name}.c").write_text(CODE)
    assert drawn(tmp_path, ["lib"], 9000, 3, 1) == drawn(tmp_path, ["lib"], 9000, 3, 1)
    assert drawn(tmp_path, ["lib"], 3, 3, 1) == []
