# SPDX-License-Identifier: GPL-2.0-or-later
"""What the matcher is told of one element of a file for one rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from rewriter.engine.state import FileState
from rewriter.match.constraint import Context, Evaluate, Oracle
from rewriter.match.environment import Value
from rewriter.match.manner import Manner
from rewriter.smpl.patch import Rule
from rewriter.syntax.elements import TopLevel


def context_of(
    rule: Rule,
    element: TopLevel,
    bound: Mapping[str, Value],
    barred: frozenset[int],
    state: FileState,
    ask: Oracle,
    evaluate: Evaluate,
    manner: Manner,
) -> Context:
    """Put the context of a match of ``rule`` in ``element`` together.

    ``bound`` are the values of earlier rules, ``barred`` the tokens that match nothing. What few rules ask
    for, such as types, is made when it is asked for.
    """
    unit = state.unit
    return Context(
        unit.source,
        unit.lines,
        unit.source.path,
        element.name,
        state.home_of(element),
        rule.metavariables,
        rule.body.tokens,
        bound,
        ask,
        evaluate,
        partial(state.tests_of, element),
        partial(state.types_of, element),
        partial(state.own_types_of, element),
        partial(state.scopes_of, element),
        partial(state.macros_of, element),
        rule.transforms,
        rule.body.plus,
        rule.body.led,
        rule.body.qualified,
        rule.body.statements_only,
        unit.node(element).start if element.kind == "expression_statement" else -1,
        barred,
        manner,
        rule.disabled,
    )
