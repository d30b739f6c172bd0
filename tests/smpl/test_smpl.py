# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patches as the front end reads them: printed form and warnings, or the error with its hint."""

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
PATTERNS = Path(__file__).parents[2] / "patterns"
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
    return out


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_front_end(name: str, parts: dict[str, str]) -> None:
    virtuals = frozenset(parts.get("virtuals", "").split())
    try:
        patch = parse_semantic_patch(parts["rule"], "case.cocci", virtuals)
        found = {"form": printed(patch), "warnings": "".join(f"{w}\n" for w in patch.warnings)}
    except SemanticPatchError as error:
        found = {"error": f"{error}\n"}
    given = {k: v for k, v in parts.items() if k in ("form", "error", "warnings")}
    assert given
    assert {k: found.get(k) for k in given} == given


@pytest.mark.parametrize("path", sorted(PATTERNS.rglob("*.cocci")), ids=lambda path: path.stem)
def test_shipped_patterns_are_without_warnings(path: Path) -> None:
    patch = parse_semantic_patch(path.read_text(encoding="utf-8"), path.name, every=True)
    assert patch.warnings == ()


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


FILES = {
    "more.cocci": "virtual v\n@r@\nexpression x;\n@@\n- one(x)\n+ two(x)\n",
    "more.iso": (
        "// Another name for the same.\nExpression\n@ again @\nexpression X;\n@@\ntwice(X)\n=>\nanew(X)\n"
    ),
    "loop.cocci": '#include "loop.cocci"\n@@\n@@\n- a();\n',
    "bad.iso": "Expression\n@ again @\n@@\ntwice(1)\n",
    "worse.iso": "Expresion\n@ again @\n@@\ntwice(1) => anew(1)\n",
    "type.iso": "Type\n@ again @\ntypedef u32;\n@@\nint => u32\n",
    "stars.iso": "Type\n@ again @\n@@\nint * => char\n",
    "test.iso": "TestExpression\n@ again @\nexpression X;\n@@\ntwice(X) => anew(X)\n",
    "many.iso": "Expression\n@ again @\nexpression X;\n@@\nonce(X) => twice(X) <=> other(X) => anew(X)\n",
    "either.iso": "Expression\n@ again @\nexpression X;\n@@\ntwice(X) => \\( anew \\| other \\)(X)\n",
    "argument.iso": "ArgExpression\n@ again @\n@@\n0 => NOTHING\n",
    "any.iso": "Expression\n@ again @\nexpression X;\n@@\nX => anew(X)\n",
    "pure.iso": "Expression\n@ again @\npure expression X;\n@@\ntwice(X) => anew(X)\n",
}
RULE = "@s@\nexpression x;\n@@\n- twice(x)\n+ x\n"
BESIDE = [
    ('#include "more.cocci"\n' + RULE, "rule r"),
    ('#include "more.cocci"\n@s depends on v && r@\n@@\n- twice(1)\n', "rule r"),
    ('using "more.iso"\n' + RULE, "call_expression\n          -anew"),
    (RULE.replace("@s@", '@s using "more.iso"@'), "call_expression\n          -anew"),
    ('using "more.iso"\n' + RULE.replace("@s@", "@s disable again@"), "-twice"),
    ('using "none.iso"\n' + RULE, "'none.iso' cannot be read: No such file"),
    ('#include "loop.cocci"\n' + RULE, "'loop.cocci' includes itself"),
    ('using "bad.iso"\n' + RULE, "bad.iso:1:1: error: isomorphism 'again' lacks '=>'"),
    ('using "worse.iso"\n' + RULE, "worse.iso:1:1: error: this is no isomorphism"),
    ('using "type.iso"\n@@\nidentifier i;\n@@\n- int i;\n', "-u32"),
    ('using "stars.iso"\n' + RULE, "stars.iso:1:1: error: isomorphism 'again': types of several parts"),
    ('using "test.iso"\n@@\nexpression x;\n@@\n- if (!twice(x)) f();\n', "-anew"),
    ('using "many.iso"\n' + RULE, "-other"),
    ('using "many.iso"\n' + RULE, "-anew"),
    ('using "pure.iso"\n' + RULE, "-anew"),
    ('using "either.iso"\n' + RULE, "-anew"),
    ('using "either.iso"\n' + RULE, "-other"),
    ('using "any.iso"\n' + RULE, "argument_list: -( expression metavariable -x -)"),
    ('using "argument.iso"\n@@\n@@\n- f(0);\n', "-NOTHING"),
    ("#include more\n" + RULE, "the name of a file was expected"),
]


@pytest.mark.parametrize(("rule", "expected"), BESIDE)
def test_files_beside_a_semantic_patch(rule: str, expected: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    try:
        found = printed(parse_semantic_patch(rule, str(tmp_path / "case.cocci"), frozenset()))
    except SemanticPatchError as error:
        found = str(error)
    assert expected in found


@pytest.mark.parametrize(
    ("rule", "unexpected"),
    [
        ('using "test.iso"\n' + RULE, "anew"),
        ('using "many.iso"\n' + RULE, "once"),
        ('using "any.iso"\n@@\nexpression x;\n@@\n- twice(x);\n', "expression\n        expression_statement"),
        ('using "pure.iso"\n' + RULE.replace("x\n", "1\n").replace("(x)", "(f(x))"), "anew"),
    ],
)
def test_what_an_isomorphism_leaves_alone(rule: str, unexpected: str, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert unexpected not in printed(parse_semantic_patch(rule, str(tmp_path / "case.cocci"), frozenset()))
