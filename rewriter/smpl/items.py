# SPDX-License-Identifier: GPL-2.0-or-later
"""Group a rule's tokens: disjunctions, nests, dots with their whens, and where plus code is tied.

The result is a list of items in which a disjunction is one item with a list of items per branch; C's own
brackets are left to the C parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.lexer import CommentLine, LineReader, Piece, PlusLine, Token, modifier
from rewriter.smpl.term import CommentChange

NEST_OPEN = ("<...", "<+...")
NEST_CLOSE = ("...>", "...+>")
WHEN_WORDS = ("any", "strict", "exists", "forall")


@dataclass(slots=True)
class GroupItem:
    """A disjunction or conjunction."""

    token: Token
    branches: list[list[Item]]
    all_of: bool


@dataclass(slots=True)
class WhenItem:
    """One ``when`` clause before its code is parsed."""

    word: str
    items: list[Item]
    token: Token


@dataclass(slots=True)
class DotsItem:
    """``...``."""

    token: Token
    whens: list[WhenItem]


@dataclass(slots=True)
class NestItem:
    """``<... ...>``."""

    token: Token
    items: list[Item]
    once: bool
    whens: list[WhenItem]
    close: Token


Item = Token | GroupItem | DotsItem | NestItem


@dataclass(slots=True)
class Grouped:
    """A body's items, and per token id the plus lines and comment changes tied to it."""

    items: list[Item]
    before: dict[int, list[PlusLine]] = field(default_factory=dict)
    after: dict[int, list[PlusLine]] = field(default_factory=dict)
    comments: dict[int, list[CommentChange]] = field(default_factory=dict)


_HEADS = frozenset(("if", "while", "for", "switch", "do", "else"))


def _goes_on(line: list[Item], depth: int, following: Token) -> bool:
    """Tell whether a statement goes on in the line that ``following`` begins."""
    if depth > 0:
        return True
    head, last = line[0], line[-1]
    headed = isinstance(head, Token) and head.text in _HEADS
    if not isinstance(last, Token) or last.text in (";", "}"):
        return headed and following.text == "else"
    return following.optional or (headed and (last.text == ")" or last.text in _HEADS))


