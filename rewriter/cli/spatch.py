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
from rewriter.cfg.flow import Flow
from rewriter.cli.outcome import Exit, complain, say
from rewriter.cli.output import discard_output, print_bytes, print_lines, raw_output
from rewriter.cli.spatch_files import keep_result
from rewriter.cli.spatch_groups import Group, Units, chosen_groups, joining_headers
from rewriter.cli.spatch_options import Request, UsageError, configured, help_text, parse_options
from rewriter.edit.edit import Rewrite
from rewriter.engine.catalog import Pattern, PatternNotFoundError
from rewriter.engine.finding import FileResult
from rewriter.engine.iteration import Instance, Virtuals
from rewriter.engine.options import RunOptions
from rewriter.engine.scripts import ScriptError
from rewriter.engine.session import Session
from rewriter.engine.workers import look_at_files
from rewriter.match.manner import Manner
from rewriter.report.pattern import show_pattern
from rewriter.report.spatch import spatch_diff
from rewriter.report.text import skipped_lines
from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.isofile import IsomorphismChoice
from rewriter.smpl.parser import parse_semantic_patch
from rewriter.smpl.patch import SemanticPatch
from rewriter.smpl.prolog import own_options
from rewriter.smpl.reverse import patch_around, reversed_patch
from rewriter.source.files import Candidate, PathError, ReadError, WriteError, read_file
from rewriter.source.macros import MacroFileError, MacroTable
from rewriter.source.needs import ANYTHING, Needs
from rewriter.source.settings import KnownMacros, SettingsError

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
    except ScriptError as error:
        complain(str(error))
        return _FAILED if error.exit_code is None else error.exit_code
    except (_FailedError, PatternNotFoundError, PathError, ReadError, WriteError) as error:
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
    if not (request.semantic_patch or request.code):
        raise UsageError("no semantic patch: --sp-file FILE")
    if request.quiet < 2:
        for note in request.notes:
            say(f"rewriter: note: {note}")
    options = RunOptions(
        tuple(request.virtuals),
        no_scripts=not request.scripts,
        seconds=request.timeout,
        flow=Flow(request.loops, request.gotos, request.conditionals),
        inconsistent_paths=request.inconsistent_paths,
        manner=Manner(request.only_returns, request.nested, request.ordered),
        headers=request.headers_read,
        width=sys.maxsize if request.as_written else request.width,
        as_written=request.as_written,
        keep_comments=request.keep_comments,
        isomorphisms=IsomorphismChoice(request.isomorphisms, frozenset(request.disabled)),
    )
    patch = _parsed(request, options)
    if request.quiet < 2:
        for warning in patch.warnings:
            say(f"rewriter: warning: {warning}")
    if request.action == "parse":
        print(show_pattern(patch), end="")
        return _DONE
    return _run(request, patch, options)


def _parsed(request: Request, options: RunOptions) -> SemanticPatch:
    """Parse the semantic patch that is asked for, or made of ``--sp``, which is shown."""
    path = "--sp" if request.code else request.semantic_patch
    if request.code:
        text = patch_around(request.code)
        print(text)
    else:
        text = Pattern("", "", Path(path)).text()
    if request.reverse:
        text = reversed_patch(text, path)
    return parse_semantic_patch(
        text,
        path,
        options.enabled,
        options.bindings,
        isomorphisms=options.isomorphisms,
        as_written=options.as_written,
    )


def _run(request: Request, patch: SemanticPatch, options: RunOptions) -> int:
    groups = chosen_groups(request)
    if not groups:
        raise UsageError("no C file to look at: name one, or --dir DIR")
    session = Session(patch, request.scripts)
    required = patch.required if request.prefilter else ANYTHING
    if request.selected_only:
        _announce(request, groups, required)
        return _DONE
    _print(session.begin())
    results = _look_at(request, session, options, groups)
    failed, asked = any(r.errors for r in results), _asked(results, options)
    rewritten = _rewritten(results)
    status = _ended(results)
    if status is not None:
        if not request.output:
            _write(request, rewritten)
        return status
    if asked and rewritten and not request.in_place:
        raise _FailedError("a script asks for another run over what was changed: that needs --in-place")
    if request.output and not (rewritten or failed):
        rewritten = [_unchanged(path) for path in _handled(groups, required) or _handled(groups, ANYTHING)]
    _write(request, rewritten)
    while asked:
        instance, given = asked.popleft()
        again = replace(options, virtuals=instance.over(given))
        other = replace(session, patch=_parsed(request, again))
        chosen = groups if instance.files is None else [Group(tuple(instance.files))] * bool(instance.files)
        results = _look_at(request, other, again, chosen)
        if (status := _ended(results)) is not None:
            return status
        failed |= any(r.errors for r in results)
        _write(request, _rewritten(results))
        asked.extend(_asked(results, again))
    _print(session.end())
    return _FAILED if failed and not request.directories else _DONE


def _look_at(
    request: Request, session: Session, options: RunOptions, groups: Sequence[Group]
) -> list[FileResult]:
    """Run a semantic patch on files, each with the scripts' own output, and show what it finds."""
    patch = session.patch
    files = [path for group in groups for path in group.files]
    symbols = MacroTable().extended(defined=request.defined, undefined=request.undefined)
    known = KnownMacros((Candidate(path, path) for path in files), request.macro_files, symbols)
    units = Units(session, groups, joining_headers(request, patch), known)
    required = patch.required if request.prefilter else ANYTHING
    if request.quiet < 2:
        _announce(request, groups, required)
    looked = look_at_files(
        partial(units.look, options),
        list(units.members),
        required,
        1 if session.in_one_process else request.jobs,
        together=units.members,
        chosen_are=units.let_headers_join,
    )
    results: list[FileResult] = []
    for group, told in units.results(looked.results):
        for result in told:
            _tell(request, result)
        shown = {result.path: result for result in told}
        for path in units.in_order_of_diffs(group):
            if path in shown:
                _show(request, shown[path])
        results += told
        if _ended(told) is not None:
            break
    return results


def _ended(results: Iterable[FileResult]) -> int | None:
    """Give the exit code with which a script on one of the files ended the run."""
    return next((r.ended for r in results if r.ended is not None), None)


def _rewritten(results: list[FileResult]) -> list[FileResult]:
    return [r for r in results if r.rewrite is not None and r.rewrite.edits and not r.errors]


def _asked(results: list[FileResult], options: RunOptions) -> deque[tuple[Instance, Virtuals]]:
    """Give the further runs that scripts asked for, with the virtual rules of the run that did."""
    return deque((instance, options.virtuals) for result in results for instance in result.pending)


def _announce(request: Request, groups: Sequence[Group], required: Needs) -> None:
    if required != ANYTHING:
        say(f"files are looked at if they hold {required}")
    for group in groups:
        held = group.holds(required)
        say(f"HANDLING: {group}" if held else f"Skipping: {group}")
        for path in group.files if held and request.selected_only else ():
            say(f"selected {path}")


def _handled(groups: Sequence[Group], required: Needs) -> list[str]:
    return [path for group in groups if group.holds(required) for path in group.files]


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
        changing = any(r.rewrite is not None and r.rewrite.edits for r in rewritten)
        several = "several files change" if changing else "there are several files"
        many = several if rewritten else "no file could be rewritten"
        raise _FailedError(f"-o {request.output}: nothing is written, {many}")
    for result in rewritten:
        keep_result(request, result)
