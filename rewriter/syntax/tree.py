# SPDX-License-Identifier: GPL-2.0-or-later
"""Our own syntax tree: plain immutable nodes whose spans address the original bytes.

Kinds are tree-sitter-c's, punctuation included (a ``;`` is a leaf of kind ``;``), except where kernel C
is not C; there a node says what the code *is*:

* ``iterator_statement``: ``for_each_x(a, b) body``; fields ``name`` (identifier), ``arguments``
  (argument_list), ``body``;
* ``scoped_statement``: ``scoped_guard(a, b) body``, the same fields; the body runs once or not at all;
* ``identifier`` also for ``true``, ``false`` and ``nullptr``, which the kernel declares;
* ``declaration`` also for a type that stands alone before a ``;``: ``struct s { int a; };``;
* ``type_descriptor`` as a call's argument: ``container_of(p, struct foo, m)``;
* ``case_range`` as a case label's value: fields ``low`` and ``high``, a leaf ``...`` between them;
* ``typeof_specifier`` as a type: leaf ``typeof``, ``(``, an expression or type_descriptor, ``)``;
* ``cast_expression`` also for ``(u32)(x)`` and ``(u32)-x``, which look like a call and a subtraction where
  the type is not known;
* ``labeled_statement`` without a statement where a label ends a block or stands before a directive;
* ``expression_statement`` with a call also for a macro call that has no ``;``, at top level and in bodies;
* ``field_declaration`` or ``expression_statement`` for a macro call among a struct's members;
* ``macro_text``: a leaf for statements as a call's argument, ``SKIP(return -1, "x")``, for all arguments
  beside a lone operator, ``CHECK(a, ==, 1)``, and for a macro's body that is no one statement;
* ``opaque``: a leaf for text that the parser was not shown (a masked operator, an odd token).

Kinds of leaves follow the grammar even where the text is a macro's: ``SYSCALL_DEFINE2(f, int, a, ..)`` is
the header of a function ``f`` whose return type is the leaf ``SYSCALL_DEFINE2(``, with ``,`` as the leaf of
kind ``(``; commas between types and names are gaps. Two leaves have no length: the type ``int`` that C
implies in ``f(a) {`` and ``static x;``, and the ``(`` behind the name in ``TEST(name) {``, which is a
function ``name``.
``do .. for_each_x(a);`` is a ``do_statement`` whose ``while`` has the macro's text. Both arms of an ``#if``
are children of ``preproc_if`` or ``preproc_ifdef`` where the split is around whole statements or
declarations; where it cuts one, one arm is there and the other is a gap.

Comments and masked attributes are no children: they lie in the gaps between leaves. Leaves plus gaps,
in order, are the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rewriter.source.text import Span

#: The kinds of a ``#define``.
DEFINITIONS = ("preproc_def", "preproc_function_def")
#: The names of truth values.
BOOLEANS = {"true": 1, "TRUE": 1, "false": 0, "FALSE": 0}


@dataclass(slots=True, eq=False)
class Node:
    """One node of the tree; identity is the node, use `same_code` to compare what is written.

    Never changed once made: the type checker sees to it, because a frozen class is made three times slower.
    """

    kind: Final[str]
    start: Final[int]
    end: Final[int]
    field: Final[str]  # the role in the parent, "" when the grammar names none
    children: Final[tuple[Node, ...]]
    text: Final[str]  # a leaf's original text, "" for inner nodes

    @property
    def span(self) -> Span:
        """The bytes from the first leaf to the last."""
        return Span(self.start, self.end)

    def child(self, field: str) -> Node | None:
        """Give the first child in the role ``field``, or None."""
        for node in self.children:
            if node.field == field:
                return node
        return None

    def of_kind(self, *kinds: str) -> list[Node]:
        """Give the direct children of one of these kinds."""
        return [node for node in self.children if node.kind in kinds]


def leaves(node: Node) -> Iterator[Node]:
    """Walk the leaves of ``node`` in source order, without recursion."""
    stack = [node]
    while stack:
        top = stack.pop()
        if top.children:
            stack.extend(reversed(top.children))
        else:
            yield top


def walk(node: Node) -> Iterator[Node]:
    """Walk ``node`` and everything below it in source order, parents first, without recursion."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(top.children))


def spell(node: Node) -> str:
    """Write ``node`` as its leaves with one blank between them, the spelling scripts are given."""
    return " ".join(leaf.text for leaf in leaves(node) if leaf.text)


def same_code(left: Node, right: Node) -> bool:
    """Tell whether two nodes are the same tokens; layout and comments do not count."""
    if left is right:
        return True
    mine, theirs = leaves(left), leaves(right)
    while True:
        a, b = next(mine, None), next(theirs, None)
        if a is None or b is None:
            return a is b
        if a.text != b.text:
            return False


def render(node: Node, indent: int = 0) -> str:
    """Give the printed form tests compare: one line per named node, leaves with their text."""
    role = f"{node.field}: " if node.field else ""
    if not node.children:
        return f"{' ' * indent}{role}{node.kind} {node.text!r}\n"
    lines = [f"{' ' * indent}{role}{node.kind}\n"]
    lines += [
        render(child, indent + 2) for child in node.children if child.children or child.kind[0].isalpha()
    ]
    return "".join(lines)
