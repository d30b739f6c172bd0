# SPDX-License-Identifier: GPL-2.0-or-later
"""Slips in pattern code that a C parser lets pass: ``f(x ...)``, dots next to dots, words it left out."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import pairwise

from rewriter.smpl.items import DotsItem, GroupItem, Item, NestItem
from rewriter.smpl.lexer import LineReader, Token
from rewriter.smpl.term import Inner, Sequence, tokens_of, walk_with_whens

_WHOLE = "minus and context lines together must be an expression, statements or a definition"
_OPERANDS = frozenset({"ident", "number", "string", "char"})
#: What stands before ``...`` as before an operand.
_PREFIXES = frozenset({"return", "case", "sizeof", "goto", "else", "do"})


def check_items(items: list[Item], reader: LineReader, operators: Set[str] = frozenset()) -> None:
    """Check where dots stand; ``operators`` are metavariables for such. Raises SemanticPatchError."""
    brackets: list[str] = []
    for i, item in enumerate(items):
        before, after = (items[i - 1] if i else None), (items[i + 1] if i + 1 < len(items) else None)
        if isinstance(item, Token) and item.kind == "op":
            if item.text in "([{":
                brackets.append(item.text)
            elif item.text in ")]}" and brackets:
                brackets.pop()
        if isinstance(item, DotsItem | NestItem) and _are_statements(items, i - 1):
            hint = "'...' alone stands for any code: leave one out, or put code between"
            raise reader.error("dots follow dots", item.token.line, item.token.column, hint)
        if isinstance(item, DotsItem):
            listed = before.text == "," if isinstance(before, Token) else False
            if listed and i > 1 and isinstance(items[i - 2], DotsItem):
                hint = "'...' stands for any number of elements: leave one out"
                raise reader.error("dots follow dots", item.token.line, item.token.column, hint)
            beside = (_is_operand(before, ")]", operators), _is_operand(after, "", operators))
            if brackets and brackets[-1] == "(" and any(beside):
                hint = "write f(x, ...) or x + ..."
                raise reader.error(
                    "a comma or an operator is missing beside '...'",
                    item.token.line,
                    item.token.column,
                    hint,
                )
        for when in item.whens if isinstance(item, DotsItem | NestItem) else ():
            if len(when.items) == 1 and isinstance(when.items[0], DotsItem):
                raise reader.error("'when' lacks its code", when.token.line, when.token.column)
        for inner in _inside(item):
            check_items(inner, reader, operators)
    if items and isinstance(items[0], Token) and items[0].text == "else":
        raise reader.error("'else' without its 'if'", items[0].line, items[0].column)


def _are_statements(items: list[Item], at: int) -> bool:
    """Tell whether there are dots at ``at`` that are no operand, as those in ``x = ...`` are."""
    if at < 0 or not isinstance(items[at], DotsItem | NestItem):
        return False
    before = items[at - 1] if at else None
    return not isinstance(before, Token) or before.text in (";", "{", "}", ")", "else", "do")


def _is_operand(item: Item | None, closing: str, operators: Set[str]) -> bool:
    """Tell whether an item is an operand, or a bracket of ``closing`` that ends one."""
    if not isinstance(item, Token) or item.text in _PREFIXES or item.text in operators:
        return False
    return item.kind in _OPERANDS or (item.kind == "op" and item.text in closing)


def _inside(item: Item) -> Iterator[list[Item]]:
    if isinstance(item, GroupItem):
        yield from item.branches
    elif isinstance(item, NestItem):
        yield item.items
    if isinstance(item, DotsItem | NestItem):
        yield from (when.items for when in item.whens)


def check_complete(items: list[Item], code: Sequence, reader: LineReader) -> None:
    """Check that every token of ``items`` has come into ``code``, and no more than one function.

    Raises SemanticPatchError.
    The C parser goes on behind what it cannot read, and would leave it out of the pattern. Left out on
    purpose are the width of a member without a name and a comma behind the last argument.
    """
    kept = frozenset(_tokens_in(code))
    tokens = list(_written(items))
    texts = ["", *(token.text for token in tokens), ""]
    for term, behind in pairwise(code.terms):
        if isinstance(term, Inner) and term.kind == "function_definition":
            token = next(tokens_of(behind), tokens[-1])  # a brace too many is a statement without tokens
            hint = "write a rule of its own for it"
            raise reader.error("nothing may follow a function in a rule", token.line, token.column, hint)
    for i, token in enumerate(tokens):
        if token.id not in kept and not token.optional:
            if ":" in texts[i : i + 2] or texts[i + 1 : i + 3] == [",", ")"]:
                continue
            message = f"this pattern is no complete piece of C around '{token.text}'"
            raise reader.error(message, token.line, token.column, _WHOLE)


def _written(items: list[Item]) -> Iterator[Token]:
    for item in items:
        if isinstance(item, Token):
            yield item
        for inner in _inside(item):
            yield from _written(inner)


def _tokens_in(code: Sequence) -> Iterator[int]:
    found = (getattr(part, "token", None) for part in walk_with_whens(code))
    return (token.id for token in found if isinstance(token, Token))
