# SPDX-License-Identifier: GPL-2.0-or-later
"""What keeps a function of the flagged family from being a target."""

from __future__ import annotations

from execution.pieces import Lines

# What is almost a target: a change to the known core, and the verdicts that are right then.
NEAR_MISSES = {
    "waits": ("waiting-fallback",),
    "waits after the trylock": ("waiting-fallback",),
    "may wait in a callee": ("waiting-fallback",),
    "looked up somehow": ("undecided",),
    "counter": ("undecided",),
    "call in the fallback": ("undecided",),
    "flag read": ("undecided",),
    "flag escapes": ("undecided",),
    "flag decides on work": ("undecided",),
    "other mm": ("no-fallback", "undecided"),
    "no fallback": ("no-fallback",),
}


def callee(name: str) -> Lines:
    """A helper that tries the mmap lock first and waits for it then."""
    return [
        f"static void {name}(struct mm_struct *mm)",
        "{",
        "\tif (!mmap_read_trylock(mm))",
        "\t\tmmap_read_lock(mm);",
        "}",
        "",
    ]
