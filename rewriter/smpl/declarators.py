# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarations of several names are several declarations: ``int a, b;`` is ``int a; int b;``.

So it is in plus code, where a type metavariable may stand for more than a word: of ``T a, b;`` each gets
the star. Minus code ``int a, b;`` finds the two declarations next to each other, and not one of two names.
What has values stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from rewriter.smpl.lexer import PlusLine, Token
from rewriter.smpl.term import Inner, Leaf, Meta, Term, tokens_of, walk

_NO_TYPE = r"(?!(?:return|goto|else|case|do|typedef|sizeof)\b)"
_WORD = r"(?:static|extern|register|const|volatile|unsigned|signed|long|short)"
_KIND = (
    rf"(?:{_WORD}\s+)*(?:(?:struct|union|enum)\s+\w+|{_WORD}|{_NO_TYPE}[A-Za-z_]\w*)"
    r"(?:\s+(?:const|volatile|int|char)\b)*"
)
_NAME = r"[A-Za-z_]\w*\s*(?:\[[^\[\]]*\]\s*)*"
_LIST = re.compile(
    rf"(?:^|(?<=[;{{}}]))(?P<space>\s*)(?P<kind>{_KIND})"
    rf"(?P<names>(?:\s*\*[\s*]*|\s+){_NAME}(?:,[\s*]*{_NAME})+);"
)


def separated(lines: Sequence[PlusLine]) -> Iterator[PlusLine]:
    """Give plus lines with each declaration of several names parted into declarations of one."""
    for line in lines:
        text, count = _LIST.subn(_parted, line.text)
        parts = text.split("\n") if count else [text]
        yield from (replace(line, text=part) for part in parts)


def _parted(match: re.Match[str]) -> str:
    names = [name.strip() for name in match["names"].split(",")]
    alone = not match.string[: match.start()].strip() and not match.string[match.end() :].strip()
    gap = "\n" + match["space"] if alone else " "
    return match["space"] + gap.join(f"{match['kind']} {name};" for name in names)


def apart(terms: Iterable[Term], renew: Callable[..., Token]) -> Iterator[Term]:
    """Part declarations of several names that are removed; ``renew`` makes a token like another one."""
    for term in terms:
        names = [c for c in term.children if c.role == "declarator"] if isinstance(term, Inner) else []
        if isinstance(term, Inner) and term.kind == "declaration" and _is_parted(term, names):
            yield from _single(term, names, renew)
        else:
            yield term


def _is_parted(term: Inner, names: list[Term]) -> bool:
    plain = all(isinstance(part, Leaf | Meta | Inner) for part in walk(term))
    valued = any(isinstance(n, Inner) and n.kind == "init_declarator" for n in names)
    return len(names) > 1 and plain and not valued and all(t.removed for t in tokens_of(term))


def _single(term: Inner, names: list[Term], renew: Callable[..., Token]) -> Iterator[Inner]:
    """The declarations of one name each; a comma is the end of the one before it."""
    commas = [c for c in term.children if isinstance(c, Leaf) and c.token.text == ","]
    ends = [Leaf(";", "", renew(c.token, id=c.token.id, text=";")) for c in commas]
    last = [c for c in term.children if isinstance(c, Leaf) and c.token.text == ";"]
    shared = [c for c in term.children if c not in (*names, *commas, *last)]
    for number, (name, end) in enumerate(zip(names, [*ends, *last], strict=True)):
        words = [_renewed(word, renew) for word in shared] if number else shared
        yield replace(term, children=(*words, name, end))


def _renewed(term: Term, renew: Callable[..., Token]) -> Term:
    if isinstance(term, Leaf | Meta):
        return replace(term, token=renew(term.token))
    assert isinstance(term, Inner)
    return replace(term, children=tuple(_renewed(c, renew) for c in term.children))
