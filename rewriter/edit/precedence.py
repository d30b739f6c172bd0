# SPDX-License-Identifier: GPL-2.0-or-later
"""Where code that is put into other code needs parentheses to stay one operand.

``!E`` with ``a && b`` for ``E`` is ``!(a && b)``; ``a + b`` that takes the place of ``g(x)`` in
``g(x) * 2`` makes it ``(a + b) * 2``. In plus code a cast behind ``!``, a product behind ``+`` and one
before ``*`` have them as well: ``!((int)x)``, ``1 + (a * b)``.
"""

from __future__ import annotations

from rewriter.source.tokens import Tokens, tokenize
from rewriter.syntax.tree import Node

COMMA, ASSIGNMENT, CONDITIONAL, CAST, UNARY, POSTFIX = 0, 1, 2, 13, 14, 15

_BINARY = {
    operator: level
    for level, operators in enumerate(
        ("||", "&&", "|", "^", "&", "== !=", "< > <= >=", "<< >>", "+ -", "* / %"), CONDITIONAL + 1
    )
    for operator in operators.encode().split()
}
_ASSIGNMENTS = frozenset(b"= += -= *= /= %= <<= >>= &= ^= |=".split())
_PREFIXES = frozenset(b"! ~ + - * & ++ --".split())
_POSTFIXES = frozenset(b"-> . [ ( ++ --".split())
_STATEMENT_WORDS = frozenset(b"return case else do goto".split())
_HEADS = frozenset(b"if while switch for".split())


def level_of(text: bytes) -> int:
    """Give the level of an expression's loosest operator outside brackets."""
    tokens = tokenize(text, 0, len(text))
    level, i, operand = POSTFIX, 0, False
    while i < len(tokens):
        word = tokens.text[i]
        if not operand and tokens.mate[i] > i and word == b"(" and _is_cast(tokens, i):
            level, i = min(level, CAST), tokens.mate[i] + 1
        elif not operand and (word in _PREFIXES or word == b"sizeof"):
            level, i = min(level, UNARY), i + 1
        elif operand and word in _BINARY:
            level, i, operand = min(level, _BINARY[word]), i + 1, False
        elif operand and word == b"?":
            level, i, operand = min(level, CONDITIONAL), i + 1, False
        elif word == b":" or word in _ASSIGNMENTS:
            level, i, operand = min(level, CONDITIONAL if word == b":" else ASSIGNMENT), i + 1, False
        elif word == b",":
            return COMMA
        else:
            operand = True
            i = max(i, tokens.mate[i]) + 1
    return level


def _is_cast(tokens: Tokens, at: int) -> bool:
    """Tell whether an operand follows the brackets at ``at``, which stand where an operand is due."""
    behind = tokens.mate[at] + 1
    if behind >= len(tokens):
        return False
    return tokens.kind[behind] in "wnsc" or tokens.at(behind) in (b"(", b"!", b"~", b"{")


def level_between(before: bytes, after: bytes) -> int:
    """Give the least level an expression may have between two pieces of code of the same line."""
    return max(_level_behind(before), _level_before(after))


def _level_behind(text: bytes) -> int:
    tokens = tokenize(text, 0, len(text))
    last = len(tokens) - 1
    word = tokens.at(last)
    if word in _PREFIXES and not (last and _ends_operand(tokens, last - 1)):
        return UNARY
    if word == b"sizeof":
        return UNARY
    if (word == b")" and not _is_header(tokens, last)) or word in (b"+", b"-"):
        return CAST
    if word in _BINARY:
        return _BINARY[word] + (word not in (b"&&", b"||"))
    if word == b":":
        return CONDITIONAL if b"?" in tokens.text else COMMA
    if word == b"(" and last and (tokens.text[last - 1] in _HEADS or not _ends_operand(tokens, last - 1)):
        return COMMA
    return ASSIGNMENT if word in _ASSIGNMENTS or word in (b",", b"(") else COMMA


def _ends_operand(tokens: Tokens, at: int) -> bool:
    word = tokens.text[at]
    return (tokens.kind[at] in "wnsc" and word not in _STATEMENT_WORDS) or word in (b")", b"]", b"++", b"--")


def _is_header(tokens: Tokens, closing: int) -> bool:
    """Tell whether brackets that end before a statement are those of an ``if`` or a loop."""
    opening = tokens.mate[closing]
    return (
        opening >= 1 and tokens.kind[opening - 1] == "w" and tokens.text[opening - 1] not in _STATEMENT_WORDS
    )


def _level_before(text: bytes) -> int:
    tokens = tokenize(text, 0, len(text))
    word = tokens.at(0)
    if word in _POSTFIXES:
        return POSTFIX
    if word in _ASSIGNMENTS:
        return UNARY
    if word == b"?":
        return CONDITIONAL + 1
    return CAST if word in (b"*", b"/", b"%") else _BINARY.get(word, COMMA)


def fit(text: bytes, before: bytes, after: bytes) -> bytes:
    """Give an expression as it may stand between two pieces of code, in parentheses if need be."""
    glued = before[-1:] in (b"-", b"+", b"&") and text[:1] == before[-1:]
    return b"(" + text + b")" if glued or level_of(text) < level_between(before, after) else text


def level_at(parent: Node, node: Node) -> int:
    """Give the least level of an expression in the place of ``node``, a child of ``parent``."""
    match parent.kind, node.field:
        case "binary_expression", role:
            operator = parent.child("operator")
            own = _BINARY.get(operator.text.encode(), COMMA) if operator is not None else COMMA
            return own + 1 if role == "right" and own > _BINARY[b"&&"] else own
        case (("unary_expression" | "pointer_expression" | "cast_expression" | "sizeof_expression"), _):
            return CAST
        case ("call_expression", "function") | ("field_expression" | "subscript_expression", "argument"):
            return POSTFIX
        case "update_expression", _:
            return UNARY
        case "conditional_expression", "condition":
            return CONDITIONAL + 1
        case "conditional_expression", "alternative":
            return CONDITIONAL
        case "assignment_expression", "left":
            return UNARY
        case ("assignment_expression", "right") | ("init_declarator", "value") | ("argument_list", _):
            return ASSIGNMENT
        case _:
            return COMMA
