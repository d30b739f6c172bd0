# SPDX-License-Identifier: GPL-2.0-or-later
"""Many files in processes: one order of results, no file lost, and a dead worker costs one file."""

import os
import signal
from pathlib import Path

import pytest

from rewriter.engine.finding import FileResult, Finding
from rewriter.engine.project import run_project
from rewriter.source.needs import all_of
from rewriter.source.text import Skipped

JOBS = [1, 2, 3]


def report(path: str, text: bytes) -> FileResult:
    if b"die" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"quiet" in text:
        return FileResult(path)
    return FileResult(path, (Finding("r", path, 1, 0, 1, text.decode().strip(), "match"),))


def tree(top: Path, texts: list[str]) -> list[str]:
    files = []
    for number, text in enumerate(texts):
        file = top / f"{number:04}.c"
        file.write_text(text)
        files.append(str(file))
    return files


@pytest.mark.parametrize("jobs", JOBS)
def test_results_come_in_the_order_of_the_files(tmp_path: Path, jobs: int) -> None:
    files = tree(tmp_path, [f"word f{n}" for n in range(700)])
    found = run_project(report, files, all_of(["word"]), jobs)
    assert [r.path for r in found.results] == files
    assert (found.files, found.analysed) == (700, 700)


@pytest.mark.parametrize("jobs", JOBS)
def test_files_without_the_words_are_counted_only(tmp_path: Path, jobs: int) -> None:
    files = tree(tmp_path, ["word" if n % 50 == 0 else "nothing" for n in range(500)])
    found = run_project(report, files, all_of(["word"]), jobs)
    assert (found.files, found.analysed, len(found.results)) == (500, 10, 10)


@pytest.mark.parametrize("jobs", JOBS)
def test_any_file_may_match_without_words(tmp_path: Path, jobs: int) -> None:
    found = run_project(report, tree(tmp_path, ["quiet", "a", "b"] * 30), jobs=jobs)
    assert (found.analysed, len(found.results)) == (90, 60)


def test_a_dead_worker_costs_its_file_alone(tmp_path: Path) -> None:
    files = tree(tmp_path, ["die" if n in (7, 250) else f"f{n}" for n in range(450)])
    found = run_project(report, files, jobs=2)
    lost = [r for r in found.results if r.skipped]
    assert [r.path for r in lost] == [files[7], files[250]]
    assert lost[0].skipped == (Skipped(files[7], 1, "the worker process ended (signal 9)"),)
    assert [r.path for r in found.results] == files
    assert found.files == 450


@pytest.mark.parametrize("jobs", JOBS)
def test_unreadable_files_are_named(tmp_path: Path, jobs: int) -> None:
    files = tree(tmp_path, ["a"] * 40)
    Path(files[3]).unlink()
    Path(files[5]).unlink()
    os.mkfifo(files[5])
    found = run_project(report, files, jobs=jobs)
    assert [(s.path, s.construct) for s in found.skipped] == [
        (files[3], "not read: no such file or directory"),
        (files[5], "not read: is not a regular file"),
    ]


@pytest.mark.parametrize("jobs", JOBS)
def test_progress_ends_at_all_files(tmp_path: Path, jobs: int) -> None:
    seen: list[tuple[int, int]] = []
    run_project(
        report, tree(tmp_path, ["a"] * 50), jobs=jobs, progress=lambda done, of: seen.append((done, of))
    )
    assert seen[-1] == (50, 50)
    assert seen == sorted(seen)


def test_no_files() -> None:
    assert run_project(report, [], jobs=2).results == ()


def test_an_interrupt_ends_the_workers(tmp_path: Path) -> None:
    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with pytest.raises(KeyboardInterrupt):
        run_project(report, tree(tmp_path, ["a"] * 500), jobs=2, progress=stop)
    assert not children.exists() or children.read_text().split() == []
