# SPDX-License-Identifier: GPL-2.0-or-later
"""What a file declares: the types of variables by scope, of fields, functions and type names.

After ``struct foo *p;`` the name ``p`` has the type ``struct foo *`` to the end of its block. What headers
declare may be added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rewriter.match.spelling import spelled
from rewriter.smpl.patch import CType
from rewriter.source.text import Source
from rewriter.syntax.attributes import attributes_between
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.parse import TranslationUnit
from rewriter.syntax.tree import DEFINITIONS, Node, spell, walk

_ANYWHERE = 1 << 62
_QUALIFIERS = frozenset({"const", "volatile", "signed", "static", "extern", "register", "inline", "restrict"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with its type, from where it is declared to the end of its scope (bytes)."""

    name: str
    start: int
    end: int
    type: CType | None  # None for a type that is not understood


@dataclass(slots=True)
class Macros:
    """The ``#define`` and ``#undef`` lines of a file, listed when the first macro is asked for."""

    unit: TranslationUnit
    _lines: dict[str, list[TopLevel]] = field(default_factory=dict)
    _listed: bool = False

    def value(self, name: str, at: int, called: bool) -> Node | None:
        """Give the expression that ``name`` stands for at the byte ``at``, None when it stands for none.

        One with parameters stands for something where it is ``called``.
        """
        seen = [e for e in self._of(name) if e.span.end <= at]
        line = self.unit.directive(seen[-1]) if seen else None
        if line is None or (line.kind == "preproc_function_def" and not called):
            return None
        return line.child("value")

    def type(self, name: str) -> Node | None:
        """Give the type, or the name alone, that the last ``#define`` of ``name`` says it stands for."""
        lines = [e for e in self._of(name) if e.kind == "preproc_def"]
        value = self.unit.directive(lines[-1]).child("value") if lines else None
        return value if value is not None and value.kind in ("type_descriptor", "identifier") else None

    def _of(self, name: str) -> list[TopLevel]:
        if not self._listed:
            self._listed = True
            for element in self.unit.elements:
                if element.kind in (*DEFINITIONS, "preproc_call"):
                    self._lines.setdefault(self._defined(element), []).append(element)
        return self._lines.get(name, [])

    def _defined(self, element: TopLevel) -> str:
        found = _DEFINED.match(self.unit.source.text, element.span.start)
        return found[1].decode("utf-8", "surrogateescape") if found else ""


#: The name that a line defines, or does no longer.
_DEFINED = re.compile(rb"#[\s\\]*(?:define|undef)[\s\\]+(\w+)")
_TYPE = re.compile(rb"\b(?:struct|union|enum)\b[^;(){}]*\{")  # a type that a function defines inside


