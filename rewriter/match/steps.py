# SPDX-License-Identifier: GPL-2.0-or-later
"""A rule's body as steps along a path: what must hold at a point, and what must hold after it.

``a(x); ... if (x) b();`` becomes ``Simple a(x);`` → ``Skip`` → ``If x`` with the branch ``Simple b();``.
Every step knows the metavariables that are free in it and behind it, and which of them somebody outside
still needs once it is done (``keep``); all others are its own affair on each path, which is what lets two
branches bind one metavariable differently.
"""

from __future__ import annotations

from functools import lru_cache

from rewriter.match.braces import alone, blocks, excluded, only_nest, opening_of, or_bare, says_something
from rewriter.match.pattern import (
    cases_of,
    compound,
    has_cases,
    headers,
    is_expression,
    is_leaf,
    is_return,
    lifted,
    plus_names,
    skips,
    spread,
)
from rewriter.match.returns import asks_for_return, may_be_left
from rewriter.match.rivals import names_of, rivalling, unsettled
from rewriter.match.step import (
    AnyStatement,
    Branching,
    Cases,
    Close,
    Condition,
    Contents,
    Function,
    Labelled,
    Leave,
    Loop,
    Open,
    Pick,
    Simple,
    Skip,
    Step,
    Within,
    own_parts,
    own_terms,
    parts_of_step,
)
from rewriter.smpl.term import (
    Anchored,
    Body,
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
    tokens_of,
)


@lru_cache(maxsize=256)
def compiled(body: Body, wanted: frozenset[str]) -> Step:
    """Give the first step of a rule with this body; ``wanted`` as `Compiler` takes it."""
    return Compiler(body, wanted).compile()


