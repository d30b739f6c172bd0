# SPDX-License-Identifier: GPL-2.0-or-later
"""What in a semantic patch is allowed but hardly meant: warnings for its author.

Names that look like metavariables nobody declared, metavariables that nothing uses, and values that a script
promises but never gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from rewriter.smpl.patch import NAME_KINDS, Metavariable, OneOf, Part, Python, Rule, ScriptRule, single
from rewriter.smpl.term import Choice, Inner, Leaf, Sequence, Term, parts_of, walk_with_whens
from rewriter.smpl.validate import used_to_match

_CALLED = frozenset({"function", "declarator", "label"})  # roles of names that are often not declared
_KNOWN = frozenset({"NULL", "true", "false", "current", "stdin", "stdout", "stderr", "errno", "this"})


def advice(rules: Iterable[Rule | ScriptRule], path: str) -> Iterator[str]:
    """Give warnings, as ``path:line: text``, in the order of the rules."""
    for rule in rules:
        found = _of_script(rule) if isinstance(rule, ScriptRule) else _of_rule(rule)
        yield from (f"{path}:{line}: {text}" for line, text in found)


def _of_script(rule: ScriptRule) -> Iterator[tuple[int, str]]:
    for name in rule.outputs:
        if not re.search(rf"\bcoccinelle\s*\.\s*{name}\b|\bcoccinelle\b(?!\s*\.)", rule.code):
            yield rule.line, f"the script never gives '{name}' a value: coccinelle.{name} = ..."


def _of_rule(rule: Rule) -> Iterator[tuple[int, str]]:
    used = _used(rule)
    unused = [m for m in rule.metavariables.values() if _is_own(m) and m.name not in used]
    for name, line in _unknown_names(rule.body.code).items():
        if name in rule.metavariables:
            continue
        close = get_close_matches(name, [m.name for m in unused], 1)
        hint = f"did you mean '{close[0]}'?" if close else f"if not: symbol {name};"
        yield line, f"should '{name}' be a metavariable? {hint}"
    for variable in unused:
        yield variable.line, f"metavariable '{variable.name}' is not used"


def _is_own(variable: Metavariable) -> bool:
    """Tell whether it is declared here to be used; one that is inherited may only have to have a value."""
    return not variable.origin and variable.kind not in NAME_KINDS


def _used(rule: Rule) -> set[str]:
    """Collect the metavariables that a rule's code, its plus code and its other metavariables name."""
    used = used_to_match(rule)
    for plus in (*rule.body.before.values(), *rule.body.after.values()):
        used |= plus.names
    for variable in rule.metavariables.values():
        used.update(variable.seed.names if variable.seed is not None else ())
        for one in single(variable.constraint):
            used.update(one.values if isinstance(one, OneOf | Part) else ())
            used.update(one.parameters if isinstance(one, Python) else ())
    return used


def _unknown_names(code: Sequence) -> dict[str, int]:
    """Give the lower-case names that stand for a value, and the line of each.

    What is called or declared in the code does not count, wherever else the name stands.
    """
    found: dict[str, int] = {}
    known = set(_KNOWN)
    branches: set[int] = set()  # of disjunctions that stand where a name is called
    for part in walk_with_whens(code):
        named = id(part) in branches
        for child in parts_of(part):
            called = named or getattr(child, "role", "") in _CALLED or _is_head(part, child)
            if isinstance(child, Choice) and called:
                branches.update(map(id, child.branches))
            elif isinstance(child, Leaf) and child.kind == "identifier":
                known.update({child.token.text} if called else ())
                found.setdefault(child.token.text, child.token.line)
    return {n: line for n, line in found.items() if n not in known and not n.isupper()}


def _is_head(part: Term | Sequence, child: Term | Sequence) -> bool:
    """Tell whether a name is what an iterator or a macro call is called."""
    if not isinstance(part, Inner) or len(part.children) == 1 or part.children[0] is not child:
        return False
    arguments = part.children[1]
    return isinstance(arguments, Inner) and arguments.kind == "argument_list"
