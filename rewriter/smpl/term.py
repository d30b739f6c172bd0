# SPDX-License-Identifier: GPL-2.0-or-later
"""Pattern code as terms: C nodes of the host parser with metavariables, dots and choices in them.

``f(x, ...)`` with ``expression x`` is::

    call_expression
      Leaf f
      argument_list
        Leaf (   Meta x   Leaf ,   Dots   Leaf )
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from rewriter.smpl.lexer import MINUS, STAR, CommentLine, PlusLine, Token

_QUALIFIERS = frozenset(["const", "volatile", "unsigned", "signed", "long", "short"])
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ASSIGNMENT = re.compile(r"[^=]*[\w\])]\s*=(?!=)")


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A token that stands for itself."""

    kind: str
    role: str
    token: Token


@dataclass(frozen=True, slots=True, eq=False)
class Meta:
    """A metavariable; ``sort`` is what kind of code the place admits: expression, statement, type, name."""

    name: str
    sort: str
    role: str
    token: Token


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """``...`` in a list, as an expression, or between statements (then with ``whens``)."""

    role: str
    token: Token
    whens: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Nest:
    """``<... P ...>`` or, with ``once``, ``<+... P ...+>``."""

    role: str
    token: Token
    body: Sequence
    once: bool
    close: Token
    whens: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Ordered alternatives, or, with ``all_of``, a conjunction; what isomorphisms make is not ``written``."""

    role: str
    branches: tuple[Sequence, ...]
    all_of: bool
    token: Token
    written: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """A node of the host grammar."""

    kind: str
    role: str
    children: tuple[Term, ...]

    def child(self, role: str) -> Term | None:
        """Give the first child in this role, or None."""
        return next((c for c in self.children if c.role == role), None)


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """A term an isomorphism made: plus code at the old ends goes to the new ends.

    With ``tested`` it only matches code that is tested for truth. An end of -1 is none.
    """

    role: str
    term: Term
    first: int  # token id
    last: int
    tested: bool = False


Term = Leaf | Meta | Dots | Nest | Choice | Inner | Anchored


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """Terms one after another: statements, or a single expression, type or name."""

    terms: tuple[Term, ...]
    level: str  # statements, expression, type, name, toplevel


@dataclass(frozen=True, slots=True, eq=False)
class When:
    """A restriction of dots: a word (any, strict, exists, forall) or code that must (not) occur."""

    word: str  # any, strict, exists, forall, not, always, not-true, not-false
    code: Sequence | None = None


@dataclass(frozen=True, slots=True)
class PlusCode:
    """Plus lines that stand together. ``alone`` when they fill lines of their own in the result."""

    lines: tuple[PlusLine, ...]
    alone: bool
    behind_comma: bool = False  # in a list, behind a comma that the code lacks
    last: bool = False  # in a list, behind whatever else stands there

    @property
    def is_complete(self) -> bool:
        """Whole declarations, statements, definitions or a directive."""
        text = "\n".join(line.text for line in self.lines).strip()
        return text.endswith((";", "}")) or text.startswith("#")

    @property
    def names(self) -> set[str]:
        """The words in it, metavariables among them."""
        return {word for line in self.lines for word in _WORD.findall(line.text)}

    @property
    def is_qualifier(self) -> bool:
        """``const``, ``unsigned`` and the like, which stand at a type and behind its storage."""
        words = [word for line in self.lines for word in line.text.split()]
        return bool(words) and _QUALIFIERS.issuperset(words)

    @property
    def is_element(self) -> bool:
        """Complete at top level: a declaration, a definition or a directive."""
        return self.alone and self.is_complete

    @property
    def multiple(self) -> bool:
        """Written ``++``: several may be added at one place."""
        return any(line.multiple for line in self.lines)


@dataclass(frozen=True, slots=True)
class CommentChange:
    """A comment to be changed next to a token (an extension): the old text, and the new or None."""

    old: str
    new: str | None
    line: int


@dataclass(frozen=True)
class Body:
    """A rule's pattern code with the plus code tied to its tokens. What is asked for each element is kept."""

    code: Sequence
    tokens: dict[int, Token] = field(hash=False)
    before: dict[int, PlusCode] = field(hash=False)
    after: dict[int, PlusCode] = field(hash=False)
    comments: dict[int, tuple[CommentChange, ...]] = field(hash=False)
    in_functions: bool = False  # its plus code has statements, so it matches in functions alone
    #: What each fresh identifier is made from: plus code that has its name needs these.
    seeds: dict[str, frozenset[str]] = field(hash=False, default_factory=dict)
    #: Tokens of statements that become others in place, as `rewriter.smpl.reshaped` gives them.
    reshaped: frozenset[int] = frozenset()

    @cached_property
    def transforms(self) -> bool:
        """There is something to remove or to add."""
        return bool(self.before or self.after or self.comments) or any(
            t.mark == MINUS for t in self.tokens.values()
        )

    @cached_property
    def plus(self) -> dict[int, bool]:
        """The tokens plus code is tied to, and whether all of it is written ``++``."""
        tied = [*self.before.items(), *self.after.items()]
        return {token: all(code.multiple for other, code in tied if other == token) for token, _ in tied}

    @cached_property
    def led(self) -> frozenset[int]:
        """The tokens whole plus code is added before, but none behind."""
        return frozenset(t for t, code in self.before.items() if code.is_complete and t not in self.after)

    @cached_property
    def qualified(self) -> frozenset[int]:
        """The tokens that only ``const`` and its like are added before."""
        return frozenset(t for t, code in self.before.items() if code.is_qualifier)

    @cached_property
    def directives(self) -> bool:
        """Tell whether the pattern speaks of a directive as such."""
        return any(t.kind == "directive" for t in self.tokens.values())

    @cached_property
    def stars(self) -> bool:
        """There is a ``*`` line."""
        return any(t.mark == STAR for t in self.tokens.values())

    @cached_property
    def statements_only(self) -> frozenset[int]:
        """The ``=`` of assignments that are no initial values.

        Those are what plus code turns into something else, and where the left side is changed, but not all.
        """
        found: set[int] = set()
        for term in inner_terms(self.code) if self.transforms else ():
            equals = assigning(term) if term.kind == "assignment_expression" else None
            if equals is None:
                continue
            tokens = list(tokens_of(term))
            left = tokens[: tokens.index(equals.token)]
            tied = [*(self.before.get(t.id) for t in tokens), *(self.after.get(t.id) for t in tokens)]
            text = "\n".join(line.text for plus in tied if plus is not None for line in plus.lines)
            if all(t.removed for t in tokens):
                other = text.strip() and not _ASSIGNMENT.match(text)
            else:
                beside = self.before.keys() | self.after.keys()
                other = equals.token.removed or any(t.removed or t.id in beside for t in left)
            if other:
                found.add(equals.token.id)
        return frozenset(found)


