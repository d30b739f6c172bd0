# SPDX-License-Identifier: GPL-2.0-or-later
"""The findings of a run as a SARIF 2.1.0 log, the form that code review tools and editors read.

Each verdict of the pattern is a rule; evidence and constant tests are related locations; code that was not
analysed is a notification of the run, because nothing is known about it. Columns count bytes.
"""

from __future__ import annotations

import json
import os
import urllib.parse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rewriter import __version__
from rewriter.engine.finding import FileResult, Finding, Note
from rewriter.smpl.patch import SemanticPatch

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_Object = dict[str, Any]


def sarif_document(patch: SemanticPatch, name: str, results: Sequence[FileResult]) -> str:
    """Give the log of ``scan --format sarif``; ``name`` is the pattern's."""
    told = [entry for result in results for entry in _of_file(name, result)]
    rules = list(dict.fromkeys(entry["ruleId"] for entry in told))
    for entry in told:
        entry["ruleIndex"] = rules.index(entry["ruleId"])
    summary = patch.description[0] if patch.description else f"the semantic patch {name}"
    full = " ".join(line for line in patch.description[1:] if line) or summary
    driver = {
        "name": "rewriter",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": rule,
                "name": rule.replace("/", "-"),
                "shortDescription": {"text": f"{summary}: {rule.partition('/')[2]}"},
                "fullDescription": {"text": full},
            }
            for rule in rules
        ],
    }
    notifications = [_skipped(s.path, s.line, s.construct, s.function) for r in results for s in r.skipped]
    notifications += [{"level": "error", "message": {"text": error}} for r in results for error in r.errors]
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": notifications}
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": told}
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    # Readers of SARIF refuse lone surrogates; bytes that are no UTF-8 become visible escapes.
    text = json.dumps(log, indent=2, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _of_file(name: str, result: FileResult) -> Iterable[_Object]:
    notes = list(result.notes)
    for finding in result.findings:
        own = [note for note in notes if note.function == finding.function]
        notes = [note for note in notes if note not in own]
        yield _finding(name, finding, own)
    for note in notes:
        yield {
            "ruleId": f"{name}/behaviour",
            "level": "note",
            "message": {"text": note.text},
            "locations": [_location(note.file, note.line, function=note.function)],
        }


def _finding(name: str, finding: Finding, notes: Sequence[Note]) -> _Object:
    said = [f"{finding.verdict}: {finding.reason}" if finding.reason else finding.verdict]
    tests = [(t, f"'{t.text}' is now always {str(t.value).lower()}") for t in finding.constant_tests]
    places = {(note.file, note.line) for note in notes}
    said += [note.text for note in notes]
    said += [text for test, text in tests if (test.file, test.line) not in places]
    related = [(e.file, e.line, f"{e.kind}: {e.text.strip()}") for e in finding.evidence]
    related += [(note.file, note.line, note.text) for note in notes]
    related += [(t.file, t.line, text) for t, text in tests if (t.file, t.line) not in places]
    out: _Object = {
        "ruleId": f"{name}/{finding.verdict}",
        "level": "warning" if finding.actionable else "note",
        "message": {"text": ". ".join(said) + "."},
        "locations": [
            _location(finding.file, finding.line, finding.column, finding.end_column, finding.function)
        ],
        "properties": {
            "rule": finding.rule,
            "may_sleep": finding.may_sleep,
            "constant_tests": [
                {"file": t.file, "line": t.line, "value": t.value, "text": t.text}
                for t in finding.constant_tests
            ],
            "notes": [note.text for note in notes],
        },
    }
    if related:
        out["relatedLocations"] = [
            {"id": number, **_location(file, line), "message": {"text": text}}
            for number, (file, line, text) in enumerate(related)
        ]
    return out


def _skipped(path: str, line: int, construct: str, function: str) -> _Object:
    where = f" in {function}()" if function else ""
    return {
        "level": "warning",
        "message": {"text": f"not analysed: {construct}{where}"},
        "locations": [_location(path, line)],
    }


def _location(file: str, line: int, column: int = -1, end: int = -1, function: str = "") -> _Object:
    place: _Object = {"artifactLocation": {"uri": _uri(file)}}
    if line > 0:
        place["region"] = {"startLine": line}
        if column >= 0:
            place["region"]["startColumn"] = column + 1
        if end > column >= 0:
            place["region"]["endColumn"] = end + 1
    out: _Object = {"physicalLocation": place}
    if function:
        out["logicalLocations"] = [{"name": function, "kind": "function"}]
    return out


def _uri(path: str) -> str:
    quoted = urllib.parse.quote(os.fsencode(os.path.normpath(path)))
    return f"file://{quoted}" if Path(path).is_absolute() else quoted
