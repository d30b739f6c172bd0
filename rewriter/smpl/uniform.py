# SPDX-License-Identifier: GPL-2.0-or-later
"""Which pieces of a pattern an isomorphism may vary: what it takes apart is all removed, or stays.

In ``f(x) == NULL`` the name ``f`` alone may be replaced, and in ``a ? b : c`` any part: only what the
isomorphism itself names has to stay as it is. An operand of ``==`` may not be replaced as a whole, nor be
made part of a larger operand: then nothing of the comparison is left that both sides of the change have.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rewriter.smpl.isomatch import Taken
from rewriter.smpl.lexer import Plus, Token
from rewriter.smpl.term import (
    Anchored,
    Choice,
    Dots,
    Inner,
    Leaf,
    Meta,
    Nest,
    Sequence,
    Term,
    own_tokens,
    tokens_of,
)

#: Operators from the loosest to the tightest; what is no operator separates, as a comma does.
_LEVELS = {
    operator: level
    for level, operators in enumerate(
        ("?", "||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %", "-> . [ ( ++ --"), 1
    )
    for operator in operators.split()
}
_UNARY, _POSTFIX = max(_LEVELS.values()), max(_LEVELS.values()) + 1
_OPERATOR = re.compile(r"->|\+\+|--|<<|>>|&&|\|\||[=!<>]=|[-+*/%&|^<>?.(\[]")
_LAST_OPERATOR = re.compile(rf"(?P<before>.*?)(?P<operator>{_OPERATOR.pattern}|[!~)])\Z", re.DOTALL)


def is_uniform(every: list[Token], taken: Taken, before: Plus, after: Plus) -> bool:
    """Tell whether an isomorphism may take a term apart whose tokens are ``every``."""
    if all(token.removed for token in every):
        return True
    first, last = every[0], every[-1]
    for token in taken.own:
        if token.removed or (token is not first and token.id in before):
            return False
        if token is not last and token.id in after:
            return False
    for name in taken.names:
        if any(t.removed or t.id in before or t.id in after for t in tokens_of(name)):
            return False
    return all(_keeps_operands(operation, before, after) for operation in taken.operations)


def _keeps_operands(operation: Inner, before: Plus, after: Plus) -> bool:
    """Tell whether the operands of an operator are neither replaced as a whole nor made part of others."""
    left, right = (own_tokens(operand) for operand in (operation.children[0], operation.children[-1]))
    if not left or not right or any(all(t.removed for t in operand) for operand in (left, right)):
        return False
    inside = left[-1].id in after or right[0].id in before
    outside = is_tight(operation, left[0], before) or is_tight(operation, right[-1], after)
    return not inside and not outside


def is_tight(term: Term, end: Token, added: Plus) -> bool:
    """Tell whether the plus code at an end of ``term`` takes the operand there, not the term.

    ``added`` is the plus code before tokens or that behind them, with ``end`` the first or the last.
    """
    lines = added.get(end.id)
    if not lines:
        return False
    text = "\n".join(line.text for line in lines).strip()
    leads = next(tokens_of(term)).id == end.id
    if leads and text.endswith(("(", "[", ",")):
        return False  # as in ``BAD(``, which goes around the term
    if leads and _LAST_OPERATOR.match(text):
        return _level_at_end(text) > _level(term)
    found = _OPERATOR.match(text)
    return found is not None and _LEVELS[found.group()] > _level(term)


def _level_at_end(text: str) -> int:
    """Give the level of the operator a text ends with."""
    found = _LAST_OPERATOR.match(text)
    if found is None:
        return 0
    unary = not re.search(r"[\w)\]\"']\s*\Z", found["before"])
    return _UNARY if unary or found["operator"] in "!~)" else _LEVELS[found["operator"]]


def _level(term: Term) -> int:
    match term:
        case Inner(kind="binary_expression", children=(_, Leaf(token=token), _)):
            return _LEVELS.get(token.text, 0)
        case Inner(kind="conditional_expression"):
            return _LEVELS["?"]
        case Inner(kind="assignment_expression"):
            return 0
        case Inner(kind="unary_expression" | "cast_expression" | "pointer_expression" | "sizeof_expression"):
            return _UNARY - 1
        case _:
            return _POSTFIX


def has_changes(term: Term, before: Plus, after: Plus) -> bool:
    """Tell whether a rule changes something in a term."""
    return any(t.removed or t.id in before or t.id in after for t in tokens_of(term))


def is_pure(part: Term, every: list[Token], before: Plus, after: Plus) -> bool:
    """Tell whether a part of a term with the tokens ``every`` is a metavariable that is not changed alone."""
    if not isinstance(part, Meta):
        return False
    return all(t.removed for t in every) or not has_changes(part, before, after)


def copied(term: Term, tokens: dict[int, Token], before: Plus, after: Plus) -> Term:
    """Give a term once more, with tokens of its own that change as the first ones do."""
    match term:
        case Leaf(token=token) | Meta(token=token):
            new = replace(token, id=max(tokens) + 1)
            tokens[new.id] = new
            for table in (before, after):
                if token.id in table:
                    table[new.id] = table[token.id]
            return replace(term, token=new)
        case Inner(children=children):
            return replace(term, children=tuple(copied(c, tokens, before, after) for c in children))
        case _:
            return term


def renamed(term: Term, ends: set[int], tokens: dict[int, Token]) -> Term:
    """Give the tokens of a term whose plus code its new ends take other ids."""

    def inside(code: Sequence) -> Sequence:
        return replace(code, terms=tuple(renamed(t, ends, tokens) for t in code.terms))

    match term:
        case Leaf(token=token) | Meta(token=token) | Dots(token=token) if token.id in ends:
            new = replace(token, id=max(tokens) + 1)
            tokens[new.id] = new
            return replace(term, token=new)
        case Inner(children=children):
            return replace(term, children=tuple(renamed(c, ends, tokens) for c in children))
        case Anchored(term=inner):
            return replace(term, term=renamed(inner, ends, tokens))
        case Choice(branches=branches):
            return replace(term, branches=tuple(map(inside, branches)))
        case Nest(body=body):
            return replace(term, body=inside(body))
        case _:
            return term
