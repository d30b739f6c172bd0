# SPDX-License-Identifier: GPL-2.0-or-later
"""What a file must hold for a semantic patch to do anything there."""

from __future__ import annotations

import pytest

from rewriter.smpl.parser import parse_semantic_patch

SCRIPT = "\n@script:python@\np << {}.p;\n@@\nprint(p)\n"


FOO = "@r@\nexpression x;\nposition p;\n@@\nfoo@p(x)\n"


def bar(header: str = "", origin: str = "") -> str:
    """A rule behind `FOO`, and a script that shows where it matched."""
    return f"@s {header}@\nexpression {origin}x;\nposition p;\n@@\nbar@p(x)\n" + SCRIPT.format("s")


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("@@\n@@\n- foo(1);\n", "foo"),
        ("@@\nexpression x;\n@@\n- foo(x == NULL);\n", "(! or (== and NULL)) and foo"),
        ("@@\nexpression x;\n@@\n- foo(x + y != 0);\n", "foo and y"),
        ("@@\n@@\n(\n- foo();\n|\n- bar();\n)\n", "bar or foo"),
        ("@@\n@@\n(\n- foo(a);\n|\n- bar(a);\n)\n", "(bar or foo) and a"),
        ("@@\nexpression x;\n@@\n- x && ...\n+ x\n", ""),
        ("@@\nexpression x;\n@@\n- x && ... && x\n+ x\n", "&&"),
        ("@@\n@@\nfoo();\n<...\n- bar();\n...>\n", "foo"),
        ("@@\n@@\nfoo();\n... when != bar()\n- baz();\n", "baz and foo"),
        ("@@\nidentifier f = {foo, bar};\n@@\n- f();\n", "bar or foo"),
        ("@@\niterator name foo;\nstatement S;\n@@\n- foo(...) S\n", "foo"),
        ('@@\n@@\n #include <linux/...>\n+#include "x.h"\n', ""),
        (FOO + SCRIPT.format("r"), "foo"),
        (FOO + bar(origin="r."), "bar and foo"),
        (FOO + bar("depends on !r"), "bar"),
        (FOO + bar("depends on r"), "bar and foo"),
    ],
)
def test_needs(text: str, needs: str) -> None:
    assert str(parse_semantic_patch(text.replace("@ \n", "@\n"), "case.cocci").required) == needs
