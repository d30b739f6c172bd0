# SPDX-License-Identifier: GPL-2.0-or-later
"""Isomorphisms: rewrites of the pattern, so that ``x == NULL`` also finds ``!x``.

Each isomorphism is applied once, in the order of its file; a sub-term that matches the left side becomes
an ordered disjunction of itself and the right side. A term is left alone whose own tokens carry positions, or
of which the isomorphism would vary what is partly minus and partly context.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from operator import or_

from rewriter.smpl.arms import may_lose_braces, tested_otherwise
from rewriter.smpl.declinit import makes_storage, valueless, with_value
from rewriter.smpl.header import BUILT_IN_ISOMORPHISMS
from rewriter.smpl.isofile import Isomorphism, read_term, standard_isomorphisms
from rewriter.smpl.isomatch import Sides, Taken
from rewriter.smpl.lexer import LineReader, Plus, Token
from rewriter.smpl.negation import negated
from rewriter.smpl.patch import NAME_KINDS, CType, Metavariable
from rewriter.smpl.reshaped import is_reshaped
from rewriter.smpl.term import (
    Anchored,
    Choice,
    Dots,
    Inner,
    Leaf,
    Meta,
    Nest,
    Sequence,
    Term,
    When,
    metavariables_of,
    own_tokens,
    parts_of,
    tokens_of,
)
from rewriter.smpl.uniform import copied, has_changes, is_pure, is_tight, is_uniform, renamed

_IN_PARENTHESES = frozenset({"if_statement", "while_statement", "do_statement", "switch_statement"})


@dataclass(frozen=True, slots=True)
class Isomorphisms:
    """The isomorphisms a rule is expanded with."""

    active: tuple[Isomorphism, ...]

    @classmethod
    def standard(
        cls,
        reader: LineReader,
        disabled: frozenset[str],
        line: int = 0,
        more: tuple[Isomorphism, ...] = (),
        shipped: tuple[Isomorphism, ...] | None = None,
    ) -> Isomorphisms:
        """Give ``shipped``, as a rule those of this program, and ``more``, less the disabled.

        Raises SemanticPatchError for a name there is not.
        """
        own = standard_isomorphisms()
        shipped = (*(own if shipped is None else shipped), *more)
        known = {i.name for i in (*own, *shipped)} | BUILT_IN_ISOMORPHISMS | _OTHER_NAMES
        for name in sorted(disabled - known):
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else ""
            raise reader.error(f"there is no isomorphism '{name}' to disable", line, hint=hint)
        if "all" in disabled:
            return cls(())
        return cls(tuple(i for i in shipped if i.name not in disabled))

    def expand(
        self,
        code: Sequence,
        metavariables: dict[str, Metavariable],
        tokens: dict[int, Token],
        before: Plus,
        after: Plus,
    ) -> Sequence:
        """Give ``code`` with every isomorphism applied; tokens made on the way are added to ``tokens``.

        ``before`` and ``after`` are the plus code tied to tokens.
        """
        uses = _uses(code)
        for iso in self.active:
            expander = _Expander(iso, metavariables, tokens, before, after, uses)
            code = expander.whole(code) if iso.kind == "TopLevel" else expander.sequence(code)
        return code


#: Names of the language's isomorphisms that are built in elsewhere.
_OTHER_NAMES = frozenset(["add_signed", "add_int1", "add_int2"])


def _uses(code: Sequence | Term) -> Counter[str]:
    """Count where metavariables stand; of the branches of a disjunction there is but one."""
    if isinstance(code, Choice):
        return reduce(or_, map(_uses, code.branches), Counter())
    if isinstance(code, Meta):
        return Counter([code.name])
    if isinstance(code, Dots | Nest):
        return Counter(metavariables_of(code))
    return sum(map(_uses, parts_of(code)), Counter())


class _Expander:
    """Applies one isomorphism everywhere in a rule's code."""

    def __init__(
        self,
        iso: Isomorphism,
        metavariables: dict[str, Metavariable],
        tokens: dict[int, Token],
        before: Plus,
        after: Plus,
        uses: Mapping[str, int],
    ) -> None:
        self._uses = uses
        self._before = before
        self._after = after
        lines = [line.text for table in (before, after) for added in table.values() for line in added]
        self._added = set(re.findall(r"\w+", "\n".join(lines)))  # words of plus code: what it needs is bound
        self._iso = iso
        self._metavariables = metavariables
        self._tokens = tokens
        self._sides = Sides(iso.variables, metavariables)

    def sequence(self, code: Sequence) -> Sequence:
        terms = tuple(self.term(t) for t in code.terms)
        if all(a is b for a, b in zip(terms, code.terms, strict=True)):
            return code
        return Sequence(terms, code.level)

    def whole(self, code: Sequence) -> Sequence:
        """Apply an isomorphism of kind ``TopLevel``: to a rule that is one statement and changes nothing."""
        term = code.terms[0]
        every = [t for t in tokens_of(term) if t.id >= 0]
        tied = {*self._before, *self._after}
        if len(code.terms) > 1 or any(t.removed or t.id in tied for t in every):
            return code
        branches = [Sequence((term,), code.level)]
        for left, right, _ in self._iso.directions:
            taken = Taken()
            if not self._sides.match(left, term, taken) or self._drops_too_much(taken.bound, right, every):
                continue
            free = [n for n, m in self._iso.variables.items() if m.kind == "type" and n not in taken.bound]
            kinds = [[self._type(t, every[0]) for t in self._types(CType(n), taken.bound)] for n in free]
            for chosen in product(*kinds):
                given = {**taken.bound, **dict(zip(free, chosen, strict=True))}
                made = self._instantiate(right, given, every[0], list(taken.own))
                anchored = Anchored(term.role, made, every[0].id, every[-1].id)
                branches.append(Sequence((anchored,), code.level))
        if len(branches) == 1:
            return code
        return replace(code, terms=(Choice(term.role, tuple(branches), False, every[0], False),))

    def _when(self, when: When) -> When:
        if when.code is None:
            return when
        return When(when.word, self.sequence(when.code))

    def term(self, term: Term, tested: bool = False) -> Term:
        """Expand a term; ``tested`` tells whether the pattern tests it for truth."""
        match term:
            case Inner(kind=kind, role=role, children=children):
                new = tuple(self._child(term, c, tested) for c in children)
                same = all(a is b for a, b in zip(new, children, strict=True))
                term = term if same else Inner(kind, role, new)
            case Choice(branches=branches):
                found = (Sequence(tuple(self.term(t, tested) for t in b.terms), b.level) for b in branches)
                return replace(term, branches=tuple(found))
            case Nest(body=body, whens=whens):
                whens = tuple(self._when(w) for w in whens)
                return replace(term, body=self.sequence(body), whens=whens)
            case Dots(role=role, token=token, whens=whens):
                return Dots(role, token, tuple(self._when(w) for w in whens)) if whens else term
            case Anchored(term=inner):
                return replace(term, term=self.term(inner, tested or term.tested))
            case _:
                pass
        if self._iso.kind == "ArgExpression" or (self._iso.kind == "TestExpression" and not tested):
            return term
        return self._apply(term)

    def _child(self, parent: Inner, child: Term, tested: bool) -> Term:
        """Expand a child; the block of a function or a switch stays, and so do the parentheses of an if."""
        kind = parent.kind
        block = child.role == "body" and kind in ("function_definition", "switch_statement")
        header = child.role == "condition" and kind in _IN_PARENTHESES
        if isinstance(child, Inner) and (block or (header and child.kind == "parenthesized_expression")):
            return Inner(child.kind, child.role, tuple(self.term(c, header) for c in child.children))
        passed = kind == "argument_list" or (kind == "assignment_expression" and child.role == "right")
        if passed and self._iso.kind == "ArgExpression":
            return self._argument(self.term(child))
        return self.term(child, child.role == "condition" or _tests(parent, tested))

    def _argument(self, term: Term) -> Term:
        """Vary an argument, also what earlier isomorphisms made of one."""
        match term:
            case Choice(branches=branches):
                found = (Sequence(tuple(map(self._argument, b.terms)), b.level) for b in branches)
                return replace(term, branches=tuple(found))
            case Anchored(term=inner):
                return replace(term, term=self._argument(inner))
            case _:
                return self._apply(term)

    def _apply(self, term: Term) -> Term:
        iso = self._iso
        if iso.kind == "Declaration":
            if isinstance(term, Inner) and term.kind == "declaration":
                return self._with_value(term)
            return term
        if not isinstance(term, Inner | Leaf | Meta) or not self._may_be_left(term):
            return term
        every: list[Token] = []
        level = {"Statement": "statements", "Type": "type"}.get(iso.kind, "expression")
        branches = [Sequence((term,), level)]
        first = 0  # where the next branch goes that is tried before the term itself
        for (left, right, backwards), (variant, lost) in product(iso.directions, tested_otherwise(term)):
            taken = Taken(own=list(lost))
            if not self._sides.match(left, variant, taken):
                continue
            every = every or own_tokens(term)
            if not every or not self._may_vary(term, every, taken, right):
                continue
            left_over = list(taken.own)
            made = self._instantiate(right, dict(taken.bound), (taken.own or every)[0], left_over)
            if any(t.attached for t in left_over):
                continue
            ends = self._ends(term, every, taken)
            moved = set(ends) if all(t.removed for t in every) else self._tied(ends)
            made = renamed(made, moved, self._tokens)
            anchored = Anchored(term.role, made, *ends, iso.kind == "ToTestExpression")
            branches.insert(first if backwards else len(branches), Sequence((anchored,), level))
            first += backwards
        return Choice(term.role, tuple(branches), False, every[0], False) if len(branches) > 1 else term

    def _may_be_left(self, term: Inner | Leaf | Meta) -> bool:
        if self._iso.kind == "Type":
            return term.role == "type"
        return not isinstance(term, Meta) or term.sort == "expression"

    def _may_vary(self, term: Term, every: list[Token], taken: Taken, right: Term) -> bool:
        """Tell whether the rule leaves together what the isomorphism takes apart."""
        own = taken.own
        if self._iso.kind == "Statement":
            if len({t.removed for t in own}) > 1 or is_reshaped(term, self._before, self._after):
                return False
            taken = replace(taken, own=[])
        pure = [taken.bound[name] for name in self._iso.pure & taken.bound.keys()]
        return (
            is_uniform(every, taken, self._before, self._after)
            and all(is_pure(part, every, self._before, self._after) for part in pure)
            and self._may_lose_braces(term, own)
            and not self._drops_too_much(taken.bound, right, every)
        )

    def _ends(self, term: Term, every: list[Token], taken: Taken) -> tuple[int, int]:
        """Give the tokens whose plus code goes to the ends of what is made: not that of an operand."""
        first, last = every[0], every[-1]
        if all(t.removed for t in every):
            return first.id, last.id
        if first not in taken.own and (first.removed or is_tight(term, first, self._before)):
            first = self._fresh(replace(first, attached=()), first)
        if last not in taken.own and (last.removed or is_tight(term, last, self._after)):
            last = self._fresh(replace(last, attached=()), last)
        return first.id, last.id

    def _tied(self, ends: tuple[int, int]) -> set[int]:
        """Give the tokens whose plus code goes to the new ends, and that have no other."""
        first, last = ends
        moved = {first} & self._before.keys() | {last} & self._after.keys()
        return moved - ({first} & self._after.keys()) - ({last} & self._before.keys())

    def _may_lose_braces(self, term: Term, own: list[Token]) -> bool:
        if not isinstance(term, Inner) or term.kind != "compound_statement":
            return True
        return may_lose_braces(term, own, self._before, self._after)

    def _with_value(self, term: Inner) -> Term:
        if valueless(term, {*self._before, *self._after}) != self._iso.name:
            return term
        every = [t for t in tokens_of(term) if t.id >= 0]
        if any(makes_storage(tied.get(t.id, ())) for tied in (self._before, self._after) for t in every):
            return term

        def fresh(kind: str, text: str) -> Token:
            return self._fresh(replace(every[0], kind=kind, text=text, attached=()), every[-1])

        branches = (Sequence((term,), "statements"), Sequence((with_value(term, fresh),), "statements"))
        return Choice(term.role, branches, False, every[0], False)

    def _instantiate(self, right: Term, bound: dict[str, Term], like: Token, own: list[Token]) -> Term:
        """Build the right side; tokens of the left side that it has too are taken out of ``own``.

        What it names twice is changed at both places.
        """
        match right:
            case Meta(name=name, role=role):
                if name in bound:
                    found = bound[name]
                    if has_changes(found, self._before, self._after):
                        bound[name] = copied(found, self._tokens, self._before, self._after)
                    return _in_role(found, role)
                token = self._fresh(right.token, like)
                if self._iso.variables[name].kind in NAME_KINDS:
                    return Leaf("type_identifier" if right.sort == "typedef" else "identifier", role, token)
                any_name = f"smpl_any_{token.id}"
                types = tuple(t for w in self._iso.variables[name].types for t in self._types(w, bound))
                if types:
                    self._metavariables[any_name] = Metavariable(any_name, "expression", types=types)
                return Meta(any_name, right.sort, role, token)
            case Leaf(kind=kind, role=role, token=token):
                same = next((t for t in own if t.text == token.text), None)
                if same is not None:
                    own.remove(same)
                    return Leaf(kind, role, same)
                return Leaf(kind, role, self._fresh(token, like))
            case Inner(kind="unary_expression", children=(Leaf(token=Token(text="!")), Meta(name=name))):
                other = negated(bound[name], self._sign, lambda token: self._is_kept(token, like))
                return self._plain(right, bound, like, own) if other is None else _in_role(other, right.role)
            case Inner():
                return self._plain(right, bound, like, own)
            case _:
                return right

    def _is_kept(self, token: Token, whole: Token) -> bool:
        """Tell whether a rule leaves an operator alone, or all that it matches goes."""
        tied = token.id in self._before or token.id in self._after
        return whole.removed or not (tied or token.removed)

    def _sign(self, text: str, place: Token) -> Token:
        return self._fresh(replace(place, text=text), place)

    def _plain(self, right: Inner, bound: dict[str, Term], like: Token, own: list[Token]) -> Inner:
        children = tuple(self._instantiate(c, bound, like, own) for c in right.children)
        return Inner(right.kind, right.role, children)

    def _types(self, wanted: CType, bound: dict[str, Term]) -> Iterator[CType]:
        """Give the types of the pattern for one of the isomorphism's."""
        base = bound.get(wanted.base)
        if isinstance(base, Meta):
            yield replace(wanted, base=base.name)
            return
        if wanted.base not in self._iso.variables:
            yield wanted
        for name, term in bound.items():
            if isinstance(term, Meta) and any(t.base == wanted.base for t in self._iso.variables[name].types):
                for known in self._metavariables[term.name].types:
                    yield replace(known, stars=known.stars + wanted.stars)

    def _type(self, kind: CType, like: Token) -> Term:
        """Give the term of a type without stars."""
        if kind.base in self._metavariables:
            token = self._fresh(replace(like, kind="ident", text=kind.base, attached=()), like)
            return Meta(kind.base, "type", "type", token)
        declaration = read_term("", f"{kind.base} x;", "statements", self._metavariables)
        assert isinstance(declaration, Inner)
        return self._instantiate(declaration.children[0], {}, like, [])

    def _drops_too_much(self, bound: dict[str, Term], right: Term, every: list[Token]) -> bool:
        """Tell whether more would be dropped than a metavariable that stands nowhere else."""
        kept = set(metavariables_of(right))
        names = self._added.union(*(metavariables_of(t) for n, t in bound.items() if n in kept))
        dropped = [t for n, t in bound.items() if n not in kept]
        if not all(t.removed for t in every) and any(t.removed for d in dropped for t in tokens_of(d)):
            return True
        return any(not isinstance(t, Meta) or t.name in names or not self._may_drop(t) for t in dropped)

    def _may_drop(self, term: Meta) -> bool:
        """Tell whether a metavariable stands for anything: at one place only, and nobody asks where."""
        inherited = bool(self._metavariables[term.name].origin)
        return self._uses[term.name] == 1 and not inherited and not term.token.attached

    def _fresh(self, token: Token, like: Token) -> Token:
        fresh = replace(token, id=max(self._tokens, default=0) + 1, mark=like.mark, line=like.line)
        self._tokens[fresh.id] = fresh
        return fresh


def _tests(parent: Inner, tested: bool) -> bool:
    """Tell whether an operand is tested for truth; ``tested`` says it of the whole."""
    operators = {c.token.text for c in parent.children if isinstance(c, Leaf)}
    if parent.kind in ("unary_expression", "binary_expression"):
        return bool(operators & {"!", "&&", "||"})
    return tested and parent.kind == "parenthesized_expression"


def _in_role(term: Term, role: str) -> Term:
    return replace(term, role=role)