def parts_of(term: Term | Sequence) -> tuple[Term | Sequence, ...]:
    """Give what a term directly holds in order, all branches of a choice; what whens say is not among it."""
    match term:
        case Inner(children=parts) | Sequence(terms=parts) | Choice(branches=parts):
            return parts
        case Nest(body=body):
            return (body,)
        case Anchored(term=inner):
            return (inner,)
        case Leaf() | Meta() | Dots():
            return ()


def walk(term: Term | Sequence) -> Iterator[Term | Sequence]:
    """Walk a term and all that is in it, each before its parts."""
    stack = [term]
    while stack:
        part = stack.pop()
        yield part
        stack.extend(reversed(parts_of(part)))


def tokens_of(term: Term | Sequence) -> Iterator[Token]:
    """Walk the tokens of a term in order; all branches of a choice are walked."""
    return (part.token for part in walk(term) if isinstance(part, Leaf | Meta | Dots))


def own_tokens(term: Term | Sequence) -> list[Token]:
    """Give the tokens of a term that the pattern writes: the first branch of what isomorphisms made."""
    found: list[Token] = []
    stack = [term]
    while stack:
        part = stack.pop()
        parts = parts_of(part)
        stack.extend(parts[:1] if isinstance(part, Choice) and not part.written else reversed(parts))
        if isinstance(part, Leaf | Meta | Dots) and part.token.id >= 0:
            found.append(part.token)
    return found


