# SPDX-License-Identifier: GPL-2.0-or-later
"""Read txtar archives: a comment, then sections, each after a line ``-- name --``.

A section ``-- case: part --`` is one part of a case; `cases` gives the cases of an archive.
"""

from __future__ import annotations

import re
from pathlib import Path

_MARK = re.compile(r"^-- (.+) --$", re.MULTILINE)


def sections(path: Path) -> dict[str, str]:
    """Give the sections of an archive by name, without the blank line that parts them."""
    parts = _MARK.split(path.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        assert name not in found, f"{path}: section {name!r} stands twice"
        found[name] = text.removeprefix("\n").rstrip("\n") + "\n"
    return found


def cases(path: Path) -> list[tuple[str, dict[str, str]]]:
    """Give (name, parts) for every case of an archive, in its order."""
    found: dict[str, dict[str, str]] = {}
    for name, text in sections(path).items():
        case, _, part = name.rpartition(": ")
        found.setdefault(case, {})[part] = text
    return list(found.items())


def archive_cases(folder: Path) -> list[tuple[str, dict[str, str]]]:
    """Give the cases of all archives in a folder, named ``archive/case``."""
    return [
        (f"{path.stem}/{name}", parts)
        for path in sorted(folder.glob("*.txtar"))
        for name, parts in cases(path)
    ]
