# SPDX-License-Identifier: GPL-2.0-or-later
"""Pattern code with changes inside lines, and its lines with minus and plus before them.

A pattern is made as one text in which changes and the marks of column 0 stand between control characters.

>>> lines("f(" + change("x", "y") + ");")
['  f(', '- x', '+ y', '  );']
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"\x01([^\x03]*)\x03|\x02([^\x03]*)\x03|([^\x01\x02]+)")
_ADDED = re.compile(r"\x02[^\x03]*\x03")


def change(old: str, new: str) -> str:
    """Write code that is replaced; without ``old`` the new code stands beside what is around it."""
    gone = f"\x01{plain(old)}\x03" if old else ""
    return gone + (f"\x02{new}\x03" if new else "")


def column_zero(mark: str) -> str:
    """Write a mark of a disjunction on a line of its own."""
    return f"\n\x04{mark}\n"


def plain(text: str) -> str:
    """Give the pattern without its changes: what it matches."""
    return re.sub(r"[\x01\x03]", "", _ADDED.sub("", text))


def is_changed(text: str) -> bool:
    """Tell whether there is a change."""
    return "\x01" in text or "\x02" in text


def lines(text: str) -> list[str]:
    """Write the lines of a rule's body."""
    made: list[str] = []
    for old, new, kept in _PIECE.findall(text):
        for sign, piece in (("-", old), ("+", new), (" ", kept)):
            for line in piece.splitlines():
                if line.startswith("\x04"):
                    made.append(line[1:])
                elif line.strip():
                    made.append(f"{sign} {line.strip()}" if sign != " " else f"  {line.strip()}")
    return made
