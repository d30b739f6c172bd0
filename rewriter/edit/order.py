# SPDX-License-Identifier: GPL-2.0-or-later
"""The order in which several matches put their ``++`` code at one place.

What was inherited decides first, the greatest value first: for ``reg(a); reg(b);`` that another rule found
it is ``call(b); call(a);``. Then the matches come in the order in which they begin, those that begin together
by what they bind, the smallest first. Names come before constants, these before calls, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rewriter.edit.edit import Edit
from rewriter.edit.tags import Addition
from rewriter.match.environment import Code, Positions, Value
from rewriter.smpl.patch import Metavariable
from rewriter.source.text import Span

_Key = tuple[tuple[int, str], ...]

_EXPRESSIONS = (
    *("identifier", "null", "string_literal", "concatenated_string", "char_literal", "number_literal"),
    *("call_expression", "conditional_expression", "assignment_expression", "update_expression"),
    *("pointer_expression", "unary_expression", "binary_expression", "subscript_expression"),
    *("field_expression", "sizeof_expression", "cast_expression", "parenthesized_expression"),
)
_RANKS = {kind: rank for rank, kind in enumerate(_EXPRESSIONS)}
_BASIC, _POINTER, _TAGGED, _NAMED = range(4)
_BASIC_WORDS = frozenset(["void", "char", "short", "int", "long", "float", "double", "signed", "unsigned"])


def ordered(additions: list[Addition], metavariables: Mapping[str, object]) -> list[Addition]:
    """Give additions with those of ``++`` that stand at one place in their order."""
    places: dict[tuple[Span, bool], list[int]] = {}
    for number, addition in enumerate(additions):
        if addition.code.multiple:
            places.setdefault((addition.span, addition.after), []).append(number)
    found = list(additions)
    for numbers in places.values():
        several = [additions[number] for number in numbers]
        several.sort(key=lambda a: (a.match, _kinds(a, metavariables), a.text))
        several.sort(key=lambda a: _key(a, metavariables, inherited=True), reverse=True)
        for number, addition in zip(numbers, several, strict=True):
            found[number] = addition
    return found


def joined(edits: Iterable[Edit]) -> list[Edit]:
    """Give edits with those made one that put lines where the same line goes on behind them."""
    found: list[Edit] = []
    for edit in edits:
        last = found[-1] if found and found[-1].span == edit.span else None
        if last is not None and _goes_on(last) and edit.replacement.startswith((b"\n", b"\r")):
            found[-1] = Edit(edit.span, last.replacement.rstrip() + edit.replacement)
        else:
            found.append(edit)
    return found


def _goes_on(edit: Edit) -> bool:
    return len(edit.span) > 0 or edit.replacement.endswith((b" ", b"\t"))


def _key(addition: Addition, metavariables: Mapping[str, object], *, inherited: bool) -> _Key:
    named: list[tuple[tuple[str, str], tuple[int, str]]] = []
    for name, value in addition.env.items():
        variable = metavariables.get(name)
        if isinstance(variable, Metavariable) and bool(variable.origin) == inherited:
            named.append(((variable.origin, variable.names), _rank(value)))
    return tuple(rank for _, rank in sorted(named))


def _kinds(addition: Addition, metavariables: Mapping[str, object]) -> tuple[int, ...]:
    return tuple(rank for rank, _ in _key(addition, metavariables, inherited=False))


def _rank(value: Value) -> tuple[int, str]:
    if isinstance(value, Positions):
        first = min(value.places)
        return 0, f"{first.file} {first.element} {first.line:08} {first.column:08}"
    if not isinstance(value, Code):
        return 0, ""
    rank = _RANKS.get(value.kind)
    if rank is not None:
        return rank + (value.kind == "field_expression" and "->" in value.key), value.key
    if value.kind in ("type", "type_descriptor"):
        return _type_rank(value.key), value.key
    return 0, value.key


def _type_rank(key: str) -> int:
    words = key.split()
    if words[-1:] == ["*"]:
        return _POINTER
    if {"struct", "union", "enum"} & set(words):
        return _TAGGED
    return _BASIC if _BASIC_WORDS & set(words) else _NAMED
