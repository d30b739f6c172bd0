# SPDX-License-Identifier: GPL-2.0-or-later
"""Build the control-flow graph of a function definition."""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.cfg.flow import EVERYWHERE, Flow, without_loops
from rewriter.cfg.graph import ControlFlowGraph, Point
from rewriter.syntax.tree import DEFINITIONS, Node


class UnstructuredError(Exception):
    """The function has control flow that no graph is made for; the message names it."""


def build_cfg(function: Node, flow: Flow = EVERYWHERE) -> ControlFlowGraph:
    """Build the graph of a ``function_definition``.

    Raises UnstructuredError for a computed goto, a jump to an unknown label, or a switch without a block.
    """
    graph = _Builder(function, flow).run()
    return graph if flow.loops else without_loops(graph)


def build_single(node: Node) -> ControlFlowGraph:
    """Build the graph of a declaration or directive: a point for it, then those of a macro's statements.

    A macro that is a function has the points of that function.

    Raises UnstructuredError for a computed goto, a jump to an unknown label, or a switch without a block.
    """
    body = node.child("value") if node.kind in DEFINITIONS else None
    if body is not None and body.kind == "function_definition":
        return _Builder(node).single((), body)
    return _Builder(node).single(body.children if body is not None and body.kind == "macro_body" else ())


@dataclass(slots=True)
class _Block:
    """A block that is open where we are: its brace number and its node."""

    brace: int
    node: Node
    two_armed: int  # how many ifs with else and conditionals it is inside the branches of


@dataclass(slots=True)
class _Breakable:
    """A loop or switch that is open: where break and continue go, and how many blocks were open before.

    A switch has an ``opening``, from which control comes to its ``cases``, wherever in its block they stand.
    """

    head: int
    depth: int
    breaks: list[int] = field(default_factory=list)
    continues: list[int] | None = None
    opening: int | None = None
    cases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Goto:
    point: int
    label: str
    blocks: tuple[_Block, ...]
    closers: list[int]  # ids reserved for copies of closing braces, innermost first


