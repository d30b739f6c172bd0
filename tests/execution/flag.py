# SPDX-License-Identifier: GPL-2.0-or-later
"""The flag that says which lock is held, and the release that it steers."""

from __future__ import annotations

from dataclasses import dataclass

from execution.pieces import Draw, Lines, block, if_else


@dataclass(frozen=True, slots=True)
class Flag:
    """The variable that says which lock is held."""

    name: str
    kind: str
    says_mmap: bool  # true while the mmap lock is held, else while it is not

    def value(self, mmap: bool) -> str:
        """Give its value while that lock is held."""
        true = mmap == self.says_mmap
        return ("true" if true else "false") if self.kind == "bool" else str(int(true))

    def set(self, mmap: bool) -> str:
        """Give the assignment of that value."""
        return f"{self.name} = {self.value(mmap)};"

    def test(self, mmap: bool, draw: Draw) -> str:
        """Give a condition that is true while that lock is held."""
        plain = mmap == self.says_mmap
        if self.kind == "bool":
            return self.name if plain else f"!{self.name}"
        how = draw.choose("test of the flag", ["plain", "plain", "equal", "unequal"])
        if how == "equal":
            return f"{self.name} == {self.value(mmap)}"
        if how == "unequal" and plain:
            return f"{self.name} != 0"
        return self.name if plain else f"!{self.name}"


def release(draw: Draw, flag: Flag, mm: str, vma: str, end: str, last: Lines | None) -> Lines:
    """Release whichever lock is held.

    Two labels are for where the label `end` can be jumped to; `last` are the statements that leave from
    there, if any: one arm may have them as its own.
    """
    unlock, end_read = [f"mmap_read_unlock({mm});"], [f"vma_end_read({vma});"]
    options = ["if else", "if else", "if else, negated", "braces", "?:", "two ifs", "reset", "and VMA"]
    options += ["arm leaves"] if last else []
    how = draw.choose("release", [*options, "two labels"]) if end else draw.choose("release", options)
    if how == "?:":
        test = flag.test(True, draw)
        test = f"({test})" if " " in test else test
        return [f"{test} ? {unlock[0][:-1]} : {end_read[0]}"]
    if how == "two ifs":
        return [
            *block(f"if ({flag.test(True, draw)})", unlock),
            *block(f"if ({flag.test(False, draw)})", end_read),
        ]
    if how == "two labels":
        return [
            *block(f"if ({flag.test(True, draw)})", ["goto unlock_mm;"]),
            *end_read,
            f"goto {end};",
            "",
            "unlock_mm:",
            *unlock,
        ]
    if how == "reset":
        return if_else(flag.test(True, draw), [*unlock, flag.set(False)], end_read)
    if how == "arm leaves" and last:
        return [*block(f"if ({flag.test(True, draw)})", [*unlock, *last]), *end_read]
    if how == "and VMA":
        test = flag.test(False, draw)
        return [
            *block(f"if ({vma} && {test})", end_read),
            *block(f"if ({flag.test(True, draw)})", unlock),
        ]
    if how == "if else, negated":
        return if_else(flag.test(False, draw), end_read, unlock)
    return if_else(flag.test(True, draw), unlock, end_read, braces=how == "braces")
