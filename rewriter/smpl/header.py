# SPDX-License-Identifier: GPL-2.0-or-later
"""The header of a rule: ``@ name depends on r && !s disable iso exists expression @``."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.lexer import NAME, LineReader
from rewriter.smpl.names import is_no_rule_name
from rewriter.smpl.patch import AllOn, Always, AnyOn, Dependency, InFile, NotOn, OnAll, OnRule

RESERVED = frozenset(
    [
        "depends",
        "on",
        "ever",
        "never",
        "extends",
        "disable",
        "using",
        "exists",
        "forall",
        "expression",
        "identifier",
        "type",
    ]
)
BUILT_IN_ISOMORPHISMS = frozenset(
    {
        "optional_storage",
        "optional_qualifier",
        "optional_attributes",
        "value_format",
        "optional_declarer_semicolon",
        "comm_assoc",
        "prototypes",
        "all",
    }
)
_ORDER = {
    word: place
    for place, words in enumerate(
        (
            ("extends",),
            ("depends",),
            ("using",),
            ("disable",),
            ("exists", "forall"),
            ("expression", "identifier", "type"),
        ),
        1,
    )
    for word in words
}
_HINT = "the order is: name, extends, depends on, using, disable, exists or forall, expression or type"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands between the first ``@`` and the next."""

    script: str  # "", script, initialize, finalize
    name: str
    depends_on: Dependency
    disabled: frozenset[str]
    quantifier: str
    kind: str  # "", expression, identifier, type
    simplify: bool = False  # an extension: fold what the plus code makes constant
    extends: str = ""  # a rule whose metavariables this one inherits
    using: tuple[str, ...] = ()  # files with isomorphisms


