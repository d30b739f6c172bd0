# SPDX-License-Identifier: GPL-2.0-or-later
"""String constants by their conversions: ``"...%d..."``, ``"x %@f@"``, ``"x %@fs@"``.

``%@f@`` stands for one conversion and binds it without its ``%`` (``2x``, ``s``); ``%@fs@`` for text with at
least one conversion in it; ``...`` for any text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.match.constraint import admits
from rewriter.match.environment import Code, Environment
from rewriter.match.witness import Alignment
from rewriter.smpl.term import Inner, Leaf, Meta
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher

_CONVERSION = r"[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?(?:hh?|ll?|[LqjzZt])?[a-zA-Z]"
_ANY = rf"(?:[^%]|%%|%{_CONVERSION})*?"
_PART = re.compile(r"%@(\w+)@|(\.\.\.)")


def formatted(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Match a string of the pattern on a string constant, part by part."""
    text = term.children[0]
    assert isinstance(text, Leaf)
    metas = {part.name: part for part in term.children if isinstance(part, Meta)}
    if node.kind != "string_literal":
        return []
    found = re.fullmatch(
        _pattern(text.token.text, metas), matcher.context.source.decode(node.span), re.DOTALL
    )
    if found is None:
        return []
    for name in metas:
        value = found[name]
        code = Code(value, value.encode("utf-8", "surrogateescape"), "format")
        bound = _counted(matcher, name, value, env.bind(name, code))
        if bound is None or not admits(matcher.context, name, code, node, bound):
            return []
        env = bound
    return matcher.place(text.token.id, node, env, done)


def _counted(matcher: TermMatcher, name: str, value: str, env: Environment | None) -> Environment | None:
    """Check or bind the length of a format list: the number of its conversions."""
    length = matcher.context.metavariables[name].length
    if env is None or not length:
        return env
    count = str(len(re.findall(f"%{_CONVERSION}", value.replace("%%", ""))))
    if length.isdigit():
        return env if length == count else None
    return env.bind(length, Code(count, count.encode()))


def _pattern(text: str, metas: dict[str, Meta]) -> str:
    parts, at = [], 0
    seen: set[str] = set()
    for match in _PART.finditer(text):
        parts.append(re.escape(text[at : match.start()]))
        at = match.end()
        name = match[1]
        if name is None:
            parts.append(_ANY)
        elif name in seen:
            parts.append(f"{'' if metas[name].sort == 'format list' else '%'}(?P={name})")
        elif metas[name].sort == "format list":
            parts.append(rf"(?P<{name}>{_ANY}%{_CONVERSION}{_ANY})")
        else:
            parts.append(rf"%(?P<{name}>{_CONVERSION})")
        seen.add(name or "")
    return "".join([*parts, re.escape(text[at:])])
