# SPDX-License-Identifier: GPL-2.0-or-later
"""``--keep-comments``: comments in what is removed stay, those of lines as lines before the new code.

::

    a(1); /* behind a */        /* behind a */
    /* between */               /* between */
    b(1);                  →    ab(1);
"""

from __future__ import annotations

from rewriter.edit.edit import Edit, Rewrite
from rewriter.edit.layout import Layout


def keeping_comments(rewrite: Rewrite, layout: Layout) -> Rewrite:
    """Give ``rewrite`` without the loss of any comment."""
    return Rewrite.of(rewrite.text, [_keeping(edit, layout) for edit in rewrite.edits])


def _keeping(edit: Edit, layout: Layout) -> Edit:
    start, end = edit.span.start, edit.span.end
    inside = [span for span in layout.comments_in(start, end) if span != edit.span]
    texts = [layout.text[span.start : span.end] for span in inside]
    if not inside or any(text in edit.replacement for text in texts):
        return edit
    new, newline = edit.replacement, layout.newline()
    whole = layout.text[start - 1 : start] in (b"", b"\n")
    lead = layout.indent(layout.code_after(start)) if whole else layout.indent(start)
    lines: list[bytes] = []
    beside: list[bytes] = []
    for span, text in zip(inside, texts, strict=True):
        ends_line = layout.last_on_line(span.end)
        if new.strip() and (not ends_line or span.end == end):
            beside.append(text)
        elif layout.first_on_line(span.start):
            lines.append(layout.indent(span.start) + text)
        else:
            lines.append(lead + text)
    if beside:
        new = b" ".join([new, *beside])
    if not lines:
        return Edit(edit.span, new)
    if not whole:
        if not new.strip() and not any(layout.last_on_line(span.end) for span in inside):
            return Edit(edit.span, b" ".join(texts))
        lines[0] = lines[0].lstrip()
    above = newline.join(lines)
    if new.strip():
        return Edit(edit.span, above + newline + (new if whole else lead + new.lstrip()))
    return Edit(edit.span, above + (newline if layout.text[end - 1 : end] == b"\n" else b"") + new)
