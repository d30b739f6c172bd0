# SPDX-License-Identifier: GPL-2.0-or-later
"""Metavariables that later rules ask for and that the branches of a disjunction bind differently.

A branch gives way where an earlier one matches with the same values. Of values that somebody asks for there
can be others: then both count.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from rewriter.smpl.term import Choice, Dots, Nest, Sequence, metavariables_of, walk


def names_of(branches: Iterable[Sequence]) -> frozenset[str]:
    """Give the metavariables of all branches."""
    return frozenset(name for branch in branches for name in metavariables_of(branch))


def rivalling(branches: Iterable[Sequence], wanted: AbstractSet[str]) -> frozenset[str]:
    """Give those of ``wanted`` that more than one branch binds."""
    names = [frozenset(metavariables_of(branch)) for branch in branches]
    return frozenset(n for n in wanted if sum(n in each for each in names) > 1)


def unsettled(dots: Dots | Nest, wanted: AbstractSet[str]) -> frozenset[str]:
    """Give those of ``wanted`` that a branch in a nest binds, but not one behind it; none for dots.

    The later branch counts wherever the earlier one would need another value than it has elsewhere.
    """
    found: set[str] = set()
    for part in walk(dots):
        if isinstance(part, Choice) and part.written and not part.all_of:
            before: set[str] = set()
            for branch in part.branches:
                names = set(metavariables_of(branch))
                found |= before - names
                before |= names & wanted
    return frozenset(found)
