# SPDX-License-Identifier: GPL-2.0-or-later
"""Macro tables: the default one, a project's own, and what a file defines."""

from __future__ import annotations

from pathlib import Path

import pytest

from rewriter.source.macros import MacroFileError, MacroTable
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import walk


def test_default_is_made_once() -> None:
    assert MacroTable.default() is MacroTable.default()
    assert b"__init" in MacroTable.default().attributes


def test_a_file_has_the_last_word(tmp_path: Path) -> None:
    file = tmp_path / "macros.toml"
    file.write_text('iterators = ["over", "scoped_guard"]\nattributes = ["FAST"]\n')
    table = MacroTable.default().overridden_by(MacroTable.load(file))
    assert table.iterators >= {b"over", b"scoped_guard"}
    assert table.attributes >= {b"FAST", b"__init"}
    assert b"scoped_guard" not in table.blocks


def test_a_header_shows_what_its_macros_are(tmp_path: Path) -> None:
    file = tmp_path / "toys.h"
    file.write_text("#define QUIET\n#define all(x) for (x = 0; x < 3; x++)\n#define LIMIT 3\n")
    assert MacroTable.load(file) == MacroTable().extended(attributes=["QUIET"], iterators=["all"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('loops = ["x"]\n', "unknown list 'loops', there are attributes, attribute_calls, iterators, "),
        ('iterators = "x"\n', "'iterators' is no list of names"),
        ('iterators = ["a b"]\n', "'iterators' holds 'a b', which is no name"),
        ("iterators = [\n", "Invalid value"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "macros.toml"
    file.write_text(text)
    with pytest.raises(MacroFileError, match=r"macros\.toml") as error:
        MacroTable.load(file)
    assert complaint in str(error.value)


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(TypeError, match="loops"):
        MacroTable.default().extended(loops=["x"])


def test_added_names_are_used() -> None:
    text = b"void f(void)\n{\n\tover(a, b) c();\n\tx = (money)(y);\n}\n"
    table = MacroTable.default().extended(iterators=["over"], types=["money"])
    unit = parse("case.c", text, table)
    kinds = [node.kind for node in walk(unit.node(unit.functions()[0]))]
    assert "iterator_statement" in kinds
    assert "cast_expression" in kinds


def test_defines_are_read() -> None:
    table = MacroTable.default().with_defines(
        b"\n#define QUICK __attribute__((hot))\n#define NOTHING\n#define LIMIT 3\n"
        b"#define all(x) \\\n\tfor (x = 0; x < 3; x++)\n#define call(x) (x)\n"
    )
    assert {b"QUICK", b"NOTHING"} <= table.attributes
    assert b"LIMIT" not in table.attributes
    assert b"all" in table.iterators
    assert b"call" not in table.iterators


def test_a_declarer_is_no_attribute() -> None:
    text = b'NOTE("x")\nint *NOTE_two y;\nbroken(\n'
    table = MacroTable.default().extended(declarers=["NOTE"])
    assert [m.kind for m in parse("case.c", text).source.masks if m.name == "NOTE"] == ["attribute"]
    assert [m.kind for m in parse("case.c", text, table).source.masks if m.name == "NOTE"] == ["declarer"]
