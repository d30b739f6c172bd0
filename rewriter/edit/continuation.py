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
from rewriter.syntax.tree import DEFINITIONS, Node, walk

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
    span = _lines(root, layout)
    hidden = replace(layout, text=text[: span.start] + _hidden(text, span) + text[span.end :])
    edits = derive_edits(tags, root, hidden, metavariables).edits
    if any(e.span.start <= span.start < e.span.end for e in edits):
        return Rewrite.of(text, edits)  # the definition itself goes
    outside = [e for e in edits if e.span.end <= span.start]
    inside = [_moved(e, span) for e in edits if e.span.end > span.start]
    return Rewrite.of(text, outside + _rejoined(text, hidden.text, span, inside))


def derive_around_macros(
    tags: Tags, root: Node, layout: Layout, metavariables: Mapping[str, object]
) -> Rewrite:
    """Give the rewrite for the tags of ``root``, among whose members may be macros that are changed, too.

    Raises what `derive_in_macro` raises.
    """
    whole = derive_edits(tags, root, layout, metavariables)
    spans = [s for s in _definitions(root, layout) if any(_is_inside(e, s) for e in whole.edits)]
    if not spans:
        return whole
    hidden = bytearray(layout.text)
    for span in spans:
        hidden[span.start : span.end] = _hidden(layout.text, span)
    edits = list(derive_edits(tags, root, replace(layout, text=bytes(hidden)), metavariables).edits)
    for span in spans:
        inside = [e for e in edits if _is_inside(e, span)]
        edits = [e for e in edits if not _is_inside(e, span)]
        edits += _rejoined(layout.text, bytes(hidden), span, [_moved(e, span) for e in inside])
    return Rewrite.of(layout.text, edits)


def _definitions(root: Node, layout: Layout) -> list[Span]:
    """Give where the macros are whose bodies were read."""
    if b"define" not in layout.text[root.start : root.end]:
        return []
    values = ((node, node.child("value")) for node in walk(root) if node.kind in DEFINITIONS)
    read = [node for node, value in values if value is not None and value.kind != "preproc_arg"]
    return [_lines(node, layout) for node in read]


def _lines(definition: Node, layout: Layout) -> Span:
    return Span(definition.start, layout.line_end(max(definition.start, definition.end - 1)))


def _is_inside(edit: Edit, span: Span) -> bool:
    """Tell whether an edit is one of a macro's body, not one of what stands below."""
    start, end = edit.span.start, edit.span.end
    below = start == span.end and edit.replacement.startswith(b"\n")
    return span.start < start and end <= span.end and not below


def _moved(edit: Edit, span: Span) -> Edit:
    return Edit(Span(edit.span.start - span.start, edit.span.end - span.start), edit.replacement)


def _hidden(text: bytes, span: Span) -> bytes:
    if b"\v" in text[span.start : span.end]:
        raise TaggedError(span, "a vertical tab in the body of a macro")
    return _JOINED.sub(b"\v", text[span.start : span.end])


def _rejoined(text: bytes, hidden: bytes, span: Span, inside: list[Edit]) -> list[Edit]:
    """Give the edits of the lines of a macro for ``inside``, edits of its hidden lines from their start."""
    end = min(span.end + 1, len(text))  # a last line goes, or is added, with its newline
    body = Rewrite.of(hidden[span.start : end], inside).apply()
    old = text[span.start : span.end].split(b"\n")
    lines = _indented(_joined(body), frozenset(old))
    _check(b"\n".join(lines), span)
    return _line_edits(span.start, old, lines, text[span.end : end])


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
