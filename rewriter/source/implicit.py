# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarations without a type, which are of ``int``: ``static x;``, ``register i, j;``, ``const y = 3;``."""

from __future__ import annotations

from rewriter.source.region import KEYWORDS, QUALIFIERS, Region

_LEADING = frozenset(b"const volatile static extern register auto".split())


def mask_implicit(region: Region, index: int) -> bool:
    """Show the last word before the name as ``int``, if the words at ``index`` declare so; tell whether."""
    tokens = region.tokens
    name = index
    while name >= 0 and tokens.text[name] in QUALIFIERS:
        name = region.after(name)
    last = region.before(name) if name > index else -1
    if last < 0 or tokens.text[last] not in _LEADING or region.hidden[last]:
        return False
    while name >= 0 and tokens.text[name] == b"*":
        name = region.after(name)
    if name < 0 or tokens.kind[name] != "w" or tokens.text[name] in KEYWORDS:
        return False
    after = region.after(name)
    if after < 0 or tokens.text[after] not in (b";", b"=", b",", b"["):
        return False
    region.show(last, last, b"int", "implicit")
    return True
