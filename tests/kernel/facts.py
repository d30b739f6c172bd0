# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in the functions of a file, as lines that an independent reader can say too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from rewriter.syntax.parse import TranslationUnit
from rewriter.syntax.tree import Node

Fact = tuple[str, int, str]  # kind, line, name of the called function

KINDS = {
    "if_statement": "if",
    "while_statement": "while",
    "for_statement": "for",
    "goto_statement": "goto",
    "return_statement": "return",
}
#: Words of the grammar to us, calls to spatch.
OPERATORS = frozenset(["offsetof", "__alignof__", "__alignof", "_Alignof", "typeof", "__typeof__"])
#: Expanded by spatch, which has a definition of it built in.
_EXPANDED = frozenset(["PAGE_ALIGNED"])
#: Declarations to spatch, by where they stand or by a list of names, and calls to us.
_DECLARES = re.compile(r"\w*(?:DEFINE|DECLARE)_\w+")
_DEFINED = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)\(", re.MULTILINE)
_CONDITION = re.compile(
    rb"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b(?:[^\n\\]|\\\r?\n|\\.)*", re.MULTILINE
)


def facts(unit: TranslationUnit) -> set[Fact]:
    """Give the branches, loops, jumps and calls of all functions that were understood.

    Jumps and statements as arguments of a macro are left out: spatch sees none.
    """
    found: set[Fact] = set()
    for element in unit.functions():
        found.update(_of(unit, unit.node(element)))
    return found


def _of(unit: TranslationUnit, top: Node) -> Iterator[Fact]:
    work = [top]
    while work:
        node = work.pop()
        if node.kind != "argument_list":
            work += node.children
        else:
            work += [argument for argument in node.children if not _holds_statements(argument)]
        if node.kind in KINDS:
            yield KINDS[node.kind], unit.lines.line(node.start), ""
        elif node.kind == "call_expression" and node.children[0].kind == "identifier":
            yield "call", unit.lines.line(node.start), node.children[0].text


def _holds_statements(argument: Node) -> bool:
    return argument.kind in KINDS or any(child.kind == "compound_statement" for child in argument.children)


def comparable(unit: TranslationUnit, said: Iterable[Fact], functions: set[str]) -> set[Fact]:
    """Take out what lies outside ``functions`` and what the two readers count differently by design.

    spatch expands the macros a file defines itself, leaves ``#if 0`` out, reports the end of a void function
    as a return, and its ``for (...;...;...)`` matches no loop that declares its variable.
    """
    text, lines = unit.source.text, unit.lines
    own = {name.decode() for name in _DEFINED.findall(text)}
    inside: set[int] = set()
    for element in unit.functions():
        if element.name in functions:
            inside.update(range(lines.line(element.span.start), lines.line(element.span.end - 1) + 1))
    inside -= _dark(unit)
    kept: set[Fact] = set()
    for kind, line, name in said:
        if line not in inside or kind == "function":
            continue
        if kind == "return" and b"return" not in lines.content(line):
            continue
        if kind == "call" and (name in OPERATORS | _EXPANDED or name in own or _DECLARES.fullmatch(name)):
            continue
        if kind == "for" and re.match(
            rb"\s*for\s*\(\s*(?:const\s+)?(?:struct\s+)?\w+[\s*]+\w+", lines.content(line)
        ):
            continue
        kept.add((kind, line, name))
    return kept


def _dark(unit: TranslationUnit) -> set[int]:
    """Give the lines of conditionals themselves and those between ``#if 0`` and its end."""
    lines = unit.lines
    dark: set[int] = set()
    open_at: list[int] = []  # the line of each open conditional if that is ``#if 0``, else 0
    for found in _CONDITION.finditer(unit.source.text):
        first, last = lines.line(found.start()), lines.line(found.end())
        dark.update(range(first, last + 1))
        word = found.group(1)
        if word.startswith(b"if"):
            open_at.append(first if re.match(rb"\s*#\s*if\s+0\b", found.group()) else 0)
        elif open_at:
            if open_at[-1]:
                dark.update(range(open_at[-1], first))
            open_at[-1] = 0
            if word == b"endif":
                open_at.pop()
    return dark


def fingerprint(said: Iterable[Fact]) -> str:
    """Give a short digest of facts."""
    return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()[:12]
