# SPDX-License-Identifier: GPL-2.0-or-later
"""Random functions that fall back from the per-VMA lock to `mmap_read_trylock()`, and near misses.

A function is put together from choices, each with a name and a few options: how the flag is declared, how the
trylock's failure leaves, how the lock is released. What was chosen is kept, so that a test can say that every
option of every choice occurred, and a failure can say what the function is made of. The known core stays the
same: no lock leaks in the original, whatever the choices; the recorder proves that by running it.
"""

from __future__ import annotations

from random import Random

from execution.early_return import early_return
from execution.flagged import Flagged
from execution.near_misses import NEAR_MISSES
from execution.pieces import Draw, Function


def generate(seed: int, number: int) -> list[Function]:
    """Give that many functions, the same for the same seed; every sixth is a near miss."""
    misses = list(NEAR_MISSES)
    result = []
    for i in range(number):
        draw = Draw(Random(f"{seed}/{i}"))
        name = f"f{i}"
        if i % 6 == 5:
            result.append(Flagged(draw, name, misses[i // 6 % len(misses)]).function())
        elif i % 6 == 2:
            result.append(early_return(draw, name))
        else:
            result.append(Flagged(draw, name).function())
    return result
