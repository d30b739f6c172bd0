# SPDX-License-Identifier: GPL-2.0-or-later
"""How a rule matched: a shared, acyclic record of alignments under the bindings they were made with.

``Leaf`` is one pattern term on one piece of code; ``Join`` is all of its parts; ``Alt`` any one of its
parts; ``Bind`` adds bindings for what is below. A forall over a thousand branches shares the record of
what follows them, so it stays as small as the graph. Nothing is enumerated but what somebody asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rewriter.match.environment import Bindings, Environment
from rewriter.syntax.tree import Node


class Aligned(NamedTuple):
    """Pattern token ``token`` stands for the source bytes ``start`` to ``end``.

    ``shared`` is the declaration whose several declarators the match picked one of, else None. What a nest in
    an expression finds several times differs in ``turn``.
    """

    token: int
    start: int
    end: int
    shared: Node | None = None
    turn: int | None = None


Alignment = tuple[Aligned, "Alignment"] | None  # the last first


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One term matched at a point of the graph; removed dots also have ``passed`` points without code."""

    alignment: Alignment
    point: int
    passed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """All of these."""

    parts: tuple[Witness, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Alt:
    """Each of these on its own."""

    parts: tuple[Witness, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Bind:
    """``part`` under more bindings."""

    bindings: Bindings
    part: Witness


Witness = Leaf | Join | Alt | Bind
NOTHING: Witness = Join(())


def join(parts: list[Witness]) -> Witness:
    """All of ``parts``, flattened as far as it costs nothing."""
    kept = [p for p in parts if p is not NOTHING]
    if not kept:
        return NOTHING
    return kept[0] if len(kept) == 1 else Join(tuple(kept))


def alternatives(parts: list[Witness]) -> Witness:
    """Any of ``parts``."""
    return parts[0] if len(parts) == 1 else Alt(tuple(parts))


def aligned(alignment: Alignment) -> Iterator[Aligned]:
    """Walk an alignment, last entry first."""
    while alignment is not None:
        yield alignment[0]
        alignment = alignment[1]


def in_turn(alignment: Alignment, done: Alignment, turn: int) -> Alignment:
    """Give an alignment in which what was added to ``done`` belongs to a turn of a nest."""
    new: list[Aligned] = []
    while alignment is not None and alignment is not done:
        new.append(alignment[0])
        alignment = alignment[1]
    for entry in reversed(new):
        done = (entry if entry.turn is not None else entry._replace(turn=turn), done)
    return done


def placements(witness: Witness, environment: Environment) -> Iterator[tuple[Leaf, Environment]]:
    """Walk every leaf of the record with the bindings it was made under, each pair once."""
    seen: set[tuple[int, Bindings]] = set()
    stack: list[tuple[Witness, Environment]] = [(witness, environment)]
    while stack:
        top, env = stack.pop()
        key = (id(top), env.items())
        if key in seen:
            continue
        seen.add(key)
        match top:
            case Leaf():
                yield top, env
            case Join(parts) | Alt(parts):
                stack.extend((part, env) for part in parts)
            case Bind(bindings, part):
                stack.append((part, env.extend(bindings)))
