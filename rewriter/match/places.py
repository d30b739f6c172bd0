# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the types and the names in code stand: ``struct s *p`` holds ``struct s`` and ``struct s *``.

Types are given as nodes of the kind a type in a cast has, made of the code's own words and stars.
"""

from __future__ import annotations

from collections.abc import Iterator

from rewriter.cfg.graph import Point, header
from rewriter.match.declarator import peelings
from rewriter.match.kinds import DECLARING, NAMES
from rewriter.syntax.tree import DEFINITIONS, Node, walk

_TAGGED = ("struct_specifier", "union_specifier", "enum_specifier")
_TYPED = DECLARING | {"function_definition", "type_definition"}


def evaluated(point: Point) -> tuple[Node, ...]:
    """Give the parts of a point's code that are evaluated there: not the name of a loop over a list."""
    assert point.node is not None
    return tuple(part for part in header(point.node) if part.field != "name")


def candidates(level: str, point: Point) -> list[Node]:
    """List what a type or (level ``name``) a name can be at a point of a graph."""
    assert point.node is not None
    parts = evaluated(point)
    if level == "name":
        tags = {id(child) for part in parts for node in walk(part) for child in _no_names(node)}
        names = (*NAMES, "null")
        return [n for part in parts for n in walk(part) if n.kind in names and id(n) not in tags]
    if point.kind == "function":
        parts = (Node(point.node.kind, point.node.start, parts[-1].end, "", parts, ""),)
    found = [made for part in parts for node in walk(part) if node.kind in _TYPED for made in _types(node)]
    named = (point.node, *(node for part in parts for node in walk(part)))
    return found + [made for node in named for made in _lone_name(node)]


def but_the_declarer(found: list[Node], element: Node) -> list[Node]:
    """Leave out the call of a macro at top level, which declares something, and the macro's name."""
    call = element.children[0] if element.kind == "expression_statement" else None
    if call is None or call.kind != "call_expression":
        return found
    return [node for node in found if node is not call and node is not call.children[0]]


def _no_names(node: Node) -> Iterator[Node]:
    """The tag of a struct, the field that an initial value is for, what a directive or a string names."""
    if node.kind in _TAGGED:
        yield from (child for child in node.children if child.field == "name")
    elif node.kind in ("preproc_include", "concatenated_string") or _undefines(node):
        yield from node.children
    elif node.kind in ("field_designator", "gnu_asm_output_operand", "gnu_asm_input_operand"):
        yield from (child for child in node.children if child.kind in NAMES and child.field != "value")
    elif node.kind in DEFINITIONS:
        yield from (child for child in node.children if child.field == "name")
    elif node.kind == "preproc_params":
        yield from node.children


def _undefines(node: Node) -> bool:
    return node.kind == "preproc_call" and node.children[0].text == "#undef"


def _lone_name(node: Node) -> Iterator[Node]:
    """What may be a type in ``sizeof(name)`` and in ``#define A name``."""
    name = node.child("value") if node.kind in DEFINITIONS else None
    inside = node.children[-1] if node.kind == "sizeof_expression" else None
    if inside is not None and inside.kind == "parenthesized_expression" and len(inside.children) == 3:
        name = inside.children[1]
    if name is not None and name.kind == "identifier":
        kind = Node("type_identifier", name.start, name.end, "type", (), name.text)
        yield Node("type_descriptor", name.start, name.end, "", (kind,), "")


def _types(node: Node) -> Iterator[Node]:
    """The types in a declaration: a pointer comes before what it points to."""
    kind = node.child("type")
    if kind is None:
        return
    words = [n for n in node.children if n.kind == "type_qualifier" and n.field != "declarator"]
    words = sorted([*words, kind], key=lambda n: n.start)
    declarators = [n for n in node.children if n.field == "declarator"]
    whole = declarators[0] if len(declarators) == 1 else None
    defined = node.kind == "function_definition"  # its parameters are no part of a type
    for stars, _ in reversed(peelings(whole)):
        if defined and any(star.kind == "parameter_list" for star in stars):
            continue
        children = (*words, *_pointer(stars))
        yield Node("type_descriptor", children[0].start, children[-1].end, "", tuple(children), "")


def _pointer(stars: list[Node]) -> tuple[Node, ...]:
    """The stars as a declarator without a name."""
    inner: tuple[Node, ...] = ()
    for star in reversed(stars):
        end = inner[-1].end if inner else star.end
        inner = (Node("abstract_pointer_declarator", star.start, end, "declarator", (star, *inner), ""),)
    return inner
