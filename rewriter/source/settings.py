# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter.toml`` at a tree's root: what its people want otherwise than the tool would guess.

::

    [series]
    prefix = {"drivers/foo" = "foo"}    # the subject prefix of files in a directory, or of one file

    [macros]                            # what is known of the tree's own macros, as in a file of --macros
    iterators = ["all_toys"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rewriter.source.files import Candidate, tree_root
from rewriter.source.macros import MacroTable

NAME = "rewriter.toml"


class SettingsError(Exception):
    """The settings cannot be used; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one tree."""

    prefixes: Mapping[str, str] = field(default_factory=dict)
    macros: MacroTable = field(default_factory=MacroTable)

    def prefix(self, path: str) -> str:
        """Give the subject prefix for a file, from the longest directory that holds it; "" for none."""
        above = [d for d in self.prefixes if d in ("", path) or path.startswith(f"{d}/")]
        return self.prefixes[max(above, key=len)] if above else ""


def read_settings(root: str) -> Settings:
    """Read the settings at ``root``; without a file they are empty.

    Raises SettingsError.
    """
    file = Path(root, NAME)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: no text file (byte {error.start})") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}") from error
    return _checked(file, document)


def _checked(file: Path, document: Mapping[str, object]) -> Settings:
    for key in document:
        if key not in ("series", "macros"):
            raise SettingsError(f"{file}: unknown table '{key}', there are [series] and [macros]")
    series = _table(file, document, "series")
    for key in series:
        if key != "prefix":
            raise SettingsError(f"{file}: unknown key '{key}' in [series], there is only 'prefix'")
    try:
        macros = MacroTable.of(_table(file, document, "macros"))
    except ValueError as error:
        raise SettingsError(f"{file}: [macros]: {error}") from error
    return Settings(_prefixes(file, series.get("prefix", {})), macros)


def _table(file: Path, document: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{file}: '{name}' is no table")
    return table


def _prefixes(file: Path, prefixes: object) -> dict[str, str]:
    if not isinstance(prefixes, dict):
        raise SettingsError(f'{file}: \'prefix\' is no table like {{"drivers/foo" = "foo"}}')
    found: dict[str, str] = {}
    for where, prefix in prefixes.items():
        if not isinstance(prefix, str) or not prefix.strip(" :") or not prefix.isprintable():
            raise SettingsError(f"{file}: the prefix of '{where}' is no line of text")
        found["" if where == "." else where.strip("/")] = prefix.strip(" :")
    return found


class KnownMacros:
    """What is known of macros for each of some files.

    That is the program's own table, then the settings of the tree that a file's directory is in, then the
    user's macro files in their order; the later has the last word on a name.
    """

    def __init__(
        self, candidates: Iterable[Candidate], files: Sequence[str] = (), given: MacroTable | None = None
    ) -> None:
        """Read the ``files`` and the settings of all trees; raises MacroFileError, SettingsError.

        ``given`` is what the user says besides.
        """
        said = given or MacroTable()
        for file in files:
            said = said.overridden_by(MacroTable.load(Path(file)))
        trees: dict[str, MacroTable] = {}
        self._tables: dict[str, MacroTable] = {}
        for candidate in candidates:
            directory = _directory(candidate.path)
            if directory in self._tables:
                continue
            root = tree_root(candidate.path, candidate.given)
            if root not in trees:
                settled = MacroTable.default().overridden_by(read_settings(root).macros)
                trees[root] = settled.overridden_by(said)
            self._tables[directory] = trees[root]

    def of(self, path: str) -> MacroTable:
        """Give the table for one of the files."""
        return self._tables[_directory(path)]


def _directory(path: str) -> str:
    return path.rpartition("/")[0]