def inner_terms(term: Term | Sequence) -> Iterator[Inner]:
    """Walk the nodes in a term, all branches of a choice included."""
    return (part for part in walk(term) if isinstance(part, Inner))


@lru_cache(64)
def assigning(assignment: Inner) -> Leaf | Meta | None:
    """Give the ``=`` of an assignment, or what may be one."""
    for term in assignment.children:
        if isinstance(term, Leaf) and term.token.text == "=":
            return term
        if isinstance(term, Meta) and term.sort == "assignment operator":
            return term
    return None


def walk_with_whens(term: Term | Sequence) -> Iterator[Term | Sequence]:
    """Walk a term and everything below it, the code of its whens included."""
    for part in walk(term):
        yield part
        if isinstance(part, Dots | Nest):
            for when in part.whens:
                if when.code is not None:
                    yield from walk_with_whens(when.code)


def metavariables_of(term: Term | Sequence) -> Iterator[str]:
    """Walk the names of the metavariables in a term, those of its whens included."""
    return (part.name for part in walk_with_whens(term) if isinstance(part, Meta))


def show(term: Term | Sequence, indent: int = 0) -> str:
    """Give the printed form: one line per inner node, leaves as their text with mark and attachments."""
    pad = " " * indent

    def name(token: Token) -> str:
        mark = {MINUS: "-", STAR: "*"}.get(token.mark, "")
        return mark + token.text + "".join(f"@{p}" for p in token.attached)

    match term:
        case Sequence(terms=terms, level=level):
            return f"{pad}{level}\n" + "".join(show(t, indent + 2) for t in terms)
        case Leaf(token=token):
            return f"{pad}{name(token)}\n"
        case Meta(token=token, sort=sort):
            return f"{pad}{sort} metavariable {name(token)}\n"
        case Dots(token=token, whens=whens):
            return f"{pad}dots {name(token)}\n" + "".join(_show_when(w, indent + 2) for w in whens)
        case Nest(body=body, once=once, whens=whens):
            out = f"{pad}nest{' at least once' if once else ''}\n" + show(body, indent + 2)
            return out + "".join(_show_when(w, indent + 2) for w in whens)
        case Choice(branches=branches, all_of=all_of):
            out = f"{pad}{'conjunction' if all_of else 'disjunction'}\n"
            return out + "".join(show(b, indent + 2) for b in branches)
        case Anchored(term=inner):
            return show(inner, indent)
        case Inner(kind=kind, children=children):
            if not any(isinstance(c, Inner | Choice | Nest) for c in children):
                flat = " ".join(show(c).strip() for c in children)
                return f"{pad}{kind}: {flat}\n"
            return f"{pad}{kind}\n" + "".join(show(c, indent + 2) for c in children)


def _show_when(when: When, indent: int) -> str:
    out = f"{' ' * indent}when {when.word}\n"
    return out + (show(when.code, indent + 2) if when.code is not None else "")


__all__ = [
    "Anchored",
    "Body",
    "Choice",
    "CommentChange",
    "CommentLine",
    "Dots",
    "Inner",
    "Leaf",
    "Meta",
    "Nest",
    "PlusCode",
    "Sequence",
    "Term",
    "When",
    "inner_terms",
    "metavariables_of",
    "parts_of",
    "show",
    "tokens_of",
    "walk",
]
