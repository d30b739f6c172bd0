# SPDX-License-Identifier: GPL-2.0-or-later
"""Which nodes are expressions, statements, names or constants, and which expressions a node evaluates.

In ``T x = f(a), *y;`` the evaluated expressions are ``x = f(a)``, ``f(a)``, ``f`` and ``a``.
"""

from __future__ import annotations

from rewriter.syntax.tree import DEFINITIONS, Node

EXPRESSIONS = frozenset(
    [
        "identifier",
        "pasted_identifier",
        "number_literal",
        "string_literal",
        "char_literal",
        "concatenated_string",
        "null",
        "parenthesized_expression",
        "unary_expression",
        "binary_expression",
        "call_expression",
        "field_expression",
        "subscript_expression",
        "assignment_expression",
        "conditional_expression",
        "cast_expression",
        "sizeof_expression",
        "alignof_expression",
        "offsetof_expression",
        "pointer_expression",
        "update_expression",
        "comma_expression",
        "compound_literal_expression",
        "generic_expression",
        "extension_expression",
        "opaque",
        "initializer_list",
        "type_descriptor",
    ]
)
STATEMENTS = frozenset(
    [
        "expression_statement",
        "if_statement",
        "while_statement",
        "for_statement",
        "do_statement",
        "switch_statement",
        "return_statement",
        "break_statement",
        "continue_statement",
        "goto_statement",
        "labeled_statement",
        "compound_statement",
        "iterator_statement",
        "scoped_statement",
        "case_statement",
    ]
)
NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "statement_identifier"})
#: What a declaration may have that a pattern need not mention (isomorphisms optional_storage,
#: optional_qualifier, optional_attributes).
OPTIONAL = frozenset(
    [
        "storage_class_specifier",
        "type_qualifier",
        "attribute_specifier",
        "attribute_declaration",
        "ms_declspec_modifier",
        "alignas_qualifier",
    ]
)
DECLARING = frozenset(
    {"declaration", "parameter_declaration", "field_declaration", "type_definition", "type_descriptor"}
)


_CONSTANTS = frozenset(
    {
        "number_literal",
        "string_literal",
        "char_literal",
        "concatenated_string",
        "null",
        "sizeof_expression",
    }
)


def is_constant(node: Node) -> bool:
    """Tell whether a node is a literal, a name in capitals as macros have, or minus one or a cast of one."""
    if node.kind in _CONSTANTS:
        return True
    if node.kind == "identifier":
        return all(c.isupper() or c.isdigit() or c == "_" for c in node.text) and not node.text[0].isdigit()
    if node.kind == "cast_expression":
        return is_constant(node.children[-1])
    return (
        node.kind == "unary_expression"
        and len(node.children) == 2
        and (node.children[0].text == "-" and is_constant(node.children[1]))
    )


def same_number(pattern: str, code: str) -> bool:
    """``16`` in a pattern is ``0x10`` in code, and ``016``, but not ``16UL`` (value_format)."""
    if not (pattern[:1].isdigit() and code[:1].isdigit()):
        return False
    value = _value(pattern)
    return value is not None and value == _value(code)


def _value(text: str) -> int | None:
    """Give the value of decimal or hexadecimal digits without a suffix, unless large; ``010`` is ten."""
    if not text.isdigit() and text[:2] not in ("0x", "0X"):
        return None
    try:
        value = int(text, 10 if text.isdigit() else 16)
    except ValueError:
        return None
    return value if value < 1 << 62 else None


#: Keywords that compilers also take with underscores around them.
_SPELT = frozenset(("typeof", "const", "volatile", "signed", "restrict", "asm", "attribute"))


def same_word(pattern: str, code: str) -> bool:
    """``typeof`` in a pattern is ``__typeof__`` in code, and so on."""
    word = code.strip("_")
    return word in _SPELT and pattern.strip("_") == word


def subexpressions(node: Node) -> list[Node]:
    """List the expressions that ``node`` evaluates."""
    return [n for n in expressions(node) if n.kind in EXPRESSIONS]


