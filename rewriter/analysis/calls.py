# SPDX-License-Identifier: GPL-2.0-or-later
"""What a definition calls, and where the values it passes on come from.

In ``int f(struct mm_struct *mm) { struct vma *v = find(mm); return g(v); }`` the argument of ``g`` comes from
parameter 0 of ``f``. The flow is that of pointers to structures, without regard to order; numbers carry
nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rewriter.analysis.definitions import Definition
from rewriter.analysis.lexical import (
    Call,
    assignments_in,
    blank,
    calls_in,
    parameters_of,
    pointers_in,
    split_arguments,
    words_of,
)
from rewriter.cfg.graph import Point, header
from rewriter.syntax.tree import Node, spell

_PATH = re.compile(r"\w+(?:(?:->|\.)\w+)*")
_PLAIN_WORD = re.compile(r"(?<![\w.])(?<!->)[A-Za-z_]\w*")

#: Stands for the running task among the sources of a value; parameters are numbered from 0.
CURRENT = -1

Sources = frozenset[int]
NOWHERE: Sources = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """A definition's calls, and what is known of its parameters and pointer locals by name."""

    calls: tuple[Call, ...]
    parameters: tuple[str, ...]
    sources: dict[str, Sources]
    structures: dict[str, str]  # what a pointer points to

    def sources_of(self, expression: str) -> Sources:
        """Give the parameters, and CURRENT, that a value may have been reached from."""
        found = [self.sources.get(word, NOWHERE) for word in words_of(expression)]
        if re.search(r"\bcurrent\b|\bget_current\(", expression):
            found.append(frozenset([CURRENT]))
        return frozenset().union(*found)


def facts_of(definition: Definition) -> Facts:
    """Read a definition."""
    head, body = definition.text[: definition.body], definition.text[definition.body :]
    parameters = parameters_of(head)
    # A macro's parameters have no types; any of them may be a pointer.
    sources = {
        name: frozenset([place])
        for place, (name, pointer) in enumerate(parameters)
        if pointer or definition.macro
    }
    structures = {**{name: to for name, to in parameters if to}, **pointers_in(body)}
    assigned = [(name, value) for name, value in assignments_in(body) if name in structures]
    facts = Facts(calls_in(body), tuple(name for name, _ in parameters), sources, structures)
    for _ in range(len(assigned)):
        changed = False
        for name, value in assigned:
            known = sources.get(name, NOWHERE)
            more = known | facts.sources_of(value)
            if more != known:
                sources[name] = more
                changed = True
        if not changed:
            break
    return facts


def carriers(owner: str, function: bytes) -> frozenset[str]:
    """Give the variables of a function, as its text, that are an ``owner`` or that it was reached from.

    After ``alloc = page->alloc; mm = alloc->mm`` these are ``mm``, ``alloc`` and ``page`` for ``mm``, and for
    ``alloc->mm`` too.
    """
    text = blank(function)
    body = text.find(b"{")
    pointers = {name for name, to in parameters_of(text[:body]) if to} | {"current"}
    pointers |= pointers_in(text[body:]).keys()
    flows = [(name, " ".join(v.split())) for name, v in assignments_in(text[body:]) if name in pointers]
    same = {owner}
    found = set(words_of(owner))
    while True:
        before = len(same), len(found)
        for name, value in flows:
            if value in same:
                same.add(name)
                found.add(name)
            if name in same and _PATH.fullmatch(value):
                same.add(value)
            if name in found:
                found |= words_of(value) & pointers
        if (len(same), len(found)) == before:
            return frozenset(found)


def expanded(call: Call, inner: Call, parameters: tuple[str, ...]) -> Call:
    """Give a call ``inner`` of a macro's body as the macro's use ``call`` makes it."""
    given = dict(zip(parameters, call.arguments, strict=False))
    if parameters[-1:] == ("__VA_ARGS__",):
        given["__VA_ARGS__"] = ", ".join(call.arguments[len(parameters) - 1 :])

    def put(found: re.Match[str]) -> str:
        return given.get(found.group(), found.group())

    arguments = ", ".join(_PLAIN_WORD.sub(put, argument) for argument in inner.arguments)
    name = given.get(inner.name, inner.name)
    return Call(
        name, split_arguments(arguments.encode("utf-8", "surrogateescape")), inner.member, "", call.offset
    )


def calls_at(point: Point) -> tuple[Call, ...]:
    """List the calls that a point of a control-flow graph makes, by their names and arguments.

    Offsets are not those of the file.
    """
    if point.node is None or point.artificial or point.kind in ("{", "}", "function"):
        return ()
    found: list[Call] = []
    for part in header(point.node):
        found += calls_in(blank(spell(part).encode("utf-8", "surrogateescape")))
    if point.node.kind in ("iterator_statement", "scoped_statement"):
        # The name and its arguments are separate parts of these.
        found = list(
            calls_in(blank(" ".join(map(spell, header(point.node))).encode("utf-8", "surrogateescape")))
        )
    return tuple(found)


def call_of(node: Node) -> Call | None:
    """Give a ``call_expression`` as a `Call`, None when it is none."""
    found = calls_in(blank(spell(node).encode("utf-8", "surrogateescape")))
    return found[0] if found else None
