# SPDX-License-Identifier: GPL-2.0-or-later
"""Anything can be parsed: cut, damaged, deep and long files give a tree or a report, never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from txtar import archive_cases

from rewriter.syntax.parse import parse
from rewriter.syntax.tree import leaves

HERE = Path(__file__).parent
TEXTS = [
    parts["input"].encode() for folder in (HERE, HERE.parent / "source") for _, parts in archive_cases(folder)
]
DEPTH = 20_000


def read(text: bytes) -> None:
    unit = parse("case.c", text)
    source = unit.source
    assert len(source.shadow) == len(text)
    assert source.shadow.count(b"\n") == text.count(b"\n")
    for left, right in zip(source.masks, source.masks[1:], strict=False):
        assert left.span.end <= right.span.start
    for element in unit.elements:
        at = 0
        for leaf in leaves(unit.node(element)):
            assert at <= leaf.start <= leaf.end <= len(text)
            at = leaf.end
    assert all(a.end <= b.start for a, b in zip(unit.comments, unit.comments[1:], strict=False))
    for comment in unit.comments:
        if text.startswith(b"/*", comment.start):
            assert text.find(b"*/", comment.start + 2, comment.end - 2) < 0, (
                "a comment goes on behind its end"
            )


@pytest.mark.parametrize("text", TEXTS)
def test_every_prefix(text: bytes) -> None:
    for end in range(0, len(text), 7):
        read(text[:end])


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(TEXTS), st.data())
def test_damage(text: bytes, data: st.DataObject) -> None:
    damaged = bytearray(text)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        if data.draw(st.booleans()):
            damaged[at] = data.draw(st.integers(0, 255))
        else:
            del damaged[at : at + data.draw(st.integers(1, 20))]
        if not damaged:
            break
    read(bytes(damaged))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(TEXTS), max_size=3), st.data())
def test_spliced_texts(texts: list[bytes], data: st.DataObject) -> None:
    read(b"".join(text[: data.draw(st.integers(0, len(text)))] for text in texts))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes(text: bytes) -> None:
    read(text)


DEEP = {
    "parentheses": b"int f(void) { return " + b"(" * DEPTH + b"1" + b")" * DEPTH + b"; }",
    "open parentheses": b"int f(void) { return " + b"(" * DEPTH,
    "calls": b"int f(void) { return " + b"f(" * DEPTH + b"1" + b")" * DEPTH + b"; }",
    "braces": b"void f(void) " + b"{" * DEPTH + b"}" * DEPTH,
    "else if": b"void f(int a) {" + b" if (a) b(); else" * 2000 + b" c(); }",
    "sums": b"int x = " + b"1 + " * DEPTH + b"1;",
    "conditionals": b"#if 1\n" * 1000 + b"int x;\n" + b"#endif\n" * 1000,
    "macros without end": b"TABLE(a)\n" * 2000,
    "attributes": b"__aligned(" * DEPTH,
    "typeof": b"typeof(" * 2000,
    "a word": b"each" * DEPTH,
    "an open comment": b"/*" + b"a /* " * DEPTH,
    "slashes": b"/" * DEPTH,
    "quotes": b"\"'\"'\\" * DEPTH,
    "one line": b"x = f(a, 3); " * DEPTH,
}


COMMENTS = {
    "an empty line in a macro's comment": (
        b"#define A /* a */ \\\n b(); \\\n /*\n * c \\\n\nint x;\n#define B (1 /* d */ + 2)\n"
    ),
    "a comment that begins like it ends": (
        b"#define A \\\n /*/ \\\n b(); \\\n /*\n * c \\\n */ \\\n d()\nint x; /* e */\n"
    ),
}


@pytest.mark.parametrize("text", COMMENTS.values(), ids=COMMENTS)
def test_comments_in_macros(text: bytes) -> None:
    read(text)


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_and_long(text: bytes) -> None:
    read(text)


def test_ten_megabytes_on_one_line() -> None:
    statement = b"x = f(a, 3); "
    text = b"void f(void) { " + statement * (10_000_000 // len(statement)) + b"}\n"
    unit = parse("case.c", text)
    assert len(unit.source.shadow) == len(text)
    assert [element.name for element in unit.functions()] == ["f"]