def expressions(node: Node) -> list[Node]:
    """List ``node`` and what is below it as far as it is evaluated: no declared names, fields or types.

    The initialised declarators of a declaration are listed too, because they are assignments; the parts of
    a string are not.
    """
    found: list[Node] = []
    stack = [node]
    chosen: Node | None = None  # the condition of the conditional expression around what comes next
    while stack:
        top = stack.pop()
        parentheses_of_if = (
            top.kind == "parenthesized_expression" and top.field == "condition" and top is not chosen
        )
        chosen = top.child("condition") if top.kind == "conditional_expression" else None
        if (top.kind in EXPRESSIONS or top.kind == "init_declarator") and not parentheses_of_if:
            found.append(top)
        if top.kind in ("type_descriptor", "typeof_specifier"):
            stack.extend(_sizes(top))
            continue
        if top.kind.startswith("gnu_asm_"):  # its strings and the names of operands are no expressions
            stack.extend(n for n in reversed(top.children) if n.field in _OPERANDS)
            continue
        if top.kind in _DIRECTIVES:
            continue  # #undef A and #include A evaluate nothing
        if top.kind in DEFINITIONS:
            stack.extend(n for n in top.children if n.field == "value")
            continue
        if top.kind in ("struct_specifier", "union_specifier", "field_identifier"):
            stack.extend(n for n in reversed(top.children) if n.field == "body")
            continue
        for child in reversed(top.children):
            if top.kind == "concatenated_string":
                continue  # one string, the macros in it are parts of it
            if top.kind == "parameter_list" and child.kind == "identifier":
                continue  # a name before declarations of the old style
            if child.field in ("declarator", "label", "type", "designator"):
                if child.kind in ("identifier", "field_identifier", "statement_identifier"):
                    continue
                if child.kind.endswith("declarator") or child.field == "type":
                    stack.extend(_sizes(child))
                    continue
            stack.append(child)
    return found


def evaluated_in(part: Node) -> list[Node]:
    """List the expressions in a part of a statement; of declarators with values only those of the statement.

    Declarations in ``({ ... })`` and in the head of a ``for`` are no assignments.
    """
    own = part.children if part.kind == "declaration" and part.field != "initializer" else ()
    return [n for n in expressions(part) if n.kind != "init_declarator" or any(n is one for one in own)]


_DIRECTIVES = frozenset(("preproc_call", "preproc_include"))
_HOLDERS = ("_list", "_declaration", "enumerator", "struct_specifier", "union_specifier", "enum_specifier")
_CONDITIONALS = ("preproc_if", "preproc_el")
_OPERANDS = ("output_operands", "input_operands", "operand", "value")
_VALUED = ("enumerator", *DEFINITIONS)


def _sizes(declarator: Node) -> list[Node]:
    """The evaluated parts of a declarator or type.

    Those are initial values, array sizes, enumerators, bit widths and what ``typeof`` asks for the type of.
    """
    if declarator.kind == "init_declarator":
        return [declarator]
    found: list[Node] = []
    stack = [declarator]
    while stack:
        top = stack.pop()
        if top.kind == "typeof_specifier":
            found += _asked(top)
            continue
        for child in top.children:
            if child.field == "size" or (top.kind in _VALUED and child.field == "value"):
                found.append(child)
            elif child.kind == "bitfield_clause":
                found += child.children[1:]
            elif child.field in ("declarator", "body", "type") or _may_hold_sizes(child.kind):
                stack.append(child)
    return found[::-1]


def _asked(typeof: Node) -> list[Node]:
    """The expression of ``typeof(EXPRESSION)``, without the parentheses, which belong to the word."""
    asked = [n for n in typeof.children if n.kind == "parenthesized_expression"]
    return [n for parentheses in asked for n in parentheses.children[1:-1]]


def _may_hold_sizes(kind: str) -> bool:
    return kind.endswith((*_HOLDERS, "declarator")) or kind.startswith(_CONDITIONALS) or kind in DEFINITIONS


#: How the kinds of metavariables end whose values have variables in them.
WITH_VARIABLES = (
    *("expression", "statement", "constant", "initializer"),
    *("expression list", "statement list", "initializer list"),
)
