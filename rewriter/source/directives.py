# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for preprocessor lines that stay: parameters and comments the grammar cannot read.

``#define F(fmt, args...)`` is shown with the dots alone, a comment inside a macro's body becomes
part of the body.
"""

from __future__ import annotations

import re

from rewriter.source.bytescan import COMMENT
from rewriter.source.region import Region

_DEFINE = re.compile(rb"#[ \t]*define\b")


_COMMENT = re.compile(COMMENT)


_ODD_PARAMETERS = re.compile(rb"#[ \t]*define[ \t]+\w+\(([^()]*)\)")


_PLAIN_PARAMETER = re.compile(rb"[\s\\]*+\w*+[\s\\]*+(?:\.\.\.)?[\s\\]*+")


_NAMED_DOTS = re.compile(rb"#[ \t]*define[ \t]+\w+\([^()]*?(\w+[ \t]*\.\.\.)[ \t]*\)")


def mask_directive(region: Region, index: int) -> None:
    """Show plain dots for ``args...`` in ``#define F(fmt, args...)``; mend what else the grammar misreads."""
    text, start = region.tokens.text[index], region.tokens.start[index]
    found = _NAMED_DOTS.match(text)
    if found:
        region.canvas.show(start + found.start(1), start + found.end(1), b"...", "word", found.group(1))
    if text.endswith((b"\\\n", b"\\\r\n")):
        at = start + text.rindex(b"\\")
        region.canvas.show(at, at + 1, b"_", "directive")  # continued by an empty line
    at = text.find(b"/\\\n")
    while at >= 0:
        region.canvas.show(
            start + at, start + at + 1, b"_", "directive"
        )  # the grammar misses the continuation
        at = text.find(b"/\\\n", at + 1)
    odd = _ODD_PARAMETERS.match(text)
    if odd and not all(_PLAIN_PARAMETER.fullmatch(one) for one in odd.group(1).split(b",")):
        region.canvas.opaque(start + odd.start(1), start + odd.end(1))
    if b"/*" in text and _DEFINE.match(text):
        for comment in _COMMENT.finditer(text):
            if text[comment.end() :].strip(b" \t\\\r\n"):
                region.canvas.hide_comment(start + comment.start(), start + comment.end())
    elif text.startswith(b"#") and region.effort:
        condition = re.match(rb"#[ \t]*(?:el)?if\b[ \t]*", text)
        if condition and condition.end() < len(text):
            region.canvas.opaque(start + condition.end(), region.tokens.end[index])
