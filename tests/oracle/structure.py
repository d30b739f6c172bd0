# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what is in functions of kernel files with what spatch sees there: calls, branches, loops, jumps.

::

    python tests/oracle/structure.py --kernel DIR --files 360 --seed 3 [--keep]

A semantic patch whose scripts print positions asks spatch; `facts` of `rewriter.syntax` are compared line by
line in the functions that both have. What the two count differently by design is taken out on both sides
(`comparable`); what is left is printed, and fails. With ``--keep`` the counts are written to
`tests/kernel/structure.json`, which `tests/kernel/test_structure.py` holds without spatch.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from reference import digest

sys.path.insert(0, str(Path(__file__).parents[1] / "kernel"))
from facts import Fact, comparable, facts, fingerprint

from rewriter.syntax.parse import parse

KEPT = Path(__file__).parents[1] / "kernel" / "structure.json"
#: Lines ``file TAB side kind name TAB reason`` for differences that are known; each line is one of them.
EXPLAINED = Path(__file__).with_name("structure.tsv")
MAX_SIZE = 60_000  # bytes; spatch takes minutes for some larger files
# The name of a kind of fact, the metavariables and the pattern that find it, and what is printed with it.
RULES = (
    ("function", "identifier x;", "x@p(...) { ... }", "x"),
    ("call", "identifier x;\nexpression list es;", "x@p(es)", "x"),
    ("if", "expression e;\nstatement S;", "if@p (e) S", ""),
    ("if", "expression e;\nstatement S1, S2;", "if@p (e) S1 else S2", ""),
    ("while", "expression e;\nstatement S;", "while@p (e) S", ""),
    ("for", "statement S;", "for@p (...;...;...) S", ""),
    ("goto", "identifier l;", "goto@p l;", ""),
    ("return", "", "return@p;", ""),
    ("return", "expression e;", "return@p e;", ""),
)


def semantic_patch() -> str:
    """Give the semantic patch that prints a line ``kind line name`` for each fact."""
    text = ""
    for number, (kind, declared, pattern, shown) in enumerate(RULES):
        head = f"{declared}\n" if declared else ""
        text += f"@rule{number}@\n{head}position p;\n@@\n{pattern}\n\n"
        text += f"@script:python@\np << rule{number}.p;\n"
        text += f"x << rule{number}.{shown};\n@@\n" if shown else "@@\n"
        text += f'print("fact", "{kind}", p[0].line, {shown or "str()"})\n\n'
    return text


def ask(script: Path, file: Path) -> set[Fact] | None:
    """Give the facts that spatch sees in a file; None when it gives the file up."""
    command = [
        "spatch",
        "--no-includes",
        "--very-quiet",
        "--timeout",
        "60",
        "--sp-file",
        str(script),
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        return None
    lines = re.findall(r"^fact (\w+) (\d+) ?(.*)$", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return {(kind, int(line), name) for kind, line, name in lines}


def explained() -> Counter[tuple[str, str]]:
    """Give how many differences of a file and fact are known."""
    rows = (line.split("\t") for line in EXPLAINED.read_text().splitlines() if line)
    return Counter((file, fact) for file, fact, _ in rows)


def main() -> None:
    """Compare, print what differs and how much was compared; exit 1 when something differs."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--kernel", type=Path, required=True)
    options.add_argument("--files", type=int, default=360)
    options.add_argument("--seed", type=int, default=3)
    options.add_argument("--keep", action="store_true")
    given = options.parse_args()
    found = (p for p in given.kernel.rglob("*.c") if p.is_file() and p.stat().st_size < MAX_SIZE)
    names = sorted(str(p.relative_to(given.kernel)) for p in found)
    sums: Counter[str] = Counter()
    kept: dict[str, list[object]] = {}
    known = explained()
    with tempfile.TemporaryDirectory(prefix="rewriter-structure-") as scratch:
        script = Path(scratch, "facts.cocci")
        script.write_text(semantic_patch())
        for name in random.Random(given.seed).sample(names, given.files):
            theirs = ask(script, given.kernel / name)
            if theirs is None:
                sums["files that spatch gives up"] += 1
                continue
            unit = parse(name, (given.kernel / name).read_bytes())
            functions = {x for kind, _, x in theirs if kind == "function"}
            ours = facts(unit)
            sums["files"] += 1
            sums["functions of both"] += len(functions & {f.name for f in unit.functions()})
            sums["functions that only we see"] += len({f.name for f in unit.functions()} - functions)
            mine, other = comparable(unit, ours, functions), comparable(unit, theirs, functions)
            sums["facts"] += len(mine | other)
            for side, fact in [("ours", f) for f in mine - other] + [("theirs", f) for f in other - mine]:
                what = (name, f"{side} {fact[0]} {fact[2]}".strip())
                known[what] -= 1
                sums["differences explained" if known[what] >= 0 else "differences"] += 1
                if known[what] < 0:
                    print(f"{name}:{fact[1]}: {what[1]}")
            if mine == other and mine and functions >= {f.name for f in unit.functions()}:
                kept[name] = [digest(unit.source.text), len(mine), fingerprint(mine)]
    for what, count in sums.items():
        print(f"{count:8} {what}")
    if given.keep:
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(said)}" for name, said in sorted(kept.items()))
        KEPT.write_text("{\n" + lines + "\n}\n")
    sys.exit(1 if sums["differences"] else 0)


if __name__ == "__main__":
    main()
