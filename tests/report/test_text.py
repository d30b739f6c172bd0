# SPDX-License-Identifier: GPL-2.0-or-later
"""The table, the notes and the JSON document, from results made by hand."""

import json

from rewriter.edit.edit import Edit, Rewrite
from rewriter.engine.finding import ConstantTest, Evidence, FileResult, Finding, Note
from rewriter.report.json import scan_document
from rewriter.report.relocate import from_root
from rewriter.report.text import behaviour_notes, findings_table, skipped_lines, summary
from rewriter.source.text import Skipped, Span

CODE = b"int f(void)\n{\n\tif (vma && x)\n\t\tg();\n\treturn 0;\n}\n"
TARGET = Finding(
    "r",
    "d/binder.c",
    9,
    0,
    4,
    "free_page",
    "trylock-fallback",
    reason="retries in vain",
    evidence=(Evidence("held-lock", "d/binder.c", 7, "\tspin_lock(&lock);"),),
    may_sleep=True,
    constant_tests=(ConstantTest("d/binder.c", 3, True, "vma"),),
)
OTHER = Finding("r", "a/long/way/fault.c", 120, 0, 4, "", "no-fallback", actionable=False)
RESULTS = [
    FileResult("d/binder.c", (TARGET,), rewrite=Rewrite.of(CODE, [Edit(Span(0, 3), b"long")])),
    FileResult("a/long/way/fault.c", (OTHER,), skipped=(Skipped("a/long/way/fault.c", 4, "macro", "h"),)),
]


def test_table() -> None:
    assert [line.plain for line in findings_table(RESULTS)] == [
        "VERDICT           PLACE                   FUNCTION",
        "trylock-fallback  d/binder.c:9            free_page (may sleep)",
        "  retries in vain",
        "  held-lock       d/binder.c:7            spin_lock(&lock);",
        "no-fallback       a/long/way/fault.c:120  -",
    ]
    assert findings_table([FileResult("a.c")]) == []


def test_notes_show_their_line_of_code() -> None:
    assert [line.plain for line in behaviour_notes(RESULTS[0])] == [
        "d/binder.c:3: free_page: 'vma' is now always true",
        "    3  if (vma && x)",
    ]


def test_a_note_of_the_engine_replaces_the_bare_test() -> None:
    note = Note("d/binder.c", 3, "free_page", "went on without a VMA, now returns")
    result = FileResult("d/binder.c", (TARGET,), notes=(note,), rewrite=RESULTS[0].rewrite)
    assert [line.plain for line in behaviour_notes(result)] == [
        "d/binder.c:3: free_page: went on without a VMA, now returns",
        "    3  if (vma && x)",
    ]
    assert json.loads(scan_document([result], 1))["notes"] == [
        {"file": "d/binder.c", "line": 3, "function": "free_page", "text": note.text}
    ]


def test_skipped_and_summary() -> None:
    assert [line.plain for line in skipped_lines(RESULTS[1].skipped)] == [
        "a/long/way/fault.c:4: not analysed: macro in h()"
    ]
    assert summary(RESULTS, 7, 2) == "1 no-fallback, 1 trylock-fallback; 7 files read, 2 analysed, 1 skipped"
    assert summary([], 1, 0) == "nothing found; 1 file read, 0 analysed"


def test_document() -> None:
    assert json.loads(scan_document(RESULTS, 7)) == {
        "callers": [
            {
                "file": "d/binder.c",
                "line": 9,
                "function": "free_page",
                "verdict": "trylock-fallback",
                "evidence": [
                    {"kind": "held-lock", "file": "d/binder.c", "line": 7, "text": "\tspin_lock(&lock);"}
                ],
                "may_sleep": True,
                "constant_tests": [{"file": "d/binder.c", "line": 3, "value": True}],
                "reason": "retries in vain",
            },
            {
                "file": "a/long/way/fault.c",
                "line": 120,
                "function": "",
                "verdict": "no-fallback",
                "evidence": [],
                "may_sleep": False,
                "constant_tests": [],
                "reason": "",
            },
        ],
        "skipped": [{"file": "a/long/way/fault.c", "line": 4, "construct": "macro"}],
        "notes": [],
        "files": 7,
    }


def test_paths_from_the_root() -> None:
    moved = from_root(RESULTS[0], "d")
    finding = moved.findings[0]
    assert (moved.path, finding.file, finding.evidence[0].file) == ("binder.c", "binder.c", "binder.c")
    assert finding.constant_tests[0].file == "binder.c"
    assert from_root(RESULTS[1], "d").findings[0].file == "a/long/way/fault.c"
