# SPDX-License-Identifier: GPL-2.0-or-later
"""Compile functions before and after their rewrite, and run the one against the other.

gcc is needed. Its warnings are errors, so that a rewrite leaves nothing unused, nothing uninitialised and
nothing indented in a misleading way; the functions as generated must pass as well.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
# The kernel does not warn of unused parameters either: a function may have to fit a pointer. Functions that
# the tool leaves alone are compiled with the others and not called.
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-unused-function")
FLAGS = ("-std=gnu11", "-O1", f"-I{FOLDER}", "-DCONFIG_PER_VMA_LOCK")


class NoCompilerError(Exception):
    """gcc is missing; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A function before and after, and the C expression that calls either."""

    name: str
    before: str
    after: str
    caller: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running the pairs showed."""

    disagreements: dict[str, str]  # by function: what, and the traces
    scripts: dict[str, int]  # by function: how many were run


def gcc(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run gcc.

    Raises NoCompilerError when there is none.
    """
    compiler = shutil.which("gcc")
    if compiler is None:
        raise NoCompilerError("these tests compile and run C: install gcc")
    return subprocess.run([compiler, *arguments], capture_output=True, text=True, check=False)


def unit(texts: list[str], callers: list[tuple[str, str]], table: str) -> str:
    """Write a translation unit: the functions, and the table of those that are called."""
    rows = [f"static long call_{name}(void) {{ return {caller}; }}" for name, caller in callers]
    entries = [f'\t{{ "{name}", call_{name} }},' for name, _ in callers]
    return "\n".join(
        [
            '#include "recorder.h"',
            *(f"\n{text}" for text in texts),
            *rows,
            f"const struct subject {table}[] = {{",
            *entries,
            "\t{ NULL, NULL }",
            "};",
            "",
        ]
    )


def compile_unit(text: str, path: Path) -> str:
    """Compile a unit to the object beside it; give gcc's complaints, "" when there are none."""
    path.write_text(text, encoding="utf-8")
    done = gcc([*FLAGS, *WARNINGS, "-c", str(path), "-o", str(path.with_suffix(".o"))])
    return done.stderr if done.returncode else ""


def run(folder: Path) -> Outcome:
    """Link the two units of a folder with the recorder and run them."""
    program = folder / "run"
    objects = [str(folder / f"{table}.o") for table in ("originals", "rewritten")]
    done = gcc([*FLAGS, *WARNINGS, "-o", str(program), str(FOLDER / "recorder.c"), *objects])
    assert done.returncode == 0, done.stderr
    ran = subprocess.run([str(program)], capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, f"the recorder ended with {ran.returncode}: {ran.stderr}"
    disagreements: dict[str, str] = {}
    for found in re.finditer(r"^disagreement (\w+): .*\n(?:  .*\n)*", ran.stdout, re.MULTILINE):
        disagreements[found[1]] = disagreements.get(found[1], "") + found[0]
    scripts = {
        m[1]: int(m[2]) + int(m[3])
        for m in re.finditer(r"^scripts (\w+): (\d+) (\d+)$", ran.stdout, re.MULTILINE)
    }
    return Outcome(disagreements, scripts)
