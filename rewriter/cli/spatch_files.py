# SPDX-License-Identifier: GPL-2.0-or-later
"""From results to the files that a spatch command line asks for."""

from __future__ import annotations

from pathlib import Path

from rewriter.cli.spatch_options import Request
from rewriter.engine.finding import FileResult
from rewriter.source.files import WriteError, replace_file


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
