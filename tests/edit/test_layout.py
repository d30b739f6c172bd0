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
