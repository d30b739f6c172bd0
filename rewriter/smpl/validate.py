# SPDX-License-Identifier: GPL-2.0-or-later
"""What the rules of a semantic patch say of each other: inheritance, later uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from rewriter.smpl.lexer import LineReader
from rewriter.smpl.patch import (
    NAME_KINDS,
    Constraint,
    Metavariable,
    OneOf,
    Part,
    Python,
    Rule,
    ScriptRule,
    single,
)
from rewriter.smpl.term import Dots, Inner, Nest, Sequence, metavariables_of, walk

_WITH_ARMS = frozenset(
    {"if_statement", "else_clause", "while_statement", "for_statement", "iterator_statement"}
)

_NO_ARM = ("dots are no statement of their own", "{ ... } stands for any statement there")
_NO_NEST = ("a nest is no statement of its own", "{ <... ...> } stands for any statement there")


def check_rules(rules: list[Rule | ScriptRule], reader: LineReader) -> None:
    """Check inheritance and the use of metavariables. Raises SemanticPatchError."""
    earlier: dict[str, Rule | ScriptRule] = {}
    for rule in rules:
        if isinstance(rule, Rule):
            for variable in rule.metavariables.values():
                _check_origin(variable, rule, earlier, reader)
            _check_use(rule, reader)
            _check_arms(rule.body.code, reader)
        else:
            for source in rule.inputs:
                if source.origin != "virtual":
                    _declared(source.origin, source.source, earlier, rule.line, reader)
        earlier[rule.name] = rule


def _declared(
    origin: str, name: str, earlier: dict[str, Rule | ScriptRule], line: int, reader: LineReader
) -> None:
    rule = earlier.get(origin)
    if rule is None:
        raise reader.error(f"'{origin}.{name}': no rule '{origin}' before this one", line)
    names = rule.metavariables if isinstance(rule, Rule) else rule.outputs
    if name not in names:
        raise reader.error(f"'{origin}.{name}': rule '{origin}' has no metavariable '{name}'", line)


def _check_origin(
    variable: Metavariable, rule: Rule, earlier: dict[str, Rule | ScriptRule], reader: LineReader
) -> None:
    for key in (*references(variable.constraint), *(variable.seed.inherited if variable.seed else ())):
        origin, _, name = key.partition(".")
        _declared(origin, name, earlier, variable.line, reader)
    if not variable.origin or variable.origin == "virtual":
        return
    _declared(variable.origin, variable.names, earlier, variable.line, reader)
    source = earlier[variable.origin]
    if isinstance(source, Rule):
        old = source.metavariables[variable.names]
        declared = (*source.metavariables.values(), *rule.metavariables.values())
        if not _same_kind(old, variable, {m.name for m in declared if m.kind == "type"}):
            kinds = f"is declared as {_declaration(old)}, and inherited as {_declaration(variable)}"
            raise reader.error(f"'{variable.key}' {kinds}", variable.line)


def _same_kind(old: Metavariable, new: Metavariable, types: Set[str]) -> bool:
    """Tell whether a metavariable may be inherited as it is; ``types`` are the metavariables for types."""
    if new.kind in NAME_KINDS:
        return True
    kinds = {m.kind.replace("fresh ", "").replace(" any", "") for m in (old, new)}
    if len(kinds) > 1 or bool(old.types) != bool(new.types):
        return False
    if len(old.types) != 1 or len(new.types) != 1:
        return set(old.types) == set(new.types)
    ours, theirs = old.types[0], new.types[0]
    if {ours.base, theirs.base} & types:
        return True
    return (ours.stars > 0) == (theirs.stars > 0) if "" in (ours.base, theirs.base) else ours == theirs


def _declaration(variable: Metavariable) -> str:
    found = [f"{t.base} {'*' * t.stars}".strip() + "[]" * t.array for t in variable.types]
    kind = "" if found and variable.kind == "expression" and found[0][:1] != "*" else variable.kind
    return f"{kind} {found[0] if len(found) == 1 else '{' + ', '.join(found) + '}' if found else ''}".strip()


def check_positions(rules: tuple[Rule | ScriptRule, ...], reader: LineReader) -> None:
    """Check, among the rules that are left, that no position outlives a change. Raises SemanticPatchError."""
    numbers = {rule.name: i for i, rule in enumerate(rules)}
    for i, rule in enumerate(rules):
        if not isinstance(rule, Rule):
            continue
        for variable in rule.metavariables.values():
            if not variable.kind.startswith("position") or variable.origin not in numbers:
                continue
            for other in rules[numbers[variable.origin] : i]:
                if isinstance(other, Rule) and other.transforms:
                    raise reader.error(
                        f"position '{variable.key}' cannot be inherited over '{other.name}', "
                        "which changes code",
                        variable.line,
                        hint="lines have moved: match the place again",
                    )


def check_stars(rules: tuple[Rule | ScriptRule, ...], reader: LineReader) -> None:
    """Check, among the rules that are left, that none changes code where one shows it.

    Raises SemanticPatchError.
    """
    patterns = [rule for rule in rules if isinstance(rule, Rule)]
    changing = next((rule for rule in patterns if rule.transforms), None)
    if changing is not None and any(rule.body.stars for rule in patterns):
        raise reader.error(
            "'*' lines show code, '-' and '+' lines change it: not both in one run", changing.line
        )


def used_to_match(rule: Rule) -> set[str]:
    """Collect the metavariables in a rule's code, and in the types and lengths of its metavariables."""
    used = set(metavariables_of(rule.body.code))
    for token in rule.body.tokens.values():
        used.update(token.attached)
    for variable in rule.metavariables.values():
        used.update(word for kind in variable.types for word in kind.base.split())
        used.add(variable.length)
    return used


