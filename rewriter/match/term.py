# SPDX-License-Identifier: GPL-2.0-or-later
"""One pattern term against one syntax node: ``f(x, ...)`` on ``f(a + 1, b)`` binds ``x`` to ``a + 1``.

A match gives the environment it needs and the alignment of pattern tokens with source text; there may be
several. Lists (arguments, parameters, initialisers) are matched with their commas, so that each comma of
the pattern is tied to the comma it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rewriter.match.constraint import Context, admits
from rewriter.match.declaration import declaring, structure_of, written_type
from rewriter.match.declarator import POINTERS, declared_identifier, unqualified
from rewriter.match.declarer import declaring_call, macro_call, may_call
from rewriter.match.directive import DIRECTIVES, directive
from rewriter.match.elements import children
from rewriter.match.environment import Code, Environment, Unbound
from rewriter.match.format import formatted
from rewriter.match.infer import fits, fits_value
from rewriter.match.kinds import (
    DECLARING,
    EXPRESSIONS,
    NAMES,
    STATEMENTS,
    WITH_VARIABLES,
    is_constant,
    same_number,
    same_word,
    subexpressions,
)
from rewriter.match.lists import designated, has_dots, is_designated, operator_dots
from rewriter.match.pattern import flat
from rewriter.match.sized import SIZED, sized
from rewriter.match.spelling import spelled, told, written
from rewriter.match.witness import Aligned, Alignment, in_turn
from rewriter.smpl.patch import NAME_KINDS, CType, Metavariable
from rewriter.smpl.term import Anchored, Choice, Dots, Inner, Leaf, Meta, Nest, Sequence, Term, assigning
from rewriter.source.arms import whole_conditionals
from rewriter.syntax.attributes import ATTRIBUTE, attributes_between, extent
from rewriter.syntax.tree import Node

Found = list[tuple[Environment, Alignment]]


@dataclass(slots=True)
class TermMatcher:
    """Matches terms of one rule on nodes of one file."""

    context: Context
    #: A disjunction gives what its first fitting branch gives, or, as in statements, what all branches bind:
    ordered: bool = True
    varied: bool = True  # with all that isomorphisms make, in rules that change nothing
    _spellings: dict[int, Code] = field(default_factory=dict)

    def match(self, term: Term, node: Node, env: Environment, done: Alignment = None) -> Found:
        """Give every way in which ``term`` matches all of ``node``."""
        match term:
            case Leaf():
                return self._leaf(term, node, env, done)
            case Meta():
                return self._meta(term, node, env, done)
            case Dots(token=token):
                return self.align(token.id, node.start, node.end, env, done, node)
            case Inner():
                return self._inner(term, node, env, done)
            case Choice():
                return self._choice(term, node, env, done)
            case Nest(body=body, once=once, token=token, close=close):
                for mark in (token, close) if token.removed else ():
                    done = (Aligned(mark.id, node.start, node.end), done)
                return self._nest(body, once, node, env, done)
            case Anchored(term=inner, first=first, last=last, tested=tested):
                if (tested and not self.context.is_tested(node)) or {first, last} & self.context.barred:
                    return []
                found = self.match(inner, node, env, done)
                start, end = Aligned(first, node.start, node.start), Aligned(last, node.end, node.end)
                return [(e, (end, (start, a))) for e, a in found] if first >= 0 else found

    def code(self, node: Node) -> Code:
        """Give the value of a metavariable that stands for ``node``."""
        found = self._spellings.get(id(node))
        if found is None:
            text, place = self.context.source.text, extent(self.context.source, [node])
            raw = written(text, [node], *whole_conditionals(text, *place))
            indent = self._indent(node.start) if b"\n" in raw else b""
            key, plain = told(self.context.source, node)
            found = self._spellings[id(node)] = Code(key, raw, node.kind, node, indent=indent, plain=plain)
        return found

    def _indent(self, offset: int) -> bytes:
        """The blanks and tabs that the line of ``offset`` begins with."""
        text = self.context.source.text
        line = text[text.rfind(b"\n", 0, offset) + 1 : offset]
        return line[: len(line) - len(line.lstrip(b" \t"))]

    def place(self, token: int, node: Node, env: Environment, done: Alignment = None) -> Found:
        """Tie a token of the pattern to a node it does not spell."""
        return self.align(token, node.start, node.end, env, done, node)

    def before(self, token: int, node: Node, env: Environment, done: Alignment = None) -> Found:
        """Tie a token of the pattern to the place before a node: nothing in the code spells it."""
        return self.align(token, node.start, node.start, env, done)

    def contents(self, term: Meta, block: Node, env: Environment, done: Alignment) -> Found:
        """Bind a statement list metavariable to all between a block's braces."""
        inside = block.children[1:-1]
        place = block.children[0].end
        start, end = (inside[0].start, inside[-1].end) if inside else (place, place)
        raw = written(self.context.source.text, inside, start, end)
        key = spelled(inside, attributes_between(self.context.source, start, end))
        value = Code(key, raw, "statements", indent=self._indent(start), nodes=inside, plain=spelled(inside))
        value = self.in_scope(term, value, inside, env)
        bound = env.bind(term.name, value)
        return self.align(term.token.id, start, end, bound, done) if bound is not None else []

    # --- leaves -----------------------------------------------------------------------------------

    def align(
        self, token: int, start: int, end: int, env: Environment, done: Alignment, node: Node | None = None
    ) -> Found:
        """Tie a token to source text, if the positions attached to it allow the place."""
        if token < 0:
            return [(env, done)]
        if token in self.context.barred:
            return []
        for name in self.context.attached(token):
            if not self.context.place_allowed(token, name, start, end, node):
                return []
        return [(env, (Aligned(token, start, end), done))]

    def _leaf(self, term: Leaf, node: Node, env: Environment, done: Alignment) -> Found:
        written = term.token.text
        if node.kind == written == ";" and node.start == node.end:
            # A macro may have its own: what is added there stands behind its last parenthesis.
            kept = term.token.id in self.context.plus and not term.token.removed
            return self.align(term.token.id, node.start - kept, node.end, env, done, node)
        text = node.text or self.context.source.decode(node.span)
        if node.kind == written == "(":
            text = written  # in SYSCALL_DEFINE1(f, int, x) it is a comma
        exact = "value_format" in self.context.disabled
        if text != written and not same_word(written, text) and (exact or not same_number(written, text)):
            return sized(self, term, node, env, done) if term.kind in SIZED and node.kind in SIZED else []
        if node.children and node.kind not in ("string_literal", "char_literal", "null"):
            return []
        return self.align(term.token.id, node.start, node.end, env, done, node)

    def _meta(self, term: Meta, node: Node, env: Environment, done: Alignment) -> Found:
        node = declaring_call(self.context, node) if term.sort == "declaration" else node
        if not self._admits_kind(term.sort, node):
            return []
        declared = self.context.metavariables.get(term.name)
        if declared is None or not declared.types or term.name in env:
            if node.kind == "type_descriptor":
                return written_type(self, term, node, env, done)
            return self.bound(term, self._value(term, node, env), node, env, done)
        found: Found = []
        for typed in self._typed(declared, node, env):
            found += self.bound(term, self._value(term, node, typed), node, typed, done)
            break
        return found

    def _value(self, term: Meta, node: Node, env: Environment) -> Code:
        """Give what a metavariable stands for, with what the variables in it mean."""
        value = self.code(node)
        return self.in_scope(term, value, [node], env) if term.sort.endswith(WITH_VARIABLES) else value

    def in_scope(self, term: Meta, value: Code, nodes: Iterable[Node], env: Environment) -> Code:
        """Give a value with where the variables in it are declared, if other blocks have such names.

        What is inherited may come from another function: it is enough that the names are declared alike.
        """
        declared = self.context.metavariables.get(term.name)
        if declared is None or not declared.origin:
            scopes = self.context.scopes().declarations(nodes)
            return replace(value, scopes=scopes) if scopes else value
        known = env.get(term.name)
        if not isinstance(known, Code) or known.key != value.key or not known.scopes:
            return value
        return replace(value, scopes=self.context.own_types().meanings(nodes))

    def _typed(self, declared: Metavariable, node: Node, env: Environment) -> Iterator[Environment]:
        """The environments in which ``node`` has one of the types that the metavariable asks for."""
        types = self.context.types()
        kind = types.of(node)
        if kind is None:
            return
        for asked in declared.types:
            wanted, tag = self._tagged(asked, env)
            base = self.context.metavariables.get(wanted.base)
            variable = base is not None and base.kind == "type"
            bound = env.get(wanted.base) if variable else None
            if isinstance(bound, Unbound):
                continue
            known = (bound.plain or bound.key) if isinstance(bound, Code) else None
            plain = replace(kind, attributes="")
            value = fits_value(wanted, plain, types.declared, bound, variable)
            if value is None:
                continue
            alias = value and fits(wanted, types.declared.resolved(plain), types.declared, known, variable)
            shown = (kind.attributes and fits(wanted, kind, types.declared, None, variable)) or value
            named = Code(shown, shown.encode(), "type", alias=alias or "", plain=value)
            typed = env.bind(wanted.base, named) if value else env
            if typed is not None and value and not admits(self.context, wanted.base, named, None, typed):
                continue
            if tag and typed is not None:
                found = types.declared.resolved(kind).base.partition(" ")[2]
                typed = typed.bind(tag, Code(found, found.encode()))
            if typed is not None:
                yield typed

    def _tagged(self, wanted: CType, env: Environment) -> tuple[CType, str]:
        """Fill in the tag of ``struct s`` if ``s`` is a metavariable; one not bound yet is given, too."""
        word, _, tag = wanted.base.partition(" ")
        declared = self.context.metavariables.get(tag)
        if word not in ("struct", "union", "enum") or declared is None or declared.kind != "identifier":
            return wanted, ""
        value = env.get(tag)
        if isinstance(value, Code):
            return replace(wanted, base=f"{word} {value.key}"), ""
        return replace(wanted, base=word), tag

    def bound(self, term: Meta, value: Code, node: Node, env: Environment, done: Alignment) -> Found:
        """Bind a metavariable to ``value``, which was read from ``node``, if its constraints allow that."""
        if term.sort in NAME_KINDS:
            bound: Environment | None = env if value.key == term.name else None
        else:
            bound = env.bind(term.name, value)
        if bound is None or not admits(self.context, term.name, value, node, bound):
            return []
        return self.align(term.token.id, *extent(self.context.source, [node]), bound, done, node)

    def _admits_kind(self, sort: str, node: Node) -> bool:
        match sort:
            case "expression":
                return node.kind in EXPRESSIONS and node.kind not in ("initializer_list", "type_descriptor")
            case "identifier":
                return node.kind in NAMES or node.kind == "null"
            case "iterator" | "iterator name" | "declarer" | "declarer name":
                return node.kind in NAMES
            case "symbol" | "typedef":
                words = ("primitive_type", "type_descriptor", "null")
                return node.kind in NAMES or node.kind in words
            case "idexpression":
                return _is_name(node)
            case "local idexpression" | "global idexpression":
                local = node.kind == "identifier" and self.context.is_local(node)
                return local if sort.startswith("local") else _is_name(node) and not local
            case "constant":
                return is_constant(node)
            case "statement":
                return node.kind in STATEMENTS
            case "declaration":
                return node.kind in ("declaration", "type_definition")
            case "parameter":
                return node.kind == "parameter_declaration"
            case "initializer":
                return node.kind in EXPRESSIONS or node.kind == "initializer_pair"
            case "field":
                return node.kind == "field_declaration"
            case "function":
                return node.kind in NAMES
            case "attribute":
                return node.kind == ATTRIBUTE and not node.children[0].text.startswith("__attribute")
            case "type":
                return (
                    node.kind == "type_descriptor"
                    or node.kind.endswith("_type")
                    or (
                        node.kind in ("type_identifier", "sized_type_specifier", "struct_specifier")
                        or node.kind in ("union_specifier", "enum_specifier", "primitive_type")
                    )
                )
            case _:  # an operator
                return not node.children and not node.text[:1].isalnum()

    # --- choices ----------------------------------------------------------------------------------

    def _choice(self, choice: Choice, node: Node, env: Environment, done: Alignment) -> Found:
        if choice.all_of:
            found: Found = [(env, done)]
            for branch in choice.branches:
                found = [r for e, a in found for r in self.match(branch.terms[0], node, e, a)]
            return found
        found = []
        # In heads, what an isomorphism lets stand for any test comes after the tests that are written out.
        for term in flat(choice) if self.ordered else sorted(flat(choice), key=_is_any_test):
            if found and self._gives_way(term, node):
                continue
            found += self.match(term, node, env, done)
        return found

    def _gives_way(self, term: Term, node: Node) -> bool:
        """Tell whether a branch does not count where another one matches."""
        if node.kind == "declaration":
            return False  # branches may speak of different declarators
        return self.ordered or (isinstance(term, Anchored) and (self.context.transforms or not self.varied))

    def _nest(self, body: Sequence, once: bool, node: Node, env: Environment, done: Alignment) -> Found:
        """Every occurrence below ``node``, under each environment that one of them gives."""
        term = body.terms[0]
        places = subexpressions(node)
        candidates: dict[tuple[object, ...], Environment] = {}
        for place in places:
            for found, _ in self.match(term, place, env):
                candidates.setdefault(tuple(sorted((k, str(v)) for k, v in found.items())), found)
        results: Found = []
        for candidate in candidates.values():
            alignment = done
            for place in places:
                for found, alignment_here in self.match(term, place, candidate, alignment):
                    if not found.since(candidate):
                        alignment = in_turn(alignment_here, alignment, place.start)
                        break
            results.append((candidate, alignment))
        if not results and not once:
            return [(env, done)]
        return results

    # --- inner nodes ------------------------------------------------------------------------------

    def _inner(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        if term.kind in DECLARING and node.kind == term.kind:
            return declaring(self, term, node, env, done)
        if term.kind == "assignment_expression" and node.kind == "init_declarator":
            return self._initialisation(term, node, env, done)
        if term.kind == "binary_expression" and has_dots(term, self.context.disabled):
            return operator_dots(self, term, node, env, done)
        if term.kind == "initializer_list" and node.kind == term.kind and is_designated(term):
            return designated(self, term, node, env, done)
        if term.kind == "gnu_asm_expression":
            return []  # assembly is no expression, as little as a call
        if term.kind == "format_string":
            return formatted(self, term, node, env, done)
        if term.kind in SIZED and node.kind in SIZED:
            exact = self.children(term.children, node.children, env, done) if node.children else []
            return exact or sized(self, term, node, env, done)
        if term.kind != node.kind:
            if term.kind == "declaration" and node.kind == "type_definition":
                defined = structure_of(self.context, term, node)
                return declaring(self, term, defined, env, done) if defined is not None else []
            if term.kind == "null" and node.kind == "identifier" and node.text == "NULL":
                return self._leaf_of(term, node, env, done)
            return []
        if term.kind in DIRECTIVES:
            return directive(self, term, node, env, done)
        if term.kind == "call_expression" and not may_call(self.context, term, node):
            return []
        if term.kind in POINTERS and "optional_qualifier" not in self.context.disabled:
            node, done = unqualified(term, node, done)
        if term.kind == "expression_statement":
            return macro_call(self, term, node, env, done)
        return self.children(term.children, node.children, env, done)

    def _leaf_of(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        leaf = term.children[0]
        return self.match(leaf, node, env, done)

    def _initialisation(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        """``x = e`` on the declarator of ``T *x = e``: the name alone is the left side."""
        parts = {n.field: n for n in node.children}
        name, value = parts.get("declarator"), parts.get("value")
        equals = next((n for n in node.children if n.kind == "="), None)
        operator = assigning(term)
        left, right = term.child("left"), term.child("right")
        name, around = declared_identifier(name)
        if not (name and value and equals and operator and left and right):
            return []
        if operator.token.id in self.context.statements_only or (around and operator.token.removed):
            return []
        if isinstance(right, Dots) and value.kind == "initializer_list":
            return []  # no expression
        pairs = ((left, name), (operator, equals), (right, value))
        found: Found = [(env, done)]
        for part, place in pairs:
            found = [r for e, a in found for r in self.match(part, place, e, a)]
        return found

    def children(
        self, terms: tuple[Term, ...], nodes: tuple[Node, ...], env: Environment, done: Alignment
    ) -> Found:
        """Match a list of terms on a list of nodes; dots skip elements together with their commas."""
        return children(self, terms, nodes, env, done)


def _is_any_test(term: Term) -> bool:
    return isinstance(term, Anchored) and term.tested and isinstance(term.term, Meta)


def _is_name(node: Node) -> bool:
    """A plain variable, ``NULL``, or a cast of one."""
    while node.kind == "cast_expression":
        value = node.child("value")
        if value is None:
            return False
        node = value
    return node.kind in ("identifier", "pasted_identifier", "null")
