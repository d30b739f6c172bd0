# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the kernel's own scripts with spatch over the same kernel files, line by line.

::

    make oracle                                          all scripts, report mode, every 23rd .c file
    make oracle SCRIPT=free/kfree MODE=org EVERY=200     one of them

What spatch printed is kept outside the repository; `explained.tsv` keeps the differences that are known and
why. In patch mode the lines of a file whose diffs add and remove the same words count as known too: only
layout differs. Exit code 1 when a line of ours is extra without a reason, or less than 99 % of spatch's are
there, those that are known to be missing aside.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reference import Answers, command_of, digest, reference, run_tool, scratch_tree

EXPLAINED = Path(__file__).with_name("explained.tsv")
OURS = [sys.executable, "-m", "rewriter", "spatch"]
TARGET = 0.99

Lines = Counter[tuple[str, str]]  # (file, line)


@dataclass(frozen=True, slots=True)
class Row:
    """The outcome for one script in one mode."""

    script: str
    theirs: int
    ours: int
    common: int
    missing: Lines
    extra: Lines
    explained: int
    seconds: tuple[float, float]
    note: str = ""

    def __str__(self) -> str:
        counts = (self.theirs, self.ours, self.common, self.missing.total(), self.extra.total())
        numbers = " ".join(f"{count:8d}" for count in (*counts, self.explained))
        return (
            f"{self.script:32} {numbers} {self.seconds[0]:9.1f} {self.seconds[1]:9.1f}  {self.note}".rstrip()
        )


def sample(kernel: Path, every: int) -> list[str]:
    """Give every so many-th .c file of the tree, in the order of their names."""
    files = (p for p in kernel.rglob("*.c") if p.is_file() and not p.is_symlink())
    return sorted(str(p.relative_to(kernel)) for p in files)[::every]


def scripts(kernel: Path, wanted: str, mode: str) -> list[Path]:
    """List the scripts that have a mode, or the one that is wanted."""
    top = kernel / "scripts/coccinelle"
    found = [p for p in sorted(top.rglob("*.cocci")) if wanted in str(p.relative_to(top).with_suffix(""))]
    return [p for p in found if re.search(rf"(?m)^virtual\s.*\b{mode}\b", p.read_text())]


def explained(script: str, mode: str) -> dict[tuple[str, str, str], str]:
    """Give the reasons known for a script, by sign, file and digest of the line; ``*`` is any of them."""
    rows = (line.split("\t") for line in EXPLAINED.read_text().splitlines() if not line.startswith("#"))
    return {
        (sign, file, mark): why for name, how, sign, file, mark, why in rows if (name, how) == (script, mode)
    }


def _marks(sign: str, file: str, line: str) -> set[tuple[str, str, str]]:
    return {(sign, file, digest(line.encode())), (sign, "*", "*")}


def changed_words(lines: Iterable[str]) -> dict[str, int]:
    """Count the words and signs that a diff adds, less those it removes: what it does apart from layout."""
    net: Counter[str] = Counter()
    for line in lines:
        if line[:1] in ("+", "-"):
            words = Counter(re.findall(r"\w+|[^\w\s]", line[1:]))
            (net.update if line[0] == "+" else net.subtract)(words)
    return {word: n for word, n in net.items() if n}


def laid_out(theirs: Answers, ours: Answers, files: Iterable[str]) -> set[str]:
    """Give the files that both change alike, in lines that may be broken and indented otherwise."""
    both = [f for f in files if f in theirs.files and f in ours.files]
    return {f for f in both if changed_words(theirs.files[f].lines) == changed_words(ours.files[f].lines)}


def counted(answers: Answers, files: Iterable[str]) -> Lines:
    """Count the lines of the files."""
    return Counter((f, line) for f in files if f in answers.files for line in answers.files[f].lines)


def compare(kernel: Path, tree: Path, script: Path, mode: str, files: list[str]) -> Row:
    """Run both over the files; ``tree`` holds copies of them."""
    name = str(script.relative_to(kernel / "scripts/coccinelle").with_suffix(""))
    theirs = reference(kernel, script, mode, files)
    ours = run_tool(command_of(OURS, script, mode), tree, files)
    wanted, found = counted(theirs, files), counted(ours, files)
    known = explained(name, mode)
    alike = laid_out(theirs, ours, files) if mode == "patch" else set()
    missing, extra = wanted - found, found - wanted
    unexplained = [
        Counter({k: n for k, n in lines.items() if k[0] not in alike and not known.keys() & _marks(sign, *k)})
        for sign, lines in (("-", missing), ("+", extra))
    ]
    excused = missing.total() + extra.total() - unexplained[0].total() - unexplained[1].total()
    note = "; ".join(
        f"{who}: {error[:60]}" for who, error in (("spatch", theirs.error), ("ours", ours.error)) if error
    )
    common, cpu = (wanted & found).total(), (theirs.cpu, ours.cpu)
    return Row(name, wanted.total(), found.total(), common, *unexplained, excused, cpu, note)


def show(row: Row, mode: str) -> None:
    """Print a row, and each unexplained difference in the form of a line of `explained.tsv`."""
    print(row, flush=True)
    for sign, lines in (("-", row.missing), ("+", row.extra)):
        for file, line in lines:
            print("    ", "\t".join((row.script, mode, sign, file, digest(line.encode()), line)))


def main() -> int:
    """Compare, print the table and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", type=Path, required=True)
    parser.add_argument("--script", default="")
    parser.add_argument("--mode", default="report", choices=["report", "org", "patch", "context"])
    parser.add_argument("--every", type=int, default=23)
    options = parser.parse_args()
    files = sample(options.kernel, options.every)
    heads = ("spatch", "ours", "common", "missing", "extra", "known")
    print(f"{'script':32} {' '.join(f'{h:>8}' for h in heads)}  spatch s    ours s")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
        scratch_tree(options.kernel, files, Path(folder))
        for script in scripts(options.kernel, options.script, options.mode):
            rows.append(compare(options.kernel, Path(folder), script, options.mode, files))
            show(rows[-1], options.mode)
    theirs, common = sum(r.theirs for r in rows), sum(r.common for r in rows)
    known = sum(r.explained for r in rows)
    missing, extra = sum(r.missing.total() for r in rows), sum(r.extra.total() for r in rows)
    found = f"{common} of {theirs} lines, {known} differences known"
    print(f"{len(rows)} scripts, {len(files)} files: {found}, unexplained: {missing} missing, {extra} extra")
    return int(extra > 0 or common < TARGET * (common + missing))


if __name__ == "__main__":
    sys.exit(main())
