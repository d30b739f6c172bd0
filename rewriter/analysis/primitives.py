# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of kernel functions without looking into them: the tables of ``primitives.toml``.

``Primitives.default().locks["mmap_lock"].waits["mmap_read_lock"]`` is the reason why it counts as waiting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock one may ask about; the mappings are from a function's name to the reason it is listed."""

    name: str
    members: frozenset[str]
    guards: frozenset[str]
    yields: frozenset[str]  # structures that those who take it are after
    holders: frozenset[str]  # structures through which the owner can be reached
    lookups: frozenset[str]  # find what the lock protects
    waits: Mapping[str, str]
    tries: Mapping[str, str]
    harmless: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hold:
    """A kind of thing that is held from an acquire to a release; ``argument`` -1 means one for all."""

    name: str
    sleepable: bool
    argument: int
    why: str
    acquires: frozenset[str]
    releases: frozenset[str]
    tries: frozenset[str]
    guards: frozenset[str]


@dataclass(frozen=True, slots=True)
class Callback:
    """A way in which a function becomes a callback."""

    name: str
    holds: str  # what the caller holds: a kind of `Hold`, "context" for interrupts and their like, or ""
    synchronous: bool  # called by the function that registers it, before that returns
    why: str
    members: frozenset[str]
    calls: frozenset[str]
    headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Primitives:
    """All tables; ``leaves`` are the names whose definitions are not looked into."""

    quiet: Mapping[str, str]  # beginnings of names that are not followed
    locks: Mapping[str, Lock]
    waits_by_member: Mapping[str, str]
    tries_by_member: Mapping[str, str]
    sleeps: Mapping[str, str]
    sleeping_prefixes: Mapping[str, str]  # what all functions begin with that sleep for one reason
    sleeping_flags: Mapping[str, str]
    atomic_flags: Mapping[str, str]
    never_sleeps: Mapping[str, str]
    holds: tuple[Hold, ...]
    annotations: Mapping[str, str]
    assertions: Mapping[str, str]
    callbacks: tuple[Callback, ...]
    leaves: frozenset[str]

    def is_quiet(self, name: str) -> bool:
        """Tell whether a call of ``name`` is not worth following: a macro in capitals, or in the table."""
        return name.upper() == name or name.startswith(tuple(self.quiet))

    @staticmethod
    def default() -> Primitives:
        """Give the tables that come with the program; the same object at every call."""
        return _default()

    @staticmethod
    def load(path: Path) -> Primitives:
        """Read a file of tables; raises OSError, or ValueError naming the file and what is wrong in it."""
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
            return _from_tables(tables)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ValueError(f"{path}: {error}") from error
        except KeyError as error:
            raise ValueError(f"{path}: the entry {error} is missing") from error


@cache
def _default() -> Primitives:
    return Primitives.load(Path(__file__).with_name("primitives.toml"))


def _from_tables(tables: dict[str, Any]) -> Primitives:
    locks = {
        name: Lock(
            name,
            frozenset(t["members"]),
            frozenset(t["guards"]),
            frozenset(t["yields"]),
            frozenset(t["holders"]),
            frozenset(t["lookups"]),
            t["waits"],
            t["tries"],
            t["harmless"],
        )
        for name, t in tables["locks"].items()
    }
    holds = tuple(
        Hold(
            name,
            t["sleepable"],
            t["argument"],
            t["why"],
            *(frozenset(t[key]) for key in ("acquires", "releases", "tries", "guards")),
        )
        for name, t in tables["holds"].items()
    )
    callbacks = tuple(
        Callback(
            name,
            t["holds"],
            t["synchronous"],
            t["why"],
            *(frozenset(t[key]) for key in ("members", "calls", "headers")),
        )
        for name, t in tables["callbacks"].items()
    )
    known = set(tables["waits_by_member"]) | set(tables["sleeps"]) | set(tables["never_sleeps"])
    known |= set(tables["assertions"]) | set(tables["tries_by_member"])
    for lock in locks.values():
        known |= set(lock.waits) | set(lock.tries) | set(lock.harmless)
    for hold in holds:
        known |= hold.acquires | hold.releases | hold.tries
    return Primitives(
        quiet=tables["quiet"],
        locks=locks,
        waits_by_member=tables["waits_by_member"],
        tries_by_member=tables["tries_by_member"],
        sleeps={name: why for name, why in tables["sleeps"].items() if not name.endswith("*")},
        sleeping_prefixes={n[:-1]: why for n, why in tables["sleeps"].items() if n.endswith("*")},
        sleeping_flags=tables["sleeping_flags"],
        atomic_flags=tables["atomic_flags"],
        never_sleeps=tables["never_sleeps"],
        holds=holds,
        annotations=tables["annotations"],
        assertions=tables["assertions"],
        callbacks=callbacks,
        leaves=frozenset(known),
    )
