# SPDX-License-Identifier: GPL-2.0-or-later
"""String constants by their conversions: ``"...%d..."``, ``"x %@f@"``, ``"x %@fs@"``.

A string is matched by its pieces: conversions and the texts between them. ``%@f@`` stands for one conversion
and binds it without its ``%`` (``2x``, ``s``); ``%@fs@`` and ``...`` stand for any number of pieces. A string
without a conversion is none of these. Every way in which they match counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rewriter.match.constraint import admits, counted
from rewriter.match.environment import Code, Environment
from rewriter.match.witness import Alignment
from rewriter.smpl.term import Inner, Leaf, Meta
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher

_CONVERSION = r"[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh?|ll?|[LqjzZt])?[a-zA-Z]"
_PIECE = re.compile(rf"%%|(%{_CONVERSION})")
_PART = re.compile(r"%@(\w+)@|(\.\.\.)")
_STRING = re.compile(r'(\w*)"(.*)"', re.DOTALL)

Piece = tuple[str, str]  # "text", "conversion", "metavariable" or "dots", and what it says


def formatted(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Match a string of the pattern on a string constant, part by part."""
    text = term.children[0]
    assert isinstance(text, Leaf)
    metas = {part.name: part for part in term.children if isinstance(part, Meta)}
    if node.kind != "string_literal":
        return []
    asked = _STRING.fullmatch(text.token.text)
    given = _STRING.fullmatch(matcher.context.source.decode(node.span))
    if asked is None or given is None or asked[1] != given[1]:
        return []
    pieces = list(_pieces(given[2]))
    if all(kind == "text" for kind, _ in pieces):
        return []
    ways = _ways(matcher, list(_parts(asked[2])), pieces, metas, node, env)
    return [found for e in ways for found in matcher.place(text.token.id, node, e, done)]


def _pieces(text: str) -> Iterator[Piece]:
    """Cut a string into conversions and the texts between them."""
    at = 0
    for match in _PIECE.finditer(text):
        if match[1] is None:
            continue
        if at < match.start():
            yield "text", text[at : match.start()]
        yield "conversion", match[1]
        at = match.end()
    if at < len(text):
        yield "text", text[at:]


def _parts(text: str) -> Iterator[Piece]:
    """Cut a string of a pattern into pieces, metavariables and dots."""
    at = 0
    for match in _PART.finditer(text):
        yield from _pieces(text[at : match.start()])
        yield ("dots", "") if match[1] is None else ("metavariable", match[1])
        at = match.end()
    yield from _pieces(text[at:])


def _ways(
    matcher: TermMatcher,
    parts: list[Piece],
    pieces: list[Piece],
    metas: dict[str, Meta],
    node: Node,
    env: Environment,
) -> Iterator[Environment]:
    """Give every way in which the parts of a pattern stand for all pieces of a string."""
    if not parts:
        if not pieces:
            yield env
        return
    kind, name = parts[0]
    if kind in ("text", "conversion"):
        taken = [1] if pieces[:1] == parts[:1] else []
    elif kind == "dots" or metas[name].sort == "format list":
        taken = list(range(len(pieces) + 1))
    else:
        taken = [1] if pieces and pieces[0][0] == "conversion" else []
    for count in taken:
        value = "".join(text for _, text in pieces[:count])
        bound: Environment | None = env
        if kind == "metavariable":
            bound = _bound(matcher, metas[name], value, node, env)
        if bound is not None:
            yield from _ways(matcher, parts[1:], pieces[count:], metas, node, bound)


def _bound(matcher: TermMatcher, meta: Meta, value: str, node: Node, env: Environment) -> Environment | None:
    """Bind a metavariable to a piece of a string; None where it may not stand for it."""
    value = value if meta.sort == "format list" else value.removeprefix("%")
    code = Code(value, value.encode("utf-8", "surrogateescape"), "format")
    bound = _counted(matcher, meta.name, value, env.bind(meta.name, code))
    if bound is None or not admits(matcher.context, meta.name, code, node, bound):
        return None
    return bound


def _counted(matcher: TermMatcher, name: str, value: str, env: Environment | None) -> Environment | None:
    """Check or bind the length of a format list: the number of its conversions."""
    length = matcher.context.metavariables[name].length
    if env is None or not length:
        return env
    count = sum(kind == "conversion" for kind, _ in _pieces(value))
    if length.isdigit():
        return env if int(length) == count else None
    return counted(matcher.context, length, count, env)
