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

from rewriter.smpl.arms import Plus, may_lose_braces, tested_otherwise
from rewriter.smpl.declinit import makes_storage, valueless, with_value
from rewriter.smpl.header import BUILT_IN_ISOMORPHISMS
from rewriter.smpl.isofile import Isomorphism, read_term, standard_isomorphisms
from rewriter.smpl.isomatch import match_side
from rewriter.smpl.lexer import LineReader, Token
from rewriter.smpl.negation import negated
from rewriter.smpl.patch import CType, Metavariable
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
    parts_of,
    tokens_of,
)

#: What may be tested for truth has these around it.
_MAY_TEST = frozenset(
    {"parenthesized_expression", "binary_expression", "unary_expression", "conditional_expression"}
)
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


#: Names of the language's isomorphisms that are built in elsewhere or do not apply yet.
_OTHER_NAMES = frozenset(
    [
        "add_signed",
        "add_int1",
        "add_int2",
        "plus_assoc",
        "minus_assoc",
        "plus_minus_assoc1",
        "plus_minus_assoc2",
        "times_assoc",
        "div_assoc",
        "times_div_assoc1",
        "times_div_assoc2",
        "bsd_branch_pred",
    ]
)


def _uses(code: Sequence | Term) -> Counter[str]:
    """Count where metavariables stand; of the branches of a disjunction there is but one."""
    if isinstance(code, Choice):
        return reduce(or_, map(_uses, code.branches))
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
        for left, right in self._iso.directions:
            bound: dict[str, Term] = {}
            own: list[Token] = []
            if not match_side(left, term, self._iso.variables, self._metavariables, bound, own):
                continue
            if self._drops_too_much(bound, right, every):
                continue
            free = [n for n, m in self._iso.variables.items() if m.kind == "type" and n not in bound]
            kinds = [[self._type(t, every[0]) for t in self._types(CType(n), bound)] for n in free]
            for chosen in product(*kinds):
                given = {**bound, **dict(zip(free, chosen, strict=True))}
                made = self._instantiate(right, given, every[0], list(own))
                anchored = Anchored(term.role, made, every[0].id, every[-1].id)
                branches.append(Sequence((anchored,), code.level))
        if len(branches) == 1:
            return code
        return replace(code, terms=(Choice(term.role, tuple(branches), False, every[0], False),))

    def _when(self, when: When) -> When:
        if when.code is None:
            return when
        return When(when.word, self.sequence(when.code))

    def term(self, term: Term) -> Term:
        match term:
            case Inner(kind=kind, role=role, children=children):
                new = tuple(self._child(kind, c) for c in children)
                same = all(a is b for a, b in zip(new, children, strict=True))
                term = term if same else Inner(kind, role, new)
            case Choice(branches=branches):
                return replace(term, branches=tuple(self.sequence(b) for b in branches))
            case Nest(body=body, whens=whens):
                whens = tuple(self._when(w) for w in whens)
                return replace(term, body=self.sequence(body), whens=whens)
            case Dots(role=role, token=token, whens=whens):
                return Dots(role, token, tuple(self._when(w) for w in whens)) if whens else term
            case Anchored(role=role, term=inner, first=first, last=last, tested=tested):
                return Anchored(role, self.term(inner), first, last, tested)
            case _:
                pass
        return self._apply(term) if self._iso.kind != "ArgExpression" else term

    def _child(self, kind: str, child: Term) -> Term:
        """Expand a child; the block of a function or a switch stays, and so do the parentheses of an if."""
        block = child.role == "body" and kind in ("function_definition", "switch_statement")
        header = child.role == "condition" and kind in _IN_PARENTHESES
        if isinstance(child, Inner) and (block or (header and child.kind == "parenthesized_expression")):
            return Inner(child.kind, child.role, tuple(self.term(c) for c in child.children))
        if isinstance(child, Meta) and child.role != "condition" and kind not in _MAY_TEST:
            return child
        passed = kind == "argument_list" or (kind == "assignment_expression" and child.role == "right")
        if isinstance(child, Leaf) and passed and self._iso.kind == "ArgExpression":
            return self._apply(child)
        return self.term(child)

    def _apply(self, term: Term) -> Term:
        iso = self._iso
        if iso.kind == "Declaration":
            if isinstance(term, Inner) and term.kind == "declaration":
                return self._with_value(term)
            return term
        if not isinstance(term, Inner | Leaf | Meta) or (
            isinstance(term, Meta) and term.sort != "expression"
        ):
            return term
        statement = iso.kind == "Statement"
        every: list[Token] = []
        level = "statements" if statement else "expression"
        branches = [Sequence((term,), level)]
        for (left, right), (variant, lost) in product(iso.directions, tested_otherwise(term)):
            bound: dict[str, Term] = {}
            own = list(lost)
            if not match_side(left, variant, iso.variables, self._metavariables, bound, own):
                continue
            every = every or [t for t in tokens_of(term) if t.id >= 0]
            if not every or not self._is_of_one_piece(term, every, own, bound):
                continue
            if not self._may_lose_braces(term, own):
                continue
            left_over = list(own)
            made = self._instantiate(right, bound, own[0] if own else every[0], left_over)
            if any(t.attached for t in left_over) or self._drops_too_much(bound, right, every):
                continue
            if all(t.removed for t in every):
                made = self._without_ends(made, {every[0].id, every[-1].id})
            tested = iso.kind == "TestExpression"
            anchored = Anchored(term.role, made, every[0].id, every[-1].id, tested)
            branches.append(Sequence((anchored,), level))
        return Choice(term.role, tuple(branches), False, every[0], False) if len(branches) > 1 else term

    def _is_of_one_piece(
        self, term: Term, every: list[Token], own: list[Token], bound: dict[str, Term]
    ) -> bool:
        """Tell whether what the isomorphism takes is all removed or all kept.

        What it keeps may be changed on its own. An operand of two that is replaced as a whole may not.
        """
        if len({t.removed for t in own}) > 1:
            return False
        if self._iso.kind == "Statement" or len({t.removed for t in every}) == 1:
            return True
        if any(t.removed for t in own):
            return False
        if not isinstance(term, Inner) or term.kind != "binary_expression":
            return True
        return not any(all(t.removed for t in tokens_of(part)) for part in bound.values())

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
        """Build the right side; tokens of the left side that it has too are taken out of ``own``."""
        match right:
            case Meta(name=name, role=role):
                if name in bound:
                    return _in_role(bound[name], role)
                token = self._fresh(right.token, like)
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

    def _without_ends(self, term: Term, ends: set[int]) -> Term:
        """Give the tokens of a removed term that plus code is tied to other ids: its new ends take them."""
        match term:
            case Leaf(token=token) | Meta(token=token) | Dots(token=token) if token.id in ends:
                renamed = replace(token, id=max(self._tokens) + 1)
                self._tokens[renamed.id] = renamed
                return replace(term, token=renamed)
            case Inner(children=children):
                return replace(term, children=tuple(self._without_ends(c, ends) for c in children))
            case Anchored(term=inner):
                return replace(term, term=self._without_ends(inner, ends))
            case Choice(branches=branches):
                return replace(term, branches=tuple(self._sequence_without(b, ends) for b in branches))
            case Nest(body=body):
                return replace(term, body=self._sequence_without(body, ends))
            case _:
                return term

    def _sequence_without(self, code: Sequence, ends: set[int]) -> Sequence:
        return replace(code, terms=tuple(self._without_ends(t, ends) for t in code.terms))

    def _drops_too_much(self, bound: dict[str, Term], right: Term, every: list[Token]) -> bool:
        """Tell whether more would be dropped than a metavariable that stands nowhere else."""
        kept = set(metavariables_of(right))
        names = self._added.union(*(metavariables_of(t) for n, t in bound.items() if n in kept))
        dropped = [t for n, t in bound.items() if n not in kept]
        if not all(t.removed for t in every) and any(t.removed for d in dropped for t in tokens_of(d)):
            return True
        return any(not isinstance(t, Meta) or t.name in names or not self._may_drop(t) for t in dropped)

    def _may_drop(self, term: Meta) -> bool:
        """Tell whether an expression stands for anything: at one place only, and nobody asks where."""
        if term.sort != "expression":
            return True
        inherited = bool(self._metavariables[term.name].origin)
        return self._uses[term.name] == 1 and not inherited and not term.token.attached

    def _fresh(self, token: Token, like: Token) -> Token:
        fresh = replace(token, id=max(self._tokens, default=0) + 1, mark=like.mark, line=like.line)
        self._tokens[fresh.id] = fresh
        return fresh


def _in_role(term: Term, role: str) -> Term:
    return replace(term, role=role)