class _Builder:
    def __init__(self, function: Node, flow: Flow = EVERYWHERE) -> None:
        self._function = function
        self._flow = flow
        self._points: list[Point] = []
        self._blocks: list[_Block] = []
        self._breakables: list[_Breakable] = []
        self._labels: dict[str, tuple[int, tuple[_Block, ...]]] = {}
        self._gotos: list[_Goto] = []
        self._returns: list[tuple[int, bool]] = []
        self._braces = 0
        self._one_armed = 0  # how many ifs without else we are inside the branch of
        self._two_armed = 0  # how many with else, and arms of conditionals

    def run(self) -> ControlFlowGraph:
        body = self._function.child("body")
        if body is None or body.kind != "compound_statement":
            raise UnstructuredError("a function without a body")
        enter = self._point("enter", None, [])
        header = self._point("function", self._function, [enter])
        return self._finish(enter, self._statement(body, [header]))

    def single(self, inside: tuple[Node, ...], function: Node | None = None) -> ControlFlowGraph:
        enter = self._point("enter", None, [])
        own = self._point("statement", self._function, [enter])
        if function is not None:
            inside, own = function.children[-1:], self._point("function", function, [own])
        return self._finish(enter, self._sequence(list(inside), [own]))

    def _finish(self, enter: int, ends: list[int]) -> ControlFlowGraph:
        leave = self._point("exit", None, ends)
        error = self._point("error exit", None, [])
        for point, under_if in self._returns:
            self._connect(point, error if under_if else leave)
        for goto in self._gotos:
            self._resolve(goto)
        return ControlFlowGraph(self._function, self._points, enter, leave, error)

    # --- points and edges -------------------------------------------------------------------------

    def _point(self, kind: str, node: Node | None, before: list[int], brace: int = -1) -> int:
        point = Point(len(self._points), kind, node, brace=brace)
        self._points.append(point)
        for other in before:
            self._connect(other, point.id)
        return point.id

    def _connect(self, a: int, b: int) -> None:
        if b not in self._points[a].successors:
            self._points[a].successors.append(b)
            self._points[b].predecessors.append(a)

    def _leave(self, at: int, blocks: list[_Block]) -> int:
        """Add copies of the closing braces of ``blocks`` (outermost first); give the last point."""
        for block in reversed(blocks):
            at = self._point("}", block.node, [at], block.brace)
        return at

    # --- statements: each takes the points that lead to it and gives those that lead on -----------

    def _sequence(self, nodes: list[Node], before: list[int]) -> list[int]:
        for node in nodes:
            before = self._statement(node, before)
        return before

    def _statement(self, node: Node, before: list[int]) -> list[int]:
        match node.kind:
            case "compound_statement":
                return self._block(node, before)
            case "if_statement":
                return self._if(node, before)
            case "while_statement" | "for_statement" | "iterator_statement":
                return self._loop(node, before)
            case "scoped_statement":
                return self._scope(node, before)
            case "do_statement":
                return self._do(node, before)
            case "switch_statement":
                return self._switch(node, before)
            case "labeled_statement":
                return self._label(node, before)
            case "case_statement":
                return self._case(node, before)
            case "return_statement":
                point = self._point("return", node, before)
                last = self._leave(point, self._blocks)
                for closer, block in zip(range(last, point, -1), self._blocks, strict=True):
                    self._points[closer].behind_else = block.two_armed < self._two_armed
                self._returns.append((last, self._one_armed > 0))
                return []
            case "break_statement" | "continue_statement":
                return self._jump(node, before)
            case "goto_statement":
                return self._goto(node, before)
            case "preproc_if" | "preproc_ifdef":
                return self._ifdef(node, before)
            case "attributed_statement":
                return self._sequence([n for n in node.children if n.kind != "attribute_declaration"], before)
            case ";" | "preproc_def" | "preproc_function_def" | "preproc_call" | "preproc_include":
                return before
            case "else_clause":
                return self._sequence(_statements(node), before)
            case _:
                return [self._point("statement", node, before)]

    def _block(self, node: Node, before: list[int]) -> list[int]:
        self._braces += 1
        brace = self._braces
        opening = self._point("{", node, before, brace)
        self._blocks.append(_Block(brace, node, self._two_armed))
        ends = self._sequence([n for n in node.children if n.kind not in ("{", "}")], [opening])
        self._blocks.pop()
        closing = self._point("}", node, ends, brace)
        self._points[opening].after = closing
        return [closing] if ends else []

    def _if(self, node: Node, before: list[int]) -> list[int]:
        point = self._point("if", node, before)
        body, alternative = node.child("consequence"), node.child("alternative")
        assert body is not None
        then = self._point("then", None, [point])
        self._one_armed += alternative is None
        self._two_armed += alternative is not None
        ends = self._statement(body, [then])
        self._one_armed -= alternative is None
        self._points[then].branch_end = len(self._points)
        self._points[then].escapes = not ends
        if alternative is None:
            ends = [*ends, self._point("fallthrough", None, [point])]
        else:
            ends = ends + self._statement(alternative, [self._point("else", None, [point])])
            self._two_armed -= 1
        if not ends:
            return []
        end = self._point("end if", node, ends)
        self._points[point].after = end
        return [end]

    def _loop(self, node: Node, before: list[int]) -> list[int]:
        kind = {"while_statement": "while", "for_statement": "for"}.get(node.kind, "iterator")
        point = self._point(kind, node, before)
        inside = self._point("in loop", None, [point])
        loop = _Breakable(point, len(self._blocks), [], [])
        self._breakables.append(loop)
        ends = self._sequence(_bodies(node), [inside])
        self._breakables.pop()
        assert loop.continues is not None
        for end in [*ends, *loop.continues]:
            self._connect(end, point)
        fall = self._point("loop fall", None, [point])
        end = self._point("end loop", node, [fall, *loop.breaks])
        self._points[point].after = end
        return [end]

    def _scope(self, node: Node, before: list[int]) -> list[int]:
        """A guard's scope is entered once; the kernel makes it of a loop, so break and continue leave it."""
        point = self._point("statement", node, before)
        scope = _Breakable(point, len(self._blocks), [], [])
        self._breakables.append(scope)
        ends = self._sequence(_bodies(node), [point])
        self._breakables.pop()
        assert scope.continues is not None
        return [*ends, *scope.breaks, *scope.continues]

    def _do(self, node: Node, before: list[int]) -> list[int]:
        point = self._point("do", node, before)
        loop = _Breakable(point, len(self._blocks), [], [])
        self._breakables.append(loop)
        ends = self._sequence(_bodies(node), [point])
        self._breakables.pop()
        assert loop.continues is not None
        tail = self._point("do tail", node, [*ends, *loop.continues])
        condition = node.child("condition")
        constant = "".join(n.text for n in condition.children) if condition else ""
        if constant != "(0)":
            again = self._point("in loop", None, [tail])
            self._connect(again, point)
        fall = self._point("loop fall", None, [tail])
        end = self._point("end loop", node, [fall, *loop.breaks])
        self._points[point].after = end
        return [end]

    def _switch(self, node: Node, before: list[int]) -> list[int]:
        body = node.child("body")
        if body is None or body.kind != "compound_statement":
            raise UnstructuredError("a switch without a block")
        point = self._point("switch", node, before)
        self._braces += 1
        opening = self._point("{", body, [point], self._braces)
        self._blocks.append(_Block(self._braces, body, self._two_armed))
        switch = _Breakable(point, len(self._blocks) - 1)
        self._breakables.append(switch)
        switch.opening = opening
        ends: list[int] = []
        for child in body.children:
            if child.kind not in ("{", "}"):
                before_cases = not switch.cases and not _case_arms(child)
                ends = self._statement(child, ends or ([opening] if before_cases else []))
        block = self._blocks.pop()
        self._breakables.pop()
        closing = self._point("}", body, ends, block.brace)
        self._points[opening].after = closing
        leaving = [closing] if ends else []
        if "default" not in switch.cases:
            leaving.append(self._point("switch fall", None, [point]))
        leaving += switch.breaks
        if not leaving:
            return []
        end = self._point("end switch", node, leaving)
        self._points[point].after = end
        return [end]

    def _case(self, node: Node, before: list[int]) -> list[int]:
        switch = next((b for b in reversed(self._breakables) if b.opening is not None), None)
        if switch is None or switch.opening is None:
            raise UnstructuredError("a case outside a switch")
        kind = "default" if _is_default(node) else "case"
        switch.cases.append(kind)
        entry = self._point("case node", None, [switch.opening])
        point = self._point(kind, node, [*before, entry])
        return self._sequence(_statements(node), [point])

    def _label(self, node: Node, before: list[int]) -> list[int]:
        name = node.child("label")
        assert name is not None
        point = self._point("label", node, before)
        self._labels[name.text] = (point, tuple(self._blocks))
        inside = [n for n in node.children if n.field != "label" and n.kind not in (":", ";")]
        return self._sequence([n for n in inside if n.kind != "attribute_specifier"], [point])

    def _jump(self, node: Node, before: list[int]) -> list[int]:
        breaks = node.kind == "break_statement"
        point = self._point("break" if breaks else "continue", node, before)
        for target in reversed(self._breakables):
            if breaks or target.continues is not None:
                self._points[point].jumps_from = target.head
                last = self._leave(point, self._blocks[target.depth :])
                if breaks:
                    target.breaks.append(last)
                else:
                    assert target.continues is not None
                    target.continues.append(last)
                return []
        raise UnstructuredError(f"a {self._points[point].kind} outside loops")

    def _goto(self, node: Node, before: list[int]) -> list[int]:
        name = node.child("label")
        if not self._flow.gotos:
            return [self._point("goto", node, before)]
        if name is None:
            raise UnstructuredError("a computed goto")
        point = self._point("goto", node, before)
        # How many blocks the jump leaves is known once its label was seen; the copies are made now so
        # that the points of a branch stay together, and those not needed are left without edges.
        closers = [self._point("}", b.node, [], b.brace) for b in reversed(self._blocks)]
        self._gotos.append(_Goto(point, name.text, tuple(self._blocks), closers))
        return []

    def _resolve(self, goto: _Goto) -> None:
        if goto.label not in self._labels:
            raise UnstructuredError(f"a goto to the unknown label {goto.label}")
        target, blocks = self._labels[goto.label]
        shared = 0
        while shared < min(len(blocks), len(goto.blocks)) and blocks[shared] is goto.blocks[shared]:
            shared += 1
        at = goto.point
        for closer in goto.closers[: len(goto.blocks) - shared]:
            self._connect(at, closer)
            at = closer
        self._connect(at, target)

    def _ifdef(self, node: Node, before: list[int]) -> list[int]:
        """Arms are alternatives, which meet in a point of their own; without ``#else`` one may go past.

        What stands behind arms that all leave is not reached, but it does not end with them.
        """
        ends: list[int] = []
        arm: Node | None = node
        while arm is not None and not self._flow.conditionals:
            before = self._sequence(_arm(arm), before)
            arm = arm.child("alternative")
        if not self._flow.conditionals:
            return before
        self._two_armed += 1
        while arm is not None:
            ends += self._sequence(_arm(arm), [self._point("ifdef arm", None, before)])
            if arm.kind == "preproc_else":
                break
            arm = arm.child("alternative")
        else:
            ends.append(self._point("ifdef skip", None, before))
        self._two_armed -= 1
        return [self._point("end ifdef", None, ends)]


def _bodies(node: Node) -> list[Node]:
    body = node.child("body")
    return [body] if body is not None else []


def _statements(node: Node) -> list[Node]:
    """The statements of a case or an else clause."""
    return [
        n for n in node.children if n.field != "value" and n.kind not in ("case", "default", ":", "else", ";")
    ]


def _is_default(node: Node) -> bool:
    return bool(node.children) and node.children[0].kind == "default"


def _case_arms(node: Node) -> list[Node]:
    """The case labels a child of a switch's block brings: itself, or those inside an ``#ifdef``."""
    if node.kind == "case_statement":
        return [node]
    if node.kind.startswith("preproc_"):
        return [arm for child in node.children for arm in _case_arms(child)]
    return []


def _arm(node: Node) -> list[Node]:
    """The statements of one arm of a conditional."""
    return [
        n
        for n in node.children
        if n.field not in ("condition", "name", "alternative")
        and not n.kind.startswith("#")
        and n.kind not in ("\n", "preproc_directive")
    ]
