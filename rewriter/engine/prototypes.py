# SPDX-License-Identifier: GPL-2.0-or-later
"""Prototypes follow the header of their function (isomorphism ``prototypes``).

Where a rule makes ``f(int x)`` of a definition ``f(int x, int y)``, it makes ``f(int a)`` of a prototype
``f(int a, int b);`` and ``f(int)`` of ``f(int, int);``. Names of parameters that the rule leaves alone are
the prototype's own; those it writes are the definition's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rewriter.match.constraint import Context
from rewriter.match.declaration import removed_alone
from rewriter.match.declarator import declared_name
from rewriter.match.environment import Bindings, Environment
from rewriter.match.signature import signature, with_braces
from rewriter.match.term import TermMatcher
from rewriter.match.witness import Aligned, Leaf
from rewriter.smpl.lexer import PlusLine, Token
from rewriter.smpl.patch import Rule
from rewriter.smpl.term import Body, Dots, Inner, Meta, PlusCode, Sequence, Term, tokens_of
from rewriter.smpl.term import Leaf as TermLeaf
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.parse import TranslationUnit, parse
from rewriter.syntax.tree import Node, walk

_ABSTRACT = {
    "pointer_declarator": "abstract_pointer_declarator",
    "array_declarator": "abstract_array_declarator",
}


@dataclass(frozen=True, slots=True)
class _Form:
    """The header with the prototype's parameters named, or with none named, and the rule's code for it."""

    terms: tuple[Term, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class Header:
    """What the metavariables of a header stand for in a definition.

    ``env`` leaves out what parameters are called, ``names`` are those. ``number`` tells how often the same
    was given before: for another parameter. Of a prototype's matches the one of this number counts.
    """

    env: Environment
    number: int
    names: Bindings


@dataclass(frozen=True, slots=True)
class Prototypes:
    """What a rule does to the prototypes of the functions whose headers it changes."""

    header: tuple[Term, ...]
    named: frozenset[str]  # metavariables that name parameters
    forms: tuple[_Form, ...]
    definition: Inner

    @classmethod
    def of(cls, rule: Rule) -> Prototypes | None:
        """Give what ``rule`` does to prototypes, None when it changes no header."""
        definition = next((t for t in rule.body.code.terms if _is_definition(t)), None)
        if not isinstance(definition, Inner) or rule.disabled & {"prototypes", "all"}:
            return None
        header = tuple(c for c in definition.children if c.role != "body")
        body = _header_body(rule.body, header)
        if not body.transforms:
            return None
        named = frozenset(n for t in header for n in _parameter_names(t))
        bare = tuple(_unnamed(t) for t in header)
        nameless = _nameless_plus(_retied(body, header, bare))
        forms = [_Form(header, body)]
        if nameless is not None:
            forms.append(_Form(bare, nameless))
        return cls(header, named, tuple(forms), definition)

    def followed(
        self,
        definition: Node,
        context: Context,
        env: Environment,
        found: list[tuple[TopLevel, Node, Context]],
    ) -> Iterator[tuple[TopLevel, Node, Body, Leaf, Environment]]:
        """Give those prototypes that follow a definition, with the code for each and its places."""
        following = [(e, n, own) for e, n, own in found if self._concern(definition, n, context)]
        for header in self._headers(definition, context, env) if following else ():
            for element, node, own in following:
                for match in self._matches(node, own, header):
                    yield element, node, *match

    def _headers(self, function: Node, context: Context, env: Environment) -> Iterator[Header]:
        """Give what the header's metavariables stand for in a function's definition."""
        nodes = [n for n in function.children if n.field != "body"]
        given: list[Environment] = []
        for e, _ in signature(TermMatcher(context), self.header, nodes, env):
            kept = Environment({n: v for n, v in e.items() if n not in self.named or n in env})
            yield Header(kept, given.count(kept), e.restrict(self.named))
            given.append(kept)

    def _matches(
        self, declaration: Node, context: Context, header: Header
    ) -> Iterator[tuple[Body, Leaf, Environment]]:
        """Match a prototype; give the code to apply and what it is tied to, nothing without a match."""
        number = header.number
        nodes = [n for n in declaration.children if n.kind != ";"]
        if self._only_removed(context):
            if self._only_removed(with_braces(context, self.definition)):
                yield from self._gone(declaration, context, header.env)
            return
        for form in self.forms:
            found = signature(TermMatcher(context), form.terms, nodes, header.env)
            for e, alignment in found[number : number + 1]:
                yield form.body, Leaf(alignment, 1), e.extend(header.names)
                return

    def _concern(self, function: Node, declaration: Node, context: Context) -> bool:
        """Tell whether a prototype follows the function: with as many parameters, any if it goes."""
        return self._only_removed(context) or _parameters_of(function) == _parameters_of(declaration)

    def _only_removed(self, context: Context) -> bool:
        return removed_alone(context, [t.id for t in _tokens(self.header)])

    def _gone(
        self, declaration: Node, context: Context, env: Environment
    ) -> Iterator[tuple[Body, Leaf, Environment]]:
        """Remove a prototype whatever its parameters are."""
        terms = tuple(_with_any_parameters(t) for t in self.header)
        nodes = [n for n in declaration.children if n.kind != ";"]
        body = replace(self.forms[0].body, before={}, after={})
        entry = Aligned(_tokens(terms)[0].id, declaration.start, declaration.end)
        for e, _ in signature(TermMatcher(context), terms, nodes, env)[:1]:
            yield body, Leaf((entry, None), 1), e


def _parameters_of(node: Node) -> int:
    header = next((n for n in node.children if n.field == "declarator"), None)
    listed = next((n for n in walk(header) if n.kind == "parameter_list"), None) if header else None
    kinds = ("parameter_declaration", "variadic_parameter")
    return len([n for n in listed.children if n.kind in kinds]) if listed else 0


def prototypes_in(
    unit: TranslationUnit, elements: Iterable[TopLevel], name: str
) -> Iterator[tuple[TopLevel, Node]]:
    """Give the prototypes of a function that a file has, those inside functions included."""
    text, word = unit.source.text, name.encode("utf-8", "surrogateescape")
    for element in elements:
        if element.kind == "declaration" and element.name == name:
            yield element, unit.node(element)
        elif element.kind == "function_definition" and word in text[element.span.start : element.span.end]:
            inside = (n for n in walk(unit.node(element)) if n.kind == "declaration")
            yield from ((element, node) for node in inside if prototype_of(node) == name)


def prototype_of(node: Node) -> str:
    """Give the name of the function a declaration is a prototype of, "" for none."""
    if node.kind != "declaration" or node.children[-1].kind != ";":
        return ""
    declarators = [n for n in node.children if n.field == "declarator"]
    inner: Node | None = declarators[0] if len(declarators) == 1 else None
    while inner is not None and inner.kind == "pointer_declarator":
        inner = inner.child("declarator")
    if inner is None or inner.kind != "function_declarator":
        return ""
    in_parentheses = inner.children[0].kind == "parenthesized_declarator"  # a pointer to a function is none
    return "" if in_parentheses else declared_name(node)


def _is_definition(term: Term) -> bool:
    return isinstance(term, Inner) and term.kind == "function_definition"


def _tokens(terms: tuple[Term, ...]) -> list[Token]:
    return [t for t in tokens_of(Sequence(terms, "header")) if t.id >= 0]


def _header_body(body: Body, header: tuple[Term, ...]) -> Body:
    """The rule's code as far as it speaks of the header; what is added around the function stays out."""
    own = {t.id for t in tokens_of(Sequence(header, "header"))}
    before = {k: v for k, v in body.before.items() if k in own and not v.is_element}
    after = {k: v for k, v in body.after.items() if k in own and not v.is_element}
    tokens = {k: v for k, v in body.tokens.items() if k in own}
    return Body(Sequence(header, "header"), tokens, before, after, {})


