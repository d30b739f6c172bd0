# SPDX-License-Identifier: GPL-2.0-or-later
"""The laws over a sample of the real tree, under a rewrite that fires in many places."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rewriter.engine.run import run_file
from rewriter.report.diff import unified_diff
from rewriter.smpl.parser import parse_semantic_patch
from rewriter.source.files import find_files, read_file
from rewriter.syntax.check import check_file

SWAP = """\
/// use kvfree() instead of kfree()
///
/// It does for vmalloc()ed memory, too.
@swap@
expression e;
@@
- kfree(e);
+ kvfree(e);
"""
SAMPLE = 80  # files that the rewrite changes


@pytest.fixture(scope="module")
def sample(kernel: Path) -> list[str]:
    paths = [candidate.path for candidate in find_files([str(kernel)]) if candidate.path.endswith(".c")]
    holding = [path for path in paths[:: len(paths) // 4000] if b"kfree(" in read_file(path)]
    return holding[:: max(1, len(holding) // SAMPLE)]


def test_laws_over_a_sample(sample: list[str], tmp_path: Path) -> None:
    patch = parse_semantic_patch(SWAP, "swap.cocci")
    broken: list[str] = []
    changed = 0
    for path in sample:
        text = read_file(path)
        rewrite = run_file(patch, path, text).rewrite
        if rewrite is None:
            continue
        changed += 1
        result = rewrite.apply()
        if run_file(patch, path, result).rewrite is not None:
            broken.append(f"{path}: a second run changes it again")
        if check_file(path, result).lines_bad > check_file(path, text).lines_bad:
            broken.append(f"{path}: new parse errors")
        (tmp_path / "f.c").write_bytes(text)
        done = subprocess.run(
            ["git", "apply", "--whitespace=nowarn"],
            cwd=tmp_path,
            input=unified_diff("f.c", rewrite),
            check=False,
        )
        if done.returncode or (tmp_path / "f.c").read_bytes() != result:
            broken.append(f"{path}: git does not take the diff")
    assert not broken
    assert changed > SAMPLE // 2


def test_mails_for_real_files(kernel: Path, tmp_path: Path) -> None:
    for name in ["drivers/android", "mm/kasan", "fs/ext4"]:
        shutil.copytree(kernel / name, tmp_path / "tree" / name)
    (tmp_path / "swap.cocci").write_text(SWAP)
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = A Developer\n\temail = dev@example.org\n")
    environment = os.environ | {"GIT_CONFIG_GLOBAL": str(config), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*command: object, cwd: Path = tmp_path) -> None:
        subprocess.run([*map(str, command)], cwd=cwd, env=environment, check=True, capture_output=True)

    run("git", "init", "--quiet", "tree")
    run("git", "add", ".", cwd=tmp_path / "tree")
    run("git", "commit", "--quiet", "-m", "Import", cwd=tmp_path / "tree")
    run("git", "clone", "--quiet", "tree", "maintainer")
    tool = [sys.executable, "-m", "rewriter"]
    run(*tool, "series", "tree", "-p", "swap.cocci", "-o", "mails", "--cover-letter")
    mails = sorted((tmp_path / "mails").glob("*.patch"))[1:]
    assert len(mails) > 10
    run("git", "am", "--quiet", *mails, cwd=tmp_path / "maintainer")
    run(*tool, "apply", "tree", "-p", "swap.cocci", "--in-place")
    run("diff", "-r", "--exclude=.git", "tree", "maintainer")
