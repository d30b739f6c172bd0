# SPDX-License-Identifier: GPL-2.0-or-later
"""Search the calls of a function for one that may sleep.

``kmalloc(n, GFP_KERNEL)`` may, ``kmalloc(n, GFP_ATOMIC)`` does not, and ``kmalloc(n, flags)`` is taken not
to: what is not known counts for nothing. The search ends a few calls down, because whether a path deep in the
kernel can be taken depends on conditions that it does not see.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from rewriter.analysis.answer import Answer, Step
from rewriter.analysis.definitions import Definition, Definitions
from rewriter.analysis.lexical import Call, calls_in, words_of
from rewriter.analysis.primitives import Primitives

_MAX_DEPTH = 5  # calls from the function asked about


@dataclass(slots=True)
class Sleeps:
    """Answers about sleeping; what is learnt of a definition is kept."""

    primitives: Primitives
    definitions: Definitions
    _calls: dict[Definition, tuple[Call, ...]] = field(default_factory=dict)
    _answers: dict[Definition, Answer] = field(default_factory=dict)

    def why(self, call: Call) -> str:
        """Give the reason why ``call`` itself may sleep, "" when it does not or is not known to."""
        if call.member:
            return ""
        words = frozenset[str]().union(*map(words_of, call.arguments))
        if words & self.primitives.atomic_flags.keys():
            return ""
        known = self.primitives.sleeps.get(call.name) or self.primitives.waits_by_member.get(call.name)
        if known:
            return known
        for lock in self.primitives.locks.values():
            if call.name in lock.waits:
                return lock.waits[call.name]
        if call.name in ("guard", "scoped_guard", "scoped_cond_guard") and call.arguments:
            for hold in self.primitives.holds:
                if hold.sleepable and call.arguments[0] in hold.guards:
                    return f"takes a {hold.name}"
        for prefix, reason in self.primitives.sleeping_prefixes.items():
            if call.name.startswith(prefix) and call.name not in self.primitives.never_sleeps:
                return reason
        if call.name in self.primitives.leaves or call.name.upper() == call.name:
            return ""
        for flag in sorted(words & self.primitives.sleeping_flags.keys()):
            return f"{flag}: {self.primitives.sleeping_flags[flag]}"
        return ""

    def at_call(self, call: Call, file: str, line: int) -> Answer:
        """Tell whether a call in ``file`` may sleep, itself or through callees."""
        why = self.why(call)
        if why:
            return Answer("yes", (Step("sleep", file, line, call.name),), f"{call.name} may sleep: {why}")
        for definition in self._followed(call, file):
            answer = self.search(definition)
            if answer.value == "yes":
                return Answer("yes", (Step("call", file, line, call.name), *answer.steps[1:]), answer.reason)
        return Answer("no", (), f"{call.name} is not known to sleep")

    def search(self, start: Definition) -> Answer:
        """Tell whether ``start`` may sleep; "no" means that nothing was found that does."""
        known = self._answers.get(start)
        if known is None:
            known = self._answers[start] = self._search(start)
        return known

    def _search(self, start: Definition) -> Answer:
        came: dict[Definition, tuple[Definition, Call] | None] = {start: None}
        depth = {start: 0}
        pending = deque([start])
        while pending:
            definition = pending.popleft()
            for call in self._calls_of(definition):
                why = self.why(call)
                if why:
                    reason = f"{call.name} may sleep: {why}"
                    return Answer("yes", self._path(came, definition, call), reason)
                if depth[definition] >= _MAX_DEPTH:
                    continue
                for target in self._followed(call, definition.file):
                    if target not in came:
                        came[target] = definition, call
                        depth[target] = depth[definition] + 1
                        pending.append(target)
        return Answer("no", (), f"nothing that {start.name} calls is known to sleep")

    def _followed(self, call: Call, file: str) -> tuple[Definition, ...]:
        """Give the definitions worth a look; one that takes allocation flags was judged by those."""
        if call.member or call.name in self.primitives.leaves:
            return ()
        if self.primitives.is_quiet(call.name) and not self.definitions.within(call.name, file):
            return ()
        if any(words_of(a) & self.primitives.atomic_flags.keys() for a in call.arguments):
            return ()
        found = self.definitions.find(call.name, file)
        return tuple(d for d in found if b"gfp_t" not in d.text[: d.body])

    def _calls_of(self, definition: Definition) -> tuple[Call, ...]:
        known = self._calls.get(definition)
        if known is None:
            known = self._calls[definition] = calls_in(definition.text[definition.body :])
        return known

    def _path(
        self, came: dict[Definition, tuple[Definition, Call] | None], definition: Definition, call: Call
    ) -> tuple[Step, ...]:
        steps = [self._step("sleep", definition, call)]
        at = definition
        while (link := came[at]) is not None:
            at, made = link
            steps.append(self._step("call", at, made))
        line = self.definitions.line(at.file, at.offset)
        steps.append(Step("function", at.file, line, at.name))
        return tuple(reversed(steps))

    def _step(self, kind: str, definition: Definition, call: Call) -> Step:
        offset = definition.offset + definition.body + call.offset
        return Step(kind, definition.file, self.definitions.line(definition.file, offset), call.name)
