# SPDX-License-Identifier: GPL-2.0-or-later
"""What a search finds for a step and all behind it: the bindings that are added, and a witness."""

from __future__ import annotations

from collections.abc import Iterable

from rewriter.match.environment import Bindings, Environment
from rewriter.match.witness import Witness, join

Solutions = tuple[tuple[Bindings, Witness], ...]


def agree(each: list[Solutions]) -> list[tuple[Bindings, Witness]]:
    """Combine the solutions of all successors as far as they bind the same values."""
    combined: list[tuple[dict[str, object], list[Witness]]] = [({}, [])]
    for solutions in each:
        combined = [
            ({**old, **dict(bindings)}, [*parts, witness])
            for old, parts in combined
            for bindings, witness in solutions
            if all(old.get(name, value) == value for name, value in bindings)
        ]
    return [(tuple(sorted(b.items())), join(w)) for b, w in combined]  # type: ignore[arg-type]


def differ(a: Environment, b: Environment, names: Iterable[str]) -> bool:
    """Tell whether two environments bind one of the names differently."""
    return any(name in a and name in b and a.get(name) != b.get(name) for name in names)


def braces(env: Environment) -> Bindings:
    """Give which braces of the code the pattern's are bound to."""
    return tuple([item for item in env.items() if item[0][0] == "{"])
