# SPDX-License-Identifier: GPL-2.0-or-later
"""Build the objects that a patch touches, before and after, in a copy of a configured tree.

The tree itself is not touched: in the copy, sources are links and all else, which a build may write, is
copied. A source to be changed replaces its link.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# What people write; a build writes such files only below directories called generated.
_SOURCES = (".c", ".h", ".S", ".rst", ".txt", ".dts", ".dtsi", ".dtso", ".yaml", ".json", ".rs")
_TROUBLE = re.compile(r"\b(?:warning|error|undefined reference)\b")
_PLACE = re.compile(r":\d+(?::\d+)?:")


class WorkbenchError(Exception):
    """There is nothing to build in; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What became of one object."""

    path: str
    text: str
    worse: bool = False
    lines: tuple[str, ...] = ()  # the compiler's new complaints


@dataclass(frozen=True, slots=True)
class Workbench:
    """A copy of a configured tree to build in."""

    top: Path

    @classmethod
    def of(cls, root: str, folder: Path) -> Workbench:
        """Copy the tree at ``root`` to ``folder``.

        Raises WorkbenchError when that fails.
        """
        try:
            shutil.copytree(root, folder, symlinks=True, copy_function=_place, ignore=_ignored)
        except shutil.Error as error:
            source, _, why = error.args[0][0]
            raise WorkbenchError(f"{source} cannot be copied: {why}") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise WorkbenchError(f"{error.filename or root}: {reason}") from error
        return cls(folder)

    def compare(self, changed: Mapping[str, bytes]) -> list[BuildReport]:
        """Build what the files give before and after; they stay changed for the next patch."""
        objects = [path for path in changed if path.endswith((".c", ".S"))]
        before = {path: self._build(path) for path in objects}
        for path, text in changed.items():
            file = self.top / path
            mode = file.stat().st_mode
            file.unlink()
            file.write_bytes(text)
            file.chmod(mode)
        reports = [_judged(path, before[path], self._build(path)) for path in objects]
        others = [path for path in changed if path not in before]
        return reports + [BuildReport(path, "gives no object, not built") for path in others]

    def _build(self, path: str) -> tuple[bool, list[str]]:
        target = str(Path(path).with_suffix(".o"))
        (self.top / target).unlink(missing_ok=True)
        command = ["make", "--no-print-directory", "-s", f"-j{os.cpu_count() or 1}", target]
        environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        try:
            done = subprocess.run(
                command,
                cwd=self.top,
                env=environment | {"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            return False, [f"make: error: {(error.strerror or str(error)).lower()}"]
        said = done.stderr.decode("utf-8", "replace").splitlines()
        return not done.returncode, [line for line in said if _TROUBLE.search(line) or "***" in line]


def _judged(path: str, before: tuple[bool, list[str]], after: tuple[bool, list[str]]) -> BuildReport:
    target = str(Path(path).with_suffix(".o"))
    if not before[0]:
        reason = before[1][0] if before[1] else "make gives no reason"
        return BuildReport(target, f"not compared, it does not build without the patch: {reason}")
    known = Counter(_PLACE.sub(":", line) for line in before[1])
    new = []
    for line in after[1]:
        if known[_PLACE.sub(":", line)]:
            known[_PLACE.sub(":", line)] -= 1
        else:
            new.append(line)
    if not after[0]:
        return BuildReport(target, "no longer builds", True, tuple(new))
    if new:
        count = f"{len(new)} new complaint{'s' if len(new) > 1 else ''}"
        return BuildReport(target, f"builds with {count} of the compiler", True, tuple(new))
    return BuildReport(target, "builds as before, no new warnings")


def _place(source: str, target: str) -> None:
    if source.endswith(_SOURCES) and "/generated/" not in source:
        Path(target).symlink_to(source)
    else:
        shutil.copy2(source, target)


def _ignored(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == ".git" or not _usable(Path(folder, name))]


def _usable(path: Path) -> bool:
    return path.is_symlink() or path.is_dir() or path.is_file()
