# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patch text to `SemanticPatch`."""

from __future__ import annotations

from rewriter.smpl.patch import SemanticPatch


def parse_semantic_patch(text: str, path: str, virtuals: frozenset[str] = frozenset()) -> SemanticPatch:
    """Parse a semantic patch. Raises SemanticPatchError with file, line, caret and hint."""
    return SemanticPatch(path, text, ())
