# SPDX-License-Identifier: GPL-2.0-or-later
"""What a semantic patch has to do with more than the file in hand."""

from __future__ import annotations

from rewriter.engine.prototypes import Prototypes
from rewriter.smpl.patch import Always, Rule, ScriptRule, SemanticPatch
from rewriter.smpl.term import metavariables_of
from rewriter.smpl.validate import inherited_keys


def asks_for_types(patch: SemanticPatch) -> bool:
    """Tell whether the code of any rule uses a metavariable that has a type."""
    return any(
        name in rule.metavariables and rule.metavariables[name].types
        for rule in patch.rules
        if isinstance(rule, Rule)
        for name in metavariables_of(rule.body.code)
    )


def stays_in_file(patch: SemanticPatch) -> bool:
    """Tell whether what the rules do in one file has no bearing on another.

    Rules that name their own metavariables alone say nothing about other files, unless they change headers
    of functions, which prototypes follow; scripts that speak of verdicts speak about a single file.
    """
    return "verdicts" in patch.extensions or all(_stands_alone(rule) for rule in patch.rules)


def _stands_alone(rule: Rule | ScriptRule) -> bool:
    if isinstance(rule, ScriptRule) or not isinstance(rule.depends_on, Always):
        return False
    counted = any(m.seed is not None and m.seed.counted for m in rule.metavariables.values())
    free = not counted and Prototypes.of(rule) is None
    return free and all(key.startswith("virtual.") for key in inherited_keys(rule))
