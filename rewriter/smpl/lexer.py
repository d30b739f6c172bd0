# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patch text to tokens: column 0, comments, dots, disjunction marks, attachments.

In pattern code the first column of a line is not code: ``-``, ``+``, ``*`` and ``?`` mark the line, and
``(``, ``|``, ``&``, ``)`` there build a disjunction or conjunction. ``- f(x@p);`` gives the minus tokens
``f ( x ) ;`` with ``p`` attached to ``x``. Lines of plus code stay text (`PlusLine`), because they are
written to the file as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rewriter.smpl.errors import SemanticPatchError

CONTEXT, MINUS, STAR = "context", "minus", "star"

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>/\*.*?\*/|//[^\n]*)
    | (?P<string>L?"(?:\\.|[^"\\])*")
    | (?P<char>L?'(?:\\.|[^'\\\n])*')
    | (?P<dots><\+\.\.\.|\.\.\.\+>|<\.\.\.|\.\.\.>|\.\.\.\.\.\.|\.\.\.)
    | (?P<mark>\\[(|&)])
    | (?P<ident>[A-Za-z_$][A-Za-z_0-9$]*)
    | (?P<number>\.?[0-9](?:[eEpP][+-]|[A-Za-z_0-9.])*)
    | (?P<op><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\#\#|[-+*/%&|^~!<>=?:;,.(){}\[\]\#@\\])
    """,
    re.VERBOSE | re.DOTALL,
)

#: How metavariables and rules may be called.
NAME = re.compile(r"[A-Za-z_$][\w$]*")

#: Operators that begin like the mark of a line or of another branch.
_OPERATOR = re.compile(r"\|[|=]|&[&=]|-[-=>]|[*+]=")

_DIRECTIVE = re.compile(r"\s*(?P<mark>#)\s*(?P<word>[a-z]+)")
_PATH = re.compile(r"\s*(<[^>\n]*>(?!>)|\"[^\"\n]*\"|\.\.\.(?=\s*$))")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of minus or context code.

    ``id`` is unique in its rule; a match says which source text each id stands for.
    """

    id: int
    kind: str  # ident, number, string, char, op, dots, group, directive
    text: str
    mark: str
    line: int  # 1-based
    column: int  # 0-based
    attached: tuple[str, ...] = ()
    optional: bool = False

    @property
    def removed(self) -> bool:
        """The token is minus code."""
        return self.mark == MINUS


@dataclass(frozen=True, slots=True)
class PlusLine:
    """One line of plus code, without its ``+``; ``multiple`` for ``++``."""

    text: str
    line: int
    multiple: bool = False


#: Plus code by the tokens it is tied to.
Plus = dict[int, list[PlusLine]]


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment that stands alone on a ``-`` line, for patterns that change comments."""

    text: str
    line: int


Piece = Token | PlusLine | CommentLine


@dataclass(slots=True)
class LineReader:
    """The text of a semantic patch with what is needed to point into it."""

    path: str
    lines: list[str]

    def error(self, message: str, line: int, column: int = 0, hint: str = "") -> SemanticPatchError:
        """Make the error for a 1-based line and 0-based column."""
        source = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return SemanticPatchError(message, self.path, line, column, source, hint)


@dataclass(slots=True)
class BodyLexer:
    """Tokens of one rule's body, the lines ``first`` to ``last`` (1-based, inclusive).

    The first line begins behind ``column``: what stands on it behind ``@@`` has no mark.
    """

    reader: LineReader
    first: int
    last: int
    comments_are_code: bool = False
    column: int = 0
    _next_id: int = 0
    _out: list[Piece] = field(default_factory=list)

    def run(self) -> list[Piece]:
        """Give the body's tokens and plus lines in order. Raises SemanticPatchError."""
        number = self.first
        while number <= self.last:
            line = self._line(number)
            if line.startswith(("--- ", "+++ ")) and not self._out:
                number += 1
                continue
            if line.startswith("+") and not _OPERATOR.match(line):
                double = line.startswith("++")
                self._out.append(PlusLine(line[2 if double else 1 :], number, double))
                number += 1
                continue
            number = self._code_line(number)
        return self._out

    def _line(self, number: int) -> str:
        line = self.reader.lines[number - 1]
        return " " * self.column + line[self.column :] if number == self.first else line

    def _code_line(self, number: int) -> int:
        """Lex one line that is no plus line; a comment may run over several lines. Give the next line."""
        line = self._line(number)
        mark, optional, start = CONTEXT, False, 0
        head = line[:1]
        if head == "?":
            optional, head, start = True, line[1:2], 1
        if _OPERATOR.match(line, start):
            pass
        elif head == "-":
            mark, start = MINUS, start + 1
        elif head == "*":
            mark, start = STAR, start + 1
        elif head and head in "(|&)" and not optional:
            self._add("group", head, CONTEXT, number, 0)
            start = 1
        text, end = line, number
        while _goes_on(text[start:]) and end < self.last:
            end += 1
            text += "\n" + self.reader.lines[end - 1]
        while _DIRECTIVE.match(text, start) and text.endswith("\\") and end < self.last:
            rest = self._continued(mark, end + 1)
            if rest is None:
                text = text[:-1]
                break
            end += 1
            text = text[:-1] + "\n" + rest
        if _DIRECTIVE.match(text, start):
            start = self._directive(text, start, mark, number)
        found_code = False
        comments: list[str] = []
        seen = start
        for match in _scan(text, start):
            if match is None:
                raise self.reader.error("this character has no place in a semantic patch", number, seen)
            seen = match.end()
            kind, word, column = str(match.lastgroup), match.group(), match.start()
            if kind == "space":
                continue
            if kind == "comment":
                comments.append(word)
                continue
            found_code = True
            if word == "@":
                self._attach(text, column, number)
            elif kind == "ident" and self._expects_name:
                self._expects_name = False
            else:
                group = kind == "mark"
                self._add(
                    "group" if group else kind, word[1:] if group else word, mark, number, column, optional
                )
        if self.comments_are_code and mark == MINUS and comments and not found_code:
            self._out.extend(CommentLine(comment, number) for comment in comments)
        return end + 1

    _expects_name: bool = False

    def _continued(self, mark: str, number: int) -> str | None:
        """Give the line a directive goes on with, None where that has another mark and is read by itself."""
        line = self.reader.lines[number - 1]
        sign = {MINUS: "-", STAR: "*"}.get(mark, "")
        if not line.startswith(sign) or (not sign and line.startswith(("-", "+"))):
            return None
        return line[len(sign) :]

    def _directive(self, text: str, start: int, mark: str, number: int) -> int:
        """Add a directive's word; give where the line goes on as tokens."""
        word = _DIRECTIVE.match(text, start)
        assert word is not None
        self._add("directive", f"#{word['word']}", mark, number, word.start("mark"))
        path = _PATH.match(text, word.end()) if word["word"] == "include" else None
        if path is None:
            return word.end()
        self._add("string", path[1], mark, number, path.start(1))
        return path.end()

    def _add(self, kind: str, text: str, mark: str, line: int, column: int, optional: bool = False) -> None:
        self._out.append(Token(self._next_id, kind, text, mark, line, column, (), optional))
        self._next_id += 1

    def _attach(self, text: str, column: int, number: int) -> None:
        name = re.compile(rf"@\s*({NAME.pattern})").match(text, column)
        last = next((i for i in reversed(range(len(self._out))) if isinstance(self._out[i], Token)), None)
        if name is None or last is None:
            raise self.reader.error(
                "'@' must follow a token and be followed by a metavariable", number, column, "write f@p(x)"
            )
        token = self._out[last]
        assert isinstance(token, Token)
        if token.kind == "group":
            raise self.reader.error(
                f"'@{name[1]}' cannot follow '\\{token.text}'", number, column, "attach it in each branch"
            )
        self._out[last] = replace(token, attached=(*token.attached, name[1]))
        self._expects_name = True


def _scan(text: str, start: int) -> Iterator[re.Match[str] | None]:
    at = start
    while at < len(text):
        match = _TOKEN.match(text, at)
        yield match
        if match is None:
            return
        at = match.end()


def _goes_on(text: str) -> bool:
    """Tell whether ``text`` ends inside a block comment, or inside a string that goes on below."""
    inside = re.sub(r'"(?:\\.|[^"\\])*"|/\*.*?\*/|//[^\n]*', "", text, flags=re.DOTALL)
    return "/*" in inside or ('"' in inside and inside.endswith("\\"))


def words(text: str) -> list[tuple[str, str, int]]:
    """Split header or declaration text into (kind, text, offset), comments and blanks dropped.

    Raises ValueError with the offset of a character that no token starts with.
    """
    out = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(at)
        if match.lastgroup not in ("space", "comment"):
            out.append((str(match.lastgroup), match.group(), at))
        at = match.end()
    return out


def modifier(word: Token) -> str:
    """Give what a ``when`` says of dots: ``any`` and ``ANY`` are the same word."""
    return word.text.lower() if word.text.isupper() else word.text
