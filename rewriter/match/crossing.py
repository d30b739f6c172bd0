# SPDX-License-Identifier: GPL-2.0-or-later
"""What a walk over the region of dots finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.cfg.graph import Point
from rewriter.match.witness import Witness


@dataclass(slots=True)
class Crossing:
    """What one walk over the region found, under one choice of the bindings others share."""

    order: list[int] = field(default_factory=list)  # points skipped, in the order they were reached
    frontier: dict[int, Witness] = field(default_factory=dict)
    bound: dict[int, frozenset[str]] = field(default_factory=dict)  # names bound at the frontier's points
    failed: bool = False


@dataclass(slots=True)
class Leaving:
    """The error exits a walk has come by: what is in them, and where they are left."""

    points: set[int] = field(default_factory=set)
    exits: set[int] = field(default_factory=set)

    def add(self, branch: Point, exits: set[int]) -> None:
        """Take note of a branch that is left at ``exits``, if it is."""
        if exits:
            self.points.update(range(branch.id + 1, branch.branch_end))
            self.exits |= exits
