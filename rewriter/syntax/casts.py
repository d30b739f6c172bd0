# SPDX-License-Identifier: GPL-2.0-or-later
"""Casts, sizes and arguments of named types, which the grammar takes for calls, operators and variables.

``(u32)(x)`` reads as a call, ``(u32)-x`` as a subtraction, ``sizeof(foo)`` as the size of a variable.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rewriter.syntax.names import TypeNames
from rewriter.syntax.tree import Node

#: What follows its operand and belongs to it sooner than what stands before that.
POSTFIX = frozenset({"subscript_expression", "field_expression", "call_expression", "update_expression"})
_ASSIGNED = re.compile(rb"(?<![-+*/%&|^<>!])=\s*\Z")


def postfix(made: Node, names: TypeNames, text: bytes) -> Node:
    """Turn ``(u32)(x)``, which the grammar takes for a call, into the cast it is, and ``(u32)(x)->c``.

    Directly behind ``=`` or ``==`` any name between parentheses is a type.
    """
    if made.children[0].kind == "sizeof_expression":
        return _of_all(made)
    return _behind_cast(_cast(made, names, text) if made.kind == "call_expression" else made)


def _cast(made: Node, names: TypeNames, text: bytes) -> Node:
    if len(made.children) != 2:
        return made
    called, arguments = made.children
    if called.kind != "parenthesized_expression" or len(arguments.children) != 3:
        return made
    descriptor = _named_type(called, names)
    if descriptor is None and _ASSIGNED.search(text, max(0, made.start - 40), made.start):
        name = called.children[1]
        descriptor = _descriptor(name) if name.kind == "identifier" else None
    if descriptor is None:
        return made
    value = Node("parenthesized_expression", arguments.start, arguments.end, "value", arguments.children, "")
    children = (called.children[0], descriptor, called.children[2], value)
    return Node("cast_expression", made.start, made.end, made.field, children, "")


def _behind_cast(made: Node) -> Node:
    """Move what binds more tightly, ``->c`` behind ``(u32)(x)``, into a cast that was taken for a call."""
    around = made.children[0]
    if around.kind != "cast_expression" or len(around.children) != 4:
        return made
    value = replace(around.children[3], field=made.children[0].field)
    parts = (value, *made.children[1:])
    inner = _behind_cast(replace(made, start=value.start, field="value", children=parts))
    return replace(around, end=made.end, field=made.field, children=(*around.children[:3], inner))


def cast_of_unary(made: Node, names: TypeNames) -> Node:
    """Turn ``(u32)-x``, which the grammar takes for a subtraction, into the cast it is.

    What binds to the right operand more tightly than the supposed operator is moved outside the cast.
    """
    left, operator, right = made.children
    if operator.kind not in ("-", "+", "&", "*"):
        return made
    descriptor = _named_type(left, names)
    if descriptor is None:
        return made
    outer: list[Node] = []
    operand = right
    while operand.kind == "binary_expression" and len(operand.children) == 3:
        outer.append(operand)
        operand = operand.children[0]
    kind = "pointer_expression" if operator.kind in "&*" else "unary_expression"
    unary = (replace(operator, field="operator"), replace(operand, field="argument"))
    value = Node(kind, operator.start, operand.end, "value", unary, "")
    parts = (left.children[0], descriptor, left.children[2], value)
    found = Node("cast_expression", made.start, value.end, made.field, parts, "")
    for around in reversed(outer):
        rest = (replace(found, field="left"), *around.children[1:])
        found = Node("binary_expression", made.start, around.end, made.field, rest, "")
    return found


def size(made: Node, names: TypeNames) -> Node:
    """Spread ``(type)`` that was taken for an expression, as the grammar does for ``sizeof(struct a)``.

    A function type has no size: ``sizeof(f())`` asks for what a call gives.
    """
    last = made.children[-1]
    if last.kind == ")" and _is_function(made.children[-2]):
        return _of_call(made)
    if last.kind != "parenthesized_expression" or len(last.children) != 3:
        return made
    opening, inside, closing = last.children
    if inside.kind == "identifier" and names.used(inside.text, inside.start):
        inside = _descriptor(inside)
    if inside.kind != "type_descriptor":
        return made
    parts = (*made.children[:-1], opening, replace(inside, field="type"), closing)
    return replace(made, children=parts)


def _is_function(descriptor: Node) -> bool:
    """Tell whether a type reads ``name()``."""
    kinds = [n.kind for n in descriptor.children]
    if kinds != ["type_identifier", "abstract_function_declarator"]:
        return False
    parts = descriptor.children[1].children
    return [n.kind for n in parts] == ["parameter_list"] and len(parts[0].children) == 2


def _of_call(made: Node) -> Node:
    *before, opening, descriptor, closing = made.children
    name, declarator = descriptor.children
    parameters = declarator.children[0]
    called = (
        replace(name, kind="identifier", field="function"),
        replace(parameters, kind="argument_list", field="arguments"),
    )
    call = Node("call_expression", descriptor.start, descriptor.end, "", called, "")
    group = (opening, call, closing)
    value = Node("parenthesized_expression", opening.start, closing.end, "value", group, "")
    return replace(made, children=(*before, value))


def _of_all(made: Node) -> Node:
    """Turn ``sizeof(a)[3]``, an element of a size to the grammar, into the size of an element."""
    size, *behind = made.children
    operand = size.children[-1]
    if operand.kind == ")":
        opening, kind = size.children[-3:-1]
        if [n.kind for n in kind.children] != ["type_identifier"]:
            return made
        inside = (opening, replace(kind.children[0], kind="identifier", field=""), operand)
        operand = Node("parenthesized_expression", opening.start, operand.end, "", inside, "")
        prefix = size.children[:-3]
    else:
        prefix = size.children[:-1]
    parts = (replace(operand, field=made.children[0].field), *behind)
    element = Node(made.kind, operand.start, made.end, "value", parts, "")
    return replace(size, end=made.end, field=made.field, children=(*prefix, element))


def alignment(made: Node) -> Node:
    """Give ``alignof(..)`` the form of ``sizeof(..)``: the grammar takes each name in it for a type."""
    word, opening, inside, closing = made.children
    if _is_function(inside):
        made = _of_call(made)
    elif inside.kind == "type_descriptor" and [n.kind for n in inside.children] == ["type_identifier"]:
        name = replace(inside.children[0], kind="identifier", field="")
        whole = (opening, name, closing)
        value = Node("parenthesized_expression", opening.start, closing.end, "value", whole, "")
        made = replace(made, children=(word, value))
    return replace(made, kind="sizeof_expression")


def arguments(made: Node, names: TypeNames) -> Node:
    """Turn the names of types among arguments, ``min_t(foo, a, b)``, into types."""
    if not any(n.kind == "identifier" and names.only_names(n.text, n.start) for n in made.children):
        return made
    parts = (
        replace(_descriptor(n), field=n.field)
        if n.kind == "identifier" and names.only_names(n.text, n.start)
        else n
        for n in made.children
    )
    return replace(made, children=tuple(parts))


def _named_type(node: Node, names: TypeNames) -> Node | None:
    """Give ``node``, a name between parentheses, as a type descriptor if the name is a type's."""
    if len(node.children) != 3:
        return None
    name = node.children[1]
    known = name.kind == "identifier" and names.may_name(name.text, name.start)
    return _descriptor(name) if known else None


def _descriptor(name: Node) -> Node:
    inner = Node("type_identifier", name.start, name.end, "type", (), name.text)
    return Node("type_descriptor", name.start, name.end, "type", (inner,), "")
