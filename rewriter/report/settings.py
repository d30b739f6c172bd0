# SPDX-License-Identifier: GPL-2.0-or-later
"""``rewriter.toml`` at a tree's root: what its people want otherwise than the tool would guess.

::

    [series]
    prefix = {"drivers/foo" = "foo"}    # the subject prefix of files in a directory, or of one file
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAME = "rewriter.toml"


class SettingsError(Exception):
    """The settings cannot be used; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one tree."""

    prefixes: Mapping[str, str] = field(default_factory=dict)

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
        if key != "series":
            raise SettingsError(f"{file}: unknown table '{key}', there is only [series]")
    series = document.get("series", {})
    if not isinstance(series, dict):
        raise SettingsError(f"{file}: 'series' is no table")
    for key in series:
        if key != "prefix":
            raise SettingsError(f"{file}: unknown key '{key}' in [series], there is only 'prefix'")
    prefixes = series.get("prefix", {})
    if not isinstance(prefixes, dict):
        raise SettingsError(f'{file}: \'prefix\' is no table like {{"drivers/foo" = "foo"}}')
    found: dict[str, str] = {}
    for where, prefix in prefixes.items():
        if not isinstance(prefix, str) or not prefix.strip(" :") or not prefix.isprintable():
            raise SettingsError(f"{file}: the prefix of '{where}' is no line of text")
        found["" if where == "." else where.strip("/")] = prefix.strip(" :")
    return Settings(found)
