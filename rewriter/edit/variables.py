# SPDX-License-Identifier: GPL-2.0-or-later
"""A function's local variables: where each is declared, written and used."""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.syntax.tree import Node, walk


@dataclass(slots=True)
class Local:
    """A local variable that is declared once in its function.

    ``writes`` are (place, value) with value None where it is not simply assigned; ``uses`` are all
    occurrences but the declaration's own; ``escapes`` when its address is taken or it is static.
    """

    name: str
    declaration: Node
    declarator: Node
    writes: list[tuple[Node, Node | None]] = field(default_factory=list)
    uses: list[Node] = field(default_factory=list)
    escapes: bool = False


def locals_of(function: Node) -> list[Local]:
    """List the local variables; a name that is declared twice is left out, parameters are."""
    found: dict[str, Local] = {}
    twice: set[str] = set()
    body = function.child("body")
    if body is None:
        return []
    for node in walk(function):
        if node.kind == "parameter_declaration":
            twice |= {n.text for n in walk(node) if n.kind == "identifier"}
        if node.kind != "declaration":
            continue
        static = any(n.kind == "storage_class_specifier" for n in node.children)
        for part in node.children:
            if part.field != "declarator":
                continue
            name = part.child("declarator") if part.kind == "init_declarator" else part
            while name is not None and name.kind == "pointer_declarator":
                name = name.child("declarator")
            if name is None or name.kind != "identifier":
                continue
            if name.text in found:
                twice.add(name.text)
            variable = found[name.text] = Local(name.text, node, part, escapes=static)
            value = part.child("value")
            if part.kind == "init_declarator":
                variable.writes.append((node, value))
    _uses(body, found)
    return [v for name, v in found.items() if name not in twice]


def _uses(body: Node, variables: dict[str, Local]) -> None:
    own = {n.start for v in variables.values() for n in walk(v.declarator) if n.field == "declarator"}
    own |= {v.declarator.start for v in variables.values()}
    for node in walk(body):
        if node.kind == "identifier" and node.text in variables and node.start not in own:
            variables[node.text].uses.append(node)
        if node.kind == "assignment_expression":
            target, operator = node.child("left"), node.child("operator")
            if target is not None and target.text in variables and operator is not None:
                value = node.child("right") if operator.text == "=" else None
                variables[target.text].writes.append((node, value))
        elif node.kind == "update_expression":
            argument = node.child("argument")
            if argument is not None and argument.text in variables:
                variables[argument.text].writes.append((node, None))
        elif node.kind in ("pointer_expression", "gnu_asm_expression"):
            taken = node.kind == "gnu_asm_expression" or node.children[0].text == "&"
            for inner in walk(node) if taken else ():
                if inner.kind == "identifier" and inner.text in variables:
                    direct = node.child("argument")
                    if node.kind == "gnu_asm_expression" or (direct is not None and direct is inner):
                        variables[inner.text].escapes = True


def is_static(definition: Node) -> bool:
    """Tell whether a function definition or a declaration says ``static``."""
    return any(
        n.kind == "storage_class_specifier" and n.children[0].text == "static" for n in definition.children
    )


def writes_only(variable: Local) -> bool:
    """Tell whether a variable's initial value, if any, can go without anybody noticing."""
    value = variable.declarator.child("value")
    return value is None or not any(n.kind == "call_expression" for n in walk(value))
