# SPDX-License-Identifier: GPL-2.0-or-later
"""Plus code to bytes: metavariables filled in, lines laid out at the indentation of their place.

``+ g(x);`` tied to code that stands two tabs deep, with ``x`` bound to ``a + 1``, gives
``\\t\\tg(a + 1);``. The author's spacing inside a line is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rewriter.edit.precedence import fit
from rewriter.match.environment import Code, Environment
from rewriter.match.kinds import EXPRESSIONS
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import PlusCode

_BRACKET = re.compile(r'"(?:\\.|[^"\\])*"|[()]')
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|//.*|/\*.*?\*/|[A-Za-z_]\w*', re.DOTALL)


_NOT_JOINED = re.compile(rb"//|/\*|\\\r?\n|\v|\n[ \t]*#")
_LINES = re.compile(rb"[ \t\r]*\n\s*")
_BRACKETED = re.compile(rb"(?<=[(\[])\s*\n\s*|\s*\n\s*(?=[)\]])")
_ENDS = re.compile(rb"(\S)[ \t\r]*\n")
#: How many bytes a value of several lines may have in one that cannot be broken.
_SHORT = 60

#: The name a type is given to, with what stars it has on its own.
_DECLARATOR = re.compile(r"[\s*]*[A-Za-z_]\w*")


class UnboundError(Exception):
    """Plus code names a metavariable that this match does not bind; the message names it."""


def fill(text: str, metavariables: Mapping[str, object], env: Environment) -> bytes:
    """Replace the metavariables in ``text`` by the code they stand for.

    Raises UnboundError.
    """
    out: list[bytes] = []
    at = 0
    for match in _WORD.finditer(text):
        name = match.group()
        if name.startswith('"') and "%@" in name and match.start() >= at:
            out += [text[at : match.start()].encode(), _fill_formats(name, metavariables, env)]
            at = match.end()
            continue
        if name not in metavariables or match.start() < at:
            continue
        value = env.get(name)
        if not isinstance(value, Code):
            raise UnboundError(name)
        out.append(text[at : match.start()].encode())
        at = match.end()
        if not value.raw:
            at = _pass_comma(text, at, out)
        if value.hole >= 0:
            declarator = _DECLARATOR.match(text, at)
            at = declarator.end() if declarator else at
            inner = fill(declarator.group(), metavariables, env).strip() if declarator else b""
            head = value.raw[: value.hole]
            gap = b" " if inner and head[-1:].isalnum() else b""
            out += [head, gap, inner, value.raw[value.hole :]]
        elif value.raw.endswith(b"*") and value.raw != b"*" and text[at : at + 1] == " ":
            out.append(value.raw)
            at += 1
        elif value.kind in EXPRESSIONS:
            out.append(fit(_joined(value.raw), text[: match.start()].encode(), text[at:].encode()))
        elif value.kind == "list" and not value.raw.rstrip().endswith(b";"):
            out.append(_joined(value.raw))
        else:
            out.append(value.raw)
    out.append(text[at:].encode())
    return b"".join(out)


def _joined(raw: bytes) -> bytes:
    """Put the lines of a value into one, which is broken again where it gets too long.

    Lines that do not end with a comma, where none can be broken, stay if they are long; those with comments,
    directives or backslashes at their ends stay, too.
    """
    if b"\n" not in raw or _NOT_JOINED.search(raw):
        return raw
    joined = _LINES.sub(b" ", _BRACKETED.sub(b"", raw))
    return joined if len(joined) <= _SHORT or all(b == b"," for b in _ENDS.findall(raw)) else raw


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

    return re.sub(r"%@(\w+)@", value, text).encode("utf-8", "surrogateescape")


def render_lines(
    code: PlusCode, metavariables: Mapping[str, object], env: Environment, indent: bytes, unit: bytes
) -> list[bytes]:
    """Lay plus lines out: the first at ``indent``, deeper ones by ``unit`` per level, ``#`` in column 0.

    Raises UnboundError.
    """
    lines: list[bytes] = []
    levels: list[int] = []
    opened: list[tuple[int, int]] = []  # brackets not closed yet: column in the rule, column in the result
    for line in code.lines:
        text = line.text
        stripped = text.strip()
        if not stripped:
            lines.append(b"")
            continue
        if stripped.startswith("#"):
            lines.append(fill(stripped, metavariables, env))
            continue
        width = _width(text)
        if opened and opened[-1][0] + 1 == width:  # aligned with what stands behind the bracket
            lead = _blanks(opened[-1][1] + 1, unit)
        else:
            while levels and levels[-1] > width:
                levels.pop()
            if not levels or levels[-1] < width:
                levels.append(width)
            lead = indent + unit * (len(levels) - 1)
        lines.append(lead + fill(stripped, metavariables, env))
        for match in _BRACKET.finditer(stripped):
            if match.group() == "(":
                before = lead + fill(stripped[: match.start()], metavariables, env)
                opened.append((width + match.start(), _width(before.decode("utf-8", "replace"), whole=True)))
            elif match.group() == ")" and opened:
                opened.pop()
    return lines


def _blanks(width: int, unit: bytes) -> bytes:
    """White space to a column, in tabs as far as they reach when lines are indented by tabs."""
    return b"\t" * (width // 8) + b" " * (width % 8) if unit == b"\t" else b" " * width


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


def _width(text: str, whole: bool = False) -> int:
    """The columns that a text's indentation takes, or all of it, with tabs of eight."""
    expanded = text.expandtabs(8)
    return len(expanded) - len("" if whole else expanded.lstrip())
