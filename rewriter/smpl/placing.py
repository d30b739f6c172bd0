# SPDX-License-Identifier: GPL-2.0-or-later
"""Plus code that stands inside functions only.

``+ LIST_HEAD(x);`` is a statement, unless ``LIST_HEAD`` is declared a declarer: a rule that adds it beside
``int x;`` speaks of the declarations in functions, for a file cannot hold it elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import Choice, PlusCode, Sequence, tokens_of

_PARTS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[][(){};]|[^][(){};"'/]+|/)""", re.DOTALL
)
_KEYWORD = re.compile(r"(?:if|for|while|do|switch|return|goto|break|continue)\b|\{")
_CALL = re.compile(r"(\w+)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")  # brackets three deep
_EXPRESSION = re.compile(r"[*(+-]|\w+\s*(?:->|\.|\[|\+\+|--|(?:[-+*/%&|^]|<<|>>)?=(?!=))")
_STATEMENTS = ("statement", "statement list")
_DECLARERS = ("declarer", "declarer name")


def in_functions(
    code: Sequence, added: Mapping[int, PlusCode], metavariables: Mapping[str, Metavariable]
) -> bool:
    """Tell whether plus code, by the token it is tied to, adds statements around what a rule finds."""
    ends = _ends(code) if code.level == "statements" else ()
    return any(_holds_statement(added[t], metavariables) for t in ends if t in added)


def _ends(code: Sequence) -> Iterator[int]:
    """Walk the first and last tokens of the terms, of each branch where they are disjunctions."""
    for term in code.terms:
        if isinstance(term, Choice):
            for branch in term.branches:
                yield from _ends(branch)
        else:
            own = [token.id for token in tokens_of(term)]
            yield from (*own[:1], *own[-1:])


def _holds_statement(code: PlusCode, metavariables: Mapping[str, Metavariable]) -> bool:
    text = "\n".join(line.text for line in code.lines if not line.text.lstrip().startswith("#"))
    kinds = {name: m.kind for name, m in metavariables.items()}
    return code.alone and any(_is_statement(part, kinds) for part in _parts(text))


def _is_statement(part: str, kinds: Mapping[str, str]) -> bool:
    if _KEYWORD.match(part) or kinds.get(part) in _STATEMENTS:
        return True
    call = _CALL.fullmatch(part)
    if call is not None:
        return kinds.get(call[1]) not in _DECLARERS
    return _EXPRESSION.match(part) is not None


def _parts(text: str) -> Iterator[str]:
    """Split code into what its semicolons end, those in brackets and braces aside."""
    depth, part = 0, ""
    for found in _PARTS.finditer(text):
        word = found[1] or " "
        depth += (word in "([{") - (word in ")]}")
        if word == ";" and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += word
    if part.strip():
        yield part.strip()
