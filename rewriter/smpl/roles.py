# SPDX-License-Identifier: GPL-2.0-or-later
"""What kind of metavariable may stand where: a statement is no argument, an expression no name of a field."""

from __future__ import annotations

from collections.abc import Iterator

from rewriter.smpl.lexer import LineReader
from rewriter.smpl.patch import OPERATOR_KINDS
from rewriter.smpl.term import Choice, Dots, Inner, Meta, Nest, Sequence, Term, parts_of

_EXPRESSIONS = frozenset(
    {"expression", "expression list", "constant", "idexpression", "local idexpression", "global idexpression"}
)
#: Kinds that are no part of an expression.
_OTHERS = frozenset(
    [
        *("statement", "statement list", "declaration", "field", "field list"),
        *("parameter", "parameter list", "initializer", "initializer list"),
        *(*OPERATOR_KINDS, "format", "format list"),
    ]
)
_IN_EXPRESSIONS = frozenset(
    [
        *("argument_list", "assignment_expression", "binary_expression", "field_expression"),
        *("unary_expression", "subscript_expression", "return_statement", "call_expression"),
    ]
)
_OPERATORS = frozenset({"operator", *OPERATOR_KINDS})
#: The nodes in which a name is due in a role.
_NAMES = {
    "field_expression": "field",
    "goto_statement": "label",
    "labeled_statement": "label",
    "struct_specifier": "name",
    "union_specifier": "name",
    "enum_specifier": "name",
    "enumerator": "name",
}
_DECLARATORS = frozenset(
    [
        *("declaration", "init_declarator", "parameter_declaration", "field_declaration"),
        *("array_declarator", "function_declarator", "function_definition"),
    ]
)


def check_roles(code: Sequence, reader: LineReader) -> None:
    """Check that no metavariable stands where its kind cannot. Raises SemanticPatchError."""
    for meta, parent in _placed(code, None):
        place, message, hint = meta.token, "", ""
        if meta.sort == "fresh identifier":
            message = "is made for plus code, and cannot be matched"
        elif meta.sort.startswith("position") or meta.sort == "comments":
            message, hint = f"is a {meta.sort}, which is attached to a token", f"write f@{meta.name}(x)"
        elif parent is None:
            continue
        elif meta.sort in _OTHERS and parent.kind in _IN_EXPRESSIONS and meta.role not in _OPERATORS:
            message = f"is declared as {meta.sort}, which cannot stand in an expression"
        elif meta.sort in _EXPRESSIONS and _wants_name(parent, meta):
            message, hint = f"is declared as {meta.sort}, where a name is due", f"identifier {meta.name};"
        elif meta.sort == "identifier" and meta.role == "type" and _is_sure(parent):
            message, hint = "is declared as identifier, where a type is due", f"type {meta.name};"
        if message:
            raise reader.error(f"'{meta.name}' {message}", place.line, place.column, hint)


def _wants_name(parent: Inner, meta: Meta) -> bool:
    if _NAMES.get(parent.kind) == meta.role or parent.kind == "field_designator":
        return True
    # What stands behind a star may be a factor: ``x * y;`` is read as a declaration.
    return parent.kind in _DECLARATORS and meta.role == "declarator"


def _is_sure(parent: Inner) -> bool:
    """Tell whether a node with a type can be nothing else: ``T * x;`` may be a product."""
    if parent.kind == "declaration":
        return not any(isinstance(c, Inner) and c.kind == "pointer_declarator" for c in parent.children)
    return parent.kind in ("parameter_declaration", "field_declaration") or (
        parent.kind == "type_descriptor" and len(parent.children) > 1
    )


def _placed(part: Term | Sequence, parent: Inner | None) -> Iterator[tuple[Meta, Inner | None]]:
    """Walk the metavariables of code, each with the node it stands in."""
    if isinstance(part, Meta):
        yield part, parent
    if isinstance(part, Dots | Nest):
        for when in part.whens:
            if when.code is not None:
                yield from _placed(when.code, None)
    inside = part if isinstance(part, Inner) else None
    if isinstance(part, Choice) and part.all_of:
        return  # what is attached to a token
    for inner in parts_of(part):
        yield from _placed(inner, inside)
