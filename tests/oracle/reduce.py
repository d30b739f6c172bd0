# SPDX-License-Identifier: GPL-2.0-or-later
"""Make a semantic patch and a C text smaller, line by line, as long as something stays true of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate

import tree_sitter
import tree_sitter_c

_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))
_ELEMENTS = frozenset(
    (
        "function_definition",
        "declaration",
        "struct_specifier",
        ";",
        "preproc_def",
        "preproc_function_def",
        "comment",
    )
)
_BRACES = {"{": 1, "}": -1}


def is_c(text: str) -> bool:
    """Tell whether it is C without dead code, where a label needs a statement."""
    alone = (
        re.search(r":\s*}|\b(?:goto \w+|break|continue|return\b[^;]*);\s*(?!\w+:|case|\s|}|#)", text)
        is not None
    )
    root = _PARSER.parse(text.encode()).root_node
    if text.count("\n#if") != text.count("\n#endif"):
        return False
    if re.search(r"\b(?:int|long)\s+(?:if|for|while|switch|do)\b", text):
        return False
    return not alone and not root.has_error and all(n.type in _ELEMENTS for n in root.children)


def smaller_code(text: str) -> Iterator[str]:
    """Give the text without a run of lines that holds whole blocks, or without a block's head and braces."""
    lines = text.splitlines(keepends=True)
    depths = [0, *accumulate(sum(_BRACES.get(c, 0) for c in line) for line in lines)]
    for start in range(len(lines)):
        for end in range(start + 1, len(lines) + 1):
            if min(depths[start : end + 1]) < depths[start]:
                break
            if depths[end] != depths[start]:
                continue
            yield "".join(lines[:start] + lines[end:])
            if end - start > 2 and depths[start + 1] > depths[start]:
                yield "".join(lines[:start] + lines[start + 1 : end - 1] + lines[end:])


def smaller_words(text: str) -> Iterator[str]:
    """Give the text with a bracketed or compared part made simple."""
    for found in re.finditer(r"\w*\([^()]*\)|\b\w+ (?:[-+*|&]|&&|\|\||==|!=|<) |\b\w+->", text):
        for new in ("y", "") if found[0].endswith(")") else ("",):
            yield text[: found.start()] + new + text[found.end() :]


def smaller_rule(rule: str) -> Iterator[str]:
    """Give the semantic patch without one of its rules, or without a run of lines."""
    rules = re.split(r"(?m)^(?=@.*@$\n(?:.*;\n)*@@$)", rule)
    if len(rules) > 2:
        for i in range(1, len(rules)):
            yield "".join(rules[:i] + rules[i + 1 :])
    lines = rule.splitlines(keepends=True)
    for length in (5, 3, 2, 1):
        for i in range(len(lines) - length + 1):
            if not any(line.startswith("@") for line in lines[i : i + length]):
                yield "".join(lines[:i] + lines[i + length :])
    yield re.sub(r"^(@\w+).*@$", r"\1@", rule, count=1)


def reduce(
    rule: str, text: str, differ: Callable[[str, dict[str, str]], list[str]], rounds: int = 60
) -> tuple[str, str]:
    """Make both smaller; ``differ`` gives the names of the files on which the two tools differ."""
    for _ in range(rounds):
        texts = {f"c{i}.c": new for i, new in enumerate(smaller_code(text)) if is_c(new)}
        found = differ(rule, texts) if texts else []
        if found:
            text = min((texts[n] for n in found), key=len)
            continue
        for less in smaller_rule(rule):
            if less != rule and differ(less, {"c0.c": text}):
                rule = less
                break
        else:
            texts = {f"c{i}.c": new for i, new in enumerate(smaller_words(text)) if is_c(new)}
            found = differ(rule, texts) if texts else []
            if not found:
                break
            text = min((texts[n] for n in found), key=len)
    return rule, text
