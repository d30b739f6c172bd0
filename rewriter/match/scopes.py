# SPDX-License-Identifier: GPL-2.0-or-later
"""Which declaration a local variable's name means: a block's own ``x`` is not the ``x`` around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rewriter.match.declarator import declared_name
from rewriter.syntax.tree import Node, leaves

#: What ends the scopes of the names in it; those in the head of a ``for`` are known behind it.
_OPENING = frozenset({"function_definition", "compound_statement"})


@dataclass(frozen=True, slots=True)
class Scopes:
    """For each name that a function declares, the bytes from its declarations to the ends of their blocks.

    ``several`` are the names that do not mean the same thing all over the function.
    """

    spans: dict[str, list[tuple[int, int]]]
    several: frozenset[str]
    static: frozenset[int]  # where variables are declared that outlive the function

    @classmethod
    def of(cls, function: Node) -> Scopes:
        """Collect the names of a function, parameters included; of other code there are none."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        static: set[int] = set()
        stack = [(function, function.end)] if function.kind == "function_definition" else []
        while stack:
            node, end = stack.pop()
            if node.kind in _OPENING:
                end = node.end
            if node.kind in ("declaration", "parameter_declaration"):
                for declarator in node.children:
                    if declarator.field == "declarator":
                        found[declared_name(declarator)].append((declarator.start, end))
                        if _is_static(node):
                            static.add(declarator.start)
            if not node.kind.endswith("_expression"):
                stack.extend((child, end) for child in node.children if child.children)
        several = frozenset(n for n, s in found.items() if len(s) > 1 or s[0][1] < function.end)
        return cls(found, several, frozenset(static))

    def declarations(self, nodes: Iterable[Node]) -> tuple[int, ...]:
        """Tell where each of the names in code that mean several things is declared; -1 if nowhere here.

        Parameters declare names: those of a prototype are the function's.
        """
        if not self.several:
            return ()
        named = (name for node in nodes if node.kind != "parameter_declaration" for name in _names(node))
        return tuple(self._declared(name) for name in named if name.text in self.several)

    def is_local(self, name: Node) -> bool:
        """Tell whether a name means a parameter or a variable of the function that is not static."""
        start = self._declared(name)
        return start >= 0 and start not in self.static

    def _declared(self, name: Node) -> int:
        seen = (start for start, end in self.spans.get(name.text, ()) if start <= name.start < end)
        return max(seen, default=-1)


def _names(node: Node) -> Iterator[Node]:
    return (leaf for leaf in leaves(node) if leaf.kind == "identifier")


def _is_static(declaration: Node) -> bool:
    return any(
        n.kind == "storage_class_specifier" and "static" in (n.text, *(c.text for c in n.children))
        for n in declaration.children
    )
