# SPDX-License-Identifier: GPL-2.0-or-later
"""Retire code that assumptions make dead (the ``simplify`` extension).

::

    if (!vma) {                               with mmap_read_trylock(mm) assumed to be 0:
            if (!mmap_read_trylock(mm))
                    goto fail;                if (!vma)
            mm_locked = 1;                            goto fail;
            vma = vma_lookup(mm, addr);
    }
    ...
    if (mm_locked)                            vma_end_read(vma);
            mmap_read_unlock(mm);
    else
            vma_end_read(vma);

What can no longer be reached goes. A local variable that loses an assignment that way, and of which all
others give it one constant, is that constant: tests of it are decided, and it goes. So does a label that
loses its last jump, and a local that loses its last read; what that was set to stays for its effects alone.
Code that was dead or constant before is left alone. When a use of a constant variable cannot be decided,
the variable stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rewriter.cfg.build import build_cfg
from rewriter.edit.constants import Constants, is_pure
from rewriter.edit.deadcode import DeadCode, is_statement, never_entered
from rewriter.edit.variables import Local, locals_of, writes_only
from rewriter.source.text import Span
from rewriter.syntax.tree import Node, leaves, walk

_LOOPS = frozenset({"while_statement", "for_statement", "iterator_statement", "do_statement"})


@dataclass(frozen=True, slots=True)
class Simplified:
    """What is to go: token spans, declarators by declaration, and calls and counters that went with it."""

    removed: frozenset[Span]
    declarators: tuple[tuple[Node, Span], ...]
    lonely: frozenset[int]  # starts of removed code whose comment above goes too
    effects: tuple[Node, ...]  # calls, counters: what the removed code did
    undecided: tuple[Node, ...] = ()  # uses that keep a variable which would be constant otherwise


def simplify(function: Node, assumed: Mapping[Span, int]) -> Simplified:
    """Work out what goes from ``function`` when the expressions at these spans have these values.

    Raises UnstructuredError where no graph can be made.
    """
    constants = Constants(assumed)
    return _Simplifier(function, constants, DeadCode(function, build_cfg(function), constants)).run()


@dataclass(slots=True)
class _Simplifier:
    function: Node
    constants: Constants
    code: DeadCode
    removed: set[Span] = field(default_factory=set)
    declarators: list[tuple[Node, Span]] = field(default_factory=list)
    lonely: set[int] = field(default_factory=set)
    effects: list[Node] = field(default_factory=list)

    def run(self) -> Simplified:
        variables = locals_of(self.function)
        self.code.find(variables)
        if self.code.blocked:
            return Simplified(frozenset(), (), frozenset(), (), tuple(self.code.undecided))
        self._statements()
        self._variables(variables)
        self._labels()
        self._emptied()
        self._drop_braces()
        return Simplified(
            frozenset(self.removed),
            tuple(self.declarators),
            frozenset(self.lonely),
            tuple(self.effects),
            tuple(self.code.undecided),
        )

    def _remove(self, node: Node) -> None:
        self.removed |= {leaf.span for leaf in leaves(node)}

    def _statements(self) -> None:
        for node in self.code.dead:
            self._remove(node)
            self.effects += effects_of(node)
            self.lonely.add(node.start)
        stack: list[tuple[Node, Node | None]] = [(self.function, None)]
        while stack:
            node, parent = stack.pop()
            if node in self.code.dead:
                continue
            if node.kind == "if_statement" and self._fold_if(node, parent):
                pass
            elif never_entered(node, self._value_of_condition(node)):
                self._remove(node)
                continue
            elif node.kind == "expression_statement" and node.children:
                self._fold_expression(node)
            elif node.kind == "preproc_if" or node.kind == "preproc_ifdef":
                self._fold_ifdef(node)
            stack.extend((child, node) for child in node.children)

    def _fold_if(self, node: Node, parent: Node | None) -> bool:
        condition, then, clause = (
            node.child("condition"),
            node.child("consequence"),
            node.child("alternative"),
        )
        assert condition is not None and then is not None
        value = self.constants.value(condition)
        if value is None:
            removed, _ = self.constants.reduce(condition)
            self._cut(removed, condition)
            return False
        self.lonely.add(node.start)
        self.effects += [n for n in effects_of(condition) if n.span not in self.constants.assumed]
        self.removed |= {node.children[0].span}
        self._remove(condition)
        if value:
            kept: Node | None = then
            if clause is not None:
                self._remove(clause)
        else:
            self._remove(then)
            kept = clause.children[-1] if clause is not None else None
            if clause is not None:
                self.removed.add(clause.children[0].span)
        if kept is None and parent is not None and parent.kind == "else_clause":
            self.removed.add(parent.children[0].span)
        in_block = parent is not None and parent.kind not in (*_LOOPS, "if_statement", "else_clause")
        if kept is not None and kept.kind == "compound_statement" and in_block and not _declares(kept):
            self.removed |= {kept.children[0].span, kept.children[-1].span}
        return True

    def _value_of_condition(self, node: Node) -> int | None:
        condition = node.child("condition")
        return self.constants.value(condition) if condition is not None else None

    def _cut(self, spans: list[Span], where: Node) -> None:
        for leaf in leaves(where):
            if any(s.covers(leaf.span) for s in spans):
                self.removed.add(leaf.span)

    def _fold_expression(self, node: Node) -> None:
        expression = node.children[0]
        if self.code.assigns_constant(expression):
            self._remove(node)
            right = expression.child("right")
            self.effects += effects_of(right) if right is not None else []
            return
        removed, _ = self.constants.reduce(expression)
        self._cut(removed, expression)

    def _fold_ifdef(self, node: Node) -> None:
        """A conditional whose every statement is dead goes with its directives."""
        inside = [n for n in walk(node) if is_statement(n)]
        if inside and all(self.code.is_dead(n) for n in inside):
            self._remove(node)
            self.removed.add(node.span)

    def _emptied(self) -> None:
        """An if that loses all its statements goes, unless its condition does something; so does an else."""
        for node in reversed(list(walk(self.function))):
            then, clause = node.child("consequence"), node.child("alternative")
            if node.kind != "if_statement" or then is None or self._gone(node):
                continue
            if clause is not None and self._touched(clause) and not self._kept(clause):
                self._remove(clause)
            condition = node.child("condition")
            if not self._touched(then) or self._kept(then) or condition is None or not is_pure(condition):
                continue
            if clause is None or self._gone(clause):
                self._remove(node)
                self.lonely.add(node.start)

    def _drop_braces(self) -> None:
        """A block that keeps one simple statement of several needs no braces any more."""
        for node in walk(self.function):
            if node.kind not in (*_LOOPS, "if_statement") or self._gone(node):
                continue
            body = node.child("consequence") or node.child("body")
            if body is None or body.kind != "compound_statement" or node.child("alternative") is not None:
                continue
            kept = self._kept(body)
            inner = [n for n in body.children if n.kind not in ("{", "}")]
            changed = any(self._touched(n) for n in inner)
            if changed and len(kept) == 1 and kept[0].kind in _SIMPLE:
                self.removed |= {body.children[0].span, body.children[-1].span}

    def _touched(self, node: Node) -> bool:
        return any(leaf.span in self.removed for leaf in leaves(node))

    def _gone(self, node: Node) -> bool:
        return all(leaf.span in self.removed for leaf in leaves(node))

    def _kept(self, node: Node) -> list[Node]:
        """The statements that remain of a statement: itself, its spliced contents, or none."""
        if self._gone(node):
            return []
        folded = node.kind == "if_statement" and next(leaves(node)).span in self.removed
        if not folded and node.kind not in ("compound_statement", "else_clause"):
            return [node]
        inner = [n for n in node.children if is_statement(n) or n.kind == "else_clause"]
        return [kept for child in inner for kept in self._kept(child)]

    # --- variables and labels that nothing uses any more ------------------------------------------

    def _variables(self, variables: list[Local]) -> None:
        statements = {
            node.children[0].span: node
            for node in walk(self.function)
            if node.kind == "expression_statement" and node.children
        }
        pending = list(variables)
        while gone := [v for v in pending if self._is_unused(v, statements)]:
            pending = [v for v in pending if v not in gone]
            for variable in gone:
                self.declarators.append((variable.declaration, variable.declarator.span))
                for place, value in variable.writes:
                    if place.span in statements and value is not None:
                        self._drop_assignment(statements[place.span], value)

    def _is_unused(self, variable: Local, statements: Mapping[Span, Node]) -> bool:
        """A constant, or a variable that lost its last read; what it is set to may go or stand alone."""
        if variable.name in self.constants.variables:
            return True
        if not variable.uses or variable.escapes or not writes_only(variable):
            return False
        targets = {
            target.span
            for place, value in variable.writes
            if value is not None and place.span in statements and (target := place.child("left"))
        }
        reads = [use for use in variable.uses if use.span not in targets]
        left = [use for use in variable.uses if use.span not in self.removed]
        return all(use.span in targets for use in left) and (bool(reads) or not left)

    def _drop_assignment(self, statement: Node, value: Node) -> None:
        """Remove ``x = value;``, or only ``x =`` where computing the value does something."""
        if is_pure(value):
            self._remove(statement)
            return
        assignment = statement.children[0]
        self.removed |= {leaf.span for leaf in leaves(assignment) if leaf.start < value.start}

    def _labels(self) -> None:
        jumps: dict[str, list[bool]] = {}
        for node in walk(self.function):
            if node.kind == "goto_statement":
                label = node.child("label")
                if label is not None:
                    jumps.setdefault(label.text, []).append(self._gone(node))
        for node in walk(self.function):
            label = node.child("label") if node.kind == "labeled_statement" else None
            if label is not None and jumps.get(label.text) and all(jumps[label.text]):
                self.removed |= {label.span, node.children[1].span}


_SIMPLE = frozenset(
    {
        "goto_statement",
        "return_statement",
        "break_statement",
        "continue_statement",
        "expression_statement",
    }
)


def _declares(block: Node) -> bool:
    return any(n.kind == "declaration" for n in block.children)


def effects_of(node: Node) -> list[Node]:
    """List the calls, counters and compound assignments in a piece of code."""
    found: list[Node] = []
    for inner in walk(node):
        if inner.kind in ("call_expression", "update_expression"):
            found.append(inner)
        elif inner.kind == "assignment_expression":
            operator = inner.child("operator")
            if operator is not None and operator.text != "=":
                found.append(inner)
    return found
