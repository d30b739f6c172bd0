# SPDX-License-Identifier: GPL-2.0-or-later
"""Change a semantic patch a little, so that it still means something, but something else.

>>> print(mutated("@@ @@\\n- f();\\n+ g();\\n", Random(1), "quantifier"))
@ exists@
@@
- f();
+ g();
<BLANKLINE>
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

KINDS = (
    *("expression", "identifier", "constant", "idexpression", "local idexpression", "expression list"),
    *("expression *", "statement", "type", "int", "symbol"),
)
ISOMORPHISMS = (
    *("is_null", "isnt_zero", "drop_else", "neg_if", "comm_assoc", "braces1", "ptr_to_array", "drop_cast"),
    *("optional_qualifier", "optional_storage", "value_format", "paren", "all"),
)
WHENS = ("any", "strict", "exists", "forall", "!= f(...)", "!= x = y")
_ORDER = re.compile(r"\s*\b(exists|forall)\b|(?=\s*\b(?:expression|identifier|type)?\s*$)")
_SIMPLE = re.compile(r"^([-+?* ]?+)\s*+(?!\.|<|\+|if\b|for\b|while\b|else\b|[({}|&)]).*;\s*$")
_DOTS = re.compile(r"^[- ]?\s*\.\.\.\s*$")
_DECLARED = re.compile(r"^(expression|identifier|constant|idexpression|type|statement)\b(?! list)(.*;)")


@dataclass(slots=True)
class Rule:
    """A rule in lines: what stands between its first two signs ``@``, its declarations, its body."""

    header: str
    declared: list[str]
    body: list[str]

    def __str__(self) -> str:
        return "\n".join([f"@{self.header}@", *self.declared, "@@", *self.body])

    def lines(self, shape: re.Pattern[str]) -> list[int]:
        """Give the numbers of the lines of the body that have a shape."""
        return [i for i, line in enumerate(self.body) if shape.match(line)]


def rules(patch: str) -> list[Rule]:
    """Take a semantic patch apart; what stands before the first rule is lost."""
    parts = re.split(r"(?ms)^@([^@]*)@(.*?)@@[^\n]*\n", patch)
    return [
        Rule(header, declared.strip("\n").splitlines(), body.rstrip("\n").splitlines())
        for header, declared, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    ]


def _quantifier(rule: Rule, chance: Random) -> None:
    word = "forall" if "exists" in rule.header else "exists" if "forall" in rule.header else ""
    rule.header = _ORDER.sub(f" {word or chance.choice(('exists', 'forall'))}", rule.header, count=1)


def _isomorphism(rule: Rule, chance: Random) -> None:
    if "disable" not in rule.header:
        where = re.search(r"(?:\s*\b(?:exists|forall|expression|identifier|type)\b)*\s*$", rule.header)
        at = where.start() if where else 0
        rule.header = f"{rule.header[:at]} disable {chance.choice(ISOMORPHISMS)}{rule.header[at:]}"


def _kind(rule: Rule, chance: Random) -> None:
    found = [i for i, line in enumerate(rule.declared) if _DECLARED.match(line)]
    if found:
        at = chance.choice(found)
        rule.declared[at] = _DECLARED.sub(rf"{chance.choice(KINDS)}\2", rule.declared[at])


def _moved(rule: Rule, chance: Random) -> None:
    found = [i for i in rule.lines(re.compile(r"^[-+*]")) if i]
    if found:
        at = chance.choice(found)
        rule.body[at - 1], rule.body[at] = rule.body[at], rule.body[at - 1]


def _marked(rule: Rule, chance: Random) -> None:
    found = rule.lines(_SIMPLE)
    if found:
        at = chance.choice(found)
        line = rule.body[at]
        rule.body[at] = line[1:] if line[:1] in "-+?*" else "-" + line


def _added(rule: Rule, chance: Random) -> None:
    found = rule.lines(re.compile(r"^(?![-]?\s*[({|&)]?\s*$)"))
    if found:
        at = chance.choice(found) + chance.randint(0, 1)
        rule.body.insert(
            at, chance.choice(("+ added(1);", "+ added(1);", "++ added(1);", "+ int added = 1;"))
        )


def _dropped(rule: Rule, chance: Random) -> None:
    found = rule.lines(_SIMPLE)
    if len(found) > 1:
        del rule.body[chance.choice(found)]


def _nest(rule: Rule, chance: Random) -> None:
    dots, simple = rule.lines(_DOTS), rule.lines(_SIMPLE)
    if dots and simple:
        inside = re.sub(r"^[-+?*]", "", rule.body[chance.choice(simple)])
        first, last = chance.choice((("<...", "...>"), ("<+...", "...+>")))
        at = chance.choice(dots)
        rule.body[at : at + 1] = [first, chance.choice(("", "", "-")) + inside, last]


def _when(rule: Rule, chance: Random) -> None:
    dots = rule.lines(_DOTS)
    if dots:
        rule.body[chance.choice(dots)] += f" when {chance.choice(WHENS)}"


def _between(rule: Rule, chance: Random) -> None:
    found = rule.lines(_SIMPLE)
    if found:
        rule.body.insert(chance.choice(found) + chance.randint(0, 1), "...")


def _choice(rule: Rule, chance: Random) -> None:
    found = [i for i in rule.lines(_SIMPLE) if not rule.body[i].startswith(("+", "?"))]
    if found:
        at, other = chance.choice(found), chance.choice(found)
        branches = [rule.body[at], "|", chance.choice(("", "", "-")) + rule.body[other].lstrip("-*")]
        rule.body[at : at + 1] = ["(", *(branches if chance.random() < 0.5 else branches[::-1]), ")"]


def _optional(rule: Rule, chance: Random) -> None:
    found = [i for i in rule.lines(_SIMPLE) if not rule.body[i].startswith(("+", "-", "?", "*"))]
    if found:
        at = chance.choice(found)
        rule.body[at] = "?" + rule.body[at]


def _word(rule: Rule, chance: Random) -> None:
    """Put one word or sign of the body in another's place."""
    text = "\n".join(rule.body)
    changes = (
        *((r"\([^()\n]*\)", "(...)"), (r"\((?=[^()\n.]+\))", "(..., "), (r"\bNULL\b", "0"), (r"==", "!=")),
        *((r"!=", "=="), (r"\b0\b", "NULL"), (r"->", "."), (r";$", ""), (r"(?<== )[^;\n]+", "...")),
        *((r"\bif \((.*)\)$", r"while (\1)"), (r"\breturn\b.*;", "return ...;"), (r"!(?=\w)", "")),
    )
    at, new = chance.choice(changes)
    found = [
        m for m in re.finditer(at, text, re.MULTILINE) if "when" not in text[: m.start()].split("\n")[-1]
    ]
    if found:
        place = chance.choice(found)
        rule.body = (text[: place.start()] + place.expand(new) + text[place.end() :]).split("\n")


MUTATIONS: dict[str, Callable[[Rule, Random], None]] = {
    "quantifier": _quantifier,
    "isomorphism": _isomorphism,
    "kind": _kind,
    "moved": _moved,
    "marked": _marked,
    "added": _added,
    "dropped": _dropped,
    "nest": _nest,
    "when": _when,
    "between": _between,
    "choice": _choice,
    "optional": _optional,
    "word": _word,
}


def mutated(patch: str, chance: Random, name: str) -> str:
    """Give the semantic patch with one of its rules mutated; as it is, when the mutation fits none."""
    found = rules(patch)
    head = patch[: patch.find("@")]
    own = [r for r in found if not re.match(r"\s*(?:script|initialize|finalize)\b", r.header)]
    if own:
        MUTATIONS[name](chance.choice(own), chance)
    return head + "\n".join(map(str, found)) + "\n"
