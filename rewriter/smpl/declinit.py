# SPDX-License-Identifier: GPL-2.0-or-later
"""The isomorphisms decl_init: ``T x;`` in a pattern also finds ``T x = e;``, if ``x`` is a metavariable."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from rewriter.smpl.lexer import CONTEXT, Token
from rewriter.smpl.term import Dots, Inner, Leaf, Meta, Term

_STORAGE = {"decl_init": (), "static_decl_init": ("static",), "extern_decl_init": ("extern",)}


def with_value(
    name: str, term: Inner, tied: Collection[int], fresh: Callable[[str, str], Token]
) -> Inner | None:
    """Give a declaration with any initial value, None where the isomorphism ``name`` does not apply.

    ``tied`` are the tokens plus code is tied to; ``fresh`` makes a token of a kind and a text.
    """
    if term.kind != "declaration":
        return None
    declarators = [c for c in term.children if c.role == "declarator"]
    end = term.children[-1]
    storage = tuple(_word(c) for c in term.children if isinstance(c, Inner) and c.kind.startswith("storage"))
    if len(declarators) != 1 or storage != _STORAGE.get(name):
        return None
    inner: Term | None = declarators[0]
    while isinstance(inner, Inner) and inner.kind == "pointer_declarator":
        inner = inner.child("declarator")
    if not isinstance(inner, Meta) or inner.sort != "identifier" or not isinstance(end, Leaf):
        return None
    if inner.token.mark != CONTEXT or inner.token.attached or inner.token.id in tied or end.token.removed:
        return None
    value = Dots("value", fresh("dots", "..."))
    made = Inner("init_declarator", "declarator", (declarators[0], Leaf("=", "", fresh("op", "=")), value))
    return replace(term, children=tuple(made if c is declarators[0] else c for c in term.children))


def _word(term: Inner) -> str:
    first = term.children[0]
    return first.token.text if isinstance(first, Leaf) else ""
