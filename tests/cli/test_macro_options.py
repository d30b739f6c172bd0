# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of macros reaches every command: files of --macros, and a tree's own rewriter.toml."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]

CODE = """\
void *far(struct pair *p)
{
	in_pairs(p)
	old_call(p);
	return (struct pair far_away)p;
}
"""
LISTS = 'attributes = ["far_away"]\niterators = ["in_pairs"]\n'
HEADER = "#define far_away\n#define in_pairs(p) for (; p; p = p->next)\n"


@pytest.fixture
def toys(tmp_path: Path, pattern: Path) -> Path:
    """A checkout with enough files that processes share them."""
    directory = tmp_path / "toys"
    (directory / ".git").mkdir(parents=True)
    (directory / "deep").mkdir()
    for number in range(40):
        (directory / "deep" / f"toy{number}.c").write_text(CODE)
    (tmp_path / "lists.toml").write_text(LISTS)
    (tmp_path / "macros.h").write_text(HEADER)
    return directory


GIVEN = [(), ("--macros", "lists.toml"), ("--macros", "macros.h")]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("given", GIVEN)
def test_a_function_is_lost_without_them(
    rewriter: Run, toys: Path, pattern: Path, given: tuple[str, ...], jobs: int
) -> None:
    applied = rewriter("apply", "-p", pattern, "toys", "-j", jobs, *given)
    assert applied.stdout.count(b"+\tnew_call(p);") == (40 if given else 0)
    assert applied.returncode == (0 if given else 3)
    scanned = rewriter("scan", "-p", pattern, "toys", "-j", jobs, "--format", "json", *given)
    assert len(json.loads(scanned.stdout)["skipped"]) == (0 if given else 40)
    checked = rewriter("parse-check", "toys", "-j", jobs, "--format", "json", *given)
    assert json.loads(checked.stdout)["total"]["functions_bad"] == (0 if given else 40)


def test_a_tree_says_it_itself(rewriter: Run, toys: Path, pattern: Path) -> None:
    (toys / "rewriter.toml").write_text(f"[macros]\n{LISTS}")
    done = rewriter("apply", "-p", pattern, "toys/deep")
    assert done.stdout.count(b"+\tnew_call(p);") == 40
    assert rewriter("parse-check", "toys/deep").returncode == 0
    assert b"new_call" in rewriter("spatch", "--sp-file", pattern, "toys/deep/toy1.c").stdout


def test_the_command_line_has_the_last_word(rewriter: Run, toys: Path, tmp_path: Path) -> None:
    (toys / "rewriter.toml").write_text(f"[macros]\n{LISTS}")
    (tmp_path / "other.toml").write_text('types = ["far_away"]\n')
    assert rewriter("parse-check", "toys", "--macros", "other.toml").returncode == 3


def test_the_command_line_of_spatch(rewriter: Run, toys: Path, pattern: Path) -> None:
    words = ("spatch", "--sp-file", pattern, "toys/deep/toy1.c")
    assert b"new_call" not in rewriter(*words).stdout
    assert b"new_call" in rewriter(*words, "--macro-file", "macros.h").stdout
    assert b"new_call" in rewriter(*words, "--macro_file", "lists.toml").stdout


def test_cases_of_patterns(rewriter: Run, toys: Path, pattern: Path) -> None:
    case = pattern.parent / "cases" / "far.c"
    case.parent.mkdir()
    case.write_text(CODE)
    case.with_suffix(".expected.c").write_text(CODE.replace("old_call", "new_call"))
    assert rewriter("test", pattern).returncode == 1
    assert rewriter("test", pattern, "--macros", "lists.toml").returncode == 0
    known = {"options": {"macros": {"attributes": ["far_away"], "iterators": ["in_pairs"]}}}
    case.with_suffix(".expected.json").write_text(json.dumps(known))
    assert rewriter("test", pattern).returncode == 0


BAD = {
    "loops = ['x']\n": "unknown list 'loops', there are attributes, attribute_calls, iterators, "
    "blocks, declarers, functions, types, defined, undefined",
    "iterators = ['a b']\n": "'iterators' holds 'a b', which is no name",
}


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("command", ["scan", "apply", "series", "parse-check", "test", "spatch"])
def test_a_bad_file_is_one_clear_error(
    rewriter: Run, toys: Path, pattern: Path, tmp_path: Path, command: str, text: str
) -> None:
    (tmp_path / "bad.toml").write_text(text)
    given = ["--macros", "bad.toml"]
    match command:
        case "scan" | "apply":
            given += ["-p", str(pattern), "toys"]
        case "series":
            given += ["-p", str(pattern), "-o", "out", "toys"]
        case "parse-check":
            given += ["toys"]
        case "spatch":
            given = ["--macro-file", "bad.toml", "--sp-file", str(pattern), "toys/deep/toy1.c"]
    done = rewriter(command, *given)
    assert done.returncode == 2
    assert done.stderr.decode() == f"rewriter: error: bad.toml: {BAD[text]}\n"
    if command not in ("series", "test"):
        (toys / "rewriter.toml").write_text(f"[macros]\n{text}")
        done = rewriter(
            command, *(word for word in given if word not in ("--macros", "--macro-file", "bad.toml"))
        )
        assert done.returncode == 2
        assert done.stderr.decode().endswith(f"toys/rewriter.toml: [macros]: {BAD[text]}\n")


def test_a_file_that_is_not_there(rewriter: Run, toys: Path) -> None:
    done = rewriter("parse-check", "toys", "--macros", "none.toml")
    assert done.returncode == 2
    assert done.stderr == b"rewriter: error: none.toml: no such file or directory\n"