class Compiler:
    """Turns pattern code into steps."""

    def __init__(self, body: Body, wanted: frozenset[str] = frozenset()) -> None:
        """``wanted`` are the metavariables that have to be known in the end: those later rules inherit."""
        self._body = body
        self._wanted = wanted
        self._braces = 0
        self._alone: dict[Inner, Step] = {}  # compound statements without what follows them
        self._bound: frozenset[str] = frozenset()  # metavariables of the code before what is compiled now
        self._behind_code = False  # neither dots nor the rule's beginning stand before what is compiled now
        self._headed: dict[int, str] = {}  # tokens that open a block behind a header, "function" or "arm"
        self._block_around = self._held = ""  # braces: of the block, of the switch of a case
        self._around: dict[str, str] = {}  # what a break and a continue are about, of the loops around

    def compile(self) -> Step:
        """Give the first step of the rule."""
        code = self._body.code
        if code.level in ("expression", "name", "type"):
            term = lifted(code.terms[0], lambda choice: True)
            term = spread(term)
            step = self._finish(Simple(None, frozenset(), term, True, code.level, whole=True))
            step.shared = frozenset()  # of what overlaps, only the first branch counts
            return step
        first = self._sequence(code.terms, None, frozenset(), trailing=True)
        first.asks_for_return = asks_for_return(self._body)
        return first

    def _plus_names(self, term: Term | Sequence) -> frozenset[str]:
        """Metavariables that the plus code tied to a term needs."""
        return plus_names(self._body, term)

    def _finish(self, step: Step) -> Step:
        free: set[str] = set()
        for term in own_terms(step):
            free |= set(metavariables_of(term)) | self._plus_names(term)
        for other in parts_of_step(step):
            free |= other.free
        if isinstance(step, Skip):
            for condition in step.conditions:
                free |= condition.free
        step.free, step.held = frozenset(free), self._held
        step.exported = step.keep | self._wanted
        step.shared = step.exported | (step.next.free if step.next is not None else frozenset())
        return step

    def _keep(self, step: Step, names: frozenset[str]) -> None:
        """Let a step be asked for fewer bindings, those of ``names``."""
        behind = step.next.free if step.next is not None else frozenset()
        step.shared -= step.keep - names - self._wanted - behind
        step.keep, step.exported = names, names | self._wanted

    # --- sequences --------------------------------------------------------------------------------

    def _sequence(
        self, terms: tuple[Term, ...], then: Step | None, keep: frozenset[str], trailing: bool
    ) -> Step:
        """Compile terms that follow each other and then lead to ``then``.

        ``trailing``: dots at the very end lead to the end of the function.
        """
        if not terms:
            return then if then is not None else self._finish(Leave(None, keep))
        # What earlier terms' plus code needs has to survive the steps behind them.
        needed = [frozenset[str]()]
        bound = [self._bound]
        for term in terms:
            needed.append(needed[-1] | self._plus_names(term))
            bound.append(bound[-1].union(metavariables_of(term)))
        step = then
        if step is None and trailing and skips(terms[-1]):
            step = self._finish(Leave(None, keep))
        behind_code = self._behind_code
        for i in reversed(range(len(terms))):
            self._behind_code = not skips(terms[i - 1]) if i else behind_code
            self._bound = bound[i]
            term = or_bare(terms[i], self._body) if i and not skips(terms[i - 1]) else terms[i]
            behind, step = step, self._term(term, step, keep | needed[i])
            for skip in behind.branches if isinstance(behind, Pick) else (behind,):
                if isinstance(skip, Skip) and skip.before is None:
                    skip.before = step
                    skip.loose = bound[i + 1] - bound[i] - skip.free - self._wanted
        self._bound, self._behind_code = bound[0], behind_code
        assert step is not None
        return step

    def _term(self, term: Term, then: Step | None, keep: frozenset[str]) -> Step:
        match term:
            case Dots() | Nest():
                return self._skip(term, then, keep)
            case Choice(branches=branches) if all(b.level == "expression" for b in branches):
                return self._finish(Simple(then, keep, term, True))
            case Choice(branches=branches, all_of=all_of):
                return self._choice(branches, all_of, then, keep)
            case Meta(sort="declaration"):
                return self._finish(Simple(then, keep, term, False))
            case Meta(sort="statement list"):
                return self._finish(Contents(then, keep, term))
            case Meta(sort="statement"):
                return self._finish(AnyStatement(then, keep, term))
            case Anchored(term=inner) if not compound(inner):
                return self._finish(Simple(then, keep, term, False))
            case Anchored(term=inner, first=first, last=last):
                step = self._term(inner, then, keep | self._plus_names(term))
                self._keep(step, keep)  # what only the plus code names is nobody else's
                self._share_header(step, inner)
                kept = {token.id for token in tokens_of(inner)}
                step.anchors = (*step.anchors, (-1 if first in kept else first, -1 if last in kept else last))
                step.free |= self._plus_names(term)
                return step
            case Inner():
                written_out = spread(term)
                written_out = lifted(term, self._changes) if written_out is term else written_out
                if written_out is term:
                    return self._inner(term, then, keep)
                step = self._term(written_out, then, keep)
                self._share_header(step, term)
                return step
            case _:
                return self._finish(Simple(then, keep, term, True))

    def _share_header(self, step: Step, term: Term) -> None:
        """Let branches of a disjunction in a header count beside each other: what they bind is needed."""
        header = headers(term) if isinstance(term, Inner) else None
        if isinstance(term, Inner) and header is not None and len(header.terms) < len(term.children):
            step.shared |= frozenset(metavariables_of(header))

    def _changes(self, choice: Choice) -> bool:
        """Tell whether there is minus or plus code in a disjunction."""
        return any(t.removed or t.id in self._body.plus for t in tokens_of(choice))

    def _choice(
        self, branches: tuple[Sequence, ...], all_of: bool, then: Step | None, keep: frozenset[str]
    ) -> Step:
        steps: list[Step] = []
        ends: list[Step] = []  # what stands before the dots behind, of each branch
        loose = frozenset[str]()
        inner = keep | (names_of(branches) if all_of else rivalling(branches, self._wanted))
        for i, branch in enumerate(branches):
            goes_on = then if not all_of or i == 0 else None
            if branch.level == "expression":
                steps.append(self._finish(Simple(goes_on, keep, branch.terms[0], True)))
            elif not branch.terms and goes_on is None:
                steps.append(self._finish(Leave(None, keep, self._behind_code)))
            else:
                steps.append(self._sequence(branch.terms, goes_on, inner, trailing=then is None))
            if isinstance(then, Skip) and goes_on is not None:
                ends += [then.before or steps[-1]] if branch.terms else []
                loose |= then.loose
                then.before = None
        if isinstance(then, Skip):
            then.before, then.loose = self._finish(Pick(None, keep, tuple(ends), False)), loose
        pick = self._finish(Pick(None, keep, tuple(steps), all_of))
        pick.shared |= then.free if then is not None else frozenset()
        return pick

    def _skip(self, term: Dots | Nest, then: Step | None, keep: frozenset[str]) -> Step:
        assert then is not None
        words = [w.word for w in term.whens]
        conditions = tuple(self._condition(w) for w in term.whens if w.code is not None)
        inside: Step | None = None
        if isinstance(term, Nest):
            shared = keep | then.free
            if term.body.level == "expression":
                inside = self._finish(Simple(None, shared, lifted(term.body.terms[0], self._changes), True))
            else:
                inside = self._sequence(term.body.terms, None, shared, trailing=False)
        quantifier = next((w for w in reversed(words) if w in ("exists", "forall")), "")
        once = isinstance(term, Nest) and term.once
        skip = Skip(
            then, keep, term, None, inside, once, conditions, "any" in words, "strict" in words, quantifier
        )
        skip.block, skip.unsettled = self._block_around, unsettled(term, self._wanted)
        return self._finish(skip)

    def _condition(self, when: When) -> Condition:
        assert when.code is not None
        if when.code.level == "expression":
            step = self._finish(Simple(None, frozenset(), when.code.terms[0], True))
        else:
            step = self._sequence(when.code.terms, None, frozenset(), trailing=True)
        return Condition(when.word, step, step.free)

    # --- compound statements ----------------------------------------------------------------------

    def _inner(self, term: Inner, then: Step | None, keep: frozenset[str]) -> Step:
        step = self._node(term, then, keep)
        if isinstance(step, Branching | Loop | Cases) and then is not None:
            if term not in self._alone:
                self._alone[term] = self._node(term, None, frozenset())
            step.alone = self._alone[term]
        return step

    def _node(self, term: Inner, then: Step | None, keep: frozenset[str]) -> Step:
        headed = term.kind.endswith("_statement") and term.kind != "compound_statement"
        if headed or term.kind == "function_definition":
            labelled = term.kind in ("labeled_statement", "case_statement")
            parts = own_parts(term) if labelled else headers(term).terms
            self._bound = self._bound.union(*map(metavariables_of, parts))
        match term.kind:
            case "if_statement":
                return self._if(term, then, keep)
            case (
                "while_statement"
                | "for_statement"
                | "iterator_statement"
                | "do_statement"
                | "switch_statement"
            ):
                body = term.child("body")
                assert body is not None
                needed = keep | (then.free if then else frozenset()) | self._plus_names(headers(term))
                number, outer = self._numbered(), self._around
                own = {"break_statement": number, "continue_statement": number}
                if term.kind == "switch_statement":
                    del own["continue_statement"]
                self._around = {**outer, **own}
                if isinstance(body, Inner) and term.kind == "switch_statement" and has_cases(body):
                    brace = self._numbered()
                    braces = Sequence((body.children[0], body.children[-1]), "header")
                    cases = self._cases(body, brace, needed | self._plus_names(braces))
                    step: Step = Cases(then, keep, number, brace, term, cases)
                else:
                    step = Loop(then, keep, number, term, self._branch(body, needed))
                self._around = outer
                return self._finish(step)
            case "compound_statement":
                return self._block(term, then, keep)
            case "function_definition":
                block = term.child("body")
                assert isinstance(block, Inner)
                head = keep | self._plus_names(headers(term))
                self._headed[opening_of(block)] = "function"
                block = alone(block, self._body)
                inside = self._or_within(self._block(block, then, head), block, head, braces=True)
                return self._finish(Function(inside, keep, term))
            case "labeled_statement" | "case_statement":
                head_parts = own_parts(term)
                rest = tuple(c for c in term.children if c not in head_parts and not is_leaf(c, ";"))
                named = keep.union(*map(self._plus_names, head_parts))
                follow = self._sequence(rest, then, named, trailing=False) if rest else then
                return self._finish(Labelled(follow, keep, term))
            case _ if is_expression(term):
                return self._finish(Simple(then, keep, term, True))
            case _:
                around = self._around.get(term.kind, "")
                return self._finish(Simple(then, keep, term, False, around=around))

    def _numbered(self) -> str:
        """Give a name that a pair of braces, a loop or a switch of the code is bound to."""
        self._braces += 1
        return f"{{{self._braces}"

    def _if(self, term: Inner, then: Step | None, keep: frozenset[str]) -> Step:
        consequence, alternative = term.child("consequence"), term.child("alternative")
        assert consequence is not None
        head = self._plus_names(headers(term))
        behind = then.free if then else frozenset[str]()
        other_names = frozenset[str]()
        if alternative is not None:
            other_names = frozenset(metavariables_of(alternative)) | self._plus_names(alternative)
            head |= self._plus_names(consequence)
        branch = self._branch(consequence, keep | head | behind | other_names)
        other: Step | None = None
        token: Term | None = None
        if isinstance(alternative, Inner):
            token = alternative.children[0]
            rest = tuple(c for c in alternative.children[1:] if not is_leaf(c, ";"))
            if len(rest) == 1:
                other = self._branch(rest[0], keep | head | behind)
            else:
                other = self._sequence(rest, None, keep | head | behind, trailing=False)
        return self._finish(Branching(then, keep, term, branch, other, token))

    def _cases(self, body: Term, brace: str, keep: frozenset[str]) -> tuple[Step, ...]:
        assert isinstance(body, Inner) and isinstance(body.children[-1], Leaf)
        cases, steps = cases_of(body), list[Step]()
        outer, self._held = self._held, brace
        for arm in cases:
            others = (o for o in cases if o is not arm)
            kept = keep.union(*((*metavariables_of(o), *self._plus_names(o)) for o in others))
            end = self._finish(Close(None, kept, body.children[-1], brace, False, of_cases=True))
            last = end if skips(arm.children[-1]) else None
            steps.append(self._sequence((arm,), last, kept, trailing=False))
        self._held = outer
        return tuple(steps)

    def _branch(self, term: Term, keep: frozenset[str]) -> Step:
        self._headed |= {opening_of(block): "arm" for block in blocks(term)}
        return self._or_within(self._sequence((term,), None, keep, trailing=False), term, keep)

    def _or_within(self, step: Step, term: Term, keep: frozenset[str], *, braces: bool = False) -> Step:
        """Let a block that holds a nest alone also match an arm without braces, or one that never ends."""
        nest = only_nest(term, self._body)
        if nest is None or not isinstance(step, Open) or not isinstance(step.next, Skip):
            return step
        assert step.next.inside is not None
        within = self._finish(Within(None, keep, step.next.inside, nest.once, step.next.conditions, braces))
        return self._finish(Pick(None, keep, (step, within), False))

    def _block(self, term: Inner, then: Step | None, keep: frozenset[str]) -> Step:
        brace = self._numbered()
        opening, *inside, closing = term.children
        assert isinstance(opening, Leaf) and isinstance(closing, Leaf)
        hollow = (
            len(inside) == 1
            and isinstance(inside[0], Dots)
            and not inside[0].whens
            and not any(says_something(t, self._body) for t in (inside[0], closing))
        )
        returns = bool(inside) and is_return(inside[-1])
        headed = self._headed.get(opening.token.id, "")
        close = self._finish(Close(then, keep, closing, brace, returns, of_function=headed == "function"))
        kept = keep | self._plus_names(opening)
        outer, self._block_around = self._block_around, brace
        contents = self._sequence(tuple(inside), close, kept, trailing=False)
        self._block_around = outer
        elsewhere: Step | None = None
        skipping = returns and any(map(skips, inside))
        if then is None and skipping and may_be_left(self._body, opening.token, closing.token):
            elsewhere = self._sequence(tuple(inside), None, kept, trailing=False)
        nowhere = frozenset[str]() if headed else excluded(term, self._body)
        return self._finish(Open(contents, keep, opening, brace, hollow, nowhere, elsewhere))


__all__ = ["Compiler", "Step"]
