# SPDX-License-Identifier: GPL-2.0-or-later
"""The headers a file includes: read for the types that they declare, and found for a run to take them along.

``#include "dev.h"`` is looked for beside the file and in the directories given for it, ``#include <dev.h>``
in these alone. A header that is not found declares nothing.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rewriter.match.declared import Declared
from rewriter.syntax.parse import parse

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Headers:
    """Which headers are read: with ``quoted`` those in quotes, with ``angled`` those in angle brackets.

    With ``recursive`` the headers that headers include, too; ``always`` are read for every file.
    """

    quoted: bool = False
    angled: bool = False
    recursive: bool = False
    directories: tuple[str, ...] = ()
    always: tuple[str, ...] = ()

    def declared(self, path: str, text: bytes) -> list[Declared]:
        """Give what the headers of a file declare, in the order in which they are included.

        ``path`` is the file as it can be opened, ``text`` its bytes.
        """
        return [_declared_in(os.path.realpath(header)) for header in self.included_by(path, text)]

    def included_by(self, path: str, text: bytes) -> list[str]:
        """List the headers that a file includes, each behind those that it includes itself."""
        found: dict[str, str] = {}
        for header in (*self._mentioned(path, text), *map(self._find, self.always)):
            self._include(found, header)
        return [header for header in found.values() if header]

    def _include(self, found: dict[str, str], header: str) -> None:
        identity = os.path.realpath(header)
        if not header or identity in found:
            return
        found[identity] = ""  # so that a header which includes itself is not followed again
        if self.recursive:
            for other in self._mentioned(header, _read(header)):
                self._include(found, other)
        del found[identity]
        found[identity] = header

    def _mentioned(self, path: str, text: bytes) -> list[str]:
        """List what a file names itself, as paths of files that there are."""
        found: list[str] = []
        for quoted, angled in _INCLUDE.findall(text):
            if self.quoted if quoted else self.angled:
                found.append(self._find(os.fsdecode(quoted or angled), path if quoted else ""))
        return found

    def _find(self, name: str, beside: str = "") -> str:
        """Give the first header of this name, looked for beside a file first; "" if there is none."""
        folders = [str(Path(beside).parent)] if beside else ["."] if name in self.always else []
        for folder in (*folders, *self.directories):
            if (Path(folder) / name).is_file():
                tidy = os.path.normpath(f"{folder}/{name}")
                return f"./{tidy}" if beside and folder == "." and not tidy.startswith("..") else tidy
        return ""


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


@lru_cache(maxsize=1024)
def _declared_in(path: str) -> Declared:
    unit = parse(path, _read(path))
    return Declared.of(unit, (e for e in unit.elements if e.intact))