class Grouper:
    """One pass over the pieces of a body."""

    def __init__(
        self,
        reader: LineReader,
        pieces: list[Piece],
        comments_are_code: bool,
        lists: frozenset[str] = frozenset(),
    ) -> None:
        self._reader = reader
        self._pieces = pieces
        self._lists = lists  # metavariables that stand for several elements, perhaps for none
        self._at = 0
        self._comments_are_code = comments_are_code
        self._in_whens: set[int] = set()  # ids of tokens that belong to a when
        self._inside = False  # of optional code, all of which is there or not

    def run(self) -> Grouped:
        """Give the grouped body. Raises SemanticPatchError."""
        items = self._sequence(())
        if self._at < len(self._pieces):
            token = self._pieces[self._at]
            assert isinstance(token, Token)
            raise self._error(f"'{token.text}' without its opening", token)
        grouped = Grouped(items)
        self._tie(grouped)
        return grouped

    def _error(self, message: str, token: Token, hint: str = "") -> SemanticPatchError:
        return self._reader.error(message, token.line, token.column, hint)

    def _peek(self) -> Token | None:
        """The next token; plus lines and comment lines on the way are passed (they are tied later)."""
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            if isinstance(piece, Token):
                return piece
            self._at += 1
        return None

    def _sequence(self, ends: tuple[str, ...], opening: Token | None = None) -> list[Item]:
        items: list[Item] = []
        while (token := self._peek()) is not None:
            if token.kind == "group" and token.text in "|&)":
                return items
            if token.kind == "dots" and token.text in NEST_CLOSE:
                if token.text not in ends:
                    hint = f"this nest ends with '{ends[0]}'" if ends else ""
                    raise self._error(f"'{token.text}' closes no nest that is open here", token, hint)
                return items
            self._at += 1
            items.append(self._optional(token) if token.optional and not self._inside else self._item(token))
        if opening is not None:
            raise self._error(f"this nest is not closed: '{ends[0]}' is missing", opening)
        return items

    def _item(self, token: Token) -> Item:
        """Read what begins with ``token``, which is passed already."""
        if token.kind == "group" and token.text == "(":
            return self._group(token)
        if token.kind == "dots" and token.text in NEST_OPEN:
            return self._nest(token)
        if token.kind == "dots" and token.text == "...":
            return DotsItem(token, self._whens())
        return token

    def _optional(self, first: Token) -> GroupItem:
        """The statement that begins behind ``?``: with it, or else without it."""
        self._inside = True
        line, depth, last = [self._item(first)], 0, first
        while (token := self._peek()) is not None and (
            token.line == last.line or _goes_on(line, depth, token)
        ):
            if token.kind == "group" and token.text != "(":
                break
            self._at += 1
            line.append(self._item(token))
            if token.kind == "op":
                depth += (token.text in "([{") - (token.text in ")]}")
            last = token
        self._inside = False
        return GroupItem(first, [line, []], False)

    def _group(self, opening: Token) -> GroupItem:
        branches, separators = [self._sequence(())], set()
        while True:
            token = self._peek()
            if token is None:
                raise self._error("this disjunction is not closed", opening, "')' goes to column 0")
            if token.kind != "group":
                raise self._error(f"'{token.text}' inside a disjunction that is not closed", token)
            self._at += 1
            if token.text == ")":
                break
            separators.add(token.text)
            branches.append(self._sequence(()))
        if separators == {"|", "&"}:
            raise self._error("'|' and '&' cannot be mixed in one group", opening, "nest two groups")
        return GroupItem(opening, branches, separators == {"&"})

    def _nest(self, opening: Token) -> NestItem:
        once = opening.text == "<+..."
        whens = self._whens()
        close = "...+>" if once else "...>"
        items = self._sequence((close,), opening)
        token = self._peek()
        if token is None or token.text != close:
            raise self._error(f"this nest is not closed: '{close}' is missing", opening)
        self._at += 1
        whens += self._whens()
        return NestItem(opening, items, once, whens, token)

    def _whens(self) -> list[WhenItem]:
        whens: list[WhenItem] = []
        while (token := self._peek()) is not None and token.text in ("when", "WHEN"):
            self._at += 1
            whens += self._when(token)
        return whens

    def _when(self, start: Token) -> list[WhenItem]:
        """Read one ``when`` up to the end of its line (a bracket left open carries it on)."""
        first = self._at
        depth, last_line = 0, start.line
        while (token := self._peek()) is not None:
            if token.line != last_line and depth <= 0:
                break
            depth += (token.text in "([{" and token.kind == "op") - (
                token.text in ")]}" and token.kind == "op"
            )
            depth += (token.kind == "group" and token.text == "(") - (
                token.kind == "group" and token.text == ")"
            )
            last_line = token.line
            self._at += 1
        inside = [p for p in self._pieces[first : self._at] if isinstance(p, Token)]
        self._in_whens |= {start.id, *(t.id for t in inside)}
        if not inside:
            raise self._error("'when' says nothing", start, "when != f(x), when any, when strict ...")
        head = inside[0]
        if modifier(head) in WHEN_WORDS:
            words = [t for t in inside if t.text != ","]
            if {"exists", "forall"} <= {modifier(t) for t in words}:
                raise self._error("dots are either 'exists' or 'forall'", head)
            for word in words:
                if modifier(word) not in WHEN_WORDS:
                    raise self._error(f"'{word.text}' is no modifier of dots", word, ", ".join(WHEN_WORDS))
            return [WhenItem(modifier(word), [], word) for word in words]
        if head.text not in ("!=", "="):
            raise self._error(f"'when {head.text}' is not understood", head, "when != CODE or when = CODE")
        sense, rest = ("not" if head.text == "!=" else "always"), inside[1:]
        if rest and rest[0].text in ("true", "false") and head.text == "!=":
            sense, rest = f"not-{rest[0].text}", rest[1:]
        if not rest:
            raise self._error("'when' lacks its code", head)
        inner = Grouper(self._reader, list(rest), False)
        return [WhenItem(sense, inner.run().items, head)]

    # --- plus code --------------------------------------------------------------------------------

    def _tie(self, grouped: Grouped) -> None:
        """Tie every run of plus lines to a token, by the rules of `docs/language.md`."""
        run: list[PlusLine] = []
        comments: list[CommentLine] = []
        before: Token | None = None
        previous: Token | None = None
        for piece in [*self._pieces, None]:
            if isinstance(piece, PlusLine):
                run.append(piece)
            elif isinstance(piece, CommentLine):
                comments.append(piece)
            else:
                if comments:
                    run = self._tie_comments(grouped, comments, run, piece)
                if run:
                    self._tie_run(grouped, run, before, previous, piece)
                run, comments = [], []
                before, previous = previous, piece

    def _tie_comments(
        self, grouped: Grouped, comments: list[CommentLine], run: list[PlusLine], following: Token | None
    ) -> list[PlusLine]:
        """Pair the comments on minus lines with those on plus lines; give the plus lines left over."""
        if following is None:
            raise self._reader.error("a comment to change needs code after it", comments[0].line)
        changes = grouped.comments.setdefault(following.id, [])
        left = list(run)
        for comment in comments:
            new = next((p for p in left if p.text.strip().startswith(("/*", "//"))), None)
            if new is not None:
                left.remove(new)
            changes.append(CommentChange(comment.text, new.text.strip() if new else None, comment.line))
        return left

    def _tie_run(
        self,
        grouped: Grouped,
        run: list[PlusLine],
        before: Token | None,
        previous: Token | None,
        following: Token | None,
    ) -> None:
        earlier = self._anchors(previous, grouped.items, end=True)
        later = self._anchors(following, grouped.items, end=False)
        if later and (_designates(previous, following) or self._replaces_list(run, before, previous, later)):
            where, anchors = grouped.before, later
        elif earlier and earlier[0].removed:
            where, anchors = grouped.after, earlier
        elif later and (later[0].removed or self._moves(run, before, previous, following)):
            where, anchors = grouped.before, later
        elif earlier:
            where, anchors = grouped.after, earlier
        elif later:
            where, anchors = grouped.before, later
        else:
            raise self._reader.error(
                "plus code has no minus or context code beside it to be tied to",
                run[0].line,
                hint="dots attract nothing: put a statement of context next to it",
            )
        mixed = next((line for line in run if line.multiple is not run[0].multiple), None)
        if mixed is not None:
            hint = "begin each line with '++', or each with '+'"
            raise self._reader.error("'+' and '++' are mixed at one place", mixed.line, 0, hint)
        for anchor in anchors:
            where.setdefault(anchor.id, []).extend(run)

    def _moves(
        self, run: list[PlusLine], before: Token | None, previous: Token | None, following: Token | None
    ) -> bool:
        """Tell whether plus code between a comma and an element goes with the element.

        That may match anywhere in its list where it is ``.x = e`` or what stands ``before`` the comma may be
        nothing. So may a case in its switch, an operand in its chain, and elements with a comma added before
        them may be none.
        """
        if previous is None or following is None:
            return False
        if previous.text == "{" and following.text in ("case", "default"):
            return True
        if previous.text in ("(", "[") and previous.kind == "op" and following.text not in (")", "]"):
            return True
        if previous.text != ",":
            return False
        return self._skips(before) and not before.removed and following.text not in (")", "}")

    def _replaces_list(
        self, run: list[PlusLine], before: Token | None, previous: Token | None, later: list[Token]
    ) -> bool:
        """Tell whether plus code takes the place of ``- ...,``, which may be nothing, before an element."""
        if not self._skips(before) or previous is None or previous.text != ",":
            return False
        own = run[0].text.lstrip().startswith(",") or later[0].text in (")", "}")
        return before.removed and previous.removed and not own

    def _skips(self, token: Token | None) -> TypeGuard[Token]:
        """Tell whether a token stands for several elements of a list, perhaps for none."""
        return token is not None and (token.kind == "dots" or token.text in self._lists)

    def _anchors(self, token: Token | None, items: list[Item], end: bool) -> list[Token]:
        """The tokens plus code next to ``token`` is tied to: itself, or the edge of a group's branches."""
        if token is None or token.id in self._in_whens or (token.kind == "dots" and not token.removed):
            return []
        if token.kind != "group":
            return [token]
        if end and token.text == ")":
            return _edges(_group_closed_at(items, token, self._pieces), end=True)
        if not end and token.text == "(":
            return _edges(_group_opened_at(items, token), end=False)
        return []


