# SPDX-License-Identifier: GPL-2.0-or-later
"""Directives in pattern code: ``#include <a/...>``, ``#define NAME(x) f(x)``, ``#undef``, ``#pragma``.

A directive is a rule's whole body, or a whole branch of it. Its terms have the form that
`rewriter.syntax.directive` gives directives of the code.
"""

from __future__ import annotations

from collections.abc import Callable

from rewriter.smpl.errors import MatchlessError, SemanticPatchError
from rewriter.smpl.items import DotsItem, GroupItem, Item
from rewriter.smpl.lexer import LineReader, Token
from rewriter.smpl.shape import matching
from rewriter.smpl.term import Dots, Inner, Leaf, Term

#: Makes the term of one item in a role, or of all items of a macro's body.
TermOf = Callable[[Item, str], Term]
BodyOf = Callable[[list[Item]], Term]

_KINDS = {"#include": "preproc_include", "#undef": "preproc_call", "#pragma": "preproc_call"}


def is_directive(items: list[Item]) -> bool:
    """Tell whether the items begin with a directive, or are a group of such."""
    if not items:
        return False
    head = items[0]
    if isinstance(head, GroupItem):
        return len(items) == 1 and all(is_directive(b) for b in head.branches if b) and any(head.branches)
    return isinstance(head, Token) and head.kind == "directive"


def directive(reader: LineReader, items: list[Item], term_of: TermOf, body_of: BodyOf) -> Term:
    """Give the term of a directive. Raises SemanticPatchError."""
    head = items[0]
    assert isinstance(head, Token)
    for item in items[1:]:
        if isinstance(item, Token) and item.kind == "directive":
            raise matchless(reader, item, "a rule speaks of one directive", "write a rule for each")
    if head.text == "#define":
        return _define(reader, head, items[1:], term_of, body_of)
    if head.text not in _KINDS:
        raise _error(reader, head, f"'{head.text}' can only be added, in plus code")
    rest = items[1:]
    if not rest:
        raise _error(reader, head, f"'{head.text}' lacks what it is about")
    for item in rest:
        if isinstance(item, DotsItem) and len(rest) > 1 and head.text != "#pragma":
            raise matchless(reader, item.token, f"'{head.text}' cannot stand among other code of a pattern")
        if head.text == "#include" and not (isinstance(item, Token) and item.kind == "string"):
            item = item if isinstance(item, Token) else item.token
            raise _error(reader, item, "'#include' takes <path>, a quoted path or '...'")
    if len(rest) > 1 and head.text != "#pragma":
        surplus = rest[-1]
        token = surplus if isinstance(surplus, Token) else surplus.token
        raise _error(reader, token, f"'{token.text}' does not belong to the {head.text}")
    kind = "preproc_directive" if _KINDS[head.text] == "preproc_call" else head.text
    children = (Leaf(kind, "", head), *(term_of(item, "argument") for item in rest))
    return Inner(_KINDS[head.text], "", children)


def _define(reader: LineReader, head: Token, rest: list[Item], term_of: TermOf, body_of: BodyOf) -> Inner:
    if not rest or (isinstance(rest[0], Token) and rest[0].kind != "ident"):
        raise _error(reader, head, "'#define' lacks the macro's name")
    name = rest[0]
    children = [Leaf("#define", "", head), term_of(name, "name")]
    kind, at = "preproc_def", 1
    opening = rest[1] if len(rest) > 1 else None
    adjacent = (
        isinstance(name, Token)
        and isinstance(opening, Token)
        and opening.text == "("
        and (opening.line, opening.column) == (name.line, name.column + len(name.text))
    )
    if adjacent:
        kind = "preproc_function_def"
        at = matching(rest, 1) + 1
        parts = tuple(term_of(item, "") for item in rest[1:at])
        children.append(Inner("preproc_params", "parameters", parts))
    if rest[at:]:
        body = body_of(rest[at:])
        if _ends_with(reader, rest[at - 1], rest[at]) and not _is_whole(body):
            body = Inner("macro_code", "value", (body,))
        children.append(body)
    return Inner(kind, "", tuple(children))


def _ends_with(reader: LineReader, last: Item, following: Item) -> bool:
    """Tell whether a ``#define`` ends before the code that follows, which is found anywhere in the body."""
    before, behind = (item if isinstance(item, Token) else item.token for item in (last, following))
    return before.line < behind.line and not reader.lines[before.line - 1].rstrip().endswith("\\")


def _is_whole(body: Term) -> bool:
    return isinstance(body, Dots) or (
        isinstance(body, Inner) and body.kind in ("macro_body", "type_descriptor")
    )


def matchless(reader: LineReader, token: Token, message: str, hint: str = "") -> MatchlessError:
    """Make the error of a rule that speaks of a directive and of other code at once."""
    line = reader.lines[token.line - 1]
    return MatchlessError(message, reader.path, token.line, token.column, line, hint)


def _error(reader: LineReader, token: Token, message: str, hint: str = "") -> SemanticPatchError:
    return reader.error(message, token.line, token.column, hint)