@dataclass(slots=True)
class Declared:
    """The declarations of one file."""

    globals: dict[str, list[Variable]] = field(default_factory=dict)
    functions: dict[str, list[Variable]] = field(default_factory=dict)
    fields: dict[tuple[str, str], CType | None] = field(default_factory=dict)  # (struct foo, name)
    names: dict[str, CType | None] = field(default_factory=dict)  # of types
    macros: Macros | None = None
    headers: tuple[Declared, ...] = ()
    #: By name the functions nobody has asked for yet: to make the tree of one costs more than to keep it.
    _unread: dict[str, list[tuple[TranslationUnit, TopLevel]]] = field(default_factory=dict)
    _locals: dict[int, dict[str, list[Variable]]] = field(default_factory=dict)
    _macro_types: dict[str, CType | None] = field(default_factory=dict)

    @classmethod
    def of(cls, unit: TranslationUnit, elements: Iterable[TopLevel]) -> Declared:
        """Collect what top-level elements of a file declare."""
        found = cls(macros=Macros(unit))
        text, size = unit.source.text, len(unit.source.text)
        for top in elements:
            if top.kind == "function_definition" and not _TYPE.search(text, top.span.start, top.span.end):
                found._unread.setdefault(top.name, []).append((unit, top))
                continue
            element = unit.node(top)
            for node in walk(element):
                if node.kind in ("struct_specifier", "union_specifier") and node.child("body"):
                    found._structure(node, unit.source)
                elif node.kind == "enumerator":
                    number = Variable(node.children[0].text, node.start, size, CType("int"))
                    found.globals.setdefault(number.name, []).append(number)
            if element.kind == "function_definition":
                _note(found.functions, element, size, unit.source)
            elif element.kind == "type_definition":
                for name, kind in _declarators(element, unit.source):
                    found.names[name] = kind
            elif element.kind == "declaration":
                functions = [n for n in element.children if _is_function(n)]
                _note(found.functions if functions else found.globals, element, size, unit.source)
        return found

    def beneath(self, headers: Iterable[Declared]) -> Declared:
        """Give these declarations on top of those of headers, which are visible from the file's start."""
        headers = tuple(headers)
        for declared in (self, *headers):
            for name in tuple(declared._unread):
                declared._read(name)
        found = Declared(macros=self.macros, headers=tuple(headers))
        for header in found.headers:
            found.fields |= header.fields
            found.names |= header.names
            for table, shown in ((found.globals, header.globals), (found.functions, header.functions)):
                for name, variables in shown.items():
                    table.setdefault(name, []).extend(replace(v, start=0, end=_ANYWHERE) for v in variables)
        found.fields |= self.fields
        found.names |= self.names
        for table, shown in ((found.globals, self.globals), (found.functions, self.functions)):
            for name, variables in shown.items():
                table.setdefault(name, []).extend(variables)
        return found

    def _read(self, name: str) -> None:
        """Note what the functions of a name return, in the order of the file."""
        for unit, top in self._unread.pop(name, ()):
            _note(self.functions, unit.node(top), len(unit.source.text), unit.source)
            self.functions.get(name, []).sort(key=lambda v: v.start)

    def _structure(self, node: Node, source: Source) -> None:
        base = _base(node)
        for name, kind in _members(node, source):
            self.fields[base, name] = kind

    def variable(self, function: Node, name: str, at: int) -> Variable | None:
        """Give the declaration of ``name`` that the byte ``at`` of a function sees."""
        key = id(function)
        if key not in self._locals:
            self._locals[key] = _locals(function, self._source)
        seen = [v for v in self._locals[key].get(name, ()) if v.start <= at < v.end]
        if seen:
            return max(seen, key=lambda v: v.start)
        return next((v for v in reversed(self.globals.get(name, ())) if v.start <= at), None)

    @property
    def _source(self) -> Source | None:
        return self.macros.unit.source if self.macros is not None else None

    def written_type(self, node: Node) -> CType | None:
        """Give the type that a ``type_descriptor`` writes."""
        kind, source = node.child("type"), self._source
        if kind is None:
            return None
        return _unfold(node.child("declarator"), _plain(node, kind, node.end, source), source)[1]

    def function(self, name: str, at: int) -> CType | None:
        """Give the type of a function declared before ``at``."""
        self._read(name)
        return next((v.type for v in reversed(self.functions.get(name, ())) if v.start <= at), None)

    def macro(self, name: str, at: int, called: bool) -> tuple[Declared, Node] | None:
        """Give what the macro ``name`` that the byte ``at`` sees stands for, with the file's declarations."""
        if self.macros is not None:
            found = self.macros.value(name, at, called)
            if found is not None:
                return self, found
        return next(
            (m for m in (h.macro(name, _ANYWHERE, called) for h in self.headers) if m is not None), None
        )

    def named(self, name: str) -> CType | None:
        """Give the type that ``name`` stands for, as a typedef or a macro, None when it stands for none."""
        if name in self.names:
            return self.names[name]
        if name not in self._macro_types:
            self._macro_types[name] = None  # for what is defined by itself
            found = self._macro_type(name)
            headers = (header.named(name) for header in self.headers)
            self._macro_types[name] = found or next((h for h in headers if h is not None), None)
        return self._macro_types[name]

    def _macro_type(self, name: str) -> CType | None:
        """Give the type that a macro stands for; a type's name alone is one where it is known."""
        value = self.macros.type(name) if self.macros is not None else None
        if value is None:
            return None
        if value.kind == "identifier":
            return CType(value.text) if self.named(value.text) is not None else None
        kind = value.child("type")
        if kind is not None and kind.kind == "type_identifier" and self.named(kind.text) is None:
            return None
        return self.written_type(value)

    def resolved(self, kind: CType) -> CType:
        """Give a type with the name of a type replaced by what it stands for."""
        for _ in range(10):
            target = self.named(kind.base)
            if target is None:
                break
            # Of a pointer's name the own words qualify the pointer; of another's, only they count.
            words = target.qualifiers if target.stars or target.array else kind.qualifiers
            of = kind if kind.array else target
            kind = replace(
                target,
                stars=kind.stars + target.stars,
                array=of.array,
                size=of.size,
                inner=of.inner,
                qualifiers=words,
                attributes=kind.attributes or target.attributes,
                behind=(*target.behind, *[""] * (target.stars - len(target.behind)), *kind.behind),
            )
        return kind


def _members(structure: Node, source: Source) -> Iterator[tuple[str, CType | None]]:
    """The fields of a structure with their types, those of nameless members in it included."""
    body = structure.child("body")
    stack = list(reversed(body.children)) if body is not None else []
    while stack:
        member = stack.pop()
        if member.kind.startswith("preproc_"):  # the fields of all arms
            stack.extend(reversed(member.children))
            continue
        kind = member.child("type")
        if member.child("declarator") is not None or kind is None:
            yield from _declarators(member, source)
        elif kind.kind in ("struct_specifier", "union_specifier"):
            yield from _members(kind, source)


def _note(table: dict[str, list[Variable]], node: Node, end: int, source: Source | None) -> None:
    for name, kind in _declarators(node, source):
        table.setdefault(name, []).append(Variable(name, node.start, end, kind))


