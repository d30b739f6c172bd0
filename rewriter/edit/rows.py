# SPDX-License-Identifier: GPL-2.0-or-later
"""Plus code broken into lines by its statements.

::

    + if (!x) { put(y); return 1; }          if (!x) {
                                     is              put(y);
                                                     return 1;
                                             }

A statement begins a line, and so does what a head (``if (…)``, ``else``, ``do`` …) governs; how they are
nested tells how far each is indented. What goes on with a statement on another line, what stands in
parentheses and what initialises keeps the lines it has in the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

_TOKEN = re.compile(
    r"""(?P<empty>(?m:^[ \t]*$))|(?m:^)[ \t]*(?P<directive>\#[^\n]*)|"""
    r"""(?P<comment>/\*.*?(?:\*/|\Z)|//[^\n]*)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\w+|::|\S""",
    re.DOTALL,
)
_CONDITIONAL = re.compile(r"#\s*(if|el|endif)")
_HEADS = frozenset({"if", "while", "for", "switch"})


class Kind(Enum):
    """What a row is."""

    STATEMENT = "begins a statement"
    LABEL = "begins with a label"
    GOES_ON = "goes on with the row before"
    DIRECTIVE = "a directive"
    EMPTY = "an empty line"


@dataclass(slots=True)
class Row:
    """A line of the result; ``column`` is where its first token stands in the rule."""

    kind: Kind
    depth: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    gap: str  # the white space before it on its line
    first: bool  # on its line
    column: int
    kind: str  # "", "comment", "directive", "empty"


@dataclass(frozen=True, slots=True)
class _Frame:
    """A statement whose end is to come: a block (of a switch), or a head."""

    kind: str
    depth: int

    @property
    def is_block(self) -> bool:
        return self.kind in ("{", "switch {")


def rows(lines: Sequence[str], blocks: Mapping[str, bool], iterators: frozenset[str]) -> list[Row]:
    """Break plus lines into rows.

    ``blocks`` are the metavariables for statements, and whether each stands for one in braces; ``iterators``
    the names that are known to head a loop.
    """
    return _Breaker(list(_tokens("\n".join(lines))), blocks, iterators).run()


def _tokens(text: str) -> Iterator[_Token]:
    end = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        gap = text[end : match.start()]
        first = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        line = text.rfind("\n", 0, match.start()) + 1
        column = len(text[line : match.start()].expandtabs(8))
        yield _Token(match.group().strip(), "" if first else gap, first, column, kind)
        end = match.end()


def _closed(tokens: Sequence[_Token]) -> int:
    """Count the blocks that the tokens close and do not open."""
    closed = opened = 0
    for token in tokens:
        if token.text == "}" and not opened:
            closed += 1
        opened = max(0, opened + (token.text == "{") - (token.text == "}"))
    return closed


