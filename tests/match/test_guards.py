# SPDX-License-Identifier: GPL-2.0-or-later
"""Guards against searches that grow with the number of paths, and against deep nesting."""

from __future__ import annotations

import time

import pytest

from rewriter.engine.run import run_file
from rewriter.smpl.parser import parse_semantic_patch

SCRIPT = "\n@script:python@\np << r.p;\n@@\nprint(len(p))\n"
WORDS = ("", "exists", "forall")


def printed(rule: str, code: str) -> list[str]:
    started = time.process_time()
    result = run_file(parse_semantic_patch(rule + SCRIPT, "case.cocci"), "case.c", code.encode())
    assert not result.errors and not result.skipped
    assert time.process_time() - started < 2
    return list(result.output)


@pytest.mark.parametrize("word", WORDS)
def test_a_thousand_ifs_in_a_row(word: str) -> None:
    code = "void q(int x)\n{\n\ta();\n" + "\tif (x)\n\t\tf(x);\n" * 1024 + "\tb();\n}\n"
    assert printed(f"@r {word}@\nposition p;\n@@\na();\n...\nb@p();\n", code) == ["1"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("when", ["", "when any"])
def test_parts_that_match_often_but_never_all(word: str, when: str) -> None:
    calls = "".join(f"\ta({i % 7});\n\tb({i % 5});\n\tc({i % 3});\n" for i in range(200))
    rule = f"@r {word}@\nexpression x, y, z;\nposition p;\n@@\n"
    rule += f"a(x);\n... {when}\nb(y);\n... {when}\nc(z);\n... {when}\ndone@p(x, y, z);\n"
    assert printed(rule, f"void q(void)\n{{\n{calls}\tdone(1);\n}}\n") == []


def test_deep_nesting() -> None:
    code = (
        "void q(int x)\n{\n" + "if (x) {\n" * 150 + "a(" + "(" * 150 + "x" + ")" * 150 + ");\n" + "}\n" * 151
    )
    assert printed("@r@\nexpression e;\nposition p;\n@@\na@p(e)\n", code) == ["1"]


def test_a_long_chain_of_operators() -> None:
    code = "void q(int x)\n{\n\ta(" + " + ".join(["x"] * 2000) + ");\n}\n"
    assert printed("@r@\nexpression e;\nposition p;\n@@\na@p(e)\n", code) == ["1"]
