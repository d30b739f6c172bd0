# SPDX-License-Identifier: GPL-2.0-or-later
"""What comes out, byte for byte: rule, input, result; a case without a result stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from txtar import archive_cases

from rewriter.engine.run import run_file
from rewriter.smpl.parser import parse_semantic_patch

CASES = archive_cases(Path(__file__).parent)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_result(name: str, parts: dict[str, str]) -> None:
    source = parts["input"].replace("\\r", "\r").encode()
    expected = parts.get("result", parts["input"]).replace("\\r", "\r").encode()
    result = run_file(parse_semantic_patch(parts["rule"], "case.cocci"), "case.c", source)
    assert result.errors == ()
    assert (result.rewrite.apply() if result.rewrite else source) == expected


@pytest.mark.parametrize(
    ("added", "reason"),
    [
        ("+ b(); // why\n+ c();", "a // comment would take in the rest of the macro"),
        ("+#ifdef X\n+ b();\n+#endif", "a macro's body cannot hold a preprocessor directive"),
    ],
)
def test_code_no_macro_can_hold(added: str, reason: str) -> None:
    source = b"#define M()\tdo {\t\\\n\ta();\t\\\n} while (0)\n"
    result = run_file(parse_semantic_patch(f"@@\n@@\n- a();\n{added}\n", "case.cocci"), "case.c", source)
    assert [error.endswith(reason) for error in result.errors] == [True]
    assert not result.rewrite or not result.rewrite.edits
