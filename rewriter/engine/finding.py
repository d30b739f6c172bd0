# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run of a semantic patch over one file says: findings, notes, a rewrite, what was skipped."""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.edit.edit import Rewrite
from rewriter.engine.iteration import Instance
from rewriter.source.text import Skipped, Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a verdict, with the place where it can be seen."""

    kind: str
    file: str
    line: int  # 1-based
    text: str


@dataclass(frozen=True, slots=True)
class ConstantTest:
    """A test whose value a rewrite fixed: the place in the input, and ``true`` or ``false``."""

    file: str
    line: int  # 1-based, in the input
    value: bool
    text: str  # the operand as written, e.g. ``!vma``


@dataclass(frozen=True, slots=True)
class Finding:
    """One place a pattern speaks about, and what it says.

    ``verdict`` is the pattern's own word (``trylock-fallback``); a pattern that only rewrites or only
    reports has the verdict ``match``.
    """

    rule: str
    file: str
    line: int  # 1-based
    column: int  # 0-based, bytes
    end_column: int  # 0-based, exclusive
    function: str
    verdict: str
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    may_sleep: bool = False
    constant_tests: tuple[ConstantTest, ...] = ()
    actionable: bool = True  # counts for exit code 1: something a reader should act on


@dataclass(frozen=True, slots=True)
class Note:
    """What a reviewer should know about a rewritten function, one sentence with its place."""

    file: str
    line: int  # 1-based, in the input
    function: str
    text: str


@dataclass(frozen=True, slots=True)
class FileResult:
    """Everything one file gave. ``rewrite`` is None when nothing changes."""

    path: str
    findings: tuple[Finding, ...] = ()
    output: tuple[str, ...] = ()  # lines printed by the semantic patch's scripts
    notes: tuple[Note, ...] = ()
    rewrite: Rewrite | None = None
    rewritten_functions: tuple[str, ...] = ()
    withheld: str = ""  # why a rewrite must not be written without being asked for, "" when it may
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[str, ...] = ()  # rules that had to be abandoned on this file, one line each
    starred: tuple[Span, ...] = ()  # code that matched ``*`` lines, in bytes of the input, sorted
    pending: tuple[Instance, ...] = ()  # further runs that scripts asked for
    ended: int | None = None  # a script called ``sys.exit``: the exit code that all of the run is to have
