# SPDX-License-Identifier: GPL-2.0-or-later
"""Comments changed by a pattern (the ``comments`` extension).

``- /* ... vma ... first ... */`` and ``+ /* ... vma ... ... */`` beside a line of code: of the comments
right above that code and behind it on its line, one that says these words (``...`` is anything; letters'
case and white space do not count) gets the new words. A ``...`` of the new text gives back what the same
``...`` of the old one stood for, and a word that both have keeps its spelling. Comments never decide
whether a rule matches.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rewriter.edit.edit import Edit
from rewriter.edit.layout import Layout
from rewriter.smpl.term import CommentChange
from rewriter.source.text import Span


def comment_edits(changes: Mapping[Span, tuple[CommentChange, ...]], layout: Layout) -> list[Edit]:
    """Give the edits for comments above the code at each span, and behind it on its line."""
    edits: list[Edit] = []
    for span, wanted in changes.items():
        near = layout.comments_in(layout.code_before(span.start), span.start)
        near += layout.comments_in(span.end, layout.line_end(span.end))
        changed: set[Span] = set()
        for change in wanted:
            for comment in near:
                if comment in changed:
                    continue
                old = layout.text[comment.start : comment.end].decode("utf-8", "surrogateescape")
                new = change_comment(old, change)
                if new is None:
                    continue
                edits.append(_edit(comment, new, layout))
                changed.add(comment)
                break
    return edits


def _edit(comment: Span, new: str, layout: Layout) -> Edit:
    if new or not layout.first_on_line(comment.start) or not layout.last_on_line(comment.end):
        return Edit(comment, new.encode("utf-8", "surrogateescape"))
    end = min(layout.line_end(comment.end) + 1, len(layout.text))
    return Edit(Span(layout.line_start(comment.start), end), b"")


def change_comment(comment: str, change: CommentChange) -> str | None:
    """Give the new text of a comment, "" to remove it, None when the old words are not its words."""
    words = _words(change.old)
    match = re.fullmatch("".join(_regex(word) for word in words), _inner(comment), re.IGNORECASE | re.DOTALL)
    if match is None:
        return None
    if change.new is None:
        return ""
    left = list(zip(words, match.groups(), strict=True))
    text = ""
    for word in _words(change.new):
        at = next((i for i, (old, _) in enumerate(left) if old.lower() == word.lower()), None)
        if at is None:
            text = _glue(text, word)
            continue
        piece = left[at][1]
        text = text + piece if at == 0 else _glue(text, piece)
        del left[: at + 1]
    return _rewrap(comment, text)


def _words(comment: str) -> list[str]:
    """The words of a comment in a pattern, ``...`` among them."""
    return re.findall(r"\.\.\.|(?:(?!\.\.\.)\S)+", _inner(comment))


def _regex(word: str) -> str:
    if word == "...":
        return r"(.*?)"
    left = r"\b" if word[0].isalnum() else ""
    right = r"\b" if word[-1].isalnum() else ""
    return rf"(\s*{left}{re.escape(word)}{right})"


def _inner(comment: str) -> str:
    """The words of a comment without its marks."""
    text = comment.strip()
    text = text[2:-2] if text.startswith("/*") else text.removeprefix("//")
    return text.strip("*").strip()


def _glue(left: str, right: str) -> str:
    """Join two pieces where words between them are gone: one blank, and none before a mark."""
    if not left or not right:
        return left + right
    if not left.strip():
        return right.lstrip(" ,;:")
    tight = right.lstrip(" \t")
    if tight[:1] in (",", ";", ".", ":", ")", "!"):
        return left.rstrip(" \t") + tight
    if left[-1].isspace():
        return left + tight
    return left + right if right[0].isspace() else f"{left} {right}"


def _rewrap(comment: str, words: str) -> str:
    """Put new words into the marks of the old comment, keeping a capital at its start."""
    text = _inner(comment)
    words = words.strip().lstrip(",;: ")
    if text[:1].isupper() and words[:1].islower():
        words = words[0].upper() + words[1:]
    start = comment.find(text)
    return comment[:start] + words + comment[start + len(text) :]
