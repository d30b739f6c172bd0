# SPDX-License-Identifier: GPL-2.0-or-later
"""From what the rules did to one file to what is reported of it.

A function is rewritten whole or not at all: what a script refused, and what would not parse any more, goes
back to its original bytes here. For every function that stays rewritten the tests that became constant
are looked up in the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rewriter.edit.edit import Edit, Rewrite
from rewriter.engine.behaviour import Behaviour
from rewriter.engine.finding import ConstantTest, FileResult, Finding, Note
from rewriter.engine.scripts import Verdict, Verdicts
from rewriter.engine.state import FileState
from rewriter.smpl.patch import SemanticPatch
from rewriter.source.needs import ANYTHING
from rewriter.source.text import Lines, Skipped, Span
from rewriter.source.tokens import without_constants
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.parse import TranslationUnit, parse
from rewriter.syntax.tree import DEFINITIONS


def outcome(
    patch: SemanticPatch,
    text: bytes,
    state: FileState,
    verdicts: Verdicts,
    output: Sequence[str],
    errors: Sequence[str],
    matches: Sequence[tuple[str, str, int, int]],
    starred: Iterable[Span],
) -> FileResult:
    """Put the result of one file together."""
    macros = state.unit.macros
    original = FileState.read(state.path, text, macros=macros) if state.rewrite.edits else state
    rewrite = _without_refused(state.rewrite, original.unit, verdicts.refused)
    rewrite, broken = _without_broken(rewrite, original.unit)
    told, unwritten = list(errors), []
    for element in original.unit.elements:
        if reason := broken.get(element.name):
            verdicts.refused.setdefault(element.name, reason)
            line = original.unit.lines.line(element.span.start)
            if element.kind in DEFINITIONS:  # no reason to give up the file
                unwritten.append(Skipped(state.path, line, f"a macro left as it was: {reason}", element.name))
            else:
                told.append(f"{state.path}:{line}: {element.name} is left as it was: {reason}")
    final = FileState.read(state.path, rewrite.apply(), macros=macros) if rewrite.edits else original
    behaviour = Behaviour(rewrite, original, final, verdicts.outdated)
    changed = behaviour.changed()
    tests = {c.name: behaviour.constant_tests(c) for c in changed}
    narrowed = {c.name: behaviour.narrowed(c) for c in changed}
    notes = [n for c in changed for n in behaviour.notes(c, tests[c.name])] + behaviour.left_behind(changed)
    notes += [
        Note(state.path, int(place.line), place.element, said)
        for place, said, pointer in dict.fromkeys(verdicts.notes)
        if (names := narrowed.get(place.element)) is not None and (not pointer or pointer in names)
    ]
    findings = [_finding(v, verdicts, tests, patch) for v in verdicts.said.values()]
    if "verdicts" not in patch.extensions:
        findings = _plain_findings(matches, original.unit.lines, state.path, tests, verdicts.refused)
    skipped = _relevant(original, patch) + tuple(unwritten)
    return FileResult(
        state.path,
        tuple(sorted(findings, key=lambda f: (f.line, f.column, f.rule))),
        tuple(output),
        tuple(sorted(notes, key=lambda n: n.line)),
        rewrite if rewrite.edits else None,
        tuple(c.name for c in changed),
        verdicts.withheld if rewrite.edits else "",
        skipped,
        tuple(told),
        tuple(sorted(starred)),
    )


def _relevant(state: FileState, patch: SemanticPatch) -> tuple[Skipped, ...]:
    """What was not analysed and could have matched: code that holds the words a match needs."""
    text = state.unit.source.text
    unstructured = tuple(state.unstructured.values())
    if patch.required == ANYTHING:
        return state.unit.skipped + unstructured
    kept: list[Skipped] = []
    holds = patch.required.finder()
    lines = state.unit.lines
    for skipped in state.unit.skipped:
        body = text
        if skipped.function:
            spans = [e.span for e in state.unit.elements if e.name == skipped.function]
            if spans:
                body = b"".join(text[s.start : s.end] for s in spans)
            else:
                start = lines.starts[min(skipped.line, len(lines.starts)) - 1]
                body = text[start : _end_of_function(text, start)]
        if holds(body, 0, len(body)):
            kept.append(skipped)
    return tuple(kept) + unstructured


def _end_of_function(text: bytes, start: int) -> int:
    found = text.find(b"\n}", start)
    return len(text) if found < 0 else found


# --- all or nothing -------------------------------------------------------------------------------


def _owner(edit: Edit, unit: TranslationUnit) -> TopLevel | None:
    """The element an edit belongs to: the one it is in, or the next one (comments stand above)."""
    for element in unit.elements:
        if edit.span.start < element.span.end:
            return element
    return unit.elements[-1] if unit.elements else None


def _without_refused(rewrite: Rewrite, unit: TranslationUnit, refused: dict[str, str]) -> Rewrite:
    kept = []
    for edit in rewrite.edits:
        owner = _owner(edit, unit)
        if owner is None or owner.name not in refused:
            kept.append(edit)
    return rewrite if len(kept) == len(rewrite.edits) else Rewrite.of(rewrite.text, kept)


def _without_broken(rewrite: Rewrite, unit: TranslationUnit) -> tuple[Rewrite, dict[str, str]]:
    """Take back the edits of functions that would no longer parse."""
    broken: dict[str, str] = {}
    while rewrite.edits:
        text = rewrite.apply()
        owners = {o.name for e in rewrite.edits if (o := _owner(e, unit)) is not None}
        lost = _lost(rewrite, unit, parse(unit.source.path, text, unit.macros)) & owners
        if lost:  # a rule may well put a constant where C wants a variable, as in ``12 = f();``
            lost &= _lost(rewrite, unit, parse(unit.source.path, without_constants(text), unit.macros))
        if not lost:
            break
        broken.update(dict.fromkeys(lost, "the rewritten code would not parse"))
        rewrite = _without_refused(rewrite, unit, broken)
    return rewrite, broken


def _lost(rewrite: Rewrite, unit: TranslationUnit, after: TranslationUnit) -> set[str]:
    """Give the elements that can no longer be read in ``after``, and macros whose bodies are C no more."""
    before = {e.name for e in unit.elements if e.intact}
    lost = {e.name for e in after.elements if not e.intact} & before
    if len(after.elements) < len(unit.elements):
        kept = {e.name for e in unit.elements if e.intact and not _name_goes(e, rewrite)}
        lost |= kept - {e.name for e in after.elements}
    owners = {o.name for e in rewrite.edits if (o := _owner(e, unit)) is not None}
    return lost | (_unread(after, owners) - _unread(unit, owners))


def _unread(unit: TranslationUnit, names: set[str]) -> set[str]:
    """Give those of the macros called ``names`` whose bodies are no C by themselves."""
    macros = [e for e in unit.elements if e.kind in DEFINITIONS and e.name in names]
    return {e.name for e in macros if unit.directive(e).children[-1].kind == "preproc_arg"}


def _name_goes(element: TopLevel, rewrite: Rewrite) -> bool:
    """Tell whether an edit takes the name of an element away."""
    name = re.compile(rb"\b" + re.escape(element.name.encode("utf-8", "surrogateescape")) + rb"\b")
    inside = [e.span for e in rewrite.edits if e.span.overlaps(element.span)]
    return any(name.search(rewrite.text, span.start, span.end) for span in inside)


# --- findings -------------------------------------------------------------------------------------


def _finding(
    verdict: Verdict,
    verdicts: Verdicts,
    tests: dict[str, tuple[ConstantTest, ...]],
    patch: SemanticPatch,
) -> Finding:
    place = verdict.place
    function = place.element
    refused = verdicts.refused.get(function, "")
    found = Finding(
        verdict.rule,
        place.file,
        int(place.line),
        int(place.column),
        int(place.column_end),
        function,
        verdict.word,
        verdict.reason,
        tuple(verdict.evidence),
        verdict.may_sleep,
        tests.get(function, ()),
        actionable=verdict.act or function in tests,
    )
    if refused and verdict.word in verdicts.targets:
        return replace(found, verdict="undecided", reason=refused, constant_tests=(), actionable=False)
    return found


def _plain_findings(
    matches: Sequence[tuple[str, str, int, int]],
    lines: Lines,
    path: str,
    tests: dict[str, tuple[ConstantTest, ...]],
    refused: dict[str, str],
) -> list[Finding]:
    """A pattern without verdicts: one finding per match of a rule that changes or shows code."""
    found: dict[tuple[str, int], Finding] = {}
    for rule, function, start, _ in matches:
        line, column = lines.line(start), lines.column(start)
        reason = refused.get(function, "")
        finding = Finding(
            rule,
            path,
            line,
            column,
            column,
            function,
            "match",
            reason,
            constant_tests=tests.get(function, ()),
        )
        found.setdefault((rule, start), finding)
    return list(found.values())
