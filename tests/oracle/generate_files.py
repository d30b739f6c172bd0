# SPDX-License-Identifier: GPL-2.0-or-later
"""Random C files of several elements, each a term: functions, prototypes, structures, variables, macros."""

from __future__ import annotations

import re
from random import Random

from terms import ARITHMETIC, CONSTANTS, EXPRESSIONS, FIELDS, TYPES, Code, Term, commas, declarator

NAMES = ("q", "r", "f")


class Files:
    """Makes files; an element's kind says what it is."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.code = Code(chance)

    def file(self) -> list[Term]:
        """Make a file: some declarations, then one to three functions."""
        pick = self.chance.random
        made: list[Term] = [self.structure()] if pick() < 0.6 else []
        made += [self.prototype()] if pick() < 0.2 else []
        made += [self.variable()] if pick() < 0.2 else []
        made += [self.initialised()] if pick() < 0.25 else []
        made += [self.macro()] if pick() < 0.1 else []
        names = self.chance.sample(NAMES, self.chance.choice((1, 1, 2)))
        return made + [self.function(name) for name in names]

    def structure(self) -> Term:
        """Make the structure that the functions use, or another one."""
        fields = []
        for name in FIELDS[: self.chance.randint(1, 3)]:
            kind = "struct s *" if name == "next" else self.code.pick(*TYPES[:-1])
            fields.append(Term("field declaration", (*declarator(kind, Term("field", (name,))), ";\n")))
        return Term("structure", ("struct s {\n", *fields, "};\n"))

    def variable(self) -> Term:
        """Make a variable of the file."""
        start = declarator(self.code.pick(*TYPES), Term("declared", (self.code.pick("v", "w"),)))
        storage = self.code.pick("", "static ")
        return Term(
            "declaration", (storage, *start, *((" = 1",) if self.chance.random() < 0.3 else ()), ";\n")
        )

    def initialised(self) -> Term:
        """Make an initialised structure."""
        names = self.chance.sample(FIELDS, self.chance.randint(1, 3))
        values = [
            Term("value", (".", Term("field", (n,)), " = ", Term("constant", (self.code.pick(*CONSTANTS),))))
            for n in names
        ]
        start = self.code.pick("", "static ", "static const ")
        return Term("initialised", (f"{start}struct s w = {{\n", commas("values", values), "\n};\n"))

    def macro(self) -> Term:
        """Make a macro."""
        name = self.code.pick("M", "M(x)")
        return Term("macro", (f"#define {name} ", self.code.call(), "\n"))

    def header(self, name: str) -> tuple[str | Term, ...]:
        """Make a function's header."""
        parameters = []
        for kind, variable in (("struct s *", "x"), ("int", "y"), ("char *", "p"))[
            : self.chance.randint(0, 3)
        ]:
            parameters.append(Term("parameter", declarator(kind, Term("declared", (variable,)))))
        inside = commas("parameters", parameters or [Term("parameter", ("void",))])
        storage = self.code.pick("", "", "static ", "static inline ")
        start = declarator(self.code.pick("int", "int", "void", "struct s *"), Term("function", (name,)))
        return (storage, *start, "(", inside, ")")

    def prototype(self) -> Term:
        """Make a prototype."""
        return Term("prototype", (*self.header(self.code.pick(*NAMES)), ";\n"))

    def function(self, name: str) -> Term:
        """Make a function; what ends in a block that never falls out gets a call behind it."""
        body = list(self.code.block(0).parts[1:-1])
        while len(body) > 1 and str(body[-1]) == "goto out;\n":  # what comes behind would be dead
            body.pop()
        if str(body[-1]) == "goto out;\n":
            body = [self.code.simple()]
        text = "".join(map(str, body))
        last = body[-1]
        assert isinstance(last, Term)
        if last.kind in ("if", "switch", "goto", "jump", "declaration"):
            body.append(Term("expression;", (self.code.call(), ";\n")))
        if "goto out;" in text:
            if last.kind == "return":
                body.insert(-1, Term("label", ("out:\n",)))
            else:
                body += [Term("label", ("out:\n",)), Term("expression;", (self.code.call(), ";\n"))]
        return Term("function", (*self.header(name), "\n", Term("block", ("{\n", *body, "}\n"))))

    def changed(self, term: Term, chance: float = 0.06) -> Term:
        """Make a term alike but for some of its parts."""
        pick = self.chance.random()
        if term.kind == "loop" and isinstance(body := term.parts[-1], Term) and body.kind == "expression;":
            return term  # a macro loop before a number is none to spatch
        if term.kind in EXPRESSIONS and term.kind != "assignment" and pick < chance:
            return self.code.primary(1)
        if term.kind == "expression;" and pick < chance:
            return self.code.simple()
        if term.kind == "operator" and pick < chance and str(term) in ARITHMETIC:
            return Term("operator", (self.code.pick(*ARITHMETIC),))
        kept = 1 if term.kind in ("assignment", "postfix", "member", "index") else 0
        return Term(
            term.kind,
            tuple(
                p if isinstance(p, str) or i < kept else self.changed(p, chance)
                for i, p in enumerate(term.parts)
            ),
        )


_HEAD = re.compile(r"(?:if|while|for|list_for_each|each_item) ?\(.*\)$|else$")


def text_of(elements: list[Term]) -> str:
    """Write a file, indented also below heads without braces: spatch needs it to know macro loops."""
    depth, below, lines = 0, 0, []
    for line in "\n".join(map(str, elements)).splitlines():
        depth -= line.startswith("}")
        below = below if line[:1] not in ("{", "}") else 0
        lines.append("\t" * (depth + below) + line if line and line[0] != "#" else line)
        depth += line.endswith("{")
        below = below + 1 if _HEAD.match(line) else 0
    return "\n".join(lines) + "\n"
