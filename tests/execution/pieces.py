# SPDX-License-Identifier: GPL-2.0-or-later
"""What generated functions are put together from: choices that are kept, lines of C, owners of an mm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

Lines = list[str]

TARGET = ("trylock-fallback",)
# Either will do: what goes calls something besides, but the way that stays calls it as well.
EITHER = ("trylock-fallback", "undecided")


@dataclass(frozen=True, slots=True)
class Function:
    """A generated function, what calls it, and what the tool is to say of it."""

    name: str
    text: str
    caller: str  # the expression that calls it, for a target; a statement expression of GNU C at times
    verdicts: tuple[str, ...]  # those that are right
    sites: int
    taken: frozenset[str]
    offered: frozenset[str]

    @property
    def is_target(self) -> bool:
        """Whether it has to be rewritten."""
        return self.verdicts == TARGET

    @property
    def is_near_miss(self) -> bool:
        """Whether it must not be rewritten."""
        return "trylock-fallback" not in self.verdicts


@dataclass(slots=True)
class Draw:
    """The source of choices for one function."""

    random: Random
    taken: set[str] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)

    def choose(self, what: str, options: Sequence[str]) -> str:
        """Choose one of some named options, and remember what there was to choose from."""
        option = self.random.choice(options)
        self.offered |= {f"{what}: {one}" for one in options}
        self.taken.add(f"{what}: {option}")
        return option

    def maybe(self, what: str, probability: float = 0.5) -> bool:
        """Choose whether to have something."""
        option = self.random.random() < probability
        self.offered |= {f"{what}: yes", f"{what}: no"}
        self.taken.add(f"{what}: {'yes' if option else 'no'}")
        return option


@dataclass(frozen=True, slots=True)
class Owner:
    """How a function comes by its mm: the expression, its parameters, what the caller passes, a local."""

    mm: str
    parameters: str
    arguments: str
    declaration: str = ""
    has_place: bool = False


OWNERS = {
    "parameter": Owner("mm", "struct mm_struct *mm, ", "&the_mm, "),
    "current": Owner("current->mm", "", ""),
    "field": Owner("place->mm", "struct place *place, ", "&the_place, ", has_place=True),
    "local": Owner(
        "mm", "struct place *place, ", "&the_place, ", "struct mm_struct *mm = place->mm;", has_place=True
    ),
}


def indented(lines: Lines) -> Lines:
    """One tab deeper; preprocessor lines and labels' empty lines stay."""
    return [line if not line or line.startswith("#") else "\t" + line for line in lines]


def block(head: str, lines: Lines, braces: bool = False) -> Lines:
    """A statement with a body, with braces where the kernel's style wants them or where asked for."""
    if len(lines) == 1 and not braces:
        return [head, *indented(lines)]
    return [head + " {", *indented(lines), "}"]


def if_else(condition: str, then: Lines, other: Lines, braces: bool = False) -> Lines:
    """Both arms with braces, or none."""
    if braces or len(then) > 1 or len(other) > 1:
        return [f"if ({condition}) {{", *indented(then), "} else {", *indented(other), "}"]
    return [f"if ({condition})", *indented(then), "else", *indented(other)]


def placed(lines: Lines) -> str:
    """Write the lines; a label, marked by NUL, goes one tab to the left, an empty line never stands twice."""
    result = Lines()
    for line in lines:
        if "\x00" in line:
            line = line.replace("\x00", "")[1:]
        if line.strip() or (result and result[-1].strip() and result[-1] != "{"):
            result.append(line)
    return "\n".join(result) + "\n"


def made(draw: Draw, name: str, lines: Lines, caller: str, verdicts: tuple[str, ...], sites: int) -> Function:
    """Keep what was chosen with the function."""
    return Function(
        name, placed(lines), caller, verdicts, sites, frozenset(draw.taken), frozenset(draw.offered)
    )
