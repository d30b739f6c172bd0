"""A slice of the kernel's scripts over kernel files, against what spatch printed there (`tests/oracle`).

Kept are counts and digests only: the digest of the file, the number of lines, the digest of the lines.
"""

import hashlib
import json
from pathlib import Path

import pytest

from rewriter.engine.run import run_file
from rewriter.smpl.parser import parse_semantic_patch

SLICE = json.loads(Path(__file__).with_name("scripts.json").read_text())


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


@pytest.mark.parametrize("script", SLICE)
def test_reports(kernel: Path, script: str) -> None:
    path = kernel / "scripts/coccinelle" / f"{script}.cocci"
    patch = parse_semantic_patch(path.read_text(), str(path), frozenset({"report"}))
    for file, (contents, count, lines) in SLICE[script].items():
        text = (kernel / file).read_bytes()
        assert digest(text) == contents, f"{file} is not the file the answer is for"
        output = sorted(run_file(patch, file, text).output)
        assert (len(output), digest("\n".join(output).encode())) == (count, lines), (file, output)
