# SPDX-License-Identifier: GPL-2.0-or-later
"""series --to-cc: each mail is addressed to those whom the tree's own script names."""

from email.utils import getaddresses
from pathlib import Path

import pytest
from mailing import Git, Run, apply_mails, commit, read_mail, script

# Gets the mail itself, as the script of the kernel does.
MAINTAINERS = """\
for last; do :; done
test -f MAINTAINERS || { echo "$0: not in the tree's root" >&2; exit 2; }
if grep -q '^+++ b/drivers/toy' "$last"; then
	echo 'Zoë Toy <zoe@example.org> (maintainer:TOY DRIVERS)'
	echo '"Ewer, Rev" <rev@example.org> (reviewer:TOY DRIVERS)'
	echo 'both@example.org (reviewer:TOY DRIVERS)'
	echo 'toys@lists.example.org (moderated list:TOY DRIVERS)'
else
	echo 'Both Sides <both@example.org> (supporter:SMALL FILES)'
fi
echo 'all@lists.example.org (open list)'
"""


@pytest.fixture
def addressed(tree: Path) -> Path:
    (tree / "MAINTAINERS").write_text("TOY DRIVERS\n")
    script(tree / "scripts/get_maintainer.pl", MAINTAINERS)
    return tree


def addresses(mail: Path) -> dict[str, list[tuple[str, str]]]:
    return {
        name: getaddresses([str(value) for value in read_mail(mail).get_all(name, [])])
        for name in ("To", "Cc")
    }


def test_recipients(rewriter: Run, git: Git, pattern: Path, addressed: Path, tmp_path: Path) -> None:
    commit(git, addressed)
    # Run from elsewhere: the script is run where it wants to be.
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--to-cc", "--cover-letter")
    assert (done.returncode, done.stderr) == (0, b"")
    cover, toy, small = sorted((tmp_path / "mails").iterdir())
    everyone = ("", "all@lists.example.org")
    assert addresses(toy) == {
        "To": [("Zoë Toy", "zoe@example.org")],
        "Cc": [
            ("Ewer, Rev", "rev@example.org"),
            ("", "both@example.org"),
            ("", "toys@lists.example.org"),
            everyone,
        ],
    }
    assert addresses(small) == {"To": [("Both Sides", "both@example.org")], "Cc": [everyone]}
    # The cover goes to all, and to those who answer for a part of it first.
    assert addresses(cover) == {
        "To": [("Zoë Toy", "zoe@example.org"), ("Both Sides", "both@example.org")],
        "Cc": [("Ewer, Rev", "rev@example.org"), ("", "toys@lists.example.org"), everyone],
    }
    assert toy.read_bytes().isascii()
    apply_mails(git, addressed, tmp_path / "mails")
    assert git(addressed, "log", "-1", "--format=%s") == "small: use new_call() instead of old_call()\n"


def test_the_users_own_addresses_do_not_mix_in(
    rewriter: Run, git: Git, pattern: Path, addressed: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    for key in ["format.to", "format.cc"]:
        git(tmp_path, "config", "--file", environment["GIT_CONFIG_GLOBAL"], key, "me@example.org")
    rewriter("series", "tree", "-p", pattern, "-o", "mails", "--to-cc")
    for mail in (tmp_path / "mails").iterdir():
        assert b"me@example.org" not in mail.read_bytes()


def test_a_tree_without_the_script(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--to-cc")
    note = f"rewriter: note: {tree} has no scripts/get_maintainer.pl: the mails have no To and Cc\n"
    assert (done.returncode, done.stderr.decode()) == (0, note)
    assert len(list((tmp_path / "mails").iterdir())) == 2


def test_a_script_that_names_nobody(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path) -> None:
    script(tree / "scripts/get_maintainer.pl", "echo 'no address here'\n")
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", "--to-cc")
    mails = sorted((tmp_path / "mails").iterdir())
    notes = [f"rewriter: note: scripts/get_maintainer.pl names nobody for {m.name}" for m in mails]
    assert (done.returncode, done.stderr.decode().splitlines()) == (0, notes)
    assert [addresses(mail) for mail in mails] == [{"To": [], "Cc": []}] * 2


FAILURES = {
    "with a word": ("echo 'cannot open MAINTAINERS' >&2; exit 2\n", "cannot open MAINTAINERS"),
    "without": ("exit 9\n", "failed without a word"),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("option", [["--to-cc"], ["--by", "maintainer"]])
def test_a_script_that_fails(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path, name: str, option: list[str]
) -> None:
    text, reason = FAILURES[name]
    script(tree / "scripts/get_maintainer.pl", text)
    done = rewriter("series", "tree", "-p", pattern, "-o", "mails", *option)
    complaint = f"rewriter: error: scripts/get_maintainer.pl: {reason}\n"
    assert (done.returncode, done.stderr.decode()) == (2, complaint)
    assert not (tmp_path / "mails").exists()
