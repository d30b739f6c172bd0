# SPDX-License-Identifier: GPL-2.0-or-later
"""How a command ends: the exit codes, and where notes and errors are told."""

from __future__ import annotations

import sys
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes; when several hold, the first of USAGE, FOUND, INCOMPLETE wins."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130
    BROKEN_PIPE = 141


EXIT_CODES = (
    "Exit codes: 0 done, nothing wrong. 1 found something to act on (scan), left a rewrite unwritten for "
    "want of --assume (apply --in-place, series), or a check (series) or a case (test) failed. 2 wrong "
    "usage, a bad semantic patch, macro file or rewriter.toml. 3 finished, but some code that could have "
    "matched was not analysed, or a file was not written. "
    "When several hold: 2, then 1, then 3."
)


class CommandError(Exception):
    """A command cannot go on; ``str()`` is the line to show."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """Write a note to stderr."""
    print(message, file=sys.stderr)


def complain(message: str) -> None:
    """Write an error to stderr."""
    say(f"rewriter: error: {message}")
