# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of C and of SmPL that are no names of rules or metavariables."""

from __future__ import annotations

_C = frozenset(
    [
        "auto",
        "break",
        "case",
        "char",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extern",
        "float",
        "for",
        "goto",
        "if",
        "inline",
        "int",
        "long",
        "register",
        "return",
        "short",
        "signed",
        "sizeof",
        "static",
        "struct",
        "switch",
        "typedef",
        "union",
        "unsigned",
        "void",
        "volatile",
        "while",
        "size_t",
        "ssize_t",
        "ptrdiff_t",
        "complex",
        "typeof",
        "__attribute__",
    ]
)
_RULES = frozenset(
    [
        "declaration",
        "field",
        "finalize",
        "in",
        "initialiser",
        "initialize",
        "initializer",
        "merge",
        "script",
        "virtual",
        "when",
    ]
)
_METAVARIABLES = frozenset(
    [
        "analysis",
        "any",
        "assignment",
        "attribute",
        "binary",
        "comments",
        "declaration",
        "field",
        "format",
        "global",
        "merge",
        "metavariable",
        "operator",
        "script",
        "virtual",
        "when",
    ]
)


def is_no_rule_name(word: str) -> bool:
    """Tell whether no rule can be called ``word``."""
    return word in _C or word in _RULES


def is_no_metavariable_name(word: str) -> bool:
    """Tell whether no metavariable can be called ``word``."""
    return word in _C or word in _METAVARIABLES
