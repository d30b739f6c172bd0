# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patches as the front end reads them: their printed form, or the error with its caret and hint."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from txtar import archive_cases

from rewriter.match.environment import Code, Environment
from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.parser import parse_semantic_patch
from rewriter.smpl.patch import Rule, SemanticPatch
from rewriter.smpl.term import show

CASES = archive_cases(Path(__file__).parent)
RULES = [parts["rule"] for _, parts in CASES]


def printed(patch: SemanticPatch) -> str:
    """The rules that are left after the virtual ones were settled, with their code."""
    out = ""
    for rule in patch.rules:
        if isinstance(rule, Rule):
            words = " ".join(w for w in (rule.quantifier, *sorted(rule.disabled)) if w)
            out += f"rule {rule.name}{f' ({words})' if words else ''}\n{show(rule.body.code, 2)}"
        else:
            out += f"{rule.when} {rule.name}\n"
    return out + "".join(f"warning: {w}\n" for w in patch.warnings)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_front_end(name: str, parts: dict[str, str]) -> None:
    virtuals = frozenset(parts.get("virtuals", "").split())
    try:
        found = {"form": printed(parse_semantic_patch(parts["rule"], "case.cocci", virtuals))}
    except SemanticPatchError as error:
        found = {"error": f"{error}\n"}
    assert found == {k: v for k, v in parts.items() if k in ("form", "error")}


@given(st.sampled_from(RULES), st.integers(0, 400))
def test_a_prefix_parses_or_is_refused(rule: str, length: int) -> None:
    try:
        assert parse_semantic_patch(rule[:length], "case.cocci").rules
    except SemanticPatchError as error:
        assert str(error).startswith("case.cocci:")


@given(st.sampled_from(RULES), st.integers(0, 400), st.sampled_from(list("(){};,|&*+-@<>.?!=\"'/\\\n ax")))
def test_a_damaged_rule_parses_or_is_refused(rule: str, at: int, character: str) -> None:
    try:
        parse_semantic_patch(rule[:at] + character + rule[at + 1 :], "case.cocci")
    except SemanticPatchError as error:
        assert str(error).startswith("case.cocci:")


@given(
    st.dictionaries(st.sampled_from("abc"), st.text("xy", max_size=2)), st.sampled_from("abcd"), st.text("xy")
)
def test_binding_never_changes_an_environment(values: dict[str, str], name: str, text: str) -> None:
    environment = Environment({n: Code(v, v.encode()) for n, v in values.items()})
    before = environment.items()
    bound = environment.bind(name, Code(text, text.encode()))
    assert environment.items() == before
    assert (bound is None) == (values.get(name, text) != text)
