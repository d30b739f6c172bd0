# SPDX-License-Identifier: GPL-2.0-or-later
"""What the matches of a rule want of each piece of source: remove it, keep it, add code beside it.

Several matches may want the same; when they want different things of one token the rule is abandoned on
this function with an error that names the place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from rewriter.edit.template import fill
from rewriter.match.environment import Environment, Value
from rewriter.match.witness import Aligned, Alignment, Leaf, aligned
from rewriter.smpl.term import Body, CommentChange, PlusCode
from rewriter.source.text import Span
from rewriter.syntax.tree import Node

_INSIDE = "already tagged token: one match is inside what another removes"


class TaggedError(Exception):
    """Two matches want different things of the same source text."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span


@dataclass(frozen=True, slots=True)
class Addition:
    """Plus code beside a span, under the bindings of one match."""

    span: Span
    after: bool
    code: PlusCode
    env: Environment
    text: bytes = field(compare=False)  # filled in, to tell whether two additions are the same
    replaced: frozenset[Span] = field(default=frozenset(), compare=False)  # all tokens, if none is kept
    match: int = field(default=0, compare=False)  # the point where the match begins
    whole: frozenset[Span] = field(default=frozenset(), compare=False)  # all of a match, if nothing stays
    bound: tuple[Value | None, ...] = field(default=(), compare=False)  # what the code at its point binds


@dataclass(frozen=True, slots=True)
class _Here:
    """What holds for all plus code beside the tokens of one piece of a match."""

    env: Environment
    replaced: frozenset[Span]  # all tokens, if none is kept
    match: int  # the point where the match begins
    whole: frozenset[Span]  # all of the match, if nothing of it stays
    bound: tuple[Value | None, ...]  # what this piece binds


