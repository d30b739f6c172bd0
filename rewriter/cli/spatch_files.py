# SPDX-License-Identifier: GPL-2.0-or-later
"""From a spatch command line to the files it means, and from results to the files it asks for."""

from __future__ import annotations

from pathlib import Path

from rewriter.cli.spatch_options import Request, UsageError
from rewriter.engine.finding import FileResult
from rewriter.source.files import WriteError, find_files, replace_file


def chosen_files(request: Request) -> list[str]:
    """List the files a request is about: those named, those of ``--file-groups``, those below ``--dir``.

    Raises PathError, UsageError.
    """
    named = [*request.files, *(_listed(request.groups) if request.groups else [])]
    files = [candidate.path for candidate in find_files(named)]
    suffixes = (".c", ".h") if request.headers else (".c",)
    for directory in request.directories:
        for candidate in find_files([directory]):
            path = candidate.path if directory != "." else f"./{candidate.path.removeprefix('./')}"
            if path.endswith(suffixes) and not path.startswith(tuple(request.ignored)):
                files.append(path)
    files = list(dict.fromkeys(files))
    if request.share >= max(1, request.shares):
        raise UsageError(f"--index {request.share}: there are only {request.shares} parts, counted from 0")
    return files[request.share :: max(1, request.shares)]


def _listed(path: str) -> list[str]:
    try:
        lines = Path(path).read_text(errors="surrogateescape").splitlines()
    except OSError as error:
        raise UsageError(f"--file-groups {path}: {(error.strerror or str(error)).lower()}") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("//")]


def keep_result(request: Request, result: FileResult) -> None:
    """Write what a file became where the request wants it: to ``-o``, in place, beside it, or nowhere.

    Raises WriteError.
    """
    assert result.rewrite is not None
    old, new = result.rewrite.text, result.rewrite.apply()
    if request.output:
        _put(request.output, new)
    if request.in_place:
        if request.suffix and not request.out_place:
            _put(result.path + request.suffix, old)
        replace_file(result.path, old, new)
    if request.out_place:
        _put(result.path + (request.suffix or ".cocci_res"), new)


def _put(path: str, content: bytes) -> None:
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise WriteError(f"{path}: not written: {(error.strerror or str(error)).lower()}") from error
