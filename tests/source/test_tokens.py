# SPDX-License-Identifier: GPL-2.0-or-later
"""Tokens: order, coverage and bracket pairs, on C and on anything."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rewriter.source.regions import regions_around
from rewriter.source.tokens import tokenize

PIECES = st.lists(
    st.sampled_from(
        [
            b"a",
            b" ",
            b"\n",
            b"(",
            b")",
            b"{",
            b"}",
            b'"',
            b"'",
            b"\\",
            b"/*",
            b"*/",
            b"//",
            b"#if x\n",
            b"1.e+3",
            b"...",
        ]
    ),
    max_size=60,
).map(b"".join)


@given(PIECES | st.binary(max_size=200))
def test_tokens_are_the_text(text: bytes) -> None:
    tokens = tokenize(text, 0, len(text))
    at = 0
    for kind, token, start, end in zip(tokens.kind, tokens.text, tokens.start, tokens.end, strict=True):
        assert kind in "wnscpd"
        assert at <= start < end <= len(text)
        assert text[start:end] == token
        at = end
    for i, mate in enumerate(tokens.mate):
        assert mate == -1 or tokens.mate[mate] == i


def test_kinds() -> None:
    text = b'#if A \\\n B\nx = "a\\"b" + \'c\' -> 0x1f; /* no */ // no\n'
    tokens = tokenize(text, 0, len(text))
    assert list(zip(tokens.kind, tokens.text, strict=True)) == [
        ("d", b"#if A \\\n B"),
        ("w", b"x"),
        ("p", b"="),
        ("s", b'"a\\"b"'),
        ("p", b"+"),
        ("c", b"'c'"),
        ("p", b"->"),
        ("n", b"0x1f"),
        ("p", b";"),
    ]


@given(PIECES, st.data())
def test_regions_hold_their_places(text: bytes, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, 20)), max_size=5))
    spans = [(start, min(len(text), start + length)) for start, length in places]
    regions = regions_around(text, spans)
    for (_, end), (start, _) in pairwise(regions):
        assert end <= start
    for start, end in spans:
        if end > start:
            assert any(a <= start and end <= b for a, b in regions)
