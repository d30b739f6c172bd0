# SPDX-License-Identifier: GPL-2.0-or-later
"""Copy a tree-sitter subtree into our own nodes, putting back what the shadow hid.

The parser saw ``while              (a, b, c) {``; the copy says ``iterator_statement`` with the name, an
argument list and the body. Where a whole stretch was hidden (a type among arguments, a macro call without
semicolon) the original text is parsed on its own and grafted in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace

import tree_sitter

from rewriter.source.text import Mask, Source
from rewriter.syntax.arms import conditional
from rewriter.syntax.casts import POSTFIX, alignment, arguments, cast_of_unary, postfix, size
from rewriter.syntax.chains import OPERATIONS, from_left, is_doubtful, label_address, regrouped
from rewriter.syntax.fields import with_widths
from rewriter.syntax.gate import LANGUAGE
from rewriter.syntax.hidden import Graft, hidden_leaves, leaf
from rewriter.syntax.macroarguments import without_statements
from rewriter.syntax.names import TypeNames
from rewriter.syntax.tree import DEFINITIONS, Node, walk

#: Gives the node of a ``#define`` with its body as C.
Read = Callable[[Node], Node]
#: What lies in the gaps between leaves.
_GAPS = frozenset({"attribute", "directive", "arm", "lost"})


#: The grammar's names by number: made once, where the bindings would make a new string for each node.
_KIND_NAMES = {i: name for i in range(LANGUAGE.node_kind_count) if (name := LANGUAGE.node_kind_for_id(i))}
_FIELD_NAMES = {
    i: name for i in range(1, LANGUAGE.field_count + 1) if (name := LANGUAGE.field_name_for_id(i))
}
_WHOLE = frozenset(["string_literal", "char_literal", "system_lib_string"])  # taken with what is inside
#: What the grammar has kinds for and C, as the kernel writes it, declares somewhere.
_WORDS = frozenset(["true", "false"])


def convert(raw: tree_sitter.Node, source: Source, graft: Graft, read: Read, names: TypeNames) -> Node:
    """Copy ``raw``; ``graft`` parses a mask's text as what its kind says, None where it cannot.

    ``read`` is asked for the bodies of the macros among the members of structs; ``names`` tells where a name
    is a type's that the grammar took for a variable.
    """
    text = source.text
    masks = _masks_by_start(raw, source)
    changed = bool(masks)
    cursor = raw.walk()
    pending: list[list[Node]] = []
    roles: list[str] = []
    kinds: list[str] = []
    spans: list[tuple[int, int]] = []
    children: list[Node] = []
    covered = 0  # where the last hidden leaf ends
    doubtful = False  # whether a cast may be none
    while True:
        node = cursor.node
        assert node is not None
        kind = _KIND_NAMES.get(node.kind_id) or node.type
        if kind in _WORDS:
            kind = "identifier"
        role = _FIELD_NAMES.get(cursor.field_id or 0, "") if pending else ""
        if kind not in _WHOLE and cursor.goto_first_child():
            pending.append(children)
            roles.append(role)
            kinds.append(kind)
            spans.append((node.start_byte, node.end_byte))
            children = []
            continue
        if kind != "comment":
            start, end = node.start_byte, node.end_byte
            if start < end:
                mask = masks.get(start) if changed else None
                if start < covered or (mask is not None and mask.kind == "inserted"):
                    pass  # the parser was shown something here that the file does not have
                elif mask is not None:
                    children += hidden_leaves(kind, role, end, mask, text, graft)
                    covered = children[-1].end
                elif kind == "identifier" and text[start:end] in _TYPE_KEYWORDS:
                    children.append(_keyword_type(start, end, role, text))
                elif kind == "number_literal" and text[start] in b"+-":
                    children.append(_signed(start, end, role, text))
                elif text[start] == ord("#"):
                    children.append(Node(kind, start, end, role, (), _directive_word(text[start:end])))
                else:
                    children.append(
                        Node(kind, start, end, role, (), text[start:end].decode("utf-8", "surrogateescape"))
                    )
        while not pending or not cursor.goto_next_sibling():
            if not pending:
                return children[0] if children else Node(kind, raw.start_byte, raw.end_byte, "", (), "")
            cursor.goto_parent()
            kind, role = kinds.pop(), roles.pop()
            start, end = spans.pop()
            if children:
                if kind in _STATEMENT_LISTS:
                    children = _with_definitions(children)
                made = Node(
                    kind,
                    children[0].start if changed else start,
                    max(end, children[-1].end),
                    role,
                    tuple(children),
                    "",
                )
                if changed and start in masks:
                    made = _unhide(made, masks[start], text, graft)
                elif kind in POSTFIX:
                    made = postfix(made, names, text)
                elif kind == "binary_expression":
                    made = _range(made) if changed else made
                    if len(made.children) == 3 and made.children[0].kind == "parenthesized_expression":
                        made = cast_of_unary(made, names)
                elif kind == "comma_expression" and (not kinds or kinds[-1] != kind):
                    made = from_left(made)
                elif kind == "argument_list":
                    made = arguments(made, names)
                    if pending[-1]:
                        made = without_statements(made, pending[-1][-1], kinds, text)
                elif kind == "pointer_expression":
                    made = label_address(made)
                elif kind == "null" and children[0].text == "nullptr":
                    made = replace(children[0], kind="identifier", field=role)
                elif kind == "sizeof_expression":
                    made = size(made, names)
                elif kind == "field_declaration":
                    made = with_widths(made)
                elif kind == "field_declaration_list":
                    made = _with_bodies(made, read)
                elif kind == "function_definition":
                    made = called_by_macro(made)
                elif kind == "alignof_expression" and len(made.children) == 4:
                    made = alignment(made)
                elif kind == "cast_expression":
                    doubtful = doubtful or is_doubtful(made, names)
                if doubtful and kind in OPERATIONS and not (kinds and kinds[-1] in OPERATIONS):
                    made = regrouped(made, names)
                children = pending.pop()
                children += _without_qualifiers(made) if kind == "sized_type_specifier" else (made,)
            else:
                children = pending.pop()
            if not pending:
                return children[0] if children else Node(kind, raw.start_byte, raw.end_byte, "", (), "")


#: Types that may stand alone before a ``;``.
DEFINING = frozenset(["struct_specifier", "union_specifier", "enum_specifier"])
_STATEMENT_LISTS = frozenset(
    ["compound_statement", "case_statement", "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif"]
)


def definition(kind: Node, semicolon: Node) -> Node:
    """Make the declaration of a type alone: ``struct s { int a; };``."""
    children = (replace(kind, field="type"), semicolon)
    return Node("declaration", kind.start, semicolon.end, "", children, "")


def _with_bodies(node: Node, read: Read) -> Node:
    """Give a list of members, or a conditional in it, with the bodies of the macros in it as C."""
    children = node.children
    if not any(child.kind.startswith("preproc_") for child in children):
        return node
    found = []
    for child in children:
        if child.kind in DEFINITIONS:
            found.append(read(child))
        elif child.kind.startswith("preproc_") and child.children:
            found.append(_with_bodies(child, read))
        else:
            found.append(child)
    return replace(node, children=tuple(found))


def called_by_macro(definition: Node) -> Node:
    """Make the header of ``TEST(name) {`` that of a function ``name`` without parameters."""
    declarator = definition.child("declarator")
    if declarator is None or declarator.kind != "parenthesized_declarator" or len(declarator.children) != 3:
        return definition
    _, name, closing = declarator.children
    if name.kind != "identifier":
        return definition
    opening = Node("(", name.end, name.end, "", (), "")
    parameters = Node("parameter_list", name.end, closing.end, "parameters", (opening, closing), "")
    parts = (replace(name, field="declarator"), parameters)
    header = Node("function_declarator", name.start, closing.end, "declarator", parts, "")
    children = tuple(header if n is declarator else n for n in definition.children)
    return replace(definition, children=children)


def _without_qualifiers(sized: Node) -> tuple[Node, ...]:
    """Part ``unsigned long const`` in type and qualifier, as the grammar does with ``int const``."""
    own = len(sized.children)
    while own > 1 and sized.children[own - 1].kind == "type_qualifier":
        own -= 1
    words = sized.children[:own]
    kind = replace(sized, children=words, end=words[-1].end) if own < len(sized.children) else sized
    return (kind, *sized.children[own:])


def _with_definitions(children: list[Node]) -> list[Node]:
    found: list[Node] = []
    for child in children:
        if child.kind == ";" and found and found[-1].kind in DEFINING:
            found[-1] = definition(found[-1], child)
        else:
            found.append(child)
    return found


_LOOP_KINDS = frozenset(["while_statement", "for_statement", "if_statement"])
_TYPE_KEYWORDS = frozenset(
    b"int char long short unsigned signed float double void bool size_t ssize_t".split()
)


def _keyword_type(start: int, end: int, role: str, text: bytes) -> Node:
    """Make a type of a keyword that the grammar took for a variable: ``min_t(int, a, b)``."""
    word = leaf("primitive_type", start, end, "type", text)
    return Node("type_descriptor", start, end, role, (word,), "")


def _directive_word(text: bytes) -> str:
    """Write ``#  define`` as ``#define``."""
    return "#" + text[1:].lstrip(b" \t").decode("utf-8", "surrogateescape")


def _masks_by_start(raw: tree_sitter.Node, source: Source) -> dict[int, Mask]:
    masks = source.masks
    at = bisect_left(masks, raw.start_byte, key=lambda mask: mask.span.start)
    found = {}
    while at < len(masks) and masks[at].span.start < raw.end_byte:
        if masks[at].kind not in _GAPS:
            found[masks[at].span.start] = masks[at]
        at += 1
    return found


def _signed(start: int, end: int, role: str, text: bytes) -> Node:
    """The parser takes ``-1`` as one number where it is the first thing it sees of an expression."""
    number = start + 1
    while text[number : number + 1].isspace():
        number += 1
    sign = leaf("-" if text[start] == ord("-") else "+", start, start + 1, "operator", text)
    return Node(
        "unary_expression",
        start,
        end,
        role,
        (sign, leaf("number_literal", number, end, "argument", text)),
        "",
    )


def _unhide(made: Node, mask: Mask, text: bytes, graft: Graft) -> Node:
    """Turn a node that begins where a mask begins into what the original says, if it is the masked one."""
    if mask.kind in ("iterator", "block") and made.kind in _LOOP_KINDS:
        return _loop(made, mask, text)
    if mask.kind == "typeof" and made.kind == "struct_specifier":
        grafted = graft(mask, text)
        if grafted is not None:
            return replace(grafted, field=made.field)
        whole = leaf("opaque", mask.span.start, mask.span.end, "", text)
        return Node("typeof_specifier", whole.start, whole.end, made.field, (whole,), "")
    if mask.kind == "arms" and made.kind == "compound_statement":
        return conditional(made, mask, text)
    if mask.kind == "label" and made.kind == "expression_statement":
        stop = mask.span.end
        children = (made.children[0], leaf(":", stop - 1, stop, "", text))
        return Node("labeled_statement", made.start, stop, made.field, children, "")
    if mask.kind in ("declarer", "statement", "bit-field") and made.kind in (
        "expression_statement",
        "field_declaration",
        "declaration",
    ):
        grafted = graft(mask, text)
        if grafted is None:
            grafted = Node(made.kind, made.start, made.end, "", (leaf("opaque", *_ends(mask), "", text),), "")
        else:
            later = tuple(c for c in made.children if c.start >= mask.span.end)
            if not later and mask.kind == "statement" and grafted.kind == "expression_statement":
                later = (Node(";", made.end, made.end, "", (), ""),)  # the macro has its own
            if later:
                grafted = replace(grafted, children=grafted.children + later, end=later[-1].end)
        return replace(grafted, field=made.field)
    if made.kind == "binary_expression":
        return _range(made)
    return made


def _ends(mask: Mask) -> tuple[int, int]:
    return mask.span.start, mask.span.end


def _loop(made: Node, mask: Mask, text: bytes) -> Node:
    """Make an iterator of the loop the parser saw: name, arguments, body."""
    kind = "iterator_statement" if mask.kind == "iterator" else "scoped_statement"
    name = made.children[0]
    body = next((c for c in made.children if c.field in ("body", "consequence")), None)
    if body is not None:
        body = replace(body, field="body")
    condition = next((c for c in made.children if c.field == "condition"), None)
    if condition is not None and condition.kind == "parenthesized_expression":
        arguments = Node(
            "argument_list", condition.start, condition.end, "arguments", _flat(condition.children), ""
        )
    else:
        opening = text.index(b"(", name.end, mask.span.end)
        closing = mask.span.end - 1
        pair = (leaf("(", opening, opening + 1, "", text), leaf(")", closing, closing + 1, "", text))
        arguments = Node("argument_list", opening, closing + 1, "arguments", pair, "")
    children = (name, arguments) if body is None else (name, arguments, body)
    return Node(kind, name.start, children[-1].end, made.field, children, "")


def _flat(children: tuple[Node, ...]) -> tuple[Node, ...]:
    """Spread the comma expression between two parentheses into arguments and commas."""
    flat: list[Node] = []
    work = list(reversed(children))
    while work:
        top = work.pop()
        if top.kind == "comma_expression":
            work.extend(reversed(top.children))
        else:
            flat.append(replace(top, field="") if top.field else top)
    return tuple(flat)


def _range(made: Node) -> Node:
    """Turn ``low || high`` with masked dots into a case range."""
    if len(made.children) == 3 and made.children[1].kind == "...":
        low, dots, high = made.children
        children = (replace(low, field="low"), replace(dots, field=""), replace(high, field="high"))
        return Node("case_range", made.start, made.end, made.field, children, "")
    return made


def shifted(node: Node, by: int, limit: int) -> Node | None:
    """Copy ``node`` moved by ``by`` bytes, without the leaves that would end behind ``limit``."""
    order = list(walk(node))
    copies: dict[int, Node | None] = {}
    for old in reversed(order):
        if old.children:
            kept = tuple(c for c in (copies[id(child)] for child in old.children) if c is not None)
            made = Node(old.kind, kept[0].start, kept[-1].end, old.field, kept, "") if kept else None
        elif old.end + by > limit:
            made = None
        else:
            made = Node(old.kind, old.start + by, old.end + by, old.field, (), old.text)
        copies[id(old)] = made
    return copies[id(node)]
