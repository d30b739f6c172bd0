# SPDX-License-Identifier: GPL-2.0-or-later
"""series: how mails are grouped, and the options that it has in common with git format-patch."""

from pathlib import Path

import pytest
from mailing import Git, Run, apply_mails, code, commit, read_mail, repository, script, subjects

# Says of a file, or of the file a mail changes, whose it is.
MAINTAINERS = """\
for last; do :; done
case "$*" in
*" -f "*) path=$last ;;
*) path=$(sed -n 's,^+++ b/,,p' "$last") ;;
esac
case "$path" in
*toy*|*fs/*) echo "Tom Toy <tom@example.org> (maintainer:TOYS (SMALL))" ;;
*) echo "Linus <l@example.org> (maintainer:THE REST)" ;;
esac
"""

USES = {
    "drivers/toy/toy_irq.c": "void toy_irq(void)\n{\n\told_call(2);\n}\n",
    "drivers/other/first.c": "void first(void)\n{\n\told_call(3);\n}\n",
    "drivers/other/last.c": "void last(void)\n{\n\told_call(4);\n}\n",
    "lib/zero.c": "void zero(void)\n{\n\told_call(5);\n}\n",
}


@pytest.fixture
def wide(tree: Path) -> Path:
    """The tree with more files to change and a get_maintainer.pl."""
    for name, text in USES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    script(tree / "scripts/get_maintainer.pl", MAINTAINERS)
    return tree


GROUPS = {
    "file": [
        ("other", ["drivers/other/first.c"]),
        ("other", ["drivers/other/last.c"]),
        ("toy", ["drivers/toy/toy_irq.c"]),
        ("toy", ["drivers/toy/toy_main.c"]),
        ("small", ["fs/small/inode.c"]),
        ("zero", ["lib/zero.c"]),
    ],
    "subsystem": [
        ("other", ["drivers/other/first.c", "drivers/other/last.c"]),
        ("toy", ["drivers/toy/toy_irq.c", "drivers/toy/toy_main.c"]),
        ("small", ["fs/small/inode.c"]),
        ("zero", ["lib/zero.c"]),
    ],
    # An entry that every file belongs to is no reason to put two subsystems into one mail.
    "maintainer": [
        ("other", ["drivers/other/first.c", "drivers/other/last.c"]),
        ("toy", ["drivers/toy/toy_irq.c", "drivers/toy/toy_main.c", "fs/small/inode.c"]),
        ("zero", ["lib/zero.c"]),
    ],
}


@pytest.mark.parametrize("by", GROUPS)
@pytest.mark.parametrize("plain", [False, True])
def test_groups_make_the_round_trip(
    rewriter: Run, git: Git, pattern: Path, wide: Path, tmp_path: Path, by: str, plain: bool
) -> None:
    if not plain:
        commit(git, wide)
    before = code(wide), repository(wide)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--by", by)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (code(wide), repository(wide)) == before
    commit(git, wide) if plain else None
    git(tmp_path, "clone", "--quiet", wide, "maintainer")
    apply_mails(git, tmp_path / "maintainer", tmp_path / "mails")
    log = git(
        tmp_path / "maintainer", "log", "--reverse", "--name-only", "--format=%s", "HEAD", "^origin/main"
    )
    assert _parts(log) == [
        (f"{prefix}: use new_call() instead of old_call()", files) for prefix, files in GROUPS[by]
    ]
    rewriter("apply", "tree", "-p", pattern, "--in-place")
    assert code(tmp_path / "maintainer") == code(wide)


def _parts(log: str) -> list[tuple[str, list[str]]]:
    parts: list[tuple[str, list[str]]] = []
    for line in log.splitlines():
        if ": use" in line:
            parts.append((line, []))
        elif line:
            parts[-1][1].append(line)
    return parts


def test_a_group_names_all_its_functions_and_notes(
    rewriter: Run, git: Git, pattern: Path, wide: Path, tmp_path: Path
) -> None:
    commit(git, wide)
    rewriter("series", "tree/drivers/toy", "-p", pattern, "-o", "mails", "--by", "subsystem")
    mail = next((tmp_path / "mails").iterdir()).read_text()
    assert "\nChange toy_irq() and toy_start() accordingly.\n" in mail
    below = mail.partition("\n---\n")[2]
    for place in ["drivers/toy/toy_irq.c:3 ", "drivers/toy/toy_main.c:3 ", "drivers/toy/toy_main.c:5 "]:
        assert place in below


