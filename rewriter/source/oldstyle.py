# SPDX-License-Identifier: GPL-2.0-or-later
"""Functions of the old style, ``int f(a) int a; {``.

The grammar does not know those without a type, or with a pointer for one: ``char *f(a) int a; {`` is shown as
``char *f(a)        {``. The others are kept from rules that would see a macro in their header.
"""

from __future__ import annotations

from rewriter.source.region import QUALIFIERS, STATEMENT_WORDS, Region

_LONGEST = 400


def mask_old_style(region: Region) -> None:
    """Blank the declarations between such a function's header and its body, or hide both from other rules."""
    tokens = region.tokens
    for i, text in enumerate(tokens.text):
        opening = tokens.mate[i]
        if text != b")" or opening < 1 or region.where.letter[i] != "t" or region.where.paren[opening] >= 0:
            continue
        names = tokens.text[opening + 1 : i]
        if not names or not all(k == "w" for k in tokens.kind[opening + 1 : i : 2]):
            continue
        if tokens.kind[opening - 1] != "w" or any(comma != b"," for comma in names[1::2]):
            continue
        body = _body(region, i)
        if body <= i + 1 or not set(names[::2]) & set(tokens.text[i + 1 : body]):
            continue
        start = opening - 1
        while start and tokens.kind[start - 1] == "w":
            start -= 1
        if all(word in QUALIFIERS for word in tokens.text[start : opening - 1]):
            region.blank(i + 1, body - 1, "attribute")
        else:
            region.hide(start, body - 1)


def _body(region: Region, stop: int) -> int:
    """Give the ``{`` that follows the declarations behind the header's ``)``, or -1."""
    tokens = region.tokens
    i = stop + 1
    if tokens.at(i) == b"" or tokens.kind[i] != "w":
        return -1
    while i < min(len(tokens), stop + _LONGEST):
        text = tokens.text[i]
        if text == b"{":
            return i if tokens.text[i - 1] == b";" else -1
        if text in (b"=", b"}") or text in STATEMENT_WORDS:
            return -1
        i += 1
    return -1
