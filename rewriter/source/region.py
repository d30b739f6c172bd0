# SPDX-License-Identifier: GPL-2.0-or-later
"""One stretch of a file under the full rules: its tokens, their contexts, and the edits made to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rewriter.source.context import Contexts
from rewriter.source.macros import MacroTable
from rewriter.source.shadow import Canvas
from rewriter.source.tokens import Tokens

TYPE_WORDS = frozenset(
    b"void char short int long float double signed unsigned bool _Bool __signed__ __int128 "
    b"size_t ssize_t".split()
)
TAG_WORDS = frozenset([b"struct", b"union", b"enum"])
QUALIFIERS = frozenset(
    b"const volatile restrict static extern inline register typedef _Atomic __inline __inline__ __restrict "
    b"_Noreturn __thread _Thread_local auto __const __extension__ __volatile__ thread_local".split()
)
TYPEOF = frozenset(
    b"typeof __typeof__ __typeof typeof_member typeof_unqual __unqual_scalar_typeof TYPEOF_UNQUAL".split()
)
JUMPS = frozenset(b"return goto break continue".split())
STATEMENT_WORDS = JUMPS | frozenset(b"if else for while do switch case default".split())
OPERATOR_WORDS = frozenset(
    b"sizeof typeof __typeof__ __typeof offsetof _Generic __alignof__ _Alignof alignof".split()
)
ASM_WORDS = frozenset(b"asm __asm__ __asm asm_volatile asm_inline".split())
KEYWORDS = TYPE_WORDS | TAG_WORDS | QUALIFIERS | STATEMENT_WORDS | OPERATOR_WORDS | ASM_WORDS

_TYPE_LIKE = re.compile(
    rb"(?:__)?(?:[usbl]|le|be|int)+\d+|\w+_t|bool|"
    rb"__(?:sum16|wsum|typeof\w*|inline\w*|const|volatile|restrict|asm\w*|signed\w*)"
)


def is_type_like(name: bytes) -> bool:
    """Tell whether a name can be seen to be a type's: ``u32``, ``__le16``, ``loff_t``."""
    return _TYPE_LIKE.fullmatch(name) is not None


@dataclass(slots=True)
class Region:
    """Tokens with contexts; ``hidden`` marks tokens that an edit already covers."""

    canvas: Canvas
    table: MacroTable
    effort: int
    tokens: Tokens
    where: Contexts
    hidden: bytearray = field(default_factory=bytearray)

    def after(self, index: int) -> int:
        """Give the next token that is no preprocessor line and not hidden, -1 at the end."""
        index += 1
        kinds, hidden = self.tokens.kind, self.hidden
        while index < len(kinds) and (kinds[index] == "d" or hidden[index]):
            index += 1
        return index if index < len(kinds) else -1

    def before(self, index: int) -> int:
        """Give the token before that is not blanked, a preprocessor line included; -1 at the start."""
        index -= 1
        while index >= 0 and self.hidden[index] and self._is_blank(index):
            index -= 1
        return index

    def _is_blank(self, index: int) -> bool:
        return not self.canvas.shadow[self.tokens.start[index] : self.tokens.end[index]].strip()

    def shown(self, index: int) -> bytes:
        """Give the token's text, or the last byte of what is shown in its place."""
        if self.hidden[index]:
            end = self.tokens.end[index]
            return bytes(self.canvas.shadow[end - 1 : end])
        return self.tokens.text[index]

    def ends(self, index: int) -> bool:
        """Tell whether the token ends a statement or declaration, or is shown as something that does."""
        return self.shown(index) in (b";", b"}")

    def new_line(self, first: int, second: int) -> bool:
        """Tell whether a line ends between two tokens."""
        return b"\n" in self.canvas.text[self.tokens.end[first] : self.tokens.start[second]]

    def hide(self, first: int, last: int) -> None:
        """Mark the tokens ``first..last`` as covered by an edit."""
        for index in range(first, last + 1):
            self.hidden[index] = 1

    def blank(self, first: int, last: int, kind: str) -> None:
        """Blank the tokens ``first..last``."""
        tokens = self.tokens
        self.canvas.blank(tokens.start[first], tokens.end[last], kind, tokens.text[first])
        self.hide(first, last)

    def show(self, first: int, last: int, word: bytes, kind: str) -> None:
        """Show ``word`` in place of the tokens ``first..last``."""
        tokens = self.tokens
        self.canvas.show(tokens.start[first], tokens.end[last], word, kind, tokens.text[first])
        self.hide(first, last)

    def show_call(self, first: int, last: int, kind: str) -> None:
        """Show the macro call ``first..last`` as an identifier and a semicolon."""
        tokens = self.tokens
        self.canvas.show_call(tokens.start[first], tokens.end[last], kind, tokens.text[first])
        self.hide(first, last)

    def opaque(self, first: int, last: int) -> None:
        """Show the tokens ``first..last`` as one identifier."""
        tokens = self.tokens
        self.canvas.opaque(tokens.start[first], tokens.end[last], tokens.text[first])
        self.hide(first, last)

    def starts_statement(self, index: int) -> bool:
        """Tell whether a statement of a function's body begins at this token."""
        if self.where.letter[index] != "b" or self.where.paren[index] >= 0:
            return False
        before = self.before(index)
        if before < 0 or self.tokens.kind[before] == "d":
            return True
        text = self.tokens.text[before]
        if self.ends(before) or text in (b"{", b"else", b"do"):
            return True
        if text == b":":
            return self._is_label_colon(before)
        if text == b")":
            opening = self.tokens.mate[before]
            head = self.before(opening) if opening >= 0 else -1
            return head >= 0 and self.tokens.text[head] in (b"if", b"for", b"while", b"switch")
        return False

    def _is_label_colon(self, index: int) -> bool:
        opening = self.tokens.mate[index - 1] if self.tokens.text[index - 1] == b")" else -1
        if opening > 1 and self.tokens.kind[opening - 1] == "w":
            return self.tokens.text[opening - 2] in (b";", b"{", b"}", b":")  # one that a macro makes
        for back in range(index - 1, max(-1, index - 40), -1):
            text = self.tokens.text[back]
            if text in (b"case", b"default"):
                return True
            if text == b"?":
                return False
            if text in (b";", b"{", b"}"):
                return index - back == 2
        return False

    def starts_declaration(self, index: int) -> bool:
        """Tell whether a declaration begins at this token, at top level or among a struct's members."""
        if self.where.letter[index] not in "ts" or self.where.paren[index] >= 0:
            return False
        before = self.before(index)
        if before < 0 or self.tokens.kind[before] == "d":
            return True
        ended = self.ends(before) and not self.ends_type(before)
        return ended or self.tokens.text[before] == b"{"

    def ends_type(self, index: int) -> bool:
        """Tell whether a token is the brace behind the members of a struct, union or enum."""
        opening = self.tokens.mate[index] if index >= 0 and self.shown(index) == b"}" else -1
        return opening >= 0 and self.where.letter[min(opening + 1, len(self.tokens) - 1)] in "se"
