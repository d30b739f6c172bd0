# SPDX-License-Identifier: GPL-2.0-or-later
"""The isomorphisms decl_init: ``T x;`` in a pattern also finds ``T x = e;``, if ``x`` is a metavariable."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from rewriter.smpl.lexer import PlusLine, Token
from rewriter.smpl.term import Dots, Inner, Leaf, Meta, Term

_IMPLIED = "implied"  # the role of a ``=`` that nobody wrote
_STORAGE = re.compile(r"\b(?:static|extern|auto|register)\b")
_NAMES = {"": "decl_init", "static": "static_decl_init", "extern": "extern_decl_init"}


def valueless(term: Inner, tied: Collection[int]) -> str:
    """Give the isomorphism by which a declaration of a pattern also stands for one with a value, "" for none.

    It may be one that the isomorphism has given a value. ``tied`` are the tokens plus code is tied to.
    """
    if term.kind != "declaration":
        return ""
    declarators = [c for c in term.children if c.role == "declarator"]
    storage = [_word(c) for c in term.children if isinstance(c, Inner) and c.kind.startswith("storage")]
    end = term.children[-1]
    if len(declarators) != 1 or any(word.removed for word in storage):
        return ""
    inner: Term | None = declarators[0]
    if isinstance(inner, Inner) and inner.kind == "init_declarator" and inner.children[1].role == _IMPLIED:
        inner = inner.children[0]
    while isinstance(inner, Inner) and inner.kind != "init_declarator":
        if inner.kind == "function_declarator" and not _is_pointer(inner):
            return ""
        inner = next((c for c in inner.children if c.role == "declarator" or _names(c)), None)
    if not isinstance(inner, Meta) or inner.sort != "identifier" or not isinstance(end, Leaf):
        return ""
    if inner.token.removed or inner.token.attached or inner.token.id in tied or end.token.removed:
        return ""
    return _NAMES.get(" ".join(word.text for word in storage), "")


def _is_pointer(function: Inner) -> bool:
    """Tell whether a declarator with parameters is one of a pointer to a function."""
    named = function.child("declarator")
    return isinstance(named, Inner) and named.kind == "parenthesized_declarator"


def _names(part: Term) -> bool:
    """Tell whether a part of a declarator is the one with the name in it, between parentheses."""
    return isinstance(part, Inner) and part.kind.endswith("declarator")


def makes_storage(lines: Iterable[PlusLine]) -> bool:
    """Tell whether plus code adds a word of storage to a declaration; one with a value is not meant then.

    A declaration of its own among the plus code adds none.
    """
    text = "\n".join(line.text for line in lines).strip()
    return _STORAGE.search(text) is not None and not text.endswith((";", "}"))


def with_value(term: Inner, fresh: Callable[[str, str], Token]) -> Inner:
    """Give a declaration with any initial value; ``fresh`` makes a token of a kind and a text."""
    declarator = next(c for c in term.children if c.role == "declarator")
    value = Dots("value", fresh("dots", "..."))
    if isinstance(declarator, Inner) and declarator.kind == "init_declarator":
        return term
    made = Inner("init_declarator", "declarator", (declarator, Leaf("=", _IMPLIED, fresh("op", "=")), value))
    return replace(term, children=tuple(made if c is declarator else c for c in term.children))


def _word(term: Inner) -> Token:
    first = term.children[0]
    assert isinstance(first, Leaf)
    return first.token
