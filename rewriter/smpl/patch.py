# SPDX-License-Identifier: GPL-2.0-or-later
"""Data types of a semantic patch: rules, metavariables, dependencies.

Everything here is valid once constructed: the parser refuses what the rest could not use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rewriter.smpl.term import Body
from rewriter.source.macros import MacroTable
from rewriter.source.needs import Needs

# --- dependencies -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnRule:
    """``r``: the rule matched in this environment; ``ever r``: at least once in this file."""

    name: str
    ever: bool = False


@dataclass(frozen=True, slots=True)
class InFile:
    """``file in "p"``: the file at hand is ``p`` or lies below it."""

    path: str


@dataclass(frozen=True, slots=True)
class NotOn:
    """``!d``."""

    operand: Dependency


@dataclass(frozen=True, slots=True)
class AllOn:
    """``d && d``."""

    operands: tuple[Dependency, ...]


@dataclass(frozen=True, slots=True)
class AnyOn:
    """``d || d``."""

    operands: tuple[Dependency, ...]


@dataclass(frozen=True, slots=True)
class OnAll:
    """``forall d``: it holds in all environments that agree on what this rule and later ones inherit."""

    operand: Dependency


@dataclass(frozen=True, slots=True)
class Always:
    """A dependency that virtual rules settled: it holds, or it never can."""

    holds: bool


Dependency = OnRule | InFile | NotOn | AllOn | AnyOn | OnAll | Always

# --- metavariables ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matches:
    """``=~ "re"``: a search, not a full match; ``!~`` is its negation."""

    pattern: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """``= {a, b}``: equal to a literal or to an inherited metavariable (written ``r.x``)."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """``<= r.E``: a sub-expression of an inherited expression, or all of it."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """``> 3``, ``= 1...5``: an integer between ``low`` and ``high``, None for no bound."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Asks:
    """``: question(argument, ...)``: our analysis answers, an extension."""

    question: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Python:
    """``: script:python(a, r.b) { expression }``; ``inherited`` is what of it was bound by other rules."""

    parameters: tuple[str, ...]
    code: str
    line: int
    inherited: tuple[tuple[str, str], ...] = ()  # the name in the script, and ``rule.name``


@dataclass(frozen=True, slots=True)
class NotC:
    """``!c``."""

    operand: Constraint


@dataclass(frozen=True, slots=True)
class AllC:
    """``c && c``."""

    operands: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class AnyC:
    """``c || c``."""

    operands: tuple[Constraint, ...]


Constraint = Matches | OneOf | Part | Compared | Asks | Python | NotC | AllC | AnyC


def single(constraint: Constraint | None) -> Iterator[Constraint]:
    """Walk the constraints that ``!``, ``&&`` and ``||`` put together, in order; none for None."""
    match constraint:
        case NotC(operand):
            yield from single(operand)
        case AllC(operands) | AnyC(operands):
            for operand in operands:
                yield from single(operand)
        case None:
            pass
        case _:
            yield constraint


@dataclass(frozen=True, slots=True)
class CType:
    """The type a metavariable's expression must have: ``struct foo *`` is base ``struct foo``, one star.

    ``base`` may be a type metavariable, or "" for any type; ``struct`` alone means any structure. The type of
    a function has what it ``returns``, and a base that nothing else has; so has that of an array pointed to.
    """

    base: str
    stars: int = 0
    array: bool = False
    size: str = ""  # of an array in the code
    qualifiers: str = ""  # those that are asked for, or that the code has
    inner: tuple[str, ...] = ()  # the sizes of an array's elements that are arrays themselves
    spelled: str = field(default="", compare=False)  # the base as the code writes it
    attributes: str = field(default="", compare=False)  # those behind the base, as ``__user``
    behind: tuple[str, ...] = ()  # by star, the first to apply first, the qualifiers behind it
    returns: CType | None = None
    verbatim: bool = field(default=False, compare=False)  # of a call: a name is not what it stands for


