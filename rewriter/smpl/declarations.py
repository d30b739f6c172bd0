# SPDX-License-Identifier: GPL-2.0-or-later
"""The declaration part of a rule: metavariables, their constraints, script inputs and outputs."""

from __future__ import annotations

import difflib
import re

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.lexer import LineReader, words
from rewriter.smpl.patch import (
    AllC,
    AnyC,
    Asks,
    Constraint,
    Matches,
    Metavariable,
    NotC,
    OneOf,
    Python,
    ScriptInput,
    Seed,
)

#: Kinds that are understood, longest first where one begins another.
KINDS = (
    "local idexpression",
    "global idexpression",
    "fresh identifier",
    "iterator name",
    "declarer name",
    "position any",
    "binary operator",
    "assignment operator",
    "unary operator",
    "expression",
    "idexpression",
    "identifier",
    "constant",
    "statement",
    "type",
    "position",
    "iterator",
    "declarer",
    "typedef",
    "symbol",
)
#: Kinds of the language that are refused by name for now.
REFUSED = (
    "expression list",
    "identifier list",
    "statement list",
    "parameter list",
    "initializer list",
    "initialiser list",
    "field list",
    "format list",
    "attribute name",
    "initializer",
    "initialiser",
    "parameter",
    "declaration",
    "field",
    "attribute",
    "format",
    "pragmainfo",
    "comments",
    "metavariable",
    "function",
    "local function",
)
#: Questions of the ``analysis`` extension, with how many arguments they take at least and at most.
QUESTIONS = {
    "waits_for": (2, 2),
    "maybe_waits_for": (2, 2),
    "waits_if_null": (3, 3),
    "maybe_waits_if_null": (3, 3),
}


