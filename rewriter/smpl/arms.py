# SPDX-License-Identifier: GPL-2.0-or-later
"""Plus code and the arms of ifs and loops in a pattern.

In ``if (x) S`` and ``+ b();`` the plus code goes behind the whole ``if``. A block ``{ S }`` in a pattern is
also an arm without braces, if that arm stays one statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rewriter.smpl.lexer import CONTEXT, Plus, Token
from rewriter.smpl.reshaped import is_reshaped
from rewriter.smpl.term import (
    Anchored,
    Choice,
    Dots,
    Inner,
    Leaf,
    Nest,
    Sequence,
    Term,
    own_tokens,
    tokens_of,
    walk,
)

_HEADED = frozenset({"if_statement", "while_statement", "for_statement", "iterator_statement"})
_OPEN = re.compile(r"if\b|\w+\s*:")
_ELSE = re.compile(r"\belse\b")
_GOES_ON = re.compile(r"\s*else\b")  # behind a statement in an if
_GOES_ON_AFTER_DO = re.compile(r"\s*(?:else|while)\b")
_NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class EndTies:
    """Ties the plus code behind an arm to the statement the arm belongs to."""

    tokens: dict[int, Token]
    before: Plus
    after: Plus

    def sequence(self, code: Sequence) -> Sequence:
        """Give the code with what is tied to the ends of ifs and loops tied to them as a whole."""
        return Sequence(tuple(self._term(t) for t in code.terms), code.level)

    def _term(self, term: Term) -> Term:
        match term:
            case Inner(kind=kind) if kind in _HEADED:
                own = [t for t in tokens_of(term) if t.id >= 0]
                last = own[-1]
                if last.id not in self.after or last.removed:
                    return self._inner(term)
                first, end = self._made(own[0]), self._made(last)
                self.after[end.id] = self.after.pop(last.id)
                return Anchored(term.role, self._inner(term), first.id, end.id)
            case Inner(kind="initializer_list"):
                self._first_value(term)
                return self._inner(term)
            case Inner():
                return self._inner(term)
            case Choice(branches=branches):
                return replace(term, branches=tuple(self.sequence(b) for b in branches))
            case Nest(body=body):
                return replace(term, body=self.sequence(body))
            case _:
                return term

    def _first_value(self, term: Inner) -> None:
        """What stands before a designated value goes with it: the order of such values does not count."""
        opening, first = term.children[0], term.children[1]
        if isinstance(opening, Leaf) and isinstance(first, Inner) and first.kind == "initializer_pair":
            code = self.after.pop(opening.token.id, None)
            if code is not None:
                self.before.setdefault(next(tokens_of(first)).id, []).extend(code)

    def _inner(self, term: Inner) -> Inner:
        return Inner(term.kind, term.role, tuple(self._term(c) for c in term.children))

    def _made(self, like: Token) -> Token:
        made = replace(like, id=max(self.tokens) + 1, mark=CONTEXT, attached=(), text="")
        self.tokens[made.id] = made
        return made


def may_lose_braces(block: Inner, own: list[Token], before: Plus, after: Plus) -> bool:
    """Tell whether a block may stand for an arm without braces; ``own`` are its braces and dots."""
    every = own_tokens(block)
    dropped = {t.id for t in own}
    inside = [t for t in every if t.id not in dropped]
    if all(t.removed for t in every):
        return True
    if any(t.removed for t in own):
        return False
    first, last = every[0].id, every[-1].id
    if any((i in before and i != first) or (i in after and i != last) for i in dropped):
        return False
    if not inside:
        return True
    if any(isinstance(t, Choice) and t.written and t.token.removed for t in walk(block)):
        return False  # not those of which the branches go, but that stand on a removed line themselves
    rest = [t for t in block.children if not (isinstance(t, Leaf | Dots) and t.token in own)]
    if len(rest) == 1 and isinstance(rest[0], Choice) and rest[0].written and not rest[0].all_of:
        return all(_stays_one(branch, before, after) for branch in rest[0].branches)
    if any(is_reshaped(_written(t), before, after) for t in rest):
        return False
    if not all(t.removed for t in inside):
        stays = _adds_none(inside[-1], after) or (len(rest) == 1 and _last_arm_stays_one(rest[0], after))
        return stays and _adds_none(inside[0], before)
    return _is_closed_statement(_added(inside, before, after))


def _added(tokens: list[Token], before: Plus, after: Plus) -> str:
    """Give the plus code beside tokens."""
    lines = [line.text for t in tokens for table in (before, after) for line in table.get(t.id, ())]
    return "\n".join(lines)


def _written(term: Term) -> Term:
    """Give what the rule has written where isomorphisms made a disjunction of it."""
    while isinstance(term, Choice) and not term.written:
        term = term.branches[0].terms[0]
    return term


def _last_arm_stays_one(term: Term, after: Plus) -> bool:
    """Tell whether the last arm of an if or loop is replaced by one statement."""
    term = arm = _written(term)
    while isinstance(arm, Inner) and arm.kind in _HEADED | {"else_clause"}:
        arm = arm.children[-1]
    tokens = own_tokens(arm)
    whole = arm is not term and all(t.removed for t in tokens)
    return whole and _statements(_added(tokens, {}, after)) == 1


def _adds_none(end: Token, tied: Plus) -> bool:
    """Tell whether plus code at an end of a statement is not beside it: it takes the place of a part."""
    text = "\n".join(line.text for line in tied.get(end.id, ()))
    return not text or (end.removed and (";" not in text or _is_closed_statement(text)))


def _stays_one(branch: Sequence, before: Plus, after: Plus) -> bool:
    """Tell whether a branch of a disjunction is one statement that stays or is replaced by one."""
    inside = own_tokens(branch)
    if len(branch.terms) != 1 or not inside:
        return False
    if not all(t.removed for t in inside):
        return inside[0].id not in before and inside[-1].id not in after
    return _is_closed_statement(_added(inside, before, after))


def _is_closed_statement(text: str) -> bool:
    """Tell whether plus code is one statement without a label, and no ``if`` that lacks its ``else``."""
    code = _NO_CODE.sub("", text).strip()
    return _statements(text) == 1 and not (_OPEN.match(code) and not _ELSE.search(code))


def _statements(text: str) -> int:
    """Count the statements that plus code is, 0 if it is none."""
    code = _NO_CODE.sub("", text).strip()
    goes_on = _GOES_ON_AFTER_DO if code.startswith("do") else _GOES_ON
    depth = ends = 0
    for at, character in enumerate(code):
        depth += (character in "{(") - (character in "})")
        ends += depth == 0 and character in ";}" and not goes_on.match(code, at + 1)
    return ends if code.endswith((";", "}")) else 0


def tested_otherwise(term: Term) -> Iterator[tuple[Term, list[Token]]]:
    """Give a term, and an if with what isomorphisms made of its test, with the tokens these dropped."""
    yield term, []
    test = term.child("condition") if isinstance(term, Inner) and term.kind == "if_statement" else None
    if not isinstance(term, Inner) or not isinstance(test, Inner) or len(test.children) != 3:
        return
    opening, tested, closing = test.children
    written, *made = _flat(tested)
    for other in made:
        if isinstance(other, Anchored):
            kept = {token.id for token in tokens_of(other.term)}
            inside = replace(test, children=(opening, other.term, closing))
            children = tuple(inside if child is test else child for child in term.children)
            yield replace(term, children=children), [t for t in tokens_of(written) if t.id not in kept]


def _flat(term: Term) -> Iterator[Term]:
    """Walk the branches of choices in choices of expressions."""
    if isinstance(term, Choice):
        for branch in term.branches:
            yield from _flat(branch.terms[0])
    else:
        yield term
