# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter spatch``: spatch's command line, output and exit codes over the same engine.

``scripts/coccicheck`` of the kernel runs with it unchanged; it wants the name of one program::

    make coccicheck MODE=report SPATCH=rewriter-spatch
"""

from __future__ import annotations

import sys
from collections import deque
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
from rewriter.engine.iteration import Instance, Virtuals
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
    session = Session(patch, request.scripts)
    required = patch.required if request.prefilter else ANYTHING
    if request.selected_only:
        _announce(request, files, required)
        return _DONE
    _print(session.begin())
    results = _look_at(request, session, options, files)
    failed, asked = any(r.errors for r in results), _asked(results, options)
    rewritten = _rewritten(results)
    if asked and rewritten and not request.in_place:
        raise _FailedError("a script asks for another run over what was changed: that needs --in-place")
    if not (rewritten or failed):
        rewritten = [_unchanged(path) for path in _handled(files, required)] if request.output else []
    _write(request, rewritten)
    while asked:
        instance, given = asked.popleft()
        again = replace(options, virtuals=instance.over(given))
        other = replace(session, patch=Pattern("", "", Path(request.semantic_patch)).parse(again))
        results = _look_at(request, other, again, files if instance.files is None else list(instance.files))
        failed |= any(r.errors for r in results)
        _write(request, _rewritten(results))
        asked.extend(_asked(results, again))
    _print(session.end())
    return _FAILED if failed and not request.directories else _DONE


def _look_at(request: Request, session: Session, options: RunOptions, files: list[str]) -> list[FileResult]:
    """Run a semantic patch on files, each with the scripts' own output, and show what it finds."""
    known = KnownMacros((Candidate(path, path) for path in files), request.macro_files)
    required = session.patch.required if request.prefilter else ANYTHING
    if request.quiet < 2:
        _announce(request, files, required)
    jobs = 1 if session.in_one_process else request.jobs
    looked = look_at_files(partial(_look, session.patch, options, known, session), files, required, jobs)
    results = [FileResult(r.path, skipped=(r,)) if isinstance(r, Skipped) else r for r in looked.results]
    each_by_itself = bool(request.directories or request.groups)
    for result in results:
        _tell(request, result)
        if each_by_itself:
            _show(request, result)
    for result in [] if each_by_itself else reversed(results):
        _show(request, result)
    return results


def _rewritten(results: list[FileResult]) -> list[FileResult]:
    return [r for r in results if r.rewrite is not None and r.rewrite.edits and not r.errors]


def _asked(results: list[FileResult], options: RunOptions) -> deque[tuple[Instance, Virtuals]]:
    """Give the further runs that scripts asked for, with the virtual rules of the run that did."""
    return deque((instance, options.virtuals) for result in results for instance in result.pending)


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


def _tell(request: Request, result: FileResult) -> None:
    _print(result.output)
    for error in result.errors:
        complain(error)
    if request.quiet < 2:
        print_lines(skipped_lines(result.skipped), sys.stderr)


def _show(request: Request, result: FileResult) -> None:
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