class DeclarationParser:
    """Reads the lines between a rule's header and its ``@@``."""

    def __init__(
        self, reader: LineReader, text: str, line: int, column: int, extensions: frozenset[str]
    ) -> None:
        self._reader = reader
        self._extensions = extensions
        self._text = text
        self._first = line
        self._first_column = column
        try:
            self._words = words(self._text)
        except ValueError as error:
            raise self._at_offset("this character has no place in a declaration", error.args[0]) from None
        self._i = 0

    # --- errors and cursor ------------------------------------------------------------------------

    def _at_offset(self, message: str, offset: int, hint: str = "") -> SemanticPatchError:
        before = self._text[:offset]
        line = self._first + before.count("\n")
        column = offset - (before.rfind("\n") + 1) + (self._first_column if "\n" not in before else 0)
        return self._reader.error(message, line, column, hint)

    def _error(self, message: str, hint: str = "") -> SemanticPatchError:
        at = min(self._i, len(self._words) - 1)
        offset = self._words[at][2] if self._words else 0
        return self._at_offset(message, offset, hint)

    def _peek(self, ahead: int = 0) -> str:
        at = self._i + ahead
        return self._words[at][1] if at < len(self._words) else ""

    def _take(self) -> str:
        word = self._peek()
        self._i += 1
        return word

    def _accept(self, word: str) -> bool:
        if self._peek() == word:
            self._i += 1
            return True
        return False

    def _need(self, word: str, where: str) -> None:
        if not self._accept(word):
            found = self._peek() or "the end of the declarations"
            raise self._error(f"'{word}' expected {where}, found '{found}'")

    def _line(self) -> int:
        offset = self._words[min(self._i, len(self._words) - 1)][2] if self._words else 0
        return self._first + self._text[:offset].count("\n")

    # --- metavariables ----------------------------------------------------------------------------

    def metavariables(self) -> dict[str, Metavariable]:
        """Parse the declarations of a rule of pattern code. Raises SemanticPatchError."""
        found: dict[str, Metavariable] = {}
        while self._i < len(self._words):
            kind = self._kind()
            while True:
                declared = self._one(kind)
                if declared.name in found:
                    raise self._error(f"metavariable '{declared.name}' is declared twice")
                found[declared.name] = declared
                if self._accept(","):
                    continue
                self._need(";", f"after metavariable '{declared.name}'")
                break
        return found

    def _kind(self) -> str:
        for kind in sorted((*KINDS, *REFUSED), key=len, reverse=True):
            parts = kind.split()
            if [self._peek(i) for i in range(len(parts))] != parts:
                continue
            if self._peek(len(parts)) in (";", ","):  # the word is a name here: "identifier name, list;"
                continue
            if kind in REFUSED:
                raise self._error(f"metavariables of kind '{kind}' are not supported yet")
            self._i += len(parts)
            return self._typed(kind)
        word = self._peek()
        near = difflib.get_close_matches(word, KINDS, 1)
        if word in ("struct", "union", "enum", "unsigned", "int", "char", "long", "{", "const", "void"):
            raise self._error("metavariables with a C type are not supported yet")
        raise self._error(
            f"'{word}' is no kind of metavariable", f"did you mean '{near[0]}'?" if near else ""
        )

    def _typed(self, kind: str) -> str:
        if kind in ("expression", "constant", "idexpression", "local idexpression") and self._peek() in (
            "*",
            "struct",
            "enum",
            "union",
            "char",
            "int",
            "list",
        ):
            if self._peek() in ("list",):
                raise self._error(f"metavariables of kind '{kind} list' are not supported yet")
            raise self._error(f"'{kind}' metavariables with a type are not supported yet")
        return kind

    def _one(self, kind: str) -> Metavariable:
        line = self._line()
        name = self._take()
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            self._i -= 1
            raise self._error(f"a name was expected for this {kind}, found '{name}'")
        origin, own = "", name
        if self._accept("."):
            origin, own = name, self._take()
        constraint: Constraint | None = None
        seed: Seed | None = None
        if kind == "fresh identifier":
            if self._accept("="):
                seed = self._seed()
            if seed is None:
                raise self._error(
                    f"fresh identifier '{own}' needs a seed", '= "text" ## f, or = script:python'
                )
        elif self._peek() not in (",", ";", ""):
            constraint = self._either(kind)
        return Metavariable(own, kind, origin, constraint, seed, line, own)

    def _seed(self) -> Seed:
        if self._peek() == "script":
            return Seed(script=self._python())
        parts: list[tuple[str, str]] = []
        while True:
            word = self._take()
            if word.startswith('"'):
                parts.append(("text", word[1:-1]))
            elif re.fullmatch(r"[A-Za-z_]\w*", word):
                parts.append(("metavariable", word))
            else:
                raise self._error(f"'{word}' cannot be part of a fresh identifier")
            if not self._accept("##"):
                break
        counted = len(parts) == 1 and parts[0][0] == "text"
        return Seed(tuple(parts), counted=counted)

    # --- constraints ------------------------------------------------------------------------------

    def _either(self, kind: str) -> Constraint:
        operands = [self._both(kind)]
        while self._accept("||"):
            operands.append(self._both(kind))
        return operands[0] if len(operands) == 1 else AnyC(tuple(operands))

    def _both(self, kind: str) -> Constraint:
        operands = [self._constraint(kind)]
        while self._accept("&&"):
            operands.append(self._constraint(kind))
        return operands[0] if len(operands) == 1 else AllC(tuple(operands))

    def _constraint(self, kind: str) -> Constraint:
        if self._accept("("):
            inner = self._either(kind)
            self._need(")", "to close the constraint")
            return inner
        word = self._take()
        if word == "=" and self._accept("~"):
            return Matches(self._regex())
        if word == "!" and self._accept("~"):
            return NotC(Matches(self._regex()))
        if word == "!":
            return NotC(self._constraint(kind))
        if word in ("=", "!=", "=="):
            values = self._values()
            return OneOf(values) if word != "!=" else NotC(OneOf(values))
        if word == ":":
            if self._peek() == "script":
                return self._python()
            negated = self._accept("!")
            asked = self._asks()
            return NotC(asked) if negated else asked
        self._i -= 1
        raise self._error(
            f"'{word}' is no constraint that is understood",
            '=~ "re", !~ "re", = {a, b}, != r.p, : script:python(x) { ... }',
        )

    def _regex(self) -> str:
        word = self._take()
        if not word.startswith('"'):
            self._i -= 1
            raise self._error("a regular expression in double quotes was expected")
        try:
            re.compile(word[1:-1])
        except re.error as error:
            self._i -= 1
            raise self._error(f"bad regular expression: {error}") from None
        return word[1:-1]

    def _values(self) -> tuple[str, ...]:
        if not self._accept("{"):
            return (self._value(),)
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._need("}", "to close the set")
        return tuple(values)

    def _value(self) -> str:
        word = self._take()
        if self._accept("."):
            word += "." + self._take()
        return word

    def _asks(self) -> Asks:
        name = self._peek()
        if "analysis" not in self._extensions:
            raise self._error(
                f"': {name}' is an extension of the language",
                "add the line '// Extensions: analysis' at the top to use it",
            )
        if name not in QUESTIONS:
            near = difflib.get_close_matches(name, QUESTIONS, 1)
            raise self._error(
                f"'{name}' is no question the analysis answers",
                f"did you mean '{near[0]}'?" if near else "it answers " + ", ".join(QUESTIONS),
            )
        self._i += 1
        arguments: list[str] = []
        if self._accept("("):
            while not self._accept(")"):
                arguments.append(self._take())
                self._accept(",")
        least, most = QUESTIONS[name]
        if not least <= len(arguments) <= most:
            raise self._error(f"'{name}' takes {least} to {most} arguments, not {len(arguments)}")
        return Asks(name, tuple(arguments))

    def _python(self) -> Python:
        line = self._line()
        self._need("script", "here")
        self._need(":", "after 'script'")
        language = self._take()
        if language != "python":
            self._i -= 1
            raise self._error(f"scripts in '{language}' are not supported, only python")
        self._need("(", "after 'script:python'")
        parameters: list[str] = []
        while not self._accept(")"):
            parameters.append(self._value().split(".")[-1])
            self._accept(",")
        if self._peek() != "{":
            raise self._error("the script's expression goes in braces")
        start = self._words[self._i][2]
        depth = 0
        while self._i < len(self._words):
            word = self._take()
            depth += (word == "{") - (word == "}")
            if depth == 0:
                end = self._words[self._i - 1][2]
                return Python(tuple(parameters), self._text[start + 1 : end].strip(), line)
        raise self._error("the script's braces are not closed")

    # --- scripts ----------------------------------------------------------------------------------

    def script(self) -> tuple[tuple[ScriptInput, ...], tuple[str, ...]]:
        """Parse a script rule's inputs (``x << r.y;``) and outputs (``z;``). Raises SemanticPatchError."""
        inputs: list[ScriptInput] = []
        outputs: list[str] = []
        while self._i < len(self._words):
            name = self._take()
            if self._accept("<<"):
                origin = self._take()
                self._need(".", "between rule and metavariable")
                source = self._take()
                default = None
                if self._accept("="):
                    default = ""
                    while self._peek() not in (";", ""):
                        default += self._take()
                inputs.append(ScriptInput(name, origin, source, default))
            else:
                outputs.append(name)
            self._need(";", f"after '{name}'")
        return tuple(inputs), tuple(outputs)
