# SPDX-License-Identifier: GPL-2.0-or-later
"""The printed form of a parsed semantic patch."""

from __future__ import annotations

from collections.abc import Iterator

from rewriter.smpl.patch import (
    AllOn,
    Always,
    AnyOn,
    Dependency,
    InFile,
    NotOn,
    OnAll,
    OnRule,
    Rule,
    ScriptRule,
    SemanticPatch,
)
from rewriter.smpl.term import show
from rewriter.source.needs import ANYTHING


def show_pattern(patch: SemanticPatch) -> str:
    """Give the description, what a file must hold, and each rule as a tree of terms."""
    return "\n".join(_lines(patch)) + "\n"


def _lines(patch: SemanticPatch) -> Iterator[str]:
    yield f"semantic patch {patch.path}"
    yield from (f"  {line}".rstrip() for line in patch.description)
    if len(patch.idle) < len(patch.rules):
        yield f"files: those with {patch.required}" if patch.required != ANYTHING else "files: all"
    if patch.extensions:
        yield f"extensions: {', '.join(sorted(patch.extensions))}"
    if patch.virtuals:
        yield f"virtual: {', '.join(patch.virtuals)}"
    if switches := define_options(patch):
        yield f"takes: {', '.join(switches)}"
    if len(patch.idle) == len(patch.rules):
        yield "no rule applies with the -D given"
    for rule in patch.rules:
        yield ""
        if rule.name in patch.idle:
            yield "idle with the -D given:"
        yield from _script(rule) if isinstance(rule, ScriptRule) else _rule(rule)


def define_options(patch: SemanticPatch) -> list[str]:
    """Give the ``-D`` that the semantic patch knows, as they are written on the command line."""
    return [f"-D {name}" for name in patch.virtuals] + [f"-D {name}=NAME" for name in patch.identifiers]


def _rule(rule: Rule) -> Iterator[str]:
    yield f"rule {rule.name} (line {rule.line})" + (" transforms" if rule.transforms else "")
    if not _trivial(rule.depends_on):
        yield f"  depends on {show_dependency(rule.depends_on)}"
    if rule.quantifier:
        yield f"  {rule.quantifier}"
    if rule.disabled:
        yield f"  without isomorphisms {', '.join(sorted(rule.disabled))}"
    for variable in rule.metavariables.values():
        yield f"  {variable.kind} {variable.key if variable.origin else variable.name}"
    yield from show(rule.body.code, 2).splitlines()
    for where, plus in (("before", rule.body.before), ("after", rule.body.after)):
        for token, code in plus.items():
            yield (
                f"  added {where} {rule.body.tokens[token].text!r}"
                if token in rule.body.tokens
                else "  added"
            )
            yield from (f"    +{line.text}" for line in code.lines)


def _script(rule: ScriptRule) -> Iterator[str]:
    yield f"{rule.when} {rule.name} (line {rule.line})"
    if not _trivial(rule.depends_on):
        yield f"  depends on {show_dependency(rule.depends_on)}"
    yield from (f"  {i.name} << {i.origin}.{i.source}" for i in rule.inputs)
    yield from (f"  gives {name}" for name in rule.outputs)


def _trivial(dependency: Dependency) -> bool:
    return isinstance(dependency, Always) and dependency.holds


def show_dependency(dependency: Dependency) -> str:
    """Give a dependency as it is written in a rule's header."""
    match dependency:
        case OnRule(name, ever):
            return f"ever {name}" if ever else name
        case InFile(path):
            return f'(file in "{path}")'
        case OnAll(operand):
            return f"forall {show_dependency(operand)}"
        case NotOn(operand):
            return f"!{show_dependency(operand)}"
        case AllOn(operands):
            return "(" + " && ".join(show_dependency(d) for d in operands) + ")"
        case AnyOn(operands):
            return "(" + " || ".join(show_dependency(d) for d in operands) + ")"
        case Always(holds):
            return "nothing" if holds else "what never holds"
