# SPDX-License-Identifier: GPL-2.0-or-later
"""What a rewrite changed in behaviour, and what it left behind: the notes a reviewer wants to read.

For every function that stays rewritten: the tests of pointers that became constant, statements out of
reach, comments that speak of names it no longer has. For the file: static functions that lost their last
caller, and members that are read but no longer set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rewriter.analysis.null import constant_now, narrowed_now, unreachable_now
from rewriter.cfg.graph import ControlFlowGraph
from rewriter.edit.edit import Edit, Rewrite
from rewriter.edit.variables import is_static
from rewriter.engine.finding import ConstantTest, Note
from rewriter.engine.state import FileState
from rewriter.source.text import Span
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.tree import leaves, walk


@dataclass(frozen=True, slots=True)
class Changed:
    """A function before and after."""

    name: str
    before: TopLevel
    after: TopLevel


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Compares a file before and after a rewrite.

    ``outdated`` gives for functions by name a regular expression for what comments should no longer say.
    """

    rewrite: Rewrite
    original: FileState
    final: FileState
    outdated: Mapping[str, str] = field(default_factory=dict)

    def changed(self) -> list[Changed]:
        """List the functions that have edits inside."""
        found: list[Changed] = []
        after = {f.name: f for f in self.final.unit.functions()}
        for function in self.original.unit.functions():
            touched = any(
                e.span.start < function.span.end and function.span.start <= e.span.end
                for e in self.rewrite.edits
            )
            if touched and function.name in after:
                found.append(Changed(function.name, function, after[function.name]))
        return found

    def constant_tests(self, changed: Changed) -> tuple[ConstantTest, ...]:
        """List the tests in a function that the rewrite made constant."""
        graphs = self._graphs(changed)
        fixed = constant_now(*graphs, self._offset_before) if graphs else ()
        path = self.original.path
        return tuple(ConstantTest(path, self._line(t.span.start), t.value, t.text) for t in fixed)

    def narrowed(self, changed: Changed) -> frozenset[str]:
        """Name the pointers in a function that could be NULL in code that stays and no longer can."""
        graphs = self._graphs(changed)
        return narrowed_now(*graphs, self._offset_before) if graphs else frozenset()

    def notes(self, changed: Changed, tests: Iterable[ConstantTest]) -> list[Note]:
        """Give the notes about one function; ``tests`` are those that `constant_tests` found in it."""
        notes: list[Note] = []
        graphs = self._graphs(changed)
        if graphs is None:
            return notes
        for test in tests:
            value = "true" if test.value else "false"
            text = f"`{test.text}` was true or false here and is now always {value}"
            notes.append(self._note(test.line, changed.name, text))
        for span in unreachable_now(*graphs, self._offset_before):
            line = self._line(span.start)
            notes.append(self._note(line, changed.name, "this can no longer be reached"))
        notes += self._stale_comments(changed)
        return sorted(notes, key=lambda n: n.line)

    def left_behind(self, changed: list[Changed]) -> list[Note]:
        """Give the notes about other code of the file that the rewritten functions no longer use or feed."""
        return self._uncalled(changed) + self._unset_members(changed)

    # --- names and comments -----------------------------------------------------------------------

    def _stale_comments(self, changed: Changed) -> list[Note]:
        """Comments of the rewritten function that still speak of what it no longer has."""
        outdated = self.outdated.get(changed.name)
        gone = _names(self.original, changed.before) - _names(self.final, changed.after)
        notes: list[Note] = []
        span = changed.after.span
        above = self.final.layout().code_before(span.start)
        for comment in self.final.unit.comments:
            if not (above <= comment.start and comment.end <= span.end):
                continue
            text = self.final.unit.source.decode(comment)
            said = {m.group() for m in re.finditer(outdated, text, re.I)} if outdated else set()
            spoken = sorted(set(re.findall(r"[A-Za-z_]\w+", text)) & gone | said)
            if spoken:
                names = ", ".join(f"`{n}`" for n in spoken)
                line = self._line_of_comment(comment)
                notes.append(self._note(line, changed.name, f"this comment still speaks of {names}"))
        return notes

    def _line_of_comment(self, comment: Span) -> int:
        """The line of a comment in the original: that of the same text there."""
        text = self.final.unit.source.text[comment.start : comment.end]
        found = self.original.unit.source.text.find(text)
        return self._line(found) if found >= 0 else self.final.unit.lines.line(comment.start)

    def _uncalled(self, changed: list[Changed]) -> list[Note]:
        """Static functions that only removed code referred to."""
        dropped: set[str] = set()
        for one in changed:
            dropped |= _names(self.original, one.before) - _names(self.final, one.after)
        notes: list[Note] = []
        for function in self.original.unit.functions():
            if function.name not in dropped or not is_static(self.original.unit.node(function)):
                continue
            word = re.compile(rb"\b%s\b" % re.escape(function.name.encode()))
            others = [e for e in self.final.unit.elements if e.name != function.name]
            if not any(word.search(self._code(e)) for e in others):
                line = self._line(function.span.start)
                notes.append(self._note(line, function.name, "this has lost its last caller"))
        return notes

    def _code(self, element: TopLevel) -> bytes:
        return self.final.layout().without_comments(element.span.start, element.span.end)

    # --- members ----------------------------------------------------------------------------------

    def _unset_members(self, changed: list[Changed]) -> list[Note]:
        """Members that only removed code set and that other functions still read."""
        removed = {key: text for one in changed for key, text in self._removed_writes(one).items()}
        notes: list[Note] = []
        if not removed:
            return notes
        uses = [(e, m) for e in self.final.elements() for m in _members(self.final, e)]
        for (struct, name), text in removed.items():
            same = [(e, m) for e, m in uses if m.name == name and m.struct in (struct, "")]
            if any(m.written for _, m in same):
                continue
            for element, member in {e.name: (e, m) for e, m in reversed(same) if m.struct}.values():
                said = f"`{text}` is no longer set in this file and is still read here"
                line = self._line(max(self._offset_before(member.start), 0))
                notes.append(self._note(line, element.name, said))
        return notes

    def _removed_writes(self, changed: Changed) -> dict[tuple[str, str], str]:
        """The members (of a structure, by name) that removed code assigned, as written there."""
        before, source = self.original.unit.node(changed.before), self.original.unit.source
        writes = [
            left
            for n in walk(before)
            if n.kind == "assignment_expression" and (left := n.children[0]).kind == "field_expression"
        ]
        if not writes:
            return {}
        kept = {self._offset_before(n.start) for n in walk(self.final.unit.node(changed.after))}
        types = self.original.types_of(changed.before)
        found: dict[tuple[str, str], str] = {}
        for write in writes:
            base, name = write.child("argument"), write.child("field")
            kind = types.of(base) if base is not None and write.start not in kept else None
            if kind is not None and name is not None:
                found[kind.base, name.text] = source.decode(write.span)
        return found

    # --- places -----------------------------------------------------------------------------------

    def _graphs(self, changed: Changed) -> tuple[ControlFlowGraph, ControlFlowGraph] | None:
        before, after = self.original.graph(changed.before), self.final.graph(changed.after)
        return (before, after) if before is not None and after is not None else None

    def _line(self, offset: int) -> int:
        return self.original.unit.lines.line(offset)

    def _note(self, line: int, function: str, text: str) -> Note:
        return Note(self.original.path, line, function, text)

    def _offset_before(self, offset: int) -> int:
        """The offset before of what stands at ``offset`` after; -1 for new text."""
        shift = 0
        for edit in self.rewrite.edits:
            start = edit.span.start + shift
            if offset < start:
                break
            if offset < start + len(edit.replacement):
                return _inside(edit, self.rewrite.text, offset - start)
            shift += len(edit.replacement) - len(edit.span)
        return offset - shift


