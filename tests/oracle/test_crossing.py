# SPDX-License-Identifier: GPL-2.0-or-later
"""What is crossed follows from the seed alone, and a mutated semantic patch is one that can be read."""

from __future__ import annotations

from random import Random

import pytest
from crossing import FOLDERS, Case, Inputs, cases, renamed
from mutations import MUTATIONS, mutated

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.parser import parse_semantic_patch

PATCH = "@r@\nexpression e;\n@@\n- lock(e);\n...\n  if (e == NULL)\n+ held();\n  unlock(e);\n"
CASES = [
    Case("own", PATCH, "void q(void) { lock(a); }\n"),
    Case("near", "@@ @@\n- f();\n", "void q(void) { unlock(b); held(); }\n"),
    Case("far", "@@ @@\n- g();\n", "int x;\n"),
]


def test_inputs_are_chosen_by_the_words_they_share() -> None:
    inputs = Inputs(CASES)
    assert [inputs.named[code] for code in inputs.chosen(CASES[0], 2, None)] == ["own", "near"]
    drawn = [inputs.chosen(CASES[0], 8, Random(seed)) for seed in (1, 1)]
    assert drawn[0] == drawn[1]
    assert {inputs.named[code] for code in drawn[0]} == {"own", "near"}


def test_functions_get_the_names_of_calls() -> None:
    rule, calls = renamed(PATCH, Random(1))
    assert len(calls) == 3
    assert all(call in rule for call in calls)
    assert "lock(" not in rule.replace("mutex_lock(", "").replace("mutex_unlock(", "")


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutations(name: str) -> None:
    changed = {mutated(PATCH, Random(seed), name) for seed in range(20)}
    assert changed != {PATCH}
    parse_semantic_patch(next(iter(sorted(changed))), "rule.cocci")


def test_most_mutated_cases_are_semantic_patches() -> None:
    read = 0
    sample = cases(list(FOLDERS))[::20]
    for case in sample:
        for name in MUTATIONS:
            try:
                read += bool(parse_semantic_patch(mutated(case.rule, Random(1), name), "rule.cocci"))
            except SemanticPatchError:
                continue
    assert read > 0.7 * len(sample) * len(MUTATIONS)