def _designates(previous: Token | None, following: Token | None) -> bool:
    """Tell whether plus code stands before a value of a structure: it goes with that, wherever it stands."""
    return previous is not None and previous.text == "," and following is not None and following.text == "."


def _all_groups(items: list[Item]) -> list[GroupItem]:
    found: list[GroupItem] = []
    for item in items:
        nested = [item.items] if isinstance(item, NestItem) else []
        found += [item] if isinstance(item, GroupItem) else []
        for branch in item.branches if isinstance(item, GroupItem) else nested:
            found += _all_groups(branch)
    return found


def _group_opened_at(items: list[Item], token: Token) -> GroupItem | None:
    return next((g for g in _all_groups(items) if g.token.id == token.id), None)


def _group_closed_at(items: list[Item], token: Token, pieces: list[Piece]) -> GroupItem | None:
    """The group whose closing mark is ``token``: count marks backwards."""
    depth = 0
    marks = [p for p in pieces if isinstance(p, Token) and p.kind == "group" and p.id <= token.id]
    for mark in reversed(marks):
        depth += (mark.text == ")") - (mark.text == "(")
        if depth == 0:
            return _group_opened_at(items, mark)
    return None


def _edges(group: GroupItem | None, end: bool) -> list[Token]:
    found: list[Token] = []
    for branch in (b for b in (group.branches if group else ()) if b):
        item = branch[-1 if end else 0]
        if isinstance(item, Token):
            found.append(item)
        elif isinstance(item, GroupItem):
            found += _edges(item, end)
    return found
