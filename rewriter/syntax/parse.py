# SPDX-License-Identifier: GPL-2.0-or-later
"""Parse a C file: fast lane, parse, gate, full rules on what failed, parse again.

A `TranslationUnit` lists what the file has at top level; a piece becomes `Node` objects only when
somebody asks for it, because a kernel file has a quarter of a million tree-sitter nodes and a rule
looks at a handful of functions. This package is the only user of tree-sitter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import partial

import tree_sitter

from rewriter.source.conditionals import hide_dead_arms
from rewriter.source.constant import settle_constants
from rewriter.source.macros import MacroTable
from rewriter.source.quick import mask_quickly
from rewriter.source.regions import regions_around
from rewriter.source.rules import mask_region
from rewriter.source.shadow import Canvas
from rewriter.source.text import Lines, Mask, Skipped, Source, Span
from rewriter.source.unpaired import unpaired
from rewriter.syntax.convert import DEFINING, convert, definition, shifted
from rewriter.syntax.directive import read_directive
from rewriter.syntax.elements import TopLevel, elements_of, skipped_of
from rewriter.syntax.gate import LANGUAGE, Bad, find_bad
from rewriter.syntax.names import TypeNames
from rewriter.syntax.tree import Node, walk

_COMMENTS = tree_sitter.Query(LANGUAGE, "(comment) @comment")
_ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class TranslationUnit:
    """A parsed file.

    ``elements`` are in source order; those inside ``#if`` arms and linkage blocks are listed like the others,
    the arms and blocks themselves are not. ``bad`` lists the stretches the gate refused to the end,
    ``skipped`` what was lost by them: each function once, and each stretch outside functions. ``macros`` is
    what was known of macros before the file was read.
    """

    source: Source
    bad: tuple[Bad, ...]
    macros: MacroTable = field(repr=False)
    _tree: tree_sitter.Tree = field(repr=False)
    _table: MacroTable = field(repr=False)
    _types: TypeNames = field(repr=False)
    _lines: list[Lines] = field(default_factory=list, repr=False)
    _nodes: dict[int, Node] = field(default_factory=dict, repr=False)
    _directives: dict[int, Node] = field(default_factory=dict, repr=False)
    _comments: list[tuple[Span, ...]] = field(default_factory=list, repr=False)
    _elements: list[tuple[TopLevel, ...]] = field(default_factory=list, repr=False)
    _skipped: list[tuple[Skipped, ...]] = field(default_factory=list, repr=False)

    @property
    def elements(self) -> tuple[TopLevel, ...]:
        """What the file has at top level, listed at the first use: a header has tens of thousands."""
        if not self._elements:
            self._elements.append(elements_of(self._tree.root_node, self.source.text, list(self.bad)))
        return self._elements[0]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was lost, each function once and each stretch outside functions, by line."""
        if not self._skipped:
            path, bad = self.source.path, list(self.bad)
            self._skipped.append(skipped_of(path, self.lines, self.elements, bad) if bad else ())
        return self._skipped[0]

    @property
    def lines(self) -> Lines:
        """The line starts of the text, found at the first use."""
        if not self._lines:
            self._lines.append(Lines.of(self.source.text))
        return self._lines[0]

    @property
    def comments(self) -> tuple[Span, ...]:
        """The comments in source order, but for those inside text the parser was not shown."""
        if not self._comments:
            found = tree_sitter.QueryCursor(_COMMENTS).captures(self._tree.root_node).get("comment", [])
            self._comments.append(tuple(sorted(Span(node.start_byte, node.end_byte) for node in found)))
        return self._comments[0]

    def functions(self) -> list[TopLevel]:
        """Give the function definitions that were understood, in source order."""
        return [e for e in self.elements if e.kind == "function_definition" and e.intact]

    def node(self, element: TopLevel) -> Node:
        """Give the element as our own tree, made at the first call."""
        found = self._nodes.get(element.span.start)
        if found is None:
            found = _to_node(element.raw, self.source, self._table, self._types)
            if element.kind == "declaration" and found.kind in DEFINING:
                end = element.span.end
                found = definition(found, Node(";", end - 1, end, "", (), ";"))
            self._nodes[element.span.start] = found
        return found

    def directive(self, element: TopLevel) -> Node:
        """Give a directive with its body as C, as far as it is C; made at the first call."""
        found = self._directives.get(element.span.start)
        if found is None:
            found = self._directives[element.span.start] = self.with_body(self.node(element))
        return found

    def with_body(self, directive: Node) -> Node:
        """Give the node of a directive with its body as C, as far as it is C."""
        return _with_body(self.source.text, self._table, self._types, directive)


