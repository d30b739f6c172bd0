# SPDX-License-Identifier: GPL-2.0-or-later
"""The SARIF log: what the standard's schema asks for, and what stands where."""

import json
from dataclasses import replace
from typing import Any

import pytest

from rewriter.engine.finding import ConstantTest, Evidence, FileResult, Finding, Note
from rewriter.report.sarif import sarif_document
from rewriter.smpl.parser import parse_semantic_patch
from rewriter.source.text import Skipped

PATCH = parse_semantic_patch(
    "/// use new()\n///\n/// old() is slow.\n@r@\n@@\n- old();\n+ new();\n", "swap.cocci"
)
TARGET = Finding(
    "r",
    "d/binder.c",
    9,
    4,
    8,
    "free_page",
    "trylock-fallback",
    reason="retries in vain",
    evidence=(Evidence("held-lock", "d/lock.h", 7, "\tspin_lock(&lock);"),),
    may_sleep=True,
    constant_tests=(ConstantTest("d/binder.c", 12, True, "vma"),),
)
OTHER = Finding("r", "a/caf\udce9 1.c", 120, 0, 0, "", "no-fallback", actionable=False)
RESULTS = [
    FileResult("d/binder.c", (TARGET,), notes=(Note("d/binder.c", 14, "free_page", "the label goes"),)),
    FileResult("a/caf\udce9 1.c", (OTHER,), skipped=(Skipped("/abs/fault.c", 4, "macro", "h"),)),
    FileResult("e.c", errors=("e.c:1: rule 'r': no",), notes=(Note("e.c", 2, "g", "alone"),)),
]


@pytest.fixture
def run() -> Any:
    log = json.loads(sarif_document(PATCH, "swap", RESULTS))
    assert log["version"] == "2.1.0"
    assert len(log["runs"]) == 1
    return log["runs"][0]


def test_each_verdict_is_a_rule(run: Any) -> None:
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["swap/trylock-fallback", "swap/no-fallback", "swap/behaviour"]
    assert rules[0]["shortDescription"]["text"] == "use new(): trylock-fallback"
    assert rules[0]["fullDescription"]["text"] == "old() is slow."
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_level_is_what_counts_for_the_exit_code(run: Any) -> None:
    assert [result["level"] for result in run["results"]] == ["warning", "note", "note"]


def test_a_result_has_its_place_and_all_that_was_said(run: Any) -> None:
    found = run["results"][0]
    assert found["message"]["text"] == (
        "trylock-fallback: retries in vain. the label goes. 'vma' is now always true."
    )
    (location,) = found["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "d/binder.c"},
        "region": {"startLine": 9, "startColumn": 5, "endColumn": 9},
    }
    assert location["logicalLocations"] == [{"name": "free_page", "kind": "function"}]
    related = [
        (
            r["id"],
            r["physicalLocation"]["artifactLocation"]["uri"],
            r["physicalLocation"]["region"]["startLine"],
            r["message"]["text"],
        )
        for r in found["relatedLocations"]
    ]
    assert related == [
        (0, "d/lock.h", 7, "held-lock: spin_lock(&lock);"),
        (1, "d/binder.c", 14, "the label goes"),
        (2, "d/binder.c", 12, "'vma' is now always true"),
    ]
    assert found["properties"] == {
        "rule": "r",
        "may_sleep": True,
        "constant_tests": [{"file": "d/binder.c", "line": 12, "value": True, "text": "vma"}],
        "notes": ["the label goes"],
    }


def test_names_are_uris_and_columns_begin_at_one(run: Any) -> None:
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a/caf%E9%201.c"
    assert place["region"] == {"startLine": 120, "startColumn": 1}


def test_code_that_was_not_analysed_is_a_notification(run: Any) -> None:
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is True
    skipped, error = invocation["toolExecutionNotifications"]
    assert (skipped["level"], skipped["message"]["text"]) == ("warning", "not analysed: macro in h()")
    place = skipped["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "file:///abs/fault.c"}, "region": {"startLine": 4}}
    assert error == {"level": "error", "message": {"text": "e.c:1: rule 'r': no"}}


def test_nothing_found_is_a_log_too() -> None:
    (run,) = json.loads(sarif_document(PATCH, "swap", []))["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"][0]["toolExecutionNotifications"] == []


def test_bytes_that_are_no_text_are_no_surrogates() -> None:
    odd = replace(TARGET, reason="caf\udce9")
    sarif_document(PATCH, "swap", [FileResult("d.c", (odd,))]).encode()
