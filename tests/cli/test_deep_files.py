# SPDX-License-Identifier: GPL-2.0-or-later
"""Code nested thousands deep: a scan goes through, and finds what stands beside it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., subprocess.CompletedProcess[bytes]]

DEPTH = 20_000
BESIDE = b"void beside(int x)\n{\n\told_call(x);\n}\n"
FILES = {
    "parentheses": b"int f(void)\n{\n\told_call(" + b"(" * DEPTH + b"1" + b")" * DEPTH + b");\n}\n",
    "calls": b"int f(void) { return " + b"old_call(" * DEPTH + b"1" + b")" * DEPTH + b"; }\n",
    "braces": b"void f(void) " + b"{" * DEPTH + b"old_call(1);" + b"}" * DEPTH + b"\n",
    "else": b"void f(int a)\n{\n" + b"\tif (a) old_call(1); else\n" * DEPTH + b"\t\tc();\n}\n",
    "conditionals": b"#if 1\n" * DEPTH + b"int x;\n" + b"#endif\n" * DEPTH,
    "loops": b"void f(int a)\n{\n" + b"for_each_x(a) " * 3000 + b"old_call(1);\n}\n",
    "switches": b"void f(int a)\n{\n" + b"switch (a) { case 1: " * 3000 + b"}" * 3000 + b"\n}\n",
}


def test_scan(rewriter: Run, pattern: Path, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name, text in FILES.items():
        (tmp_path / "deep" / f"{name}.c").write_bytes(text + BESIDE)
    done = rewriter("scan", "-p", pattern, "deep", "--format", "json")
    assert b"Traceback" not in done.stderr
    document = json.loads(done.stdout)
    said = {(Path(place["file"]).stem, place.get("function")) for place in document["callers"]}
    refused = {Path(place["file"]).stem for place in document["skipped"]}
    assert all((name, "beside") in said or name in refused for name in FILES)