def parse(path: str, text: bytes, macros: MacroTable | None = None) -> TranslationUnit:
    """Read a C file's bytes; never fails, what is not understood is in ``skipped``."""
    known = macros or MacroTable.default()
    table = known.with_defines(text)
    source, tree, bad = _understand(path, text, table)
    listed = frozenset(name.decode("utf-8", "surrogateescape") for name in table.types)
    return TranslationUnit(source, tuple(bad), known, tree, table, TypeNames(listed, text, tree.root_node))


def _understand(path: str, text: bytes, table: MacroTable) -> tuple[Source, tree_sitter.Tree, list[Bad]]:
    """Mask and parse in rounds until the gate finds nothing more or the rules have nothing more to say."""
    canvas = Canvas(text)
    mask_quickly(canvas, table)
    settle_constants(canvas, table)
    shadow = bytes(canvas.shadow)
    tree = _parse(shadow)
    if tree is None:
        return _give_up(path, text)
    bad = find_bad(tree.root_node, shadow, table.types)
    lost = [Bad(start, end, "braces that do not pair") for start, end in (unpaired(shadow) if bad else ())]
    if lost:
        for stretch in lost:
            canvas.blank(stretch.start, stretch.end, "lost")
        shadow = bytes(canvas.shadow)
        tree = _parse(shadow)
        if tree is None:
            return _give_up(path, text)
        bad = find_bad(tree.root_node, shadow, table.types)
    for effort in range(_ROUNDS):
        if not bad:
            break
        before = shadow
        places = [(b.start, b.end) for b in bad]
        regions = regions_around(shadow, places)
        if b"#" in shadow and hide_dead_arms(canvas, places):
            regions = [(0, len(shadow))]
        for start, end in regions:
            mask_region(canvas, start, end, table, effort)
        shadow = bytes(canvas.shadow)
        if shadow == before:
            continue
        for start, end in regions:
            if shadow[start:end] != before[start:end]:
                _edit(tree, before, start, end)
        old = tree
        tree = _parse(shadow, old)
        if tree is None:
            return _give_up(path, text)
        changed = [(r.start_byte, r.end_byte) for r in old.changed_ranges(tree)] + regions
        hull = (min(start for start, _ in changed), max(end for _, end in changed))
        bad = find_bad(tree.root_node, shadow, table.types, hull)
    return canvas.source(path), tree, sorted([*bad, *lost], key=lambda b: b.start)


def _parse(shadow: bytes, old: tree_sitter.Tree | None = None) -> tree_sitter.Tree | None:
    """Parse, or give None where error recovery takes many times what any real file takes.

    The parser reports every so many steps: once for 150 bytes of C, or 25 of a dense table. What is no C can
    make it try so many readings at each byte that it would not come back.
    """
    left = len(shadow) // 16 + 4000

    def read(offset: int, _: object) -> bytes:
        return shadow[offset : offset + 65536]

    def goes_on_too_long(_: int, __: bool) -> bool:
        nonlocal left
        left -= 1
        return left < 0

    parser = tree_sitter.Parser(LANGUAGE)
    try:
        if old is None:
            return parser.parse(read, progress_callback=goes_on_too_long)
        return parser.parse(read, old, progress_callback=goes_on_too_long)
    except ValueError:
        return None


def _give_up(path: str, text: bytes) -> tuple[Source, tree_sitter.Tree, list[Bad]]:
    canvas = Canvas(text)
    if text:
        canvas.blank(0, len(text), "opaque")
    tree = tree_sitter.Parser(LANGUAGE).parse(bytes(canvas.shadow))
    return canvas.source(path), tree, [Bad(0, len(text), "too tangled to parse")]


def _edit(tree: tree_sitter.Tree, text: bytes, start: int, end: int) -> None:
    """Tell the old tree that ``start..end`` has other bytes now; places do not move."""
    first = _point(text, start)
    last = _point(text, end)
    tree.edit(start, end, end, first, last, last)


def _point(text: bytes, at: int) -> tuple[int, int]:
    return text.count(b"\n", 0, at), at - (text.rfind(b"\n", 0, at) + 1)


