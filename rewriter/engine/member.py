# SPDX-License-Identifier: GPL-2.0-or-later
"""One file of those that the rules run over together: its text between two rules, and what came of it.

What a rule wants changed is gathered here while it is matched, and done when it has been matched everywhere.
A file is parsed when a rule first looks for words that it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Concatenate, ParamSpec, TypeVar

from rewriter.edit.alignment import realigned
from rewriter.edit.continuation import derive_around_macros, derive_in_macro
from rewriter.edit.deadcode import swept
from rewriter.edit.edit import ConflictError, Edit, Rewrite
from rewriter.edit.keeping import keeping_comments
from rewriter.edit.simplify import simplify
from rewriter.edit.tags import TaggedError, Tags
from rewriter.edit.template import UnboundError
from rewriter.edit.wrap import wrapped
from rewriter.engine.context import context_of
from rewriter.engine.effects import effects
from rewriter.engine.finding import FileResult
from rewriter.engine.giving_up import InconsistentPathsError, place_of, reason_of
from rewriter.engine.includes import changed_elements
from rewriter.engine.options import RunOptions
from rewriter.engine.oracle import Oracle
from rewriter.engine.outcome import outcome
from rewriter.engine.scripts import Verdicts
from rewriter.engine.state import FileState
from rewriter.match.constraint import Context, Evaluate
from rewriter.match.environment import Environment, Value
from rewriter.match.find import Match, inconsistent
from rewriter.match.witness import Leaf, aligned
from rewriter.smpl.lexer import STAR
from rewriter.smpl.patch import Rule, SemanticPatch
from rewriter.smpl.term import Body
from rewriter.source.macros import MacroTable
from rewriter.source.text import Span
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.tree import DEFINITIONS

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it is before a run, with what is known of its macros.

    ``included`` says that it is a header which takes part because a file of the group includes it.
    """

    path: str
    text: bytes = field(repr=False)
    macros: MacroTable | None = field(default=None, repr=False)
    included: bool = False


@dataclass(slots=True)
class _Original:
    """A file as it was before the first rule; what refers to it keeps no member alive."""

    patch: SemanticPatch
    file: SourceFile
    options: RunOptions
    parsed: FileState | None = None

    def state(self) -> FileState:
        if self.parsed is None:
            macros = self.patch.macros(self.file.macros)
            options = self.options
            self.parsed = FileState.read(
                self.file.path, self.file.text, options.flow, macros, options.headers
            )
        return self.parsed

    def asked(self, question: Callable[Concatenate[FileState, P], T]) -> Callable[P, T]:
        """Give a question about the file's state as one that needs no state, and parses when it is asked."""
        return lambda *words, **named: question(self.state(), *words, **named)


