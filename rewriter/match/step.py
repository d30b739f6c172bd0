# SPDX-License-Identifier: GPL-2.0-or-later
"""Data types of a compiled body: what must hold at a point of a graph, and what must hold after it.

Every step knows the metavariables that are free in it and behind it, and which of them somebody outside
still needs once it is done (``keep``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rewriter.match.pattern import headers, is_leaf
from rewriter.smpl.lexer import CONTEXT
from rewriter.smpl.term import Dots, Inner, Leaf, Meta, Nest, Sequence, Term

_LABELS = ("case", "default", ":")

IS_ALL = "all"  # a word of dots that are all a pattern says of a function's block


@dataclass(slots=True, eq=False)
class Step:
    """What all steps have. ``next`` is None at the end of a pattern or of a branch."""

    next: Step | None
    keep: frozenset[str]
    free: frozenset[str] = field(default=frozenset(), init=False)
    #: What code before and around the step needs, and later rules.
    exported: frozenset[str] = field(default=frozenset(), init=False)
    #: What is needed behind the step, too: alternatives of it count beside each other if they differ there.
    shared: frozenset[str] = field(default=frozenset(), init=False)
    #: Ids of tokens an isomorphism dropped, first and last: they are tied to the ends of what matches.
    anchors: tuple[tuple[int, int], ...] = field(default=(), init=False)
    #: An if, loop or switch without what follows it: dots beside it do not pass another one.
    alone: Step | None = field(default=None, init=False)
    #: In a case of the pattern: the brace of its switch. A way that leaves the switch finds nothing there.
    held: str = field(default="", init=False)
    #: Of a rule's first step: its ``return`` has to be in the function for its end to be one, too.
    asks_for_return: bool = field(default=False, init=False)


@dataclass(slots=True, eq=False)
class Simple(Step):
    """One term at one point; an expression may stand anywhere in what the point evaluates.

    ``level`` says what the term is where it may stand anywhere: an expression, a type or a name. It is
    ``whole`` when a rule consists of it. ``around`` is the number of the pattern's loop or switch that a
    ``break`` or ``continue`` in it is about.
    """

    term: Term
    anywhere: bool
    level: str = "expression"
    whole: bool = False
    around: str = ""


@dataclass(slots=True, eq=False)
class AnyStatement(Step):
    """A statement metavariable."""

    term: Meta


@dataclass(slots=True, eq=False)
class Contents(Step):
    """A statement list metavariable: all there is between two braces."""

    term: Meta


@dataclass(slots=True, eq=False)
class Branching(Step):
    """An ``if``: the header, a branch, perhaps another; then what follows the whole."""

    term: Inner
    then: Step
    other: Step | None
    else_token: Term | None


@dataclass(slots=True, eq=False)
class Loop(Step):
    """A loop or switch: its header and its body. ``number`` ties it to what jumps in its body are about."""

    number: str
    term: Inner
    body: Step


@dataclass(slots=True, eq=False)
class Cases(Step):
    """A switch of which the pattern has some cases, in any order; ``number`` as of a loop.

    ``brace`` ties the dots at the end of a case to the end of the switch.
    """

    number: str
    brace: str
    term: Inner
    arms: tuple[Step, ...]


@dataclass(slots=True, eq=False)
class Open(Step):
    """``{``; the block's contents follow, up to the `Close` with the same number."""

    term: Leaf
    brace: str
    hollow: bool  # ``{ ... }`` with nothing to say about the inside
    excluded: frozenset[str] = frozenset()  # what the block may not be: see `braces`
    #: The contents alone, if they end with a return: a block that is left by gotos may return elsewhere.
    elsewhere: Step | None = None


@dataclass(slots=True, eq=False)
class Close(Step):
    """``}``."""

    term: Leaf
    brace: str
    behind_return: bool  # a return stands right before it
    of_cases: bool = False  # dots at the end of a case lead to it, and pass no other
    of_function: bool = False  # the pattern has the function's header


@dataclass(slots=True, eq=False)
class Within(Step):
    """A nest that is all of a pattern's block, on an arm of the code that has no braces."""

    inside: Step
    once: bool
    conditions: tuple[Condition, ...] = ()  # what must not be elsewhere in the statement
    braces: bool = False  # whether it is a function's block


@dataclass(slots=True, eq=False)
class Function(Step):
    """The header of a function definition; its block follows."""

    term: Inner


@dataclass(slots=True, eq=False)
class Labelled(Step):
    """``name:``."""

    term: Inner


@dataclass(slots=True, eq=False)
class Leave(Step):
    """The end of the function, where trailing dots lead; ``at_once``, that of the pattern, wherever it is."""

    at_once: bool = False


@dataclass(slots=True, eq=False)
class Pick(Step):
    """Ordered alternatives, or a conjunction whose first part goes on."""

    branches: tuple[Step, ...]
    all_of: bool


@dataclass(slots=True, eq=False)
class Condition:
    """A ``when`` clause compiled."""

    word: str
    step: Step | None
    free: frozenset[str]


@dataclass(slots=True, eq=False)
class Skip(Step):
    """Dots or a nest, from the step before to the step after (``next`` is never None)."""

    term: Dots | Nest
    before: Step | None
    inside: Step | None  # what a nest looks for
    once: bool
    conditions: tuple[Condition, ...]
    any: bool
    strict: bool
    quantifier: str  # exists, forall, or "" for the rule's
    #: What only the step before binds and nobody needs: the dots stop where it matches with any value.
    loose: frozenset[str] = frozenset()
    #: The brace of the block they stand in: what they pass does not begin it again.
    block: str = ""
    #: What a branch in a nest binds and not one behind it: the nest is crossed with each of its values.
    unsettled: frozenset[str] = frozenset()

    @property
    def marked(self) -> bool:
        """The dots themselves are minus code, or starred."""
        return self.term.token.mark != CONTEXT

    @property
    def is_all(self) -> bool:
        """The dots are all that a function's block has in the pattern: none of its branches is passed by."""
        return any(when.word == IS_ALL for when in self.term.whens)

    def holds_past_the_end(self, everywhere: bool) -> bool:
        """Tell whether the dots hold where no way goes on: then every way does what they ask for."""
        forall = self.quantifier == "forall" if self.quantifier else everywhere
        return forall and not self.once and not self.strict


def own_parts(term: Inner) -> tuple[Term, ...]:
    """Give what a label or a case is without the statement behind it."""
    return tuple(c for c in term.children if c.role in ("label", "value") or is_leaf(c, *_LABELS))


def own_terms(step: Step) -> Iterator[Term | Sequence]:
    """Walk the terms that a step itself matches."""
    match step:
        case (
            Simple(term=term)
            | AnyStatement(term=term)
            | Contents(term=term)
            | Open(term=term)
            | Close(term=term)
        ):
            yield term
        case Cases(term=term):
            block = term.child("body")
            assert isinstance(block, Inner)
            yield headers(term)
            yield Sequence((block.children[0], block.children[-1]), "header")
        case Branching(term=term) | Loop(term=term) | Function(term=term):
            yield headers(term)
        case Labelled(term=term):
            yield from own_parts(term)
        case _:
            pass


def inner_steps(step: Step) -> Iterator[Step]:
    """Walk the branches, bodies and cases of a compound statement, all of which have to match."""
    match step:
        case Branching(then=then, other=other):
            yield then
            if other is not None:
                yield other
        case Loop(body=body):
            yield body
        case Cases(arms=arms):
            yield from arms
        case _:
            pass


def parts_of_step(step: Step) -> Iterator[Step]:
    """Walk the steps that follow a step or are in it."""
    if step.next is not None:
        yield step.next
    yield from inner_steps(step)
    match step:
        case Pick(branches=branches):
            yield from branches
        case Skip(inside=inside) if inside is not None:
            yield inside
        case Within(inside=inside):
            yield inside
        case _:
            pass
