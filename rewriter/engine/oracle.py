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
            raise AssertionError(asked)

        return answer
