# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a pattern's unit tests: C files beside it, with what the pattern makes of them.

``cases/<case>.c`` is the input and ``<case>.expected.c`` what comes out, byte for byte; without the second
file nothing may change. ``<case>.expected.json`` may say more: the findings in their order, each an object
with those keys that matter. Evidence is then a list of kinds, all of which must be among the findings'::

    {"options": {"include": ["may-sleep"]},
     "findings": [{"function": "f", "verdict": "trylock-fallback", "evidence": ["held-lock"]}],
     "notes": [{"line": 14, "text": "this has lost its last caller"}],
     "skipped": []}

``options`` has ``define``, ``assume``, ``include`` and ``macros`` (``{"iterators": ["all_toys"]}``). A plain
list stands for the findings alone; without ``notes`` any may come out. Code that is not analysed fails a case
unless ``skipped`` lists it; so does a result that a second run would change again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rewriter.engine.catalog import Pattern
from rewriter.engine.finding import FileResult
from rewriter.engine.options import RunOptions
from rewriter.engine.run import run_file
from rewriter.smpl.patch import SemanticPatch
from rewriter.source.files import ReadError, read_file
from rewriter.source.macros import MacroTable

_KEYS = {"options", "findings", "notes", "skipped"}

CaseRunner = Callable[[SemanticPatch, str, bytes, RunOptions], FileResult]


class CaseError(Exception):
    """A case that cannot be run: an expectation that is no JSON, a file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Bytes that should have come out of a case, and those that did."""

    what: str
    expected: bytes
    got: bytes


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case went; it passed when there is neither a difference nor a complaint."""

    path: str
    differences: tuple[Difference, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Everything was as expected."""
        return not self.differences and not self.complaints


