# SPDX-License-Identifier: GPL-2.0-or-later
"""Find semantic patches: those that ship with the tool, by name, and a user's own, by path.

A shipped pattern is a folder ``patterns/<topic>/<name>/`` with ``<name>.cocci``, ``README.md`` and
``cases/``. An installed package carries the folders inside itself; a checkout has them at its top.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import rewriter
from rewriter.engine.options import RunOptions
from rewriter.smpl.parser import parse_semantic_patch
from rewriter.smpl.patch import SemanticPatch
from rewriter.source.text import read_text


class PatternNotFoundError(Exception):
    """No such pattern, or a pattern that cannot be read; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A semantic patch on disk and what stands beside it."""

    name: str
    topic: str  # empty for a user's own
    file: Path  # the .cocci

    @property
    def cases(self) -> Path:
        """The folder of its unit tests; it need not exist."""
        return self.file.parent / "cases"

    def text(self) -> str:
        """Give the semantic patch as written.

        Raises PatternNotFoundError when it cannot be read or is no text.
        """
        try:
            return read_text(self.file)
        except OSError as error:
            raise PatternNotFoundError(f"{self.file}: {(error.strerror or str(error)).lower()}") from error
        except ValueError as error:
            raise PatternNotFoundError(f"{self.file}: {error}") from error

    def parse(self, options: RunOptions | None = None, *, every: bool = False) -> SemanticPatch:
        """Parse it with the virtual rules of ``options``; with ``every``, rules that these leave idle, too.

        Raises SemanticPatchError for a bad semantic patch, PatternNotFoundError for an unreadable one.
        """
        options = options or RunOptions()
        return parse_semantic_patch(
            self.text(),
            str(self.file),
            options.enabled,
            options.bindings,
            every=every,
            isomorphisms=options.isomorphisms,
            as_written=options.as_written,
        )


def shipped_folder() -> Path:
    """Give the folder of the shipped patterns."""
    package = Path(rewriter.__file__).parent
    inside = package / "patterns"
    return inside if inside.is_dir() else package.parent / "patterns"


def shipped_patterns(folder: Path | None = None) -> list[Pattern]:
    """List the shipped patterns, sorted by topic and name."""
    folder = folder or shipped_folder()
    found = [
        Pattern(file.stem, file.parent.parent.name, file)
        for file in folder.glob("*/*/*.cocci")
        if file.stem == file.parent.name
    ]
    return sorted(found, key=lambda pattern: (pattern.topic, pattern.name))


def find_pattern(wanted: str, folder: Path | None = None) -> Pattern:
    """Find the pattern that a command line names: a shipped name, a ``.cocci`` file, or a pattern's folder.

    Raises PatternNotFoundError, with the shipped names that look alike.
    """
    shipped = shipped_patterns(folder)
    for pattern in shipped:
        if wanted in (pattern.name, f"{pattern.topic}/{pattern.name}"):
            return pattern
    path = Path(wanted)
    if path.is_dir():
        return _in_folder(path, shipped)
    if path.exists():
        return _known(path, shipped)
    if "/" in wanted or path.suffix:
        raise PatternNotFoundError(f"{wanted}: no such semantic patch")
    close = difflib.get_close_matches(wanted, [p.name for p in shipped], n=1, cutoff=0.5)
    hint = f"did you mean '{close[0]}'?" if close else "'rewriter list' names those there are"
    raise PatternNotFoundError(f"there is no pattern '{wanted}'; {hint}")


def _in_folder(folder: Path, shipped: list[Pattern]) -> Pattern:
    files = sorted(folder.glob("*.cocci"))
    named = [file for file in files if file.stem == folder.resolve().name]
    if not files:
        raise PatternNotFoundError(f"{folder}: a directory without a .cocci file")
    if len(files) > 1 and not named:
        raise PatternNotFoundError(f"{folder}: a directory with {len(files)} .cocci files, name one of them")
    return _known((named or files)[0], shipped)


def _known(file: Path, shipped: list[Pattern]) -> Pattern:
    # A path to a shipped file is that pattern, so that its name and topic are shown either way.
    for pattern in shipped:
        if pattern.file.resolve() == file.resolve():
            return Pattern(pattern.name, pattern.topic, file)
    return Pattern(file.stem, "", file)
