# SPDX-License-Identifier: GPL-2.0-or-later
"""What is held at each point of a function: locks, RCU, disabled preemption or interrupts.

::

    if (!spin_trylock(&a->lock))
            return;              nothing is held here
    guard(rcu)();
    use(a);                      a->lock and RCU are held here, on every path

Known are the pairs of the tables, guards until their block ends, try-locks on the branch where they
succeeded, and what annotations and assertions say. Locks are told apart by how they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rewriter.analysis.answer import Step
from rewriter.analysis.calls import call_of, calls_at
from rewriter.analysis.definitions import Definitions
from rewriter.analysis.expressions import condition_inside, inner, operator_of
from rewriter.analysis.lexical import Call, blank
from rewriter.analysis.primitives import Hold, Primitives
from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk

_ANNOTATION = re.compile(rb"\b(__\w+)[ \t]*\(")
_GUARDS = frozenset(["guard", "scoped_guard", "scoped_cond_guard"])
_SLEEPABLE_NAME = re.compile(r"mutex|sem\b|rwsem|mmap_lock")


@dataclass(frozen=True, slots=True)
class Held:
    """One thing held: its kind in the tables, and the lock as written without ``&``, "" if there is but one.

    ``must`` is true when it is held on every path to the point; ``step`` is where it was acquired.
    """

    kind: str
    lock: str
    sleepable: bool
    must: bool
    step: Step
    within: Span  # the code it is held in, for a guard that of its block
    announced: bool = False  # by an annotation, so that the function may release it under another name


_Key = tuple[str, str, int]
HeldState = dict[_Key, Held] | None


@dataclass(slots=True)
class HeldFlow:
    """The flow of held things through one function; ``entered`` is what is held when a point is entered."""

    graph: ControlFlowGraph
    file: str
    primitives: Primitives
    definitions: Definitions
    first: tuple[Held, ...] = ()  # held when the function is entered, besides what annotations say
    entered: list[HeldState] = field(default_factory=list)
    _blocks: list[Span] = field(default_factory=list)
    _made: dict[int, tuple[Call, ...]] = field(default_factory=dict)

    def run(self) -> HeldFlow:
        """Fill ``entered`` to a fixpoint."""
        function = self.graph.function
        self._blocks = [n.span for n in walk(function) if n.kind == "compound_statement"]
        self.entered = [None] * len(self.graph.points)
        start = {_key(held): held for held in self._annotated()}
        for held in self.first:
            if not any(other.kind == held.kind for other in start.values()):
                start[_key(held)] = held
        self.entered[self.graph.enter] = start
        pending = [self.graph.enter]
        while pending:
            point = self.graph.points[pending.pop()]
            for target, state in self._leave(point):
                if state is None:
                    continue
                state = _inside(state, self.graph.points[target])
                old = self.entered[target]
                joined = state if old is None else _join(old, state)
                if joined != old:
                    self.entered[target] = joined
                    pending.append(target)
        return self

    def at(self, point: Point) -> tuple[Held, ...]:
        """Give what is held when ``point`` is entered, nothing where control never comes."""
        state = self.entered[point.id]
        return tuple(state.values()) if state else ()

    def before_calls(self, point: Point) -> list[tuple[Call, tuple[Held, ...]]]:
        """Give each call of a point with what is held when it is made."""
        state = self.entered[point.id]
        found = []
        for call in self._calls(point):
            found.append((call, tuple(state.values()) if state else ()))
            state = self._after(call, state, point)
        return found

    # --- transfer ---------------------------------------------------------------------------------

    def _leave(self, point: Point) -> list[tuple[int, HeldState]]:
        state = self.entered[point.id]
        calls = self._calls(point)
        for call in calls:
            state = self._after(call, state, point)
        condition = point.node.child("condition") if point.node is not None else None
        if point.kind in ("if", "while", "for", "do tail") and condition is not None and state is not None:
            yes, no = self._tried(condition, point)
            on, off = {**state, **yes}, {**state, **no}
            kinds = {number: self.graph.points[number].kind for number in point.successors}
            return [(n, on if kind in ("then", "in loop") else off) for n, kind in kinds.items()]
        if state is not None:
            # A try-lock whose result goes into a variable may have succeeded.
            for call in calls:
                for hold in self.primitives.holds:
                    if call.name in hold.tries:
                        one = self._held(hold, call, point)
                        state = {**state, _key(one): replace(one, must=False)}
        return [(number, state) for number in point.successors]

    def _calls(self, point: Point) -> tuple[Call, ...]:
        known = self._made.get(point.id)
        if known is None:
            known = self._made[point.id] = calls_at(point)
        return known

    def _after(self, call: Call, state: HeldState, point: Point) -> HeldState:
        if state is None or call.member:
            return state
        for hold in self.primitives.holds:
            if call.name in hold.acquires:
                one = self._held(hold, call, point)
                return {**state, _key(one): one}
            if call.name in hold.releases:
                return _released(state, hold, _lock(hold, call.arguments))
            if call.name in _GUARDS and call.arguments and call.arguments[0] in hold.guards:
                one = self._guarded(hold, call, point)
                return {**state, _key(one): one}
        if call.name in self.primitives.assertions and call.arguments:
            lock = _spelling(call.arguments[0])
            if not any(h.lock == lock for h in state.values()):
                one = self._named(
                    lock,
                    self._step("asserted", point, f"{call.name}({call.arguments[0]})"),
                    self.graph.function.span,
                )
                return {**state, _key(one): one}
        return state

    def _held(self, hold: Hold, call: Call, point: Point) -> Held:
        lock = _lock(hold, call.arguments)
        text = f"{call.name}({', '.join(call.arguments)})"
        step = self._step("acquired", point, text)
        return Held(hold.name, lock, hold.sleepable, True, step, self.graph.function.span)

    def _guarded(self, hold: Hold, call: Call, point: Point) -> Held:
        assert point.node is not None
        text = f"{call.name}({', '.join(call.arguments)})"
        lock = _spelling(call.arguments[-1]) if len(call.arguments) > 1 and hold.argument >= 0 else ""
        within = point.node.span
        if call.name == "guard":
            around = [span for span in self._blocks if span.covers(point.node.span)]
            within = min(around, key=len, default=self.graph.function.span)
        step = self._step("guard", point, text)
        return Held(hold.name, lock, hold.sleepable, True, step, within)

    def _tried(self, node: Node, point: Point) -> tuple[dict[_Key, Held], dict[_Key, Held]]:
        """Give what the try-locks in a condition hold when it is true, and when it is false."""
        core = inner(node)
        if core is None:
            return {}, {}
        if core.kind == "unary_expression" and core.children[0].text == "!":
            no, yes = self._tried(core.children[1], point)
            return yes, no
        if core.kind == "assignment_expression":
            value = core.child("right")
            return self._tried(value, point) if value is not None else ({}, {})
        if core.kind == "binary_expression" and operator_of(core) in ("&&", "||"):
            left, right = self._tried(core.children[0], point), self._tried(core.children[-1], point)
            both = ({**left[0], **right[0]}, {**left[1], **right[1]})
            # Where either side decides, what both hold is held on some paths only.
            may = [{key: replace(one, must=False) for key, one in held.items()} for held in both]
            if operator_of(core) == "&&":
                return both[0], {**may[0], **may[1]}
            return {**may[0], **may[1]}, both[1]
        if core.kind == "call_expression":
            condition = condition_inside(core)
            if condition is not None:
                return self._tried(condition, point)
            call = call_of(core)
            for hold in self.primitives.holds if call is not None else ():
                if call is not None and call.name in hold.tries:
                    one = self._held(hold, call, point)
                    return {_key(one): one}, {}
        return {}, {}

    # --- annotations ------------------------------------------------------------------------------

    def _annotated(self) -> list[Held]:
        function = self.graph.function
        body = function.child("body")
        if body is None:
            return []
        head = blank(self.definitions.text(self.file)[function.start : body.start])
        found: list[Held] = []
        for mark in _ANNOTATION.finditer(head):
            name = mark.group(1).decode("utf-8", "surrogateescape")
            if name not in self.primitives.annotations:
                continue
            close = head.find(b")", mark.end())
            argument = head[mark.end() : close if close >= 0 else len(head)]
            lock = _spelling(argument.decode("utf-8", "surrogateescape"))
            line = self.definitions.line(self.file, function.start + mark.start())
            step = Step(
                "annotation", self.file, line, f"{name}({argument.decode('utf-8', 'replace').strip()})"
            )
            one = replace(self._named(lock, step, function.span, head), announced=True)
            if all(h.lock != one.lock for h in found):
                found.append(one)
        return found

    def _named(self, lock: str, step: Step, within: Span, head: bytes = b"") -> Held:
        """Make a thing held that is known by name only; its kind is that of the file's other uses of it."""
        last = re.escape(re.split(r"->|\.", lock)[-1])
        text = self.definitions.text(self.file).decode("utf-8", "replace")
        if lock.lower() in ("rcu", "rculock", "rcu_read_lock"):
            return Held("rcu", "", False, True, step, within)
        if re.search(rf"spinlock_t\s*\*\s*{last}\b", head.decode("utf-8", "replace")):
            return Held("spinlock", lock, False, True, step, within)
        used = set(re.findall(rf"\b(\w+)\s*\(\s*&?(?:[\w.\[\]]|->)*\b{last}\s*[,)]", text))
        for hold in self.primitives.holds:
            if used & (hold.acquires | hold.releases | hold.tries):
                return Held(hold.name, lock, hold.sleepable, True, step, within)
        sleepable = _SLEEPABLE_NAME.search(lock) is not None
        return Held("mutex" if sleepable else "spinlock", lock, sleepable, True, step, within)

    def _step(self, kind: str, point: Point, text: str) -> Step:
        assert point.node is not None
        return Step(kind, self.file, self.definitions.line(self.file, point.node.start), text)


