# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts can call: the objects ``cocci`` and ``coccilib``, and the places they are given.

``coccilib`` is found by ``import`` as well; what scripts print, by whatever means, becomes lines of output.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType, SimpleNamespace

from rewriter.engine.iteration import Instance, Iteration
from rewriter.engine.terms import BUILDERS, ElemBase, TermList, position
from rewriter.match.environment import Location


class ExitError(Exception):
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
    element: str = field(default="", repr=False)  # what we call the element

    @classmethod
    def of(cls, place: Location) -> ScriptLocation:
        """Give a place as scripts see it."""
        home = place.home
        return cls(
            place.file,
            home.name or place.element,
            str(home.line),
            str(home.column),
            str(home.line_end),
            str(home.column_end),
            str(place.line),
            str(place.column),
            str(place.line_end),
            str(place.column_end),
            place.element,
        )


def first_of(place: object) -> ScriptLocation:
    """Give the first of the places a script names. Raises ValueError and TypeError."""
    found = all_of(place)
    if not found:
        raise ValueError("the position is empty")
    return found[0]


def all_of(place: object) -> list[ScriptLocation]:
    """Give the places a script names. Raises TypeError."""
    if isinstance(place, ScriptLocation):
        return [place]
    if isinstance(place, list | tuple) and all(isinstance(p, ScriptLocation) for p in place):
        return list(place)
    raise TypeError(f"a position was expected, not {place!r}")


class _Lines(io.TextIOBase):
    """What is written becomes lines at the end of a list; the last one may be continued."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._open = False

    def write(self, text: str) -> int:
        start, *rest = text.split("\n")
        if self._open:
            self._lines[-1] += start
        elif start or rest:
            self._lines.append(start)
        self._lines += rest
        self._open = bool(rest and rest[-1]) or (not rest and (self._open or bool(start)))
        if rest and not rest[-1]:
            self._lines.pop()
        return len(text)


@dataclass(slots=True)
class Library:
    """The names that scripts of one semantic patch find without defining them."""

    semantic_patch: str
    files: tuple[str, ...]
    output: list[str] = field(default_factory=list)
    pending: list[Instance] = field(default_factory=list)  # further runs that were asked for
    include: bool = True  # what the last ``cocci.include_match`` said
    bound: Callable[[str], bool] = lambda _: False  # is ``rule.name`` bound in this environment?
    _stream: _Lines = field(init=False)
    _modules: dict[str, ModuleType] = field(init=False)

    def __post_init__(self) -> None:
        self._stream = _Lines(self.output)
        org = _module("coccilib.org", **self._org())
        report = _module("coccilib.report", build_report=_report, print_report=self._print_report)
        elems = _module("coccilib.elems", ElemBase=ElemBase, Location=ScriptLocation, TermList=TermList)
        iteration = _module("coccilib.iteration", Iteration=partial(Iteration, self.pending))
        parts = {"org": org, "report": report, "elems": elems, "iteration": iteration}
        whole = _module("coccilib", **parts)
        self._modules = {module.__name__: module for module in (whole, *parts.values())}

    def names(self) -> Mapping[str, object]:
        """Give the names that scripts know."""
        cocci = SimpleNamespace(
            include_match=self._include_match,
            exit=self._exit,
            print_main=self._print_main,
            print_sec=self._print_secs,
            print_secs=self._print_secs,
            cocci_file=self.semantic_patch,
            files=lambda: list(self.files),
            has_env_binding=lambda rule, name: self.bound(f"{rule}.{name}"),
            make_position=position,
            **vars(BUILDERS),
        )
        coccilib = self._modules["coccilib"]
        return {"cocci": cocci, "coccilib": coccilib, "Iteration": partial(Iteration, self.pending)}

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Let scripts import what they can call, and take down what they print."""
        before = {name: sys.modules.get(name) for name in self._modules}
        sys.modules.update(self._modules)
        try:
            with redirect_stdout(self._stream):
                yield
        finally:
            for name, module in before.items():
                if module is None:
                    sys.modules.pop(name, None)
                else:
                    sys.modules[name] = module

    # --- the functions ----------------------------------------------------------------------------

    def _include_match(self, include: bool) -> None:
        self.include = include

    def _exit(self) -> None:
        raise ExitError

    def _say(self, line: str) -> None:
        self._stream.write(f"{line}\n")

    def _org(self) -> dict[str, object]:
        return {
            "build_link": _link,
            "print_todo": self._print_todo,
            "print_link": self._print_link,
            "print_safe_todo": lambda p, msg="", color="ovl-face1": self._print_todo(p, _safe(msg), color),
            "print_safe_link": lambda p, msg="", color="ovl-face1": self._print_link(p, _safe(msg), color),
            "print_main": self._print_main,
            "print_sec": self._print_secs,
            "print_secs": self._print_secs,
        }

    def _print_report(self, p: object, msg: str = "ERROR") -> None:
        self._say(_report(p, msg))

    def _print_link(self, p: object, msg: str = "", color: str = "ovl-face1") -> None:
        place = first_of(p)
        self._say(_link(place, msg or f"{place.file}::{place.line}", color))

    def _print_todo(self, p: object, msg: str = "", color: str = "ovl-face1") -> None:
        place = first_of(p)
        self._say("* TODO " + _link(place, msg or f"{place.file}::{place.line}", color))

    def _print_main(self, msg: str, p: object, color: str = "ovl-face1") -> None:
        place = first_of(p)
        where = f"{place.file}::{place.line}"
        self._print_todo(place, f"{msg} {where}" if msg else where, color)

    def _print_secs(self, msg: str, ps: object, color: str = "ovl-face2") -> None:
        for place in all_of(ps):
            self._print_link(place, msg, color)


def _module(name: str, **contents: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(contents)
    return module


def _report(p: object, msg: str) -> str:
    place = first_of(p)
    return f"{place.file}:{place.line}:{place.column}-{place.column_end}: {msg}"


def _link(p: object, msg: str, color: str) -> str:
    place = first_of(p)
    spot = f"linb={place.line}::colb={place.column}::cole={place.column_end}"
    return f"[[view:{place.file}::face={color}::{spot}][{msg}]]"


def _safe(msg: str) -> str:
    return msg.replace("[", "@(").replace("]", ")")
