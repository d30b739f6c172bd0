# SPDX-License-Identifier: GPL-2.0-or-later
"""Macro calls that declare: those outside functions, and ``static LIST_HEAD(x);`` in them.

``declarer name LIST_HEAD`` finds all calls of that macro, ``declarer D`` only such as declare, and a call of
what is neither only such as do not.
"""

from __future__ import annotations

import re

from rewriter.match.constraint import Context
from rewriter.smpl.term import Inner, Meta
from rewriter.source.text import Span
from rewriter.syntax.tree import Node

_STORAGE = re.compile(rb"\b(?:static|extern)\s+$")


def may_call(context: Context, term: Inner, node: Node) -> bool:
    """Tell whether a call of the pattern may be this call, as far as it declares something or not."""
    called = term.children[0]
    sort = called.sort if isinstance(called, Meta) else ""
    if sort == "declarer name":
        return True
    return (node.start == context.macro_call or storage(context, node) is not None) == (sort == "declarer")


def storage(context: Context, node: Node) -> Span | None:
    """Give the place of the storage class in front of a macro call."""
    found = _STORAGE.search(context.source.text[max(0, node.start - 80) : node.start])
    return Span(node.start - len(found[0]), node.start) if found is not None else None
