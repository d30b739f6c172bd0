# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in the functions of kernel files is what spatch saw there (`tests/oracle/structure.py`).

Kept are the digest of each file, the number of calls, branches, loops and jumps, and their digest.
"""

import hashlib
import json
from pathlib import Path

from facts import comparable, facts, fingerprint

from rewriter.syntax.parse import parse

KEPT = json.loads(Path(__file__).with_name("structure.json").read_text())


def test_structure(kernel: Path) -> None:
    assert len(KEPT) >= 300
    for file, (contents, count, said) in KEPT.items():
        text = (kernel / file).read_bytes()
        assert hashlib.sha256(text).hexdigest()[:16] == contents, f"{file} is not the file the answer is for"
        unit = parse(file, text)
        ours = comparable(unit, facts(unit), {function.name for function in unit.functions()})
        assert (len(ours), fingerprint(ours)) == (count, said), file
