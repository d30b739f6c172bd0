# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of macros that the C grammar cannot know, as sets of names.

``MacroTable.default()`` reads ``macros.toml`` beside this module; a project's own file has a word on its
names before it, and the ``#define`` lines of the file being read add those that are visible there: an
empty or attribute-only body makes an attribute, a body that starts with ``for (`` makes a loop.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path


class MacroFileError(Exception):
    """A macro file that cannot be used; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class MacroTable:
    """Names of macros by what they are: the tables of ``macros.toml``, as bytes like the text."""

    attributes: frozenset[bytes] = field(default=frozenset(), repr=False)
    attribute_calls: frozenset[bytes] = field(default=frozenset(), repr=False)
    iterators: frozenset[bytes] = field(default=frozenset(), repr=False)
    blocks: frozenset[bytes] = field(default=frozenset(), repr=False)
    declarers: frozenset[bytes] = field(default=frozenset(), repr=False)
    functions: frozenset[bytes] = field(default=frozenset(), repr=False)
    types: frozenset[bytes] = field(default=frozenset(), repr=False)
    defined: frozenset[bytes] = field(default=frozenset(), repr=False)  # for #ifdef, and not 0 for #if
    undefined: frozenset[bytes] = field(default=frozenset(), repr=False)

    @staticmethod
    def default() -> MacroTable:
        """Give the table that comes with the program; the same object at every call."""
        return _default()

    @staticmethod
    def load(path: Path) -> MacroTable:
        """Read a macro file: lists of names in TOML, or a C header whose ``#define`` lines show what is what.

        Raises MacroFileError naming the file and what is wrong in it.
        """
        try:
            if path.suffix == ".toml":
                return MacroTable.of(tomllib.loads(path.read_text(encoding="utf-8")))
            attributes, iterators = _local_macros(b"\n" + path.read_bytes(), MacroTable.default())
            return MacroTable(attributes=frozenset(attributes), iterators=frozenset(iterators))
        except UnicodeDecodeError as error:
            raise MacroFileError(f"{path}: no text file (byte {error.start})") from error
        except ValueError as error:
            raise MacroFileError(f"{path}: {error}") from error
        except OSError as error:
            raise MacroFileError(f"{path}: {(error.strerror or str(error)).lower()}") from error

    @staticmethod
    def of(tables: Mapping[str, object]) -> MacroTable:
        """Make a table of lists of names; raises ValueError for an unknown list and for what is no name."""
        known = [f.name for f in fields(MacroTable)]
        read: dict[str, frozenset[bytes]] = {}
        for table, members in tables.items():
            if table not in known:
                raise ValueError(f"unknown list '{table}', there are {', '.join(known)}")
            if not isinstance(members, list):
                raise ValueError(f"'{table}' is no list of names like [\"name\"]")
            for member in members:
                if not isinstance(member, str) or not re.fullmatch(r"[A-Za-z_]\w*", member, re.ASCII):
                    raise ValueError(f"'{table}' holds {member!r}, which is no name")
            read[table] = frozenset(member.encode() for member in members)
        return MacroTable(**read)

    @property
    def names(self) -> frozenset[bytes]:
        """All names, whatever they are."""
        return frozenset().union(*(getattr(self, f.name) for f in fields(self)))

    def overridden_by(self, other: MacroTable) -> MacroTable:
        """Give a table that says of each name what ``other`` says, and what this one says of the rest."""
        known = other.names
        if not known:
            return self
        return MacroTable(
            **{f.name: (getattr(self, f.name) - known) | getattr(other, f.name) for f in fields(self)}
        )

    def extended(self, **names: Iterable[str]) -> MacroTable:
        """Add names, table by table: ``extended(iterators=["loop"], types=["u32"])``.

        Raises TypeError for a table that does not exist.
        """
        added = {}
        for table, members in names.items():
            if table not in {f.name for f in fields(self)}:
                raise TypeError(f"no table of macros is called {table!r}")
            known: frozenset[bytes] = getattr(self, table)
            added[table] = known | {name.encode("utf-8", "surrogateescape") for name in members}
        return replace(self, **added)

    def with_defines(self, text: bytes) -> MacroTable:
        """Add what the ``#define`` lines of ``text`` show; gives ``self`` when they show nothing new.

        A name that some table has stays what it is.
        """
        attributes, iterators = _local_macros(text, self)
        known = self.names
        attributes, iterators = attributes - known, iterators - known
        if not attributes and not iterators:
            return self
        return replace(self, attributes=self.attributes | attributes, iterators=self.iterators | iterators)


@cache
def _default() -> MacroTable:
    return MacroTable.load(Path(__file__).with_name("macros.toml"))


# The value must be empty or begin with a word: register headers hold thousands that are numbers.
_DEFINE = re.compile(rb"\n#[ \t]*define[ \t]++(\w++)(?:(\()|[ \t]*+(?=[A-Za-z_/\r\n]))([^\n]*+)")
_COMMENT = re.compile(rb"/\*.*?(?:\*/|$)|//.*")
_ATTRIBUTE_WORD = re.compile(rb"\w+")
_LOOP = re.compile(rb"[\w \t,.]*\)[ \t\\]*(?:\n[ \t\\]*)*for[ \t]*\(")


def _local_macros(text: bytes, table: MacroTable) -> tuple[set[bytes], set[bytes]]:
    attributes: set[bytes] = set()
    iterators: set[bytes] = set()
    for found in _DEFINE.finditer(text):
        name, parameters, rest = found.groups()
        if parameters:
            if _LOOP.match(text, found.start(3), found.end() + 400):
                iterators.add(name)
            continue
        if len(rest) > 120 or rest.endswith(b"\\"):
            continue
        body = _COMMENT.sub(b" ", rest).strip()
        words = _ATTRIBUTE_WORD.findall(body)
        first = words[0] if words else b""
        if (
            not body
            or first in (b"__attribute__", b"__attribute", b"__section", b"__aligned")
            or (
                all(w in table.attributes or w in attributes or w in (b"inline", b"static") for w in words)
                and not (body.strip(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ \t"))
            )
        ):
            attributes.add(name)
    return attributes, iterators
