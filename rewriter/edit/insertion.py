# SPDX-License-Identifier: GPL-2.0-or-later
"""Added code beside code that stays: inside a line, or on lines of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rewriter.edit.arms import Arm, Braces, goes_on
from rewriter.edit.conditionals import past_directives
from rewriter.edit.depths import Depths
from rewriter.edit.edit import Edit
from rewriter.edit.indents import Indents
from rewriter.edit.layout import Layout
from rewriter.edit.tags import Addition
from rewriter.edit.template import render_inline, render_lines
from rewriter.source.text import AS_BYTES, Span
from rewriter.syntax.tree import Node

_NO_STATEMENT = re.compile(rb"}|(?:case|default)\b")
_CASE = re.compile(r"\s*(?:case\b|default\s*:)")
#: Lines that belong to what stands below them.
_LEADS = re.compile(rb"\s*(?:#[ \t]*(?:if|else|elif)|//)|.*\*/\s*$")
_DECLARES = re.compile(rb"\w+[\s*]+\w")
#: What stands at the code before it, and what the code behind it stands at.
_CLINGS = re.compile(rb"[,;)\[]|->|\.\w|(?:\+\+|--)\Z")
_IS_PREFIX = re.compile(rb"(?:\A|[(,=?:!~]|&&|\|\|)\s*(?:[&*!~-]|\+\+|--)\Z|\(\Z")


class Inserter:
    """Puts additions into the text of ``root``; ``depths`` tells what is put deeper.

    ``braced`` are those of its ``arms``, with or without braces of their own (``blocks``), that get braces.
    """

    def __init__(
        self,
        root: Node,
        layout: Layout,
        metavariables: Mapping[str, object],
        arms: Sequence[Arm],
        blocks: Sequence[Arm],
    ) -> None:
        self.braced: dict[Span, Braces] = {}
        self.depths = Depths(layout)
        self.gone: frozenset[int] = frozenset()  # where code begins that goes, with the blanks before it
        self._root = root
        self._layout = layout
        self._metavariables = metavariables
        self._arms = arms
        self._blocks = {arm.span: arm for arm in blocks}
        self._indents = Indents(root, layout)

    def edits(self, addition: Addition) -> list[Edit]:
        """Give the edits for an addition. Raises UnboundError."""
        if addition.after and [line.text.strip() for line in addition.code.lines] == [","]:
            return self._comma(addition.span.end)
        if addition.code.last and addition.code.alone:
            return self._last_element(addition)
        if addition.code.behind_comma and addition.code.alone:
            return self._element(addition)
        if not addition.code.alone:
            return [self._inline(addition)]
        below = addition.after and not self._at_end(addition.span)
        return self._below(addition) if below else self._above(addition)

    def _comma(self, at: int) -> list[Edit]:
        """Add a comma behind an element, unless one stands there already."""
        behind = self._layout.code_after(at)
        there = self._layout.text[behind : behind + 1] == b","
        return [] if there else [Edit(Span(at, at), b",")]

    def _at_end(self, span: Span) -> bool:
        """Tell whether a place is where the function falls off its closing brace."""
        body = self._root.child("body") if self._root.kind == "function_definition" else None
        return body is not None and not len(span) and span.start == body.end - 1

    def _last_element(self, addition: Addition) -> list[Edit]:
        """Add an element behind all others, in no arm of a conditional."""
        at = addition.span.end
        end = past_directives(at, self._layout)
        if end == at:
            return self._element(addition) if addition.code.behind_comma else self._below(addition)
        comma = addition.code.behind_comma and not self._is_first(at)
        lines = self._lines(addition, self.indent(self._indents.behind(addition.span), at), at)
        newline = self._layout.newline()
        added = Edit(Span(end, end), newline + newline.join(lines))
        return [Edit(Span(at, at), b","), added] if comma else [added]

    def _element(self, addition: Addition) -> list[Edit]:
        """Add an element behind the last one, which has no comma."""
        at = addition.span.end
        (below,) = self._below(addition)
        if self._is_first(at):
            return [below]
        if below.span.start == at:
            return [Edit(below.span, b"," + below.replacement)]
        return [Edit(Span(at, at), b","), below]

    def _is_first(self, at: int) -> bool:
        """Tell whether an element here needs no comma before it."""
        before = self._layout.code_before(at)
        return self._layout.text[before - 1 : before] in (b"{", b",")

    def rendered(self, addition: Addition) -> bytes:
        """The code of an addition inside a line; what directives part goes on with the line's indentation."""
        around = self._layout.newline() + self._layout.indent(addition.span.start) + self._layout.unit()
        return render_inline(addition.code, self._metavariables, addition.env, around)

    def _inline(self, addition: Addition) -> Edit:
        text = self.rendered(addition)
        source = self._layout.text
        at = self._place(addition, text)
        if addition.code.behind_comma and not self._is_first(at):
            text = b", " + text
        text = self._layout.fit_commas(text, at, at)
        following = source[at : at + 1]
        if addition.after and at == addition.span.end:
            lead = b"" if _CLINGS.match(text) or source[at - 1 : at] in b"( \t" else b" "
            tail = b" " if re.match(rb"\w" if text[-1:] != b"," else rb"[^\s)]", following) else b""
        else:
            lead = b""
            tail = b"" if following in (b")", b",", b";") else b" "
        if _IS_PREFIX.search(text):
            tail = b""
        return Edit(Span(at, at), lead + text + tail)

    def _place(self, addition: Addition, text: bytes) -> int:
        """Where code in a line goes: a first argument and a parameter stand with what follows them."""
        if not addition.after:
            return addition.span.start
        at = addition.span.end
        before = self._layout.text[at - 1 : at]
        if text[-1:] == b"," and (before == b"(" or (before == b"," and _DECLARES.match(text))):
            following = self._layout.code_after(at)
            if self._layout.text[following : following + 1] not in (b"#", b")"):
                return following
        return at

    def _below(self, addition: Addition) -> list[Edit]:
        layout, newline = self._layout, self._layout.newline()
        at = addition.span.end
        if self._root.kind == "function_definition" and at == self._root.end:
            return [self._behind_function(addition)]
        indent = self.indent(self._indents.behind(addition.span), at)
        if layout.text[at - 1 : at] == b"{":
            indent = self._indents.block(at - 1) + self.depths.beside(at)
        if layout.text[at - 1 : at] == b":":
            indent = self._behind_label(at) + self.depths.beside(at)
        if self.depths.closes_kept(at):
            indent = indent.removesuffix(layout.unit())
        arm = self.arm_before(addition.span)
        braces = self.braced.get(arm.span) if arm is not None else None
        if braces is not None and addition.span in self._blocks:
            indent = braces.inner + self.depths.beside(at)
        other_arm = goes_on(addition.code.lines[0].text.encode(*AS_BYTES))
        if other_arm and braces is None and arm is not None:
            indent = layout.indent_within(arm.owner)
        lines = self._lines(addition, indent, at)
        text = newline + newline.join(lines)
        if (lines[0].strip() == b"{" and self._indents.heads(at)) or (
            other_arm and layout.text[at - 1 : at] == b"}"
        ):
            text = b" " + text.lstrip()
        if braces is not None:
            return [Edit(Span(braces.end, braces.end), text)]
        if layout.only_comment_behind(at):
            end = layout.line_end(at)
            if layout.text[end - 1 : end] == b"\r":
                end -= 1
            return [Edit(Span(end, end), text)]
        if at in self.gone:
            return [Edit(Span(at, at), text)]
        end = layout.past_blanks(at)
        if other_arm and text.endswith(b"}") and layout.text[end : end + 4] == b"else":
            return [Edit(Span(at, end), text + b" ")]
        if not self._indents.in_list(at):
            outer = indent.removesuffix(self.depths.beside(at))
            if layout.text[end : end + 1] == b"}" and layout.text[at - 1 : at] != b"{":
                outer = layout.indent(at)
            return [Edit(Span(at, end), text + newline + outer + self.depths.of(end))]
        closed = layout.text[end : end + 1] == b"}" and text[-1:] == b";"
        return [Edit(Span(at, end), text + (newline + layout.indent(at) if closed else b" "))]

    def _behind_label(self, at: int) -> bytes:
        """Give the indentation of what stands behind a label: the statement's there, if it has a line."""
        layout = self._layout
        following = layout.code_after(at)
        if layout.first_on_line(following) and not _NO_STATEMENT.match(layout.text, following):
            return layout.indent(following)
        label = layout.indent(at)
        return (label if label != b" " else b"") + layout.unit()

    def _above(self, addition: Addition) -> list[Edit]:
        layout, newline = self._layout, self._layout.newline()
        at = addition.span.start
        if addition.code.is_element and self._in_header(at):
            return [self._before_function(addition)]
        indent = self.indent(at, at)
        behind = indent.removesuffix(self.depths.beside(at)) + self.depths.of(at)
        if layout.text[at : at + 1] == b"}":
            indent = layout.indent(at) + layout.unit() + self.depths.beside(at)
            behind = layout.indent(at) if self._indents.in_list(at) else indent
        lines = self._lines(addition, indent, at)
        text = newline.join(lines) + newline
        if layout.first_on_line(at):
            start = layout.line_start(at)
            return [Edit(Span(start, start), text)]
        return [Edit(Span(at, at), text.lstrip(b" \t") + behind)]

    def _lines(self, addition: Addition, indent: bytes, place: int) -> list[bytes]:
        """The lines of an addition; a label of a ``switch`` stands with the others."""
        if _CASE.match(addition.code.lines[0].text):
            labels = self._indents.of_case(place)
            indent = indent if labels is None else labels + self.depths.beside(place)
        return render_lines(addition.code, self._metavariables, addition.env, indent, self._layout.unit())

    def arm_before(self, span: Span) -> Arm | None:
        """The innermost arm that begins no later than ``span`` and ends with it; a block if it is that."""
        if span in self._blocks:
            return self._blocks[span]
        ending = [arm for arm in self._arms if arm.span.end == span.end and arm.span.start <= span.start]
        return max(ending, key=lambda arm: arm.span.start, default=None)

    def indent(self, offset: int, place: int) -> bytes:
        """The indentation that what is added at ``place`` shares with the line at ``offset``.

        That line may be in an arm that gets braces, or be put deeper.
        """
        for span, braces in self.braced.items():
            if span.start == offset:
                return braces.inner
        listed = self._indents.listed(offset)
        own = self._layout.indent_within(offset) if listed is None else listed
        return own + self.depths.beside(place)

    def _in_header(self, offset: int) -> bool:
        body = self._root.child("body")
        return self._root.kind == "function_definition" and body is not None and offset < body.start

    def _before_function(self, addition: Addition) -> Edit:
        """Add what is no part of the header before the function and the comments right above it."""
        start = self._layout.comment_above(self._layout.line_start(self._root.start))
        lines = render_lines(addition.code, self._metavariables, addition.env, b"", self._layout.unit())
        newline = self._layout.newline()
        apart = b"" if _LEADS.match(lines[-1]) else newline
        return Edit(Span(start, start), newline.join(lines).rstrip() + newline + apart)

    def _behind_function(self, addition: Addition) -> Edit:
        """Add what is no part of the function below it, another function after an empty line."""
        layout, newline, at = self._layout, self._layout.newline(), self._root.end
        lines = render_lines(addition.code, self._metavariables, addition.env, b"", layout.unit())
        apart = newline if lines[0].strip() and lines[-1].rstrip().endswith(b"}") else b""
        text = newline + apart + newline.join(lines)
        if not layout.only_comment_behind(at):
            return Edit(Span(at, layout.past_blanks(at)), text + newline)
        end = at + len(layout.text[at : layout.line_end(at)].rstrip())
        return Edit(Span(end, end), text)
