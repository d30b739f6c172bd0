# SPDX-License-Identifier: GPL-2.0-or-later
"""What a text has to hold before it is parsed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rewriter.source.needs import ANYTHING, NOTHING, Needs, all_of, any_of

WORDS = st.sampled_from(["a", "b", "ab", "&&", '"a"'])
NEEDS = st.recursive(
    WORDS, lambda inner: st.builds(Needs, st.lists(inner, max_size=3).map(tuple), st.booleans()), max_leaves=8
)


def holds(needs: Needs, text: bytes) -> bool:
    return needs.finder()(text, 0, len(text))


def plainly(needs: Needs | str, words: list[str]) -> bool:
    if isinstance(needs, str):
        return needs in words
    return (all if needs.every else any)(plainly(part, words) for part in needs.parts)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (b"x foo longer_word", True),
        (b"foo(bar)", False),
        (b"foo->bar && longer_word", True),
        (b"baz", True),
        (b"bazooka xbaz _baz baz2", False),
        (b"bazooka baz", True),
    ],
)
def test_words_stand_alone(text: bytes, held: bool) -> None:
    assert holds(any_of([all_of(["foo", "longer_word"]), "baz"]), text) is held


def test_a_part_of_a_text() -> None:
    finder = all_of(["foo"]).finder()
    assert finder(b"bar foo", 4, 7)
    assert not finder(b"bar foo", 0, 6)


def test_operators_and_strings_stand_anywhere() -> None:
    assert holds(all_of(["&&", '"on"']), b'f(a&&&b, "on")')
    assert not holds(all_of(["&&", '"on"']), b"a && on")


def test_all_and_none() -> None:
    assert holds(ANYTHING, b"") and not holds(NOTHING, b"a")
    assert all_of([NOTHING, "a"]) == NOTHING and any_of([ANYTHING, "a"]) == ANYTHING
    assert any_of([]) == NOTHING and all_of([any_of(["a"])]) == all_of(["a"])


def test_what_all_alternatives_need_is_taken_out() -> None:
    needs = any_of([all_of(["p", "a"]), all_of(["p", "b"])])
    assert needs == all_of(["p", any_of(["a", "b"])])
    assert str(needs) == "(a or b) and p"


@example(Needs(("a", Needs(("a", "b"))), every=True), ["a"])
@given(NEEDS, st.lists(WORDS))
def test_simplified_needs_mean_the_same(needs: Needs | str, words: list[str]) -> None:
    simple = all_of([needs]).filled(lambda word: word)
    assert holds(simple, " ".join(words).encode()) == plainly(needs, _held(words))


def _held(words: list[str]) -> list[str]:
    # a quoted a is a word of its own, too
    return [*words, *(["a"] if '"a"' in words else [])]
