# SPDX-License-Identifier: GPL-2.0-or-later
"""Random patterns made of terms of C code, so that they match.

Names become metavariables, parts become dots, disjunctions and nests, and some are changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from pattern_text import change, plain
from terms import EXPRESSIONS, LEAVES, VARIABLES, Code, Term

Inherited = dict[str, tuple[str, str]]  # a metavariable's name -> the text it stands for, its declaration


class Names:
    """The metavariables of one rule: what they stand for and how they are declared."""

    def __init__(self, chance: Random, inherited: Inherited) -> None:
        self.chance = chance
        self.bound: dict[tuple[str, str], str] = {}  # (group, text) -> name
        self.kinds: dict[str, str] = {}  # name -> its declaration, with {} for the name
        self.inherited = inherited  # name -> (text, declaration)

    def name(self, text: str, prefix: str, *declarations: str) -> str:
        """Give a metavariable for a text: an inherited one, one that stands for it already, or a new one."""
        for name, (old, declaration) in self.inherited.items():
            if old == text and name.startswith(prefix) and self.chance.random() < 0.7:
                self.kinds[name] = declaration
                return name
        known = self.bound.get((prefix, text))
        if known and self.chance.random() < 0.85:
            return known
        number = 1
        while prefix + str(number) in self.kinds or prefix + str(number) in self.inherited:
            number += 1
        name = prefix + str(number)
        self.kinds[name] = self.chance.choice(declarations)
        self.bound[prefix, text] = name
        return name

    def texts(self) -> Inherited:
        """Give what each metavariable stands for and its declaration."""
        own = {n: (text, self.kinds[n]) for (_, text), n in self.bound.items() if n in self.kinds}
        return own | {n: (t, d) for n, (t, d) in self.inherited.items() if n in self.kinds}

    def usable(self, *prefixes: str) -> list[str]:
        """Give the names that begin like this."""
        return sorted(n for n in self.kinds if n.startswith(prefixes))


class Patterns:
    """Makes the pattern code of one rule."""

    def __init__(self, chance: Random, names: Names, changes: int) -> None:
        self.chance = chance
        self.names = names
        self.changes = changes  # how many more there may be
        self.code = Code(chance)

    def pick(self, *choices: str) -> str:
        """Give one of them."""
        return self.chance.choice(choices)

    # --- expressions ------------------------------------------------------------------------------

    def expression(self, term: Term, place: bool = False) -> str:
        """Make a pattern that finds an expression, mostly; a place stays one when it is changed."""
        pick = self.chance.random()
        if place and pick > 0.87:
            if self.changes and pick > 0.92:
                self.changes -= 1
                return change(self._inside(term), self.pick("nw", "x->nw"))
            return self._inside(term)
        if pick < (0.35 if term.kind in LEAVES else 0.12):
            return self._metavariable(term)
        if self.changes and pick > 0.9:
            return self._changed(self._inside(term))
        if pick > 0.88:
            return self._branches(term)
        if pick > 0.87 and term.kind not in LEAVES:
            inner = self.chance.choice([t for t in term.walk() if t.kind in EXPRESSIONS])
            return f"<+... {self._inside(inner)} ...+>"
        return self._inside(term)

    def _changed(self, old: str) -> str:
        self.changes -= 1
        place = re.fullmatch(r"[\w.>\[\]-]+", plain(old))  # it may be assigned to
        return change(old, self.pick("nw", "x->nw", "new()") if place else self.new_expression())

    def _branches(self, term: Term) -> str:
        one, other = self._inside(term), self._inside(self.code.expression(1))
        if self.chance.random() < 0.12:
            return f"\\({one}\\&{self._metavariable(term)}\\)"
        if self.changes and self.chance.random() < 0.4:
            one = self._changed(one)
        both = [one, other] if self.chance.random() < 0.5 else [other, one]
        return f"\\({both[0]}\\|{both[1]}\\)"

    def _metavariable(self, term: Term) -> str:
        text = str(term)
        if term.kind == "constant":
            return self.names.name(text, "C", "constant {}")
        if term.kind == "variable" and self.chance.random() < 0.5:
            kind = VARIABLES[text]
            typed = f"{kind}{{}}" if kind.endswith("*") else f"{kind} {{}}"
            return self.names.name(
                text,
                "i",
                "identifier {}",
                "identifier {}",
                "idexpression {}",
                "local idexpression {}",
                typed,
                f"idexpression {typed}",
            )
        if term.kind != "string" and self.chance.random() < 0.08:
            return self.names.name(text, "P", "expression *{}", "struct s *{}")
        return self.names.name(text, "E", "expression {}")

    def _inside(self, term: Term) -> str:
        made: list[str] = []
        for i, part in enumerate(term.parts):
            place = (term.kind in ("assignment", "postfix") and i == 0) or term.parts[0] == "&"
            made.append(part if isinstance(part, str) else self._part(part, place))
        if term.kind == "binary" and made[0].endswith("..."):
            made[0] = str(term.parts[0])  # dots before a tighter operator would be its operand
        text = "".join(made)
        if term.kind == "binary" and self.chance.random() < 0.06:
            op = str(term.inner("operator")[0])
            if op in ("&&", "||", "|", "+", "&"):
                return f"{made[0]} {op} ..."
        return text

    def _part(self, part: Term, place: bool = False) -> str:
        if part.kind in EXPRESSIONS:
            return self.expression(part, place)
        maker = PARTS.get(part.kind)
        return maker(self, part) if maker else str(part)

    def arguments(self, term: Term) -> str:
        """Make the inside of a call's brackets."""
        items = [p for p in term.parts if isinstance(p, Term)]
        pick = self.chance.random()
        if pick < 0.12:
            return "..."
        if pick < 0.2:
            name = self.names.name(str(term), "es", "expression list {}")
            return name if self.chance.random() < 0.6 else self._beside(name, self.new_expression())
        if not items:
            return ""
        start = self.chance.randrange(len(items)) if pick < 0.35 else 0
        end = self.chance.randint(start + 1, len(items)) if pick < 0.5 else len(items)
        made = [self._argument(item) for item in items[start:end]]
        text = ", ".join(made)
        if self.changes and self.chance.random() < 0.1:
            text = self._beside(text, self.new_expression())
        elif self.changes and len(made) > 1 and self.chance.random() < 0.1:
            self.changes -= 1
            text = change(made[0] + ",", "") + ", ".join(made[1:])
            if self.chance.random() < 0.5:
                text = ", ".join(made[:-1]) + change(", " + made[-1], "")
        before = "..., " if start else ""
        return before + text + (", ..." if end < len(items) else "")

    def _beside(self, text: str, new: str) -> str:
        if not self.changes:
            return text
        self.changes -= 1
        return text + change("", ", " + new) if self.chance.random() < 0.5 else change("", new + ",") + text

    def _argument(self, term: Term) -> str:
        if term.kind == "string" and self.chance.random() < 0.2 and "%" in str(term):
            return self.pick('"...%d..."', '"...%s..."', '"n %@f@\\n"').replace("@f@", self._format())
        return self.expression(term)

    def _format(self) -> str:
        return "@" + self.names.name("d", "m", "format {}") + "@"

    def operator(self, term: Term) -> str:
        """Make an operator."""
        text = str(term)
        if term.kind == "assigner" and self.chance.random() < 0.08:
            kind = "assignment" if term.kind == "assigner" else "binary"
            return self.names.name(
                text, "o", f"{kind} operator {{}}", f"{kind} operator {{}} = {{{{{text}}}}}"
            )
        if self.changes and self.chance.random() < 0.05:
            self.changes -= 1
            return change(text, "+=" if term.kind == "assigner" else "==")
        return text

    def kind(self, term: Term) -> str:
        """Make a type."""
        pick = self.chance.random()
        if pick < 0.3:
            return self.names.name(str(term), "T", "type {}") + " "
        if self.changes and pick < 0.4:
            self.changes -= 1
            return change(str(term), self.pick("short", "struct nw *", "unsigned long"))
        return str(term)

    def word(self, term: Term) -> str:
        """Make a name that is no expression."""
        pick, text = self.chance.random(), str(term)
        if pick < 0.15:
            return self.names.name(
                text, "n", "identifier {}", "identifier {}", f"identifier {{}} = {{{{{text}, g}}}}"
            )
        if self.changes and pick < 0.25:
            self.changes -= 1
            return change(text, "nw")
        if pick < 0.3 and term.kind == "function":
            return f"\\({text}\\|{self.pick('g', 'k')}\\)"
        return text

    # --- plus code --------------------------------------------------------------------------------

    def new_expression(self) -> str:
        """Make plus code that is an expression."""
        known = self.names.usable("E", "i", "C", "P", "es")
        name = self.chance.choice(known) if known else self.pick("y", "1")
        single = name if not name.startswith(("es", "C", "1")) else "y"
        return self.pick(
            "new()",
            f"new({name})",
            f"new({name})",
            single,
            f"{single}->nw",
            f"new({name}, 1)",
            "0",
            f"!{single}",
            f"(long){single}",
            f"{single} + 1",
        )

    def new_statement(self) -> str:
        """Make plus code that is a statement."""
        known = self.names.usable("E", "i", "C", "P")
        name = self.chance.choice(known) if known else self.pick("y", "x")
        arms = self.names.usable("S")
        shapes = [
            "new();",
            f"new({name});",
            f"new({name});",
            f"x->nw = {name};",
            f"if ({name})\nnew();",
            f"if ({name}) {{\nnew();\nnew(1);\n}}",
            f"while ({name})\nnew();",
            f"return {name};",
            "new();\nnew(2);",
            f"if ({name})\nnew();\nelse\nnew(3);",
            f"{{\nnew({name});\n}}",
        ]
        if arms:
            shapes += [self.chance.choice(arms), f"if ({name})\n{self.chance.choice(arms)}"] * 2
        return self.chance.choice(shapes)


PARTS: dict[str, Callable[[Patterns, Term], str]] = {
    "arguments": Patterns.arguments,
    "operator": Patterns.operator,
    "assigner": Patterns.operator,
    "type": Patterns.kind,
    "function": Patterns.word,
    "field": Patterns.word,
    "declared": Patterns.word,
}