def test_by_maintainer_needs_the_trees_script(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--by", "maintainer")
    asks = f"--by maintainer asks scripts/get_maintainer.pl, which {tree} does not have"
    assert (done.returncode, done.stderr.decode()) == (2, f"rewriter: error: {asks}\n")
    assert not (tmp_path / "mails").exists()


def test_by_anything_else_is_refused(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--by", "function")
    assert done.returncode == 2
    assert all(word in done.stderr for word in [b"'function'", b"file", b"subsystem", b"maintainer"])


MARKS = {
    "none": ([], "[PATCH 1/2]"),
    "-v": (["-v", "3"], "[PATCH v3 1/2]"),
    "--reroll-count": (["--reroll-count", "2"], "[PATCH v2 1/2]"),
    "--rfc": (["--rfc"], "[RFC PATCH 1/2]"),
    "--subject-prefix": (["--subject-prefix", "PATCH net-next"], "[PATCH net-next 1/2]"),
    "all three": (["--subject-prefix", "PATCH bpf", "--rfc", "-v", "2"], "[RFC PATCH bpf v2 1/2]"),
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_in_the_subject(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path, name: str) -> None:
    options, mark = MARKS[name]
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", *options)
    assert done.returncode == 0
    assert subjects(tmp_path / "mails")[0] == f"{mark} toy: use new_call() instead of old_call()"


def test_the_cover_letter_bears_the_same_marks(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    rewriter("series", "tree", "-p", pattern, "-o", "mails", "--cover-letter", "-v", "2", "--rfc")
    assert subjects(tmp_path / "mails")[0] == "[RFC PATCH v2 0/2] use new_call() instead of old_call()"


@pytest.mark.parametrize("count", ["0", "-1", "two"])
def test_a_version_is_a_number_from_1(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path, count: str
) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", f"--reroll-count={count}")
    assert done.returncode == 2
    assert not (tmp_path / "mails").exists()


def test_in_reply_to(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    rewriter("series", "tree", "-p", pattern, "-o", "mails", "--in-reply-to", "<v1@example.org>")
    mail = read_mail(sorted((tmp_path / "mails").iterdir())[0])
    assert (mail["In-Reply-To"], mail["References"]) == ("<v1@example.org>", "<v1@example.org>")


@pytest.mark.parametrize("name", ["v1.0", "HEAD~1"])
def test_base(rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path, name: str) -> None:
    commit(git, tree)
    git(tree, "tag", "v1.0")
    (tree / "mm/none.c").write_text("int more;\n")
    commit(git, tree, "mm: more")
    assert rewriter("series", "tree", "-p", pattern, "-o", "mails", "--base", name).returncode == 0
    first, last = sorted((tmp_path / "mails").iterdir())
    # What lies between the base and the series is named as git names it.
    assert (
        f"base-commit: {git(tree, 'rev-parse', name).strip()}\nprerequisite-patch-id: " in first.read_text()
    )
    assert "base-commit" not in last.read_text()


BASES = {
    "unknown": ("v9.9", "--base v9.9: there is no such commit"),
    "an option": ("--all", "--base --all: there is no such commit"),
    "no commit": ("HEAD:mm", "--base HEAD:mm: there is no such commit"),
    "not below": ("aside", "git format-patch: base commit should be the ancestor of revision list"),
}


@pytest.mark.parametrize("name", BASES)
def test_bases_that_are_none(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path, name: str
) -> None:
    base, complaint = BASES[name]
    commit(git, tree)
    git(tree, "checkout", "--quiet", "-b", "aside")
    git(tree, "commit", "--quiet", "--allow-empty", "-m", "aside")
    git(tree, "checkout", "--quiet", "main")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", f"--base={base}")
    assert (done.returncode, done.stderr.decode()) == (2, f"rewriter: error: {complaint}\n")
    assert not (tmp_path / "mails").exists()


def test_a_plain_tree_has_no_base(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--base", "HEAD")
    assert done.returncode == 2
    assert done.stderr == b"rewriter: error: --base names a commit, and this tree is no git checkout\n"


def test_a_cover_letter_of_any_length(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    text = "void {}(void)\n{{\n\told_call(0);\n}}\n"
    (tree / "lib").mkdir()
    (tree / "lib/long.c").write_text("".join(text.format("long" * 150 + str(n)) for n in range(300)))
    done = rewriter("series", "tree/lib", "-p", pattern, "-o", "mails", "--cover-letter")
    assert (done.returncode, done.stderr) == (0, b"")
    cover = (tmp_path / "mails/0000-cover-letter.patch").read_text()
    assert cover.count("\nmatch  ") == 300
    assert len(cover) > 1 << 17  # more than an argument of a command may have
