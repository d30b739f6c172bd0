# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands before the first rule: ``virtual a, b``, ``#include "more.cocci"``, ``using "more.iso"``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rewriter.smpl.lexer import NAME, LineReader
from rewriter.source.text import read_text

_OPTIONS = re.compile(r"^#[ \t]*spatch\b(.*)", re.MULTILINE)
_FILE = re.compile(r'"([^"]+)"|<([^>]+)>')


@dataclass(slots=True)
class Prolog:
    """The virtual rules, and the files with more rules and isomorphisms, each with its line."""

    virtuals: list[str] = field(default_factory=list)
    includes: list[tuple[str, int]] = field(default_factory=list)
    using: list[tuple[str, int]] = field(default_factory=list)


def own_options(text: str) -> list[str]:
    """Give the words of the lines ``# spatch OPTION...`` in a semantic patch."""
    return [word for rest in _OPTIONS.findall(text) for word in rest.split()]


def read_prolog(reader: LineReader, end: int) -> Prolog:
    """Read the first ``end`` lines. Raises SemanticPatchError."""
    found = Prolog()
    text = "\n".join(reader.lines[:end])
    text = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.DOTALL)
    lines = [re.sub(r"//.*", "", raw).strip() for raw in text.split("\n")]
    for number, line in _whole(lines):
        word = line.split()[0] if line else ""
        rest = line.removeprefix(word).strip()
        match word:
            case "virtual":
                found.virtuals += _names(reader, rest, number)
            case "#include":
                found.includes += [(name, number) for name in _files(reader, rest, number)]
            case "using":
                found.using += [(name, number) for name in _files(reader, rest, number)]
            case _ if line and not line.startswith("#!") and not _OPTIONS.match(line):
                raise reader.error(f"'{word}' before the first rule is not supported yet", number)
    return found


def _whole(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give lines with their numbers; one goes on in the next behind a comma or ``virtual`` alone."""
    first, whole = 1, ""
    for number, line in enumerate(lines, 1):
        first, whole = (first, f"{whole} {line}".strip()) if whole else (number, line)
        if not (whole.endswith(",") or whole == "virtual") or number == len(lines):
            yield first, whole
            whole = ""


def _names(reader: LineReader, text: str, line: int) -> list[str]:
    names = [name.strip() for name in re.split(r",|\svirtual\s", text.rstrip(";"))]
    for name in names:
        if not NAME.fullmatch(name):
            raise reader.error(f"'{name}' is no name of a virtual rule", line)
    return names


def _files(reader: LineReader, text: str, line: int) -> list[str]:
    names = [match[1] or match[2] for match in _FILE.finditer(text)]
    if not names:
        raise reader.error("the name of a file was expected", line, hint='write it as "file"')
    return names


def beside(reader: LineReader, name: str, line: int) -> LineReader:
    """Read a file that a semantic patch names, from the folder of the semantic patch.

    Raises SemanticPatchError.
    """
    path = Path(reader.path).parent / name
    try:
        return LineReader(str(path), read_text(path).split("\n"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text file"
        raise reader.error(f"'{name}' cannot be read: {reason}", line) from error
