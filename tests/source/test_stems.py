# SPDX-License-Identifier: GPL-2.0-or-later
"""Names that share a stem are found as if each were looked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rewriter.source.macros import MacroTable
from rewriter.source.stems import names_among, shared_stems

NAMES = sorted(MacroTable.default().names)


@given(st.lists(st.sampled_from(NAMES)), st.sampled_from([b" ", b"_", b"\n"]))
def test_as_if_each_were_looked_for(held: list[bytes], between: bytes) -> None:
    text = between.join(held)
    assert list(names_among(text, [*NAMES, b"own_name"])) == [name for name in NAMES if name in text]


def test_a_stem_is_part_of_its_names() -> None:
    stems = shared_stems([b"scoped_one", b"scoped_two", b"other", b"alone_here"])
    assert set(stems) == {b"scoped_one", b"scoped_two"}
    assert len(set(stems.values())) == 1
    assert all(stem in name for name, stem in stems.items())
