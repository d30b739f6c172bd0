# SPDX-License-Identifier: GPL-2.0-or-later
"""``Iteration()`` of scripts asks for another run of the semantic patch, with other virtuals or files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Virtuals = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """Another run: on these files, None for those of the first run, with these virtual rules and names."""

    files: tuple[str, ...] | None
    virtuals: Virtuals
    extends: bool = False  # the virtual rules and identifiers that are given already stay, too

    def over(self, given: Virtuals) -> Virtuals:
        """Give the virtual rules and identifiers of the run, ``given`` those of the run that asked for it."""
        own = {name for name, _ in self.virtuals}
        kept = tuple(item for item in given if item[0] not in own) if self.extends else ()
        return (*kept, *self.virtuals)


@dataclass(slots=True)
class Iteration:
    """What a script fills in and registers; wrong types raise TypeError, a second value ValueError."""

    pending: list[Instance]
    _files: tuple[str, ...] | None = None
    _virtuals: dict[str, str | None] = field(default_factory=dict)
    _extends: bool = False

    def set_files(self, files: Iterable[str]) -> None:
        """Name the files to look at."""
        named = list(files)
        if isinstance(files, str) or not all(isinstance(name, str) for name in named):
            raise TypeError("Iteration.set_files wants a list of strings")
        self._files = tuple(named)

    def add_virtual_rule(self, rule: str) -> None:
        """Switch a virtual rule on."""
        self._add("add_virtual_rule", rule, None)

    def add_virtual_identifier(self, name: str, value: str) -> None:
        """Give a virtual identifier its value."""
        if not isinstance(value, str):
            raise TypeError("Iteration.add_virtual_identifier wants two strings")
        self._add("add_virtual_identifier", name, value)

    def _add(self, method: str, name: str, value: str | None) -> None:
        if not isinstance(name, str):
            raise TypeError(f"Iteration.{method} wants strings")
        if value is not None and name in self._virtuals:
            raise ValueError(f"'{name}' is given twice")
        self._virtuals[name] = value

    def set_extend_virtual_ids(self, extends: bool) -> None:
        """Keep the virtual rules and identifiers of this run, too."""
        self._extends = bool(extends)

    def register(self) -> None:
        """Ask for the run."""
        self.pending.append(Instance(self._files, tuple(self._virtuals.items()), self._extends))
