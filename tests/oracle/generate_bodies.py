# SPDX-License-Identifier: GPL-2.0-or-later
"""Random patterns of statements, functions and declarations, made of the terms of a file."""

from __future__ import annotations

import re

from generate_patterns import Patterns
from pattern_text import change, column_zero, is_changed, plain
from terms import EXPRESSIONS, Term

ARMED = ("if", "while", "for", "loop", "do", "switch")


class Bodies(Patterns):
    """Makes rule bodies of whole statements and elements."""

    # --- statements -------------------------------------------------------------------------------

    def statement(self, term: Term, last: bool = True) -> str:
        """Make a pattern for a statement, changed or not."""
        pick = self.chance.random()
        if pick < 0.06 and term.kind not in ("declaration", "label", "case", "ifdef"):
            made = self.names.name(str(term), "S", "statement {}") + "\n"
        elif pick < 0.12:
            made = self._choice(term)
        elif pick < 0.14 and not last:
            made = self._optional(term)
        else:
            made = self.whole(term)
        bare = re.fullmatch(r"S\d\n", made)  # removed it would be removed in what it is part of, too
        return self._around(made) if self.changes and not bare and not is_changed(made) else made

    def _around(self, text: str) -> str:
        pick = self.chance.random()
        if pick > 0.6:
            return text
        self.changes -= 1
        if pick < 0.15:
            return change(text, "")
        if pick < 0.35:
            return change(text, self.new_statement())
        if pick < 0.5:
            return text + change("", self.new_statement())
        return change("", self.new_statement()) + text

    def _choice(self, term: Term) -> str:
        other = self.code.statement(3)
        both = [self.statement(term), self._around(self.whole(other)) if self.changes else self.whole(other)]
        if "\x04" in both[0] or "\x04" in both[1]:
            return both[0]
        self.chance.shuffle(both)
        return column_zero("(") + both[0] + column_zero("|") + both[1] + column_zero(")")

    def _optional(self, term: Term) -> str:
        text = self.whole(term)
        return f"\n\x04? {text}" if not is_changed(text) and text.count("\n") == 1 else text

    def whole(self, term: Term) -> str:
        """Make a pattern that has a statement's own words."""
        if term.kind not in ARMED:
            return "".join(p if isinstance(p, str) else self._part(p) for p in term.parts)
        made = []
        for part in term.parts:
            if isinstance(part, str):
                made.append(part)
            elif part.kind in EXPRESSIONS:
                made.append(self._test(part))
            elif part.kind in ("arguments", "iterator"):
                made.append(self._part(part))
            elif term.kind == "switch":
                made.append(self._cases(part))
            else:
                made.append(self._arm(part, term.kind == "do"))
        text = "".join(made)
        bare = term.kind in ("if", "while", "loop") and "\nelse\n" not in text and not is_changed(text)
        if self.changes and bare and self.chance.random() < 0.08:
            self.changes -= 1
            return change("".join(made[:-1]), self.pick("", "if (nw)", "new();")) + made[-1]
        return text

    def _test(self, term: Term) -> str:
        if self.chance.random() < 0.08:
            return "..."
        return self.expression(term)

    def _arm(self, term: Term, braces: bool) -> str:
        pick = self.chance.random()
        if term.kind != "block":
            if pick < 0.3:
                return self.names.name(str(term), "S", "statement {}") + "\n"
            inside = self.statement(term)
            return "{\n" + self._dots(0.3) + inside + self._dots(0.3) + "}\n" if pick < 0.5 else inside
        if pick < 0.2 and not braces:
            return self.names.name(str(term), "S", "statement {}") + "\n"
        if pick < 0.35:
            return "{ ... }\n"
        return "{\n" + self.sequence([p for p in term.parts if isinstance(p, Term)], whole=True) + "}\n"

    def _cases(self, block: Term) -> str:
        """Make some of the cases of a switch; there may be nothing else in a pattern's."""
        arms: list[list[Term]] = []
        for part in (p for p in block.parts if isinstance(p, Term)):
            arms += [[part]] if part.kind == "case" else []
            arms[-1] += [] if part.kind == "case" else [part]
        if self.chance.random() < 0.25:
            return self.names.name(str(block), "S", "statement {}") + "\n"
        made = ""
        for label, *inside in self.chance.sample(arms, self.chance.randint(1, len(arms))):
            text = str(label)
            if text.startswith("case") and self.chance.random() < 0.4:
                text = f"case {self.names.name(text[5:-2], 'C', 'constant {}', 'expression {}')}:\n"
            made += text + self.sequence(inside, whole=True)
        return "{\n" + made + "}\n"

    def _dots(self, chance: float) -> str:
        if self.chance.random() > chance:
            return ""
        if self.changes and self.chance.random() < 0.03:
            self.changes -= 1
            return change("...\n", "")
        return "... " + self._when() + "\n"

    def _when(self) -> str:
        pick = self.chance.random()
        if pick < 0.15:
            return "when any"
        if pick < 0.3:
            return "when != " + plain(self.expression(self.code.call()))
        if pick < 0.35:
            return "when != " + plain(self._inside(self.code.place(2))) + " = " + self.pick("...", "y", "0")
        if pick < 0.4:
            return self.pick("when strict", "when exists", "when forall")
        if pick < 0.43:
            return f"when != {self.pick('true', 'false')} " + plain(self.expression(self.code.test(1)))
        return ""

    def sequence(self, terms: list[Term], whole: bool = False) -> str:
        """Make a pattern for some of the statements of a block, or for all that is in it."""
        if not terms:
            return "...\n"
        if whole and self.chance.random() < 0.05:
            name = self.names.name("".join(map(str, terms)), "SL", "statement list {}")
            return self._around(name + "\n") if self.changes else name + "\n"
        count = self.chance.choice((1, 1, 2, 2, 3))
        if self.chance.random() < 0.5:
            start = self.chance.randrange(len(terms))
            chosen = list(range(start, min(start + count, len(terms))))
        else:
            chosen = sorted(self.chance.sample(range(len(terms)), min(count, len(terms))))
        made = self._dots(0.85 if chosen[0] else 0.2) if whole else ""
        for i, number in enumerate(chosen):
            if i:
                made += self._dots(0.3 if number == chosen[i - 1] + 1 else 0.9)
            made += self.statement(terms[number], i + 1 == len(chosen))
        if whole:
            made += self._dots(0.85 if chosen[-1] + 1 < len(terms) else 0.2)
        if whole and self.chance.random() < 0.2 and "\x04" not in made:
            return self._nest(self.chance.choice(terms))
        return made

    def _nest(self, term: Term) -> str:
        opening, closing = self.chance.choice((("<...", "...>"), ("<+...", "...+>")))
        inner = self.chance.choice([t for t in term.walk() if t.kind in EXPRESSIONS] or [self.code.call()])
        inside = self.statement(term) if self.chance.random() < 0.5 else self.bare_expression(inner)
        return f"{opening}\n{inside}\n{closing}\n"

    def bare_expression(self, term: Term) -> str:
        """Make a pattern that is an expression, changed if there may be a change."""
        made = self._inside(term)
        return self._changed(made) if self.changes and not is_changed(made) else made

    # --- elements ---------------------------------------------------------------------------------

    def function(self, term: Term) -> str:
        """Make a pattern for a function."""
        made: list[str] = []
        for part in term.parts:
            if isinstance(part, str):
                made.append(part)
            elif part.kind == "parameters":
                made.append(self._parameters(part))
            elif part.kind == "block":
                body = [p for p in part.parts if isinstance(p, Term)]
                inside = self.sequence(body, whole=True) if self.chance.random() < 0.7 else "...\n"
                made.append("{\n" + inside + "}\n")
            else:
                made.append(self._part(part))
        if self.chance.random() < 0.6:
            made[0] = ""
        if self.chance.random() < 0.5:
            made[1:3] = ["", ""]
        return "".join(made)

    def _parameters(self, term: Term) -> str:
        items = [p for p in term.parts if isinstance(p, Term)]
        pick = self.chance.random()
        if pick < 0.4:
            return "..."
        if pick < 0.5:
            name = self.names.name(str(term), "ps", "parameter list {}")
            return self._beside(name, "int nw")
        if pick < 0.6:
            made = [self.names.name(str(items[0]), "pm", "parameter {}"), *map(self._parameter, items[1:])]
        else:
            made = [self._parameter(item) for item in items]
        text = ", ".join(made)
        if self.changes and self.chance.random() < 0.3:
            return self._beside(text, "int nw")
        return text

    def _parameter(self, term: Term) -> str:
        made = "".join(p if isinstance(p, str) else self._part(p) for p in term.parts)
        if self.changes and not is_changed(made) and self.chance.random() < 0.15:
            self.changes -= 1
            return change(made, "short nw")
        return made

    def structure(self, term: Term) -> str:
        """Make a pattern for a structure."""
        fields = [p for p in term.parts if isinstance(p, Term)]
        number = self.chance.randrange(len(fields))
        field = fields[number]
        if self.chance.random() < 0.1:
            made = self._around(self.names.name(str(field), "fd", "field {}") + "\n")
        else:
            made = "".join(p if isinstance(p, str) else self._part(p) for p in field.parts)
            made = self._field_around(made) if self.changes and not is_changed(made) else made
        before = "...\n" if number or self.chance.random() < 0.5 else ""
        return "struct s {\n" + before + made + ("...\n" if number + 1 < len(fields) else "") + "};\n"

    def _field_around(self, text: str) -> str:
        self.changes -= 1
        new = self.pick("short nw;", "struct nw *nw;")
        old, added = self.chance.choice(((text, ""), (text, new), ("", new)))
        return change(old, added) if old else text + change("", new)

    def initialised(self, term: Term) -> str:
        """Make a pattern for an initialised structure."""
        values = [p for p in term.inner("values")[0].parts if isinstance(p, Term)]
        made = ""
        for value in self.chance.sample(values, self.chance.randint(1, len(values))):
            text = "".join(p if isinstance(p, str) else self._part(p) for p in value.parts) + ",\n"
            if self.changes and not is_changed(text) and self.chance.random() < 0.5:
                self.changes -= 1
                new = self.pick(".nw = 1,", f".n = {self.new_expression()},", "")
                text = change(text, new) if self.chance.random() < 0.7 else text + change("", new)
            made += text
        name = self.pick("w", self.names.name("w", "n", "identifier {}"))
        return f"struct s {name} = {{\n{made}}};\n"
