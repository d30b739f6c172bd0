# SPDX-License-Identifier: GPL-2.0-or-later
"""The options that several commands share, and what their words mean."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

import typer

from rewriter.cli.outcome import CommandError
from rewriter.engine.catalog import shipped_patterns
from rewriter.engine.options import RunOptions
from rewriter.smpl.patch import SemanticPatch

ASSUMPTIONS = {"per-vma-locks": "lock_vma_under_rcu() is never the stub that returns NULL"}
INCLUSIONS = {"may-sleep": "functions that could wait at the call"}


class Format(StrEnum):
    """The forms of a result."""

    TEXT = "text"
    JSON = "json"


def complete_pattern(incomplete: str) -> list[str]:
    """Offer the shipped names to the shell."""
    return [pattern.name for pattern in shipped_patterns() if pattern.name.startswith(incomplete)]


def _words(known: dict[str, str]) -> str:
    return "; ".join(f"{word}: {meaning}" for word, meaning in known.items())


def _definition(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_]\w*(=.*)?", value, re.DOTALL):
        raise typer.BadParameter(f"'{value}' is neither NAME nor NAME=VALUE")
    return value


Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help="C files and directories; the current directory if none."),
]
PatternOption = Annotated[
    str,
    typer.Option(
        "--pattern",
        "-p",
        metavar="PATTERN",
        help="A shipped pattern's name or the path of a .cocci file, e.g. -p vma_lock_only.",
        autocompletion=complete_pattern,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", metavar="N", min=1, help="Processes, e.g. -j 4; one per processor if not given."
    ),
]
Defines = Annotated[
    list[str] | None,
    typer.Option(
        "--define",
        "-D",
        metavar="NAME[=VALUE]",
        parser=_definition,
        help="Switch a virtual rule on, name a virtual identifier: -D patch -D fn=kmalloc (repeatable).",
    ),
]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="WORD",
        help=f"Take as given, e.g. --assume per-vma-locks. Repeatable. ({_words(ASSUMPTIONS)})",
    ),
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        "--include",
        metavar="WORD",
        help=f"Rewrite these too, e.g. --include may-sleep. Repeatable. ({_words(INCLUSIONS)})",
    ),
]
Macros = Annotated[
    list[str] | None,
    typer.Option(
        "--macros",
        metavar="FILE",
        help="What is known of macros beyond the built-in list and the tree's rewriter.toml: "
        '--macros toys.toml, which says e.g. iterators = ["all_toys"]. Repeatable.',
    ),
]
NoScripts = Annotated[
    bool,
    typer.Option(
        "--no-scripts", help="Do not run the pattern's Python, e.g. for one you have not read: --no-scripts."
    ),
]


def check_words(options: RunOptions, patch: SemanticPatch) -> None:
    """Raise CommandError for a word of --assume or --include that neither we nor the pattern know."""
    for option, words, known in (
        ("--assume", options.assume, ASSUMPTIONS),
        ("--include", options.include, INCLUSIONS),
    ):
        for word in sorted(words):
            if word not in known and word not in patch.text:
                raise CommandError(f"{option} {word}: the pattern knows no such word")


def run_options(
    defines: list[str] | None, assume: list[str] | None, include: list[str] | None, no_scripts: bool
) -> RunOptions:
    """Put the words of the command line into what the engine takes."""
    virtuals: list[tuple[str, str | None]] = []
    for definition in defines or ():
        name, sign, value = definition.partition("=")
        virtuals.append((name, value if sign else None))
    return RunOptions(tuple(virtuals), frozenset(assume or ()), frozenset(include or ()), no_scripts)