def _check_use(rule: Rule, reader: LineReader) -> None:
    used = used_to_match(rule)
    for variable in rule.metavariables.values():
        if variable.name in used or variable.origin or variable.kind in ("fresh identifier", *NAME_KINDS):
            continue
        plus = [*rule.body.before.values(), *rule.body.after.values()]
        text = " ".join(line.text for code in plus for line in code.lines)
        if variable.name in text.replace("(", " ").replace(")", " ").replace(";", " ").split():
            raise reader.error(
                f"metavariable '{variable.name}' appears only in plus code, so nothing binds it",
                variable.line,
            )


def _check_arms(code: Sequence, reader: LineReader) -> None:
    for part in walk(code):
        for when in part.whens if isinstance(part, Dots | Nest) else ():
            if when.code is not None:
                _check_arms(when.code, reader)
        if not isinstance(part, Inner) or part.kind not in _WITH_ARMS:
            continue
        for arm in part.children:
            if not isinstance(arm, Dots | Nest):
                continue
            if arm.role in ("consequence", "body") or part.kind == "else_clause":
                message, hint = _NO_ARM if isinstance(arm, Dots) else _NO_NEST
                raise reader.error(message, arm.token.line, hint=hint)


def references(constraint: Constraint | None) -> Iterator[str]:
    """Give the values of earlier rules, as ``rule.name``, that a constraint compares with."""
    for one in single(constraint):
        match one:
            case OneOf(values) | Part(values):
                yield from (v for v in values if "." in v and not v[0].isdigit())
            case Python(inherited=inherited):
                yield from (key for _, key in inherited)


def virtual_identifiers(rules: Iterable[Rule | ScriptRule]) -> tuple[str, ...]:
    """Give the names that ``-D name=value`` has to give values to, in the order of their first use."""
    found: dict[str, None] = {}
    for rule in rules:
        if isinstance(rule, Rule):
            found |= {m.names: None for m in rule.metavariables.values() if m.origin == "virtual"}
        else:
            found |= {i.source: None for i in rule.inputs if i.origin == "virtual"}
    return tuple(found)


def inherited_keys(rule: Rule | ScriptRule) -> Iterator[str]:
    """Give the values of earlier rules, as ``rule.name``, that a rule asks for."""
    if isinstance(rule, ScriptRule):
        yield from (f"{source.origin}.{source.source}" for source in rule.inputs)
        return
    for variable in rule.metavariables.values():
        if variable.origin:
            yield variable.key
        yield from references(variable.constraint)
        yield from variable.seed.inherited if variable.seed is not None else ()


def note_uses(rules: tuple[Rule | ScriptRule, ...]) -> tuple[Rule | ScriptRule, ...]:
    """Note on every rule which of its metavariables a later rule asks for."""
    used: dict[str, set[str]] = {}
    for rule in rules:
        for key in inherited_keys(rule):
            origin, _, name = key.partition(".")
            used.setdefault(origin, set()).add(name)
    return tuple(replace(rule, used_later=frozenset(used.get(rule.name, ()))) for rule in rules)
