# SPDX-License-Identifier: GPL-2.0-or-later
"""Plus code to bytes: metavariables filled in, lines laid out at the indentation of their place.

``+ g(x);`` tied to code that stands two tabs deep, with ``x`` bound to ``a + 1``, gives
``\\t\\tg(a + 1);``. The author's spacing inside a line is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from rewriter.edit.arms import takes_else
from rewriter.edit.layout import columns, white_space
from rewriter.edit.precedence import fit
from rewriter.edit.rows import Kind, Row, rows
from rewriter.match.environment import Code, Environment
from rewriter.match.kinds import EXPRESSIONS
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import PlusCode
from rewriter.source.text import AS_BYTES

_BRACKET = re.compile(r'"(?:\\.|[^"\\])*"|[()]')
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|//.*|/\*.*?\*/|[A-Za-z_$][\w$]*', re.DOTALL)


_NOT_JOINED = re.compile(rb"//|/\*|\\\r?\n|\v|\n[ \t]*#")
_LINES = re.compile(rb"[ \t\r]*\n\s*")
_BRACKETED = re.compile(rb"(?:(?<=[(\[])|(?<=->))\s*\n\s*|\s*\n\s*(?=[)\]]|->)")
_ENDS = re.compile(rb"(\S)[ \t\r]*\n")
#: How many bytes a value of several lines may have in one that cannot be broken.
_SHORT = 60

#: The name a type is given to, with what stars and brackets it has on its own.
_DECLARATOR = re.compile(r"[\s*]*[A-Za-z_]\w*(?:\s*\[[^\[\]]*\])*")


class UnboundError(Exception):
    """Plus code names a metavariable that this match does not bind; the message names it."""


def fill(text: str, metavariables: Mapping[str, object], env: Environment, indent: bytes = b"") -> bytes:
    """Replace the metavariables in ``text``, a line indented by ``indent``, by the code they stand for.

    Raises UnboundError.
    """
    out: list[bytes] = []
    at = 0
    for match in _WORD.finditer(text):
        name = match.group()
        if name.startswith('"') and "%@" in name and match.start() >= at:
            out += [text[at : match.start()].encode(*AS_BYTES), _fill_formats(name, metavariables, env)]
            at = match.end()
            continue
        if name not in metavariables or match.start() < at:
            continue
        value = env.get(name)
        if not isinstance(value, Code):
            raise UnboundError(name)
        out.append(text[at : match.start()].encode(*AS_BYTES))
        at = match.end()
        if not value.raw:
            at = _pass_comma(text, at, out)
        if value.hole >= 0:
            declarator = _DECLARATOR.match(text, at)
            at = declarator.end() if declarator else at
            inner = fill(declarator.group(), metavariables, env).strip() if declarator else b""
            head, tail = value.raw[: value.hole], value.raw[value.hole :]
            if inner.startswith(b"*") and tail[:1] in (b"[", b"("):
                inner = b"(%s)" % inner
            gap = b" " if inner and head[-1:].isalnum() else b""
            out += [head, gap, inner, tail]
        elif value.raw.endswith(b"*") and value.raw != b"*" and text[at : at + 1] == " ":
            out.append(value.raw)
            at += 1
        elif value.kind in EXPRESSIONS or _is_made_expression(value, metavariables[name]):
            out.append(
                fit(_joined(value.raw), text[: match.start()].encode(*AS_BYTES), text[at:].encode(*AS_BYTES))
            )
        elif value.kind == "list" and not value.raw.rstrip().endswith(b";"):
            out.append(_joined(value.raw))
        elif value.kind in ("statements", "declaration") or value.kind.endswith("_statement"):
            out.append(_moved(value.raw, value.indent, indent))
        else:
            out.append(value.raw)
    out.append(text[at:].encode(*AS_BYTES))
    return b"".join(out)


def _is_made_expression(value: Code, declared: object) -> bool:
    """Tell whether a script made an expression."""
    return not value.kind and isinstance(declared, Metavariable) and declared.kind == "expression"


def _joined(raw: bytes) -> bytes:
    """Put the lines of a value into one, which is broken again where it gets too long.

    Lines that do not end with a comma, where none can be broken, stay if they are long; those with comments,
    directives or backslashes at their ends stay, too.
    """
    if b"\n" not in raw or _NOT_JOINED.search(raw):
        return raw
    joined = _LINES.sub(b" ", _BRACKETED.sub(b"", raw))
    return joined if len(joined) <= _SHORT or all(b == b"," for b in _ENDS.findall(raw)) else raw


def _moved(raw: bytes, old: bytes, new: bytes) -> bytes:
    """Move the lines of code behind its first line from one indentation to another.

    Labels and directives at the start of a line stay there, and so do lines inside a string.
    """
    lines = raw.split(b"\n")
    for number, (before, line) in enumerate(pairwise(lines), 1):
        if line.strip() and line.startswith(old) and line[:1] != b"#" and before.rstrip(b"\r")[-1:] != b"\\":
            lines[number] = new + line[len(old) :]
    return b"\n".join(lines)


def _pass_comma(text: str, at: int, out: list[bytes]) -> int:
    """Leave out the comma beside an empty list: the one behind, or else the one before."""
    behind = re.compile(r"\s*,\s*").match(text, at)
    if behind is not None:
        return behind.end()
    if re.match(r"\s*[)}]", text[at:]) or not text[at:].strip():
        before = b"".join(out)
        out[:] = [re.sub(rb"\s*,\s*$", b"", before)]
    return at


def _fill_formats(text: str, metavariables: Mapping[str, object], env: Environment) -> bytes:
    """Replace ``%@f@`` in a string by the conversion, ``%@fs@`` by the text with conversions."""

    def value(match: re.Match[str]) -> str:
        found = env.get(match[1])
        if not isinstance(found, Code):
            raise UnboundError(match[1])
        declared = metavariables.get(match[1])
        sign = "" if isinstance(declared, Metavariable) and declared.kind == "format list" else "%"
        return sign + found.key

    return re.sub(r"%@(\w+)@", value, text).encode(*AS_BYTES)


def render_lines(
    code: PlusCode, metavariables: Mapping[str, object], env: Environment, indent: bytes, unit: bytes
) -> list[bytes]:
    """Lay plus lines out: the first at ``indent``, deeper ones by ``unit`` per level, ``#`` in column 0.

    Raises UnboundError.
    """
    lines: list[bytes] = []
    levels: list[int] = []
    lead = indent
    opened: list[tuple[int, int]] = []  # brackets not closed yet: column in the rule, column in the result
    for row in _rows(code, metavariables, env):
        if row.kind in (Kind.EMPTY, Kind.DIRECTIVE):
            lines.append(fill(row.text, metavariables, env))
            continue
        if row.kind is not Kind.GOES_ON:
            levels, opened = [row.column], []
            lead = b"" if row.kind is Kind.LABEL else _at_depth(indent, row.depth, unit)
            here = lead
        elif opened and opened[-1][0] + 1 == row.column:  # aligned with what stands behind the bracket
            here = white_space(opened[-1][1] + 1, unit == b"\t")
        else:
            while levels and levels[-1] > row.column:
                levels.pop()
            if not levels or levels[-1] < row.column:
                levels.append(row.column)
            here = lead + unit * (len(levels) - 1)
        first, *more = row.text.split("\n")  # of a comment
        lines.append(here + fill(first, metavariables, env, here))
        lines += [
            here + b" " * line.strip().startswith("*") + line.strip().encode(*AS_BYTES) for line in more
        ]
        for match in _BRACKET.finditer(first):
            if match.group() == "(":
                before = here + fill(first[: match.start()], metavariables, env)
                opened.append((row.column + match.start(), columns(before)))
            elif match.group() == ")" and opened:
                opened.pop()
    return lines


def _rows(code: PlusCode, metavariables: Mapping[str, object], env: Environment) -> list[Row]:
    blocks: dict[str, bool] = {}
    iterators: set[str] = set()
    text = "\n".join(line.text for line in code.lines)
    for name, declared in metavariables.items():
        if not isinstance(declared, Metavariable):
            continue
        if declared.kind in ("statement", "statement list"):
            value = env.get(name)
            blocks[name] = isinstance(value, Code) and value.raw.startswith(b"{")
            if isinstance(value, Code) and value.node is not None and takes_else(value.node):
                text = re.sub(rf"\b{name}\s+else\b", f"{{ {name} }} else", text)
        elif declared.kind.startswith("iterator"):
            iterators.add(name)
    return rows(text.split("\n"), blocks, frozenset(iterators))


def _at_depth(indent: bytes, depth: int, unit: bytes) -> bytes:
    return indent + unit * depth if depth >= 0 else indent.removesuffix(unit)


def render_inline(
    code: PlusCode, metavariables: Mapping[str, object], env: Environment, around: bytes = b"\n"
) -> bytes:
    """Give plus code that continues a line, its lines joined by blanks, directives on lines of their own.

    ``around`` is the newline behind a directive, with what the next line is indented by. Raises UnboundError.
    """
    text = b""
    behind = b""
    for line in code.lines:
        if not line.text.strip():
            continue
        filled = fill(line.text.strip(), metavariables, env)
        is_directive = filled[:1] == b"#"
        text += (b"\n" if is_directive else behind) + filled
        behind = around if is_directive else b" "
    return text if behind == b" " else text + behind
