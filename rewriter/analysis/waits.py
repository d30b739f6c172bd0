# SPDX-License-Identifier: GPL-2.0-or-later
"""Search the calls of a function for one that waits for a lock.

The search follows the lock's owner from argument to parameter, so that ``mmap_read_lock(mm)`` deep below
counts only when ``mm`` is what was given at the top. A function that takes the lock of the running task's
owner counts where it is of the same file, or yields what the lock protects. A macro is followed like a
function.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.calls import CURRENT, Facts, Sources, expanded, facts_of
from rewriter.analysis.definitions import Definition, Definitions
from rewriter.analysis.lexical import Call, words_of
from rewriter.analysis.primitives import Lock, Primitives

_OWNER = re.compile(r"(?:->|\.)\w*mm$")
_MAX_MACROS = 4  # how deep macros that call what they are given are looked through
_MAX_FUNCTIONS = 20_000  # more than any subsystem has; a search that long answers "unknown"


@dataclass(frozen=True, slots=True)
class _State:
    """A definition being entered; ``given`` are the parameters that come from the owner asked about.

    ``near`` also lets the running task's owner, and one of unknown origin, count.
    """

    definition: Definition
    given: Sources
    near: bool


# Which call of which state led to each state first; None for the start.
_Came = dict[_State, tuple[_State, Call] | None]


@dataclass(slots=True)
class Waits:
    """Answers about one lock; what is learnt of a definition is kept. ``kind`` is that of the last step."""

    lock: Lock
    primitives: Primitives
    definitions: Definitions
    kind: str = "wait"
    _facts: dict[Definition, Facts] = field(default_factory=dict)
    # States known to reach neither a wait nor an unknown, by the structures that count as holders.
    _free: dict[frozenset[str], set[_State]] = field(default_factory=dict)

    def facts(self, definition: Definition) -> Facts:
        """Give the facts of a definition, read once."""
        known = self._facts.get(definition)
        if known is None:
            known = self._facts[definition] = facts_of(definition)
        return known

    def waits_at(self, call: Call) -> str:
        """Give the expression that owns the lock ``call`` itself waits for, "" when it does not wait."""
        if call.member:
            return ""
        if call.name in self.lock.waits:
            return call.arguments[0] if call.arguments else "?"
        if call.name in self.primitives.waits_by_member:
            for argument in call.arguments:
                if any(argument.endswith(member) for member in self.lock.members):
                    return argument
        if call.name in ("guard", "scoped_guard", "scoped_cond_guard") and call.arguments:
            guard = call.arguments[0].removesuffix("_kill").removesuffix("_intr")
            if guard in self.lock.guards:
                return call.arguments[-1]
        return ""

    def at_call(self, call: Call, file: str, owner: str, line: int, by: frozenset[str]) -> Answer:
        """Tell whether one call in ``file`` may wait for the lock of ``owner``, an expression.

        ``by`` are the variables through which the owner can be reached where the call stands.
        """
        name = self.lock.name
        owned = self.waits_at(call)
        if owned:
            step = Step(self.kind, file, line, call.name)
            if words_of(owned) & by:
                return self._yes(call, (step,))
            return Answer("no", (step,), f"{call.name} waits for the lock of {owned}, not of {owner}")
        given = frozenset(place for place, argument in enumerate(call.arguments) if words_of(argument) & by)
        if call.name in self.primitives.leaves:
            return Answer("no", (), f"{call.name} does not wait for {name}")
        if self.primitives.is_quiet(call.name) and not self.definitions.within(call.name, file):
            return Answer("no", (), f"{call.name} does not wait for {name}")
        found = () if call.member else self.definitions.find(call.name, file)
        near = tuple(d for d in found if d.file == file or self.yields(d))
        if not given and not near:
            return Answer("no", (), f"{call.name} is not given {owner}")
        step = Step("call", file, line, call.name)
        if not found:
            what = "is a function pointer" if call.member else "is not defined in the tree"
            through = call.arguments[min(given)]
            return Answer("unknown", (step,), f"{call.name} is given {through} and {what}")
        answer = strongest([self.search(d, given, holding=True) for d in (found if given else near)])
        return Answer(answer.value, (step, *answer.steps[1:]) if answer.steps else (), answer.reason)

    def search(self, start: Definition, given: Sources, holding: bool = False) -> Answer:
        """Tell whether ``start`` may wait for the lock of something reached from its parameters ``given``.

        With ``holding`` those parameters are known to hold the owner, whatever their types. Where a name has
        several definitions the first is preferred for the evidence.
        """
        holders = self.lock.holders
        if holding:
            facts = self.facts(start)
            names = (facts.parameters[place] for place in given if place < len(facts.parameters))
            holders |= {facts.structures[name] for name in names if name in facts.structures}
        first = _State(start, given, True)
        free = self._free.setdefault(holders, set())
        if first in free:
            return Answer("no", (), self._no(start.name))
        answer = self._breadth_first(first, holders, free, nearest=True)
        return answer if answer.value == "yes" else self._breadth_first(first, holders, free, nearest=False)

    def _breadth_first(
        self, first: _State, holders: frozenset[str], free: set[_State], nearest: bool
    ) -> Answer:
        """Search all calls; ``nearest`` keeps to the first definitions and to calls given the owner."""
        name = first.definition.name
        came: _Came = {first: None}
        pending = deque([first])
        doubt: tuple[_State, Call] | None = None
        while pending:
            state = pending.popleft()
            facts = self.facts(state.definition)
            for call in facts.calls:
                owner = self.waits_at(call)
                if owner:
                    if self._counts(facts.sources_of(owner), state):
                        return self._yes(call, self._path(came, state, call, self.kind))
                    continue
                reached, unknown = self._follow(call, facts, state, holders)
                if unknown and doubt is None:
                    doubt = state, call
                if nearest:
                    reached = [target for target in reached if target.given][:1]
                for target in reached:
                    if target not in came and target not in free:
                        came[target] = state, call
                        pending.append(target)
            if len(came) > _MAX_FUNCTIONS:
                reason = f"more than {_MAX_FUNCTIONS} functions are called below {name}"
                return Answer("unknown", (), reason)
        if doubt is not None:
            reason = f"{doubt[1].name} is given the owner of {self.lock.name} and is not known"
            return Answer("unknown", self._path(came, *doubt, "unknown"), reason)
        if not nearest:
            free |= set(came)
        return Answer("no", (), self._no(name))

    def _yes(self, call: Call, steps: tuple[Step, ...]) -> Answer:
        why = self.lock.waits.get(call.name) or self.primitives.waits_by_member.get(call.name, "")
        reason = f"{call.name} waits for {self.lock.name}"
        return Answer("yes", steps, f"{reason}: {why}" if why else reason)

    def _counts(self, sources: Sources, state: _State) -> bool:
        return bool(sources & state.given) or (state.near and (CURRENT in sources or not sources))

    def _follow(
        self, call: Call, facts: Facts, state: _State, holders: frozenset[str], depth: int = 0
    ) -> tuple[list[_State], bool]:
        """Give the states a call leads to, and whether the call is given the owner but not known."""
        file = state.definition.file
        concerned = state.given | ({CURRENT} if state.near else frozenset())
        given = frozenset(
            place for place, argument in enumerate(call.arguments) if facts.sources_of(argument) & concerned
        )
        if not given and not state.near:
            return [], False
        if call.member:
            return [], self._carries(call, given, facts, holders)
        if call.name in self.primitives.leaves:
            return [], False
        if self.primitives.is_quiet(call.name) and not (
            state.near and self.definitions.within(call.name, file)
        ):
            return [], False
        if call.name in facts.parameters:
            return [], self._carries(call, given, facts, holders)
        reached = []
        unknown = False
        found = self.definitions.find(call.name, file)
        for definition in found:
            if definition is state.definition:
                continue
            near = state.near and (definition.file == file or self.yields(definition))
            if given or near:
                reached.append(_State(definition, given, near))
            if definition.macro and depth < _MAX_MACROS:
                more, doubt = self._through_macro(call, definition, facts, state, holders, depth)
                reached += more
                unknown |= doubt
        return reached, unknown or (not found and self._carries(call, given, facts, holders))

    def _through_macro(
        self, call: Call, macro: Definition, facts: Facts, state: _State, holders: frozenset[str], depth: int
    ) -> tuple[list[_State], bool]:
        """Follow what a macro calls by a name it is given: ``WITH(take, mm)`` may be ``take(mm)``."""
        inside = self.facts(macro)
        reached: list[_State] = []
        unknown = False
        for part in inside.calls:
            if part.name in inside.parameters:
                made = expanded(call, part, inside.parameters)
                if made.name.isidentifier() and made.name != part.name:
                    more, doubt = self._follow(made, facts, state, holders, depth + 1)
                    reached += more
                    unknown |= doubt
        return reached, unknown

    def _carries(self, call: Call, given: Sources, facts: Facts, holders: frozenset[str]) -> bool:
        """Tell whether an unknown callee is given the owner, or what it can be reached from.

        A pointer to anything else that came from the owner is a part of it, not a way to its lock.
        """
        return any(
            place in given and (facts.structures.get(a) in holders or _OWNER.search(a) is not None)
            for place, a in enumerate(call.arguments)
        )

    def yields(self, definition: Definition) -> bool:
        """Tell whether a definition returns a structure that takers of the lock are after."""
        head = definition.text[: definition.text.find(b"(")]
        return any(name.encode() in head.split() for name in self.lock.yields)

    def _path(self, came: _Came, state: _State, call: Call, kind: str) -> tuple[Step, ...]:
        """Give the steps from the start through ``state`` to the ``call`` that decides."""
        steps = [self._step(kind, state.definition, state.definition.body + call.offset, call.name)]
        at = state
        while (link := came[at]) is not None:
            at, made = link
            steps.append(self._step("call", at.definition, at.definition.body + made.offset, made.name))
        steps.append(self._step("function", at.definition, 0, at.definition.name))
        return tuple(reversed(steps))

    def _step(self, kind: str, definition: Definition, offset: int, text: str) -> Step:
        line = self.definitions.line(definition.file, definition.offset + offset)
        return Step(kind, definition.file, line, text)

    def _no(self, name: str) -> str:
        return f"nothing that {name} calls waits for {self.lock.name}"


def strongest(answers: list[Answer]) -> Answer:
    """Give the first yes, else the first unknown, else the first no."""
    order = {"yes": 0, "unknown": 1, "no": 2}
    return min(answers, key=lambda answer: order[answer.value])
