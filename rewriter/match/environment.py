# SPDX-License-Identifier: GPL-2.0-or-later
"""What metavariables stand for: values, and immutable environments of them.

Two values are equal when their tokens are: layout and comments do not count, isomorphisms do not apply.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from rewriter.match.kinds import EXPRESSIONS
from rewriter.source.text import Span
from rewriter.syntax.tree import Node

#: The names in code; what is inside quotes is passed over, and so is the end of a number.
_WORDS = re.compile(r"""\"(?:\\.|[^"\\])*\"|'(?:\\.|[^'\\])*'|\d\w*|([A-Za-z_]\w*)""")


@dataclass(frozen=True, slots=True)
class Home:
    """The element that a place stands in, as scripts are told of it; no name if it has none of its own."""

    name: str = ""
    line: int = 0
    column: int = 0
    line_end: int = 0
    column_end: int = 0  # exclusive


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where a position metavariable was attached; lines from 1, columns from 0 in bytes."""

    file: str
    element: str  # the function, or the declared name
    line: int
    column: int
    line_end: int
    column_end: int  # exclusive
    start: int = field(default=0, repr=False, compare=False)  # byte offsets in the text that was matched
    end: int = field(default=0, repr=False, compare=False)
    home: Home = field(default=Home(), repr=False, compare=False)
    comments: tuple[str, str, str] | None = field(default=None, repr=False)  # before, inside and behind

    @property
    def span(self) -> Span:
        """The same place as bytes."""
        return Span(self.start, self.end)


_TYPES = ("type", "type_descriptor", "sized_type_specifier", "primitive_type")
#: The words of a type of which C lets some be left out, in a row.
_SIZED = re.compile(r"\b(?:(?:unsigned|signed|short|long|int|char)\b ?){1,4}(?<! )")

_QUALIFIERS = frozenset({"const", "volatile"})
_BEFORE_STARS = re.compile(r"([^*(\[{]*[^*(\[{\s])")


def meant(key: str) -> str:
    """Spell a type so that those written with other words for the same are alike."""
    return _SIZED.sub(_plain, key)


def _plain(found: re.Match[str]) -> str:
    words = found[0].split()
    if "char" in words:
        return found[0]
    return " ".join(w for w in words if w not in ("int", "signed")) or "int"


def qualifiers_first(text: str) -> str:
    """Put the qualifiers of what a type points to before its other words; comments stay where they are."""
    head = _BEFORE_STARS.match(text)
    words = head[1].split() if head is not None else []
    first = sorted(word for word in words if word in _QUALIFIERS)
    if head is None or not first or words[: len(first)] == first or "*/" in text:
        return text
    return " ".join([*first, *(word for word in words if word not in _QUALIFIERS)]) + text[head.end(1) :]


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of code: ``key`` is its tokens with single blanks, ``raw`` its bytes as written.

    Types are equal when they mean the same: ``long int`` is ``long``, ``char const`` is ``const char``; other
    code when its tokens are.

    ``hole`` is where in the bytes of a type the name stands that has it: between ``int (*`` and ``)(int)``.
    It is -1 for the end.
    """

    key: str = field(compare=False)
    raw: bytes = field(compare=False)
    kind: str = field(default="", compare=False)
    node: Node | None = field(default=None, compare=False, repr=False)  # what it was read from
    hole: int = field(default=-1, compare=False)
    indent: bytes = field(default=b"", compare=False)  # of the line it begins on, where it has several
    nodes: tuple[Node, ...] = field(default=(), compare=False, repr=False)  # the same for a list of several
    #: Where the names in it are declared, of those that mean several things; for other rules: as what.
    scopes: tuple[int | str, ...] = ()
    #: Of an expression's type that is a name, what that stands for, as far as it may be written instead.
    alias: str = field(default="", compare=False, repr=False)
    #: The key without the attributes in it, if there are any: ``int __user *`` is ``int *``.
    plain: str = field(default="", compare=False, repr=False)
    meant: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind in _TYPES:
            self._put_qualifiers_first()
        plain = self.plain or self.key
        object.__setattr__(self, "meant", meant(qualifiers_first(plain)) if self.kind in _TYPES else plain)

    def _put_qualifiers_first(self) -> None:
        """Write ``char const *`` as ``const char *``."""
        key = qualifiers_first(self.key)
        if key == self.key:
            return
        object.__setattr__(self, "key", key)
        raw = qualifiers_first(self.raw.decode("utf-8", "surrogateescape"))
        made = raw.encode("utf-8", "surrogateescape")
        if self.hole >= 0:
            object.__setattr__(self, "hole", self.hole + len(made) - len(self.raw))
        object.__setattr__(self, "raw", made)

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes it was read from; none for code that nobody read."""
        return self.nodes if self.node is None else (self.node,)

    def words(self) -> tuple[str, ...]:
        """Give words that stand wherever this code stands: those of an expression, else a name alone."""
        if self.kind in EXPRESSIONS:
            return tuple(name for name in _WORDS.findall(self.key) if name)
        return (self.key,) if self.key.isidentifier() else ()


@dataclass(frozen=True, slots=True)
class Positions:
    """A set of places."""

    places: frozenset[Location]


@dataclass(frozen=True, slots=True)
class Brace:
    """The number of a pair of braces, or the point of a loop; binds a pattern's ``{`` to its ``}``."""

    number: int


@dataclass(frozen=True, slots=True)
class Unbound:
    """What an inherited metavariable stands for that no rule bound: no code is equal to it."""


Value = Code | Positions | Brace | Unbound
Bindings = tuple[tuple[str, Value], ...]  # sorted by name


def _stands_for(name: Value, value: Value) -> bool:
    """Tell whether the name of an expression's type stands for the type ``value``."""
    if not isinstance(name, Code) or not isinstance(value, Code):
        return False
    return bool(name.alias) and value.meant == meant(name.alias)


class Environment:
    """Immutable bindings of metavariables by name; `bind` gives a new environment or None."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        self._values: dict[str, Value] = dict(values or {})

    def get(self, name: str) -> Value | None:
        """Give the value of ``name``, or None."""
        return self._values.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def bind(self, name: str, value: Value) -> Environment | None:
        """Bind ``name``; None when it stands for something else already."""
        old = self._values.get(name)
        if old is not None:
            return self if old == value or _stands_for(old, value) else None
        return Environment({**self._values, name: value})

    def extend(self, bindings: Bindings) -> Environment:
        """Bind several names that are not bound yet."""
        return Environment({**self._values, **dict(bindings)}) if bindings else self

    def without(self, names: Container[str]) -> Environment:
        """Give this environment with ``names`` unbound."""
        left = {n: v for n, v in self._values.items() if n not in names}
        return self if len(left) == len(self._values) else Environment(left)

    def since(self, earlier: Environment) -> Bindings:
        """Give what this environment binds and ``earlier`` does not."""
        if len(self._values) == len(earlier._values):
            return ()
        return tuple(sorted((n, v) for n, v in self._values.items() if n not in earlier._values))

    def restrict(self, names: Iterable[str]) -> Bindings:
        """Give the bindings of ``names``, those that there are."""
        values = self._values
        return tuple([(n, values[n]) for n in names if n in values])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Environment) and self._values == other._values

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def items(self) -> Bindings:
        """Give all bindings."""
        return tuple(self._values.items())
