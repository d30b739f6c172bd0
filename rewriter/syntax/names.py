# SPDX-License-Identifier: GPL-2.0-or-later
"""Which names are types, where the grammar takes them for variables: ``sizeof(foo)``, ``(foo)(x)``.

A name is a type by its look (``u32``, ``foo_t``), because a macro table lists it, because the file uses it
as one somewhere (``foo *p;``), or from where a ``typedef`` declares it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import tree_sitter

from rewriter.syntax.gate import LANGUAGE

_TYPE_NAME = re.compile(
    r"(?:__)?(?:[us]|le|be|int|uint|u_int)\d+(?:_t)?|u_?(?:int|long|char|short)|\w+_t|__sum16|__wsum|bool|"
    r"uint|ulong|ushort|BOOL|U?INT(?:8|16|32|64)|UCHAR|ULONG"
)
_STAR = "(pointer_declarator declarator: "
_USES = tree_sitter.Query(
    LANGUAGE,
    "(_ type: (type_identifier) @used) (_ declarator: (type_identifier) @declared)"
    "(_ declarator: (identifier) @variable)"
    "(cast_expression type: (type_descriptor . type: (type_identifier) @doubtful .)"
    ' value: [(pointer_expression) (unary_expression operator: ["-" "+"])])'
    "(sizeof_expression type: (type_descriptor type: (type_identifier) @doubtful"
    " declarator: (abstract_function_declarator)))"
    + "".join(
        f"({kind}_expression . (sizeof_expression type: (type_descriptor (type_identifier) @doubtful)))"
        for kind in ("subscript", "field", "update", "call")  # sizeof(x)[3] says nothing either
    )
    + "".join(
        f"(function_definition declarator: {stars}(function_declarator parameters: (parameter_list"
        f" (parameter_declaration . type: (type_identifier) @doubtful .))){')' * stars.count('(')})"
        for stars in ("", _STAR, _STAR * 2)  # char *f(x) char *x; {
    ),
)


@dataclass(slots=True, eq=False)
class TypeNames:
    """The names of types that one file knows; ``at`` is where a piece of text stands that is read alone."""

    listed: frozenset[str]
    text: bytes = field(default=b"", repr=False)
    root: tree_sitter.Node | None = None
    at: int = -1
    _since: dict[str, int] = field(default_factory=dict, repr=False)  # bytes; 0 for what is used as a type
    _variables: set[str] = field(default_factory=set, repr=False)
    _filled: list[bool] = field(default_factory=list, repr=False)

    def alone(self, at: int) -> TypeNames:
        """Give what is known at the byte ``at``, for text whose own offsets mean nothing."""
        return self if self.at >= 0 else replace(self, at=at)

    def may_name(self, name: str, at: int) -> bool:
        """Tell whether ``name`` at the byte ``at`` is a type by its look, by the table, or by its use."""
        return name in self.listed or bool(_TYPE_NAME.fullmatch(name)) or self.used(name, at)

    def used(self, name: str, at: int) -> bool:
        """Tell whether ``name`` is used as a type anywhere in the file, or declared as one before ``at``."""
        if self.root is None:
            return False
        if not self._filled:
            self._filled.append(True)
            self._fill(self.root)
        since = self._since.get(name)
        return since is not None and since <= (self.at if self.at >= 0 else at)

    def only_names(self, name: str, at: int) -> bool:
        """Tell whether ``name`` is used as a type, or declared as one before ``at``, and is no variable."""
        return self.used(name, at) and name not in self._variables

    def _fill(self, root: tree_sitter.Node) -> None:
        found = tree_sitter.QueryCursor(_USES).captures(root)
        for node in found.get("declared", []):
            self._since.setdefault(self._name(node), node.start_byte)
        self._variables.update(map(self._name, found.get("variable", [])))
        doubtful = {node.start_byte for node in found.get("doubtful", [])}  # `(x) & y == 3` says nothing of x
        used = (node for node in found.get("used", []) if node.start_byte not in doubtful)
        self._since.update(dict.fromkeys(map(self._name, used), 0))

    def _name(self, node: tree_sitter.Node) -> str:
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")
