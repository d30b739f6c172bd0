# SPDX-License-Identifier: GPL-2.0-or-later
"""The tokens of a stretch of C, with their brackets paired: what the full rules look at.

A token's kind is one letter: ``w`` word, ``n`` number, ``s`` string, ``c`` character, ``p`` punctuation,
``d`` a whole preprocessor line. Blanks and comments are no tokens. Anything can be tokenized; a quote that
is never closed is punctuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rewriter.source.bytescan import COMMENT

_TOKEN = re.compile(
    rb"(?: [ \t\r\f\v\n]++ | \\\n | \\\r\n | "
    + COMMENT
    + rb""" | /\*.*\Z | //(?:[^\n\\]|\\.|\\\n)*+ )*+
    (?:
    (?P<e>\Z)
  | (?P<w>[A-Za-z_$\x80-\xff][A-Za-z0-9_$\x80-\xff]*+)
  | (?P<n>\.?[0-9](?:[eEpP][+-]|[A-Za-z0-9_.])*+)
  | (?P<s>"(?:[^"\\\n]|\\.|\\\n)*+")
  | (?P<c>'(?:[^'\\\n]|\\.)*+')
  | (?P<p>\.\.\. | <<= | >>= | -> | \+\+ | -- | << | >> | <= | >= | == | != | && | \|\|
      | [-+*/%&|^]= | \#\# | [^ \t\r\f\v\n])
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(rb"#(?:[^\n\\/]|\\\n|\\\r\n|\\.|" + COMMENT + rb"|/\*.*\Z|//[^\n]*|/)*+", re.DOTALL)
_LINE_HEAD = b" \t"

OPEN = {b"(": b")", b"[": b"]", b"{": b"}"}
CLOSE = {b")": b"(", b"]": b"[", b"}": b"{"}


@dataclass(slots=True)
class Tokens:
    """Parallel lists: kind, text, start and end of each token; ``mate`` pairs brackets, -1 elsewhere."""

    kind: list[str] = field(default_factory=list)
    text: list[bytes] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    mate: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.kind)

    def at(self, index: int) -> bytes:
        """Give the text of the token at ``index``, empty outside."""
        return self.text[index] if 0 <= index < len(self.text) else b""

    def pair(self) -> None:
        """Fill ``mate``: a closing bracket takes the nearest open one of its kind with no brace between."""
        mate = self.mate = [-1] * len(self.kind)
        stack: list[int] = []
        for i, text in enumerate(self.text):
            if self.kind[i] != "p":
                continue
            if text in OPEN:
                stack.append(i)
            elif text in CLOSE:
                wanted = CLOSE[text]
                for depth in range(len(stack) - 1, max(-1, len(stack) - 64), -1):
                    opener = self.text[stack[depth]]
                    if opener == wanted:
                        mate[i] = stack[depth]
                        mate[stack[depth]] = i
                        del stack[depth:]
                        break
                    if opener == b"{":
                        break


def tokenize(text: bytes | bytearray, start: int, end: int) -> Tokens:
    """Split ``text[start:end]``, which begins at a line's start; offsets count from the text's start."""
    tokens = Tokens()
    kinds, texts, starts, ends = tokens.kind, tokens.text, tokens.start, tokens.end
    at = start
    last = start
    while at < end:
        for found in _TOKEN.finditer(text, at, end):
            kind = found.lastgroup
            assert kind is not None
            if kind == "e":
                at = end
                break
            begin, stop = found.span(kind)
            if text[begin] == 35 and _begins_line(text, last, begin, start):
                directive = _DIRECTIVE.match(text, begin, end)
                assert directive is not None
                kinds.append("d")
                texts.append(bytes(directive.group()))
                starts.append(begin)
                at = last = directive.end()
                ends.append(at)
                break
            kinds.append(kind)
            texts.append(bytes(found.group(kind)))
            starts.append(begin)
            ends.append(stop)
            last = stop
        else:
            break
    tokens.pair()
    return tokens


def _begins_line(text: bytes | bytearray, last: int, at: int, start: int) -> bool:
    """Tell whether nothing but blanks and comments stands between a line's start and ``at``."""
    return at == start or last == start or text.find(b"\n", last, at) >= 0


def without_constants(text: bytes) -> bytes:
    """Give a text of the same length with a name in place of each number, string and character."""
    found = bytearray(text)
    tokens = tokenize(text, 0, len(text))
    for kind, start, end in zip(tokens.kind, tokens.start, tokens.end, strict=True):
        if kind in "nsc" and b"\n" not in text[start:end]:
            found[start:end] = b"_" * (end - start)
    return bytes(found)
