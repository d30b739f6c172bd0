# SPDX-License-Identifier: GPL-2.0-or-later
"""Random C files as terms: a term knows its parts, so that a pattern can be made of any of them.

>>> str(Term("call", (Term("function", ("f",)), "(", Term("arguments", ("x", ", ", "1")), ")")))
'f(x, 1)'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

VARIABLES = {"x": "struct s *", "y": "int", "z": "int", "p": "char *", "t": "struct s", "v": "long"}
FUNCTIONS = ("f", "g", "h", "print")
FIELDS = ("n", "m", "next")
TYPES = ("int", "int", "long", "unsigned int", "struct s *", "char *", "u32", "struct s")
CONSTANTS = ("0", "0", "1", "2", "NULL", "FLAG", "A", "0x10", "'c'")
ASSIGNERS = ("=", "=", "=", "=", "+=", "|=")
COMPARISONS = ("==", "==", "!=", "<", ">=")
ARITHMETIC = ("+", "+", "-", "*", "|", "|", "&", "<<")
STRINGS = ('"x"', '"n %d\\n"', '"%s: %d"')
LEAVES = frozenset(("variable", "constant", "string"))
EXPRESSIONS = LEAVES | {
    *("call", "member", "index", "unary", "postfix", "binary", "assignment", "ternary", "cast", "sizeof"),
    "paren",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of C: its kind, and its text as words and smaller terms."""

    kind: str
    parts: tuple[str | Term, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    def walk(self) -> Iterator[Term]:
        """Give it and all terms in it."""
        yield self
        for part in self.parts:
            if isinstance(part, Term):
                yield from part.walk()

    def inner(self, kind: str) -> tuple[Term, ...]:
        """Give its direct parts of a kind."""
        return tuple(p for p in self.parts if isinstance(p, Term) and p.kind == kind)


def commas(kind: str, items: list[Term]) -> Term:
    """Put a list together."""
    parts: list[str | Term] = []
    for item in items:
        parts += [", ", item] if parts else [item]
    return Term(kind, tuple(parts))


def declarator(kind: str, name: str | Term) -> tuple[Term, str, str | Term]:
    """Give a type, what parts it from the name, and the name."""
    return Term("type", (kind,)), "" if kind.endswith("*") else " ", name


class Code:
    """Makes terms from one source of chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def pick(self, *choices: str) -> str:
        """Give one of them."""
        return self.chance.choice(choices)

    # --- expressions ------------------------------------------------------------------------------

    def expression(self, depth: int = 0) -> Term:
        """Make an expression that may stand anywhere."""
        pick = self.chance.random()
        if depth < 2 and pick < 0.05:
            return self._ternary(depth)
        if depth < 2 and pick < 0.3:
            return self.test(depth)
        return self.operand(depth)

    def test(self, depth: int = 0) -> Term:
        """Make what tests are made of."""
        pick = self.chance.random()
        if depth < 2 and pick < 0.25:
            op = self.pick("&&", "||")
            made = self._binary(self._compared(depth + 1), op, self._compared(depth + 1))
            return self._binary(made, op, self._compared(depth + 1)) if pick < 0.06 else made
        return self._compared(depth)

    def _compared(self, depth: int) -> Term:
        pick = self.chance.random()
        if pick < 0.3:
            return self._binary(self._sum(depth + 1), self.pick(*COMPARISONS), self._sum(depth + 1))
        if pick < 0.4:
            return Term("unary", ("!", self.primary(depth + 1)))
        if pick < 0.45:
            name = Term("function", (self.pick("unlikely", "likely", "IS_ERR"),))
            return Term("call", (name, "(", Term("arguments", (self._compared(depth + 1),)), ")"))
        return self._sum(depth)

    def _sum(self, depth: int) -> Term:
        if self.chance.random() > 0.25:
            return self.operand(depth)
        op = self.pick(*ARITHMETIC)
        made = self._binary(self.primary(depth + 1), op, self.primary(depth + 1))
        return self._binary(made, op, self.primary(depth + 1)) if self.chance.random() < 0.25 else made

    def _binary(self, left: Term, op: str, right: Term) -> Term:
        return Term("binary", (left, " ", Term("operator", (op,)), " ", right))

    def _ternary(self, depth: int) -> Term:
        second, third = self.operand(depth + 1), self.operand(depth + 1)
        return Term("ternary", (self._compared(depth + 1), " ? ", second, " : ", third))

    def operand(self, depth: int) -> Term:
        """Make an expression without two operands."""
        pick = self.chance.random()
        if pick < 0.05:
            return Term("unary", (self.pick("*", "&", "-", "~"), self.primary(depth + 1)))
        if pick < 0.1:
            return Term("cast", ("(", Term("type", (self.pick(*TYPES[:-1]),)), ")", self.primary(depth + 1)))
        if pick < 0.13:
            inside = self.primary(depth + 1) if pick < 0.11 else Term("type", (self.pick(*TYPES),))
            return Term("sizeof", ("sizeof(", inside, ")"))
        return self.primary(depth)

    def primary(self, depth: int) -> Term:
        """Make an expression that needs no brackets anywhere."""
        pick = self.chance.random()
        if depth < 3 and pick < 0.2:
            return self.call(depth + 1)
        if pick < 0.35:
            return self.place(depth)
        if depth < 2 and pick < 0.4:
            return Term("paren", ("(", self.expression(depth + 1), ")"))
        if pick < 0.6:
            return Term("constant", (self.pick(*CONSTANTS),))
        return self.variable()

    def variable(self) -> Term:
        """Make a variable."""
        return Term("variable", (self.pick("x", "y", "z", "x", "y", "p", "t", "v"),))

    def place(self, depth: int = 1) -> Term:
        """Make what can be assigned to."""
        pick = self.chance.random()
        if pick < 0.45:
            field = Term("field", (self.pick(*FIELDS),))
            if depth < 3 and pick < 0.1:
                return Term("member", (self.place(depth + 1), "->", field))
            return Term("member", (Term("variable", ("x",)), "->", field))
        if pick < 0.55:
            return Term("member", (Term("variable", ("t",)), ".", Term("field", (self.pick(*FIELDS),))))
        if depth < 3 and pick < 0.65:
            return Term("index", (Term("variable", ("p",)), "[", self.expression(depth + 1), "]"))
        return self.variable()

    def call(self, depth: int = 0) -> Term:
        """Make a call."""
        name = self.pick(*FUNCTIONS)
        if name == "print":
            text = self.pick(*STRINGS)
            items = [Term("string", (text,)), *(self.expression(depth + 1) for _ in range(text.count("%")))]
        else:
            items = [self.expression(depth + 1) for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3)))]
        return Term("call", (Term("function", (name,)), "(", commas("arguments", items), ")"))

    # --- statements -------------------------------------------------------------------------------

    def block(self, depth: int, loop: bool = False) -> Term:
        """Make a block."""
        made = [self.declaration()] if self.chance.random() < 0.15 else []
        for _ in range(self.chance.choice((1, 1, 2, 3)) if depth else self.chance.randint(3, 6)):
            made.append(self.statement(depth, loop))
            if made[-1].kind in ("return", "goto", "jump"):
                break
        return Term("block", ("{\n", *made, "}\n"))

    def _arm(self, depth: int, loop: bool) -> Term:
        if self.chance.random() < 0.5:
            return self.block(depth + 1, loop)
        made = self.statement(depth + 1, loop)
        while made.kind in ("declaration", "label", "if", "ifdef"):
            made = self.statement(depth + 1, loop)
        return made

    def statement(self, depth: int, loop: bool = False) -> Term:
        """Make a statement, all its lines complete."""
        pick = self.chance.random()
        for makers, below in ((COMPOUND, 0.3 if depth < 3 else 0.0), (SIMPLE, 1.0)):
            if pick < below:
                names, weights = zip(*makers.items(), strict=True)
                return self.chance.choices(names, weights)[0](self, depth, loop)
        raise AssertionError

    def _if(self, depth: int, loop: bool) -> Term:
        head: tuple[str | Term, ...] = ("if (", self.test(depth), ")\n", self._arm(depth, loop))
        if self.chance.random() < 0.35:
            head = (*head, "else\n", self._arm(depth, loop))
        return Term("if", head)

    def _loop(self, depth: int, loop: bool) -> Term:
        pick = self.chance.random()
        if pick < 0.4:
            return Term("while", ("while (", self.test(depth), ")\n", self._arm(depth, True)))
        if pick < 0.55:
            name = Term("iterator", (self.pick("list_for_each", "each_item"),))
            inside = commas("arguments", [self.variable(), self.operand(2)])
            body = self._arm(depth, True)
            while body.kind in ("jump", "goto", "do"):  # spatch takes no macro loop to be before these
                body = self._arm(depth, True)
            return Term("loop", (name, "(", inside, ")\n", body))
        step = Term("postfix", (Term("variable", ("y",)), self.pick("++", "--")))
        test = self._binary(Term("variable", ("y",)), "<", self.primary(2))
        start = Term("assignment", (Term("variable", ("y",)), " ", Term("assigner", ("=",)), " 0"))
        return Term("for", ("for (", start, "; ", test, "; ", step, ")\n", self._arm(depth, True)))

    def _do(self, depth: int, loop: bool) -> Term:
        body = self.block(depth + 1, True)
        while body.parts[-2].kind in (
            "if",
            "switch",
            "return",
            "goto",
            "jump",
        ):  # a dead test loses the function
            body = self.block(depth + 1, True)
        return Term("do", ("do ", body, "while (", self.test(depth), ");\n"))

    def _switch(self, depth: int, loop: bool) -> Term:
        parts: list[Term] = []
        for label in ("case 1", "case A", "default")[: self.chance.randint(1, 3)]:
            parts += [Term("case", (label, ":\n")), self.simple(depth), self.simple(depth)]
            if self.chance.random() < 0.8:
                parts.append(Term("jump", ("break;\n",)))
        body = Term("block", ("{\n", *parts, "}\n"))
        return Term("switch", ("switch (", self.primary(2), ") ", body))

    def _ifdef(self, depth: int, loop: bool) -> Term:
        return Term("ifdef", ("#ifdef CONFIG\n", self.simple(depth), "#endif\n"))

    def simple(self, depth: int = 0, loop: bool = False) -> Term:
        """Make an expression statement."""
        pick = self.chance.random()
        if pick < 0.5:
            return Term("expression;", (self.call(), ";\n"))
        if pick < 0.56:
            return Term("expression;", (Term("postfix", (self.place(), self.pick("++", "--"))), ";\n"))
        op = Term("assigner", (self.pick(*ASSIGNERS),))
        return Term(
            "expression;", (Term("assignment", (self.place(), " ", op, " ", self.expression())), ";\n")
        )

    def _return(self, depth: int, loop: bool) -> Term:
        return Term("return", ("return ", self.expression(1), ";\n"))

    def _goto(self, depth: int, loop: bool) -> Term:
        return Term("goto", ("goto out;\n",))

    def _jump(self, depth: int, loop: bool) -> Term:
        if not loop:
            return self.simple(depth)
        return Term("jump", (self.pick("break;\n", "continue;\n"),))

    def declaration(self) -> Term:
        """Make a declaration."""
        name = Term("declared", (self.pick("z", "v", "w"),))
        start = declarator(self.pick(*TYPES), name)
        if self.chance.random() < 0.5:
            return Term("declaration", (*start, ";\n"))
        return Term("declaration", (*start, " = ", self.expression(1), ";\n"))


Maker = Callable[[Code, int, bool], Term]
COMPOUND: dict[Maker, float] = {
    Code._if: 8,
    Code._loop: 4,
    Code._do: 1,
    Code._switch: 2,
    Code._ifdef: 0.5,
}
SIMPLE: dict[Maker, float] = {
    Code.simple: 12,
    Code._return: 1.2,
    Code._goto: 0.5,
    Code._jump: 1,
}
