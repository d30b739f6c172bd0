# SPDX-License-Identifier: GPL-2.0-or-later
"""Read calls, parameters and assignments off a function's text, without a parse.

Following calls through a kernel touches thousands of functions of which one line each matters; a parse of
each would take minutes, and a function that does not parse must be readable too. ``blank`` takes comments,
literals and preprocessor lines out, in place; everything else works on blanked text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOISE = re.compile(
    rb"/\*.*?(?:\*/|\Z)|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
    re.S | re.M,
)
_NOT_NEWLINE = re.compile(rb"[^\n]")
_CALL = re.compile(rb"\b([A-Za-z_]\w*)[ \t]*\(")
_POINTER_CALL = re.compile(rb"\([ \t]*\*[ \t]*([A-Za-z_][\w.>\[\]-]*)[ \t]*\)[ \t]*\(")
_WORD = re.compile(rb"(?<![\w.])(?<!->)[A-Za-z_]\w*")
_ASSIGNED = re.compile(rb"(?<![\w.>])([A-Za-z_]\w*)[ \t]*=(?!=)([^;]*)")
_LOCAL_POINTER = re.compile(rb"(?:^|[;{}(])\s*(?:const |static )*(?:struct|union)\s+(\w+)\s+(\*[^;=(){}]*)")
_MEMBER_SIGN = re.compile(r"\s*(->|(?<!\.)\.(?!\.))\s*")
_PREFIX_SIGN = re.compile(r"((?:^|(?<=[(,=|?:!]))\s?[&*!~])\s(?=[\w(&*!~])")
_OPENING = re.compile(r"([\w\])]) ?([(\[]) ?")
_CLOSING = re.compile(r" ([)\],])")
_NO_CALLS = frozenset(
    b"if while for switch return sizeof typeof __typeof__ defined else do case goto __attribute__ __aligned "
    b"alignof _Alignof int long void char short unsigned signed struct union enum bool const volatile and or "
    b"asm __asm__ offsetof container_of typeof_member BUILD_BUG_ON static_assert likely unlikely".split()
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what is called, with what, and where the result goes.

    ``member`` is true for ``ops->close(..)`` and ``(*hook)(..)``, whose callee is not known; ``result`` is
    the variable the call's value is assigned to, ``return`` when it is returned, "" otherwise. ``offset``
    counts bytes in the text that was given.
    """

    name: str
    arguments: tuple[str, ...]
    member: bool
    result: str
    offset: int


def blank(text: bytes) -> bytes:
    """Replace comments, literals and preprocessor lines by blanks; length and newlines stay."""
    return _NOISE.sub(lambda found: _NOT_NEWLINE.sub(b" ", found.group()), text)


def calls_in(text: bytes) -> tuple[Call, ...]:
    """List the calls in blanked ``text`` in source order, those among arguments included."""
    calls = []
    for found in _CALL.finditer(text):
        name = found.group(1)
        if name in _NO_CALLS:
            continue
        start = found.start()
        # Looked for backwards: long blanks, which comments leave, must not be tried from each of their bytes.
        member = text[start - 100 if start > 100 else 0 : start].rstrip().endswith((b"->", b"."))
        calls.append(_call(text, name, member, start, found.end() - 1))
    for found in _POINTER_CALL.finditer(text):
        calls.append(_call(text, found.group(1), True, found.start(), found.end() - 1))
    calls.sort(key=lambda call: call.offset)
    return tuple(calls)


def _call(text: bytes, name: bytes, member: bool, start: int, opening: int) -> Call:
    closing = matching(text, opening)
    arguments = split_arguments(text[opening + 1 : closing])
    if name == b"guard" and text[closing + 1 : closing + 2] == b"(":
        # guard(class)(lock) is one call with two lists.
        arguments += split_arguments(text[closing + 2 : matching(text, closing + 1)])
    return Call(_decode(name), arguments, member, _result(text, start), start)


def _result(text: bytes, start: int) -> str:
    line = text[max(0, max(text.rfind(c, 0, start) for c in (b";", b"{", b"}")) + 1) : start]
    if re.match(rb"\s*return\b", line):
        return "return"
    found = re.search(rb"([A-Za-z_]\w*)[ \t]*=[ \t\n(]*$", line)
    return _decode(found.group(1)) if found else ""


def matching(text: bytes, opening: int) -> int:
    """Give the offset of the ``)`` that closes the ``(`` at ``opening``; the text's end if nothing does."""
    depth = 0
    for found in re.compile(rb"[()]").finditer(text, opening):
        depth += 1 if found.group() == b"(" else -1
        if depth == 0:
            return found.start()
    return len(text)


def split_arguments(text: bytes) -> tuple[str, ...]:
    """Split an argument list at its outer commas; each argument has single blanks where style wants them."""
    parts: list[bytes] = []
    depth = last = 0
    for found in re.finditer(rb"[(){}\[\],]", text):
        what = found.group()
        if what in b"({[":
            depth += 1
        elif what in b")}]":
            depth -= 1
        elif depth == 0:
            parts.append(text[last : found.start()])
            last = found.end()
    parts.append(text[last:])
    if len(parts) == 1 and not parts[0].strip():
        return ()
    return tuple(_tidy(_decode(b" ".join(part.split()))) for part in parts)


def _tidy(expression: str) -> str:
    """Write an expression, whose tokens may have been spread, as the kernel's style has it."""
    expression = _MEMBER_SIGN.sub(r"\1", expression)
    expression = _PREFIX_SIGN.sub(r"\1", expression)
    expression = _OPENING.sub(r"\1\2", expression)
    return _CLOSING.sub(r"\1", expression)


def words_of(expression: str) -> frozenset[str]:
    """Give the variables an expression names; members of structures do not count."""
    return frozenset(_decode(word) for word in _WORD.findall(expression.encode("utf-8", "surrogateescape")))


def parameters_of(head: bytes) -> tuple[tuple[str, str], ...]:
    """Give the parameters in the blanked ``head`` of a function, each with the structure it points to.

    The second part is ``*`` for a pointer to something else, "" for what is no pointer.
    """
    opening = head.find(b"(")
    if opening < 0:
        return ()
    found = []
    for part in split_arguments(head[opening + 1 : matching(head, opening)]):
        function = re.search(r"\(\s*\*\s*(\w+)\s*\)", part)
        names = re.findall(r"[A-Za-z_]\w*", part)
        structure = re.search(r"\bstruct\s+(\w+)[^,]*\*", part)
        if function:
            found.append((function.group(1), "*"))
        elif part == "...":
            found.append(("__VA_ARGS__", "*"))
        elif names and names != ["void"]:
            pointer = "*" if "*" in part or "[" in part else ""
            found.append((names[-1], structure.group(1) if structure else pointer))
    return tuple(found)


def assignments_in(text: bytes) -> tuple[tuple[str, str], ...]:
    """List ``name = expression`` in blanked text, initializers included."""
    return tuple((_decode(m.group(1)), _decode(m.group(2))) for m in _ASSIGNED.finditer(text))


def pointers_in(text: bytes) -> dict[str, str]:
    """Give the locals that blanked text declares as pointers to structures, and the structures' names."""
    return {
        name: _decode(found.group(1))
        for found in _LOCAL_POINTER.finditer(text)
        for name in re.findall(r"\*\s*(?:const\s+)?([A-Za-z_]\w*)", _decode(found.group(2)))
    }


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
