# SPDX-License-Identifier: GPL-2.0-or-later
"""Writing to stdout and stderr: colour only on a terminal, bytes as bytes, progress on stderr alone."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.text import Text


def print_lines(lines: Iterable[Text], stream: TextIO | None = None) -> None:
    """Print lines, coloured when ``stream`` (stdout if not given) is a terminal and NO_COLOR is not set."""
    stream = stream or sys.stdout
    if not coloured(stream):
        for line in lines:
            print(line.plain, file=stream)
        return
    from rich.console import Console  # only a terminal pays for its start

    console = Console(file=stream, highlight=False, emoji=False, markup=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def coloured(stream: TextIO) -> bool:
    """Tell whether colour may be used on ``stream``."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def print_bytes(data: bytes) -> None:
    """Print bytes to stdout as they are."""
    sys.stdout.flush()
    # Unbuffered (PYTHONUNBUFFERED), one write may take only a part.
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def raw_output() -> None:
    """Let the bytes of a file's name or code that are no UTF-8 go out as they came in."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="surrogateescape")


def discard_output() -> None:
    """Let nothing more go to stdout, whose reader has left; a flush at exit would only fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """A line on stderr that counts files while they are read; silent where nobody watches."""

    def __init__(self) -> None:
        self._shown = ""

    def __call__(self, done: int, files: int) -> None:
        """Show that ``done`` of ``files`` are behind us."""
        if not sys.stderr.isatty():
            return
        text = "" if done >= files else f"{done} of {files} files"
        print(
            "\r" + text.ljust(len(self._shown)) + ("" if text else "\r"), end="", file=sys.stderr, flush=True
        )
        self._shown = text
