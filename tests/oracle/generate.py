# SPDX-License-Identifier: GPL-2.0-or-later
"""Random small semantic patches that have a chance to match the functions of `generate_functions`.

Both draw from the same few names.
"""

from __future__ import annotations

import re
from random import Random

from generate_functions import CALLS, FUNCTIONS, VARIABLES, Functions, Statement


class Generator(Functions):
    """Makes functions and semantic patches from one source of chance."""

    def rule(self, bodies: list[tuple[Statement, ...]]) -> str:
        """Make a semantic patch of one rule, or of two of which the second inherits.

        Much of it is taken from ``bodies``, so that it has something to match.
        """
        lines = [line.strip() for body in bodies for part in body for line in part.lines(0)]
        plain = [line for line in lines if line.endswith(";") and "{" not in line and "}" not in line]
        tests = re.findall(r"(?:if|while) \((.*)\)", "\n".join(lines))
        maker = _Rule(self.chance, [n for n in plain if n[:5] not in ("break", "conti")], tests)
        first = maker.rule("r")
        if not maker.transforms and self.chance.random() < 0.25:
            return first + maker.follower()
        return first + ("" if maker.transforms else maker.script("r", maker.names, maker.places))


class _Rule:
    """One rule being written; notes the metavariables it used."""

    def __init__(self, chance: Random, statements: list[str], tests: list[str]) -> None:
        self.chance = chance
        self.statements = statements
        self.tests = tests
        self.names: dict[str, str] = {}
        self.places: list[str] = []
        self.transforms = False
        self.budget = 0
        self.known: dict[str, str] = {}

    def rule(self, name: str) -> str:
        self.transforms = self.chance.random() < 0.4
        self.names, self.places = {}, []
        for _ in range(20):
            self.names, self.places, self.budget = {}, [], 2
            body = self._body()
            words = set(re.findall(r"\w+", "\n".join(line for line in body if line[:1] != "+")))
            self.names = {n: k for n, k in self.names.items() if n in words}
            self.places = [p for p in self.places if p in words]
            if self.transforms == any(line[:1] in "-+" for line in body) and (self.transforms or self.places):
                break
        else:
            body = ["- a();"]
        word = self.chance.choice(("", "", " exists", " forall"))
        return f"@{name}{word}@\n{self._declarations()}@@\n" + "\n".join(body) + "\n"

    def _declarations(self) -> str:
        lines = [f"{kind} {'r.' if n in self.known else ''}{n};\n" for n, kind in sorted(self.names.items())]
        return "".join(lines) + "".join(f"position {p};\n" for p in self.places)

    def script(self, rule: str, names: dict[str, str], places: list[str]) -> str:
        wanted = [*sorted(names), *places]
        if not places:
            return ""
        inputs = "".join(f"{n} << {'r' if n in self.known else rule}.{n};\n" for n in wanted)
        shown = ", ".join(f"'{n}=' + {n}" for n in sorted(names)) or "''"
        spots = " + ".join(f"sorted('{p}@%s:%s' % (i.line, i.column) for i in {p})" for p in places)
        return f"\n@script:python@\n{inputs}@@\nprint({places[0]}[0].file, {shown}, *({spots}))\n"

    def follower(self) -> str:
        """A second rule that inherits what the first bound, or depends on it."""
        self.known = {n: k for n, k in self.names.items() if k in ("expression", "identifier")}
        depends = self.chance.choice(("", " depends on r", " depends on !r"))
        self.transforms = False
        text = self.rule("s").replace("@s", f"@s{depends}", 1)
        return "\n" + text + self.script("s", dict(self.names), self.places)

    # --- bodies -----------------------------------------------------------------------------------

    def _body(self) -> list[str]:
        pick = self.chance.random()
        if pick < 0.2:
            return self._expression_rule()
        if pick < 0.6:
            return self._sequence()
        if pick < 0.7:
            return self._if()
        if pick < 0.8:
            return ["q(...) {", *self._nest(), "}"]
        if pick < 0.88:
            return [*self._leading(), *self._nest(), *self._one()]
        if pick < 0.94:
            return self._disjunction()
        return self._declaration()

    def _mark(self, lines: list[str]) -> list[str]:
        """Make pattern lines minus code, or add plus code beside them, now and then."""
        if not self.transforms or self.chance.random() < 0.35:
            return [f"  {line}" for line in lines]
        pick = self.chance.random()
        if pick < 0.4:
            return [f"- {line}" for line in lines]
        if pick < 0.7:
            return [*(f"- {line}" for line in lines), self._added()]
        if pick < 0.85:
            return [*(f"  {line}" for line in lines), self._added()]
        return [self._added(), *(f"  {line}" for line in lines)]

    def _added(self) -> str:
        """A line of plus code; it names some of the expressions and identifiers there are so far."""
        known = sorted(n for n, kind in self.names.items() if kind in ("expression", "identifier"))
        named = [n for n in known if self.chance.random() < 0.4]
        return f"+ new({', '.join(named)});"

    def _expression_rule(self) -> list[str]:
        text = self.expression(0)
        if self.tests and self.chance.random() < 0.4:
            text = self._taken(self.chance.choice(self.tests))
        if text.startswith("("):
            text = " " + text
        if self.transforms:
            return [f"- {text}", "+ new(1)"]
        return [f" {text}"]

    def _taken(self, text: str) -> str:
        """Generalise code: some names become metavariables, a call may get a position."""

        def swap(match: re.Match[str]) -> str:
            pick = self.chance.random()
            if pick < 0.35:
                name = self.chance.choice(("E", "E", "F"))
                self.names[name] = "expression"
                return name
            if pick < 0.4:
                self.names["i"] = "identifier"
                return "i"
            return match.group()

        text = re.sub(r"\b[xyz]\b(?!->)", swap, text)
        if self.chance.random() < 0.3:
            text = re.sub(r"(?<=\w)\(([^()]*)\)", lambda m: "(...)" if m[1] else m[0], text, count=1)
        return re.sub(r"\b[abcfg](?=\()", lambda m: m.group() + self._place(), text, count=1)

    def _statement(self) -> str:
        pick = self.chance.random()
        if self.statements and pick < 0.6:
            return self._taken(self.chance.choice(self.statements))
        pick = self.chance.random()
        if pick < 0.45:
            return f"{self.chance.choice(CALLS)}{self._place()}();"
        if pick < 0.7:
            return f"{self._call()};"
        if pick < 0.85:
            return f"{self._target()} = {self.expression(1)};"
        if pick < 0.9:
            return f"return{self._place()} {self.chance.choice(('...', self.expression(1)))};"
        if pick < 0.93:
            return f"goto{self._place()} out;"
        return f"{self.chance.choice(CALLS)}{self._place()}();"

    def _one(self) -> list[str]:
        if self.chance.random() < 0.06 and not self.transforms:
            self.names["S"] = "statement"
            return ["  S"]
        return self._mark([self._statement()])

    def _leading(self) -> list[str]:
        """A statement with more behind it; what stands behind a ``return`` is dead."""
        while True:
            lines = self._one()
            if not any(re.match(r"[- ] return\b", line) for line in lines):
                return lines

    def _sequence(self) -> list[str]:
        lines: list[str] = []
        for _ in range(self.chance.choice((0, 1, 1, 1, 2))):
            lines += self._leading()
            if self.chance.random() < 0.7:
                lines += self._dots()
        lines += self._one()
        if self.chance.random() < 0.06:
            lines = [*self._dots(), *lines]
        if self.chance.random() < 0.06:
            lines += self._dots()
        return lines

    def _dots(self) -> list[str]:
        whens: list[str] = []
        if self.chance.random() < 0.3:
            whens.append(self.chance.choice(("when any", "when strict", "when exists", "when forall")))
        if self.chance.random() < 0.35:
            code = (
                f"{self.chance.choice(CALLS)}()",
                self.expression(1),
                f"{self._target()} = {self._simple()}",
            )
            whens.append("when != " + self.chance.choice(code))
        return ["  ... " + "\n      ".join(whens)]

    def _nest(self) -> list[str]:
        opening, closing = self.chance.choice((("<...", "...>"), ("<+...", "...+>")))
        inside = self._one() if self.chance.random() < 0.6 else self._expression_rule()
        return [f"  {opening}", *inside, f"  {closing}"]

    def _if(self) -> list[str]:
        test = self.expression(0)
        if self.tests and self.chance.random() < 0.6:
            test = self._taken(self.chance.choice(self.tests))
        shape = self.chance.random()
        if shape < 0.35:
            self.names["S"] = "statement"
            return [f"  if{self._place()} ({test}) S"]
        if shape < 0.5:
            self.names["S"] = self.names["S2"] = "statement"
            return [f"  if{self._place()} ({test}) S else S2"]
        if shape < 0.75:
            return [f"  if ({test}) {{", *self._dots_or_none(), *self._one(), *self._dots_or_none(), "  }"]
        return [f"  if ({test})", *self._one()]

    def _dots_or_none(self) -> list[str]:
        return ["  ..."] if self.chance.random() < 0.6 else []

    def _disjunction(self) -> list[str]:
        first, second = self._one(), self._one()
        lines = ["(", *first, "|", *second, ")"]
        if self.chance.random() < 0.5:
            lines = [*self._leading(), *self._dots(), *lines]
        return lines

    def _declaration(self) -> list[str]:
        self.names["T"], self.names["i"] = "type", "identifier"
        value = self.chance.choice(("", f" = {self.expression(1)}"))
        kind = self.chance.choice(("T", "T", "T *", "int"))
        if kind == "int":
            del self.names["T"]
        return self._mark([f"{kind} i{self._place()}{value};"])

    # --- expressions ------------------------------------------------------------------------------

    def _place(self) -> str:
        if self.transforms or self.budget <= 0 or self.chance.random() < 0.3:
            return ""
        self.budget -= 1
        name = f"p{len(self.places)}"
        self.places.append(name)
        return f"@{name}"

    def _target(self) -> str:
        if self.chance.random() < 0.5:
            self.names["E"] = "expression"
            return "E"
        return self.chance.choice(VARIABLES)

    def _simple(self) -> str:
        pick = self.chance.random()
        if pick < 0.4:
            name = self.chance.choice(("E", "E", "F"))
            self.names[name] = "expression"
            return name
        if pick < 0.45:
            self.names["k"] = "constant"
            return "k"
        if pick < 0.5:
            self.names["i"] = "identifier"
            return "i"
        return self.chance.choice((*VARIABLES, "0", "NULL", "x->n"))

    def _call(self) -> str:
        name = self.chance.choice(FUNCTIONS)
        if self.chance.random() < 0.15:
            self.names["fn"] = "identifier"
            name = "fn"
        elif self.chance.random() < 0.15:
            name = "\\(f\\|g\\)"
            return f"{name}({self.chance.choice(('...', self._simple()))})"
        one, two = self._simple(), self._simple()
        inside = self.chance.choice(
            (one, f"{one}, {two}", f"{one}, ...", f"..., {one}", "...", f"..., {one}, ...")
        )
        return f"{name}{self._place()}({inside})"

    def expression(self, depth: int) -> str:
        pick = self.chance.random()
        if depth == 0 and pick < 0.4:
            one, two = self._simple(), self._simple()
            shapes = (
                "{0} == NULL",
                "{0} != NULL",
                "!{0}",
                "{0} && {1}",
                "{0} | {1}",
                "{0} + {1}",
                "{0} == {1}",
            )
            shapes += ("{0}->n", "*{0}", "{0} < {1}", "{0} || ...", "<+... {0} ...+>")
            return self.chance.choice(shapes).format(one, two)
        if pick < 0.75:
            return self._call()
        return self._simple()
