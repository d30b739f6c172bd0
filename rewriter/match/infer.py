# SPDX-License-Identifier: GPL-2.0-or-later
"""The types of expressions: ``p->next`` has the type of the field, once ``p``'s declaration is seen.

What is not declared in the file has no type, and a typed metavariable does not stand for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rewriter.match.declared import Declared, plain_words, pointer
from rewriter.match.environment import Code, Value, meant
from rewriter.smpl.patch import CType
from rewriter.syntax.tree import Node, walk

_INT = CType("int")
_RANKS = (
    *("char", "signed char", "unsigned char", "short", "unsigned short"),
    *("int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long"),
    *("size_t", "ssize_t", "ptrdiff_t", "float", "double"),
    "long double",
)


@dataclass(slots=True)
class Types:
    """The types of expressions inside one top-level element."""

    declared: Declared
    element: Node

    def of(self, node: Node) -> CType | None:
        """Give the type of an expression, None when it is not known."""
        return infer(self.declared, self.element, node)

    def meanings(self, nodes: Iterable[Node]) -> tuple[str, ...]:
        """Tell for the names in code, in their order, as what each of them is declared."""
        named = (
            part for node in nodes for part in walk(node) if part.kind in ("identifier", "field_expression")
        )
        return tuple(map(self._meaning, named))

    def _meaning(self, node: Node) -> str:
        if node.kind == "field_expression":
            return _written(self.of(node))
        variable = self.declared.variable(self.element, node.text, node.start)
        if variable is not None:
            return f"{_written(variable.type)};"
        if self.declared.function(node.text, node.start) is not None:
            return "()"
        return _written(_macro(self.declared, node))


def _written(kind: CType | None) -> str:
    """Give a type as it was written; "" for one that is not known."""
    if kind is None:
        return ""
    sizes = "".join(f"[{size}]" for size in (kind.size, *kind.inner)) if kind.array else ""
    returned = _written(kind.returns)
    return f"{kind.qualifiers} {returned}{kind.spelled or kind.base}{'*' * kind.stars}{sizes}"


def infer(declared: Declared, function: Node, node: Node) -> CType | None:
    """Give the type of an expression in a function (or other element), None when it is not known."""
    match node.kind:
        case "identifier" if node.text != "NULL":
            variable = declared.variable(function, node.text, node.start)
            if variable is not None:
                return variable.type
            return declared.function(node.text, node.start) or _macro(declared, node)
        case "null" | "identifier":
            return CType("void", 1)
        case "number_literal":
            return _number(node.text)
        case "string_literal" | "concatenated_string":
            return CType("char", 0, True)
        case "char_literal":
            return CType("char")
        case "sizeof_expression":
            return CType("size_t")
        case "cast_expression" | "compound_literal_expression":
            kind = node.child("type")
            return declared.written_type(kind) if kind is not None else None
        case "call_expression":
            return _returned(declared, function, node)
        case _:
            return _compound(declared, function, node)


def _compound(declared: Declared, function: Node, node: Node) -> CType | None:
    def of(role: str) -> CType | None:
        child = node.child(role)
        return infer(declared, function, child) if child is not None else None

    match node.kind:
        case "parenthesized_expression":
            return infer(declared, function, node.children[1]) if len(node.children) == 3 else None
        case "field_expression":
            base, name = of("argument"), node.child("field")
            kind = declared.resolved(base) if base is not None else None
            if kind is None or name is None or (kind.array and node.children[1].text == "->"):
                return None
            return declared.fields.get((kind.base, name.text))
        case "subscript_expression":
            return _target(declared, of("argument"))
        case "pointer_expression":
            kind = of("argument")
            if node.children[0].text == "*":
                return _target(declared, kind)
            return pointer(replace(kind, verbatim=False)) if kind is not None else None
        case "assignment_expression":
            return of("left") or of("right")  # an undeclared variable has the type of its value
        case "update_expression":
            return of("argument")
        case "unary_expression":
            return _INT if node.children[0].text == "!" else of("argument")
        case "conditional_expression":
            return of("alternative")
        case "comma_expression":
            return of("right")
        case "binary_expression":
            operator = node.child("operator")
            if operator is not None and operator.text in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
                return _INT
            left, right = of("left"), of("right")
            minus = operator is not None and operator.text == "-"
            if minus and all(kind is not None and (kind.stars or kind.array) for kind in (left, right)):
                return CType("ptrdiff_t")
            return _arithmetic(left, right)
        case _:
            return None


def _macro(declared: Declared, name: Node, called: bool = False) -> CType | None:
    """What the expression has as type that a macro stands for, with arguments where it is ``called``."""
    found = declared.macro(name.text, name.start, called)
    if found is None:
        return None
    scope, value = found
    return infer(scope, value, value)


def _returned(declared: Declared, scope: Node, node: Node) -> CType | None:
    """What a call gives: of a function, or of a variable that points to one."""
    called = node.child("function")
    if called is None:
        return None
    kind: CType | None = None
    if called.kind == "identifier":
        kind = declared.function(called.text, node.start)
        if kind is None and declared.macro(called.text, node.start, True) is not None:
            return _macro(declared, called, True)
    kind = kind or infer(declared, scope, called)
    if kind is not None and not kind.array:
        kind = declared.resolved(kind)
    if kind is None or kind.base != "()" or kind.stars > 1 or kind.returns is None:
        return None
    return replace(kind.returns, verbatim=True)


def _target(declared: Declared, kind: CType | None) -> CType | None:
    """What a pointer or array holds; the name of a type may stand for one."""
    if kind is not None and not kind.array and not kind.stars:
        kind = declared.resolved(kind)
    if kind is None or (not kind.array and not kind.stars):
        return None
    kind = replace(kind, verbatim=False)
    if not kind.array:
        found = replace(kind, stars=kind.stars - 1)
        return found.returns if found.base == "[]" and not found.stars else found
    if kind.inner:
        return replace(kind, size=kind.inner[0], inner=kind.inner[1:])
    return replace(kind, array=False, size="")


def _arithmetic(left: CType | None, right: CType | None) -> CType | None:
    """The larger of two plain types, the pointer of a number and a pointer, else what stands left."""
    if left is None or right is None:
        return left or right
    if left.stars or left.array or left.base not in _RANKS:
        return left
    if right.stars:
        return right
    if right.array or right.base not in _RANKS:
        return left
    places = [_RANKS.index(kind.base) for kind in (left, right)]
    if max(places) < _RANKS.index("int"):
        return _INT
    return left if places[0] >= places[1] else right


def _number(text: str) -> CType:
    if re.search(r"[.]|^[^xX]*[eE]", text):
        kind = {"f": "float", "l": "long double"}.get(text[-1].lower(), "double")
        return CType(kind, spelled="float" if kind == "double" else "")  # so the reference tells scripts
    suffix = text[len(text.rstrip("uUlL")) :].lower()
    words = ["unsigned"] * ("u" in suffix) + ["long"] * suffix.count("l") + ["int"] * (not suffix)
    return CType(plain_words(words))


def written(kind: CType) -> str:
    """Spell a type as the value of a type metavariable."""
    sizes = (kind.size, *kind.inner) if kind.array else ()
    extent = [word for size in sizes for word in ("[", size, "]")]
    base = kind.spelled or kind.base
    if kind.returns is not None:  # of a pointer to one the reference leaves out parameters and sizes
        plain = replace(kind.returns, array=False) if kind.stars and kind.base == "[]" else kind.returns
        base = f"{written(plain)} {kind.spelled if not kind.stars and not kind.array else ''}".strip()
    stars = [word for star in range(kind.stars) for word in ("*", *kind.behind[star : star + 1])]
    words = [kind.qualifiers, base, kind.attributes, *stars, *extent]
    return " ".join(word for word in words if word)


def _meant_by(base: str) -> tuple[str, ...]:
    return (base, "signed char") if base == "char" else (base,)


def fits(wanted: CType, kind: CType, declared: Declared, bound: str | None, is_variable: bool) -> str | None:
    """Tell whether an expression of type ``kind`` is of the wanted type.

    Gives None when not, else what the type metavariable ``wanted.base`` stands for ("" without one);
    ``bound`` is what it stands for already.
    """
    qualifiers = set(wanted.qualifiers.split())
    meaning = kind if kind.verbatim else declared.resolved(kind)
    if not wanted.base:
        return "" if meaning.stars >= wanted.stars and not meaning.array else None
    if wanted.array != kind.array:
        if wanted.array or wanted.stars or not is_variable or not qualifiers <= set(kind.qualifiers.split()):
            return None
        return written(kind) if bound is None or meant(bound) == meant(written(kind)) else None
    for candidate in (kind, meaning):
        stars = candidate.stars - wanted.stars
        words = candidate.qualifiers.split()
        if stars < 0 or (qualifiers and (stars or not qualifiers <= set(words))):
            continue
        if is_variable:
            inner = candidate.inner if wanted.array else ()
            element = replace(candidate, array=bool(inner), size="".join(inner[:1]), inner=inner[1:])
            others = " ".join(word for word in words if word not in qualifiers)
            value = written(replace(element, stars=stars, qualifiers=others))
            if bound is None or meant(bound) == meant(value):
                return bound or value
        elif stars or (wanted.array and candidate.inner):
            continue
        elif wanted.base in ("struct", "union", "enum"):
            if candidate.base.startswith(wanted.base + " ") and "<" not in candidate.base:
                return ""
        elif candidate.base in _meant_by(plain_words(wanted.base.split())):
            return ""
    return None


def fits_value(
    wanted: CType, kind: CType, declared: Declared, bound: Value | None, is_variable: bool
) -> str | None:
    """Tell as `fits` whether an expression is of the type that a type metavariable is ``bound`` to.

    The name of a type is also what it stands for, on either side; two different names are different types.
    """
    known = (bound.plain or bound.key) if isinstance(bound, Code) else None
    found = fits(wanted, kind, declared, known, is_variable)
    if found is not None or not isinstance(bound, Code) or known is None or not bound.alias:
        return found
    own = fits(wanted, kind, declared, None, is_variable)
    if own is None or fits(wanted, kind, declared, bound.alias, is_variable) is None:
        return None
    named = all(declared.named(text.rstrip(" *")) is not None for text in (known, own))
    return None if named and known.count("*") == own.count("*") else known