class HeaderParser:
    """Parses one header; ``known`` are the rules and virtual rules declared before it."""

    def __init__(
        self,
        reader: LineReader,
        line: int,
        text: str,
        known: frozenset[str],
        virtuals: frozenset[str],
        enabled: frozenset[str],
        extensions: frozenset[str] = frozenset(),
    ) -> None:
        self._reader = reader
        self._line = line
        self._known = known
        self._virtuals = virtuals
        self._enabled = enabled
        self._extensions = extensions
        found = re.findall(r'//[^\n]*|/\*.*?\*/|"[^"\n]*"|<[^>\n]*>|[\w$]+|&&|\|\||[^\w\s]', text, re.DOTALL)
        self._words = [word for word in found if not word.startswith(("//", "/*"))]
        self._i = 0

    def _error(self, message: str, hint: str = "") -> SemanticPatchError:
        return self._reader.error(message, self._line, 0, hint)

    def _peek(self, ahead: int = 0) -> str:
        at = self._i + ahead
        return self._words[at] if at < len(self._words) else ""

    def _take(self) -> str:
        word = self._peek()
        self._i += 1
        return word

    def parse(self) -> Header:
        """Give the header. Raises SemanticPatchError."""
        script = self._script()
        name = ""
        reserved = RESERVED | (self._extensions & {"simplify"})
        if NAME.fullmatch(self._peek()) and self._peek() not in reserved:
            name = self._take()
            if is_no_rule_name(name):
                raise self._error(f"a rule cannot be called '{name}': that is a word of the language")
            if name in self._known or name in self._virtuals:
                raise self._error(f"there is a rule '{name}' already")
        depends: Dependency = Always(True)
        disabled: set[str] = set()
        using: list[str] = []
        quantifier = kind = extends = ""
        simplify = False
        place = 0
        while word := self._peek():
            place, before = _ORDER.get(word, place), place
            if place < before:
                raise self._error(f"'{word}' is not expected here in a rule's header", _HINT)
            if word == "depends":
                self._take()
                if self._take() != "on":
                    raise self._error("'on' expected after 'depends'")
                word = self._take() if self._peek() in ("exists", "forall") else "exists"
                depends = self._any()
                if word == "forall" and not isinstance(depends, Always):
                    depends = OnAll(depends)
            elif word == "disable":
                disabled |= set(self._listed(r"\w+", "the name of an isomorphism"))
            elif word in ("exists", "forall") and not quantifier:
                quantifier = self._take()
            elif word in ("expression", "identifier", "type") and not kind:
                kind = self._take()
            elif word == "simplify" and "simplify" in self._extensions:
                simplify = bool(self._take())
            elif word == "extends" and not extends:
                self._take()
                extends = self._rule(self._take())
            elif word == "using":
                using += [name[1:-1] for name in self._listed(r'"[^"]*"|<[^>]*>', 'a "file"')]
            else:
                raise self._error(f"'{word}' is not expected here in a rule's header", _HINT)
        return Header(
            script, name, depends, frozenset(disabled), quantifier, kind, simplify, extends, tuple(using)
        )

    def _listed(self, pattern: str, wanted: str) -> list[str]:
        """Read the word at hand and the list behind it."""
        word, found = self._take(), list[str]()
        while re.fullmatch(pattern, self._peek()):
            found.append(self._take())
            if self._peek() != ",":
                return found
            self._take()
        raise self._error(f"{wanted} was expected behind '{word}'")

    def _script(self) -> str:
        if self._peek() not in ("script", "initialize", "finalize") or self._peek(1) != ":":
            return ""
        word = self._take()
        self._take()
        language = self._take()
        if language != "python":
            raise self._error(f"rules in '{language}' are not supported", "only script:python is")
        return word

    def _any(self) -> Dependency:
        operands = [self._all()]
        while self._peek() == "||":
            self._take()
            operands.append(self._all())
        return operands[0] if len(operands) == 1 else simplify(AnyOn(tuple(operands)))

    def _all(self) -> Dependency:
        operands = [self._one()]
        while self._peek() == "&&":
            self._take()
            operands.append(self._one())
        return operands[0] if len(operands) == 1 else simplify(AllOn(tuple(operands)))

    def _one(self) -> Dependency:
        word = self._take()
        if word == "!":
            return simplify(NotOn(self._one()))
        if word == "(":
            inner = self._any()
            if self._take() != ")":
                raise self._error("')' expected in the dependency")
            return inner
        if word == "file":
            return self._file()
        if word in ("ever", "never"):
            rule = self._rule_or_virtual(self._take(), ever=True)
            return simplify(NotOn(rule)) if word == "never" else rule
        return self._rule_or_virtual(word)

    def _rule_or_virtual(self, word: str, ever: bool = False) -> Dependency:
        if word in self._virtuals:
            return Always(word in self._enabled)
        return OnRule(self._rule(word), ever)

    def _file(self) -> InFile:
        if self._take() != "in" or not re.fullmatch(r'"[^"]*"', self._peek()):
            raise self._error("'file' is followed by 'in' and a quoted path")
        return InFile(self._take()[1:-1])

    def _rule(self, word: str) -> str:
        if word not in self._known:
            near = difflib.get_close_matches(word, self._known | self._virtuals, 1)
            hint = f"did you mean '{near[0]}'?" if near else "dependencies name earlier or virtual rules"
            raise self._error(f"no rule '{word}' before this one", hint)
        return word


def simplify(dependency: Dependency) -> Dependency:
    """Fold what virtual rules settled into the rest."""
    match dependency:
        case NotOn(Always(holds)):
            return Always(not holds)
        case AllOn(operands):
            if any(o == Always(False) for o in operands):
                return Always(False)
            left = tuple(o for o in operands if o != Always(True))
            return AllOn(left) if len(left) > 1 else (left[0] if left else Always(True))
        case AnyOn(operands):
            if any(o == Always(True) for o in operands):
                return Always(True)
            left = tuple(o for o in operands if o != Always(False))
            return AnyOn(left) if len(left) > 1 else (left[0] if left else Always(False))
        case _:
            return dependency
