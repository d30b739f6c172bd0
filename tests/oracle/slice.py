# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the slice of the oracle's answers that runs where there is no spatch: `tests/kernel/scripts.json`.

::

    python tests/oracle/slice.py --kernel DIR

Taken from what `make oracle` left in the cache: for each script some files on which spatch has something to
say, and one it looks at in vain. Only counts and digests are kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

from kernel import EXPLAINED, scripts
from reference import CACHE, digest, script_options

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.parser import parse_semantic_patch

SLICE = Path(__file__).parents[1] / "kernel" / "scripts.json"
SPEAKING = 3  # files a script


def answer(lines: Iterable[str]) -> list[int | str]:
    """Give the number of lines and the digest of all of them, sorted."""
    ordered = sorted(lines)
    return [len(ordered), digest("\n".join(ordered).encode())]


def chosen(kernel: Path, script: Path, name: str) -> dict[str, list[int | str]]:
    """Choose files of a script in report mode, with the contents' digest and the answer."""
    store = CACHE / f"{name.replace('/', '-')}.report.json"
    if not store.exists():
        return {}
    try:
        patch = parse_semantic_patch(script.read_text(), str(script), frozenset({"report"}))
    except SemanticPatchError:
        return {}
    known = json.loads(store.read_text())["files"]
    differing = {
        row.split("\t")[3] for row in EXPLAINED.read_text().splitlines() if row.startswith(f"{name}\t")
    }
    holds = patch.required.finder()

    def may_match(file: str) -> bool:
        text = (kernel / file).read_bytes()
        return holds(text, 0, len(text))

    speaking = [f for f in sorted(known) if known[f][1] and f not in differing][:SPEAKING]
    silent = (f for f in sorted(known) if not known[f][1] and may_match(f))
    files = [*speaking, *[f for f in [next(silent, "")] if f and f not in differing]]
    return {f: [known[f][0], *answer(known[f][1])] for f in files}


def main() -> None:
    """Write the slice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", type=Path, required=True)
    kernel = parser.parse_args().kernel
    found: dict[str, dict[str, list[int | str]]] = {}
    for script in scripts(kernel, "", "report"):
        name = str(script.relative_to(kernel / "scripts/coccinelle").with_suffix(""))
        if "--no-includes" in script_options(script) and (files := chosen(kernel, script, name)):
            found[name] = files
    SLICE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    print(f"{len(found)} scripts, {sum(map(len, found.values()))} files")


if __name__ == "__main__":
    main()