def _locals(function: Node, source: Source | None) -> dict[str, list[Variable]]:
    found: dict[str, list[Variable]] = {}
    stack: list[tuple[Node, int]] = [(function, function.end)]
    while stack:
        node, end = stack.pop()
        if node.kind == "compound_statement":
            end = node.end
        if node.kind in ("declaration", "parameter_declaration"):
            _note(found, node, end, source)
        stack.extend((child, end) for child in node.children)
    return found


def _is_function(declarator: Node) -> bool:
    while declarator.kind == "pointer_declarator":
        inner = declarator.child("declarator")
        if inner is None:
            return False
        declarator = inner
    inner = declarator.child("declarator")
    if inner is None or inner.kind == "parenthesized_declarator":
        return False
    return declarator.kind == "function_declarator" and declarator.field == "declarator"


def _declarators(node: Node, source: Source | None) -> Iterable[tuple[str, CType | None]]:
    """The names a declaration, field, parameter or definition introduces, with their types."""
    kind = node.child("type")
    if kind is None:
        return
    declarators = [n for n in node.children if n.field == "declarator"]
    base = _plain(node, kind, declarators[0].start, source) if declarators else None
    for declarator in declarators:
        name, whole = _unfold(declarator, base, source)
        if name:
            yield name, whole


def _plain(node: Node, kind: Node, end: int, source: Source | None) -> CType:
    """The type that the words of a declaration say, whose attributes stand before the byte ``end``."""
    attributes = attributes_between(source, kind.end, end) if source is not None else []
    words = " ".join(map(spell, attributes))
    return CType(_base(kind), qualifiers=_qualifiers(node), spelled=_spelled(kind), attributes=words)


def _unfold(declarator: Node | None, kind: CType | None, source: Source | None) -> tuple[str, CType | None]:
    """Give the name in a declarator, "" if it has none, and its type."""
    node = declarator
    while node is not None:
        match node.kind.removeprefix("abstract_"):
            case "identifier" | "field_identifier" | "type_identifier":
                return node.text, kind
            case "pointer_declarator" if kind is not None:
                kind = pointer(kind, _qualifiers(node))
            case "array_declarator" if kind is not None:
                size = node.child("size")
                kind = _array(kind, spell(size) if size else "")
            case "function_declarator" if kind is not None:
                kind = CType("()", spelled=_parameters(node.child("parameters"), source), returns=kind)
            case "parenthesized_declarator":
                node = next((n for n in node.children if n.kind.endswith(("declarator", "identifier"))), None)
                continue
            case _:
                pass
        node = node.child("declarator")
    return "", kind


def _parameters(node: Node | None, source: Source | None) -> str:
    """Spell the parameters of a function with the attributes in them."""
    if node is None:
        return "( )"
    return spelled([node], attributes_between(source, node.start, node.end) if source is not None else ())


def pointer(target: CType, qualifiers: str = "") -> CType:
    """Give the type of a pointer, itself qualified, to something."""
    if target.array:
        target = CType("[]", returns=target)
    behind = target.behind[: target.stars]
    if qualifiers:
        behind = (*behind, *[""] * (target.stars - len(behind)), qualifiers)
    return replace(target, stars=target.stars + 1, behind=behind)


def _array(element: CType, size: str) -> CType:
    inner = (element.size, *element.inner) if element.array else ()
    return replace(element, array=True, size=size, inner=inner)


def _spelled(node: Node) -> str:
    if node.kind in ("struct_specifier", "union_specifier", "enum_specifier") and node.child("name"):
        return " ".join(n.text for n in node.children[:2])
    return spell(node)


def _base(node: Node) -> str:
    """The words of a type in one order: ``long unsigned int`` is ``unsigned long``."""
    if node.kind in ("struct_specifier", "union_specifier", "enum_specifier"):
        name = node.child("name")
        return f"{node.children[0].text} {name.text if name else f'<{node.start}>'}"
    return plain_words([n.text for n in walk(node) if not n.children])


def plain_words(words: list[str]) -> str:
    """Give the words of a type in one order, without qualifiers and what C adds by itself."""
    kept = [w for w in words if w not in _QUALIFIERS or (w == "signed" and "char" in words)]
    sizes = {"unsigned", "long", "short", "int", "char", "signed", "double", "float"}
    if not kept or not set(kept) <= sizes:
        return " ".join(kept) or "int"
    if "char" in kept or "double" in kept or "float" in kept:
        return " ".join(sorted(kept, key=["unsigned", "signed", "long", "char", "double", "float"].index))
    sized = [w for w in kept if w in ("long", "short")] or ["int"]
    return " ".join([*(w for w in kept if w == "unsigned"), *sized])


def _qualifiers(node: Node) -> str:
    return " ".join(spell(n) for n in node.children if n.kind == "type_qualifier" and n.field != "declarator")
