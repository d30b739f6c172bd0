# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of a mail: subject, body with the semantic patch quoted, and what stands below ``---``.

The subject is the first ``///`` line of the semantic patch behind the subsystem's prefix, the body its
other ``///`` lines and the functions concerned. No line of a body may look like the start of a diff or of
a mail, because ``git am`` would cut the message there, nor like a comment, because git's editors drop it;
such a line is moved in by one blank.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from rewriter.engine.finding import FileResult
from rewriter.report.quote import quoted
from rewriter.report.text import behaviour_notes, findings_table
from rewriter.smpl.patch import SemanticPatch

WIDTH = 75  # columns, of a subject and of a body's lines
_PREFIX = re.compile(r"(?:[\w.,/+-]+:\s+)+")
_MISREAD = re.compile(r"#|---|diff -|Index: |From |@@ -\d|(?:From|Subject|Date|Content-[\w-]+):")
# What commits over many subsystems bear.
_EVERYWHERE = frozenset({"treewide", "tree-wide", "global"})
# Directories that name no subsystem.
_DULL = frozenset({"core", "common", "src", "lib", "main", "include", "kernel"})


def subject(prefix: str, patch: SemanticPatch, name: str) -> str:
    """Give a mail's subject without ``[PATCH]``, at most `WIDTH` columns."""
    summary = patch.description[0].rstrip(".") if patch.description else f"apply the semantic patch {name}"
    full = f"{prefix}: {summary}"
    if len(full) > WIDTH:
        full = f"{re.split(r'[:/] ?', prefix)[-1]}: {summary}"
    return full if len(full) <= WIDTH else textwrap.shorten(full, WIDTH, placeholder="...")


def body(patch: SemanticPatch, name: str, functions: Sequence[str]) -> str:
    """Give the text under the subject: why, where, and the semantic patch."""
    paragraphs = _paragraphs(patch.description[1:])
    if functions:
        paragraphs.append(f"Change {_join([f'{function}()' for function in functions])} accordingly.")
    text = [
        textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)
        for paragraph in paragraphs
    ]
    text.append(f"The semantic patch {name} makes this change:")
    text.append("\n".join(["// <smpl>", *quoted(patch), "// </smpl>"]))
    return "\n".join(safe(line) for line in "\n\n".join(text).split("\n")) + "\n"


def safe(line: str) -> str:
    """Move a line in by one blank where git would take it for more than text."""
    return f" {line}" if _MISREAD.match(line) else line


def notes(results: Sequence[FileResult]) -> str:
    """Give what reviewers should know of a patch's changes, for the place below ``---``."""
    parts = []
    if behaviour := [text.plain for result in results for text in behaviour_notes(result)]:
        parts.append("What behaves differently:\n" + "\n".join(behaviour))
    if table := [text.plain for text in findings_table(results)]:
        parts.append("Why, with the evidence:\n" + "\n".join(table))
    return "\n\n".join(parts) + ("\n" if parts else "")


def cover(patch: SemanticPatch, name: str, results: Sequence[FileResult]) -> str:
    """Give the cover letter: a subject line, an empty line, the reason and the table of verdicts."""
    summary = patch.description[0] if patch.description else f"apply the semantic patch {name}"
    text = [textwrap.shorten(summary.rstrip("."), WIDTH, placeholder="...")]
    text += [
        textwrap.fill(paragraph, WIDTH, break_long_words=False)
        for paragraph in _paragraphs(patch.description[1:])
    ]
    if table := [line.plain for line in findings_table(results)]:
        text.append("\n".join(table))
    return "\n".join(safe(line) for line in "\n\n".join(text).split("\n")) + "\n"


def prefix_from_log(subjects: Iterable[str]) -> str:
    """Give the prefix most of a file's commits bear, the newest of equals; empty when none has one."""
    prefixes = (match.group().rstrip().rstrip(":") for s in subjects if (match := _PREFIX.match(s)))
    found = Counter(prefix for prefix in prefixes if prefix.lower() not in _EVERYWHERE)
    return found.most_common(1)[0][0] if found else ""


def prefix_from_path(path: str, siblings: Iterable[str]) -> str:
    """Guess the prefix of a file's subsystem from its path and the names beside it.

    ``drivers/android/binder_alloc.c`` gives ``binder``, ``arch/x86/mm/fault.c`` gives ``x86/mm``,
    ``mm/userfaultfd.c`` gives ``mm/userfaultfd``, ``kernel/bpf/task_iter.c`` gives ``bpf``.
    """
    pure = PurePosixPath(path)
    top, *between = pure.parts[:-1] or ("",)
    word = re.split(r"[_-]", pure.stem)[0]
    if top == "arch" and between:
        return "/".join(between[:2])
    if top == "mm":
        return f"mm/{pure.stem}"
    stems = {PurePosixPath(name).stem for name in siblings} - {pure.stem}
    if any(stem == word or re.match(rf"{re.escape(word)}[_-]", stem) for stem in stems):
        return word
    if top in ("drivers", "sound", "") and word != pure.stem:
        return word
    return next((part for part in reversed(between) if part not in _DULL), pure.stem)


def _paragraphs(lines: Iterable[str]) -> list[str]:
    blocks = re.split(r"\n\s*\n", "\n".join(lines).strip())
    return [" ".join(block.split()) for block in blocks if block.strip()]


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
