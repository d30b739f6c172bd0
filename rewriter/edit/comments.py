# SPDX-License-Identifier: GPL-2.0-or-later
"""Comments changed by a pattern (the ``comments`` extension).

``- /* ... first */`` and ``+ /* ... */`` above a line of code: of the comments that stand right above
that code, the one whose words are these (``...`` is any words, letters' case does not count) gets the
new words; each ``...`` of the new text gives back what the same ``...`` of the old one stood for.
Comments never decide whether a rule matches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rewriter.edit.edit import Edit
from rewriter.edit.layout import Layout
from rewriter.smpl.term import CommentChange
from rewriter.source.text import Span


def comment_edits(changes: Mapping[Span, tuple[CommentChange, ...]], layout: Layout) -> list[Edit]:
    """Give the edits for comments above the code at each span."""
    edits: list[Edit] = []
    for span, wanted in changes.items():
        above = layout.comments_in(layout.code_before(span.start), span.start)
        for change in wanted:
            for comment in above:
                old = layout.text[comment.start : comment.end].decode("utf-8", "surrogateescape")
                new = change_comment(old, change)
                if new is None:
                    continue
                edits.append(_edit(comment, new, layout))
                break
    return edits


def _edit(comment: Span, new: str, layout: Layout) -> Edit:
    if new or not layout.first_on_line(comment.start) or not layout.last_on_line(comment.end):
        return Edit(comment, new.encode("utf-8", "surrogateescape"))
    end = min(layout.line_end(comment.end) + 1, len(layout.text))
    return Edit(Span(layout.line_start(comment.start), end), b"")


def change_comment(comment: str, change: CommentChange) -> str | None:
    """Give the new text of a comment, "" to remove it, None when the old words are not its words."""
    pattern = _inner(change.old)
    match = re.fullmatch(_regex(pattern), _inner(comment), re.IGNORECASE | re.DOTALL)
    if match is None:
        return None
    if change.new is None:
        return ""
    groups = list(match.groups())
    pieces = _inner(change.new).split("...")
    words = pieces[0]
    for group, piece in zip(groups, pieces[1:], strict=False):
        words = _glue(_glue(words, group or ""), piece)
    return _rewrap(comment, words.strip(), match)


def _inner(comment: str) -> str:
    """The words of a comment without its marks and line decoration."""
    text = comment.strip()
    text = text[2:-2] if text.startswith("/*") else text.removeprefix("//")
    return text.strip("*").strip()


def _regex(pattern: str) -> str:
    parts = [r"\s+".join(map(re.escape, piece.split())) for piece in pattern.split("...")]
    return r"(.*?)".join(rf"\b{p}\b" if p and p[0].isalnum() and p[-1].isalnum() else p for p in parts)


def _glue(left: str, right: str) -> str:
    """Join two pieces of words with one blank where both are words and none is there."""
    if not left or not right:
        return left + right
    if left[-1].isspace() and right[0].isspace():
        return left.rstrip(" ") + " " + right.lstrip(" ")
    return left + right


def _rewrap(comment: str, words: str, match: re.Match[str]) -> str:
    """Put new words into the marks of the old comment, keeping a capital at its start."""
    text = _inner(comment)
    if text[:1].isupper() and words[:1].islower():
        words = words[0].upper() + words[1:]
    start = comment.find(text)
    return comment[:start] + words + comment[start + len(text) :]