@dataclass(frozen=True, slots=True)
class _Case:
    file: Path

    @property
    def expected_code(self) -> Path:
        return self.file.with_suffix(".expected.c")

    @property
    def expected_json(self) -> Path:
        return self.file.with_suffix(".expected.json")

    def document(self) -> dict[str, Any]:
        """Give the expectations beyond the code, {} for none."""
        if not self.expected_json.exists():
            return {}
        try:
            found = json.loads(self.expected_json.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CaseError(f"{self.expected_json}: {error}") from error
        if isinstance(found, list):
            return {"findings": found}
        unknown = set(found) - _KEYS if isinstance(found, dict) else {"no object"}
        if unknown:
            raise CaseError(f"{self.expected_json}: unknown key '{min(unknown)}'")
        return dict(found)


def case_files(pattern: Pattern) -> list[Path]:
    """List a pattern's cases, sorted by name."""
    return sorted(file for file in pattern.cases.glob("*.c") if not file.name.endswith(".expected.c"))


def run_cases(
    pattern: Pattern, run: CaseRunner = run_file, accept: bool = False, macros: MacroTable | None = None
) -> list[CaseResult]:
    """Run all cases of a pattern; with ``accept`` the expectations are rewritten to what comes out now.

    ``macros`` is what is known of macros beyond what a case says itself. Raises SemanticPatchError for a
    bad pattern and CaseError for a case that cannot be run.
    """
    known = macros or MacroTable.default()
    return [_run_case(pattern, _Case(file), run, accept, known) for file in case_files(pattern)]


def _run_case(pattern: Pattern, case: _Case, run: CaseRunner, accept: bool, macros: MacroTable) -> CaseResult:
    document = case.document()
    options = _options(case, document.get("options", {}), macros)
    patch = pattern.parse(options)
    path = str(case.file)
    try:
        text = read_file(path)
        expected = read_file(str(case.expected_code)) if case.expected_code.exists() else text
    except ReadError as error:
        raise CaseError(f"{path}: {error}") from error
    result = run(patch, path, text, options)
    got = result.rewrite.apply() if result.rewrite is not None else text
    if accept:
        _accept(case, document, result, text, got)
        expected, document = got, {}
    differences = []
    if got != expected:
        differences.append(Difference("what comes out", expected, got))
    again = run(patch, path, got, options).rewrite
    if again is not None and again.apply() != got:
        differences.append(Difference("a second run changes it again", got, again.apply()))
    complaints = [*result.errors, *_compare(document, result, accept)]
    return CaseResult(path, tuple(differences), tuple(complaints))


def _options(case: _Case, written: dict[str, Any], macros: MacroTable) -> RunOptions:
    if unknown := set(written) - {"define", "assume", "include", "macros"}:
        raise CaseError(f"{case.expected_json}: unknown option '{min(unknown)}'")
    try:
        macros = macros.overridden_by(MacroTable.of(written.get("macros", {})))
    except ValueError as error:
        raise CaseError(f"{case.expected_json}: macros: {error}") from error
    defines = [definition.partition("=") for definition in written.get("define", [])]
    return RunOptions(
        tuple((name, value if sign else None) for name, sign, value in defines),
        frozenset(written.get("assume", [])),
        frozenset(written.get("include", [])),
        macros=macros,
    )


def _compare(document: dict[str, Any], result: FileResult, accept: bool) -> Iterator[str]:
    got = [asdict(finding) for finding in result.findings]
    expected = document.get("findings")
    if expected is not None:
        if len(expected) != len(got):
            places = ", ".join(f"{f.verdict} in {f.function} at line {f.line}" for f in result.findings)
            yield f"{len(got)} findings instead of {len(expected)}: {places or 'none'}"
        for number, (wanted, found) in enumerate(zip(expected, got, strict=False), 1):
            yield from (f"finding {number}: {text}" for text in _misfits(wanted, found, ""))
    if (notes := document.get("notes")) is not None:
        if len(notes) != len(result.notes):
            said = "; ".join(f"line {n.line}: {n.text}" for n in result.notes)
            yield f"{len(result.notes)} notes instead of {len(notes)}: {said or 'none'}"
        for number, (wanted, note) in enumerate(zip(notes, result.notes, strict=False), 1):
            yield from (f"note {number}: {text}" for text in _misfits(wanted, asdict(note), ""))
    skipped = [asdict(s) for s in result.skipped]
    known = document.get("skipped", [])
    if not accept and (
        len(known) != len(skipped) or any(_misfits(k, s, "") for k, s in zip(known, skipped, strict=True))
    ):
        yield from (f"not analysed: line {s.line}: {s.construct}" for s in result.skipped)
        if not skipped:
            yield "everything was analysed, although 'skipped' says otherwise"


def _misfits(wanted: Any, found: Any, where: str) -> list[str]:
    """Say where ``found`` lacks what ``wanted`` asks for; keys that are not asked for do not matter."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            text
            for key in wanted
            for text in _misfits(wanted[key], found.get(key), f"{where}.{key}".lstrip("."))
        ]
    if where == "evidence" and isinstance(wanted, list):
        kinds = [evidence["kind"] for evidence in found or ()]
        missing = [kind for kind in wanted if kind not in kinds]
        return (
            [f"evidence lacks {', '.join(map(str, missing))}; there is {', '.join(kinds) or 'none'}"]
            if missing
            else []
        )
    if isinstance(wanted, list) and isinstance(found, list | tuple) and len(wanted) == len(found):
        pairs = enumerate(zip(wanted, found, strict=True))
        return [text for i, (w, f) in pairs for text in _misfits(w, f, f"{where}[{i}]")]
    if wanted == found:
        return []
    return [f"{where} is {json.dumps(found)} instead of {json.dumps(wanted)}"]


def _accept(case: _Case, document: dict[str, Any], result: FileResult, text: bytes, got: bytes) -> None:
    if got != text:
        case.expected_code.write_bytes(got)
    else:
        case.expected_code.unlink(missing_ok=True)
    if not case.expected_json.exists():
        return
    findings = []
    for finding in result.findings:
        entry: dict[str, Any] = {
            "line": finding.line,
            "function": finding.function,
            "verdict": finding.verdict,
            "may_sleep": finding.may_sleep,
            "reason": finding.reason,
            "constant_tests": [{"line": t.line, "value": t.value} for t in finding.constant_tests],
            "evidence": list(dict.fromkeys(e.kind for e in finding.evidence)),
        }
        findings.append(entry)
    new: dict[str, Any] = {"options": document["options"]} if document.get("options") else {}
    new["findings"] = findings
    if "notes" in document:
        new["notes"] = [{"line": n.line, "text": n.text} for n in result.notes]
    if result.skipped:
        new["skipped"] = [{"line": s.line, "construct": s.construct} for s in result.skipped]
    case.expected_json.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")