@dataclass(slots=True)
class Tags:
    """All that a rule's matches want of one function."""

    removed: set[Span] = field(default_factory=set)
    kept: set[Span] = field(default_factory=set)
    reshaped: set[Span] = field(default_factory=set)  # words and ``;`` of statements that become others
    additions: list[Addition] = field(default_factory=list)
    comments: dict[Span, tuple[CommentChange, ...]] = field(default_factory=dict)
    lonely: set[int] = field(default_factory=set)  # starts of removed code whose comment above goes too
    assumed: dict[Span, int] = field(default_factory=dict)  # expressions replaced by a constant
    #: Of the graph, the points that change, with those where the matches begin that change them.
    points: dict[int, set[int]] = field(default_factory=dict)
    _changers: dict[Span, tuple[frozenset[int], bool]] = field(
        default_factory=dict
    )  # and whether with plus code
    skipped: set[Span] = field(default_factory=set)  # what removed dots stand for
    _at: dict[tuple[Span, bool], list[Addition]] = field(default_factory=dict)
    declarators: dict[Span, tuple[Node, Span]] = field(default_factory=dict)  # picked from a list of several

    def add(
        self,
        body: Body,
        metavariables: Mapping[str, object],
        placed: Iterable[tuple[Leaf, Environment]],
        start: int,
    ) -> None:
        """Tag what one match wants, which begins at the point ``start``. Raises TaggedError, UnboundError."""
        placed = sorted(placed, key=lambda p: _start(p[0]))
        whole = _whole(body, placed)
        told: set[int] = set()  # dots that have their plus code: it is added once for all they skip
        for leaf, env in placed:
            spans: dict[int, list[Aligned]] = {}
            for entry in aligned(leaf.alignment):
                spans.setdefault(entry.token, []).append(entry)
            replaced = _replaced(body, spans)
            named = sorted({body.tokens[token].text for token in spans} & metavariables.keys())
            here = _Here(env, replaced, start, whole, tuple(env.get(name) for name in named))
            if leaf.passed or any(_changes_here(body, token, entries) for token, entries in spans.items()):
                self.points.setdefault(leaf.point, set()).add(start)
            self._shared(body, leaf.alignment)
            self._contend(body, spans)
            for token, entries in sorted(spans.items()):
                self._token(body, metavariables, token, entries, here, token in told)
                if body.tokens[token].kind == "dots":
                    told.add(token)

    def _token(
        self,
        body: Body,
        metavariables: Mapping[str, object],
        token: int,
        entries: list[Aligned],
        here: _Here,
        told: bool,
    ) -> None:
        removed = body.tokens[token].removed
        for entry in entries:
            span = Span(entry.start, entry.end)
            if not len(span) or entry.shared is not None:
                continue
            (self.removed if removed else self.kept).add(span)
            if token in body.reshaped:
                self.reshaped.add(span)
            if removed and body.tokens[token].kind == "dots":
                self.skipped.add(span)
        if token in body.comments:
            self.comments[Span(entries[0].start, entries[0].end)] = body.comments[token]
        turns: dict[int | None, list[Aligned]] = {}
        for entry in () if told else entries:
            turns.setdefault(entry.turn, []).append(entry)
        for found in turns.values():
            self._additions(body, metavariables, token, found, here)

    def _additions(
        self,
        body: Body,
        metavariables: Mapping[str, object],
        token: int,
        entries: list[Aligned],
        here: _Here,
    ) -> None:
        """Note the plus code beside a token that stands for ``entries``."""
        removed = body.tokens[token].removed
        ends = Span(min(e.start for e in entries), max(e.end for e in entries))
        if removed:  # what takes the place of code in several pieces takes that of the first
            first = min(entries, key=lambda e: (e.start == e.end, e.start))
            ends = Span(first.start, first.end)
        if token in body.before:
            self._addition(ends, False, body.before[token], metavariables, here)
        if token in body.after:
            code = body.after[token]
            nothing = not len(ends) and body.tokens[token].kind == "dots"
            comma = body.tokens.get(token - 1 if nothing else token)
            if not len(ends) and comma is not None and comma.text == "," and not comma.removed:
                code = replace(code, behind_comma=True)  # the code has no comma here
            if _ends_list(body, token):
                code = replace(code, last=True)
            self._addition(ends, not nothing, code, metavariables, here)

    def _contend(self, body: Body, spans: Mapping[int, list[Aligned]]) -> None:
        """Let no code that one match changes be changed by another with other tokens of the rule.

        Both may remove it. Raises TaggedError.
        """
        changed: dict[Span, set[int]] = {}
        for token, entries in spans.items():
            for entry in entries if _changes(body, token) else ():
                if entry.start < entry.end and entry.shared is None:
                    changed.setdefault(Span(entry.start, entry.end), set()).add(token)
        for span, tokens in changed.items():
            added = any(t in body.before or t in body.after for t in tokens)
            others, others_added = self._changers.setdefault(span, (frozenset(tokens), added))
            if others != tokens and (added or others_added):
                raise TaggedError(span, "already tagged token: two matches change the same code")

    def _shared(self, body: Body, alignment: Alignment) -> None:
        """Note a declarator that is removed out of a declaration with several."""
        entries = [e for e in aligned(alignment) if e.shared is not None]
        if not entries or not all(body.tokens[e.token].removed for e in entries):
            return
        declaration = entries[0].shared
        assert declaration is not None
        for part in declaration.children:
            if part.field == "declarator" and any(
                part.start <= e.start and e.end <= part.end for e in entries
            ):
                self.declarators[part.span] = (declaration, part.span)

    def _addition(
        self,
        span: Span,
        after: bool,
        code: PlusCode,
        metavariables: Mapping[str, object],
        here: _Here,
    ) -> None:
        text = b"\n".join(fill(line.text, metavariables, here.env) for line in code.lines)
        place = span if after else Span(span.start, span.start)  # `T` begins where it does in `T *a, *b`
        for other in self._at.setdefault((place, after), []):
            if (
                other.code == code
                and other.text == text
                and not (code.multiple and other.bound != here.bound)
            ):
                if _extent(here.replaced) != _extent(other.replaced):
                    raise TaggedError(span, _INSIDE)
                return
            if other.code == code and not code.multiple:
                raise TaggedError(span, "two matches add different code at the same place")
        addition = Addition(
            span, after, code, here.env, text, here.replaced, here.match, here.whole, here.bound
        )
        self._at[(place, after)].append(addition)
        self.additions.append(addition)

    def assume(self, body: Body, placed: Iterable[tuple[Leaf, Environment]], start: int) -> None:
        """Note which expressions a match replaces by a constant. Raises TaggedError for other changes."""
        for leaf, _ in placed:
            removed = [e for e in aligned(leaf.alignment) if body.tokens[e.token].removed]
            if not removed:
                continue
            span = Span(min(e.start for e in removed), max(e.end for e in removed))
            texts = [
                line.text.strip()
                for e in removed
                for table in (body.before, body.after)
                if e.token in table
                for line in table[e.token].lines
            ]
            value = {"0": 0, "false": 0, "NULL": 0, "1": 1, "true": 1}.get("".join(texts))
            if value is None:
                raise TaggedError(span, "a rule with 'simplify' replaces expressions by 0, 1, false or true")
            self.assumed[span] = value
            self.points.setdefault(leaf.point, set()).add(start)

    def put_before(self, spans: Collection[Span]) -> None:
        """Add before some code, which stays after all, what was to come behind it."""
        self.additions = [replace(a, after=a.after and a.span not in spans) for a in self.additions]

    def check(self) -> None:
        """Raise TaggedError when one match adds code inside what another removes."""
        self._once_if_nested()
        spans = sorted(self.removed)
        starts = [span.start for span in spans]
        reach = list(accumulate((span.end for span in spans), max))
        for addition in self.additions:
            at = addition.span
            before = bisect_left(starts, at.start)
            inside = before > 0 and reach[before - 1] > at.start
            behind = bisect_right(starts, at.start)
            inside |= len(at) > 0 and any(span.end > at.end for span in spans[before:behind])
            if inside:
                raise TaggedError(at, _INSIDE)

    def _once_if_nested(self) -> None:
        """Let code that replaces ``(a)`` not replace ``a`` again: an isomorphism finds both at one place.

        So it is with ``{ f(); }`` and the statement in it.
        """
        holders: dict[Span, list[Addition]] = {}
        for addition in self.additions:
            for span in addition.replaced | addition.whole:
                holders.setdefault(span, []).append(addition)
        nested = {
            id(inner)
            for inner in self.additions
            for outer in holders.get(next(iter(inner.replaced or inner.whole), inner.span), ())
            if _replaces_more(outer, inner) and inner.text == outer.text
        }
        self.additions = [a for a in self.additions if id(a) not in nested]


