# SPDX-License-Identifier: GPL-2.0-or-later
"""The edit algebra: composing two rewrites is doing one after the other."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewriter.edit.edit import ConflictError, Edit, Rewrite
from rewriter.engine.giving_up import place_of, reason_of
from rewriter.source.text import Span


@st.composite
def rewrites(draw: st.DrawFn, text: bytes) -> Rewrite:
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = [
        Edit(Span(a, b), draw(st.binary(max_size=4))) for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return Rewrite.of(text, edits)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Rewrite, Rewrite]:
    first = draw(rewrites(draw(st.binary(max_size=30))))
    return first, draw(rewrites(first.apply()))


@given(pairs())
def test_then_is_one_after_the_other(pair: tuple[Rewrite, Rewrite]) -> None:
    first, second = pair
    both = first.then(second)
    assert both.text == first.text
    assert both.apply() == second.apply()


@given(pairs())
def test_edits_are_sorted_and_disjoint(pair: tuple[Rewrite, Rewrite]) -> None:
    edits = pair[0].then(pair[1]).edits
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(edits))


@given(pairs())
def test_kept_bytes_are_found_in_the_original(pair: tuple[Rewrite, Rewrite]) -> None:
    rewrite, shift = pair[0], 0
    new = rewrite.apply()
    made = set()
    for edit in rewrite.edits:
        start = edit.span.start + shift
        made |= set(range(start, start + len(edit.replacement)))
        shift += len(edit.replacement) - len(edit.span)
    for offset in set(range(len(new))) - made:
        assert new[offset] == rewrite.text[rewrite.original_offset(offset)]


def test_overlap_is_refused() -> None:
    with pytest.raises(ConflictError) as refused:
        Rewrite.of(b"abcdef", [Edit(Span(0, 3), b"x"), Edit(Span(2, 4), b"y")])
    assert "Span" not in reason_of(refused.value)
    assert place_of(refused.value, 0) == 2
