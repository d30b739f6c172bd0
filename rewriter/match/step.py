# SPDX-License-Identifier: GPL-2.0-or-later
"""Data types of a compiled body: what must hold at a point of a graph, and what must hold after it.

Every step knows the metavariables that are free in it and behind it, and which of them somebody outside
still needs once it is done (``keep``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.smpl.term import Dots, Inner, Leaf, Meta, Nest, Term


@dataclass(slots=True, eq=False)
class Step:
    """What all steps have. ``next`` is None at the end of a pattern or of a branch."""

    next: Step | None
    keep: frozenset[str]
    free: frozenset[str] = field(default=frozenset(), init=False)
    #: Ids of tokens an isomorphism dropped, first and last: they are tied to the ends of what matches.
    anchors: tuple[tuple[int, int], ...] = field(default=(), init=False)
    #: Metavariables of disjunctions in the step's own term that more than one of its points need: a branch
    #: gives way only to earlier ones that bind them alike.
    contested: frozenset[str] = field(default=frozenset(), init=False)
    #: An if, loop or switch without what follows it: dots beside it do not pass another one.
    alone: Step | None = field(default=None, init=False)


@dataclass(slots=True, eq=False)
class Simple(Step):
    """One term at one point; an expression may stand anywhere in what the point evaluates.

    ``level`` says what the term is where it may stand anywhere: an expression, a type or a name.
    """

    term: Term
    anywhere: bool
    level: str = "expression"


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
    """A loop or switch: its header and its body."""

    term: Inner
    body: Step


@dataclass(slots=True, eq=False)
class Cases(Step):
    """A switch of which the pattern has some cases, in any order."""

    term: Inner
    arms: tuple[Step, ...]


@dataclass(slots=True, eq=False)
class Open(Step):
    """``{``; the block's contents follow, up to the `Close` with the same number."""

    term: Leaf
    brace: str
    hollow: bool  # ``{ ... }`` with nothing to say about the inside
    #: The contents alone, if they end with a return: a block that is left by gotos may return elsewhere.
    elsewhere: Step | None = None


@dataclass(slots=True, eq=False)
class Close(Step):
    """``}``."""

    term: Leaf
    brace: str


@dataclass(slots=True, eq=False)
class Within(Step):
    """A nest that is all of a pattern's block, on an arm of the code that has no braces."""

    inside: Step
    once: bool
    conditions: tuple[Condition, ...] = ()  # what must not be elsewhere in the statement


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
    """The end of the function, where trailing dots lead."""


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

    @property
    def removed(self) -> bool:
        """The dots themselves are minus code."""
        return self.term.token.removed
