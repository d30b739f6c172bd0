# SPDX-License-Identifier: GPL-2.0-or-later
"""Room for deep recursion: code nested thousands of levels deep is analysed like any other.

Building a graph recurses once or twice per level of nesting. An ``else if`` chain of some thousand arms is
as deep as that, and machine-made files have them.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_DEPTH = 60_000  # Python frames
_STACK = 512 * 1024 * 1024  # bytes, reserved and not used until needed; some 8 kB a frame at the worst

T = TypeVar("T")


def deeply(work: Callable[[], T]) -> T:
    """Run ``work`` on a stack that is deep enough; what it raises is raised here."""
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # handed on below, whatever it is
            failures.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(limit, _DEPTH))
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return results[0]
