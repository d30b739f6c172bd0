# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of many names a text may hold, with fewer searches than names.

Names of the built-in table that share a stem are looked for one by one only where the stem is found:
``scoped_guard`` and ``scoped_class`` cost most texts one search for ``scope``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from rewriter.source.macros import MacroTable

_LENGTH = 5


def names_among(text: bytes, names: Iterable[bytes]) -> Iterator[bytes]:
    """Give those of the names that occur in ``text``, also inside other words."""
    stems = _built_in()
    found: dict[bytes, bool] = {}
    for name in names:
        stem = stems.get(name, name)
        if stem not in found:
            found[stem] = stem in text
        if found[stem] and (stem == name or name in text):
            yield name


@cache
def _built_in() -> dict[bytes, bytes]:
    return shared_stems(MacroTable.default().names)


def shared_stems(names: Iterable[bytes]) -> dict[bytes, bytes]:
    """Give for names the stem that stands for each; one that shares none is not listed."""
    stems: dict[bytes, bytes] = {}
    left = {name for name in names if len(name) > _LENGTH and name[:2] != b"__"}
    while left:
        counts = Counter(stem for name in left for stem in _parts(name))
        best = max(sorted(counts), key=counts.__getitem__)
        if counts[best] == 1:
            break
        covered = {name for name in left if best in name}
        stems.update(dict.fromkeys(covered, best))
        left -= covered
    return stems


def _parts(name: bytes) -> set[bytes]:
    return {name[at : at + _LENGTH] for at in range(len(name) - _LENGTH + 1)}