def _to_node(raw: tree_sitter.Node, source: Source, table: MacroTable, types: TypeNames) -> Node:
    def graft(mask: Mask, text: bytes) -> Node | None:
        return _graft(mask, text, table, types.alone(mask.span.start))

    read = partial(_with_body, source.text, table, types, among_members=True)
    return convert(raw, source, graft, read, types)


def _with_body(
    text: bytes, table: MacroTable, types: TypeNames, directive: Node, among_members: bool = False
) -> Node:
    known = types.alone(directive.start)

    def alone(body: bytes) -> tuple[Node, ...]:
        source, tree, bad = _understand("", body, table)
        nodes = () if bad else tree.root_node.named_children
        return tuple(_to_node(raw, source, table, known) for raw in nodes)

    return read_directive(directive, text, alone, among_members)


# What is put around a hidden stretch so that it can be parsed alone, and the kind of node that is wanted.
_WRAPPINGS = {
    "type": (b"int x = sizeof(", b");", ("type_descriptor",)),
    "typeof": (b"int x = sizeof", b";", ("sizeof_expression",)),
    "declarer": (b"void f(void) { ", b"; }", ("expression_statement", "declaration")),
    "statement": (b"void f(void) { ", b"; }", ("expression_statement", "declaration")),
    "sequence": (b"void f(void) { ", b"; }", ("comma_expression",)),
    "operand": (b"int x = ", b";", ("sizeof_expression",)),
    "member": (b"int x = ", b";", ("subscript_expression", "field_expression")),
    "function": (b"int ", b" { }", ("function_declarator",)),
    "opaque": (
        b"void f(void) { ",
        b"; }",
        ("return_statement", "goto_statement", "break_statement", "continue_statement"),
    ),
}


def _graft(mask: Mask, text: bytes, table: MacroTable, types: TypeNames) -> Node | None:
    """Parse the original text of ``mask`` alone; None when that fails too."""
    if mask.kind == "bit-field":
        return _bit_field(mask, text, table, types)
    before, after, wanted = _WRAPPINGS[mask.kind]
    start, end = mask.span.start, mask.span.end
    inner = start
    if mask.kind == "typeof":
        inner = text.index(b"(", start, end)
    source, tree, bad = _understand("", before + text[inner:end] + after, table)
    if bad:
        return None
    raw: list[tree_sitter.Node] = [tree.root_node]
    while raw:
        top = raw.pop()
        if top.type in wanted and top.start_byte >= len(before) - len(b"sizeof") * (mask.kind == "typeof"):
            node = _to_node(top, source, table, types)
            if any(n.kind in ("ERROR", "opaque") and n.start == len(before) for n in walk(node)):
                return None
            if mask.kind == "typeof":
                return _typeof(node, text, start, inner - len(before), end)
            return shifted(node, inner - len(before), end)
        raw.extend(reversed(top.named_children))
    return None


_TO_COLON = re.compile(rb"(?:/\*.*?\*/|//[^\n]*|[^:])*?(?=:)", re.DOTALL)
_NAME = b" x "


def _bit_field(mask: Mask, text: bytes, table: MacroTable, types: TypeNames) -> Node | None:
    """Parse ``int : 3`` with a name, which the grammar wants, and take that out again."""
    start, end = mask.span.start, mask.span.end
    to_colon = _TO_COLON.match(text, start, end)
    before = b"struct s { "
    colon = to_colon.end() if to_colon else end
    whole = before + text[start:colon] + _NAME + text[colon:end] + b"; };"
    source, tree, bad = _understand("", whole, table)
    fields = [] if bad else tree.root_node.named_children[0].named_children[-1].named_children
    if not fields:
        return None
    node = _to_node(fields[0], source, table, types)
    by = start - len(before)
    parts = [shifted(c, by, colon) for c in node.children]
    widths = [c.children[-1] for c in node.children if c.kind == "bitfield_declarator"]
    parts += [shifted(width, by - len(_NAME), end) for width in widths]
    children = tuple(part for part in parts if part is not None)
    return replace(node, start=start, end=children[-1].end, children=children)


def _typeof(node: Node, text: bytes, start: int, shift: int, end: int) -> Node | None:
    moved = shifted(node, shift, end)
    if moved is None:
        return None
    stop = start
    while text[stop : stop + 1].isalnum() or text[stop : stop + 1] == b"_":
        stop += 1
    word = Node("typeof", start, stop, "", (), text[start:stop].decode("utf-8", "surrogateescape"))
    rest = moved.children[1:]
    return replace(moved, kind="typeof_specifier", start=start, children=(word, *rest), field="")
