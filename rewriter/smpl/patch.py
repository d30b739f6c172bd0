# SPDX-License-Identifier: GPL-2.0-or-later
"""Data types of a semantic patch: rules, metavariables, pattern code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SemanticPatch:
    """A parsed semantic patch.

    ``required`` lists alternatives: a file can only match if it contains all words of at least one set;
    an empty tuple means that any file may match.
    """

    path: str
    text: str
    required: tuple[frozenset[str], ...]