@dataclass(slots=True, eq=False)
class Member:
    """One file of a group, while the rules of ``patch`` run over it."""

    patch: SemanticPatch
    file: SourceFile
    options: RunOptions
    oracle: Oracle
    verdicts: Verdicts = field(init=False)
    errors: list[str] = field(default_factory=list)
    matches: list[tuple[str, str, int, int]] = field(default_factory=list)  # rule, element, start, end
    starred: set[Span] = field(default_factory=set)
    _original: _Original = field(init=False)
    _rewritten: FileState | None = None
    _tags: dict[int, tuple[TopLevel, Tags]] = field(default_factory=dict)  # by where the element starts

    def __post_init__(self) -> None:
        self._original = original = _Original(self.patch, self.file, self.options)
        self.verdicts = Verdicts(
            self.path,
            self.oracle.why,
            original.asked(self.oracle.definitions),
            original.asked(self.oracle.context),
            original.asked(self.oracle.sleeps_before),
            self.options.include,
            self.options.assume,
        )

    @property
    def path(self) -> str:
        """The file's name."""
        return self.file.path

    @property
    def text(self) -> bytes:
        """The bytes as the rules so far left them."""
        return self.file.text if self._rewritten is None else self._rewritten.unit.source.text

    @property
    def parsed(self) -> bool:
        """Whether a rule has looked at the file."""
        return self._original.parsed is not None

    @property
    def state(self) -> FileState:
        """The text, parsed."""
        return self._rewritten or self._original.state()

    def result(self, output: Iterable[str] = ()) -> FileResult:
        """Say what became of the file; ``output`` are the lines that scripts printed."""
        if not self.parsed and not self.patch.required.finder()(self.text, 0, len(self.text)):
            return FileResult(self.path, output=tuple(output))
        return outcome(
            self.patch,
            self.file.text,
            self.state,
            self.verdicts,
            tuple(output),
            self.errors,
            self.matches,
            self.starred,
        )

    def broken_off(self, output: Iterable[str], errors: Iterable[str]) -> FileResult:
        """Say what became of the file when a script failed: nothing is changed."""
        skipped = self.state.unit.skipped if self.parsed else ()
        return FileResult(self.path, output=tuple(output), errors=tuple(errors), skipped=skipped)

    # --- matching ---------------------------------------------------------------------------------

    def context(
        self,
        rule: Rule,
        element: TopLevel,
        bound: Mapping[str, Value],
        unusable: frozenset[int],
        evaluate: Evaluate,
    ) -> Context:
        """Give what the matcher is told of one element for one rule."""
        answer, manner = self.oracle.answerer(self.state, element), self.options.manner
        return context_of(rule, element, bound, unusable, self.state, answer, evaluate, manner)

    def note(self, rule: Rule, element: TopLevel, match: Match) -> None:
        """Keep where a rule matched, if people are to be told."""
        node = match.point.node
        if node is not None and (rule.transforms or rule.body.stars):
            offset = self.state.rewrite.original_offset(node.start)
            self.matches.append((rule.name, element.name, offset, offset))
        if rule.body.stars:
            origin = self.state.rewrite.original_offset
            for leaf, _ in match.placements():
                self.starred.update(
                    Span(origin(e.start), origin(e.end))
                    for e in aligned(leaf.alignment)
                    if rule.body.tokens[e.token].mark == STAR and e.start < e.end
                )

    # --- transforming -----------------------------------------------------------------------------

    def tag(
        self,
        rule: Rule,
        element: TopLevel,
        placed: Iterable[tuple[Leaf, Environment]],
        start: int,
        body: Body | None = None,
    ) -> None:
        """Keep what a match of a rule that begins at the point ``start`` wants changed in an element."""
        _, wanted = self._tags.setdefault(element.span.start, (element, Tags()))
        try:
            if rule.simplify:
                wanted.assume(rule.body, list(placed), start)
            else:
                wanted.add(body or rule.body, rule.filled, list(placed), start)
        except (TaggedError, UnboundError) as error:
            self._abandon(rule, element, error)

    def _abandon(self, rule: Rule, element: TopLevel, error: Exception) -> None:
        line = self.state.unit.lines.line(place_of(error, element.span.start))
        reason = reason_of(error)
        self.errors.append(
            f"{self.path}:{line}: rule '{rule.name}' in {element.name or 'a declaration'}: {reason}"
        )
        self.verdicts.refused.setdefault(element.name, reason)

    def transform(self, rule: Rule) -> None:
        """Do what the matches of a rule want changed."""
        tags, self._tags = self._tags, {}
        if not tags:
            return
        edits: list[Edit] = []
        layout = self.state.layout()
        changed = list(changed_elements(rule, tags))
        for element, wanted in changed:
            if element.name in self.verdicts.refused and element.name:
                continue
            graph = None if self.options.inconsistent_paths else self.state.graph(element)
            try:
                astray = inconsistent(graph, wanted.points) if graph is not None else None
                if astray is not None:
                    raise InconsistentPathsError(astray)
                if graph is not None:
                    wanted.removed |= swept(wanted, self.state.unit.node(element), graph)
                if rule.simplify:
                    self._simplify(element, wanted)
                if element.kind in DEFINITIONS and not rule.body.directives:
                    macro = self.state.unit.directive(element)
                    change = derive_in_macro(wanted, macro, layout, rule.filled)
                else:
                    element_node = self.state.unit.node(element)
                    change = derive_around_macros(wanted, element_node, layout, rule.filled)
            except (ConflictError, InconsistentPathsError, TaggedError, UnboundError) as error:
                self._abandon(rule, element, error)
                continue
            if self.options.keep_comments:
                change = keeping_comments(change, layout)
            edits += [*change.edits, *realigned(change, element.span)]
        if edits:
            rewrite = wrapped(
                Rewrite.of(layout.text, edits), (e.span for e, _ in changed), self.options.width
            )
            self._rewritten = self.state.rewritten(rewrite)

    def _simplify(self, element: TopLevel, wanted: Tags) -> None:
        """Turn assumptions into what has to go."""
        found = simplify(self.state.unit.node(element), wanted.assumed)
        wanted.removed |= found.removed
        wanted.lonely |= found.lonely
        for declaration, span in found.declarators:
            wanted.declarators[span] = (declaration, span)
        self.verdicts.lost.setdefault(element.name, []).extend(effects(self.state, found.effects))
        lines, source = self.state.unit.lines, self.state.unit.source
        self.verdicts.undecided.setdefault(element.name, []).extend(
            (node.text or source.decode(node.span), lines.line(node.start)) for node in found.undecided
        )