def _replaces_more(outer: Addition, inner: Addition) -> bool:
    """Tell whether the code that one addition takes the place of is part of what the other does."""
    if inner.whole and inner.whole < outer.whole:
        return True
    return bool(inner.replaced) and inner.replaced < outer.replaced and inner.env == outer.env


def _whole(body: Body, placed: Iterable[tuple[Leaf, Environment]]) -> frozenset[Span]:
    """Give all that a match removes, nothing where some of what it stands for stays."""
    found: set[Span] = set()
    for entry in (entry for leaf, _ in placed for entry in aligned(leaf.alignment)):
        if not body.tokens[entry.token].removed:
            return frozenset()
        if entry.start < entry.end:
            found.add(Span(entry.start, entry.end))
    return frozenset(found)


def _replaced(body: Body, spans: Mapping[int, list[Aligned]]) -> frozenset[Span]:
    """Give all that is removed at a point of the graph, nothing where some of it stays."""
    if not all(body.tokens[token].removed for token in spans):
        return frozenset()
    return frozenset(Span(e.start, e.end) for entries in spans.values() for e in entries if e.start < e.end)


def _ends_list(body: Body, token: int) -> bool:
    """Tell whether a token is the comma between dots and the end of a list."""
    before, behind = body.tokens.get(token - 1), body.tokens.get(token + 1)
    return before is not None and before.kind == "dots" and behind is not None and behind.text == "}"


def _extent(spans: frozenset[Span]) -> tuple[int, int]:
    return min((span.start for span in spans), default=0), max((span.end for span in spans), default=0)


def _start(leaf: Leaf) -> int:
    return min((entry.start for entry in aligned(leaf.alignment)), default=0)


def _changes(body: Body, token: int) -> bool:
    return body.tokens[token].removed or token in body.before or token in body.after


def _changes_here(body: Body, token: int, entries: list[Aligned]) -> bool:
    """Tell whether a token changes text at its place; one removed where it does not stand changes none."""
    if token in body.before or token in body.after:
        return True
    return body.tokens[token].removed and any(e.start < e.end for e in entries)
