# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a rule is given up in a function."""

from __future__ import annotations

from rewriter.cfg.graph import Point
from rewriter.edit.edit import ConflictError
from rewriter.edit.tags import TaggedError
from rewriter.edit.template import UnboundError


class InconsistentPathsError(Exception):
    """Control can come to code that a rule would change without passing the start of a match."""

    def __init__(self, point: Point) -> None:
        super().__init__("code to be changed is reachable by inconsistent control-flow paths")
        self.point = point


def reason_of(error: Exception) -> str:
    """Give the reason as users read it."""
    if isinstance(error, UnboundError):
        return f"plus code uses metavariable '{error}', which this match does not bind"
    if isinstance(error, ConflictError):
        return "two of its changes meet in the same code; let rules that follow each other make them"
    return str(error)


def place_of(error: Exception, otherwise: int) -> int:
    """Give the byte that an error is about."""
    if isinstance(error, TaggedError):
        return error.span.start
    if isinstance(error, ConflictError):
        return error.second.span.start
    if isinstance(error, InconsistentPathsError) and error.point.node is not None:
        return error.point.node.start
    return otherwise
