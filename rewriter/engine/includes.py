# SPDX-License-Identifier: GPL-2.0-or-later
"""Where code is added beside an ``#include`` that a rule keeps: once in a file where the path has dots.

Beside each of those that a whole path names; of those that ``<linux/...>`` covers above the first or below
the last that does not stand under ``#if``. Code on both sides is added beside the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from rewriter.smpl.patch import Rule
from rewriter.smpl.term import Inner, tokens_of
from rewriter.syntax.elements import TopLevel

T = TypeVar("T")


def changed_elements(rule: Rule, found: Mapping[int, tuple[TopLevel, T]]) -> list[tuple[TopLevel, T]]:
    """Give those elements of ``found``, by where they start, that the rule changes."""
    elements = [found[start] for start in sorted(found)]
    term = rule.body.code.terms[0] if rule.body.code.terms else None
    if not isinstance(term, Inner) or term.kind != "preproc_include":
        return elements
    tokens = list(tokens_of(term))
    if any(t.removed for t in tokens) or "..." not in tokens[-1].text:
        return elements
    free = [e for e in elements if not e[0].conditional]
    return free[:1] if rule.body.before else free[-1:]
