# SPDX-License-Identifier: GPL-2.0-or-later
"""Constraints of metavariables: ``=~ "re"``, ``!= {a, r.x}``, ``<= r.E``, ``: script:python(x) { ... }``."""

from __future__ import annotations

import difflib
import re

from rewriter.smpl.cursor import Cursor
from rewriter.smpl.lexer import NAME
from rewriter.smpl.patch import AllC, AnyC, Asks, Compared, Constraint, Matches, NotC, OneOf, Part, Python
from rewriter.smpl.regexp import for_python

#: Questions of the ``analysis`` extension, with how many arguments they take at least and at most.
QUESTIONS = {
    "waits_for": (2, 2),
    "maybe_waits_for": (2, 2),
    "waits_if_null": (3, 3),
    "maybe_waits_if_null": (3, 3),
    "tries_if_null": (3, 3),
    "in_atomic": (0, 0),
}
#: Names that are types without being declared.
_KEYWORD = re.compile(r"void|char|short|int|long|float|double|signed|unsigned|s?size_t|ptrdiff_t|_Bool")


class ConstraintParser(Cursor):
    """Reads what may follow the name of a metavariable."""

    own = ""  # the name of the metavariable, which its scripts see too
    typedefs: frozenset[str] = frozenset()  # the names that are known to be types

    def either(self, kind: str) -> Constraint:
        """Read a constraint. Raises SemanticPatchError."""
        operands = [self._both(kind)]
        while self.accept("||"):
            operands.append(self._both(kind))
        return operands[0] if len(operands) == 1 else AnyC(tuple(operands))

    def _both(self, kind: str) -> Constraint:
        operands = [self._constraint(kind)]
        while self.accept("&&"):
            operands.append(self._constraint(kind))
        return operands[0] if len(operands) == 1 else AllC(tuple(operands))

    def _constraint(self, kind: str) -> Constraint:
        if self.accept("("):
            inner = self.either(kind)
            self.need(")", "to close the constraint")
            return inner
        word = self.take()
        if word == "=" and self.accept("~"):
            return Matches(self._regex())
        if word == "!" and self.accept("~"):
            return NotC(Matches(self._regex()))
        if word == "!":
            return NotC(self._constraint(kind))
        if word in (">", ">=", "<", "<=", "=") and re.match(r"-?\d", self.peek()):
            return self._compared(word)
        if word == "<=":
            return Part(self._values(kind))
        if word in ("=", "!="):
            values = self._values(kind)
            return OneOf(values) if word == "=" else NotC(OneOf(values))
        if word == ":":
            if self.peek() == "script":
                return self.python()
            negated = self.accept("!")
            asked = self._asks()
            return NotC(asked) if negated else asked
        self._i -= 1
        raise self.error(
            f"'{word}' is no constraint that is understood",
            '=~ "re", !~ "re", = {a, b}, != r.p, : script:python(x) { ... }',
        )

    def _compared(self, operator: str) -> Constraint:
        word = self.take()
        low, _, high = word.partition("...")
        try:
            first, last = int(low, 0), int(high or low, 0)
        except ValueError:
            self._i -= 1
            raise self.error("an integer was expected here") from None
        if operator == "=":
            return Compared(first, last)
        if operator in (">", ">="):
            return Compared(first + (operator == ">"), None)
        return Compared(None, first - (operator == "<"))

    def _regex(self) -> str:
        word = self.take()
        if not word.startswith('"'):
            self._i -= 1
            raise self.error("a regular expression in double quotes was expected")
        try:
            return for_python(word[1:-1])
        except re.error as error:
            self._i -= 1
            raise self.error(f"bad regular expression: {error}") from None

    def _values(self, kind: str) -> tuple[str, ...]:
        read = self._type if kind == "type" else self.value
        if not self.accept("{"):
            values = [read()]
        else:
            values = [read()]
            while self.accept(","):
                values.append(read())
            self.need("}", "to close the set")
        if kind != "type":
            return tuple(values)
        # A lone name is no type unless something says so.
        return tuple(
            v for v in values if not NAME.fullmatch(v) or v in self.typedefs or _KEYWORD.fullmatch(v)
        )

    def _type(self) -> str:
        """Read the words and stars of a type, or ``r.x``."""
        words = [self.value()]
        while self.peek() == "*" or re.fullmatch(r"[A-Za-z_]\w*", self.peek()):
            words.append(self.take())
        return " ".join(words)

    def value(self) -> str:
        """Read a literal or ``r.x``."""
        word = self.take()
        if self.accept("."):
            word += "." + self.take()
        return word

    def _asks(self) -> Asks:
        name = self.peek()
        if "analysis" not in self._extensions:
            raise self.error(
                f"': {name}' is an extension of the language",
                "add the line '// Extensions: analysis' at the top to use it",
            )
        if name not in QUESTIONS:
            near = difflib.get_close_matches(name, QUESTIONS, 1)
            raise self.error(
                f"'{name}' is no question the analysis answers",
                f"did you mean '{near[0]}'?" if near else "it answers " + ", ".join(QUESTIONS),
            )
        self._i += 1
        arguments: list[str] = []
        if self.accept("("):
            while not self.accept(")"):
                arguments.append(self.take())
                self.accept(",")
        least, most = QUESTIONS[name]
        if not least <= len(arguments) <= most:
            raise self.error(f"'{name}' takes {least} to {most} arguments, not {len(arguments)}")
        return Asks(name, tuple(arguments))

    def python(self) -> Python:
        """Read ``script:python(x) { ... }``."""
        line = self.line()
        self.need("script", "here")
        self.need(":", "after 'script'")
        language = self.take()
        if language != "python":
            self._i -= 1
            raise self.error(f"scripts in '{language}' are not supported, only python")
        self.need("(", "after 'script:python'")
        parameters: list[str] = []
        inherited: list[tuple[str, str]] = []
        while not self.accept(")"):
            key = self.value()
            parameters.append(key.split(".")[-1])
            if "." in key:
                inherited.append((parameters[-1], key))
            self.accept(",")
        if self.own and self.own not in parameters:
            parameters.append(self.own)
        if self.peek() != "{":
            raise self.error("the script's expression goes in braces")
        first = self._i
        depth = 0
        while self._i < len(self._words):
            word = self.take()
            depth += (word == "{") - (word == "}")
            if depth == 0:
                code = self._on_one_line(first + 1, self._i - 1)
                return Python(tuple(parameters), code, line, tuple(inherited))
        raise self.error("the script's braces are not closed")

    def _on_one_line(self, first: int, last: int) -> str:
        """Give the text of some words without the comments and the ends of lines between them."""
        code = ""
        end = 0
        for _, text, start in self._words[first:last]:
            code += " " * (code != "" and start > end) + text
            end = start + len(text)
        return code
