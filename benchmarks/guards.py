# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure the guards against searches that grow with the number of paths, at several sizes.

``python benchmarks/guards.py`` writes ``benchmarks/guards.md``. `tests/match/test_guards.py` holds the
same shapes to a limit; here is the curve: twice the code should take about twice the time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from rewriter.engine.run import run_file
from rewriter.smpl.parser import parse_semantic_patch

SIZES = (128, 256, 512, 1024, 2048)
SCRIPT = "\n@script:python@\np << r.p;\n@@\nprint(len(p))\n"
FOUR = "@r {}@\nexpression x, y, z;\nposition p;\n@@\na(x);\n{w}\nb(y);\n{w}\nc(z);\n{w}\ndone@p(x, y, z);\n"


def ifs(size: int) -> str:
    """So many ifs in a row between the two ends of dots: two to the power of it paths."""
    return "void q(int x)\n{\n\ta();\n" + "\tif (x)\n\t\tf(x);\n" * size + "\tb();\n}\n"


def loops(size: int) -> str:
    """Loops instead of ifs, a fourth of them with a way out."""
    one = "\twhile (x) {\n\t\tf(x);\n\t\tif (y)\n\t\t\tbreak;\n\t}\n"
    return "void q(int x)\n{\n\ta();\n" + one * (size // 4) + "\tb();\n}\n"


def decoys(size: int) -> str:
    """Statements that match three parts of a pattern in many ways, and never the fourth."""
    calls = "".join(f"\ta({i % 7});\n\tb({i % 5});\n\tc({i % 3});\n" for i in range(size // 3))
    return f"void q(void)\n{{\n{calls}\tdone(6, 4, 9);\n}}\n"


def seconds(rule: str, code: str) -> float:
    """Give the CPU seconds of a rule on a file, with the parse."""
    patch = parse_semantic_patch(rule + SCRIPT, "guard.cocci")
    text = code.encode()
    start = time.process_time()
    result = run_file(patch, "guard.c", text)
    taken = time.process_time() - start
    assert not result.errors and not result.skipped
    return taken


def rows() -> list[tuple[str, str, Callable[[int], str]]]:
    """List the guards: what is measured, the rule, and what makes the code."""
    found: list[tuple[str, str, Callable[[int], str]]] = []
    for word in ("exists", "forall"):
        pair = f"@r {word}@\nposition p;\n@@\na();\n...\nb@p();\n"
        found.append((f"ifs under dots, {word}", pair, ifs))
        found.append((f"loops under dots, {word}", pair, loops))
        for when in ("", " when any"):
            rule = FOUR.format(word, w=f"...{when}")
            found.append((f"four parts that never all match, {word}{when}", rule, decoys))
    return found


def main() -> None:
    """Measure and write the table."""
    heads = " | ".join(str(size) for size in SIZES)
    table = "CPU seconds on one shared machine by the number of ifs, loops' statements or calls.\n\n"
    table += f"| guard | {heads} |\n|---{'|---' * len(SIZES)}|\n"
    for name, rule, code in rows():
        taken = " | ".join(f"{seconds(rule, code(size)):.2f}" for size in SIZES)
        table += f"| {name} | {taken} |\n"
    Path(__file__).with_name("guards.md").write_text(table, encoding="utf-8")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
