# SPDX-License-Identifier: GPL-2.0-or-later
"""What spatch says of kernel files, kept outside the repository by script, mode and contents of the files.

Files are copied into a scratch tree with the headers beside them, because spatch only takes whole trees
file by file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rewriter" / "oracle"
_PLACE = re.compile(r"(?:\./)?(?P<report>[^\s:\[\]]+\.[ch]):\d+|.*?\[\[view:(?:\./)?(?P<org>.*?)::face=")
_DIFF = re.compile(r"diff -u -p (?:a/|\./)?(\S+) \S+$|diff --git a/(\S+) \S+$")
_TIMEOUT = 120  # seconds spatch may take for one file


@dataclass(slots=True)
class Said:
    """What one tool said of one file; ``failed`` is its reason for giving the file up."""

    lines: list[str] = field(default_factory=list)
    failed: str = ""


@dataclass(slots=True)
class Answers:
    """What one tool said of many files, the CPU seconds it took, and the error that stopped it, if any."""

    files: dict[str, Said] = field(default_factory=dict)
    cpu: float = 0.0
    error: str = ""


def script_options(script: Path) -> list[str]:
    """Give the words of the script's ``Options:`` line; headers are not looked at by themselves here."""
    found = re.search(r"^//\s*Options:(.*)$", script.read_text(), re.MULTILINE)
    words = found[1].split() if found else []
    return [word for word in words if word != "--include-headers"]


def digest(data: bytes) -> str:
    """Give a short name for contents."""
    return hashlib.sha256(data).hexdigest()[:16]


def scratch_tree(kernel: Path, files: Iterable[str], folder: Path) -> None:
    """Copy ``files`` into ``folder``; headers beside them, which may be large, are linked."""
    beside: set[Path] = set()
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kernel / name, target)
        if target.parent not in beside:
            beside.add(target.parent)
            for header in (kernel / name).parent.glob("*.h"):
                if header.is_file():
                    _link(header, target.parent / header.name)


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def run_tool(command: Sequence[str], folder: Path, files: Sequence[str]) -> Answers:
    """Run a tool in a scratch tree and cut what it printed by file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = Answers({name: Said() for name in files})
    answers.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    stderr = done.stderr.decode("utf-8", "replace")
    if done.returncode:
        answers.error = f"exit {done.returncode}: " + " ".join(stderr.split())[-300:]
    for why, name in re.findall(r"^EXN:(.*?) in (?:\./)?(\S+)$", stderr, re.MULTILINE):
        answers.files.setdefault(name, Said()).failed = why.strip()
    at = ""
    inside_diff = False
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if found := _DIFF.match(line):
            at, inside_diff = found[1] or found[2], True
            continue
        if inside_diff and line[:1] in ("-", "+", "@", " ", "\\"):
            if line.startswith(("--- ", "+++ ")):
                continue
            if line.startswith("@@"):
                line = line[: line.index("@@", 2) + 2]
            if line[:1] in ("-", "+", "@"):
                answers.files.setdefault(at, Said()).lines.append(line)
            continue
        if place := _PLACE.match(line):
            at, inside_diff = place["report"] or place["org"], False
        answers.files.setdefault(at, Said()).lines.append(line.replace(f"./{at}", at))
    return answers


def command_of(tool: Sequence[str], script: Path, mode: str) -> list[str]:
    """Give the command that runs a script in one of its modes over the current directory."""
    quiet = ["--no-show-diff"] if mode in ("report", "org") else []
    options = [*script_options(script), "--timeout", str(_TIMEOUT)]
    return [*tool, *quiet, "-D", mode, "--very-quiet", "--cocci-file", str(script), *options, "--dir", "."]


def reference(kernel: Path, script: Path, mode: str, files: Sequence[str]) -> Answers:
    """Give spatch's answers, from the cache as far as they are there."""
    name = "-".join(script.relative_to(kernel / "scripts/coccinelle").with_suffix("").parts)
    store = CACHE / f"{name}.{mode}.json"
    key = digest(script.read_bytes())
    kept = json.loads(store.read_text()) if store.exists() else {}
    if kept.get("script") != key:
        kept = {"script": key, "cpu": {}, "files": {}, "error": ""}
    contents = {file: digest((kernel / file).read_bytes()) for file in files}
    known = kept["files"]
    new = [f for f in files if kept["error"] == "" and known.get(f, [""])[0] != contents[f]]
    if new:
        with tempfile.TemporaryDirectory(prefix="oracle-") as folder:
            scratch_tree(kernel, new, Path(folder))
            said = run_tool(command_of(["spatch"], script, mode), Path(folder), new)
        kept["error"] = said.error
        for file in new:
            one = said.files[file]
            known[file] = [contents[file], one.lines, one.failed, said.cpu / len(new)]
        for file in said.files.keys() - set(new):
            print(f"{name} {mode}: lines of no file: {file!r} {said.files[file].lines[:3]}")
        CACHE.mkdir(parents=True, exist_ok=True)
        temporary = store.with_suffix(".new")
        temporary.write_text(json.dumps(kept))
        temporary.replace(store)
    answers = Answers(error=kept["error"])
    for file in files:
        if file in known:
            answers.files[file] = Said(known[file][1], known[file][2])
            answers.cpu += known[file][3]
    return answers
