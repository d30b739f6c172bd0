# SPDX-License-Identifier: GPL-2.0-or-later
"""Which changed files go into one patch, and the subject prefix each patch bears.

The prefix of a file is what ``rewriter.toml`` says, else the one most of its commits bear, else a guess from
its path; of a patch, the one most of its files have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from rewriter.engine.finding import FileResult
from rewriter.report import message
from rewriter.report.git import Git
from rewriter.report.tree_script import MAINTAINERS, ScriptFailedError, has_script, section_of
from rewriter.source.settings import Settings, read_settings

# The entry of MAINTAINERS that every file belongs to: no subsystem, so prefixes tell such files apart.
_CATCH_ALL = "THE REST"


class Grouping(StrEnum):
    """What one patch of a series holds."""

    FILE = "file"
    SUBSYSTEM = "subsystem"
    MAINTAINER = "maintainer"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that changes: its path from the tree's root, and what the run gave for it."""

    path: str
    result: FileResult

    @property
    def before(self) -> bytes:
        """The file as it is."""
        assert self.result.rewrite is not None
        return self.result.rewrite.text

    @property
    def after(self) -> bytes:
        """The file as the patch leaves it."""
        assert self.result.rewrite is not None
        return self.result.rewrite.apply()


@dataclass(frozen=True, slots=True)
class Patch:
    """What one mail holds: files under one subject prefix."""

    prefix: str
    files: tuple[ChangedFile, ...]


def patches_of(root: str, files: Iterable[ChangedFile], by: Grouping, checkout: Git | None) -> list[Patch]:
    """Put the files of the tree at ``root`` into patches, in the order of each one's first file.

    Raises SettingsError, ScriptFailedError when get_maintainer.pl is missing or fails, and GitError.
    """
    if by is Grouping.MAINTAINER and not has_script(root, MAINTAINERS):
        raise ScriptFailedError(f"--by maintainer asks {MAINTAINERS}, which {root} does not have")
    settings = read_settings(root)
    groups: dict[tuple[str, str], list[tuple[str, ChangedFile]]] = {}
    for file in files:
        prefix = _prefix(root, file.path, checkout, settings)
        groups.setdefault(_group(root, file.path, prefix, by), []).append((prefix, file))
    return [
        Patch(Counter(p for p, _ in group).most_common(1)[0][0], tuple(file for _, file in group))
        for group in groups.values()
    ]


def _group(root: str, path: str, prefix: str, by: Grouping) -> tuple[str, str]:
    if by is Grouping.FILE:
        return "", path
    section = section_of(root, path) if by is Grouping.MAINTAINER else ""
    return ("", prefix) if section in ("", _CATCH_ALL) else (section, "")


def _prefix(root: str, path: str, checkout: Git | None, settings: Settings) -> str:
    if prefix := settings.prefix(path):
        return prefix
    if checkout is not None:
        log = checkout.run("log", "--no-merges", "--max-count=50", "--format=%s", "HEAD", "--", path)
        if prefix := message.prefix_from_log(log.decode("utf-8", "replace").splitlines()):
            return prefix
    beside = Path(root, path).parent
    return message.prefix_from_path(
        path, [entry.name for entry in beside.iterdir() if entry.suffix in (".c", ".h")]
    )
