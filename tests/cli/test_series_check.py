# SPDX-License-Identifier: GPL-2.0-or-later
"""series --check: the tree's checkpatch.pl on each mail, and its objects built before and after."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from mailing import Git, Run, code, commit, repository, script

TOY = "0001-toy-use-new_call-instead-of-old_call.patch"
SMALL = "0002-small-use-new_call-instead-of-old_call.patch"

# Prints what it is called with, so that a test can see it, and complains as checkpatch.pl does.
CHECKPATCH = """\
echo "$@" >>{log}
for last; do :; done
grep -q 'b/drivers/toy' "$last" || exit 0
echo "$last:31: ERROR:SPACING: space required"
echo "$last:33: CHECK:BRACES: Unbalanced braces"
echo "total: 1 errors, 0 warnings, 1 checks, 20 lines checked"
exit 1
"""

# Stands in for the kernel's build: a compiler that reads the source as a person would.
MAKEFILE = """\
%.o: %.c .config
	@sh scripts/compile $< && cp $< $@
"""


def compiler(tree: Path, text: str) -> None:
    (tree / ".config").write_text("CONFIG_TOY=y\n")
    (tree / "Makefile").write_text(MAKEFILE)
    script(tree / "scripts/compile", text)


def checks(done_stderr: bytes) -> list[str]:
    """Give the lines about checks without their start."""
    lines = done_stderr.decode().splitlines()
    return [line.removeprefix("rewriter: check: ") for line in lines if line.startswith("rewriter: check: ")]


def test_complaints_of_checkpatch(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    script(tree / "scripts/checkpatch.pl", CHECKPATCH.format(log=tmp_path / "log"))
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check", "--cover-letter")
    assert done.returncode == 1
    assert checks(done.stderr) == [
        f"FAILED: {TOY}: checkpatch.pl: line 31: ERROR:SPACING: space required",
        f"FAILED: {TOY}: checkpatch.pl: line 33: CHECK:BRACES: Unbalanced braces",
        f"{SMALL}: checkpatch.pl --strict has no complaint (a sign-off is yours to give)",
        f"{tree} has no .config: no object was built",
    ]
    # The mails are there for the person to look at, and the cover letter is none to check.
    assert [mail.name for mail in sorted((tmp_path / "mails").iterdir())][1:] == [TOY, SMALL]
    calls = (tmp_path / "log").read_text().splitlines()
    assert len(calls) == 2
    assert all("--strict" in call and "--ignore=MISSING_SIGN_OFF" in call for call in calls)


def test_a_sign_off_is_checked_when_it_is_asked_for(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    script(tree / "scripts/checkpatch.pl", f'echo "$@" >>{tmp_path}/log\n')
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check", "--signoff")
    assert (done.returncode, checks(done.stderr)[0]) == (0, f"{TOY}: checkpatch.pl --strict has no complaint")
    assert "MISSING_SIGN_OFF" not in (tmp_path / "log").read_text()


def test_a_script_without_the_bit_is_given_to_perl(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    (tree / "scripts").mkdir()
    (tree / "scripts/checkpatch.pl").write_text('print "WARNING: a word\\n"; exit 1;\n')
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check")
    assert done.returncode == 1
    assert checks(done.stderr)[0] == f"FAILED: {TOY}: checkpatch.pl: WARNING: a word"


SILENT = {
    "a reason on stderr": ("echo 'no such option' >&2; exit 2\n", "no such option"),
    "a reason on stdout": ("echo 'no kernel tree'; exit 2\n", "no kernel tree"),
    "no reason": ("exit 3\n", "failed with exit code 3"),
}


@pytest.mark.parametrize("name", SILENT)
def test_a_checkpatch_that_gives_up_fails_the_mail(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path, name: str
) -> None:
    text, reason = SILENT[name]
    script(tree / "scripts/checkpatch.pl", text)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check")
    assert done.returncode == 1
    assert checks(done.stderr)[0] == f"FAILED: {TOY}: checkpatch.pl: {reason}"


def test_a_checkpatch_that_cannot_be_run(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    script(tree / "scripts/checkpatch.pl", "")
    (tree / "scripts/checkpatch.pl").write_text("#!/no/such/perl\n")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check")
    reason = "scripts/checkpatch.pl: cannot be run: no such file or directory"
    assert (done.returncode, done.stderr.decode()) == (
        2,
        f"rewriter: error: the mails cannot be checked: {reason}\n",
    )
    assert not (tmp_path / "mails").exists()


def test_a_tree_with_nothing_to_check_by(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check")
    assert done.returncode == 0
    assert checks(done.stderr) == [
        f"{tree} has no scripts/checkpatch.pl: the style of the mails was not checked",
        f"{tree} has no .config: no object was built",
    ]


@dataclass(frozen=True)
class Build:
    """A compiler, and what is said of drivers/toy/toy_main.o and fs/small/inode.o."""

    compiler: str
    toy: tuple[str, ...]
    small: tuple[str, ...]
    code: int


SAME = ("builds as before, no new warnings",)

BUILDS = {
    "content": Build("true\n", SAME, SAME, 0),
    "warned before": Build('echo "$1:3:1: warning: slow" >&2\n', SAME, SAME, 0),
    # A warning that only moved to another line is none that is new.
    "line moved": Build('echo "$1:$(grep -n _call "$1" | cut -c1): warning: slow" >&2\n', SAME, SAME, 0),
    "new warning": Build(
        'grep -q new_call "$1" && echo "$1:3:2: warning: no prototype" >&2; true\n',
        ("builds with 1 new complaint of the compiler", "drivers/toy/toy_main.c:3:2: warning: no prototype"),
        ("builds with 1 new complaint of the compiler", "fs/small/inode.c:3:2: warning: no prototype"),
        1,
    ),
    "one more of a kind": Build(
        'for i in 1 $(grep -o new_call "$1" | tail -n +2); do echo "$1:1: warning: slow" >&2; done\n',
        ("builds with 1 new complaint of the compiler", "drivers/toy/toy_main.c:1: warning: slow"),
        SAME,
        1,
    ),
    "no longer builds": Build(
        'if grep -q new_call "$1"; then echo "$1:3:2: error: undeclared" >&2; exit 1; fi\n',
        ("no longer builds", "drivers/toy/toy_main.c:3:2: error: undeclared"),
        ("no longer builds", "fs/small/inode.c:3:2: error: undeclared"),
        1,
    ),
    "never built": Build(
        'case "$1" in fs/*) echo "$1:1:1: error: no such header" >&2; exit 1;; esac\n',
        SAME,
        ("not compared, it does not build without the patch: fs/small/inode.c:1:1: error: no such header",),
        0,
    ),
}


def _without_make(lines: list[str]) -> list[str]:
    return [line for line in lines if "***" not in line]


@pytest.mark.parametrize("name", BUILDS)
def test_objects_before_and_after(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path, name: str
) -> None:
    build = BUILDS[name]
    compiler(tree, build.compiler)
    commit(git, tree)
    before = code(tree), repository(tree)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check", MAKEFLAGS="--no-such-flag")
    assert _without_make(checks(done.stderr)[1:]) == [
        *_lines(TOY, "drivers/toy/toy_main.o", build.toy),
        *_lines(SMALL, "fs/small/inode.o", build.small),
    ]
    assert done.returncode == build.code
    assert (code(tree), repository(tree)) == before


def _lines(mail: str, target: str, said: tuple[str, ...]) -> list[str]:
    failed = "" if said[0].startswith(("not compared", "builds as before")) else "FAILED: "
    return [f"{failed}{mail}: {target}: {said[0]}", *(f"FAILED: {mail}: {line}" for line in said[1:])]


def test_a_header_gives_no_object(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    compiler(tree, "true\n")
    (tree / "fs/small/small.h").write_text("static inline void s(void)\n{\n\told_call(1);\n}\n")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check", "--by", "subsystem")
    assert f"{SMALL}: fs/small/small.h: gives no object, not built" in checks(done.stderr)


def test_a_tree_that_was_built_in_place(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    compiler(tree, "true\n")
    for made in ["fs/small/inode.o", "include/generated/made.h"]:
        (tree / made).parent.mkdir(parents=True, exist_ok=True)
        (tree / made).write_text("made before\n")
    before = code(tree)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check")
    assert done.returncode == 0
    assert code(tree) == before


def test_mails_in_the_way_are_refused_before_the_checks(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    script(tree / "scripts/checkpatch.pl", f"touch {tmp_path}/called\n")
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / SMALL).write_text("mine\n")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--check")
    assert done.returncode == 2
    assert not (tmp_path / "called").exists()
