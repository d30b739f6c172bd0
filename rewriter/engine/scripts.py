# SPDX-License-Identifier: GPL-2.0-or-later
"""Python in semantic patches: script rules, script constraints and what they can call.

All scripts of a semantic patch share one namespace, as with spatch: what ``initialize`` defines is there
later. `Verdicts` is the object ``rewriter`` that a patch with ``// Extensions: verdicts`` also gets.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace

from rewriter.engine.finding import Evidence
from rewriter.engine.iteration import Instance, Iteration
from rewriter.engine.terms import BUILDERS, TermList
from rewriter.match.environment import Brace, Code, Location, Positions, Value
from rewriter.smpl.patch import Python, ScriptRule, SemanticPatch


class ScriptError(Exception):
    """A script raised an exception; the message names script, line and file."""


class _ExitError(Exception):
    """``cocci.exit()``: no more rules on this file."""


@dataclass(frozen=True, slots=True)
class ScriptLocation:
    """A position as scripts see it: every member is a string."""

    file: str
    current_element: str
    current_element_line: str
    current_element_column: str
    current_element_line_end: str
    current_element_column_end: str
    line: str
    column: str
    line_end: str
    column_end: str


@dataclass(slots=True)
class Verdict:
    """What a patch said about one place; a later word for the same place replaces an earlier one."""

    rule: str
    place: ScriptLocation
    word: str
    reason: str = ""
    may_sleep: bool = False
    act: bool = False
    evidence: list[Evidence] = field(default_factory=list)


@dataclass(slots=True)
class Verdicts:
    """Collects what scripts say about places in one file."""

    path: str
    look_up: Callable[[str, int, int], Iterable[Evidence]]
    find: Callable[[str], list[tuple[str, int, str]]]
    surroundings: Callable[[int, int], list[Evidence]]
    sleeping: Callable[[int, int], list[Evidence]]
    included: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    said: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)  # function -> reason
    notes: list[tuple[ScriptLocation, str, str]] = field(default_factory=list)
    outdated: dict[str, str] = field(default_factory=dict)  # function -> what comments should not say
    lost: dict[str, list[str]] = field(default_factory=dict)  # function -> what simplified code did
    undecided: dict[str, list[tuple[str, int]]] = field(default_factory=dict)  # function -> (name, line)
    targets: set[str] = field(default_factory=set)  # verdicts that call for a rewrite
    withheld: str = ""
    rule: str = ""

    @classmethod
    def of_no_file(cls) -> Verdicts:
        """Give what scripts talk to before the first file and behind the last."""
        return cls("", lambda *_: (), lambda _: [], lambda *_: [], lambda *_: [])

    def verdict(
        self,
        place: object,
        word: str,
        reason: str = "",
        evidence: Iterable[Evidence | tuple[str, object, str]] = (),
        may_sleep: bool = False,
        rewrite: bool = False,
        act: bool = False,
    ) -> None:
        """Say ``word`` about ``place`` (a position).

        Evidence: (kind, position, text) triples, or what ``why`` gave.

        ``rewrite`` says that this verdict calls for the rewrite: when that is refused, the place becomes
        ``undecided``. ``act`` says that there is something to do for a person: it counts for the exit code.
        """
        if rewrite:
            self.targets.add(word)
        here = _first(place)
        key = (here.line, here.column)
        found = self.said.get(key)
        if found is None or found.word != word:
            found = self.said[key] = Verdict(self.rule, here, word)
        found.reason = reason or found.reason
        found.may_sleep = found.may_sleep or may_sleep
        found.act = found.act or act
        for item in evidence:
            for entry in [item] if isinstance(item, Evidence) else _evidence(*item):
                if entry not in found.evidence:
                    found.evidence.append(entry)

    def why(self, place: object) -> list[Evidence]:
        """Give the evidence behind the answers of the analysis about the code at ``place``."""
        return [e for p in _all(place) for e in self.look_up(p.file, int(p.line), int(p.column))]

    def context(self, place: object) -> list[Evidence]:
        """Give what shows that the code at ``place`` cannot wait: locks held, callbacks, trylocks."""
        here = _first(place)
        return self.surroundings(int(here.line), int(here.column))

    def sleeps(self, place: object) -> list[Evidence]:
        """Give what sleeps on the way to ``place`` while nothing forbids it; empty when nothing does."""
        here = _first(place)
        return self.sleeping(int(here.line), int(here.column))

    def note(self, place: object, text: str, narrowed: str = "") -> None:
        """Tell reviewers something about the function at ``place``, if it is rewritten in the end.

        ``narrowed`` names a pointer: the note is only given if that could be NULL in code that stays and
        no longer can.
        """
        self.notes.append((_first(place), text, narrowed))

    def stale(self, function: str, words: str) -> None:
        """List for reviewers the comments of a rewritten function in which the regexp ``words`` matches."""
        re.compile(words)
        self.outdated[function] = words

    def refuse(self, place: object, reason: str) -> None:
        """Undo all changes in the function at ``place``, or of that name: it becomes ``undecided``."""
        name = place if isinstance(place, str) else _first(place).current_element
        self.refused.setdefault(name, reason)

    def effects(self, function: str) -> list[str]:
        """List the calls and counters in the code that ``simplify`` rules took out of a function."""
        return self.lost.get(function, [])

    def kept(self, function: str) -> list[tuple[str, int]]:
        """List variables (name, line of a use) that a ``simplify`` rule could not retire from a function."""
        return self.undecided.get(function, [])

    def definitions(self, name: str) -> list[tuple[str, int, str]]:
        """List the definitions of a function in the tree: (file, line, its text without comments)."""
        return self.find(name)

    def withhold(self, reason: str, unless: str = "") -> None:
        """Show the changes to this file but write them only if the user assumes ``unless``."""
        if unless not in self.assumed:
            self.withheld = reason

    def includes(self, kind: str) -> bool:
        """Tell whether the user asked to include findings of this kind (``--include``)."""
        return kind in self.included


def _evidence(kind: str, where: object, text: str) -> list[Evidence]:
    return [Evidence(str(kind), spot.file, int(spot.line), str(text)) for spot in _all(where)]


def _first(place: object) -> ScriptLocation:
    found = _all(place)
    if not found:
        raise ValueError("the position is empty")
    return found[0]


def _all(place: object) -> list[ScriptLocation]:
    if isinstance(place, ScriptLocation):
        return [place]
    if isinstance(place, list | tuple) and all(isinstance(p, ScriptLocation) for p in place):
        return list(place)
    raise TypeError(f"a position was expected, not {place!r}")


@dataclass(slots=True)
class ScriptRunner:
    """Runs the scripts of one semantic patch on one file."""

    patch: SemanticPatch
    path: str
    verdicts: Verdicts
    element_lines: Callable[[str], tuple[int, int, int, int]]
    namespace: dict[str, object] = field(repr=False)  # what scripts know; those of several files may share it
    output: list[str] = field(default_factory=list)
    pending: list[Instance] = field(default_factory=list)  # further runs that were asked for
    _cache: dict[tuple[int, object], tuple[bool, dict[str, str]]] = field(default_factory=dict)
    _include: bool = True

    def __post_init__(self) -> None:
        self.namespace |= {
            "__name__": "__main__",
            "cocci": SimpleNamespace(
                include_match=self._include_match,
                exit=self._exit,
                print_main=self._print_main,
                print_sec=self._print_secs,
                print_secs=self._print_secs,
                cocci_file=self.patch.path,
                files=lambda: [self.path],
                **vars(BUILDERS),
            ),
            "coccilib": SimpleNamespace(
                report=SimpleNamespace(print_report=self._print_report),
                org=SimpleNamespace(
                    print_todo=self._print_todo,
                    print_link=self._print_link,
                    print_safe_todo=lambda p, m="", c="ovl-face1": self._print_todo(p, _safe(m), c),
                    print_safe_link=lambda p, m="", c="ovl-face2": self._print_link(p, _safe(m), c),
                ),
            ),
            "print": lambda *words, **_: self.output.append(" ".join(map(str, words))),
        }
        self.namespace["Iteration"] = partial(Iteration, self.pending)
        for name in (*self.patch.virtuals, *self.patch.identifiers):
            self.namespace.setdefault(name, name)
        if "verdicts" in self.patch.extensions:
            self.namespace["rewriter"] = self.verdicts

    @property
    def _where(self) -> str:
        return f" on {self.path}" if self.path else ""

    # --- running ----------------------------------------------------------------------------------

    def run(self, rule: ScriptRule, values: Mapping[str, Value | None]) -> tuple[bool, dict[str, str]]:
        """Run a script rule: tells whether to keep the environment, and the values of its outputs.

        The same values never run a rule twice. Raises ScriptError; StopIteration when it asked to stop.
        """
        key = (id(rule), tuple(sorted((n, v) for n, v in values.items() if v is not None)))
        if key in self._cache:
            return self._cache[key]
        self._include = True
        self.verdicts.rule = rule.name
        outputs = SimpleNamespace(**dict.fromkeys(rule.outputs, ""))
        for source in rule.inputs:
            value = values.get(source.name)
            shown: object = self.show(value) if value is not None else _default(source.default or "")
            if source.origin == "virtual":
                shown = dict(self.patch.bindings).get(source.source, shown)
            self.namespace[source.name] = shown
            setattr(outputs, source.name, shown)
        self.namespace["coccinelle"] = outputs
        self._execute(rule.code, rule.name, rule.code_line)
        result = self._include, {name: str(getattr(outputs, name)) for name in rule.outputs}
        self._cache[key] = result
        return result

    def evaluate(self, script: Python, values: Mapping[str, Value | None]) -> object:
        """Evaluate a script expression with metavariables as local names. Raises ScriptError."""
        local = {name: self.show(v) for name, v in values.items() if v is not None}
        try:
            return eval(script.code, self.namespace, local)
        except Exception as error:
            raise ScriptError(
                f"{self.patch.path}:{script.line}: script constraint failed{self._where}: {error!r}"
            ) from error

    def _execute(self, code: str, name: str, line: int) -> None:
        try:
            compiled = compile("\n" * (line - 1) + code, self.patch.path, "exec")
            exec(compiled, self.namespace)
        except _ExitError:
            raise StopIteration from None
        except Exception as error:
            frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == self.patch.path]
            at = frames[-1].lineno if frames else getattr(error, "lineno", None) or line
            raise ScriptError(
                f"{self.patch.path}:{at}: script '{name}' failed{self._where}: {error!r}"
            ) from error

    def show(self, value: Value) -> object:
        """Give a value as scripts see it: code as text, positions as a tuple of locations."""
        if isinstance(value, Code):
            return TermList(value.key) if value.kind == "list" else value.key
        if isinstance(value, Positions) and all(place.comments for place in value.places):
            return [_comments(place) for place in sorted(value.places)]
        if isinstance(value, Positions):
            return tuple(self._location(p) for p in sorted(value.places))
        return str(value.number) if isinstance(value, Brace) else ""

    def _location(self, place: Location) -> ScriptLocation:
        first, column, last, end = self.element_lines(place.element)
        return ScriptLocation(
            place.file,
            place.element,
            str(first),
            str(column),
            str(last),
            str(end),
            str(place.line),
            str(place.column),
            str(place.line_end),
            str(place.column_end),
        )

    # --- what scripts can call --------------------------------------------------------------------

    def _include_match(self, include: bool) -> None:
        self._include = include

    def _exit(self) -> None:
        raise _ExitError

    def _print_report(self, place: object, message: str = "ERROR") -> None:
        p = _first(place)
        self.output.append(f"{p.file}:{p.line}:{p.column}-{p.column_end}: {message}")

    def _print_link(self, place: object, message: str = "", color: str = "ovl-face2") -> None:
        p = _first(place)
        text = message or f"{p.file}::{p.line}"
        self.output.append(
            f"[[view:{p.file}::face={color}::linb={p.line}::colb={p.column}::cole={p.column_end}][{text}]]"
        )

    def _print_todo(self, place: object, message: str = "", color: str = "ovl-face1") -> None:
        self._print_link(place, message, color)
        self.output[-1] = "* TODO " + self.output[-1]

    def _print_main(self, message: str, places: object, color: str = "ovl-face1") -> None:
        p = _first(places)
        where = f"{p.file}::{p.line}"
        self._print_todo(p, f"{message} {where}" if message else where, color)

    def _print_secs(self, message: str, places: object, color: str = "ovl-face2") -> None:
        for place in _all(places):
            self._print_link(place, message, color)


def _comments(place: Location) -> SimpleNamespace:
    before, middle, after = place.comments or ("", "", "")
    return SimpleNamespace(before=before, middle=middle, after=after)


def _default(text: str) -> object:
    """The value of an input nothing bound: ``[]`` for positions, else a string."""
    return () if text.strip('"').replace(" ", "") == "[]" else text.strip('"')


def _safe(message: str) -> str:
    return message.replace("[", "@(").replace("]", ")")
