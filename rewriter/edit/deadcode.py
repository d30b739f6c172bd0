# SPDX-License-Identifier: GPL-2.0-or-later
"""What assumptions make dead in a function: statements out of reach, variables that are constants.

With ``trylock(mm)`` assumed to be 0 the code behind ``if (trylock(mm))`` is out of reach; when that code held
all that set a variable to anything but its first value, the variable is a constant, which may decide more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rewriter.analysis.null import unreached
from rewriter.cfg.graph import ControlFlowGraph
from rewriter.edit.constants import Constants, is_pure
from rewriter.edit.tags import Tags
from rewriter.edit.variables import Local
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, walk


@dataclass(slots=True)
class DeadCode:
    """The dead code of one function under the assumptions in ``constants``, found by `find`.

    ``dead`` are the outermost statements out of reach; ``undecided`` the uses that keep a variable which
    would be a constant otherwise; ``blocked`` tells that an assumed expression decides nothing.
    """

    function: Node
    graph: ControlFlowGraph
    constants: Constants
    dead: list[Node] = field(default_factory=list)
    undecided: list[Node] = field(default_factory=list)
    blocked: bool = False
    _live: set[int] = field(default_factory=set)
    _unreached: frozenset[int] = frozenset()

    def find(self, variables: list[Local]) -> None:
        """Find what is dead and which of ``variables`` are constants; the latter go to ``constants``."""
        given = self.constants.assumed
        zero = {(s.start, s.end) for s, value in self.constants.assumed.items() if not value}
        self._unreached = unreached(self.graph, zero) - unreached(self.graph)
        rejected: set[str] = set()
        while True:
            self._settle(variables, rejected)
            stuck = self._stuck()
            if self.blocked or not stuck:
                return
            # A use that cannot be decided: do without that variable, and begin again.
            rejected |= stuck
            self.constants.variables.clear()
            self.constants.assumed = given

    def is_dead(self, node: Node) -> bool:
        """Tell whether ``node`` is in a dead statement."""
        return any(d.start <= node.start and node.end <= d.end for d in self.dead)

    def assigns_constant(self, node: Node) -> bool:
        """Tell whether ``node`` does nothing but give a constant variable its value."""
        if node.kind == "init_declarator":
            return True
        target = node.child("left")
        return (
            node.kind == "assignment_expression"
            and target is not None
            and target.text in self.constants.variables
        )

    def _settle(self, variables: list[Local], rejected: set[str]) -> None:
        while True:
            self._reach()
            added = False
            for variable in variables:
                name = variable.name
                if name in self.constants.variables or name in rejected or variable.escapes:
                    continue
                value = self._constant(variable)
                if value is not None:
                    self.constants.variables[name] = value
                    added = True
            if not added and not self._concede(variables, rejected):
                return

    def _concede(self, variables: list[Local], rejected: set[str]) -> bool:
        """Decide a test that pointers' values decide, where that makes a variable a constant.

        Such a test stays otherwise: that it has only one outcome now is for a person to see.
        """
        for variable in variables:
            if variable.name in self.constants.variables or variable.name in rejected or variable.escapes:
                continue
            decided = dict(d for place, _ in variable.writes for d in self._kept_from(place))
            if decided:
                before = self.constants.assumed
                self.constants.assumed = {**before, **decided}
                self._reach()
                if self._constant(variable) is not None:
                    return True
                self.constants.assumed = before
                self._reach()
        return False

    def _kept_from(self, place: Node) -> Iterator[tuple[Span, int]]:
        """Give the condition, with its value, of the outermost test that keeps control from live code."""
        starts = {
            p.node.start
            for p in self.graph.points
            if p.id in self._unreached and p.node is not None and not p.artificial
        }
        for owner in walk(self.function):
            condition = owner.child("condition")
            if owner.kind != "if_statement" or condition is None or not is_pure(condition):
                continue
            if owner.start in starts or self.is_dead(owner) or condition.span in self.constants.assumed:
                continue
            for arm, value in (("consequence", 0), ("alternative", 1)):
                node = owner.child(arm)
                if node is not None and node.span.covers(place.span) and _first(node).start in starts:
                    yield condition.span, value
                    return

    def _reach(self) -> None:
        """Find the points that can still be reached, and the outermost statements that cannot any more."""
        before = _reachable(self.graph, lambda _: None)
        self._live = _reachable(self.graph, self._decided)
        lost = before - self._live
        own: dict[int, list[int]] = {}
        for point in self.graph.points:
            if point.node is not None and not point.artificial and point.kind not in ("{", "}"):
                own.setdefault(point.node.start, []).append(point.id)
        self.dead = []
        stack = [self.function]
        while stack:
            node = stack.pop()
            if node is not self.function and is_statement(node):
                inside = [p for n in walk(node) for p in own.get(n.start, ()) if is_statement(n)]
                if any(p in lost for p in inside) and not any(p in self._live for p in inside):
                    self.dead.append(node)
                    continue
            stack.extend(node.children)
        self.dead.sort(key=lambda n: n.start)

    def _decided(self, point: int) -> int | None:
        """The value of the condition tested at a point, where the assumptions decide it."""
        node = self.graph.points[point].node
        kind = self.graph.points[point].kind
        if node is None or kind not in ("if", "while", "for", "do tail"):
            return None
        condition = node.child("condition")
        return self.constants.value(condition) if condition is not None else None

    def _constant(self, variable: Local) -> int | None:
        """The one value a variable has in live code, if it lost an assignment or depends on one."""
        live = [(place, value) for place, value in variable.writes if not self.is_dead(place)]
        lost = len(live) < len(variable.writes)
        depends = any(value is not None and self.constants.concerns(value) for _, value in live)
        if not (lost or depends) or not live:
            return None
        values = {self.constants.literal(v) if v is not None else None for _, v in live}
        return next(iter(values)) if len(values) == 1 and None not in values else None

    def _live_expressions(self) -> list[Node]:
        """The outermost expressions of live code that depend on the assumptions."""
        found: list[Node] = []
        stack = [self.function]
        while stack:
            node = stack.pop()
            if self.is_dead(node):
                continue
            if _is_expression(node) and not is_statement(node) and self.constants.concerns(node):
                found.append(node)
                continue
            stack.extend(node.children)
        return found

    def _stuck(self) -> set[str]:
        """Variables with a live use that cannot be decided."""
        stuck: set[str] = set()
        for node in self._live_expressions():
            if self.assigns_constant(node) or self._decides(node):
                continue
            _, left = self.constants.reduce(node)
            self.undecided += left
            self.blocked |= any(leaf.span in self.constants.assumed for leaf in left)
            stuck |= {leaf.text for leaf in left if leaf.text in self.constants.variables}
        return stuck

    def _decides(self, node: Node) -> bool:
        """The node is a condition whose statement goes by it, and nothing jumps into what goes."""
        value = self.constants.value(node) if node.field == "condition" else None
        if value is None:
            return False
        for owner in walk(self.function):
            if owner.child("condition") is node:
                if owner.kind == "if_statement":
                    arm = owner.child("alternative" if value else "consequence")
                    return arm is None or not self._entered(arm)
                body = owner.child("body")
                return never_entered(owner, value) and body is not None and not self._entered(body)
        return False

    def _entered(self, node: Node) -> bool:
        """Control can still come to some code inside ``node``."""
        return any(
            p.id in self._live and p.node is not None and node.start <= p.node.start < node.end
            for p in self.graph.points
        )


def _first(arm: Node) -> Node:
    """The statement an arm begins with."""
    while arm.kind in ("else_clause", "compound_statement"):
        inside = [n for n in arm.children if is_statement(n)]
        if not inside:
            break
        arm = inside[0]
    return arm


def is_statement(node: Node) -> bool:
    """Tell whether a node is a statement or a declaration."""
    return node.kind.endswith("_statement") or node.kind == "declaration"


def never_entered(loop: Node, value: int | None) -> bool:
    """Tell whether a statement is a loop that does nothing at all when its condition has this value."""
    if loop.kind not in ("while_statement", "for_statement"):
        return False
    return value == 0 and loop.child("initializer") is None


def _is_expression(node: Node) -> bool:
    return node.kind.endswith(("_expression", "init_declarator")) or node.kind == "identifier"


def _reachable(graph: ControlFlowGraph, decided: Callable[[int], int | None]) -> set[int]:
    """The points control can come to; ``decided`` gives the value of the condition at a point, or None."""
    seen, stack = {graph.enter}, [graph.enter]
    while stack:
        at = stack.pop()
        value = decided(at)
        for after in graph.points[at].successors:
            kind = graph.points[after].kind
            if value is not None and kind in (("then", "in loop") if not value else _WHEN_FALSE):
                continue
            if after not in seen:
                seen.add(after)
                stack.append(after)
    return seen


_WHEN_FALSE = ("else", "fallthrough", "loop fall")


def swept(tags: Tags, function: Node, graph: ControlFlowGraph) -> set[Span]:
    """Give the code out of reach in a function all of which goes, dots standing for some of it."""
    body = function.child("body")
    if function.kind != "function_definition" or body is None or not tags.skipped or tags.kept:
        return set()
    if not {body.start, body.end - 1} <= {span.start for span in tags.removed}:
        return set()
    nodes = (graph.points[i].node for i in unreached(graph))
    return {node.span for node in nodes if node is not None and body.start < node.start < body.end - 1}
