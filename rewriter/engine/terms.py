# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of scripts: lists of arguments as they come in, code that a script makes as it goes out."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, SupportsIndex

from rewriter.match.environment import Code, Location, Positions, Value
from rewriter.smpl.lexer import words


class ElemBase:
    """What scripts are told of with more than a text."""

    __slots__ = ()


class TermList(ElemBase, str):
    """A list of arguments, parameters, initialisers or fields: ``a , f ( b )`` with what it consists of."""

    __slots__ = ()

    @property
    def expr(self) -> str:
        """The text, as a plain string."""
        return str(self)

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements, without commas between them; fields have their semicolons."""
        found: list[list[str]] = [[]]
        fields = self.endswith(";")
        depth = 0
        for word in self.split(" "):
            depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
            comma = word == "," and depth == 0 and not fields
            if word and not comma:
                found[-1].append(word)
            if comma or (word == ";" and depth == 0):
                found.append([])
        return tuple(" ".join(element) for element in found if element)

    def __iter__(self) -> Iterator[str]:
        return iter(self.elements)

    def __getitem__(self, at: SupportsIndex | slice) -> Any:
        return self.elements[at]


def position(file: str, element: str, line: int, column: int, line_end: int, column_end: int) -> Positions:
    """Make the position of a token; it is found where a token of ``element`` stands just there."""
    if not all(isinstance(number, int) for number in (line, column, line_end, column_end)):
        raise TypeError("make_position wants two strings and four integers")
    return Positions(frozenset({Location(file, element, line, column, line_end, column_end)}))


def made_of(output: object) -> Value:
    """Give the value of a script's output, so that it can be compared with code of the file."""
    if isinstance(output, Positions):
        return output
    text = str(output)
    try:
        key = " ".join(word for _, word, _ in words(text))
    except ValueError:
        key = text
    return Code(key, text.encode("utf-8", "surrogateescape"))


def _text(value: object) -> str:
    return str(value)


#: What scripts make code with; code is text until a later rule takes it.
BUILDERS = SimpleNamespace(
    make_ident=_text,
    make_expr=_text,
    make_stmt=_text,
    make_stmt_with_env=lambda _environment, text: str(text),
    make_type=_text,
    make_pragmainfo=_text,
    make_listlen=_text,
)
