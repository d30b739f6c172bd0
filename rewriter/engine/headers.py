# SPDX-License-Identifier: GPL-2.0-or-later
"""The headers a file includes, read for the types that they declare; they are not matched themselves.

``#include "dev.h"`` is looked for beside the file and in the directories given for it, ``#include <dev.h>``
in these alone. A header that is not found declares nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
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
        """Give what the headers of a file declare, in the order of their first mention.

        ``path`` is the file as it can be opened, ``text`` its bytes.
        """
        found = [header for name in self.always for header in self._find(Path(), name, True)]
        found += self._included(Path(path).parent, text)
        seen = dict.fromkeys(found)
        pending = list(seen) if self.recursive else []
        while pending:
            header = pending.pop(0)
            for other in self._included(header.parent, _read(header)):
                if other not in seen:
                    seen[other] = None
                    pending.append(other)
        return [_declared_in(header) for header in seen]

    def _included(self, folder: Path, text: bytes) -> list[Path]:
        found: list[Path] = []
        for quoted, angled in _INCLUDE.findall(text):
            if self.quoted if quoted else self.angled:
                name = os.fsdecode(quoted or angled)
                found += self._find(folder, name, beside=bool(quoted))
        return found

    def _find(self, folder: Path, name: str, beside: bool) -> Iterator[Path]:
        """Give the first file of this name, if there is one."""
        for place in (*((folder,) if beside else ()), *map(Path, self.directories)):
            path = place / name
            if path.is_file():
                yield path.resolve()
                return


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@lru_cache(maxsize=1024)
def _declared_in(path: Path) -> Declared:
    unit = parse(str(path), _read(path))
    return Declared.of(unit, (e for e in unit.elements if e.intact))
