# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a function or a function-like macro is defined, seen from a file that calls it.

What the asking file defines itself hides everything else. Otherwise all definitions in headers it could
include and in other files count, since each may be the one of some configuration. A tree may be one file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rewriter.analysis.index import Index, Reader
from rewriter.analysis.lexical import blank
from rewriter.source.files import ReadError
from rewriter.source.text import Lines

_FUNCTION = re.compile(rb"^(?:[A-Za-z_][^\n;{}=]*[ \t*\n])?([A-Za-z_]\w*)[ \t]*\([^;{}]*\{", re.M)
_FIRST_ARGUMENT = re.compile(rb"[ \t]*\([ \t\n]*([A-Za-z_]\w*)")
_PARAMETERS = re.compile(rb"[ \t]*\([^;{}]*\{")
_NOT_IN_HEAD = re.compile(rb"[;{}=]")
_STATIC = re.compile(rb"\bstatic\b")
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_DEFINE = re.compile(rb"#[ \t]*define[ \t]+")
_MACRO = re.compile(rb"(\([^)\n]*\))((?:[^\n]*\\\n)*[^\n]*)")
_ALIAS = re.compile(rb"[ \t]+([A-Za-z_]\w*)[ \t]*$", re.M)
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.M)


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One definition: its head and body as blanked text, and where they begin in the file.

    A macro's head ends with its parameters, its body is the rest of the ``#define``.
    """

    name: str
    file: str
    offset: int  # of the head
    body: int  # where the body begins in ``text``
    text: bytes = field(repr=False)
    static: bool
    macro: bool = False


@dataclass(frozen=True, slots=True)
class Extent:
    """A function's place in its file: where its head, its body and what follows begin."""

    name: str
    start: int
    body: int
    end: int


_NOWHERE = Extent("", 0, 0, 0)


class Definitions:
    """The definitions of one tree; ``read`` gives a file's bytes by its path relative to the root."""

    def __init__(self, root: str | None, read: Reader) -> None:
        self._read = read
        self._index = Index(root, read) if root is not None else None
        self._texts: dict[str, bytes] = {}
        self._lines: dict[str, Lines] = {}
        self._extents: dict[str, list[Extent]] = {}
        self._found: dict[tuple[str, str], tuple[Definition, ...]] = {}
        self._in_file: dict[tuple[str, str], tuple[Definition, ...]] = {}

    def find(self, name: str, file: str) -> tuple[Definition, ...]:
        """Give every definition that a call of ``name`` in ``file`` can reach; empty when there is none."""
        key = name, file
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self.within(name, file) or self._outside(name, file)
        return found

    def within(self, name: str, file: str) -> tuple[Definition, ...]:
        """Give the definitions of ``name`` in ``file`` itself."""
        key = name, file
        found = self._in_file.get(key)
        if found is None:
            found = self._in_file[key] = tuple(extract(name, file, self.text(file)))
        return found

    def text(self, file: str) -> bytes:
        """Give a file's bytes, nothing for one that cannot be read."""
        text = self._texts.get(file)
        if text is None:
            try:
                text = self._read(file)
            except ReadError:
                text = b""
            self._texts[file] = text
        return text

    def offset(self, file: str, line: int) -> int:
        """Give the first byte of a 1-based ``line`` of ``file``, the file's end for one behind it."""
        self.line(file, 0)
        lines = self._lines[file]
        return lines.starts[line - 1] if 0 < line <= len(lines.starts) else len(lines.text)

    def line(self, file: str, offset: int) -> int:
        """Give the 1-based line of a byte of ``file``."""
        lines = self._lines.get(file)
        if lines is None:
            lines = self._lines[file] = Lines.of(self.text(file))
        return lines.line(offset)

    def around(self, file: str, offset: int) -> Extent:
        """Give the function whose body holds a byte of ``file``, one without a name if none does."""
        extents = self._extents.get(file)
        if extents is None:
            extents = self._extents[file] = list(_extents(self.text(file)))
        at = bisect_right(extents, offset, key=lambda extent: extent.body) - 1
        return extents[at] if at >= 0 and offset < extents[at].end else _NOWHERE

    def _outside(self, name: str, file: str) -> tuple[Definition, ...]:
        files = self._near(file)
        if self._index is not None:
            files += [path for path in self._index.files(name, file) if path not in files]
        found: list[Definition] = []
        for path in files:
            if path != file:
                header = path.endswith(".h")
                found += [d for d in self.within(name, path) if header or not d.static]
        # The longest first: the others tend to be the stubs of smaller configurations.
        return tuple(sorted(found, key=lambda d: -len(d.text)))

    def _near(self, file: str) -> list[str]:
        """Give the headers that a file includes by a path of its own, such as ``"internal.h"``."""
        parent = PurePosixPath(file).parent
        near = []
        for found in _INCLUDE.findall(self.text(file)):
            path = _normal(parent / found.decode("utf-8", "surrogateescape"))
            if path not in near:
                near.append(path)
        return near


