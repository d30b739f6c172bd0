# SPDX-License-Identifier: GPL-2.0-or-later
"""The command as a person runs it: a process of its own, git knowing an author and nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

PATTERN = """\
// SPDX-License-Identifier: GPL-2.0-or-later
/// use new_call() instead of old_call()
///
/// old_call() takes a lock that nobody needs any more.
///
/// New code has used new_call() for years.
// Confidence: High
@swap@
expression e;
@@
- old_call(e);
+ new_call(e);
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = A Developer\n\temail = dev@example.org\n")
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith("GIT_") and k not in ("NO_COLOR", "FORCE_COLOR")
    }
    return kept | {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}


@pytest.fixture
def rewriter(environment: dict[str, str], tmp_path: Path) -> Run:
    def run(*arguments: object, cwd: Path = tmp_path, **more: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "rewriter", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=environment | more, capture_output=True, timeout=60)

    return run


@pytest.fixture
def git(environment: dict[str, str]) -> Callable[..., str]:
    def run(where: Path, *arguments: object) -> str:
        command = ["git", *map(str, arguments)]
        done = subprocess.run(command, cwd=where, env=environment, capture_output=True, check=True)
        return done.stdout.decode()

    return run


@pytest.fixture
def pattern(tmp_path: Path) -> Path:
    file = tmp_path / "swap.cocci"
    file.write_text(PATTERN)
    return file


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "tree"
    for name, text in {
        "drivers/toy/toy_main.c": "void toy_start(int x)\n{\n\told_call(x);\n\tif (x)\n\t\told_call(0);\n}\n",
        "drivers/toy/toy_hw.c": "int toy_hw;\n",
        "fs/small/inode.c": "void small(void)\n{\n\told_call(1);\n}\n",
        "mm/none.c": "int none;\n",
    }.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top
