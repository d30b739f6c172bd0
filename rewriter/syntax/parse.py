# SPDX-License-Identifier: GPL-2.0-or-later
"""Parse a C file: fast lane, parse, gate, full rules on what failed, parse again.

A `TranslationUnit` lists what the file has at top level; a piece becomes `Node` objects only when
somebody asks for it, because a kernel file has a quarter of a million tree-sitter nodes and a rule
looks at a handful of functions. This package is the only user of tree-sitter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate

import tree_sitter

from rewriter.source.conditionals import hide_dead_arms
from rewriter.source.macros import MacroTable
from rewriter.source.quick import mask_quickly
from rewriter.source.regions import regions_around
from rewriter.source.rules import mask_region
from rewriter.source.shadow import Canvas
from rewriter.source.text import Lines, Mask, Skipped, Source, Span
from rewriter.syntax.convert import DEFINING, convert, definition, shifted
from rewriter.syntax.directive import read_directive
from rewriter.syntax.gate import LANGUAGE, Bad, find_bad
from rewriter.syntax.names import TypeNames
from rewriter.syntax.tree import Node, walk

_CONTAINERS = frozenset(
    [
        "preproc_if",
        "preproc_ifdef",
        "preproc_else",
        "preproc_elif",
        "preproc_elifdef",
        "linkage_specification",
        "declaration_list",
        "ERROR",
    ]
)
_COMMENTS = tree_sitter.Query(LANGUAGE, "(comment) @comment")
_ROUNDS = 3


@dataclass(slots=True, eq=False)
class TopLevel:
    """One top-level element: a function, a declaration, a directive, a macro call.

    A function that was not understood has ``intact`` false and is never matched.
    """

    kind: str
    span: Span
    intact: bool
    raw: tree_sitter.Node = field(repr=False)
    _text: bytes = field(repr=False)
    _name: str | None = None  # found when it is first asked for: a header has tens of thousands of elements

    @property
    def name(self) -> str:
        """The function's or the declared name, "" when there is none."""
        if self._name is None:
            self._name = _name(self.raw, self._text)
        return self._name

    @property
    def conditional(self) -> bool:
        """It stands in an arm of an ``#if``."""
        return self.raw.parent is not None and self.raw.parent.type.startswith("preproc_")


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
            self._elements.append(_elements(self._tree.root_node, self.source.text, list(self.bad)))
        return self._elements[0]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was lost, each function once and each stretch outside functions, by line."""
        if not self._skipped:
            path, bad = self.source.path, list(self.bad)
            self._skipped.append(_skipped(path, self.lines, self.elements, bad) if bad else ())
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
        return read_directive(directive, self.source.text, partial(self._alone, directive.start))

    def _alone(self, at: int, text: bytes) -> tuple[Node, ...]:
        source, tree, bad = _understand("", text, self._table)
        if bad:
            return ()
        types = self._types.alone(at)
        return tuple(_to_node(raw, source, self._table, types) for raw in tree.root_node.named_children)


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
    shadow = bytes(canvas.shadow)
    tree = _parse(shadow)
    if tree is None:
        return _give_up(path, text)
    bad = find_bad(tree.root_node, shadow)
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
        bad = find_bad(tree.root_node, shadow, hull)
    return canvas.source(path), tree, bad


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


class _Reach:
    """Bad stretches by place, to ask which touch an element without looking at all of them."""

    def __init__(self, bad: list[Bad]) -> None:
        self._bad = bad
        self._starts = [b.start for b in bad]
        self._ends = list(accumulate((max(b.end, b.start + 1) for b in bad), max))

    def first(self, start: int, end: int) -> Bad | None:
        """Give the first that touches ``start..end``; one without length touches the byte after it."""
        at = bisect_right(self._ends, start)
        return self._bad[at] if at < bisect_left(self._starts, end) else None


def _elements(root: tree_sitter.Node, text: bytes, bad: list[Bad]) -> tuple[TopLevel, ...]:
    elements = []
    reach = _Reach(bad)
    stack = _members(root)
    while stack:
        raw, kind, end = stack.pop()
        if kind in _CONTAINERS:
            heads = [raw.child_by_field_name(field) for field in ("name", "condition", "value")]
            known = {head.id for head in heads if head is not None}
            stack.extend(member for member in _members(raw) if member[0].id not in known)
        else:
            start = raw.start_byte
            intact = not bad or not (raw.has_error or reach.first(start, raw.end_byte) is not None)
            elements.append(TopLevel(kind, Span(start, end), intact, raw, text))
    return tuple(elements)


def _members(raw: tree_sitter.Node) -> list[tuple[tree_sitter.Node, str, int]]:
    """Give the named children from the last to the first, with kind and end; a type with its ``;`` is one."""
    members = []
    semicolon = 0  # the end of the one that follows, 0 for none
    for child in reversed(raw.children):
        kind = child.type
        if child.is_named and kind != "comment":
            if semicolon and kind in DEFINING:
                members.append((child, "declaration", semicolon))
            else:
                members.append((child, kind, child.end_byte))
        semicolon = child.end_byte if kind == ";" and not child.is_missing else 0
    return members


def _skipped(path: str, lines: Lines, elements: tuple[TopLevel, ...], bad: list[Bad]) -> tuple[Skipped, ...]:
    """Report each function that was not understood once, at its first construct, then what lies outside."""
    skipped = []
    reach = _Reach(bad)
    lost = [element for element in elements if not element.intact]
    for element in lost:
        first = reach.first(element.span.start, element.span.end)
        if first is not None:
            line = lines.line(max(first.start, element.span.start))
            name = element.name if element.kind == "function_definition" else ""
            skipped.append(Skipped(path, line, _construct(first, lines, line), name))
    starts = [element.span.start for element in lost]
    told = 0
    for b in bad:
        at = bisect_left(starts, max(b.end, b.start + 1)) - 1
        if (at < 0 or lost[at].span.end <= b.start) and b.end > told:
            line = lines.line(b.start)
            skipped.append(Skipped(path, line, _construct(b, lines, line), ""))
            told = b.end  # what lies inside a stretch is told with it
    skipped.sort(key=lambda s: s.line)
    return tuple(skipped)


def _construct(bad: Bad, lines: Lines, line: int) -> str:
    content = lines.content(line).strip()[:80].decode("utf-8", "replace")
    return f"{bad.what}: {content}"


def _name(raw: tree_sitter.Node, text: bytes) -> str:
    if raw.type.startswith("preproc"):
        raw_name = raw.child_by_field_name("name")
        if raw_name is None:
            return ""
        return text[raw_name.start_byte : raw_name.end_byte].decode("utf-8", "surrogateescape")
    node: tree_sitter.Node | None = raw
    while node is not None:
        if node.type in ("identifier", "field_identifier", "type_identifier"):
            return text[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")
        below = node.child_by_field_name("declarator")
        if below is None and node.type == "parenthesized_declarator" and node.named_child_count:
            below = node.named_children[0]
        node = below
    return ""


def _to_node(raw: tree_sitter.Node, source: Source, table: MacroTable, types: TypeNames) -> Node:
    def graft(mask: Mask, text: bytes) -> Node | None:
        return _graft(mask, text, table, types.alone(mask.span.start))

    return convert(raw, source, graft, types)


# What is put around a hidden stretch so that it can be parsed alone, and the kind of node that is wanted.
_WRAPPINGS = {
    "type": (b"int x = sizeof(", b");", ("type_descriptor",)),
    "typeof": (b"int x = sizeof", b";", ("sizeof_expression",)),
    "declarer": (b"void f(void) { ", b"; }", ("expression_statement", "declaration")),
    "statement": (b"void f(void) { ", b"; }", ("expression_statement", "declaration")),
    "operand": (b"int x = ", b";", ("sizeof_expression",)),
    "member": (b"int x = ", b";", ("subscript_expression", "field_expression")),
    "opaque": (
        b"void f(void) { ",
        b"; }",
        ("return_statement", "goto_statement", "break_statement", "continue_statement"),
    ),
}


def _graft(mask: Mask, text: bytes, table: MacroTable, types: TypeNames) -> Node | None:
    """Parse the original text of ``mask`` alone; None when that fails too."""
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
