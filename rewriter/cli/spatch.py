# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter spatch``: spatch's command line, output and exit codes over the same engine.

``scripts/coccicheck`` of the kernel runs with it unchanged; it wants the name of one program::

    make coccicheck MODE=report SPATCH=rewriter-spatch
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rewriter import __version__
from rewriter.cli.outcome import Exit, complain, say
from rewriter.cli.output import discard_output, print_bytes, print_lines, raw_output
from rewriter.cli.spatch_files import chosen_files, keep_result
from rewriter.cli.spatch_options import Request, UsageError, configured, help_text, parse_options
from rewriter.edit.edit import Rewrite
from rewriter.engine.catalog import Pattern, PatternNotFoundError
from rewriter.engine.finding import FileResult
from rewriter.engine.options import RunOptions
from rewriter.engine.run import run_file
from rewriter.engine.scripts import ScriptError
from rewriter.engine.session import Session
from rewriter.engine.workers import look_at_files
from rewriter.report.pattern import show_pattern
from rewriter.report.spatch import spatch_diff
from rewriter.report.text import skipped_lines
from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.isofile import IsomorphismChoice
from rewriter.smpl.patch import SemanticPatch
from rewriter.smpl.prolog import own_options
from rewriter.source.files import Candidate, PathError, ReadError, WriteError, read_file
from rewriter.source.macros import MacroFileError
from rewriter.source.needs import ANYTHING, Needs
from rewriter.source.settings import KnownMacros, SettingsError
from rewriter.source.text import Skipped

#: The release of spatch whose language is understood; scripts ask for it with ``// Requires:``.
LANGUAGE = "1.1.1"

_DONE, _USAGE, _FAILED = 0, 2, 255


class _FailedError(Exception):
    """The run ends with exit code 255; ``str()`` is the line to show."""


def spatch(words: Sequence[str]) -> int:
    """Follow a command line of spatch's and give the exit code."""
    try:
        try:
            return _follow(_request(words))
        finally:
            sys.stdout.flush()
    except UsageError as error:
        complain(f"{error} (rewriter spatch --help lists the options)")
        return _USAGE
    except (MacroFileError, SettingsError) as error:
        complain(str(error))
        return _USAGE
    except SemanticPatchError as error:
        say(str(error))
        return _FAILED
    except (_FailedError, ScriptError, PatternNotFoundError, PathError, ReadError, WriteError) as error:
        complain(str(error))
        return _FAILED
    except BrokenPipeError:
        discard_output()
        return Exit.BROKEN_PIPE
    except KeyboardInterrupt:
        say("rewriter: interrupted, nothing more is done")
        return Exit.INTERRUPTED


def main() -> None:
    """Run ``rewriter-spatch``; never returns."""
    raw_output()
    sys.exit(spatch(sys.argv[1:]))


def _request(words: Sequence[str]) -> Request:
    """Read the configuration files, what the semantic patch asks for, then the command line, which wins."""
    asked = parse_options(words)
    places = dict.fromkeys([Path.home(), Path.cwd(), *map(Path, asked.directories)])
    settings = [word for place in places for word in configured(place)]
    if asked.semantic_patch and Path(asked.semantic_patch).is_file():
        settings += own_options(Path(asked.semantic_patch).read_text(encoding="utf-8", errors="replace"))
    return parse_options([*settings, *words]) if settings else asked


def _follow(request: Request) -> int:
    match request.action:
        case "version":
            print(f"rewriter spatch {LANGUAGE} (the language; rewriter {__version__})")
            return _DONE
        case "help":
            print(help_text(), end="")
            return _DONE
        case "options":
            print(request)
            return _DONE
    if not request.semantic_patch:
        raise UsageError("no semantic patch: --sp-file FILE")
    if request.quiet < 2:
        for note in request.notes:
            say(f"rewriter: note: {note}")
    options = RunOptions(
        tuple(request.virtuals),
        no_scripts=not request.scripts,
        seconds=request.timeout,
        loops=request.loops,
        inconsistent_paths=request.inconsistent_paths,
        only_returns=request.only_returns,
        headers=request.headers_read,
        isomorphisms=IsomorphismChoice(request.isomorphisms, frozenset(request.disabled)),
    )
    patch = Pattern("", "", Path(request.semantic_patch)).parse(options)
    if request.quiet < 2:
        for warning in patch.warnings:
            say(f"rewriter: warning: {warning}")
    if request.action == "parse":
        print(show_pattern(patch), end="")
        return _DONE
    return _run(request, patch, options)


def _run(request: Request, patch: SemanticPatch, options: RunOptions) -> int:
    files = chosen_files(request)
    if not files:
        raise UsageError("no C file to look at: name one, or --dir DIR")
    known = KnownMacros((Candidate(path, path) for path in files), request.macro_files)
    required = patch.required if request.prefilter else ANYTHING
    if request.quiet < 2 or request.selected_only:
        _announce(request, files, required)
    if request.selected_only:
        return _DONE
    session = Session(patch, request.scripts)
    _print(session.begin())
    jobs = 1 if session.in_one_process else request.jobs
    looked = look_at_files(partial(_look, patch, options, known, session), files, required, jobs)
    rewritten: list[FileResult] = []
    failed = False
    for found in looked.results:
        result = FileResult(found.path, skipped=(found,)) if isinstance(found, Skipped) else found
        failed |= bool(result.errors)
        _show(request, result)
        if result.rewrite is not None and result.rewrite.edits and not result.errors:
            rewritten.append(result)
    _print(session.end())
    if not (rewritten or failed):
        rewritten = [_unchanged(path) for path in _handled(files, required)] if request.output else []
    _write(request, rewritten)
    return _FAILED if failed and not request.directories else _DONE


def _look(
    patch: SemanticPatch, options: RunOptions, known: KnownMacros, session: Session, path: str, text: bytes
) -> FileResult | None:
    result = run_file(patch, path, text, replace(options, macros=known.of(path)), session=session)
    return None if result == FileResult(path) else result


def _announce(request: Request, files: list[str], required: Needs) -> None:
    holds = required.finder()
    if required != ANYTHING:
        say(f"files are looked at if they hold {required}")
    for path in files:
        text = read_file(path)
        held = holds(text, 0, len(text))
        say(f"HANDLING: {path}" if held else f"Skipping: {path}")
        if held and request.selected_only:
            say(f"selected {path}")


def _handled(files: list[str], required: Needs) -> list[str]:
    holds = required.finder()
    return [path for path in files if holds(text := read_file(path), 0, len(text))]


def _unchanged(path: str) -> FileResult:
    return FileResult(path, rewrite=Rewrite(read_file(path), ()))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _show(request: Request, result: FileResult) -> None:
    _print(result.output)
    for error in result.errors:
        complain(error)
    if request.quiet < 2:
        print_lines(skipped_lines(result.skipped), sys.stderr)
    if not request.show_diff or result.errors or not (result.rewrite or result.starred):
        return
    root = request.patch_root
    if root is None and request.directories:
        root = next((d for d in request.directories if Path(d) in Path(result.path).parents), None)
    text = result.rewrite.text if result.rewrite is not None else read_file(result.path)
    print_bytes(spatch_diff(result, text, root, request.context))


def _write(request: Request, rewritten: list[FileResult]) -> None:
    if request.output and len(rewritten) != 1:
        many = "several files change" if rewritten else "no file holds what the rules need"
        raise _FailedError(f"-o {request.output}: nothing is written, {many}")
    for result in rewritten:
        keep_result(request, result)
