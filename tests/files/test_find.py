# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files the paths of a command line stand for."""

import os
from pathlib import Path

import pytest

from rewriter.source.files import PathError, find_files, tree_root


def make(top: Path, *names: str) -> None:
    for name in names:
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"int x;\n")


def found(top: Path, *paths: str) -> list[str]:
    return [os.path.relpath(c.path, top) for c in find_files([str(top / path) for path in paths])]


TREES: dict[str, tuple[list[str], list[tuple[str, str]], list[str], list[str]]] = {
    # files, links (name, target), arguments, what is found
    "c and h, sorted": (["b.c", "a.h", "z/a.c", "m.S", "Kconfig"], [], [""], ["a.h", "b.c", "z/a.c"]),
    "files of a directory before its directories": (
        ["a/x.c", "b.c", "a.c"],
        [],
        [""],
        ["a.c", "b.c", "a/x.c"],
    ),
    "hidden directories are left out": ([".git/x.c", "a.c", "d/.tmp/y.c"], [], [""], ["a.c"]),
    "a named file is taken whatever its name": (["notes.txt", "a.c"], [], ["notes.txt"], ["notes.txt"]),
    "arguments keep their order": (["a/x.c", "b/y.c"], [], ["b", "a"], ["b/y.c", "a/x.c"]),
    "no file twice": (["a/x.c", "b.c"], [], ["a/x.c", "", "b.c"], ["a/x.c", "b.c"]),
    "a link to a directory above is no loop": (["a/x.c"], [("a/up", "..")], [""], ["a/x.c"]),
    "a link to itself": (["x.c"], [("loop.c", "loop.c")], [""], ["x.c"]),
    "a link that leads nowhere": (["x.c"], [("gone.c", "nothing.c")], [""], ["x.c"]),
    "a link to a file seen anyway": (["x.c"], [("y.c", "x.c")], [""], ["x.c"]),
    "a link to a directory seen anyway": (["d/x.c"], [("e", "d")], [""], ["d/x.c"]),
    "a link that is the only way": (["x.c.in"], [("x.c", "x.c.in")], [""], ["x.c"]),
    "a link out of the tree": (["in/x.c", "out/y.c"], [("in/y.c", "../out/y.c")], ["in"], ["in/x.c"]),
    "a directory link out of the tree": (["in/x.c", "out/y.c"], [("in/o", "../out")], ["in"], ["in/x.c"]),
    "an argument may be a link": (["d/x.c"], [("e", "d")], ["e"], ["e/x.c"]),
    "nothing there": (["Makefile"], [], [""], []),
}


@pytest.mark.parametrize("name", TREES)
def test_find(tmp_path: Path, name: str) -> None:
    files, links, arguments, expected = TREES[name]
    make(tmp_path, *files)
    for link, target in links:
        (tmp_path / link).symlink_to(target)
    assert found(tmp_path, *arguments) == expected


def test_the_current_directory_adds_nothing_to_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.c", "d/b.c")
    monkeypatch.chdir(tmp_path)
    assert [c.path for c in find_files(["."])] == ["a.c", "d/b.c"]


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"")
    for path, reason in [
        ("missing", "no such file or directory"),
        ("pipe", "neither a file nor a directory"),
        ("loop", "too many levels of symbolic links"),
        ("file/x.c", "not a directory"),
    ]:
        with pytest.raises(PathError) as raised:
            find_files([str(tmp_path / path)])
        assert str(raised.value) == f"{tmp_path / path}: {reason}"


def test_a_diff_is_relative_to_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "linux/drivers/a/x.c", "linux/MAINTAINERS", "linux/Kbuild", "repo/d/x.c", "plain/d/x.c")
    (tmp_path / "repo/.git").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    for path, given, root in [
        ("linux/drivers/a/x.c", "linux/drivers", "linux"),
        ("repo/d/x.c", "repo/d", "repo"),
        ("plain/d/x.c", "plain", "plain"),
        ("plain/d/x.c", "plain/d", "plain/d"),
        ("plain/d/x.c", "plain/d/x.c", "plain"),
    ]:
        assert tree_root(str(tmp_path / path), str(tmp_path / given)) == str(tmp_path / root)
    monkeypatch.chdir("/")
    only = str(tmp_path / "plain/d/x.c")
    assert tree_root(only, only) in (str(tmp_path / "plain/d"), "/")
