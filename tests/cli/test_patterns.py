# SPDX-License-Identifier: GPL-2.0-or-later
"""list, show, test, and the rest of the command line that needs no tree."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import rewriter as package

Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def folder(pattern: Path, tmp_path: Path) -> Path:
    """A pattern's folder with two cases that pass."""
    top = tmp_path / "topic/swap"
    (top / "cases").mkdir(parents=True)
    pattern.rename(top / "swap.cocci")
    (top / "cases/changes.c").write_text("void f(void)\n{\n\told_call(1);\n}\n")
    (top / "cases/changes.expected.c").write_text("void f(void)\n{\n\tnew_call(1);\n}\n")
    (top / "cases/stays.c").write_text("void f(void)\n{\n\tother_call(1);\n}\n")
    return top


def test_version(rewriter: Run) -> None:
    assert rewriter("--version").stdout.decode() == f"rewriter {package.__version__}\n"


def test_every_command_has_help_with_an_example(rewriter: Run) -> None:
    for command in ["scan", "apply", "series", "test", "list", "show"]:
        text = rewriter(command, "--help").stdout.decode()
        assert "Example: rewriter" in text
        options = re.split(r"\n  (?=-)", text.partition("Options:")[2].partition("\n\n")[0])[1:]
        assert options
        for option in options:
            words = " ".join(option.split())
            assert re.search(r"--help|e\.g\.|: .*-[-D]", words), words


def test_no_command_shows_the_help(rewriter: Run) -> None:
    done = rewriter()
    assert done.returncode == 2
    assert b"Usage: rewriter" in done.stdout + done.stderr


def test_completion_offers_commands_and_patterns(rewriter: Run) -> None:
    words = {"_REWRITER_COMPLETE": "complete_bash", "COMP_CWORD": "1", "COMP_WORDS": "rewriter s"}
    assert set(rewriter(**words).stdout.split()) >= {b"scan", b"series", b"show"}
    words = {"_REWRITER_COMPLETE": "complete_bash", "COMP_CWORD": "3", "COMP_WORDS": "rewriter scan -p vma"}
    assert b"vma_lock_only" in rewriter(**words).stdout.split()


def test_list_names_the_shipped_patterns(rewriter: Run) -> None:
    lines = rewriter("list").stdout.decode().splitlines()
    found = [line for line in lines if line.startswith("vma_lock_only ")]
    assert len(found) == 1
    assert found[0].split()[1] == "locks"


VIRTUALS = """\
virtual patch
@find@
identifier virtual.fn;
@@
- fn();

@other depends on patch@
@@
- g();
"""

# -D given, what show says of it
SHOWN = {
    "none": ([], ["no rule applies with the -D given"], {"find", "other"}),
    "the rule": (["-D", "patch"], ["files: those with g"], {"find"}),
    "the identifier": (["-D", "fn=f"], ["files: those with f"], {"other"}),
    "both": (["-D", "fn=f", "-D", "patch"], ["files: those with f or g"], set()),
}


@pytest.mark.parametrize("name", SHOWN)
def test_show_says_what_is_idle(rewriter: Run, tmp_path: Path, name: str) -> None:
    options, said, idle = SHOWN[name]
    (tmp_path / "v.cocci").write_text(VIRTUALS)
    done = rewriter("show", "v.cocci", *options)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, done.stderr) == (0, b"")
    assert {"virtual: patch", "takes: -D patch, -D fn=NAME", *said} <= set(lines)
    after = [lines[n + 1].split()[1] for n, line in enumerate(lines) if line == "idle with the -D given:"]
    assert set(after) == idle
    assert [line.split()[1] for line in lines if line.startswith("rule ")] == ["find", "other"]


def test_list_says_what_a_pattern_takes(rewriter: Run) -> None:
    lines = rewriter("list").stdout.decode().splitlines()
    takes = {line.split()[0]: line.rpartition(" (-D ")[2] for line in lines if " (-D " in line}
    assert takes["vma_lock_wait"] == "helper=NAME)"
    assert "vma_lock_only" not in takes


@pytest.mark.parametrize("command", [["scan"], ["apply"], ["series", "-o", "mails"]])
def test_a_missing_define_is_named(rewriter: Run, tree: Path, command: list[str]) -> None:
    done = rewriter(*command, tree, "-p", "vma_lock_wait")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-2:] == [
        *[line for line in done.stderr.decode().splitlines() if line.endswith("error: no rule applies")],
        "  hint: name what it is about: -D helper=NAME",
    ]


def test_show_prints_the_parsed_form(rewriter: Run, pattern: Path) -> None:
    text = rewriter("show", pattern).stdout.decode()
    assert "  use new_call() instead of old_call()\n" in text
    assert "files: those with old_call\n" in text
    assert "rule swap (line 8) transforms\n" in text
    assert "  expression e\n" in text
    assert "+ new_call(e);" in text