@dataclass(frozen=True, slots=True)
class Seed:
    """How a fresh identifier is made: texts and metavariables to join, or a script; counted or not."""

    parts: tuple[tuple[str, str], ...] = ()  # ("text" | "metavariable", value)
    script: Python | None = None
    counted: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The metavariables it is made from; those it names by their rule as ``r.x``."""
        given: tuple[str, ...] = ()
        if self.script is not None:
            inherited = dict(self.script.inherited)
            given = tuple(inherited.get(name, name) for name in self.script.parameters)
        return frozenset(given) | {part for kind, part in self.parts if kind == "metavariable"}

    @property
    def inherited(self) -> frozenset[str]:
        """Those of the metavariables it is made from that are named as ``r.x``."""
        return frozenset(name for name in self.names if "." in name)


#: Kinds of metavariables that stand for their own name.
NAME_KINDS = ("symbol", "typedef", "iterator name", "declarer name", "attribute name")
#: Kinds of metavariables that stand for operators.
OPERATOR_KINDS = ("binary operator", "assignment operator", "unary operator")
#: The kind of ``n`` in ``expression list[n] es``: scripts read it, in code it is a name like any other.
LENGTH = "list length"


@dataclass(frozen=True, slots=True)
class Metavariable:
    """A declared metavariable; ``origin`` is the rule it is inherited from."""

    name: str
    kind: str
    origin: str = ""
    constraint: Constraint | None = None
    seed: Seed | None = None
    line: int = 0
    names: str = ""  # the name in the rule it comes from, or the name as written
    types: tuple[CType, ...] = ()  # for an expression: one of these
    length: str = ""  # of a list: a number or the metavariable that stands for it

    @property
    def key(self) -> str:
        """The environment's name of it, ``rule.name``, for an inherited one."""
        return f"{self.origin}.{self.names}"


@dataclass(frozen=True, slots=True)
class ScriptInput:
    """``x << r.y = "default";``."""

    name: str
    origin: str
    source: str
    default: str | None = None


# --- rules ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of pattern code."""

    name: str  # made up from the line for an anonymous rule
    line: int
    depends_on: Dependency
    quantifier: str  # exists, forall, or "" for the run's default
    disabled: frozenset[str]
    metavariables: dict[str, Metavariable] = field(hash=False)
    body: Body
    anonymous: bool = False
    simplify: bool = False
    used_later: frozenset[str] = frozenset()  # metavariables that a later rule inherits

    @property
    def transforms(self) -> bool:
        """The rule has minus or plus code."""
        return self.body.transforms

    @property
    def filled(self) -> dict[str, Metavariable]:
        """The metavariables that plus code is filled with: not those that only say how to read a name."""
        return {n: m for n, m in self.metavariables.items() if m.kind not in (*NAME_KINDS, LENGTH)}


@dataclass(frozen=True, slots=True)
class ScriptRule:
    """``@script:python@``, ``@initialize:python@`` or ``@finalize:python@``."""

    name: str
    line: int
    when: str  # script, initialize, finalize
    depends_on: Dependency
    inputs: tuple[ScriptInput, ...]
    outputs: tuple[str, ...]
    code: str
    code_line: int  # 1-based line of the first line of code
    used_later: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SemanticPatch:
    """A parsed semantic patch.

    ``required`` is what a file must hold for anything to happen. ``description`` are the ``///`` lines,
    ``idle`` names the rules that do not run with the ``-D`` given; they are in ``rules`` only when that was
    asked for.
    """

    path: str
    text: str
    required: Needs
    rules: tuple[Rule | ScriptRule, ...] = ()
    virtuals: tuple[str, ...] = ()
    extensions: frozenset[str] = frozenset()
    description: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    bindings: tuple[tuple[str, str], ...] = ()  # -D name=value
    identifiers: tuple[str, ...] = ()  # the virtual identifiers that any rule uses
    idle: frozenset[str] = frozenset()

    def _names(self, kind: str) -> frozenset[str]:
        patterns = (rule for rule in self.rules if isinstance(rule, Rule))
        return frozenset(m.name for rule in patterns for m in rule.metavariables.values() if m.kind == kind)

    def macros(self, known: MacroTable | None) -> MacroTable:
        """Add the names of macros that the rules declare to what is known; loops are nothing else then."""
        loops = MacroTable().extended(iterators=self._names("iterator name"))
        return (
            (known or MacroTable.default())
            .overridden_by(loops)
            .extended(attributes=self._names("attribute name"), declarers=self._names("declarer name"))
        )

    @property
    def stars(self) -> bool:
        """The run is in ``*`` mode: code is shown, not changed."""
        return any(isinstance(rule, Rule) and rule.body.stars for rule in self.rules)
