# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of isomorphisms: a kind, ``@ name @``, metavariables, ``@@``, and ``LEFT => RIGHT`` or ``<=>``.

There may be more than two sides: a pattern finds what is joined to it by ``<=>`` and all that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import product
from pathlib import Path
from typing import NamedTuple

from rewriter.smpl.declarations import DeclarationParser
from rewriter.smpl.fragment import FragmentParser
from rewriter.smpl.items import Grouper
from rewriter.smpl.lexer import BodyLexer, LineReader
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import Choice, Inner, Term
from rewriter.source.text import read_text

_KIND = r"(?:Expression|TestExpression|ToTestExpression|ArgExpression|Statement|Declaration|Type|TopLevel)"
_HEADER = re.compile(
    rf"^(?P<kind>{_KIND})\s*\n@\s*(?P<name>\w+)\s*@\s*\n"
    rf"(?P<declarations>.*?)@@[ \t]*\n(?P<body>.*?)(?=^{_KIND}\s*\n@|\Z)",
    re.MULTILINE | re.DOTALL,
)
_ARROW = re.compile(r"<=>|=>")
_PURE = re.compile(r"(?P<words>\b(?:(?:pure|context)\s+)+)(?P<names>[^;]*)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Direction(NamedTuple):
    """A pattern ``left`` also stands for ``right``, which is tried first if it is written first."""

    left: Term
    right: Term
    backwards: bool


@dataclass(frozen=True, slots=True)
class Isomorphism:
    """One rewrite; ``<=>`` gives two directions, both of the pattern as it stood."""

    name: str
    kind: str
    directions: tuple[Direction, ...]
    variables: dict[str, Metavariable]
    pure: frozenset[str]  # those that stand for a metavariable of the rule, which is not changed alone


@dataclass(frozen=True, slots=True)
class IsomorphismChoice:
    """What a command line says of isomorphisms: a file in the place of the shipped one, names to disable."""

    file: str = ""
    disabled: frozenset[str] = frozenset()

    def shipped(self, reader: LineReader) -> tuple[Isomorphism, ...]:
        """Give the isomorphisms that every rule gets. Raises SemanticPatchError."""
        if not self.file:
            return standard_isomorphisms()
        path = Path(self.file)
        try:
            return read_isomorphisms(LineReader(self.file, read_text(path).split("\n")))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no text file"
            raise reader.error(f"the isomorphisms in '{self.file}' cannot be read: {reason}", 0) from error


@cache
def standard_isomorphisms() -> tuple[Isomorphism, ...]:
    """Give the isomorphisms that every rule gets."""
    path = resources.files("rewriter.smpl") / "standard.iso"
    return read_isomorphisms(LineReader("standard.iso", path.read_text(encoding="utf-8").split("\n")))


def read_isomorphisms(reader: LineReader) -> tuple[Isomorphism, ...]:
    """Read a file of isomorphisms. Raises SemanticPatchError."""
    text = _COMMENT.sub(_blank, "\n".join(reader.lines))
    found: list[Isomorphism] = []
    at = 0
    for match in _HEADER.finditer(text):
        between = text[at : match.start()]
        if between.strip():
            break
        at = match.end()
        found.append(_parse(reader, match))
    if text[at:].strip():
        line = text.count("\n", 0, at + len(text[at:]) - len(text[at:].lstrip())) + 1
        hint = "write: a kind, @ name @, metavariables, @@, LEFT => RIGHT"
        raise reader.error("this is no isomorphism", line, hint=hint)
    return tuple(found)


def read_term(path: str, text: str, level: str, declared: dict[str, Metavariable]) -> Term:
    """Read one side of an isomorphism or a piece of it. Raises SemanticPatchError."""
    line = LineReader(path, [" " + text])
    items = Grouper(line, BodyLexer(line, 1, 1).run(), False).run().items
    return FragmentParser(line, declared).branch(items, level).terms[0]


def _without_purity(declarations: str) -> tuple[str, frozenset[str]]:
    """Take the words ``pure`` and ``context`` out of declarations; give the names they speak of, too."""
    pure = frozenset(
        name.split()[-1].lstrip("*")
        for found in _PURE.finditer(declarations)
        for name in found["names"].split(",")
    )
    return _PURE.sub(lambda m: " " * len(m["words"]) + m["names"], declarations), pure


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _parse(reader: LineReader, block: re.Match[str]) -> Isomorphism:
    kind, name = block["kind"], block["name"]
    text = block.string
    line = text.count("\n", 0, block.start()) + 1
    first = text.count("\n", 0, block.start("declarations")) + 1
    words, pure = _without_purity(block["declarations"])
    declared = DeclarationParser(reader, words, first, 0, frozenset()).metavariables({})
    body = " ".join(block["body"].split())
    sides = [side.strip() for side in _ARROW.split(body)]
    if len(sides) < 2:
        raise reader.error(f"isomorphism '{name}' lacks '=>' or '<=>'", line)

    level = {"Type": "type"}.get(kind, "expression" if kind.endswith("Expression") else "statements")
    terms = [_plain_type(read_term(reader.path, side, level, declared)) for side in sides]
    if kind == "Type" and any(isinstance(t, Inner) and t.kind == "type_descriptor" for t in terms):
        raise reader.error(f"isomorphism '{name}': types of several parts are not supported", line)
    pairs = _directions(terms, _ARROW.findall(body))
    directions = tuple(
        Direction(a, b, terms.index(right) < terms.index(left))
        for left, right in pairs
        for a in _without_choice(left)
        for b in _without_choice(right)
    )
    return Isomorphism(name, kind, directions, declared, pure)


def _without_choice(term: Term) -> list[Term]:
    """Give the terms that one with disjunctions stands for, in order."""
    match term:
        case Inner(kind, role, children):
            return [Inner(kind, role, found) for found in product(*map(_without_choice, children))]
        case Choice(role=role, branches=branches, all_of=False):
            single = [branch.terms[0] for branch in branches]
            return [replace(found, role=role) for one in single for found in _without_choice(one)]
        case _:
            return [term]


def _plain_type(term: Term) -> Term:
    """Take a type without stars and qualifiers out of what a cast would hold."""
    if isinstance(term, Inner) and term.kind == "type_descriptor" and len(term.children) == 1:
        return term.children[0]
    return term


def _directions(terms: list[Term], arrows: list[str]) -> Iterator[tuple[Term, Term]]:
    """Give each term with those that it finds: its group, joined by ``<=>``, and what stands behind that."""
    start = 0
    for i, term in enumerate(terms):
        if i and arrows[i - 1] == "=>":
            start = i
        for other in terms[start:]:
            if other is not term:
                yield term, other
