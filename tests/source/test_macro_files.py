# SPDX-License-Identifier: GPL-2.0-or-later
"""What a macro file changes: code that is lost or read wrongly without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from txtar import cases

from rewriter.source.macros import MacroTable
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import walk

CASES = cases(Path(__file__).parent / "tables" / "macros.txtar")


def told(code: str, macros: MacroTable) -> str:
    unit = parse("case.c", code.encode(), macros)
    lines = [f"lost {s.line} {s.function or '-'}\n" for s in unit.skipped]
    lines += [f"{mask.kind} {unit.source.decode(mask.span)!r}\n" for mask in unit.source.masks]
    nodes = [node for element in unit.elements for node in walk(unit.node(element))]
    lines += [f"cast {unit.source.decode(n.span)!r}\n" for n in nodes if n.kind == "cast_expression"]
    return "".join(lines)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_a_macro_file_tells(name: str, parts: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "macros.toml"
    file.write_text(parts["macros"])
    known = MacroTable.default().overridden_by(MacroTable.load(file))
    assert told(parts["code"], MacroTable.default()).strip() == parts["without"].strip()
    assert told(parts["code"], known).strip() == parts["with"].strip()