class _Breaker:
    def __init__(self, tokens: list[_Token], blocks: Mapping[str, bool], iterators: frozenset[str]) -> None:
        self._tokens = tokens
        self._blocks = blocks
        self._iterators = iterators
        self._at = 0
        self._rows: list[Row] = []
        self._stack: list[_Frame] = []
        self._branches: list[list[_Frame]] = []  # what was open where each ``#if`` stands
        #: How deep the code begins: in blocks that it closes, behind a ``case`` that no switch stands around.
        self._base = _closed(tokens)
        self._open = False  # a label or a comment waits for a statement on its line

    def run(self) -> list[Row]:
        """Give the rows of all tokens."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind in ("directive", "empty"):
                self._take()
            elif token.kind == "comment":
                self._comment(token)
            else:
                self._statement(token)
        return self._rows

    # --- tokens -----------------------------------------------------------------------------------

    def _code(self, ahead: int = 0) -> _Token | None:
        """The next token of code, or the one ``ahead`` behind it."""
        left = (t for t in self._tokens[self._at :] if not t.kind)
        return next((t for n, t in enumerate(left) if n == ahead), None)

    def _next_is(self, text: str) -> bool:
        token = self._code()
        return token is not None and token.text == text

    def _take(self) -> _Token:
        """Take a token as it stands in the rule: on the last row, or on one that goes on with it."""
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "directive":
            self._conditional(token.text)
            self._rows.append(Row(Kind.DIRECTIVE, 0, token.column, token.text))
        elif token.kind == "empty":
            self._rows.append(Row(Kind.EMPTY, 0, 0, ""))
        elif token.first or not self._rows:
            self._rows.append(Row(Kind.GOES_ON, self._depth(), token.column, token.text))
        else:
            self._rows[-1].text += token.gap + token.text
        return token

    def _begin(self, depth: int, kind: Kind = Kind.STATEMENT) -> _Token:
        """Take a token as the first of a row, or behind a label or comment on its line."""
        token = self._tokens[self._at]
        if self._open and not token.first:
            self._open = False
            return self._take()
        self._open = False
        self._at += 1
        self._rows.append(Row(kind, depth, token.column, token.text))
        return token

    def _join(self, depth: int) -> None:
        """Take a token behind the last row, where a head or a brace ends that."""
        token = self._tokens[self._at]
        last = self._rows[-1] if self._rows else None
        ends = self._at and not self._tokens[self._at - 1].kind
        if last is None or not ends:
            self._begin(depth)
            return
        self._at += 1
        last.text += (token.gap or " ") + token.text

    def _conditional(self, text: str) -> None:
        found = _CONDITIONAL.match(text)
        if found is None:
            return
        if found[1] == "if":
            self._branches.append(list(self._stack))
        elif self._branches and found[1] == "el":
            self._stack = list(self._branches[-1])
        elif self._branches:
            self._branches.pop()

    # --- statements -------------------------------------------------------------------------------

    def _depth(self) -> int:
        return self._stack[-1].depth + 1 if self._stack else self._base

    def _comment(self, token: _Token) -> None:
        if not token.first and self._rows:
            self._take()
            return
        self._begin(self._depth())
        self._open = True

    def _statement(self, token: _Token) -> None:
        behind = self._code(1)
        head = self._stack[-1] if self._stack and not self._stack[-1].is_block else None
        if token.text == "{" and not self._is_data():
            self._block(head)
        elif token.text == "}":
            self._close()
        elif token.text == "else":
            self._else(head)
        elif token.text == "do":
            self._stack.append(_Frame("do", depth := self._depth()))
            self._begin(depth)
        elif token.text == "while" and head is not None and head.kind == "done":
            self._end_do(head)
        elif token.text in _HEADS and behind is not None and behind.text == "(":
            self._head(self._depth())
        elif token.text in ("case", "default"):
            self._case()
        elif token.text[:1].isalpha() and behind is not None and behind.text == ":":
            self._begin(self._depth(), Kind.LABEL)
            self._take_to(":")
            self._open = True
        elif token.text in self._blocks:
            self._statement_metavariable(token, head)
        else:
            self._simple()

    def _take_to(self, text: str) -> None:
        """Take tokens up to one with this text outside of brackets."""
        depth = 0
        while self._at < len(self._tokens):
            taken = self._take().text
            depth += (taken in ("(", "[", "{")) - (taken in (")", "]", "}"))
            if depth <= 0 and taken == text:
                return

    def _head(self, depth: int, *, joined: bool = False) -> None:
        kind = self._tokens[self._at].text
        if joined:
            self._take()
        else:
            self._begin(depth)
        self._take_to(")")
        self._stack.append(_Frame(kind, depth))

    def _block(self, head: _Frame | None) -> None:
        depth = self._depth() if head is None else head.depth
        if head is None:
            self._begin(depth)
        else:
            self._join(depth)
        self._stack.append(_Frame("switch {" if head is not None and head.kind == "switch" else "{", depth))
        if self._at < len(self._tokens):
            closing = self._tokens[self._at]
            if closing.text == "}" and not closing.first:
                self._stack.pop()
                self._take()
                self._ended()

    def _close(self) -> None:
        while self._stack and not self._stack[-1].is_block:
            self._stack.pop()
        matched = self._stack.pop() if self._stack else None
        if matched is None:
            self._base = max(0, self._base - 1)
        self._begin(matched.depth if matched else self._base)
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is not None and not following.first:
            if following.text in (";", ",", ")"):
                self._take()
            elif following.text == "while" and matched is None:
                self._stack.append(_Frame("done", self._base))
                return
        self._ended()

    def _else(self, head: _Frame | None) -> None:
        depth = self._depth()
        if head is not None and head.kind == "if":
            depth = head.depth
            self._stack.pop()
        last = self._rows[-1].text if self._rows else ""
        beside_brace = last.endswith("}") and not self._tokens[self._at].first
        if beside_brace or self._blocks.get(last.rpartition(" ")[2]):
            self._join(depth)
        else:
            self._begin(depth)
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        if following is not None and following.text == "if" and not following.first:
            self._head(depth, joined=True)
        else:
            self._stack.append(_Frame("else", depth))

    def _end_do(self, head: _Frame) -> None:
        if self._rows and self._rows[-1].text.endswith("}"):
            self._join(head.depth)
        else:
            self._begin(head.depth)
        self._take_to(";")
        self._stack.pop()
        self._ended()

    def _case(self) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None:
            depth = top.depth if top.kind == "switch {" else top.depth + 1
        else:
            own = self._base or not any(row.kind is Kind.STATEMENT for row in self._rows)
            depth, self._base = (max(0, self._base - 1), max(1, self._base)) if own else (-1, 0)
        self._begin(depth)
        self._take_to(":")
        self._open = True

    def _statement_metavariable(self, token: _Token, head: _Frame | None) -> None:
        if head is not None and self._blocks[token.text]:
            self._join(head.depth)
        else:
            self._begin(self._depth())
        if self._next_is(";"):
            self._take()
        self._ended()

    def _simple(self) -> None:
        depth, start = self._depth(), self._tokens[self._at]
        is_call = (second := self._code(1)) is not None and second.text == "(" and start.text.isidentifier()
        previous = self._begin(depth)
        brackets, initialises, in_head = self._bracket(previous.text), False, is_call
        if previous.text == ";":
            self._ended()
            return
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind:
                self._take()
                continue
            if not brackets and token.text == "{" and previous.text == ")" and not initialises:
                self._stack.append(_Frame("head", depth))
                if not is_call:
                    self._stack[-1:] = [_Frame("{", depth)]
                    self._begin(depth)
                return
            if not brackets and token.text == "}":
                break
            if in_head and not brackets and previous.text == ")":
                in_head = False
                if (token.text.isidentifier() or token.text in ";{") and self._heads(start, token):
                    self._stack.append(_Frame("head", depth))
                    return
                if token.first and token.text.isidentifier() and token.column <= start.column:
                    break
            initialises = initialises or (not brackets and token.text in ("=", "return"))
            brackets += self._bracket(token.text)
            previous = self._take()
            if not brackets and token.text == ";":
                break
        self._ended()

    def _heads(self, start: _Token, body: _Token) -> bool:
        """Tell whether a call with something behind it is the head of a loop."""
        if start.text in self._iterators or "for_each" in start.text:
            return body.text != ";" or start.text in self._iterators
        return body.text != ";" and body.first and body.column > start.column

    @staticmethod
    def _bracket(text: str) -> int:
        return (text in ("(", "[", "{")) - (text in (")", "]", "}"))

    def _is_data(self) -> bool:
        """Tell whether the brace at hand opens an element of an initialiser."""
        depth = 0
        for token in self._tokens[self._at :]:
            if not token.kind:
                depth += self._bracket(token.text)
                if token.text == ";" or token.text in self._blocks or (depth > 1 and token.text == "{"):
                    return False
                if not depth:
                    return token is not self._code(1)
        return False

    def _ended(self) -> None:
        """A statement ends, and with it what it is the body of."""
        while self._stack and not self._stack[-1].is_block:
            frame = self._stack[-1]
            if frame.kind == "if" and self._next_is("else"):
                return
            if frame.kind == "do" and self._next_is("while"):
                self._stack[-1] = _Frame("done", frame.depth)
                return
            self._stack.pop()
