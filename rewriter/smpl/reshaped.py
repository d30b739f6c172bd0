# SPDX-License-Identifier: GPL-2.0-or-later
"""Statements that a rule makes others of in place: ``- if (x)`` above ``S``, ``+ return`` before ``f();``.

A part of such a statement stays, but not all of its own words and brackets do, or it becomes one of another
kind. The reference does not look at what it becomes: where it is an arm without braces, it gets some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rewriter.smpl.lexer import Plus, Token
from rewriter.smpl.term import Anchored, Choice, Inner, Leaf, Nest, Sequence, Term, own_tokens

_HEADS = ("condition", "arguments", "alternative")  # in brackets, or behind a word, of their statement
_BLOCKS = frozenset({"compound_statement", "case_statement"})
_ARMS = ("consequence", "alternative", "body")
_KEYWORDS = ("if", "while", "for", "do", "switch", "return", "goto", "break", "continue")
_KINDS = frozenset(f"{kind}_statement" for kind in (*_KEYWORDS, "iterator", "expression"))
_WORDS = frozenset((*_KEYWORDS, "else", "(", ")", ";"))
#: What makes a declaration or a ``return`` of the expression that follows it.
_LEADS = re.compile(r"(?:return\b|(?!sizeof\b)\w+(?:[\s*]+\w+)*[\s*]*\Z)")
#: What does so in the place of what goes before it.
_LEADS_INSTEAD = re.compile(r"(?:return\b|\w+(?:\s+\w+)+\Z|\w+(?:[\s*]+\w+)+\s*=\Z)")


def reshaped(code: Sequence, before: Plus, after: Plus) -> frozenset[int]:
    """Give the tokens that tell where such statements stand: of expressions the ``;``, of others the first.

    ``before`` and ``after`` are the plus code tied to tokens. Arms of the pattern are none of them.
    """
    if code.level not in ("statements", "toplevel"):
        return frozenset()
    listed = (statement for term in code.terms for statement in _listed(term))
    return frozenset(
        _telling(term).id for term in listed if is_reshaped(term, before, after) or _becomes_if(term, after)
    )


def is_reshaped(term: Term, before: Plus, after: Plus) -> bool:
    """Tell whether a rule makes another statement of one, of which it leaves a part."""
    term = _plain(term)
    if not isinstance(term, Inner) or term.kind not in _KINDS:
        return False
    every = own_tokens(term)
    if not every or all(token.removed for token in every):
        return False
    if any(token.removed for token in _own(term)) or _arm_is_ousted(term, before, after):
        return True
    if term.kind == "return_statement":
        value = every[1:-1]
        tied = any(t.id in table for t in every for table in (before, after))
        return bool(value) and all(t.removed for t in value) and not tied
    if term.kind != "expression_statement":
        return False
    kept = next(i for i, token in enumerate(every) if not token.removed)
    behind_removed = after.get(every[kept - 1].id, ()) if kept else ()
    lead, instead = (
        " ".join(x.text for x in lines).strip() for lines in (before.get(every[0].id, ()), behind_removed)
    )
    return _LEADS.match(lead) is not None or _LEADS_INSTEAD.match(instead) is not None


def _becomes_if(term: Inner, after: Plus) -> bool:
    """Tell whether an ``if`` without ``else`` takes the place of a statement that goes as a whole."""
    every = own_tokens(term)
    if term.kind not in _KINDS or not every or not all(token.removed for token in every):
        return False
    text = " ".join(line.text for line in after.get(every[-1].id, ())).strip()
    return re.match(r"if\b", text) is not None and re.search(r"\belse\b", text) is None


def _arm_is_ousted(term: Inner, before: Plus, after: Plus) -> bool:
    """Tell whether a statement is added behind a head, whose arm it becomes: the arm stands below it then."""
    for head, arm in pairwise(term.children):
        if isinstance(arm, Inner) and arm.kind == "else_clause":
            if _arm_is_ousted(arm, before, after):
                return True
        elif (arm.role in _ARMS or term.kind == "else_clause") and own_tokens(head) and own_tokens(arm):
            added = (*after.get(own_tokens(head)[-1].id, ()), *before.get(own_tokens(arm)[0].id, ()))
            text = " ".join(line.text for line in added).strip()
            if text[-1:] in (";", "}") and text.count("{") == text.count("}"):
                return True
    return False


def _plain(term: Term) -> Term:
    while isinstance(term, Anchored):
        term = term.term
    return term


def _telling(term: Term) -> Token:
    term = _plain(term)
    own = own_tokens(term)
    return own[-1 if isinstance(term, Inner) and term.kind == "expression_statement" else 0]


def _own(term: Inner) -> Iterator[Token]:
    """Walk the words and brackets of a statement, without those of what it consists of."""
    for child in term.children:
        if isinstance(child, Leaf):
            if child.token.text in _WORDS:
                yield child.token
        elif isinstance(child, Inner) and child.role in _HEADS:
            yield from (c.token for c in (child.children[0], child.children[-1]) if isinstance(c, Leaf))


def _listed(term: Term, is_arm: bool = False) -> Iterator[Inner]:
    """Walk the statements in a term that stand in lists, as arms of the pattern do not."""
    match _plain(term):
        case Choice(branches=branches):
            yield from (s for branch in branches for t in branch.terms for s in _listed(t, is_arm))
        case Nest(body=body):
            yield from (s for t in body.terms for s in _listed(t))
        case Inner(kind=kind, children=children) as inner:
            if not is_arm:
                yield inner
            for child in children:
                if kind in _BLOCKS:
                    yield from _listed(child)
                elif kind == "else_clause" or child.role in _ARMS:
                    yield from _listed(child, is_arm=kind != "function_definition")
        case _:
            pass
