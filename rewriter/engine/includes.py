# SPDX-License-Identifier: GPL-2.0-or-later
"""Where code is added beside an ``#include`` that a rule keeps: once in a file.

Below the last matching one, or above the first of those that ``<linux/...>`` covers; those under ``#if``
count only where there are no others.
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
    if any(t.removed for t in tokens):
        return elements
    free = [e for e in elements if not e[0].conditional] or elements
    if rule.body.after:
        return free[-1:]
    return free[:1] if "..." in tokens[-1].text else elements
