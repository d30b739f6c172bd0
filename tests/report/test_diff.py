# SPDX-License-Identifier: GPL-2.0-or-later
"""A diff built from edits is taken by git and patch, and says exactly what the rewrite does."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewriter.edit.edit import ConflictError, Edit, Rewrite
from rewriter.report.diff import unified_diff
from rewriter.report.hunks import changed_lines, compare, split_lines
from rewriter.source.text import Span


def rewrite(text: bytes, *changes: tuple[bytes, bytes]) -> Rewrite:
    edits = [Edit(Span(at := text.index(old), at + len(old)), new) for old, new in changes]
    return Rewrite.of(text, edits)


NUMBERS = b"".join(b"%d\n" % i for i in range(1, 31))

CASES: dict[str, tuple[bytes, list[tuple[bytes, bytes]], bytes]] = {
    "one line": (NUMBERS, [(b"10\n", b"ten\n")], b"@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n"),
    "part of a line": (b"int a, b = 0;\n", [(b", b = 0", b"")], b"@@ -1 +1 @@\n-int a, b = 0;\n+int a;\n"),
    "a deleted line": (b"a\nb\nc\n", [(b"b\n", b"")], b"@@ -1,3 +1,2 @@\n a\n-b\n c\n"),
    "deleted with the newline before it": (b"a\nb\nc\n", [(b"\nb", b"")], b"@@ -1,3 +1,2 @@\n a\n-b\n c\n"),
    "two lines joined": (b"a\nb\nc\n", [(b"\nb", b" b")], b"@@ -1,3 +1,2 @@\n-a\n-b\n+a b\n c\n"),
    "two edits of one line": (b"a b c\n", [(b"a", b"x"), (b"c", b"z")], b"@@ -1 +1 @@\n-a b c\n+x b z\n"),
    "two hunks": (
        NUMBERS,
        [(b"3\n", b""), (b"20\n", b"twenty\n")],
        b"@@ -1,6 +1,5 @@\n 1\n 2\n-3\n 4\n 5\n 6\n"
        b"@@ -17,7 +16,7 @@\n 17\n 18\n 19\n-20\n+twenty\n 21\n 22\n 23\n",
    ),
    "lines that go come before lines that come": (
        b"a\nb\nc\n",
        [(b"a\n", b"x\n"), (b"b\n", b"y\n")],
        b"@@ -1,3 +1,3 @@\n-a\n-b\n+x\n+y\n c\n",
    ),
    "hunks that touch are one": (
        b"".join(b"%d\n" % i for i in range(1, 9)),
        [(b"1\n", b"one\n"), (b"8\n", b"eight\n")],
        b"@@ -1,8 +1,8 @@\n-1\n+one\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+eight\n",
    ),
    "equal lines inside an edit are no change": (
        b"a\nb\nc\nd\n",
        [(b"a\nb\nc\nd\n", b"a\nB\nc\nD\n")],
        b"@@ -1,4 +1,4 @@\n a\n-b\n+B\n c\n-d\n+D\n",
    ),
    "no newline at the end": (
        b"a\nb",
        [(b"a", b"x")],
        b"@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n",
    ),
    "newline at the end goes": (
        b"a\nb\n",
        [(b"b\n", b"b")],
        b"@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n",
    ),
    "everything goes": (b"a\n", [(b"a\n", b"")], b"@@ -1 +0,0 @@\n-a\n"),
    "carriage returns stay": (b"a\r\nb\r\n", [(b"a", b"x")], b"@@ -1,2 +1,2 @@\n-a\r\n+x\r\n b\r\n"),
    "the function is named, a label is not": (
        b"int f(void)\n{\n\ta();\nout:\n\tb();\n\tc();\n\td();\n\te();\n}\n",
        [(b"e()", b"x()")],
        b"@@ -5,5 +5,5 @@ int f(void)\n \tb();\n \tc();\n \td();\n-\te();\n+\tx();\n }\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_hunks(name: str) -> None:
    text, changes, expected = CASES[name]
    diff = unified_diff("a.c", rewrite(text, *changes))
    assert diff.split(b"+++ b/a.c\n")[1] == expected


def test_nothing_changed_is_no_diff() -> None:
    assert unified_diff("a.c", Rewrite.of(b"a\n", [])) == b""


def test_odd_names_are_quoted_as_git_does(tmp_path: Path) -> None:
    for name in ["a b.c", 'q"uote.c', "tab\t.c", "ü.c", "back\\slash.c"]:
        tree = tmp_path / "tree"
        tree.mkdir(exist_ok=True)
        (tree / name).write_bytes(b"a\n")
        diff = unified_diff(name, rewrite(b"a\n", (b"a", b"b")))
        subprocess.run(["git", "apply"], cwd=tree, input=diff, check=True)
        assert (tree / name).read_bytes() == b"b\n"


# Few kinds of lines, so that equal lines are common; all the bytes that diff readers are known to trip over.
LINES = st.sampled_from(
    [b"a\n", b"b\n", b"\n", b"\r\n", b"-x\n", b"+\n", b"\\ No\n", b"@@ @@\n", b"\xff\n", b"--- a\n"]
)
PIECES = st.lists(LINES | st.sampled_from([b"a", b"\n", b" ", b"\f"]), max_size=12).map(b"".join)


@st.composite
def rewrites(draw: st.DrawFn) -> Rewrite:
    text = draw(PIECES)
    edits = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 6)))
        edits.append(Edit(Span(start, end), draw(PIECES)))
    try:
        return Rewrite.of(text, edits)
    except ConflictError:
        return Rewrite.of(text, edits[:1])


@given(rewrites())
@settings(max_examples=400, deadline=None)
def test_changed_lines_give_the_new_text(wanted: Rewrite) -> None:
    text = changed_lines(wanted)
    assert b"".join(text.old) == wanted.text
    out, at = [], 0
    for change in text.changes:
        out += [*text.old[at : change.start], *change.new]
        assert at <= change.start <= change.end
        at = change.end
    out += text.old[at:]
    assert b"".join(out) == wanted.apply()


@given(rewrites())
@settings(max_examples=120, deadline=None)
def test_git_and_patch_take_it(tmp_path_factory: pytest.TempPathFactory, wanted: Rewrite) -> None:
    diff = unified_diff("d/f.c", wanted)
    if not diff:
        assert wanted.apply() == wanted.text
        return
    expected = wanted.apply()
    for command in (["git", "apply", "--whitespace=nowarn"], ["patch", "-p1", "-s", "--binary"]):
        tree = tmp_path_factory.mktemp("tree")
        (tree / "d").mkdir()
        (tree / "d/f.c").write_bytes(wanted.text)
        subprocess.run(command, cwd=tree, input=diff, check=True)
        assert (tree / "d/f.c").read_bytes() == expected


@given(st.lists(LINES, max_size=10), st.lists(LINES, max_size=10))
@settings(deadline=None)
def test_compare_is_minimal(old: list[bytes], new: list[bytes]) -> None:
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old)):
        for j in range(len(new)):
            both = table[i][j] + 1 if old[i] == new[j] else max(table[i][j + 1], table[i + 1][j])
            table[i + 1][j + 1] = both
    changed = sum(b - a + d - c for a, b, c, d in compare(old, new))
    assert changed == len(old) + len(new) - 2 * table[-1][-1]


def test_split_lines_keeps_every_byte() -> None:
    assert split_lines(b"a\r\n\nb") == [b"a\r\n", b"\n", b"b"]
    assert split_lines(b"") == []