def _with_any_parameters(term: Term) -> Term:
    """The header with any parameters."""
    if not isinstance(term, Inner):
        return term
    children = term.children
    if term.kind != "parameter_list":
        return replace(term, children=tuple(map(_with_any_parameters, children)))
    first = children[0]
    assert isinstance(first, TermLeaf)
    dots = Dots("", replace(first.token, kind="dots", text="..."))
    return replace(term, children=(first, dots, children[-1]))


# --- parameters without names -----------------------------------------------------------------------


def _parameters(term: Term) -> Iterator[Inner]:
    if isinstance(term, Inner):
        if term.kind == "parameter_declaration":
            yield term
        else:
            for child in term.children:
                yield from _parameters(child)


def _parameter_names(term: Term) -> Iterator[str]:
    for parameter in _parameters(term):
        inner = parameter.child("declarator")
        while isinstance(inner, Inner):
            inner = inner.child("declarator")
        if isinstance(inner, Meta):
            yield inner.name


def _unnamed(term: Term) -> Term:
    """The header with the names of its parameters taken out."""
    if not isinstance(term, Inner):
        return term
    if term.kind == "parameter_declaration":
        return replace(term, children=tuple(t for t in map(_abstract, term.children) if t is not None))
    return replace(term, children=tuple(_unnamed(c) for c in term.children))


