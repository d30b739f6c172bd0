# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes in, bytes out: a file is replaced whole or not at all, and only if it is what was read."""

import os
import stat
from pathlib import Path

import pytest

from rewriter.source.files import ReadError, WriteError, read_file, replace_file

ODD = {
    "empty": b"",
    "no final newline": b"int x;",
    "carriage returns": b"int x;\r\nint y;\r\n",
    "not UTF-8": b"/* caf\xe9 \xff\xfe */\n",
    "junk": bytes(range(256)) * 40,
    "byte order mark": b"\xef\xbb\xbfint x;\n",
    "large": b"int x;\n" * 400_000,
}


@pytest.mark.parametrize("name", ODD)
def test_bytes_in_bytes_out(tmp_path: Path, name: str) -> None:
    file = tmp_path / "a.c"
    file.write_bytes(b"before")
    assert replace_file(str(file), b"before", ODD[name])
    assert read_file(str(file)) == ODD[name] == file.read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.c"]


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o444, 0o664])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.c"
    file.write_bytes(b"a")
    file.chmod(mode)
    replace_file(str(file), b"a", b"b")
    assert stat.S_IMODE(file.stat().st_mode) == mode


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "a.c"
    file.write_bytes(b"a")
    before = file.stat()
    assert not replace_file(str(file), b"a", b"a")
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_changed_meanwhile_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.c"
    file.write_bytes(b"somebody's work")
    with pytest.raises(WriteError, match=r"a\.c: changed since it was read"):
        replace_file(str(file), b"a", b"b")
    assert file.read_bytes() == b"somebody's work"


def test_a_file_that_vanished_does_not_come_back(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"a\.c: not written: no such file"):
        replace_file(str(tmp_path / "a.c"), b"a", b"b")
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/real.c").write_bytes(b"a")
    (tmp_path / "a.c").symlink_to("d/real.c")
    replace_file(str(tmp_path / "a.c"), b"a", b"b")
    assert (tmp_path / "a.c").is_symlink()
    assert (tmp_path / "d/real.c").read_bytes() == b"b"


def test_a_failed_write_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.c"
    file.write_bytes(b"a")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="no space left on device"):
        replace_file(str(file), b"a", b"b")
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [("a.c", b"a")]


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.c")
    (tmp_path / "dir.c").mkdir()
    for name, reason in [
        ("missing.c", "no such file or directory"),
        ("pipe.c", "is not a regular file"),
        ("dir.c", "is a directory"),
    ]:
        with pytest.raises(ReadError) as raised:
            read_file(str(tmp_path / name))
        assert str(raised.value) == reason
