# SPDX-License-Identifier: GPL-2.0-or-later
"""A semantic patch as a mail quotes it: the rules that change code and those they build upon.

Rules and statements that only report, comments between rules and in Python, and the code of an
``initialize`` rule would bury the change under its bookkeeping; they are left out. The rest is as written.
"""

from __future__ import annotations

import ast
import re

from rewriter.smpl.patch import Rule, ScriptRule, SemanticPatch


def quoted(patch: SemanticPatch) -> list[str]:
    """Give the lines to stand between ``// <smpl>`` and ``// </smpl>``."""
    chunks = _chunks(patch)
    kept = _needed(patch, chunks)
    out = [line for line in patch.text.split("\n") if line.startswith("// Extensions:")]
    if len(kept) < len(chunks):
        out.append("// What only reports is left out.")
    for rule in patch.rules:
        if rule.line in kept:
            out += [*([""] if out else []), *chunks[rule.line]]
    return out


def _chunks(patch: SemanticPatch) -> dict[int, list[str]]:
    """Give each rule's lines by its number of line, without what trails it."""
    lines = [line.rstrip() for line in patch.text.split("\n")]
    starts = [rule.line for rule in patch.rules]
    chunks: dict[int, list[str]] = {}
    for rule, end in zip(patch.rules, [*starts[1:], len(lines) + 1], strict=True):
        chunk = lines[rule.line - 1 : end - 1]
        while chunk and (not chunk[-1] or chunk[-1].startswith("//")):
            chunk.pop()
        if isinstance(rule, ScriptRule):
            head = rule.code_line - rule.line
            chunk[head:] = _code(rule, chunk[head:])
        chunks[rule.line] = chunk
    return chunks


def _code(rule: ScriptRule, lines: list[str]) -> list[str]:
    if rule.when == "initialize":
        return [f"// {len(lines)} lines of Python"]
    reporting: set[int] = set()
    # Code that is no Python was refused when the patch was run; here it is only text.
    try:
        statements = ast.parse("\n".join(lines)).body
    except SyntaxError:
        statements = []
    for statement in statements:
        if ast.unparse(statement).startswith(("rewriter.", "print(", "coccilib.")):
            reporting |= set(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    numbered = enumerate(lines, 1)
    return [line for n, line in numbered if n not in reporting and not line.lstrip().startswith("#")]


def _needed(patch: SemanticPatch, chunks: dict[int, list[str]]) -> set[int]:
    """Give the lines of the rules that transform, and of all that they name directly or not."""
    named = {rule.name: rule for rule in patch.rules}
    pending: list[Rule | ScriptRule] = [r for r in patch.rules if isinstance(r, Rule) and r.transforms]
    kept: set[int] = set()
    while pending:
        rule = pending.pop()
        if rule.line in kept:
            continue
        kept.add(rule.line)
        words = re.findall(r"\w+", _head(chunks[rule.line]))
        pending += [named[word] for word in words if word in named]
    if any(isinstance(rule, ScriptRule) and rule.line in kept for rule in patch.rules):
        kept |= {r.line for r in patch.rules if isinstance(r, ScriptRule) and r.when == "initialize"}
    return kept or {rule.line for rule in patch.rules}


def _head(chunk: list[str]) -> str:
    """Give a rule's header and declarations; its code may use the names of rules for anything."""
    closing = [number for number, line in enumerate(chunk) if line.endswith("@@")]
    return "\n".join(chunk[: closing[0] + 1] if closing else chunk)
