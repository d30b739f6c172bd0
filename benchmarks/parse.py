# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure the staged parse against tree-sitter alone on the same bytes in the same run.

``REWRITER_KERNEL=DIR python benchmarks/parse.py`` writes ``benchmarks/parse.md``; an optional argument is the
number of files of each suffix that are read (default 2000, 0 for all).
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import tree_sitter

from rewriter.source.macros import MacroTable
from rewriter.source.quick import mask_quickly
from rewriter.source.shadow import Canvas
from rewriter.syntax.check import check_file, total
from rewriter.syntax.gate import LANGUAGE
from rewriter.syntax.parse import parse


def measure(files: list[Path]) -> str:
    """Give one row of the table for these files."""
    size = 0
    plain = masked = staged = 0.0
    checks = []
    for path in files:
        text = path.read_bytes()
        size += len(text)
        start = time.process_time()
        tree_sitter.Parser(LANGUAGE).parse(text)
        after_plain = time.process_time()
        mask_quickly(Canvas(text), MacroTable.default().with_defines(text))
        after_masks = time.process_time()
        parse(str(path), text)
        after_staged = time.process_time()
        plain += after_plain - start
        masked += after_masks - after_plain
        staged += after_staged - after_masks
        checks.append(check_file(str(path), text))
    sums = total(checks)
    lost = sums.functions_bad + sums.functions_missing
    return (
        f"| {files[0].suffix} | {len(files)} | {size / 1e6:.1f} | {plain:.2f} | {masked:.2f} | {staged:.2f} "
        f"| {staged / plain:.2f} | {sums.files_bad} ({100 * sums.files_bad / len(files):.2f} %) "
        f"| {lost} of {sums.functions} ({100 * lost / max(1, sums.functions):.3f} %) |\n"
    )


def main() -> None:
    """Measure and write the table."""
    tree = Path(os.environ["REWRITER_KERNEL"])
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    table = (
        "Seconds of processor time on one shared machine; the ratio is what carries over. "
        "The draw of files is the same each time.\n\n"
        "| suffix | files | MB | plain | fast lane | staged | staged / plain "
        "| bad files | functions lost |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    for suffix in (".c", ".h"):
        files = sorted(path for path in tree.rglob(f"*{suffix}") if path.is_file())
        if size:
            files = random.Random(7).sample(files, min(size, len(files)))
        table += measure(files)
    Path(__file__).with_name("parse.md").write_text(table, encoding="utf-8")
    sys.stdout.write(table)


if __name__ == "__main__":
    main()
