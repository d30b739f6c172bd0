# SPDX-License-Identifier: GPL-2.0-or-later
"""The laws every file of our own must keep, under every shipped pattern.

No edits give the same bytes; a second run finds nothing to rewrite; a rewrite adds no parse error; git
takes the diff and makes of it what the rewrite says.
"""

import subprocess
from functools import cache
from pathlib import Path

import pytest

from rewriter.edit.edit import Rewrite
from rewriter.engine.catalog import shipped_folder, shipped_patterns
from rewriter.engine.finding import FileResult
from rewriter.engine.options import RunOptions
from rewriter.engine.run import run_file
from rewriter.report.diff import unified_diff
from rewriter.report.hunks import changed_lines
from rewriter.smpl.patch import SemanticPatch
from rewriter.syntax.check import check_file
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import leaves

CORPUS = shipped_folder().parent / "corpus"
FILES = sorted([*CORPUS.rglob("*.[ch]"), *shipped_folder().rglob("cases/*.[ch]")])
PATTERNS = {pattern.name: pattern for pattern in shipped_patterns()}
OPTIONS = RunOptions(
    virtuals=(("helper", "lock_vma_wait"),),
    assume=frozenset({"per-vma-locks"}),
    include=frozenset({"may-sleep"}),
)
#: Every pattern over the corpus and over its own cases.
PAIRS = [
    (name, file)
    for name, pattern in PATTERNS.items()
    for file in FILES
    if file.is_relative_to(CORPUS) or file.is_relative_to(pattern.cases)
]
every_pair = pytest.mark.parametrize(
    ("name", "path"), PAIRS, ids=[f"{name}-{file.relative_to(CORPUS.parent)}" for name, file in PAIRS]
)


def short(file: Path) -> str:
    return str(file.relative_to(CORPUS.parent))


@cache
def parsed(name: str) -> SemanticPatch:
    return PATTERNS[name].parse(OPTIONS)


@cache
def run(name: str, path: Path, text: bytes) -> FileResult:
    return run_file(parsed(name), str(path), text, OPTIONS)


def rewritten(name: str, path: Path, text: bytes) -> Rewrite:
    return run(name, path, text).rewrite or Rewrite.of(text, [])


def test_there_is_something_to_hold_to_the_laws() -> None:
    assert PATTERNS
    assert any(file.is_relative_to(CORPUS) for file in FILES)


@pytest.mark.parametrize("path", FILES, ids=short)
def test_reading_loses_nothing(path: Path) -> None:
    text = path.read_bytes()
    unit = parse(str(path), text)
    source = unit.source
    assert source.text == text
    assert len(source.shadow) == len(text)
    assert [i for i, b in enumerate(source.shadow) if b == 10] == [i for i, b in enumerate(text) if b == 10]
    for element in unit.elements:
        at = element.span.start
        for leaf in leaves(unit.node(element)):
            assert at <= leaf.start <= leaf.end <= element.span.end
            at = leaf.end


@every_pair
def test_a_second_run_finds_nothing(name: str, path: Path) -> None:
    text = path.read_bytes()
    result = rewritten(name, path, text).apply()
    assert rewritten(name, path, result).apply() == result


@every_pair
def test_a_rewrite_adds_no_parse_error(name: str, path: Path) -> None:
    text = path.read_bytes()
    before = check_file(str(path), text)
    after = check_file(str(path), rewritten(name, path, text).apply())
    assert after.lines_bad <= before.lines_bad
    assert after.functions_bad + after.functions_missing <= before.functions_bad + before.functions_missing


@every_pair
def test_git_takes_the_diff(tmp_path: Path, name: str, path: Path) -> None:
    text = path.read_bytes()
    rewrite = rewritten(name, path, text)
    diff = unified_diff("f.c", rewrite)
    assert bool(diff) == (rewrite.apply() != text)
    if not diff:
        return
    file = tmp_path / "f.c"
    file.write_bytes(text)
    for arguments in (["--check"], []):
        subprocess.run(["git", "apply", *arguments], cwd=tmp_path, input=diff, check=True)
    assert file.read_bytes() == rewrite.apply()


@every_pair
def test_a_diff_touches_no_line_that_stays(name: str, path: Path) -> None:
    text = changed_lines(rewritten(name, path, path.read_bytes()))
    for change in text.changes:
        old = text.old[change.start : change.end]
        assert old[:1] != change.new[:1] or not old
        assert old[-1:] != change.new[-1:] or not old
