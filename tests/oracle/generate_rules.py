# SPDX-License-Identifier: GPL-2.0-or-later
"""Random semantic patches of one or two rules, made of the terms of a file."""

from __future__ import annotations

import re
from random import Random

from generate_bodies import ARMED, Bodies
from generate_patterns import Inherited, Names
from pattern_text import change, is_changed, lines, plain
from terms import EXPRESSIONS, LEAVES, Term

QUANTIFIERS = ("", "", "", "", " exists", " forall")
ISOMORPHISMS = (
    *("braces1", "drop_else", "is_null", "comm_assoc", "neg_if", "optional_storage", "paren", "decl_init"),
)
DEPENDENCIES = ("", "", " depends on r", " depends on !r", " depends on r || !r")
ITERATORS = ("list_for_each", "each_item")
_IN_PLUS = re.compile(r"\b(?:E|i|C|P|S|es|T)\d\b")
_PLACEABLE = re.compile(r"\b(?:[fgh]|print|n\d|i\d|E\d)\b(?=\()")
_TOLD = ("E", "i", "C", "P", "n", "T", "S")


class Rule:
    """One rule: its name, its body's lines, its metavariables, and what may be inherited from it."""

    def __init__(
        self, chance: Random, file: list[Term], name: str, inherited: Inherited, changes: int
    ) -> None:
        self.chance = chance
        self.name = name
        self.names = Names(chance, inherited)
        self.bodies = Bodies(chance, self.names, changes)
        self.places: dict[str, str] = {}  # of positions, and what follows their names where they are declared
        text = self._body(file)
        self.changed = is_changed(text)
        words = set(re.findall(r"\w+", plain(text)))
        self.names.kinds = {n: d for n, d in self.names.kinds.items() if n in words}
        self.lines = [self._bound(line) if line.startswith("+") else line for line in lines(text)]
        if self.changed and chance.random() < 0.08:
            self._freshen()
        if chance.random() < 0.06:
            self.lines = ["+" + line if line.startswith("+") else line for line in self.lines]

    def _bound(self, line: str) -> str:
        """Plus code names only what the rest of the rule binds."""
        return _IN_PLUS.sub(lambda m: m[0] if m[0] in self.names.kinds else "y", line)

    def _freshen(self) -> None:
        known = self.names.usable("n")
        if not known:
            return
        self.names.kinds["fresh"] = f'fresh identifier {{}} = "nw_" ## {self.chance.choice(known)}'
        self.lines = [line.replace("new", "fresh") if line.startswith("+") else line for line in self.lines]
        if not any("fresh" in line for line in self.lines):
            del self.names.kinds["fresh"]

    def _body(self, file: list[Term]) -> str:
        pick = self.chance.random()
        functions = [e for e in file if e.kind == "function"]
        terms = [t for f in functions for t in f.walk()]
        if pick < 0.3:
            return self._expression([t for t in terms if t.kind in EXPRESSIONS - LEAVES])
        if pick < 0.6:
            block = self.chance.choice([t for t in terms if t.kind == "block"])
            own = [t for t in block.parts if isinstance(t, Term) and t.kind not in ("case", "ifdef")]
            return self.bodies.sequence(own) if own else "f(...)"
        armed = [t for t in terms if t.kind in ARMED]
        if armed and pick < 0.78:
            return self.bodies.statement(self.chance.choice(armed))
        others = [e for e in file if e.kind in ("structure", "initialised", "declaration")]
        if others and pick < 0.88:
            return self._declaration(self.chance.choice(others))
        return self.bodies.function(self.chance.choice(functions))

    def _expression(self, terms: list[Term]) -> str:
        return self.bodies.bare_expression(self.chance.choice(terms)) if terms else "f(...)"

    def _declaration(self, term: Term) -> str:
        if term.kind == "structure":
            return self.bodies.structure(term)
        if term.kind == "initialised":
            return self.bodies.initialised(term)
        text = self.bodies.whole(term)
        return text if is_changed(text) else change(text, self.bodies.pick("int nw;", ""))

    def place(self, condition: str = "") -> bool:
        """Attach a position to a call, if there is one; tell whether there was."""
        for i, line in enumerate(self.lines):
            if line.startswith(" ") and _PLACEABLE.search(line):
                self.lines[i] = _PLACEABLE.sub(r"\g<0>@p1", line, count=1)
                self.places["p1"] = condition
                return True
        return False

    def text(self, header: str) -> str:
        """Write the rule."""
        kinds = ""
        for name, declaration in self.names.kinds.items():
            kinds += declaration.format(f"r.{name}" if name in self.names.inherited else name) + ";\n"
        words = set(re.findall(r"\w+", "\n".join(self.lines)))
        kinds += "".join(f"iterator name {n};\n" for n in ITERATORS if n in words)
        kinds += "typedef u32;\n" if "u32" in words else ""
        kinds += "".join(f"position {name}{condition};\n" for name, condition in self.places.items())
        return f"@{self.name}{header}@\n{kinds}@@\n" + "\n".join(self.lines) + "\n"

    def script(self) -> str:
        """Write a script that tells what the rule found."""
        told = self.names.usable(*_TOLD)
        inputs = "".join(f"{n} << {'r' if n in self.names.inherited else self.name}.{n};\n" for n in told)
        values = "".join(f", '{n}=' + {n}" for n in told)
        spots = "sorted('p1@%s:%s' % (i.line, i.column) for i in p1)"
        return f"\n@script:python@\np1 << {self.name}.p1;\n{inputs}@@\nprint(p1[0].file{values}, *{spots})\n"


def semantic_patch(chance: Random, file: list[Term]) -> str:
    """Make a semantic patch of a rule that changes or tells something, or of two of which one inherits."""
    pick = chance.random()
    if pick < 0.55:
        return _made(chance, file, "r", {}, True).text(_header(chance))
    if pick < 0.7:
        alone = _placed(chance, file)
        return alone.text(_header(chance)) + alone.script()
    if pick < 0.78:
        first = _placed(chance, file)
        second = _made(chance, file, "s", {}, True)
        second.place(" != r.p1")
        return first.text(_header(chance)) + "\n" + second.text("")
    first = _made(chance, file, "r", {}, chance.random() < 0.5)
    second = _made(chance, file, "s", first.names.texts(), True)
    return first.text(_header(chance)) + "\n" + second.text(chance.choice(DEPENDENCIES))


def _header(chance: Random) -> str:
    if chance.random() < 0.08:
        return f" disable {chance.choice(ISOMORPHISMS)}"
    return chance.choice(QUANTIFIERS)


def _made(chance: Random, file: list[Term], name: str, inherited: Inherited, changed: bool) -> Rule:
    """Make a rule that changes something, or nothing."""
    while True:
        rule = Rule(chance, file, name, inherited, chance.choice((1, 1, 2, 3)) if changed else 0)
        if rule.changed == changed:
            return rule


def _placed(chance: Random, file: list[Term]) -> Rule:
    """Make a rule that changes nothing and has a position."""
    for _ in range(50):
        rule = _made(chance, file, "r", {}, False)
        if rule.place():
            return rule
    return _call(chance, file)


def _call(chance: Random, file: list[Term]) -> Rule:
    rule = _made(chance, file, "r", {}, False)
    rule.lines, rule.names.kinds = ["  f(...)"], {}
    rule.place()
    return rule
