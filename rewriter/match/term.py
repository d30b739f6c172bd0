# SPDX-License-Identifier: GPL-2.0-or-later
"""One pattern term against one syntax node: ``f(x, ...)`` on ``f(a + 1, b)`` binds ``x`` to ``a + 1``.

A match gives the environment it needs and the alignment of pattern tokens with source text; there may be
several. Lists (arguments, parameters, initialisers) are matched with their commas, so that each comma of
the pattern is tied to the comma it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rewriter.match.constraint import Context, admits
from rewriter.match.declarator import peelings
from rewriter.match.environment import Code, Environment
from rewriter.match.infer import fits
from rewriter.match.kinds import (
    DECLARING,
    EXPRESSIONS,
    NAMES,
    OPTIONAL,
    STATEMENTS,
    is_constant,
    same_number,
    subexpressions,
)
from rewriter.match.lists import designated, has_dots, is_designated, operator_dots
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import Anchored, Choice, Dots, Inner, Leaf, Meta, Nest, Sequence, Term, tokens_of
from rewriter.syntax.tree import Node, spell

Found = list[tuple[Environment, Alignment]]


@dataclass(slots=True)
class TermMatcher:
    """Matches terms of one rule on nodes of one file."""

    context: Context
    _spellings: dict[int, Code] = field(default_factory=dict)

    def match(self, term: Term, node: Node, env: Environment, done: Alignment = None) -> Found:
        """Give every way in which ``term`` matches all of ``node``."""
        match term:
            case Leaf():
                return self._leaf(term, node, env, done)
            case Meta():
                return self._meta(term, node, env, done)
            case Dots(token=token):
                return self._align(token.id, node.start, node.end, env, done, node)
            case Inner():
                return self._inner(term, node, env, done)
            case Choice(branches=branches, all_of=all_of):
                return self._choice(branches, all_of, node, env, done)
            case Nest(body=body, once=once):
                return self._nest(body, once, node, env, done)
            case Anchored(term=inner, first=first, last=last, tested=tested):
                if tested and not self.context.is_tested(node):
                    return []
                return [
                    (e, (Aligned(last, node.end, node.end), (Aligned(first, node.start, node.start), a)))
                    for e, a in self.match(inner, node, env, done)
                ]

    def code(self, node: Node) -> Code:
        """Give the value of a metavariable that stands for ``node``."""
        found = self._spellings.get(id(node))
        if found is None:
            raw = self.context.source.text[node.start : node.end]
            found = self._spellings[id(node)] = Code(_spelling(node), raw, node.kind, node)
        return found

    def place(self, token: int, node: Node, env: Environment) -> Found:
        """Tie a token of the pattern to a node it does not spell."""
        return self._align(token, node.start, node.end, env, None, node)

    # --- leaves -----------------------------------------------------------------------------------

    def _align(
        self, token: int, start: int, end: int, env: Environment, done: Alignment, node: Node | None = None
    ) -> Found:
        """Tie a token to source text, if the positions attached to it allow the place."""
        if token < 0:
            return [(env, done)]
        for name in self.context.attached(token):
            if not self.context.place_allowed(name, start, end, env, node):
                return []
        return [(env, (Aligned(token, start, end), done))]

    def _leaf(self, term: Leaf, node: Node, env: Environment, done: Alignment) -> Found:
        text = node.text or self.context.source.decode(node.span)
        if text != term.token.text and not same_number(term.token.text, text):
            return []
        if node.children and node.kind not in ("string_literal", "char_literal", "null"):
            return []
        return self._align(term.token.id, node.start, node.end, env, done, node)

    def _meta(self, term: Meta, node: Node, env: Environment, done: Alignment) -> Found:
        if not self._admits_kind(term.sort, node):
            return []
        declared = self.context.metavariables.get(term.name)
        if declared is None or not declared.types or term.name in env:
            return self._bound(term, self.code(node), node, env, done)
        found: Found = []
        for typed in self._typed(declared, node, env):
            found += self._bound(term, self.code(node), node, typed, done)
            break
        return found

    def _typed(self, declared: Metavariable, node: Node, env: Environment) -> Iterator[Environment]:
        """The environments in which ``node`` has one of the types that the metavariable asks for."""
        types = self.context.types()
        kind = types.of(node)
        for wanted in declared.types if kind is not None else ():
            asked = self.context.metavariables.get(wanted.base)
            variable = asked is not None and asked.kind == "type"
            bound = env.get(wanted.base) if variable else None
            known = bound.key if isinstance(bound, Code) else None
            value = fits(wanted, kind, types.declared, known, variable) if kind is not None else None
            if value is None:
                continue
            typed = env.bind(wanted.base, Code(value, value.encode(), "type")) if value else env
            if typed is not None:
                yield typed

    def _bound(self, term: Meta, value: Code, node: Node, env: Environment, done: Alignment) -> Found:
        if term.sort in ("symbol", "typedef", "iterator name", "declarer name"):
            bound: Environment | None = env if value.key == term.name else None
        else:
            bound = env.bind(term.name, value)
        if bound is None or not admits(self.context, term.name, value, node, bound):
            return []
        return self._align(term.token.id, node.start, node.end, bound, done, node)

    def _admits_kind(self, sort: str, node: Node) -> bool:
        match sort:
            case "expression":
                return node.kind in EXPRESSIONS
            case "identifier":
                return node.kind in NAMES or node.kind == "null"
            case "iterator" | "iterator name" | "declarer" | "declarer name":
                return node.kind in NAMES
            case "symbol" | "typedef":
                return node.kind in NAMES
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
                return node.kind == "declaration"
            case "parameter":
                return node.kind in ("parameter_declaration", "variadic_parameter")
            case "initializer":
                return node.kind in EXPRESSIONS or node.kind == "initializer_pair"
            case "field":
                return node.kind == "field_declaration"
            case "function":
                return node.kind in NAMES
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

    def _choice(
        self, branches: tuple[Sequence, ...], all_of: bool, node: Node, env: Environment, done: Alignment
    ) -> Found:
        if all_of:
            found: Found = [(env, done)]
            for branch in branches:
                found = [r for e, a in found for r in self.match(branch.terms[0], node, e, a)]
            return found
        found = []
        for branch in branches:
            found += self.match(branch.terms[0], node, env, done) if branch.terms else []
            # Branches on one declaration may speak of different declarators of it.
            if found and node.kind != "declaration":
                break
        return found

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
                        alignment = alignment_here
                        break
            results.append((candidate, alignment))
        if not results and not once:
            return [(env, done)]
        return results

    # --- inner nodes ------------------------------------------------------------------------------

    def _inner(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        if term.kind in DECLARING and node.kind == term.kind:
            return self._declaring(term, node, env, done)
        if term.kind == "assignment_expression" and node.kind == "init_declarator":
            return self._initialisation(term, node, env, done)
        if term.kind == "binary_expression" and has_dots(term):
            return operator_dots(self, term, node, env, done)
        if term.kind == "initializer_list" and node.kind == term.kind and is_designated(term):
            return designated(self, term, node, env, done)
        if term.kind != node.kind:
            if term.kind == "null" and node.kind == "identifier" and node.text == "NULL":
                return self._leaf_of(term, node, env, done)
            return []
        return self.children(term.children, node.children, env, done)

    def _leaf_of(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        leaf = term.children[0]
        return self.match(leaf, node, env, done)

    def _initialisation(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        """``x = e`` on the declarator of ``T *x = e``: the name alone is the left side."""
        parts = {n.field: n for n in node.children}
        name, value = parts.get("declarator"), parts.get("value")
        equals = next((n for n in node.children if n.kind == "="), None)
        operator = next((c for c in term.children if isinstance(c, Leaf) and c.token.text == "="), None)
        left, right = term.child("left"), term.child("right")
        while name is not None and name.kind == "pointer_declarator":
            name = name.child("declarator")
        if not (name and value and equals and operator and left and right) or name.kind != "identifier":
            return []
        pairs = ((left, name), (operator, equals), (right, value))
        found: Found = [(env, done)]
        for part, place in pairs:
            found = [r for e, a in found for r in self.match(part, place, e, a)]
        return found

    def _declaring(self, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
        """A declaration: optional storage, one declarator of several, types that absorb stars."""
        wanted = {c.kind for c in term.children if isinstance(c, Inner | Leaf)}
        dropped = [n for n in node.children if n.kind in OPTIONAL and n.kind not in wanted]
        kept = [n for n in node.children if n not in dropped]
        own = [t for t in tokens_of(term) if t.id >= 0]
        if own and all(t.removed for t in own):
            for extra in dropped:
                done = (Aligned(own[0].id, extra.start, extra.end), done)
        declarators = [n for n in kept if n.field == "declarator"]
        asked = [c for c in term.children if c.role == "declarator"]
        if len(declarators) <= 1 or len(asked) != 1:
            return self._declared(term, kept, dropped, env, done)
        found: Found = []
        for one in declarators:
            others = [n for n in kept if n.field != "declarator" and n.kind != ","]
            at = next((i for i, n in enumerate(others) if n.kind == ";"), len(others))
            single = [*others[:at], one, *others[at:]]
            for e, a in self._declared(term, single, dropped, env, None):
                found.append((e, _append(done, a, node)))
        return found

    def _declared(
        self, term: Inner, nodes: list[Node], dropped: list[Node], env: Environment, done: Alignment
    ) -> Found:
        kind = next((c for c in term.children if c.role == "type"), None)
        sole = term.children[0] if len(term.children) == 1 else None
        meta = kind if isinstance(kind, Meta) else sole if isinstance(sole, Meta) else None
        if meta is None or meta.sort != "type":
            return self.children(term.children, tuple(nodes), env, done)
        place = next((n for n in nodes if n.field == "type"), None)
        if place is None:
            return []
        qualifiers = [n for n in dropped if n.kind == "type_qualifier"]
        declarator = next((n for n in nodes if n.field == "declarator"), None)
        rest = [c for c in term.children if c is not meta]
        found: Found = []
        for stars, left in peelings(declarator):
            swapped = (left if n is declarator else n for n in nodes if n is not place)
            others = [n for n in swapped if n is not None]
            value = self._type(place, qualifiers, stars)
            for e, a in self._bound(meta, value, place, env, done):
                for star in stars:
                    a = (Aligned(meta.token.id, star.start, star.end), a)
                found += self.children(tuple(rest), tuple(others), e, a)
        return found

    def _type(self, place: Node, qualifiers: list[Node], stars: list[Node]) -> Code:
        parts = sorted([*qualifiers, place], key=lambda n: n.start)
        key = " ".join([*(spell(n) for n in parts), *(s.text for s in stars)])
        raw = b" ".join(self.context.source.text[n.start : n.end] for n in parts)
        if stars:
            raw += b" " + b"".join(s.text.encode() for s in stars)
        return Code(key, raw, "type")

    # --- children, with dots in lists -------------------------------------------------------------

    def children(
        self, terms: tuple[Term, ...], nodes: tuple[Node, ...], env: Environment, done: Alignment
    ) -> Found:
        """Match a list of terms on a list of nodes; dots skip elements together with their commas."""
        if not (_is_list(terms) and any(isinstance(t, Dots) or is_list_meta(t) for t in terms)):
            if len(terms) != len(nodes):
                return []
            found: Found = [(env, done)]
            for term, node in zip(terms, nodes, strict=True):
                found = [r for e, a in found for r in self.match(term, node, e, a)]
                if not found:
                    return []
            return found
        return self._list(terms, nodes, 0, 0, env, done)

    def _list(
        self,
        terms: tuple[Term, ...],
        nodes: tuple[Node, ...],
        i: int,
        j: int,
        env: Environment,
        done: Alignment,
    ) -> Found:
        if i == len(terms):
            return [(env, done)] if j == len(nodes) else []
        term = terms[i]
        if isinstance(term, Dots) or (isinstance(term, Meta) and is_list_meta(term)):
            return self._dots(term, terms, nodes, i, j, env, done)
        found: Found = []
        if _is_comma(term) and i + 1 < len(terms) and _skips(terms[i + 1]):
            # ", ..." may stand for nothing at all
            for e, a in self._skipped(terms[i + 1], nodes[j:j], env, done):
                found += self._list(terms, nodes, i + 2, j, e, a)
            if found:
                return found
        if j < len(nodes):
            for e, a in self.match(term, nodes[j], env, done):
                found += self._list(terms, nodes, i + 1, j + 1, e, a)
        return found

    def _dots(
        self,
        term: Dots | Meta,
        terms: tuple[Term, ...],
        nodes: tuple[Node, ...],
        i: int,
        j: int,
        env: Environment,
        done: Alignment,
    ) -> Found:
        found: Found = []
        comma_next = i + 1 < len(terms) and _is_comma(terms[i + 1])
        after_comma = i > 0 and _is_comma(terms[i - 1])
        if not after_comma:  # nothing skipped: a comma behind the dots goes with them
            for e, a in self._skipped(term, nodes[j:j], env, done):
                found += self._list(terms, nodes, i + 2 if comma_next else i + 1, j, e, a)
        commas = any(n.kind == "," for n in nodes)
        for k in range(j + 1, len(nodes) + 1):
            last = nodes[k - 1]
            if last.kind in (")", "}", "]"):
                break
            if commas and (
                last.kind == "," or (k < len(nodes) and nodes[k].kind not in (",", ")", "}", "]"))
            ):
                continue
            for e, a in self._skipped(term, nodes[j:k], env, done):
                found += self._list(terms, nodes, i + 1, k, e, a)
        return found

    def _skipped(self, term: Term, nodes: tuple[Node, ...], env: Environment, done: Alignment) -> Found:
        """Dots or a list metavariable for elements with the commas between them, perhaps for none."""
        assert isinstance(term, Dots | Meta)
        start, end = (nodes[0].start, nodes[-1].end) if nodes else (0, 0)
        if isinstance(term, Dots):
            return self._align(term.token.id, start, end, env, done) if nodes else [(env, done)]
        parts = [n for n in nodes if n.kind != ","]
        raw = self.context.source.text[start:end]
        value = Code(" ".join(spell(n) for n in nodes), raw, "list")
        bound = env.bind(term.name, value)
        declared = self.context.metavariables[term.name]
        if bound is not None and declared.length.isdigit():
            bound = bound if int(declared.length) == len(parts) else None
        elif bound is not None and declared.length:
            count = str(len(parts))
            bound = bound.bind(declared.length, Code(count, count.encode()))
        if bound is None or not admits(self.context, term.name, value, nodes[0] if nodes else None, bound):
            return []
        return self._align(term.token.id, start, end, bound, done)


def _append(done: Alignment, alignment: Alignment, declaration: Node) -> Alignment:
    """Put ``alignment`` on top of ``done``, noting the declaration its declarator was picked from."""
    entries: list[Aligned] = []
    while alignment is not None:
        entries.append(alignment[0]._replace(shared=declaration))
        alignment = alignment[1]
    for entry in reversed(entries):
        done = (entry, done)
    return done


def _is_list(terms: tuple[Term, ...]) -> bool:
    """The children of arguments, parameters, an initialiser, fields: dots skip any number of elements."""
    first = terms[0] if terms else None
    return isinstance(first, Leaf) and first.token.text in ("(", "{", "[") and len(terms) > 2


def _is_name(node: Node) -> bool:
    """A plain variable, ``NULL``, or a cast of one."""
    while node.kind == "cast_expression":
        value = node.child("value")
        if value is None:
            return False
        node = value
    return node.kind in ("identifier", "null")


def _spelling(node: Node) -> str:
    """Spell code as scripts see it; the sign of a number is a token of its own."""
    return re.sub(r"(?<!\S)-(?=[.\d])", "- ", spell(node))


def is_list_meta(term: Term) -> bool:
    """Tell whether a term stands for several elements of a list."""
    return isinstance(term, Meta) and term.sort.endswith(" list")


def _skips(term: Term) -> bool:
    return isinstance(term, Dots) or is_list_meta(term)


def _is_comma(term: Term) -> bool:
    return isinstance(term, Leaf) and term.token.text == ","
