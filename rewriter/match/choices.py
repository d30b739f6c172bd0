# SPDX-License-Identifier: GPL-2.0-or-later
"""Disjunctions and conjunctions of steps, and expressions found anywhere in a statement.

A branch gives way where an earlier one matches. It counts beside it if the two bind a metavariable
differently that is needed behind them: of ``( f(E, ...); | f(..., E); ) ... - h(E);`` either may be meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.cfg.graph import Point
from rewriter.match.environment import Bindings, Environment
from rewriter.match.pattern import flat
from rewriter.match.roots import of_kinds
from rewriter.match.solutions import differ
from rewriter.match.step import Pick, Simple
from rewriter.match.term import Found, TermMatcher
from rewriter.match.witness import NOTHING, Witness, join
from rewriter.smpl.term import Choice
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.search import Search


def pick(search: Search, step: Pick, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
    """Give the solutions of a disjunction or a conjunction at ``point``."""
    if step.all_of:
        return _all_of(search, step, point, env)
    found: list[tuple[Bindings, Witness]] = []
    for branch in step.branches:
        if found and not step.shared:
            break
        rivals = [Environment(dict(bindings)) for bindings, _ in found]
        for bindings, witness in search.at(branch, point, env):
            own = Environment(dict(bindings))
            if all(differ(own, rival, step.shared) for rival in rivals):
                found.append((bindings, witness))
    return found


def _all_of(search: Search, step: Pick, point: Point, env: Environment) -> list[tuple[Bindings, Witness]]:
    ways: list[tuple[Environment, Witness]] = [(env, NOTHING)]
    for branch in (*step.branches[1:], step.branches[0]):
        ways = [(e.extend(d), join([w, more])) for e, w in ways for d, more in search.at(branch, point, e)]
    return [(e.since(env), w) for e, w in ways]


def anywhere(step: Simple, nodes: list[Node], matcher: TermMatcher, env: Environment) -> Found:
    """Match an expression, a type or a name at each of the places in what a point evaluates.

    A branch of a disjunction gives way where an earlier one matches around it or further inside, and a type
    that is part of one that matches.
    """
    term = step.term
    manner = matcher.context.manner
    inside = None if manner.nested and step.level != "type" else _is_part
    found: Found = []
    later = step.next.free if step.next is not None else frozenset[str]()
    if not isinstance(term, Choice) or term.all_of:
        around: Node | None = None
        for node in of_kinds(nodes, term):
            if inside is not None and around is not None and inside(node, around):
                continue
            ways = matcher.match(term, node, env)
            found += ways
            around = node if ways else around
        return found
    earlier: list[tuple[Node, Environment]] = []
    for branch in flat(term):
        matched: list[tuple[Node, Environment]] = []
        for node in of_kinds(nodes, branch):
            rivals = _overlapping(earlier, node) if manner.ordered else []
            if rivals and not step.shared:
                continue
            if inside is not None and any(inside(node, place) for place, _ in matched):
                continue
            for e, done in matcher.match(branch, node, env):
                if all(differ(e, r, step.shared) or _binds_more(r, e, later) for r in rivals):
                    found.append((e, done))
                    matched.append((node, e))
        earlier += matched
    return found


def _overlapping(earlier: list[tuple[Node, Environment]], node: Node) -> list[Environment]:
    return [env for place, env in earlier if node.start < place.end and place.start < node.end]


def _binds_more(rival: Environment, env: Environment, later: frozenset[str]) -> bool:
    """Tell whether what comes later may bind a name otherwise than ``rival``, which ``env`` leaves open."""
    return any(name in rival and name not in env for name in later)


def _is_part(inner: Node, outer: Node) -> bool:
    """Tell whether an expression or a type is part of another one."""
    return outer is not inner and outer.start <= inner.start and inner.end <= outer.end
