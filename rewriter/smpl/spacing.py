# SPDX-License-Identifier: GPL-2.0-or-later
"""The white space of plus lines: ``f(a,b+1)`` is written ``f(a, b + 1)``, as the kernel has it.

What could be a type as well as an operand, ``a *b``, keeps its blanks; so do braces and comments. Lines that
were broken behind a comma are one: they are broken anew where the code comes to stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rewriter.smpl.lexer import PlusLine

_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//.*|/\*.*?\*/|\.\.\.|<<=|>>=|->|\+\+|--|&&|\|\|'
    r"|[-+*/%&|^!=<>]=|<<|>>|[\w$]+|##|\S"
)
_BINARY = frozenset(
    [
        "=",
        "+=",
        "-=",
        "*=",
        "/=",
        "%=",
        "&=",
        "|=",
        "^=",
        "<<=",
        ">>=",
        "==",
        "!=",
        "<=",
        ">=",
        "&&",
        "||",
        "<<",
        ">>",
        "|",
        "^",
        "/",
        "%",
        "<",
        ">",
        "?",
    ]
)
_SIGNS = frozenset(["+", "-"])
_STARS = frozenset(["*", "&"])
_HEADS = frozenset(["if", "while", "for", "switch"])
_WORDS = _HEADS | frozenset(
    [
        "return",
        "else",
        "do",
        "case",
        "goto",
        "sizeof",
        "typeof",
        "in",
        "const",
        "volatile",
        "restrict",
        "static",
    ]
)
_TYPES = frozenset(
    [
        "void",
        "char",
        "short",
        "int",
        "long",
        "float",
        "double",
        "signed",
        "unsigned",
        "bool",
        "struct",
        "union",
        "enum",
    ]
)


def spaced_lines(lines: Sequence[PlusLine]) -> list[PlusLine]:
    """Give the lines of one piece of plus code with the usual white space.

    Directives, assembly and comments of several lines leave all as it is.
    """
    text = "\n".join(line.text for line in lines)
    if re.search(r"^\s*#|\basm\b|__asm", text, re.MULTILINE) or re.sub(r"/\*.*?\*/", "", text).count("/*"):
        return list(lines)
    joined: list[PlusLine] = []
    depth = 0
    for line in lines:
        spaced = spaced_line(line.text)
        if joined and depth > 0 and joined[-1].text.endswith((",", "(")):
            last = joined[-1]
            gap = " " if last.text.endswith(",") else ""
            joined[-1] = replace(last, text=last.text + gap + spaced.lstrip())
        else:
            joined.append(replace(line, text=spaced))
        depth += sum((t == "(") - (t == ")") for t in _TOKEN.findall(line.text))
    return joined


def spaced_line(text: str) -> str:
    """Give one line with the usual white space; its indentation stays."""
    found = list(_TOKEN.finditer(text))
    if not found:
        return text
    out = text[: found[0].start()]
    tokens = [m.group() for m in found]
    questions, chooses = 0, False  # open conditionals; whether the last colon belongs to one
    for i, match in enumerate(found):
        if i:
            gap = text[found[i - 1].end() : match.start()]
            colon = (tokens[i] == ":" and questions > 0) or (tokens[i - 1] == ":" and chooses)
            out += " " if colon and tokens[i - 1] != "?" else _gap(tokens, i, gap)
        if match.group() == ":":
            chooses = questions > 0
        questions += (match.group() == "?") - (match.group() == ":" and chooses)
        out += match.group()
    return out


def _gap(tokens: Sequence[str], i: int, gap: str) -> str:
    """Give the white space before token ``i``, where the rule has ``gap``."""
    before, token = tokens[i - 1], tokens[i]
    if token.startswith(("//", "/*")) or before.startswith(("//", "/*")):
        return gap
    kept = " " if gap else ""
    if "{" in (before, token) or "}" in (before, token):
        return " " if before == "," else kept
    if token in (",", ";", ")", "]") or before in ("(", "["):
        return ""
    if before in (",", ";"):
        return " "
    if token in ("->", "++", "--", ".") or before in ("->", "."):
        return "" if before in ("->", ".") or (token != "." and _is_operand(before)) or token == "." else kept
    if before == "?" and token == ":":
        return kept
    if before == "&&" and not (i > 1 and _is_operand(tokens[i - 2])):
        return kept  # the address of a label
    if token in _BINARY or before in _BINARY:
        return " "
    if token in _SIGNS and before != ")":
        return " " if _is_operand(before) else kept
    if before in _SIGNS | _STARS | {"!", "~"}:
        return _behind_sign(tokens, i, kept)
    if token == "(":
        return _before_bracket(tokens, i, kept)
    return _before_other(tokens, i, kept)


def _is_operand(token: str) -> bool:
    return token[-1] in "\"')]" or ((token[-1].isalnum() or token[-1] == "_") and token not in _WORDS)


def _behind_sign(tokens: Sequence[str], i: int, kept: str) -> str:
    """Give what stands behind an operator that may have one operand or two."""
    sign, earlier = tokens[i - 1], tokens[i - 2] if i > 1 else ""
    if sign in "!~" or not earlier or not _is_operand(earlier):
        return "" if tokens[i] != sign or sign in _STARS | {"!"} else kept
    if sign in _SIGNS and earlier != ")":
        return " "
    return " " if earlier[0].isdigit() or earlier == "]" else kept


def _before_bracket(tokens: Sequence[str], i: int, kept: str) -> str:
    before = tokens[i - 1]
    if before in _HEADS:
        return " "
    if before == "sizeof":
        return ""
    word = before[-1].isalnum() or before[-1] == "_"
    if word and before not in _WORDS | _TYPES and tokens[i + 1 : i + 2] != ["*"]:
        return ""
    return kept


def _before_other(tokens: Sequence[str], i: int, kept: str) -> str:
    before, token = tokens[i - 1], tokens[i]
    if token in _STARS:
        if before[0].isdigit() or before == "]" or (tokens[i + 1 : i + 2] == [")"] and before != "*"):
            return " "
        return "" if before == "*" == token and kept == "" else kept
    if token == "[" and _is_operand(before):
        return ""
    return kept
