# SPDX-License-Identifier: GPL-2.0-or-later
"""Arms of ifs and loops that have no braces, and get them when they become more than one simple statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rewriter.edit.directives import is_on_directive
from rewriter.edit.edit import Edit
from rewriter.edit.layout import Layout
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk

_BRANCHES = ("consequence", "body")
_LOOPS = frozenset({"while_statement", "for_statement", "iterator_statement", "do_statement"})
HEADED = _LOOPS | {"if_statement", "else_clause", "scoped_statement"}
_IF = re.compile(rb"\bif\b")
_ELSE = re.compile(rb"\belse\b")
_LABEL = re.compile(rb"(?!default\b)\w+\s*:")
_DECLARES = re.compile(rb"(?!(?:return|goto|else|case|do)\b)\w+(?:\s+\w+)*[\s*]+\w+\s*[=;,[]")
_NO_CODE = re.compile(rb'/\*.*?\*/|//[^\n]*|(?m:^[ \t]*#[^\n]*)|"(?:\\.|[^"\\])*"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Arm:
    """A branch without braces, and where the statement it belongs to begins."""

    span: Span
    owner: int
    elses: tuple[Span, ...] = ()  # of an ``if``: without the words these begin with it is several statements
    in_do: bool = False  # the body of ``do``, which the reference gives no braces
    labelled: bool = False


def arms(root: Node) -> tuple[list[Arm], list[Arm]]:
    """List the branches of ifs and loops: those that have no braces, and those that are blocks."""
    bare: list[Arm] = []
    blocks: list[Arm] = []
    for node in walk(root):
        if node.kind not in HEADED:
            continue
        for child in node.children:
            if child.field in _BRANCHES or (node.kind == "else_clause" and child.kind != "else"):
                in_do = node.kind == "do_statement"
                for branch in _alternatives(child):
                    found = blocks if branch.kind == "compound_statement" else bare
                    labelled = branch.kind == "labeled_statement"
                    found.append(Arm(branch.span, node.start, tuple(_elses(branch)), in_do, labelled))
    return bare, blocks


def _alternatives(branch: Node) -> Iterator[Node]:
    """Walk the statements of which a conditional leaves one as a branch, or give the branch."""
    if not branch.kind.startswith("preproc_"):
        yield branch
        return
    for child in branch.children:
        if not child.kind.startswith("#"):
            yield from _alternatives(child)


def _elses(statement: Node) -> Iterator[Span]:
    """Walk the ``else`` of an ``if`` with what follows it, and those of ``else if`` behind it."""
    node: Node | None = statement
    while node is not None and node.kind == "if_statement":
        alternative = node.child("alternative")
        if alternative is not None:
            yield alternative.span
        node = alternative.children[-1] if alternative is not None else None


def reshaped_arms(bare: Iterable[Arm], told: Iterable[Span], text: bytes) -> frozenset[Span]:
    """Give the arms that are statements which become others; ``told`` are their first words, or the ``;``."""
    first: set[int] = set()
    last: set[int] = set()
    for span in told:
        if text[span.start : span.end] == b";":
            last.add(span.end)
        else:
            first.add(span.start)
    innermost: dict[int, Arm] = {}  # by the ends of arms
    for arm in bare:
        other = innermost.setdefault(arm.span.end, arm)
        innermost[arm.span.end] = max(arm, other, key=lambda a: a.span.start)
    ended = {innermost[end].span for end in last if end in innermost and not innermost[end].labelled}
    return frozenset(arm.span for arm in bare if arm.span in ended or arm.span.start in first)


_GOES_ON = re.compile(rb"\s*else\b")  # behind the brace of an if
_GOES_ON_AFTER_DO = re.compile(rb"\s*(?:else|while)\b")


def takes_else(statement: Node) -> bool:
    """Tell whether an ``else`` right behind a statement would belong to an ``if`` in it."""
    node: Node | None = statement
    while node is not None and node.kind in HEADED | {"labeled_statement"} - {"do_statement"}:
        alternative = node.child("alternative")
        if node.kind == "if_statement" and alternative is None:
            return True
        node = alternative or node.children[-1]
    return False


def needs_braces(text: bytes, may_be_if: bool = False, before_else: bool = False) -> bool:
    """Tell whether code that stands as an arm has to be put in braces.

    That is several statements, one with a label, a declaration, and an ``if`` without ``else`` unless it
    ``may_be_if``.
    """
    code = _NO_CODE.sub(b"", text).strip()
    if not is_whole(text):
        return False
    goes_on = _GOES_ON_AFTER_DO if code.startswith(b"do") else _GOES_ON
    depth = ends = 0
    for at, character in enumerate(code):
        depth += (character in b"{(") - (character in b"})")
        if depth == 0 and character in b";}" and not goes_on.match(code, at + 1):
            ends += 1
            if ends == 1 and code.startswith(b"{"):
                return at + 1 < len(code)
    if ends > 1 or _LABEL.match(code) or _DECLARES.match(code):
        return True
    ifs, elses = len(_IF.findall(code)), len(_ELSE.findall(code))
    return _IF.match(code) is not None and ifs > elses and (before_else or not (may_be_if or elses))


def goes_on(text: bytes) -> bool:
    """Tell whether added code begins with the ``else`` of the ``if`` before it."""
    return _GOES_ON.match(_NO_CODE.sub(b"", text)) is not None


def has_code(text: bytes) -> bool:
    """Tell whether there is more than comments and directives in added code."""
    return bool(_NO_CODE.sub(b"", text).strip())


def has_conditional(text: bytes) -> bool:
    """Tell whether a conditional directive is among added code: what it hides may be all of a branch."""
    return re.search(rb"(?m)^[ \t]*#[ \t]*(if|el|endif)", text) is not None


def is_whole(text: bytes) -> bool:
    """Tell whether added code has all its braces."""
    return unmatched_braces(text) == (0, 0)


def unmatched_braces(text: bytes) -> tuple[int, int]:
    """Count the braces that close what opens before the code, and those that open what closes behind it."""
    closed = opened = 0
    for brace in re.findall(rb"[{}]", _NO_CODE.sub(b"", text)):
        if brace == b"{":
            opened += 1
        elif opened:
            opened -= 1
        else:
            closed += 1
    return closed, opened


@dataclass(frozen=True, slots=True)
class Braces:
    """Writes the braces of one arm."""

    arm: Arm
    layout: Layout
    newline: bytes
    closed: bool = False  # by a brace of the code that stays
    left: int | None = None  # where what stays of the arm ends, if its end goes
    begins: bool = False  # with code that goes, and with the blanks before it

    @property
    def outer(self) -> bytes:
        """The indentation of the statement the arm belongs to."""
        return self.layout.indent_within(self.arm.owner)

    @property
    def inner(self) -> bytes:
        """The indentation of what stands between the braces."""
        start = self.arm.span.start
        if self.layout.first_on_line(start):
            return self.layout.indent(start)
        return self.outer + self.layout.unit()

    @property
    def end(self) -> int:
        """Where the arm ends, with a comment behind it on its line."""
        end = self.arm.span.end if self.left is None else self.left
        line = self.layout.line_end(end)
        comment = self.layout.only_comment_behind(end) and not self.layout.last_on_line(end)
        return line if comment else end

    def edits(self) -> Iterable[Edit]:
        """Give the edits that open and close."""
        start = self.arm.span.start
        before = self.layout.code_before(start)
        if is_on_directive(before, self.layout):
            yield Edit(Span(before, before), self.newline + self.outer + b"{")
        elif self.begins or self.layout.first_on_line(start) or self.layout.text[before:start].strip():
            yield Edit(Span(before, before), b" {")
        else:
            yield Edit(Span(before, start), b" {" + self.newline + self.inner)
        if self.closed:
            return
        closing = self.newline + self.outer + b"}"
        following = self.end
        while self.layout.text[following : following + 1].isspace():
            following += 1
        goes_on = _GOES_ON_AFTER_DO if self.arm.in_do else _GOES_ON
        if self.left is None and goes_on.match(self.layout.text, following):
            yield Edit(Span(self.end, following), closing + b" ")
        else:
            yield Edit(Span(self.end, self.end), closing)