def test_show_takes_shipped_names(rewriter: Run) -> None:
    assert b"lock_vma_under_rcu" in rewriter("show", "vma_lock_only").stdout


@pytest.mark.parametrize("name", ["swap.cocci", "", "./"])
def test_a_pattern_is_named_by_file_or_folder(rewriter: Run, folder: Path, name: str) -> None:
    done = rewriter("test", folder / name)
    assert done.stdout.decode().splitlines()[-1] == "2 passed, 0 failed"
    assert done.returncode == 0


def test_a_broken_expectation_is_shown(rewriter: Run, folder: Path) -> None:
    (folder / "cases/changes.expected.c").write_text("void f(void)\n{\n\tnew_call(2);\n}\n")
    done = rewriter("test", folder)
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert f"FAIL {folder}/cases/changes.c" in lines
    assert "-\tnew_call(2);" in lines
    assert "+\tnew_call(1);" in lines
    assert lines[-1] == "1 passed, 1 failed"


def test_a_case_without_expectation_must_not_change(rewriter: Run, folder: Path) -> None:
    (folder / "cases/changes.expected.c").unlink()
    assert rewriter("test", folder).returncode == 1


def test_a_pattern_without_cases_fails(rewriter: Run, folder: Path) -> None:
    for case in (folder / "cases").iterdir():
        case.unlink()
    done = rewriter("test", folder)
    assert done.returncode == 1
    assert f"FAIL swap: it has no cases: {folder}/cases/*.c" in done.stdout.decode()


def test_a_rewrite_that_never_ends_is_found(rewriter: Run, tmp_path: Path) -> None:
    top = tmp_path / "grow"
    (top / "cases").mkdir(parents=True)
    (top / "grow.cocci").write_text("@@\nexpression e;\n@@\n- call(e);\n+ call(e + 1);\n")
    (top / "cases/a.c").write_text("void f(void)\n{\n\tcall(1);\n}\n")
    (top / "cases/a.expected.c").write_text("void f(void)\n{\n\tcall(1 + 1);\n}\n")
    done = rewriter("test", top)
    assert done.returncode == 1
    assert b"a second run changes it again" in done.stdout


FINDINGS: dict[str, tuple[object, str]] = {
    "right": ([{"function": "f", "line": 3, "verdict": "match"}], ""),
    "in an object": ({"findings": [{"function": "f"}]}, ""),
    "wrong line": ([{"line": 4}], "finding 1: line is 3 instead of 4"),
    "one too many": ([{}, {}], "1 findings instead of 2: match in f at line 3"),
    "none expected": ([], "1 findings instead of 0: match in f at line 3"),
    "evidence missing": ([{"evidence": ["held-lock"]}], "finding 1: evidence lacks held-lock; there is none"),
    "constant test missing": (
        [{"constant_tests": [{"line": 3, "value": True}]}],
        'finding 1: constant_tests is [] instead of [{"line": 3, "value": true}]',
    ),
    "notes expected": (
        {"notes": [{"line": 1, "text": "this has lost its last caller"}]},
        "0 notes instead of 1: none",
    ),
    "skipped expected": (
        {"skipped": [{"line": 1}]},
        "everything was analysed, although 'skipped' says otherwise",
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_expected_findings(rewriter: Run, folder: Path, name: str) -> None:
    expected, complaint = FINDINGS[name]
    (folder / "cases/changes.expected.json").write_text(json.dumps(expected))
    done = rewriter("test", folder)
    assert done.returncode == (1 if complaint else 0)
    assert complaint in done.stdout.decode()


@pytest.mark.parametrize("text", ["{", '{"finding": []}', '{"options": {"jobs": 3}}', '"x"'])
def test_expectations_that_make_no_sense(rewriter: Run, folder: Path, text: str) -> None:
    (folder / "cases/changes.expected.json").write_text(text)
    done = rewriter("test", folder)
    assert done.returncode == 1
    assert b"changes.expected.json: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_accept_makes_it_pass(rewriter: Run, folder: Path) -> None:
    (folder / "cases/changes.expected.c").write_text("wrong\n")
    (folder / "cases/changes.expected.json").write_text('[{"line": 9}]')
    (folder / "cases/stays.expected.c").write_text("wrong\n")
    assert rewriter("test", folder).returncode == 1
    assert rewriter("test", folder, "--accept").returncode == 0
    assert rewriter("test", folder).returncode == 0
    assert not (folder / "cases/stays.expected.c").exists()
    accepted = json.loads((folder / "cases/changes.expected.json").read_text())
    assert accepted["findings"][0]["line"] == 3


def test_every_shipped_case_passes(rewriter: Run) -> None:
    done = rewriter("test")
    assert done.returncode == 0, done.stdout.decode()
