# SPDX-License-Identifier: GPL-2.0-or-later
"""Stretches of a file that can be looked at alone: from one closing brace in column 0 to the next.

The layout of kernel code is what keeps an error in one function from reaching the next, so the full
rules are run on a bad place's stretch and not on the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right

# A brace in column 0, unless a directive that may belong to it follows.
_END = re.compile(rb"(?<!\\)\n\}[^\n{\\,]*\n(?!#[ \t]*e)")


# A long run of simple definitions stands at top level: no function holds one.
_RUN = re.compile(rb"(?:\n#define[ \t][^\n\\]*+){40,}+\n")


def regions_around(text: bytes, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the stretches that hold ``places``, in order and disjoint; each begins at a line's start."""
    cuts = [0]
    at = 0
    while True:
        found = _END.search(text, at)
        if found is None:
            break
        cuts.append(found.end())
        at = found.end() - 1
    for found in _RUN.finditer(text):
        cuts += [found.start() + 1, found.end()]
    cuts.append(len(text))
    cuts.sort()
    regions: list[tuple[int, int]] = []
    for start, end in sorted(places):
        first = cuts[max(0, bisect_right(cuts, start) - 1)]
        after = bisect_right(cuts, max(start, end - 1))
        last = cuts[after] if after < len(cuts) else len(text)
        if regions and first <= regions[-1][1]:
            regions[-1] = (regions[-1][0], max(last, regions[-1][1]))
        else:
            regions.append((first, last))
    return [(a, b) for a, b in regions if a < b]
