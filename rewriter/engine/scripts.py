# SPDX-License-Identifier: GPL-2.0-or-later
"""Python in semantic patches: script rules, script constraints and what they can call.

All scripts of a semantic patch share one namespace, as with spatch: what ``initialize`` defines is there
later. `Verdicts` is the object ``rewriter`` that a patch with ``// Extensions: verdicts`` also gets.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from rewriter.engine.finding import Evidence
from rewriter.engine.library import ExitError, Library, ScriptLocation, all_of, first_of
from rewriter.engine.terms import TermList, made_of
from rewriter.match.environment import Brace, Code, Location, Positions, Value
from rewriter.smpl.patch import Python, ScriptRule, SemanticPatch


class _Unset(str):
    """What a script reads from an output that it has not set yet: no text."""


_UNSET = _Unset()


class ScriptError(Exception):
    """A script raised an exception; the message names script, line and file.

    ``exit_code`` is there if the exception is that of ``sys.exit``, which ends all of the run.
    """

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.exit_code = exit_code


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
        here = first_of(place)
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
        return [e for p in all_of(place) for e in self.look_up(p.file, int(p.line), int(p.column))]

    def context(self, place: object) -> list[Evidence]:
        """Give what shows that the code at ``place`` cannot wait: locks held, callbacks, trylocks."""
        here = first_of(place)
        return self.surroundings(int(here.line), int(here.column))

    def sleeps(self, place: object) -> list[Evidence]:
        """Give what sleeps on the way to ``place`` while nothing forbids it; empty when nothing does."""
        here = first_of(place)
        return self.sleeping(int(here.line), int(here.column))

    def note(self, place: object, text: str, narrowed: str = "") -> None:
        """Tell reviewers something about the function at ``place``, if it is rewritten in the end.

        ``narrowed`` names a pointer: the note is only given if that could be NULL in code that stays and
        no longer can.
        """
        self.notes.append((first_of(place), text, narrowed))

    def stale(self, function: str, words: str) -> None:
        """List for reviewers the comments of a rewritten function in which the regexp ``words`` matches."""
        re.compile(words)
        self.outdated[function] = words

    def refuse(self, place: object, reason: str) -> None:
        """Undo all changes in the function at ``place``, or of that name: it becomes ``undecided``."""
        name = place if isinstance(place, str) else first_of(place).element
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
    return [Evidence(str(kind), spot.file, int(spot.line), str(text)) for spot in all_of(where)]


@dataclass(slots=True)
class ScriptRunner:
    """Runs the scripts of one semantic patch on files that are looked at together."""

    patch: SemanticPatch
    files: tuple[str, ...]
    verdicts: Verdicts
    namespace: dict[str, object] = field(repr=False)  # what scripts know; those of several files may share it
    library: Library = field(init=False)
    _cache: dict[tuple[int, object], tuple[bool, dict[str, Value]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.library = Library(self.patch.path, self.files)
        self.namespace |= {"__name__": "__main__", **self.library.names()}
        for name in (*self.patch.virtuals, *self.patch.identifiers):
            self.namespace.setdefault(name, name)
        if "verdicts" in self.patch.extensions:
            self.namespace["rewriter"] = self.verdicts

    @property
    def _where(self) -> str:
        return f" on {', '.join(self.files)}" if self.files else ""

    # --- running ----------------------------------------------------------------------------------

    @property
    def output(self) -> list[str]:
        """The lines that scripts printed."""
        return self.library.output

    def run(
        self,
        rule: ScriptRule,
        values: Mapping[str, Value | None],
        bound: Container[str] = (),
    ) -> tuple[bool, dict[str, Value]]:
        """Run a script rule: tells whether to keep the environment, and the values of the outputs it set.

        ``bound`` are the bindings of the environment, as ``rule.name``. The same values never run a rule
        twice. Raises ScriptError; StopIteration when it asked to stop.
        """
        key = (id(rule), tuple(sorted((n, v) for n, v in values.items() if v is not None)))
        if key in self._cache:
            return self._cache[key]
        self.library.include, self.library.bound = True, bound.__contains__
        self.verdicts.rule = rule.name
        outputs = SimpleNamespace(**dict.fromkeys(rule.outputs, _UNSET))
        for source in rule.inputs:
            value = values.get(source.name)
            shown: object = self.show(value) if value is not None else _default(source.default or "")
            if source.origin == "virtual":
                shown = dict(self.patch.bindings).get(source.source, shown)
            self.namespace[source.name] = shown
            setattr(outputs, source.name, shown)
        self.namespace["coccinelle"] = outputs
        self._execute(rule.code, rule.name, rule.code_line)
        given = {name: getattr(outputs, name) for name in rule.outputs}
        made = {name: made_of(value) for name, value in given.items() if value is not _UNSET}
        result = self.library.include, made
        self._cache[key] = result
        return result

    def evaluate(self, script: Python, values: Mapping[str, Value | None]) -> object:
        """Evaluate a script expression with metavariables as local names. Raises ScriptError."""
        local = {name: self.show(v) for name, v in values.items() if v is not None}
        try:
            with self.library.at_hand():
                return eval(script.code, self.namespace, local)
        except Exception as error:
            raise ScriptError(
                f"{self.patch.path}:{script.line}: script constraint failed{self._where}: {error!r}"
            ) from error

    def _execute(self, code: str, name: str, line: int) -> None:
        try:
            compiled = compile("\n" * (line - 1) + code, self.patch.path, "exec")
            with self.library.at_hand():
                exec(compiled, self.namespace)
        except ExitError:
            raise StopIteration from None
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
            said = f": {stop.code}" if isinstance(stop.code, str) else ""
            raise ScriptError(
                f"{self.patch.path}:{line}: script '{name}' ends the run{self._where}{said}", status
            ) from stop
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
            return tuple(ScriptLocation.of(p) for p in sorted(value.places))
        return str(value.number) if isinstance(value, Brace) else ""


def _comments(place: Location) -> SimpleNamespace:
    before, middle, after = place.comments or ("", "", "")
    return SimpleNamespace(before=before, middle=middle, after=after)


def _default(text: str) -> object:
    """The value of an input nothing bound: ``[]`` for positions, else a string."""
    return () if text.strip('"').replace(" ", "") == "[]" else text.strip('"')
