# SPDX-License-Identifier: GPL-2.0-or-later
"""series: git am takes the mails, the result is what --in-place writes, the user's tree is not touched."""

import shutil
import subprocess
from pathlib import Path

import pytest
from mailing import Git, Run, apply_mails, code, commit, repository


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_round_trip_in_a_checkout(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path, jobs: str
) -> None:
    commit(git, tree)
    git(tmp_path, "clone", "--quiet", tree, "maintainer")
    before = repository(tree), code(tree)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "-j", jobs)
    assert done.stdout.decode().splitlines() == [
        "mails/0001-toy-use-new_call-instead-of-old_call.patch",
        "mails/0002-small-use-new_call-instead-of-old_call.patch",
    ]
    assert (repository(tree), code(tree)) == before
    apply_mails(git, tmp_path / "maintainer", tmp_path / "mails")
    assert rewriter("apply", "tree", "-p", pattern, "--in-place").returncode == 0
    assert code(tmp_path / "maintainer") == code(tree)


def test_round_trip_of_a_plain_tree(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    shutil.copytree(tree, tmp_path / "maintainer")
    commit(git, tmp_path / "maintainer", "Imported")
    done = rewriter("series", "tree", "-p", pattern, "-o", "deep/down/mails")
    assert done.returncode == 0
    assert not (tree / ".git").exists()
    # The blob hashes are those of the maintainer's files, so a three-way merge would find them.
    apply_mails(git, tmp_path / "maintainer", tmp_path / "deep/down/mails", "--3way")
    rewriter("apply", "tree", "-p", pattern, "--in-place")
    assert code(tmp_path / "maintainer") == code(tree)


def test_each_mail_applies_on_its_own(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    commit(git, tree)
    rewriter("series", "tree", "-p", pattern, "-o", "mails")
    for mail in sorted((tmp_path / "mails").iterdir(), reverse=True):
        git(tree, "am", "--quiet", mail)


def test_what_a_mail_says(rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path) -> None:
    commit(git, tree)
    head = git(tree, "rev-parse", "HEAD").strip()
    rewriter("series", "tree/fs", "-p", pattern, "-o", "mails", "--signoff")
    mail = (tmp_path / "mails/0001-small-use-new_call-instead-of-old_call.patch").read_text()
    heading, _, rest = mail.partition("\n\n")
    body, _, below = rest.partition("\n---\n")
    assert "From: A Developer <dev@example.org>" in heading
    assert heading.endswith("Subject: [PATCH] small: use new_call() instead of old_call()")
    assert body == (
        "old_call() takes a lock that nobody needs any more.\n\n"
        "New code has used new_call() for years.\n\n"
        "Change small() accordingly.\n\n"
        "The semantic patch swap makes this change:\n\n"
        "// <smpl>\n@swap@\nexpression e;\n@@\n- old_call(e);\n+ new_call(e);\n// </smpl>\n\n"
        "Signed-off-by: A Developer <dev@example.org>"
    )
    assert "\nNotes:\n" in below
    assert "match    fs/small/inode.c:3  small" in below
    assert f"base-commit: {head}\n" in below


def test_cover_letter(rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--cover-letter")
    assert done.stdout.decode().splitlines()[0] == "mails/0000-cover-letter.patch"
    cover = (tmp_path / "mails/0000-cover-letter.patch").read_text()
    assert "Subject: [PATCH 0/2] use new_call() instead of old_call()\n" in cover
    assert "\nmatch    drivers/toy/toy_main.c:3  toy_start\n" in cover
    assert "***" not in cover


def test_the_prefix_is_the_files_own(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    commit(git, tree, "tree: import")
    file = tree / "fs/small/inode.c"
    for subject in ["smallfs: inode: fix a leak", "Revert something", "smallfs: inode: tidy"]:
        file.write_text(f"/* {subject} */\n" + file.read_text())
        commit(git, tree, subject)
    done = rewriter("series", "tree/fs", "-p", pattern, "-o", "mails")
    assert done.stdout == b"mails/0001-smallfs-inode-use-new_call-instead-of-old_call.patch\n"


def test_the_prefix_that_the_tree_sets(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    commit(git, tree, "small: import")
    (tree / "rewriter.toml").write_text('[series]\nprefix = {"fs/small" = "smallfs"}\n')
    done = rewriter("series", "tree/fs", "-p", pattern, "-o", "mails")
    assert done.stdout == b"mails/0001-smallfs-use-new_call-instead-of-old_call.patch\n"


def test_settings_that_make_no_sense_stop_the_series(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    (tree / "rewriter.toml").write_text("[mails]\n")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails")
    complaint = f"{tree}/rewriter.toml: unknown table 'mails', there are [series] and [macros]"
    assert (done.returncode, done.stderr.decode()) == (2, f"rewriter: error: {complaint}\n")
    assert not (tmp_path / "mails").exists()


def test_the_users_settings_do_not_bend_the_mails(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    for key in ["diff.noprefix", "diff.mnemonicPrefix", "format.attach", "format.signOff"]:
        git(tmp_path, "config", "--file", environment["GIT_CONFIG_GLOBAL"], key, "true")
    git(tmp_path, "config", "--file", environment["GIT_CONFIG_GLOBAL"], "format.coverLetter", "auto")
    commit(git, tree)
    rewriter(
        "series", "tree", "-p", pattern, "-o", "mails", GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere/index"
    )
    mails = sorted((tmp_path / "mails").iterdir())
    assert [mail.name[:4] for mail in mails] == ["0001", "0002"]
    assert "Signed-off-by" not in mails[0].read_text()
    assert "\n--- a/drivers/toy/toy_main.c\n" in mails[0].read_text()
    apply_mails(git, tree, tmp_path / "mails")


@pytest.mark.parametrize("state", ["changed", "staged", "untracked"])
def test_uncommitted_changes_are_refused(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path, state: str
) -> None:
    commit(git, tree)
    file = tree / ("new.c" if state == "untracked" else "fs/small/inode.c")
    file.write_text("void f(void)\n{\n\told_call(2);\n}\n")
    if state == "staged":
        git(tree, "add", file)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails")
    assert done.returncode == 2
    assert done.stderr.startswith(b"rewriter: error: no mails were made: ")
    assert (
        b"new.c is not in HEAD" if state == "untracked" else b"inode.c has uncommitted changes"
    ) in done.stderr
    assert not (tmp_path / "mails").exists()


def test_no_author_no_mails(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", GIT_CONFIG_GLOBAL="/dev/null")
    assert done.returncode == 2
    assert done.stderr == (
        b"rewriter: error: git knows no author: set user.name and user.email with 'git config --global'\n"
    )
    assert not (tmp_path / "mails").exists()


def test_no_git_no_mails(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", PATH="/nowhere")
    assert (done.returncode, done.stderr) == (2, b"rewriter: error: git is not installed\n")


def test_mails_are_not_overwritten(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    rewriter("series", "tree", "-p", pattern, "-o", "mails")
    before = code(tmp_path / "mails")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails")
    assert done.returncode == 2
    assert b"mails/0001-toy-use-new_call-instead-of-old_call.patch exists already" in done.stderr
    assert code(tmp_path / "mails") == before


def test_a_file_is_no_place_for_mails(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine\n")
    done = rewriter("series", "tree", "-p", pattern, "-o", "taken")
    assert (done.returncode, done.stderr) == (2, b"rewriter: error: taken: file exists\n")
    assert (tmp_path / "taken").read_text() == "mine\n"


def test_nothing_to_mail(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree/mm", "-p", pattern, "-o", "mails")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"rewriter: note: nothing to rewrite, no mails were made\n"
    assert not (tmp_path / "mails").exists()


def test_odd_bytes_in_mails(rewriter: Run, git: Git, pattern: Path, tmp_path: Path) -> None:
    top = tmp_path / "odd"
    top.mkdir()
    (top / "latin.c").write_bytes(b"/* caf\xe9 */\nvoid f(void)\n{\n\told_call(1);\n}")
    (top / "crlf.c").write_bytes(b"void g(void)\r\n{\r\n\told_call(1);\r\n}\r\n")
    commit(git, top)
    git(tmp_path, "clone", "--quiet", top, "maintainer")
    done = rewriter("series", "odd", "-p", pattern, "-o", "mails")
    assert b"crlf.c has CRLF line ends: apply with 'git am --keep-cr'" in done.stderr
    apply_mails(git, tmp_path / "maintainer", tmp_path / "mails", "--keep-cr")
    rewriter("apply", "odd", "-p", pattern, "--in-place")
    assert code(tmp_path / "maintainer") == code(top)


def test_a_description_cannot_cut_the_mail(rewriter: Run, git: Git, tree: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil.cocci"
    evil.write_text(
        "/// use new_call()\n///\n/// From: nobody <no@body>\n///\n/// --- a/x\n///\n/// diff --git a/x b/x\n"
        "@r@\nexpression e;\n@@\n- old_call(e);\n+ new_call(e);\n// --- \n"
    )
    commit(git, tree)
    rewriter("series", "tree/fs", "-p", evil, "-o", "mails")
    apply_mails(git, tree, tmp_path / "mails")
    message = git(tree, "log", "-1", "--format=%an%n%B")
    assert message.startswith("A Developer\nsmall: use new_call()\n\n")
    for line in ["From: nobody <no@body>", "--- a/x", "diff --git a/x b/x", "// </smpl>"]:
        assert line in message


def test_a_checkout_without_a_commit_is_a_plain_tree(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    git(tree, "init", "--quiet")
    assert rewriter("series", "tree", "-p", pattern, "-o", "mails").returncode == 0
    assert "base-commit" not in (next((tmp_path / "mails").iterdir())).read_text()


def test_shallow_clones_and_worktrees(
    rewriter: Run, git: Git, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    commit(git, tree, "one")
    (tree / "mm/none.c").write_text("int more;\n")
    commit(git, tree, "two")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tree}", "shallow")
    git(tree, "worktree", "add", "--quiet", tmp_path / "worktree")
    for place in ["shallow", "worktree"]:
        assert rewriter("series", place, "-p", pattern, "-o", f"mails-{place}").returncode == 0
        apply_mails(git, tmp_path / place, tmp_path / f"mails-{place}")


def test_mails_pass_through_patch(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    rewriter("series", "tree", "-p", pattern, "-o", "mails")
    expected = {name: text.replace(b"old_call", b"new_call") for name, text in code(tree).items()}
    for mail in sorted((tmp_path / "mails").iterdir()):
        subprocess.run(["patch", "-p1", "-s", "-i", mail], cwd=tree, check=True)
    assert code(tree) == expected
