# SPDX-License-Identifier: GPL-2.0-or-later
"""What stops a command: one clear line for each error, and its exit code.

Apart from the exit codes, so that `rewriter-spatch`, which has codes of its own, starts without what only
the other commands need.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from rewriter.cli.outcome import CommandError, Exit, complain, say
from rewriter.cli.output import discard_output
from rewriter.engine.catalog import PatternNotFoundError
from rewriter.engine.scripts import ScriptError
from rewriter.report.series import SeriesError
from rewriter.smpl.errors import SemanticPatchError
from rewriter.source.files import PathError, WriteError
from rewriter.source.macros import MacroFileError
from rewriter.source.settings import SettingsError


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
