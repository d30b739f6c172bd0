# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers with their evidence: yes, no or unknown, and the chain of places that shows it.

``waits_for("mmap_lock", "do_page_fault", ..).chain`` reads ``do_page_fault → lock_mm_and_find_vma → ..``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of evidence. ``kind`` says what stands there, ``text`` is a name or a short piece of code."""

    kind: str
    file: str  # relative to the root, as in a scan's output
    line: int  # 1-based
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; ``steps`` lead from the function asked about to what decides, ``reason`` is one sentence."""

    value: Value
    steps: tuple[Step, ...] = ()
    reason: str = ""

    @property
    def chain(self) -> str:
        """The steps' texts, joined by arrows."""
        return " → ".join(step.text for step in self.steps)

    def __bool__(self) -> bool:
        raise TypeError("an answer has three values; compare .value")