def _abstract(term: Term) -> Term | None:
    if term.role != "declarator":
        return term
    if isinstance(term, Inner) and term.kind in _ABSTRACT:
        children = tuple(t for t in map(_abstract, term.children) if t is not None)
        return Inner(_ABSTRACT[term.kind], term.role, children)
    return None if isinstance(term, Meta | TermLeaf) else term


def _retied(body: Body, header: tuple[Term, ...], bare: tuple[Term, ...]) -> Body:
    """Tie what is tied to a parameter's name to the token before it.

    A name that is replaced is just gone, unless the type before it goes, too.
    """
    left = {t.id for t in _tokens(bare)}
    before = {k: v for k, v in body.before.items() if k in left}
    after = {k: v for k, v in body.after.items() if k in left}
    previous = -1
    for token in _tokens(header):
        if token.id in left:
            previous = token.id
        elif token.id in body.after and (not token.removed or _is_removed(body, previous)):
            after[previous] = body.after[token.id]
    return replace(body, before=before, after=after)


def _is_removed(body: Body, token: int) -> bool:
    return token in body.tokens and body.tokens[token].removed


def _nameless_plus(body: Body) -> Body | None:
    """The plus code with the names of its parameters taken out; None when it is no list of parameters."""
    before = {k: _nameless(v) for k, v in body.before.items()}
    after = {k: _nameless(v) for k, v in body.after.items()}
    if None in before.values() or None in after.values():
        return None
    return replace(
        body,
        before={k: v for k, v in before.items() if v is not None},
        after={k: v for k, v in after.items() if v is not None},
    )


def _nameless(code: PlusCode) -> PlusCode | None:
    text = " ".join(line.text.strip() for line in code.lines)
    stripped = text.strip(" ,")
    for lead, tail in (("", ";"), ("int ", ";"), ("void f(", ");")):
        made = (lead + stripped + tail).encode("utf-8", "surrogateescape")
        unit = parse("", made)
        nodes = [unit.node(e) for e in unit.elements]
        if unit.bad or len(nodes) != 1 or not _declares_function(nodes[0]):
            continue
        for start, end in reversed(_names_of_parameters(nodes[0])):
            made = made[:start].rstrip() + made[end:]
        shown = made[len(lead) : len(made) - len(tail)].decode("utf-8", "surrogateescape")
        text = text.replace(stripped, shown)
        break
    return replace(code, lines=(PlusLine(text, code.lines[0].line, code.lines[0].multiple),))


def _declares_function(declaration: Node) -> bool:
    """Tell whether a declaration is a prototype; a parameter that points to a function looks like one."""
    return bool(prototype_of(declaration)) and not any(
        n.kind == "parenthesized_declarator" for n in declaration.children[-2].children
    )


def _names_of_parameters(declaration: Node) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for parameter in walk(declaration):
        if parameter.kind == "parameter_declaration":
            node = parameter.child("declarator")
            while node is not None and node.children:
                node = node.child("declarator")
            if node is not None and node.kind == "identifier":
                found.append((node.start, node.end))
    return found
