# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits inside the body of a ``#define``: its lines stay joined.

::

    #define DROP(x)  do {  \\             #define DROP(x)  do {  \\
            kfree(x);      \\     and             a(x);      \\
    } while (0)                                  b(x); \\
                                         } while (0)

The layout is shown a vertical tab, white space like the rest, where a backslash joins two lines. In what
comes out every line but the last gets its backslash back, or a new one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import SequenceMatcher

from rewriter.edit.derive import derive_edits
from rewriter.edit.edit import Edit, Rewrite
from rewriter.edit.layout import Layout
from rewriter.edit.tags import TaggedError, Tags
from rewriter.source.text import Span
from rewriter.syntax.tree import Node

_JOINED = re.compile(rb"\\(?=\r?\n)")
_ENDS = re.compile(rb"[ \t]*[\v\\]*[ \t]*(\r?)$")
_LINE_COMMENT = re.compile(
    rb'"(?:\\[\s\S]|[^"\\])*+"|' + rb"'(?:\\[\s\S]|[^'\\])*+'" + rb"|/\*[\s\S]*?\*/|(?P<line>//)"
)
_DIRECTIVE = re.compile(
    rb"\n[ \t]*#[ \t]*(?:if|ifdef|ifndef|el\w+|endif|define|undef|include|pragma|error)\b"
)


def derive_in_macro(tags: Tags, root: Node, layout: Layout, metavariables: Mapping[str, object]) -> Rewrite:
    """Give the rewrite of the whole text for the tags of the definition ``root``.

    Raises what `derive_edits` raises; TaggedError, too, for added code that no macro's body can hold.
    """
    text = layout.text
    span = Span(root.start, layout.line_end(max(root.start, root.end - 1)))
    if b"\v" in text[span.start : span.end]:
        raise TaggedError(span, "a vertical tab in the body of a macro")
    shown = _JOINED.sub(b"\v", text[span.start : span.end])
    hidden = replace(layout, text=text[: span.start] + shown + text[span.end :])
    edits = derive_edits(tags, root, hidden, metavariables).edits
    if any(e.span.start <= span.start < e.span.end for e in edits):
        return Rewrite.of(text, edits)  # the definition itself goes
    outside = [e for e in edits if e.span.end <= span.start]
    inside = [
        Edit(Span(e.span.start - span.start, e.span.end - span.start), e.replacement)
        for e in edits
        if e.span.end > span.start
    ]
    end = min(span.end + 1, len(text))  # a last line goes, or is added, with its newline
    body = Rewrite.of(hidden.text[span.start : end], inside).apply()
    old = text[span.start : span.end].split(b"\n")
    lines = _indented(_joined(body), frozenset(old))
    _check(b"\n".join(lines), span)
    newline = text[span.end : end]
    return Rewrite.of(text, outside + _line_edits(span.start, old, lines, newline))


def _joined(body: bytes) -> list[bytes]:
    """The lines of the edited body, each with its backslash where another line follows."""
    lines = body.rstrip(b" \t\r\n\v").split(b"\n")
    joined = []
    for line in lines[:-1]:
        if line.rstrip(b"\r")[-1:] == b"\v":
            joined.append(line.replace(b"\v", b"\\"))
            continue
        cleaned = line.replace(b"\v", b"")
        found = _ENDS.search(cleaned)
        assert found is not None
        joined.append(cleaned[: found.start()] + b" \\" + found.group(1))
    return [*joined, lines[-1].replace(b"\v", b"")]


def _indented(lines: list[bytes], old: frozenset[bytes]) -> list[bytes]:
    """Indent new lines right behind the first: what they follow stands beside the macro's name."""
    found = [lines[0]]
    for number, line in enumerate(lines[1:]):
        if line in old or line[:1].isspace():
            return found + lines[number + 1 :]
        found.append(b"\t" + line)
    return found


def _check(body: bytes, span: Span) -> None:
    for found in _LINE_COMMENT.finditer(body):
        if found.lastgroup == "line" and b"\n" in body[found.start() :]:
            raise TaggedError(span, "a // comment would take in the rest of the macro")
    if _DIRECTIVE.search(body):
        raise TaggedError(span, "a macro's body cannot hold a preprocessor directive")


def _line_edits(start: int, old: list[bytes], new: list[bytes], newline: bytes) -> list[Edit]:
    """The edits that turn the lines at ``start`` into the new ones."""
    offsets = [start]
    for line in old:
        offsets.append(offsets[-1] + len(line) + 1)
    before = [line + b"\n" for line in old[:-1]] + [old[-1] + newline]
    after = [line + b"\n" for line in new[:-1]] + [new[-1] + newline]
    offsets[-1] += len(newline) - 1
    return [
        Edit(Span(offsets[low], offsets[high]), b"".join(after[first:last]))
        for kind, low, high, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
