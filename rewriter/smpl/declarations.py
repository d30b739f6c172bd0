# SPDX-License-Identifier: GPL-2.0-or-later
"""The declaration part of a rule: metavariables, their constraints, script inputs and outputs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace

from rewriter.smpl.constraints import ConstraintParser
from rewriter.smpl.lexer import NAME
from rewriter.smpl.names import is_no_metavariable_name
from rewriter.smpl.patch import LENGTH, NAME_KINDS, Constraint, CType, Metavariable, ScriptInput, Seed

#: Kinds that are understood.
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
    "statement list",
    "field list",
    "format list",
    "format",
    "metavariable",
    "expression list",
    "initializer list",
    "initialiser list",
    "parameter list",
    "expression",
    "idexpression",
    "identifier",
    "initializer",
    "initialiser",
    "parameter",
    "declaration",
    "field",
    "constant",
    "statement",
    "type",
    "position",
    "iterator",
    "declarer",
    "typedef",
    "symbol",
    "function",
    "attribute name",
    "attribute",
    "identifier list",
    "pragmainfo",
    "comments",
)
#: Kinds of the language that are refused by name.
REFUSED = ("local function",)
#: Kinds that a type may follow.
_TYPED = ("expression", "constant", "idexpression", "local idexpression", "global idexpression")
#: The seed of a fresh identifier that has none.
_UNSAID = Seed((("text", "__extra_counter__"),), counted=True)
_LISTS = (
    "expression list",
    "initializer list",
    "parameter list",
    "statement list",
    "field list",
    "identifier list",
    "format list",
)
_TYPE_WORD = re.compile(
    r"(void|char|short|int|long|float|double|signed|unsigned|const|volatile|bool|_Bool|s?size_t|"
    r"(__)?[usbl]?e?(8|16|32|64|128)|\w+_t)$"
)


class DeclarationParser(ConstraintParser):
    """Reads the lines between a rule's header and its ``@@``."""

    # --- metavariables ----------------------------------------------------------------------------

    def metavariables(self, earlier: Mapping[str, Metavariable]) -> dict[str, Metavariable]:
        """Parse the declarations of a rule of pattern code.

        ``earlier`` are those of the rule it extends, and what earlier rules said to be types and macros.
        Raises SemanticPatchError.
        """
        found = dict(earlier)
        while self._i < len(self._words):
            kind, types = self._kind(found)
            while True:
                declared = self._one(kind, types, found)
                old = found.get(declared.name, declared)
                again = old is not declared and old is not earlier.get(declared.name)
                if again and old.kind not in NAME_KINDS:
                    raise self.error(f"metavariable '{declared.name}' is declared twice")
                found[declared.name] = declared
                if kind == "typedef":
                    self.typedefs |= {declared.name}
                if self.accept(","):
                    continue
                self.need(";", f"after metavariable '{declared.name}'")
                break
        return found

    def _kind(self, found: dict[str, Metavariable]) -> tuple[str, tuple[CType, ...]]:
        """Read the kind of what is declared next, and the types of its values as far as they are shared."""
        for kind in sorted((*KINDS, *REFUSED), key=len, reverse=True):
            parts = kind.split()
            if [self.peek(i) for i in range(len(parts))] != parts:
                continue
            if self.peek(len(parts)) in (";", ","):
                if len(parts) > 1:  # the last word is a name here: "identifier name, list;"
                    continue
                self._i += 1
                raise self.error(f"a name was expected for this {kind}")
            if kind in REFUSED:
                raise self.error(f"metavariables of kind '{kind}' are not supported yet")
            self._i += len(parts)
            if kind in _TYPED:
                return kind, self._pointed(self._type_after(kind, found))
            return kind.replace("initialiser", "initializer"), ()
        if self._is_type(found):
            return "expression", self._pointed(self._types(found))
        if self._names_a_type(found):
            name = self.take()
            found[name] = Metavariable(name, "typedef", line=self.line(), names=name)
            return "expression", self._pointed((CType(name),))
        word = self.peek()
        near = difflib.get_close_matches(word, KINDS, 1)
        raise self.error(f"'{word}' is no kind of metavariable", f"did you mean '{near[0]}'?" if near else "")

    def _names_a_type(self, found: Mapping[str, Metavariable]) -> bool:
        """Tell whether an unknown word is a type, as in ``FILE *f``; what is nearly a long kind is a slip."""
        word = self.peek()
        if not NAME.fullmatch(word) or is_no_metavariable_name(word) or word in found:
            return False
        if self.peek(1) == "*":
            return True
        return NAME.fullmatch(self.peek(1)) is not None and not difflib.get_close_matches(word, KINDS, 1, 0.9)

    # --- types ------------------------------------------------------------------------------------

    def _is_type(self, found: dict[str, Metavariable]) -> bool:
        """A C type starts here: its words, a set of types, or a type declared before."""
        word = self.peek()
        declared = found.get(word)
        return (
            word in ("struct", "union", "enum", "{")
            or _TYPE_WORD.match(word) is not None
            or (declared is not None and declared.kind in ("type", "typedef"))
        )

    def _type_after(self, kind: str, found: dict[str, Metavariable]) -> tuple[CType, ...]:
        """The type behind ``expression`` or ``idexpression`` up to its stars, which may stand alone."""
        if kind == "expression" and self.peek() in ("struct", "union", "enum"):
            if self.peek(1) == "*" or self.peek(2) in (",", ";"):
                return (CType(self.take()),)
        elif self.peek() == "*":
            return (CType(""),)
        if self._is_type(found) and self.peek(1) not in (",", ";", "=", "!=", "<=", "."):
            return self._types(found)
        return ()

    def _pointed(self, types: tuple[CType, ...]) -> tuple[CType, ...]:
        """Read the stars and brackets behind a type: ``T *x, y`` declares two pointers, unlike C."""
        stars = self._stars() if types else 0
        array = bool(types) and self.accept("[") and self.accept("]")
        return tuple(replace(t, stars=t.stars + stars, array=array) for t in types)

    def _stars(self) -> int:
        stars = 0
        while self.accept("*"):
            stars += 1
        return stars

    def _types(self, found: dict[str, Metavariable]) -> tuple[CType, ...]:
        if not self.accept("{"):
            base, qualifiers = self._base(found)
            return (CType(base, qualifiers=qualifiers),)
        types = [self._member(found)]
        while self.accept(","):
            types.append(self._member(found))
        self.need("}", "to close the set of types")
        return tuple(types)

    def _member(self, found: dict[str, Metavariable]) -> CType:
        base, qualifiers = self._base(found)
        return CType(base, self._stars(), qualifiers=qualifiers)

    def _base(self, found: dict[str, Metavariable]) -> tuple[str, str]:
        """The words of a type up to its stars or the name that is declared, and its qualifiers."""
        taken: list[str] = []
        qualifiers: list[str] = []
        while True:
            word = self.peek()
            if word in ("struct", "union", "enum"):
                taken += [self.take(), self.take()]
            elif word in ("const", "volatile"):
                qualifiers.append(self.take())
            elif (_TYPE_WORD.match(word) and self.peek(1) not in (";", "=", "!=", ".")) or (
                not taken and self._is_type(found)
            ):
                taken.append(self.take())
            else:
                break
        if not taken:
            raise self.error("a type was expected here")
        return " ".join(taken), " ".join(qualifiers)

    # --- one metavariable ---------------------------------------------------------------------------

    def _one(self, kind: str, types: tuple[CType, ...], found: dict[str, Metavariable]) -> Metavariable:
        line = self.line()
        length = self._length(kind, found)
        if self.peek() == "*":
            raise self.error("a star belongs to the type", "in front of the first name, for all names")
        name = self.take()
        if not NAME.fullmatch(name):
            self._i -= 1
            raise self.error(f"a name was expected for this {kind}, found '{name}'")
        origin, own = "", name
        if self.accept("."):
            origin, own = name, self.take()
        if is_no_metavariable_name(own):
            self._i -= 1
            raise self.error(f"no metavariable can be called '{own}': that is a word of the language")
        constraint: Constraint | None = None
        seed: Seed | None = None
        if kind == "fresh identifier":
            seed = self._seed() if self.accept("=") else _UNSAID
        elif self.peek() not in (",", ";", ""):
            self.own = own
            constraint = self.either(kind)
            self.own = ""
        return Metavariable(own, kind, origin, constraint, seed, line, own, types, length)

    def _length(self, kind: str, found: dict[str, Metavariable]) -> str:
        """Read ``[n]``, ``[n > 2]``, ``[r.n]`` or ``[3]``; a new name is a metavariable of its own."""
        if kind not in _LISTS or not self.accept("["):
            return ""
        line = self.line()
        length = self.value()
        origin, _, own = length.rpartition(".")
        plain = length.isdigit() or self.peek() == "]" or NAME.match(self.peek()) is not None
        constraint = None if plain else self.either("list length")
        self.need("]", "after the length of the list")
        if length.isdigit():
            return length
        found.setdefault(own, Metavariable(own, LENGTH, origin, constraint, None, line, own))
        return own

    def _seed(self) -> Seed:
        if self.peek() == "script":
            return Seed(script=self.python())
        parts: list[tuple[str, str]] = []
        while True:
            word = self.value()
            if word.startswith('"'):
                parts.append(("text", word[1:-1]))
            elif NAME.match(word):
                parts.append(("metavariable", word))
            else:
                raise self.error(f"'{word}' cannot be part of a fresh identifier")
            if not self.accept("##"):
                break
        counted = len(parts) == 1 and parts[0][0] == "text"
        return Seed(tuple(parts), counted=counted)

    # --- scripts ----------------------------------------------------------------------------------

    def script(self) -> tuple[tuple[ScriptInput, ...], tuple[str, ...]]:
        """Parse a script rule's inputs (``x << r.y;``) and outputs (``z;``). Raises SemanticPatchError."""
        inputs: list[ScriptInput] = []
        outputs: list[str] = []
        while self._i < len(self._words):
            name = self.take()
            if self.accept("<<"):
                origin = self.take()
                self.need(".", "between rule and metavariable")
                source = self.take()
                default = None
                if self.accept("="):
                    default = self._default()
                inputs.append(ScriptInput(name, origin, source, default))
            else:
                outputs.append(name)
            self.need(";", f"after '{name}'")
        return tuple(inputs), tuple(outputs)

    def _default(self) -> str:
        """Read what an input is that nothing bound: a text, or ``[]`` for positions."""
        if self.accept("["):
            self.need("]", "in the default of positions")
            return "[]"
        if not self.peek().startswith('"'):
            raise self.error("a default is a string, or [] for positions")
        return self.take()
