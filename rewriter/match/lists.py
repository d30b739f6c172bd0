# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists whose order or length does not count: ``FLAG | ...`` and designated initialisers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rewriter.match.elements import replaced
from rewriter.match.environment import Environment
from rewriter.match.pattern import operands_of, operator_of
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.term import Anchored, Choice, Dots, Inner, Leaf, Term, tokens_of
from rewriter.source.arms import exclude_each_other
from rewriter.syntax.tree import Node

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher
    from rewriter.smpl.lexer import Token

_COMMUTATIVE = frozenset({"|", "&", "+", "*", "&&", "||", "^"})


@lru_cache(maxsize=4096)
def has_dots(term: Inner, disabled: frozenset[str] = frozenset()) -> bool:
    """Tell whether a binary expression of the pattern has dots that stand for any other operands.

    Where they or the operator are minus code, all of it has to be. With comm_assoc ``disabled``, and beside
    a metavariable for the operator, they stand for one operand.
    """
    if "comm_assoc" in disabled or not operator_of(term):
        return False
    dots = [operand for operand in operands_of(term) if isinstance(operand, Dots)]
    marks = [t.removed for t in tokens_of(term)]
    own = [t.removed for part in _levels(term) for t in _marks(part)]
    return bool(dots) and (all(marks) or not any((*own, *(d.token.removed for d in dots))))


def _chain(node: Node, operator: str) -> list[Node]:
    """The chains of one operator in the code that begin where ``node`` does, the longest last."""
    found: list[Node] = [node]
    while node.kind == "binary_expression":
        mark = node.child("operator")
        left, right = node.child("left"), node.child("right")
        if mark is None or mark.text != operator or left is None or right is None:
            break
        node = left
        found.append(node)
    return found[::-1]


def _levels(term: Inner) -> list[Inner]:
    """The binary expressions of a chain in the pattern that have its dots in them, the innermost first."""
    left = term.child("left")
    nested = isinstance(left, Inner) and left.kind == "binary_expression"
    if isinstance(left, Inner) and nested and operator_of(left) == operator_of(term):
        inside = any(isinstance(operand, Dots) for operand in operands_of(left))
        return [*_levels(left), term] if inside else [term]
    return [term]


def _marks(binary: Inner) -> list[Token]:
    """The operator between the two operands."""
    return [c.token for c in binary.children if isinstance(c, Leaf) and c.token.text == operator_of(binary)]


def _units(term: Inner) -> list[Term]:
    """The operands of a chain with dots in the pattern: ``A | B``, dots and ``C`` of ``A | B | ... | C``."""
    levels = _levels(term)
    sides = [levels[0].child("left"), *(level.child("right") for level in levels)]
    return [side for side in sides if side is not None]


def _is_chain(term: Term, operator: str) -> bool:
    match term:
        case Inner(kind="binary_expression"):
            return operator_of(term) == operator
        case Choice(branches=branches):
            return any(_is_chain(one, operator) for branch in branches for one in branch.terms)
        case Anchored(term=inner):
            return _is_chain(inner, operator)
        case _:
            return False