def _key(held: Held) -> _Key:
    guard = held.within.start if held.step.kind == "guard" else -1
    return held.kind, held.lock, guard


def _lock(hold: Hold, arguments: tuple[str, ...]) -> str:
    return _spelling(arguments[hold.argument]) if 0 <= hold.argument < len(arguments) else ""


def _spelling(lock: str) -> str:
    return re.sub(r"\s+", "", lock).lstrip("&")


def _released(state: dict[_Key, Held], hold: Hold, lock: str) -> HeldState:
    """Take out what a release releases: the lock of that name, else the only one it can be."""
    mine = [key for key, held in state.items() if held.kind == hold.name and key[2] < 0]
    gone = [key for key in mine if state[key].lock == lock]
    if not gone:
        announced = [key for key in mine if state[key].announced]
        gone = announced if len(announced) == 1 else mine if len(mine) == 1 else []
    return {key: held for key, held in state.items() if key not in gone}


def _inside(state: dict[_Key, Held], point: Point) -> dict[_Key, Held]:
    """Drop what ended because control left the code it was held in."""
    if point.node is None or point.artificial:
        return state
    at = point.node.start
    return {key: held for key, held in state.items() if held.within.start <= at < held.within.end}


def _join(left: dict[_Key, Held], right: dict[_Key, Held]) -> dict[_Key, Held]:
    joined = {}
    for key in [*left, *(key for key in right if key not in left)]:
        one, other = left.get(key), right.get(key)
        held = one or other
        assert held is not None
        both = one is not None and other is not None and one.must and other.must
        joined[key] = held if both else replace(held, must=False)
    return joined
