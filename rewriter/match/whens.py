# SPDX-License-Identifier: GPL-2.0-or-later
"""What a ``when`` says of the points that dots pass."""

from __future__ import annotations

import re

from rewriter.cfg.graph import Point
from rewriter.match.choices import anywhere
from rewriter.match.environment import Environment
from rewriter.match.kinds import NAMES, expressions
from rewriter.match.search import Search
from rewriter.match.step import Condition, Simple, Step
from rewriter.syntax.tree import Node, walk

_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def allows(search: Search, condition: Condition, point: Point, env: Environment) -> bool:
    """Tell whether a ``when`` lets dots pass a point."""
    assert condition.step is not None
    match condition.word:
        case "not":
            found = search.holds(condition.step, point, env)
            return not found and not _expands(search, condition.step, point, env)
        case "always":
            return point.artificial or search.holds(condition.step, point, env)
        case "not-true":
            arms = {"then", "in loop"}
        case _:
            arms = {"else", "fallthrough", "loop fall"}
    if point.kind not in arms:
        return True
    tests = (search.graph.points[p] for p in point.predecessors)
    return not any(_is_test(search, condition.step, t, env) for t in tests)


def _is_test(search: Search, step: Step, point: Point, env: Environment) -> bool:
    """Tell whether the condition evaluated at ``point`` is exactly the step's expression."""
    if not isinstance(step, Simple) or point.node is None:
        return False
    tested = point.node.child("condition")
    if tested is not None and tested.kind == "parenthesized_expression":
        tested = tested.children[1]
    return tested is not None and bool(search.matcher.match(step.term, tested, env))


def _expands(search: Search, step: Step, point: Point, env: Environment) -> bool:
    """Tell whether a point is a macro of the function's own that is no statement without what it holds.

    ``TRY(x)`` without a semicolon, defined inside the function, is a part of it, and reads its variables.
    """
    macros = search.matcher.context.macros()
    if not macros or not isinstance(step, Simple) or not step.anywhere or point.node is None:
        return False
    call, *ends = point.node.children or (None,)
    if any(n.start < n.end for n in ends):
        return False
    name = call.child("function") if call is not None and call.kind == "call_expression" else None
    return name is not None and name.text in macros and _holds(search, step, macros[name.text], env)


def _holds(search: Search, step: Simple, macro: Node, env: Environment) -> bool:
    body, parameters = macro.child("value"), macro.child("parameters")
    if body is None:
        return False
    own = {n.text for n in walk(parameters)} if parameters is not None else set[str]()
    if not body.children:  # no C by itself: its words are all that is known
        places = [_name(body.start + m.start(), m[0]) for m in _WORD.finditer(body.text)]
    else:
        places = (
            expressions(body) if step.level == "expression" else [n for n in walk(body) if n.kind in NAMES]
        )
    return bool(anywhere(step, [n for n in places if n.text not in own], search.matcher, env))


def _name(start: int, text: str) -> Node:
    return Node("identifier", start, start + len(text), "", (), text)
