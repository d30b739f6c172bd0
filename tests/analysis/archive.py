# SPDX-License-Identifier: GPL-2.0-or-later
"""Read txtar archives: a comment, then files, each after a line ``-- name --``."""

from __future__ import annotations

import re
from pathlib import Path

_MARK = re.compile(r"^-- (\S+) --$", re.M)


def read_archive(path: Path) -> dict[str, str]:
    """Give the archive's files by name; the comment before the first has the name ""."""
    parts = _MARK.split(path.read_text(encoding="utf-8"))
    files = {"": parts[0]}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        files[name] = text.removeprefix("\n")
    return files


def cases(folder: str) -> list[Path]:
    """Give the archives of a folder beside this file, sorted."""
    return sorted((Path(__file__).parent / folder).glob("*.txtar"))
