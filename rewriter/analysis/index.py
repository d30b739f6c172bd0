# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files of a tree define a function or a function-like macro of a given name.

Only what other files can use is indexed: functions of ``.c`` files that are not static, and everything in
headers. Drivers' own headers are left out, they are half of a kernel's text and no use to anybody else. A
function's head is found from its ``{`` in column 0, four times faster than from its first line; a
definition written otherwise in a ``.c`` file is missed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from rewriter.source.files import ReadError

Reader = Callable[[str], bytes]

# Programs of their own that a kernel tree carries along: they share names with the kernel, not code.
_SEPARATE = frozenset(["tools", "scripts", "samples", "Documentation", "usr"])

_BRACE = re.compile(rb"\n\{")
_NAME = re.compile(rb"([A-Za-z_]\w*)[ \t]*\(")
_HEAD = re.compile(rb"\n(?:[A-Za-z_][\w \t*]*[ \t*\n])?\b([A-Za-z_]\w*)[ \t]*\((?=[^;{}]*\{)")
_DEFINE = re.compile(rb"define[ \t]+([A-Za-z_]\w*)(?:\(|[ \t]+[a-z_]\w*\n)")
_MAX_HEAD = 3000  # bytes between a function's first line and its brace


class Index:
    """The index of one tree, built when it is first asked; paths are relative to ``root``."""

    def __init__(self, root: str, read: Reader) -> None:
        self._root = root
        self._read = read
        self._parts: dict[str, dict[bytes, list[str]]] = {}

    def files(self, name: str, asking: str) -> list[str]:
        """Give the files, sorted, that may define ``name`` for the file ``asking``."""
        top = asking.partition("/")[0]
        part = top if top in _SEPARATE else ""
        index = self._parts.get(part)
        if index is None:
            index = self._parts[part] = self._build(part)
        found = index.get(name.encode("utf-8", "surrogateescape"), [])
        return sorted({path for path in found if visible(path, asking)})

    def _build(self, part: str) -> dict[bytes, list[str]]:
        index: dict[bytes, list[str]] = {}
        for path in self._paths(part):
            header = path.endswith(".h")
            if header and path.startswith("drivers/"):
                continue
            try:
                text = self._read(path)
            except ReadError:
                continue
            for name in _HEAD.findall(text) + _DEFINE.findall(text) if header else heads(text):
                index.setdefault(name, []).append(path)
        return index

    def _paths(self, part: str) -> list[str]:
        """List the C files of one program: the separate one called ``part``, or all the rest."""
        found = []
        for directory, below, names in os.walk(Path(self._root, part)):
            inside = os.path.relpath(directory, self._root)
            prefix = "" if inside == "." else f"{inside}/"
            hidden = _SEPARATE if not prefix else frozenset[str]()
            below[:] = [name for name in below if not name.startswith(".") and name not in hidden]
            found += [prefix + name for name in names if name.endswith((".c", ".h"))]
        return found


def heads(text: bytes) -> list[bytes]:
    """Give the names of what looks like a function that is not static, by braces in column 0."""
    found = []
    for brace in _BRACE.finditer(text):
        end = brace.start()
        while end and text[end - 1] == 10:
            end -= 1
        at = end
        while True:
            start = text.rfind(b"\n", 0, at)
            if text[start + 1 : start + 2] not in (b" ", b"\t") or start < 0 or end - start > _MAX_HEAD:
                break
            at = start
        line = text[start + 1 : at]
        if line.startswith(b"static "):
            continue
        name = _NAME.search(line)
        if name:
            found.append(name.group(1))
    return found


def visible(path: str, asking: str) -> bool:
    """Tell whether the code of ``path`` can be linked with or included by the file ``asking``.

    Other architectures cannot.
    """
    mine, theirs = PurePosixPath(asking).parts, PurePosixPath(path).parts
    both_of_arch = len(mine) > 2 and len(theirs) > 2 and mine[0] == theirs[0] == "arch"
    return not both_of_arch or mine[1] == theirs[1]
