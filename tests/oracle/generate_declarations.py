# SPDX-License-Identifier: GPL-2.0-or-later
"""Random C files of declarations, and random rules on types, variables, fields, values, headers and arms.

A file is a tuple of elements, an element a tuple of lines, so that both can be made smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

Element = tuple[str, ...]
File = tuple[Element, ...]

TYPES = ("int", "int", "long", "unsigned int", "struct s", "struct s *", "char *", "u32")
NAMES = ("a", "b", "c", "d")
FIELDS = ("x", "y", "z")
STORAGE = ("", "", "", "static ", "const ", "static const ", "extern ")


def text_of(file: File) -> str:
    """Write a file."""
    return "".join("\n".join(element) + "\n" for element in file)


def smaller_file(file: File) -> Iterator[File]:
    """Give every version of a file that lacks one element, or one line inside an element."""
    for i, element in enumerate(file):
        yield (*file[:i], *file[i + 1 :])
        for j, line in enumerate(element[1:-1], 1):
            if line.startswith("\t") and line.endswith((";", ",")):
                yield (*file[:i], (*element[:j], *element[j + 1 :]), *file[i + 1 :])


def _join(kind: str, name: str) -> str:
    return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"


class Declarations:
    """Makes files and rules from one source of randomness."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def _pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def _some(self, names: tuple[str, ...]) -> list[str]:
        count = self.chance.randint(1, len(names))
        return sorted(self.chance.sample(names, count))

    # --- files ------------------------------------------------------------------------------------

    def file(self) -> File:
        """Make a file."""
        makers = (
            *(self._structure, self._variable, self._variable, self._initialised, self._initialised),
            *(self._function, self._function, self._prototype, self._enumeration),
        )
        return tuple(self.chance.choice(makers)() for _ in range(self.chance.randint(2, 6)))

    def _structure(self) -> Element:
        word = self._pick("struct", "struct", "union")
        return (f"{word} {self._pick('s', 't')} {{", *(self._field(n) for n in self._some(FIELDS)), "};")

    def _field(self, name: str) -> str:
        pick = self.chance.random()
        if pick < 0.1:
            return f"\tint {name}:{self._pick('1', '3')};"
        if pick < 0.2:
            return f"\t{self._pick('int', 'char')} {name}[{self._pick('4', 'N')}];"
        if pick < 0.3:
            return f"\tint (*{name})(int);"
        if pick < 0.4:
            return f"\tint {name}, w;"
        return f"\t{_join(self._pick(*TYPES), name)};"

    def _declaration(self, name: str) -> str:
        pick = self.chance.random()
        if pick < 0.1:
            return f"{self._pick('int', 'char')} {name}[{self._pick('4', 'N', '')}];"
        if pick < 0.15:
            return f"{self._pick('int', 'void')} (*{name})(int);"
        if pick < 0.35:
            others = [n for n in NAMES if n != name]
            values = [self._pick("", "", " = 0", " = 3") for _ in range(2)]
            two = [f"{name}{values[0]}", f"{self._pick('', '', '*')}{self._pick(*others)}{values[1]}"]
            return f"{self._pick('int', 'long')} {', '.join(two)};"
        value = self._pick("", "", "", " = 0", " = f(3)")
        return f"{self._pick(*STORAGE[:-1])}{_join(self._pick(*TYPES), name)}{value};"

    def _variable(self) -> Element:
        return (self._declaration(self._pick(*NAMES)).replace(" = f(3)", " = 3"),)

    def _initialised(self) -> Element:
        name = f"{self._pick(*STORAGE[:-1])}struct {self._pick('s', 't')} {self._pick(*NAMES)}"
        if self.chance.random() < 0.2:
            return (f"{name} = {{ {self._pick('1', 'N')}, {self._pick('0', '2')}{self._pick('', ', 3')} }};",)
        fields = [f".{n} = {self._pick('0', '1', 'N', 'f(2)')}" for n in self._some(FIELDS)]
        self.chance.shuffle(fields)
        if self.chance.random() < 0.3:
            return (f"{name} = {{ {', '.join(fields)}{self._pick('', ',')} }};",)
        return (f"{name} = {{", *(f"\t{f}," for f in fields), "};")

    def _enumeration(self) -> Element:
        names = [n + self._pick("", "", " = 3") for n in self._some(("A", "B", "C"))]
        last = names.pop()
        return ("enum e {", *(f"\t{n}," for n in names), f"\t{last}{self._pick('', ',')}", "};")

    def _header(self) -> str:
        count = self.chance.choice((0, 1, 1, 2, 2))
        parameters = [_join(self._pick(*TYPES), n) for n in NAMES[:count]]
        start = self._pick("", "", "static ", "static inline ", "extern ")
        name = self._pick("f", "f", "g")
        returned = _join(self._pick("int", "void", "struct s *"), name)
        return f"{start}{returned}({', '.join(parameters) or 'void'})"

    def _prototype(self) -> Element:
        return (self._header() + ";",)

    def _function(self) -> Element:
        body = ["\t" + self._declaration(n) for n in self._some(NAMES)[:2]]
        for _ in range(self.chance.randint(1, 4)):
            body += self._statement(1)
        return (self._header().replace("extern ", ""), "{", *body, "}")

    def _statement(self, depth: int) -> list[str]:
        pad = "\t" * depth
        pick = self.chance.random()
        call = self._pick("h();", "k();", "k(a);", "use(a);", "b = sizeof(int);", "c = (long)a;", "use(d);")
        if depth > 2 or pick < 0.45:
            return [pad + call]
        head = self._pick("if (a)", "if (a)", "while (b)", "for (;;)")
        inner = self._statement(depth + 1)
        if self.chance.random() < 0.4:
            lines = [f"{pad}{head} {{", *inner, *self._statement(depth + 1), pad + "}"]
        else:
            lines = [pad + head, *inner]
        if head.startswith("if") and self.chance.random() < 0.3 and not inner[0].lstrip().startswith("if"):
            lines += [pad + "else", *self._statement(depth + 1)]
        return lines

    # --- rules ------------------------------------------------------------------------------------

    def rule(self) -> str:
        """Make a rule."""
        makers = (
            *(self._on_variable, self._on_variable, self._on_variable, self._on_field, self._on_field),
            *(self._on_value, self._on_value, self._on_header, self._on_header, self._on_header),
            *(self._on_enumeration, self._on_type, self._on_arm, self._on_arm, self._on_arm, self._on_use),
        )
        names: dict[str, str] = {}
        lines = self.chance.choice(makers)(names)
        words = " ".join(lines)
        kinds = "".join(f"{kind} {name};\n" for name, kind in names.items() if name in words)
        return f"@@\n{kinds}@@\n" + "\n".join(lines) + "\n"

    def _changed(self, line: str, news: tuple[str, ...]) -> list[str]:
        """A line that is removed, replaced, or kept with others beside it."""
        pick = self.chance.random()
        if pick < 0.3:
            return [f"- {line}"]
        if pick < 0.7:
            return [f"- {line}", f"{self._pick('+', '+', '++')} {self._pick(*news)}"]
        if pick < 0.85:
            return [f"  {line}", f"+ {self._pick(*news)}"]
        return [f"+ {self._pick(*news)}", f"  {line}"]

    def _name(self, names: dict[str, str], *literal: str) -> str:
        if self.chance.random() < 0.5:
            names["i"] = "identifier"
            return "i"
        return self._pick(*literal)

    def _kind(self, names: dict[str, str]) -> str:
        pick = self.chance.random()
        if pick < 0.35:
            names["T"] = "type"
            return self._pick("T", "T", "T *")
        return self._pick("int", "long", "struct s", "struct s *", "unsigned int", "char *")

    def _on_variable(self, names: dict[str, str]) -> list[str]:
        name, kind = self._name(names, *NAMES), self._kind(names)
        storage = self._pick("", "", "", "static ", "const ")
        names["E"] = "expression"
        shape = self.chance.random()
        if shape < 0.25:
            line = f"{storage}{_join(kind, name)} = E;"
        elif shape < 0.35:
            line = f"{storage}{kind.rstrip(' *')} {name}[{self._pick('E', '...', '')}];"
        else:
            line = f"{storage}{_join(kind, name)};"
        if self.chance.random() < 0.2:
            start = f"  {storage}{kind}"
            return [start, f"- {name}", "+ nw", "  ;"]
        if self.chance.random() < 0.15:
            return [f"- {storage}{kind}", "+ short", f"  {name};"]
        return self._changed(line, (f"short {name};", f"{_join(kind, 'nw')};", f"short {name} = 7;"))

    def _on_field(self, names: dict[str, str]) -> list[str]:
        name, kind = self._name(names, *FIELDS), self._kind(names)
        names["E"], names["n"] = "expression", "identifier"
        line = self._pick(
            f"{_join(kind, name)};", f"{_join(kind, name)};", f"int {name} : E;", f"char {name}[E];"
        )
        inside = self._changed(line, (f"short {name};", "short nw;"))
        if self.chance.random() < 0.15:
            inside = [self._pick("  ...", ""), "+ short nw;"]
            return [
                f"  struct {self._pick('s', 'n')} {{",
                *(n for n in inside if n),
                *([] if inside[0] else ["  ..."]),
                "  };",
            ]
        word = self._pick("struct", "struct", "union")
        return [f"  {word} {self._pick('s', 'n')} {{", "  ...", *inside, *self._rest(), "  };"]

    def _rest(self) -> list[str]:
        return ["  ..."] if self.chance.random() < 0.75 else []

    def _on_value(self, names: dict[str, str]) -> list[str]:
        names["v"], names["E"], names["F"] = "identifier", "expression", "expression"
        name = self._pick(*FIELDS)
        head = f"  struct {self._pick('s', 's', 't')} {self._pick('v', 'v', 'a')} = {{"
        pick = self.chance.random()
        if pick < 0.15:
            return [head, f"- {self._pick('1', 'E')}", "+ 5", *self._pick("", "  , ...").splitlines(), "  };"]
        if pick < 0.25:
            return [head, "  ...,", f"- .{name} = E,", "+ .nw = E,", "  ...", "  };"]
        inside = self._changed(f".{name} = E,", (f".{name} = 9,", ".nw = E,"))
        if self.chance.random() < 0.25:
            inside.insert(0, f"  .{self._pick(*(n for n in FIELDS if n != name))} = F,")
        return [head, *inside, "  };"]

    def _on_enumeration(self, names: dict[str, str]) -> list[str]:
        names["E"] = "expression"
        name = self._name(names, "A", "B", "C")
        inside = self._changed(self._pick(f"{name},", f"{name},", f"{name} = E,"), ("NW,", "NW = 4,"))
        return ["  enum e {", "  ...,", *inside, "  ...", "  };"]

    def _on_header(self, names: dict[str, str]) -> list[str]:
        names["p"], names["q"], names["T"], names["ps"] = "identifier", "identifier", "type", "parameter list"
        name = self._pick("f", "f", "g")
        body = self._pick("{ ... }", "{ ... }", "{ <... k(); ...> }")
        kind = self._pick("int", "T", "struct s *", "")
        parameter = self._pick("int p", "T p", "struct s *p")
        shapes = (
            [f"- {name}", "+ nw", f"  (...) {body}"],
            [f"- {kind or 'int'}", "+ short", f"  {name}(...) {body}"],
            [f"+ {self._pick('static', 'inline')}", f"  {kind or 'int'} {name}(...) {body}"],
            [f"- {self._pick('static', 'inline', 'static inline')}", f"  {kind or 'int'} {name}(...) {body}"],
            [f"  {name}(ps", "+ , int nw", f"  ) {body}"],
            [f"  {name}(", "+ int nw,", f"  ps) {body}"],
            [f"  {name}({parameter}", "+ , int nw", f"  ) {body}"],
            [f"  {name}({parameter}", "-  , int q", f"  ) {body}"],
            [f"  {name}(", f"- {parameter}", self._pick("+ short p", "+ short nw", "+ void"), f"  ) {body}"],
            [f"  {name}(..., ", f"- {parameter}", "+ short p", f"  , ...) {body}"],
            [f"  {name}(", "- void", "+ int nw", f"  ) {body}"],
            [f"- {kind} {name}({parameter})", "+ short nw(short p)", f"  {body}"],
            [f"- {kind} {name}(...) {{ ... }}"],
            [f"- {kind or 'int'} {name}({self._pick('...', 'void', 'int p')});"],
            [f"+ {self._pick('int nw;', 'void nw(void);')}", f"  {name}(...) {{ ... }}"],
            [f"  {name}(...) {{", "+ short nw;", "  ...", "  }"],
            [f"  {name}(...) {{", "  ...", "+ new();", "  }"],
        )
        return self.chance.choice(shapes)

    def _on_type(self, names: dict[str, str]) -> list[str]:
        old = self._pick("int", "long", "struct s", "struct s *", "unsigned int", "char *")
        return [f"- {old}", f"+ {self._pick('short', 'struct nw')}"]

    def _on_use(self, names: dict[str, str]) -> list[str]:
        kind = self._pick(
            "int E", "struct s *E", "struct s E", "long E", "expression *E", "unsigned int E", "char *E"
        )
        names["E"] = kind.removesuffix("E").rstrip()
        return ["- use(E)", "+ nw(E)"]

    def _on_arm(self, names: dict[str, str]) -> list[str]:
        names["S"], names["SL"] = "statement", "statement list"
        call = self._pick("h();", "k();", "k(...);")
        head = self._pick("if (a)", "while (b)", "for (;;)")
        new = self._pick("+ new();", "+ new();\n+ new(2);", "+ if (a) new();", "+ while (a) new();")
        shapes = (
            [f"- {call}", *new.split("\n")],
            [f"  {call}", *new.split("\n")],
            [*new.split("\n"), f"  {call}"],
            [f"- {call}"],
            [f"  {head} S", "+ new();"],
            ["+ new();", f"  {head} S"],
            [f"- {head}", "  S"],
            [f"  {head} {{", f"- {call}", "+ new();", "  }"],
            [f"  {head} {{", f"- {call}", "  }"],
            [f"  {head} {{", f"  {call}", "+ new();", "  }"],
            [f"  {head} {{", "  ...", f"- {call}", "+ new();", "  ...", "  }"],
            [f"  {head} {{", "  <+...", f"- {call}", *new.split("\n"), "  ...+>", "  }"],
            [f"  {head} {{", "+ new();", "  ...", "  }"],
            [f"  {head} {{", "  ...", "+ new();", "  }"],
            [f"  {head} {{", "+ new();", "  SL", "+ new(2);", "  }"],
            [f"- {head} {{", "  SL", "- }"],
            ["+ new();", f"  {head} {{ ... }}", "+ new(2);"],
            ["  if (a) S", "- else S2", "+ new();"]
            if self.chance.random() < 0.1
            else ["  if (a)", f"  {call}", "+ new();"],
            ["+ {", f"  {call}", "+ }"],
            ["+ if (x) {", f"  {call}", "+ }"],
            [f"  {call}", "- ...", "+ new();", "  use(a);"],
        )
        return self.chance.choice(shapes)
