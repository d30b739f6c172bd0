# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of scripts: lists of arguments as they come in, code that a script makes as it goes out."""

from __future__ import annotations

from types import SimpleNamespace

from rewriter.match.environment import Code
from rewriter.smpl.lexer import words


class TermList(str):
    """A list of arguments, parameters or initialisers: ``a , f ( b )`` with the elements it consists of."""

    __slots__ = ()

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements without the commas between them."""
        found: list[list[str]] = [[]]
        depth = 0
        for word in self.split(" "):
            depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
            if word == "," and depth == 0:
                found.append([])
            elif word:
                found[-1].append(word)
        return tuple(" ".join(element) for element in found if element)

    def __getitem__(self, at: object) -> str:
        return self.elements[at] if isinstance(at, int) else super().__getitem__(at)  # type: ignore[index]


def made(text: str) -> Code:
    """Give the code that a script made, so that it can be compared with code of the file."""
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
