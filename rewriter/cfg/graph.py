# SPDX-License-Identifier: GPL-2.0-or-later
"""The control-flow graph of one function, as patterns see it.

::

    void f(int x)              0 enter -> 1
    {                          1 function -> 2
            if (x)             2 { -> 3
                    a();       3 if (x) -> 4 6, after 7
            b();               4 then -> 5
    }                          5 a(); -> 7
                               6 fallthrough -> 7
                               7 end if -> 8
                               8 b(); -> 9
                               9 } -> 10
                               10 exit

A jump leaves each block it is in through a copy of that block's ``}``, so that braces stay paired on
every path. Not recorded: control flow inside expressions (``&&``, ``?:``, statement expressions), calls
that do not return, exceptions of any kind. A loop can always be left and always be skipped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rewriter.syntax.tree import Node, leaves

#: Points that stand for no code of their own.
ARTIFICIAL = frozenset(
    {
        "enter",
        "then",
        "else",
        "fallthrough",
        "in loop",
        "loop fall",
        "end if",
        "end loop",
        "end switch",
        "case node",
        "switch fall",
        "ifdef arm",
        "ifdef skip",
        "end ifdef",
        "exit",
        "error exit",
    }
)


@dataclass(slots=True, eq=False)
class Point:
    """One node of the graph. ``node`` is the code it stands for, None for an artificial point.

    ``after`` is where a compound statement is left, -1 when it never falls out or is no compound.
    ``branch_end`` of a ``then`` point bounds its branch: the points ``id + 1 .. branch_end - 1``.
    ``jumps_from`` of a ``break`` or ``continue`` is the point of the loop or switch that it is about.
    """

    id: int
    kind: str
    node: Node | None
    successors: list[int] = field(default_factory=list)
    predecessors: list[int] = field(default_factory=list)
    after: int = -1
    brace: int = -1
    branch_end: int = -1
    jumps_from: int = -1
    escapes: bool = False  # a ``then`` point whose branch never falls out of the if
    behind_else: bool = False  # the ``}`` of a block that a return leaves through ``else`` or ``#if``

    @property
    def artificial(self) -> bool:
        """No code stands behind this point."""
        return self.kind in ARTIFICIAL


@dataclass(eq=False)
class ControlFlowGraph:
    """The points of a function in the order of the code; complete once built."""

    function: Node
    points: list[Point]
    enter: int
    exit: int
    error_exit: int

    @cached_property
    def opened(self) -> dict[int, Point]:
        """Where each brace opens, by its number."""
        return {point.brace: point for point in self.points if point.kind == "{"}

    def describe(self) -> str:
        """Give the printed form that tests compare: one line per point."""
        return "".join(_line(point) for point in self.points)


def left_by_gotos(graph: ControlFlowGraph, opening: Point) -> bool:
    """Tell whether every way on from a block's ``{`` comes to a goto before the block's ``}``."""
    seen: set[int] = set()
    stack = list(opening.successors)
    while stack:
        point = graph.points[stack.pop()]
        if point.kind == "goto" or point.id in seen:
            continue
        if (point.kind == "}" and point.brace == opening.brace) or not point.successors:
            return False
        seen.add(point.id)
        stack.extend(point.successors)
    return True


def _line(point: Point) -> str:
    to = f" -> {' '.join(map(str, point.successors))}" if point.successors else ""
    after = f", after {point.after}" if point.after >= 0 else ""
    return f"{point.id} {label(point)}{to}{after}\n"


def label(point: Point) -> str:
    """Give a short text for a point: its code on one line, or what it is."""
    if point.node is None or point.artificial:
        return point.kind
    if point.kind in ("{", "}", "function"):
        return f"{point.kind}{f' #{point.brace}' if point.brace >= 0 else ''}"
    head = header(point.node)
    text = " ".join(leaf.text for node in head for leaf in leaves(node))
    jumps = ("statement", "return", "goto", "break", "continue")
    return text if point.kind in jumps else f"{point.kind} {text}".rstrip()


def header(node: Node) -> tuple[Node, ...]:
    """Give the parts of a statement that are evaluated at its own point: all but its sub-statements."""
    match node.kind:
        case "if_statement" | "while_statement" | "switch_statement":
            return tuple(n for n in node.children if n.field == "condition")
        case "for_statement":
            return tuple(n for n in node.children if n.field in ("initializer", "condition", "update"))
        case "iterator_statement" | "scoped_statement":
            return tuple(n for n in node.children if n.field in ("name", "arguments"))
        case "do_statement" if node.children[-1].kind != ";":
            return ()  # that of a macro's body; nothing is found in its condition
        case "do_statement":
            return tuple(n for n in node.children if n.field == "condition")
        case "labeled_statement":
            return tuple(n for n in node.children if n.field == "label")
        case "case_statement":
            return tuple(n for n in node.children if n.field == "value")
        case "function_definition":
            return tuple(n for n in node.children if n.field != "body")
        case "compound_statement":
            return ()
        case "preproc_def" | "preproc_function_def":
            inside = ("macro_body", "function_definition")  # their statements have points of their own
            return tuple(n for n in node.children if n.field == "value" and n.kind not in inside)
        case kind if kind.startswith(("preproc_if", "preproc_el")):
            return ()
        case _:
            return (node,)