def _extents(text: bytes) -> Iterator[Extent]:
    blanked = blank(text)
    for found in _FUNCTION.finditer(blanked):
        name = found.group(1)
        if name.isupper():
            # BPF_CALL_2(name, ..) and SYSCALL_DEFINE1(name, ..) define what their first argument names.
            argument = _FIRST_ARGUMENT.match(blanked, found.end(1))
            name = argument.group(1) if argument is not None else name
        opening = found.end() - 1
        stop = _end_of_body(blanked, opening)
        yield Extent(name.decode("utf-8", "surrogateescape"), found.start(), opening, stop)


def _end_of_body(text: bytes, opening: int) -> int:
    """Give where the body that begins at ``opening`` ends: at a ``}`` in column 0, or on its own line."""
    line = text.find(b"\n", opening)
    if b"}" in text[opening : line if line >= 0 else len(text)]:
        return line if line >= 0 else len(text)
    end = text.find(b"\n}", opening)
    return end + 2 if end >= 0 else len(text)


def extract(name: str, file: str, text: bytes) -> list[Definition]:
    """Cut the definitions of ``name`` out of a file's text."""
    word = name.encode("utf-8", "surrogateescape")
    found: list[Definition] = []
    at = text.find(word) if word else -1
    while at >= 0:
        behind = at + len(word)
        line = text.rfind(b"\n", 0, at) + 1
        before = text[line:at]
        made = None
        if before[:1] == b"#" and _DEFINE.fullmatch(before):
            made = _macro(name, file, text, behind)
        elif not before or (before[0] in _LETTERS and before[-1:] in (b" ", b"\t", b"*")):
            made = _function(name, file, text, line, at, behind)
        if made is not None:
            found.append(made)
        at = text.find(word, behind)
    return found


def _function(name: str, file: str, text: bytes, line: int, at: int, behind: int) -> Definition | None:
    """Give the function whose name stands at ``at`` in a line that begins in column 0, if it is one."""
    if _NOT_IN_HEAD.search(text, line, at):
        return None
    head = _PARAMETERS.match(text, behind)
    if head is None:
        return None
    if line == at and line:
        # The type, or a part of it, may have the line before to itself.
        previous = text.rfind(b"\n", 0, line - 1) + 1
        if text[previous] in _LETTERS and not _NOT_IN_HEAD.search(text, previous, line):
            line = previous
    opening = head.end() - 1
    stop = _end_of_body(text, opening)
    static = _STATIC.search(text, line, at) is not None
    return Definition(name, file, line, opening - line, blank(text[line:stop]), static)


def _macro(name: str, file: str, text: bytes, behind: int) -> Definition | None:
    """Give the macro whose name ends at ``behind``: one with parameters, or an alias of another name."""
    with_parameters = _MACRO.match(text, behind)
    if with_parameters is not None:
        parameters, rest = with_parameters.groups()
        body = blank(parameters + rest.replace(b"\\\n", b" \n"))
        return Definition(name, file, behind, len(parameters), body, False, True)
    alias = _ALIAS.match(text, behind)
    if alias is None:
        return None
    # An alias is a macro that hands all its arguments on.
    return Definition(name, file, behind, 5, b"(...) " + alias.group(1) + b"(__VA_ARGS__)", False, True)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
