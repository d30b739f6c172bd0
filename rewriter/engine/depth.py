# SPDX-License-Identifier: GPL-2.0-or-later
"""Room for deep recursion, and an end to what takes too long.

Code nested thousands of levels deep is analysed like any other.

Building a graph recurses once or twice per level of nesting. An ``else if`` chain of some thousand arms is
as deep as that, and machine-made files have them.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_DEPTH = 60_000  # Python frames
_STACK = 512 * 1024 * 1024  # bytes, reserved and not used until needed; some 8 kB a frame at the worst

T = TypeVar("T")


class TimeLimitError(BaseException):
    """The time for a piece of work is up; no handler of ``Exception`` keeps it from ending."""


def deeply(work: Callable[[], T], seconds: int = 0) -> T:
    """Run ``work`` on a stack that is deep enough; what it raises is raised here.

    After ``seconds``, unless 0, it is made to raise TimeLimitError wherever it is.
    """
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
        thread.join(seconds or None)
        if thread.is_alive():
            _interrupt(thread)
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    if failures:
        raise failures[0]
    return results[0]


def _interrupt(thread: threading.Thread) -> None:
    """Raise TimeLimitError in another thread, before its next step of Python."""
    assert thread.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(TimeLimitError))
    thread.join()
