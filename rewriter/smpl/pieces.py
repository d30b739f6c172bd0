# SPDX-License-Identifier: GPL-2.0-or-later
"""Small questions about the nodes of parsed pattern code and the terms they become."""

from __future__ import annotations

from dataclasses import replace

from rewriter.smpl.lexer import Token
from rewriter.smpl.term import Choice, Meta, Sequence, Term
from rewriter.syntax.tree import Node


def sort_of(kind: str) -> str:
    """Give the sort of code that a stand-in of this kind stands for."""
    if kind == "field_declaration":
        return "field"
    return "statements" if kind in ("expression_statement", "declaration") else "expression"


def is_any_type(term: Term) -> bool:
    """Tell whether a term is all of a type: a metavariable or a disjunction."""
    return isinstance(term, Choice) or (isinstance(term, Meta) and term.sort != "typedef")


def is_parameter(term: Term) -> bool:
    """Tell whether a term is a metavariable for parameters."""
    return isinstance(term, Meta) and term.sort.startswith("parameter")


def both(term: Term, meta: Meta) -> Choice:
    """``term`` and ``meta`` at once."""
    level = "statements" if meta.sort == "statement" else "expression"
    branches = (Sequence((replace(term, role=""),), level), Sequence((meta,), level))
    return Choice(term.role, branches, True, meta.token)


def unwritten(node: Node) -> Token:
    """A token for text that was only added; no source text is ever tied to it."""
    return Token(-1, "op", node.text, "context", 0, 0)