def _inside(edit: Edit, text: bytes, offset: int) -> int:
    """Text that an edit writes again is the old text: the part before or behind what differs."""
    old, new = text[edit.span.start : edit.span.end], edit.replacement
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    if offset < same:
        return edit.span.start + offset
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    behind = len(new) - offset
    return edit.span.end - behind if behind <= tail else -1


def _names(state: FileState, element: TopLevel) -> set[str]:
    return {n.text for n in leaves(state.unit.node(element)) if n.kind.endswith("identifier")}


@dataclass(frozen=True, slots=True)
class _Member:
    """A member that is read or written: ``struct`` is the type it belongs to, "" when that is not known."""

    start: int
    struct: str
    name: str
    written: bool


def _members(state: FileState, element: TopLevel) -> list[_Member]:
    types = state.types_of(element)
    found: list[_Member] = []
    targets: set[Span] = set()
    for node in walk(state.unit.node(element)):
        if node.kind == "assignment_expression":
            targets.add(node.children[0].span)
        elif node.kind in ("pointer_expression", "update_expression"):
            targets |= {child.span for child in node.children}
        elif node.kind == "field_designator":
            found.append(_Member(node.start, "", node.children[-1].text, True))
        elif node.kind == "field_expression":
            base, name = node.child("argument"), node.child("field")
            kind = types.of(base) if base is not None else None
            if base is not None and name is not None:
                struct = kind.base if kind is not None else ""
                found.append(_Member(node.start, struct, name.text, node.span in targets))
    return found
