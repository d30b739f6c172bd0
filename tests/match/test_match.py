# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules on small C files: what scripts print, the lines with stars, what the file becomes, or an error.

``traps.txtar`` holds the reference's answers; layout may differ there, tokens may not.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from txtar import archive_cases

from rewriter.engine.run import run_file
from rewriter.smpl.parser import parse_semantic_patch

CASES = archive_cases(Path(__file__).parent)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_rule(name: str, parts: dict[str, str]) -> None:
    patch = parse_semantic_patch(parts["rule"], "case.cocci")
    text = parts["input"].encode()
    result = run_file(patch, "case.c", text)
    assert patch.required.finder()(text, 0, len(text)) or not (
        result.output or result.rewrite or result.errors
    )
    assert bool(result.errors) == ("error" in parts), result.errors
    printed = sorted(" ".join(line.split()) for line in result.output)
    assert printed == [" ".join(line.split()) for line in parts.get("output", "").splitlines()]
    starred = {text.count(b"\n", 0, span.start) + 1 for span in result.starred}
    assert "stars" not in parts or sorted(starred) == [int(line) for line in parts["stars"].split()]
    new = result.rewrite.apply().decode() if result.rewrite else parts["input"]
    expected = parts.get("result", parts["input"])
    if name.startswith("traps/"):
        assert new.split() == expected.split()
    else:
        assert new == expected
