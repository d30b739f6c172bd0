# SPDX-License-Identifier: GPL-2.0-or-later
"""parse-check: what was not understood is counted and named."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[bytes]]


BROKEN = "int f(void)\n{\n\treturn ((1;\n}\n\nint g(void)\n{\n\treturn 1;\n}\n"


def test_all_understood(rewriter: Run, tree: Path) -> None:
    done = rewriter("parse-check", "tree")
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        "files              4, 0 (0.000 %) with a loss",
        "functions          2, 0 (0.000 %) lost (0 bad, 0 missing)",
        "lines             12, 0 (0.000 %) lost",
    ]


def test_losses_are_named(rewriter: Run, tree: Path) -> None:
    (tree / "bad.c").write_text(BROKEN)
    os.mkfifo(tree / "pipe.c")
    done = rewriter("parse-check", "tree")
    assert done.returncode == 3
    lines = done.stdout.decode().splitlines()
    assert any(line.startswith("tree/bad.c:") for line in lines)
    assert "tree/pipe.c:1: not read: is not a regular file" in lines


def test_json(rewriter: Run, tree: Path) -> None:
    (tree / "bad.c").write_text(BROKEN)
    done = rewriter("parse-check", "tree", "--format", "json")
    assert done.returncode == 3
    document = json.loads(done.stdout)
    assert set(document) == {"total", "constructs", "files"}
    total = document["total"]
    assert set(total) == {
        "files",
        "files_bad",
        "functions",
        "functions_bad",
        "functions_missing",
        "lines",
        "lines_bad",
    }
    assert (total["files"], total["files_bad"]) == (5, 1)
    assert total["functions_bad"] + total["functions_missing"] >= 1
    assert [file["file"] for file in document["files"]] == ["tree/bad.c"]
    assert set(document["files"][0]["bad"][0]) == {"line", "construct", "function"}


def test_an_empty_tree(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = rewriter("parse-check", "empty", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["total"]["files"] == 0
    assert b"no C files in empty" in done.stderr
