# SPDX-License-Identifier: GPL-2.0-or-later
"""How the options of a run want patterns matched."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """What a person may ask of the matcher.

    With ``only_returns`` dots pass those branches by that return, not those that leave otherwise. Unless
    ``nested``, an expression is not found inside one that matches. Unless ``ordered``, a branch of a
    disjunction of expressions counts beside earlier ones.
    """

    only_returns: bool = False
    nested: bool = True
    ordered: bool = True