def operator_dots(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """``A | ...``: a chain with A for one operand in any place, or A alone (comm_assoc).

    ``A | ... | B`` wants B last, and A before it. ``A || ...`` finds A alone only where it is tested for
    truth, and ``... || A`` wants something before A. For ``A | B | ...`` the chain begins with ``A | B``.
    """
    operator = operator_of(term)
    operands = _units(term)
    wanted = [t for t in operands if not isinstance(t, Dots)]
    chains = _chain(node, operator)
    chain = [chains[0], *(longer.children[-1] for longer in chains[1:])]
    if operator not in _COMMUTATIVE or (len(wanted) > 1 and len(chain) < len(wanted)):
        return []
    untested = operator in ("&&", "||") and not matcher.context.is_tested(node)
    first = int(operator in ("&&", "||") and isinstance(operands[0], Dots))
    ways: list[tuple[tuple[int, ...], Environment, Alignment]] = [((), env, done)]
    for asked in wanted:
        ends = asked is operands[-1]
        among = chains if _is_chain(asked, operator) else chain
        ways = [
            ((*taken, i), e, a)
            for taken, old, alignment in ways
            for i in range(taken[-1] + 1 if taken else first, len(chain))
            if not ends or len(wanted) == 1 or i == len(chain) - 1
            if not (untested and among[i] is node)
            for e, a in matcher.match(asked, among[i], old, alignment)
        ]
    gone = next((t.token for t in operands if isinstance(t, Dots) and t.token.removed), None)
    if gone is None:
        return [(e, a) for _, e, a in ways]
    whole = chains if _is_chain(wanted[0], operator) else chain
    first_ways = {e.items(): (taken, e, a) for taken, e, a in reversed(ways)}  # all of it goes in any of them
    return [
        (e, _others(gone.id, [whole[taken[0]], *(chain[i] for i in taken[1:])], node, a))
        for taken, e, a in reversed(first_ways.values())
    ]


def _others(dots: int, taken: list[Node], node: Node, done: Alignment) -> Alignment:
    """Tie removed dots to all of a chain but the operands that are asked for, or to no code at its end."""
    starts = [node.start, *(operand.end for operand in taken)]
    ends = [*(operand.start for operand in taken), node.end]
    others = [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    for start, end in others or [(node.end, node.end)]:
        done = (Aligned(dots, start, end), done)
    return done


def is_designated(term: Inner) -> bool:
    """Tell whether an initialiser of the pattern is empty or names what it initialises."""
    elements = _elements(term.children)
    if not elements:
        return not any(isinstance(c, Dots) for c in term.children)
    return any(isinstance(e, Inner) and e.kind == "initializer_pair" for e in elements)


def _elements(children: tuple[Term, ...]) -> list[Term]:
    return [
        c for c in children if not (isinstance(c, Leaf) and c.token.text in "{},") and not isinstance(c, Dots)
    ]


def designated(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Designated initialisers match in any order, and there may be more of them in the code."""
    own = [n for n in node.children if n.kind not in ("{", "}", ",", "comment")]
    elements = _elements(term.children)
    if not elements and own and not any(n.kind == "initializer_pair" for n in own):
        return []
    ways: list[tuple[Environment, Alignment, tuple[Node, ...]]] = []  # with the elements that are taken
    for e, a in matcher.match(term.children[0], node.children[0], env, done):
        ways += [(*end, ()) for end in matcher.match(term.children[-1], node.children[-1], e, a)]
    last_brace = term.children[-1]
    if isinstance(last_brace, Leaf) and last_brace.token.removed:  # all in the braces goes with them
        rest = Aligned(last_brace.token.id, node.children[0].end, node.end)
        ways = [(e, (rest, a), taken) for e, a, taken in ways]
    commas = {term.children[i]: term.children[i + 1] for i in range(len(term.children) - 1)}
    behind = {n.start: node.children[i + 1] for i, n in enumerate(node.children[:-1])}
    for element in elements:
        bare = not _is_comma(commas.get(element))
        goes = replaced(matcher, element) if bare else None
        ways = [
            (bound, comma, (*taken, place))
            for place in own
            for e, alignment, taken in ways
            if not any(_excludes(matcher, other, place) for other in taken)
            for bound, aligned in matcher.match(
                element, place, e, _with_last_comma(place, node, goes, alignment)
            )
            for comma in _comma(
                matcher, commas.get(element), behind.get(place.start), place.end, bound, aligned
            )
        ]
    for i, dots in enumerate(term.children):
        if isinstance(dots, Dots) and i + 2 == len(term.children) - 1 and own:  # { ..., }
            last = behind.get(own[-1].start)
            ways = [
                (e, c, taken)
                for e, a, taken in ways
                for c in _comma(matcher, term.children[i + 1], last, own[-1].end, e, a)
            ]
    return [(e, a) for e, a, _ in ways]


def _excludes(matcher: TermMatcher, one: Node, other: Node) -> bool:
    """Tell whether two elements are one, or stand in different arms of one ``#if``."""
    first, second = sorted((one, other), key=lambda n: n.start)
    return one is other or exclude_each_other(matcher.context.source.text, first.end, second.start)


def _with_last_comma(element: Node, node: Node, goes: int | None, done: Alignment) -> Alignment:
    """Let a last comma go with the element before it, whose token is ``goes``."""
    if goes is None or node.children[-2].kind != "," or node.children[-3] is not element:
        return done
    return (Aligned(goes, node.children[-2].start, node.children[-2].end), done)


def _is_comma(term: Term | None) -> bool:
    return isinstance(term, Leaf) and term.token.text == ","


def _comma(
    matcher: TermMatcher, comma: Term | None, found: Node | None, end: int, env: Environment, done: Alignment
) -> list[Alignment]:
    """Tie the comma behind an element to the code's, or to the element's end where the code has none."""
    if not isinstance(comma, Leaf) or not _is_comma(comma):
        return [done]
    if found is not None and found.kind == ",":
        return [a for _, a in matcher.match(comma, found, env, done)]
    return [(Aligned(comma.token.id, end, end), done)]
