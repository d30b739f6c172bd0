# SPDX-License-Identifier: GPL-2.0-or-later
"""How a command ends: the exit codes, and one clear line for everything that stops it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from rewriter.cli.output import discard_output
from rewriter.engine.catalog import PatternNotFoundError
from rewriter.engine.scripts import ScriptError
from rewriter.report.series import SeriesError
from rewriter.smpl.errors import SemanticPatchError
from rewriter.source.files import PathError, WriteError
from rewriter.source.macros import MacroFileError
from rewriter.source.settings import SettingsError


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


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what stops a command into one line on stderr and an exit code."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # a reader that left early is noticed here, not at the interpreter's exit
    except SemanticPatchError as error:
        say(str(error))  # names its file, line and the word error itself
        raise typer.Exit(Exit.USAGE) from error
    except (PatternNotFoundError, PathError, SeriesError, SettingsError, MacroFileError) as error:
        complain(str(error))
        raise typer.Exit(Exit.USAGE) from error
    except ScriptError as error:  # of initialize or finalize: a file's own is that file's error
        complain(str(error))
        raise typer.Exit(Exit.USAGE) from error
    except WriteError as error:
        complain(str(error))
        raise typer.Exit(Exit.INCOMPLETE) from error
    except CommandError as error:
        complain(str(error))
        raise typer.Exit(error.code) from error
    except BrokenPipeError as error:
        discard_output()
        raise typer.Exit(Exit.BROKEN_PIPE) from error
    except KeyboardInterrupt as error:
        say("rewriter: interrupted, nothing more is done")
        raise typer.Exit(Exit.INTERRUPTED) from error


def say(message: str) -> None:
    """Write a note to stderr."""
    print(message, file=sys.stderr)


def complain(message: str) -> None:
    """Write an error to stderr."""
    say(f"rewriter: error: {message}")
