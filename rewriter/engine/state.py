# SPDX-License-Identifier: GPL-2.0-or-later
"""One file as the rules see it: its current text, parsed, with the graphs that were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rewriter.cfg.build import UnstructuredError, build_cfg, build_single
from rewriter.cfg.flow import EVERYWHERE, Flow
from rewriter.cfg.graph import ControlFlowGraph
from rewriter.edit.edit import Rewrite
from rewriter.edit.layout import Layout
from rewriter.engine.headers import Headers
from rewriter.match.declared import Declared
from rewriter.match.environment import Home
from rewriter.match.infer import Types
from rewriter.match.scopes import Scopes
from rewriter.source.arms import lines_in_lists
from rewriter.source.macros import MacroTable
from rewriter.source.text import Skipped, Span
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.parse import TranslationUnit, parse
from rewriter.syntax.tree import DEFINITIONS, Node, walk


@dataclass(slots=True)
class FileState:
    """The text of a file between two rules, and the rewrite that led from the original to it."""

    path: str
    unit: TranslationUnit
    rewrite: Rewrite
    flow: Flow = EVERYWHERE  # which ways control takes
    headers: Headers | None = None  # where types are declared besides
    unstructured: dict[str, Skipped] = field(default_factory=dict)
    _graphs: dict[int, ControlFlowGraph | None] = field(default_factory=dict)
    _tests: dict[int, frozenset[int]] = field(default_factory=dict)
    _scopes: dict[int, Scopes] = field(default_factory=dict)
    _macros: dict[int, dict[str, Node]] = field(default_factory=dict)
    _declared: Declared | None = None
    _own_declared: Declared | None = None
    _lines_in_lists: frozenset[int] | None = None

    @classmethod
    def read(
        cls,
        path: str,
        text: bytes,
        flow: Flow = EVERYWHERE,
        macros: MacroTable | None = None,
        headers: Headers | None = None,
    ) -> FileState:
        """Parse a file's bytes."""
        return cls(path, parse(path, text, macros), Rewrite(text, ()), flow, headers)

    def rewritten(self, change: Rewrite) -> FileState:
        """Give the state after another rewrite of the current text."""
        text = change.apply()
        rewrite = self.rewrite.then(change)
        unit = parse(self.path, text, self.unit.macros)
        return FileState(self.path, unit, rewrite, self.flow, self.headers, self.unstructured)

    def elements(self) -> list[TopLevel]:
        """The top-level elements that were understood."""
        return [e for e in self.unit.elements if e.intact]

    def function_at(self, offset: int) -> TopLevel | None:
        """The function whose definition covers the byte at ``offset``."""
        return next((f for f in self.unit.functions() if f.span.start <= offset < f.span.end), None)

    def graph(self, element: TopLevel) -> ControlFlowGraph | None:
        """Give the graph of an element; None, and a note in ``unstructured``, when none can be made."""
        key = element.span.start
        if key not in self._graphs:
            self._graphs[key] = self._build(element)
        return self._graphs[key]

    def point_of(self, element: TopLevel, node: Node) -> int:
        """Give the number of the point that stands for a declaration in an element."""
        graph = self.graph(element)
        points = graph.points if graph is not None else []
        return next((point.id for point in points if point.node is node), 1)

    def _build(self, element: TopLevel) -> ControlFlowGraph | None:
        try:
            if element.kind != "function_definition":
                return self._single(element)
            return build_cfg(self.unit.node(element), self.flow)
        except UnstructuredError as error:
            line = self.unit.lines.line(element.span.start)
            self.unstructured[element.name] = Skipped(self.path, line, str(error), element.name)
            return None

    def _single(self, element: TopLevel) -> ControlFlowGraph:
        if element.kind in (*DEFINITIONS, "preproc_call"):
            try:
                return build_single(self.unit.directive(element))
            except UnstructuredError:
                pass  # the statements of a macro may jump to where it is used; its text can still be matched
        return build_single(self.unit.node(element))

    def tests_of(self, element: TopLevel) -> frozenset[int]:
        """Ids of the nodes in an element that are tested for truth: conditions, operands of ``!``, ``&&``."""
        key = element.span.start
        if key not in self._tests:
            self._tests[key] = _tests(self.unit.node(element))
        return self._tests[key]

    def macros_of(self, element: TopLevel) -> Mapping[str, Node]:
        """Give the definitions of macros inside a function, with their bodies as C, by name."""
        key = element.span.start
        if key not in self._macros:
            text, end = self.unit.source.text, element.span.end
            found = walk(self.unit.node(element)) if text.find(b"define", key, end) >= 0 else ()
            inside = [n for n in found if n.kind in DEFINITIONS and n.start > key]
            named = [(n.child("name"), n) for n in inside]
            self._macros[key] = {name.text: self.unit.with_body(n) for name, n in named if name is not None}
        return self._macros[key]

    def scopes_of(self, element: TopLevel) -> Scopes:
        """Tell which declarations the names in a function mean."""
        key = element.span.start
        if key not in self._scopes:
            self._scopes[key] = Scopes.of(self.unit.node(element))
        return self._scopes[key]

    def types_of(self, element: TopLevel) -> Types:
        """Give the types of expressions in an element, as far as this file and its headers declare them."""
        if self._declared is None:
            self._declared = self._own()
            if self.headers is not None:
                headers = self.headers.declared(self.path, self.unit.source.text)
                self._declared = self._declared.beneath(headers)
        return Types(self._declared, self.unit.node(element))

    def own_types_of(self, element: TopLevel) -> Types:
        """Give the types of expressions in an element, as far as this file alone declares them."""
        return Types(self._own(), self.unit.node(element))

    def _own(self) -> Declared:
        if self._own_declared is None:
            self._own_declared = Declared.of(self.unit, self.elements())
        return self._own_declared

    def home_of(self, element: TopLevel) -> Home:
        """Give an element as scripts are told of it: by name if it is a function or declares one name."""
        node = self.unit.node(element)
        declarators = sum(child.field == "declarator" for child in node.children)
        name = element.name if declarators == 1 else "something_else"
        start, text = element.span.start, self.unit.source.text
        end = start + len(text[start : element.span.end].rstrip(b"\n"))
        lines = self.unit.lines
        return Home(name, lines.line(start), lines.column(start), lines.line(end), lines.column(end))

    def lines_in_lists(self) -> frozenset[int]:
        """Give where the ``#else`` lines are whose arms are read as one list of initial values."""
        if self._lines_in_lists is None:
            self._lines_in_lists = lines_in_lists(self.unit.source)
        return self._lines_in_lists

    def layout(self) -> Layout:
        """Give what edits need to know of the text."""
        return Layout(self.unit.source.text, self.unit.lines, self.unit.comments)


def _tests(root: Node) -> frozenset[int]:
    found: set[int] = set()
    for node in walk(root):
        tested: list[Node] = []
        if node.kind in _CONDITIONAL:
            tested = [n for n in node.children if n.field == "condition"]
        elif node.kind == "binary_expression" and (node.child("operator") or node).text in ("&&", "||"):
            tested = [n for n in node.children if n.field in ("left", "right")]
        elif node.kind == "unary_expression" and (node.child("operator") or node).text == "!":
            tested = [n for n in node.children if n.field == "argument"]
        for one in tested:
            found.add(id(one))
            while one.kind == "parenthesized_expression" and len(one.children) == 3:
                one = one.children[1]
                found.add(id(one))
    return frozenset(found)


_CONDITIONAL = frozenset(
    {"if_statement", "while_statement", "do_statement", "for_statement", "conditional_expression"}
)


def is_inside(span: Span, outer: Span) -> bool:
    """Tell whether an edit's span belongs to ``outer``, insertions at its ends included."""
    return outer.start <= span.start and span.end <= outer.end
