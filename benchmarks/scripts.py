# SPDX-License-Identifier: GPL-2.0-or-later
"""Measure the kernel's own scripts against spatch, file by file, where spatch takes more than a second.

``REWRITER_KERNEL=DIR python benchmarks/scripts.py`` writes ``benchmarks/scripts.md``. Arguments: how many
files (the largest of every 23rd, default 6), the mode (default report), a part of the scripts' names. What
is measured is the processor time of the whole process, with its start and the parse.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OURS = [sys.executable, "-m", "rewriter", "spatch"]
LEAST = 1.0  # seconds of spatch: below, it is the start that counts
BOUND = 2.0
_OPTIONS = re.compile(r"^//\s*Options:(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """Processor seconds of both for one script on one file."""

    script: str
    file: str
    theirs: float
    ours: float

    @property
    def ratio(self) -> float:
        """How many times spatch's time ours is."""
        return self.ours / self.theirs

    def __str__(self) -> str:
        return f"| {self.script} | {self.file} | {self.theirs:.2f} | {self.ours:.2f} | {self.ratio:.2f} |"


def largest(kernel: Path, count: int) -> list[str]:
    """Give the largest of every 23rd .c file, in the order of their names."""
    files = sorted(p for p in kernel.rglob("*.c") if p.is_file() and not p.is_symlink())[::23]
    files.sort(key=lambda p: -p.stat().st_size)
    return [str(p.relative_to(kernel)) for p in files[:count]]


def scripts(kernel: Path, mode: str, part: str) -> Iterator[Path]:
    """Walk the scripts that have a mode, by name."""
    for path in sorted((kernel / "scripts/coccinelle").rglob("*.cocci")):
        if part in str(path) and re.search(rf"(?m)^virtual\s.*\b{mode}\b", path.read_text()):
            yield path


def seconds(tool: list[str], kernel: Path, script: Path, mode: str, file: str) -> float:
    """Give the processor seconds a tool takes for one script on one file."""
    found = _OPTIONS.search(script.read_text())
    options = [*(found[1].split() if found else []), "--timeout", "300", "-D", mode, "--very-quiet"]
    command = [*tool, *options, "--cocci-file", str(script), file]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=kernel, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(kernel: Path, mode: str, files: list[str], part: str) -> list[Measured]:
    """Measure every script on every file and keep what takes spatch more than a second."""
    top = kernel / "scripts/coccinelle"
    found: list[Measured] = []
    for script in scripts(kernel, mode, part):
        for file in files:
            theirs = seconds(["spatch"], kernel, script, mode, file)
            if theirs > LEAST:
                ours = seconds(OURS, kernel, script, mode, file)
                name = str(script.relative_to(top).with_suffix(""))
                found.append(Measured(name, file, theirs, ours))
                print(found[-1], file=sys.stderr, flush=True)
    return found


def table(found: list[Measured], mode: str, files: int) -> str:
    """Say how the times compare, with the pairs by ratio."""
    found = sorted(found, key=lambda m: -m.ratio)
    over = sum(m.ratio > BOUND for m in found)
    theirs, ours = sum(m.theirs for m in found), sum(m.ours for m in found)
    heads = f"CPU seconds of whole processes on one shared machine, {mode} mode, {files} files.\n\n"
    heads += f"{len(found)} pairs of script and file take spatch more than {LEAST:.0f} s: {theirs:.0f} s, "
    heads += f"ours {ours:.0f} s; {over} take more than {BOUND:.0f} times as long.\n\n"
    heads += "| script | file | spatch | ours | ratio |\n|---|---|---|---|---|\n"
    return heads + "".join(f"{row}\n" for row in found)


def main() -> None:
    """Measure and write the table."""
    if shutil.which("spatch") is None:
        print("scripts.py: there is no spatch to compare with", file=sys.stderr)
        return
    count, mode, part, *_ = (*sys.argv[1:], *("6", "report", "")[len(sys.argv) - 1 :])
    kernel = Path(os.environ["REWRITER_KERNEL"])
    files = largest(kernel, int(count))
    text = table(measure(kernel, mode, files, part), mode, len(files))
    if not part:
        Path(__file__).with_name("scripts.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
