# SPDX-License-Identifier: GPL-2.0-or-later
"""Pattern code as C text that a C parser takes: stand-ins for what is no C.

``f(x, ...); S`` is written ``f ( x , smpl_3_ ) ; smpl_5_;``; which item stands at which offset is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.smpl.items import DotsItem, GroupItem, Item, NestItem
from rewriter.smpl.lexer import Token
from rewriter.smpl.patch import OPERATOR_KINDS
from rewriter.smpl.shape import (
    CONTROL,
    FIELD_KINDS,
    STATEMENT_KINDS,
    TYPE_KINDS,
    TYPE_STAND_IN,
    TYPE_WORDS,
    Shapes,
    first,
    last,
)
from rewriter.source.text import AS_BYTES, Mask


@dataclass(slots=True)
class CText:
    """The C text of a list of items, and which item stands at which offset."""

    parts: list[str] = field(default_factory=list)
    at: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    line: int = 0
    attributes: tuple[Mask, ...] = ()  # the places of attributes, which the parser does not show
    shadow: bytes = b""

    def put(self, text: str, item: Item | None = None) -> None:
        """Write ``text``, which stands for ``item``."""
        if item is not None:
            self.items[self.at] = item
        self.parts.append(text + " ")
        self.at += len(text.encode(*AS_BYTES)) + 1


class StandIns:
    """Writes items as C text."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def write(self, writer: CText, items: list[Item], statements: bool) -> None:
        """Write the items as C, keeping track of where a statement can start."""
        brackets: list[str] = []  # what each open bracket is: block, list, fields, paren, header
        start = statements  # a statement could start here
        open_expression = False  # an expression was written that nothing has ended yet
        header_next = False
        ternary = 0
        name_index = self._shapes.function_name(items) if statements else None
        if name_index is not None and self._shapes.lacks_type(items[:name_index]):
            writer.put("void")
        for i, item in enumerate(_with_ranges(items)):
            in_block = statements and (not brackets or brackets[-1] == "block")
            follower = items[i + 1] if i + 1 < len(items) else None
            if not isinstance(item, Token):
                as_statement = in_block and self._stands_alone(item, start or open_expression, follower)
                if as_statement:
                    if open_expression:
                        writer.put(";")
                    writer.put(f"smpl_{first(item).id}_;", item)
                    start, open_expression = True, False
                else:
                    in_fields = bool(brackets) and brackets[-1] == "fields"
                    type_like = isinstance(item, GroupItem) and self._shapes.is_type([item])
                    stand_in = TYPE_STAND_IN if type_like else f"smpl_{first(item).id}_"
                    whole = in_fields and not type_like and _begins_field(items[i - 1])
                    writer.put(f"int {stand_in};" if whole else stand_in, item)
                    start, open_expression = False, in_block
                continue
            text = item.text
            kind = self._shapes.kind(item)
            if kind in STATEMENT_KINDS and in_block:
                if open_expression and not start:
                    writer.put(";")
                stand_in = f"smpl_{item.id}_;" if kind != "declaration" else f"int smpl_{item.id}_;"
                writer.put(stand_in, item)
                start, open_expression = True, False
                continue
            if kind in FIELD_KINDS and brackets and brackets[-1] == "fields":
                writer.put(f"int smpl_{item.id}_;", item)
                start, open_expression = True, False
                continue
            if in_block and open_expression and self._begins_statement(item, items, i):
                writer.put(";")
                start = True
            if kind in TYPE_KINDS:
                writer.put(TYPE_STAND_IN, item)
                start, open_expression = False, False
                continue
            if kind in ("attribute", "attribute name"):
                writer.put(f"__attribute__((smpl_{item.id}_))", item)
                continue
            if kind in OPERATOR_KINDS:
                writer.put({"b": "==", "a": "=", "u": "-"}[kind[0]], item)
                start = open_expression = False
                continue
            if text == "}" and brackets and brackets[-1] == "block" and open_expression:
                writer.put(";")
            if text == "......":
                text = "..."
            # A loop macro is known by "each" in its name.
            writer.put(f"smpl_each_{item.id}_" if text in self._shapes.iterators else text, item)
            if text in "([{" and item.kind == "op":
                brackets.append(self._bracket(items, i, header_next, in_block))
                header_next = False
                start = brackets[-1] == "block"
                open_expression = False
            elif text in ")]}" and item.kind == "op":
                closed = brackets.pop() if brackets else ""
                start = closed in ("header", "block")
                inside = bool(brackets) and brackets[-1] != "block"
                open_expression = (
                    not (start or inside) and statements and not self._shapes.cast_closes(items, i)
                )
            elif text == ";":
                start, open_expression, ternary = True, False, 0
            elif text in ("else", "do"):
                start, open_expression = True, False
            elif text == "?":
                ternary += 1
                start = open_expression = False
            elif text == ":" and in_block and not ternary:
                start, open_expression = True, False
            else:
                if text == ":":
                    ternary -= 1
                if text in CONTROL or text in self._shapes.iterators or self._is_loop(items, i, start):
                    header_next = True
                start = False
                ends = item.kind in ("ident", "number", "string", "char")
                open_expression = in_block and ends and text not in TYPE_WORDS | {"goto", "return", "case"}
        if statements and open_expression:
            writer.put(";")

    def _is_loop(self, items: list[Item], at: int, start: bool) -> bool:
        """A macro loop: a name with "each" in it where a statement starts."""
        item = items[at]
        return start and isinstance(item, Token) and item.kind == "ident" and "each" in item.text.lower()

    def _begins_statement(self, item: Token, items: list[Item], at: int) -> bool:
        """A new statement starts although nothing ended the expression before: its line is a new one."""
        before = items[at - 1]
        if not isinstance(before, Token):
            group = isinstance(before, GroupItem) and not self._shapes.is_type([before])
            return group and item.kind == "ident" and item.line > last(before).line
        return (
            item.kind == "ident"
            and item.line > before.line
            and before.text == ")"
            and (item.text in CONTROL or item.text in ("return", "goto", "break", "continue", "do"))
        )

    def _stands_alone(self, item: Item, start: bool, follower: Item | None) -> bool:
        """Dots, a nest or a group is a whole statement here, not part of an expression."""
        if isinstance(item, DotsItem):
            return start
        if not start:
            return False
        if isinstance(item, NestItem):
            return True
        assert isinstance(item, GroupItem)
        if self._shapes.is_type([item]) and follower is not None:
            return False
        first = next((b for b in item.branches if b), [])
        if not first or not self._shapes.is_expression(first):
            return True
        if follower is None or not isinstance(follower, Token):
            return True
        return follower.line > last(item).line and follower.kind == "ident"

    def _bracket(self, items: list[Item], at: int, header: bool, in_block: bool) -> str:
        token = items[at]
        assert isinstance(token, Token)
        if token.text == "[":
            return "list"
        if token.text == "(":
            return "header" if header else "paren"
        before = items[at - 1] if at else None
        if isinstance(before, Token):
            if before.text in ("=", ",", "return") or (before.text == "{" and not in_block):
                return "list"
            if before.text == ")" and self._shapes.cast_closes(items, at - 1):
                return "list"
            if before.text == "(":
                return "block"
            tag = items[at - 2] if at >= 2 else None
            if "struct" in (before.text, getattr(tag, "text", "")) or "union" in (
                before.text,
                getattr(tag, "text", ""),
            ):
                return "fields"
            if "enum" in (before.text, getattr(tag, "text", "")):
                return "list"
        return "block" if in_block or before is None else "list"


def _with_ranges(items: list[Item]) -> list[Item]:
    """Take the dots of ``[0 ... 3] =`` in values for C's own: they stand for no code."""
    found = list(items)
    for i, item in enumerate(items):
        if isinstance(item, DotsItem) and _text(items, i + 1) not in ("", "]") and _opens_range(items, i):
            found[i] = item.token
    return found


def _opens_range(items: list[Item], at: int) -> bool:
    """Tell whether ``[`` stands before the value that dots follow, behind what values have before them."""
    opening = next((i for i in range(at - 1, -1, -1) if _text(items, i) in ("[", ";", "{", "}", ",")), -1)
    return 0 <= opening < at - 1 and _text(items, opening) == "[" and _text(items, opening - 1) in ("{", ",")


def _text(items: list[Item], at: int) -> str:
    item = items[at] if 0 <= at < len(items) else None
    return item.text if isinstance(item, Token) else "" if item is None else "..."


def _begins_field(before: Item) -> bool:
    """Tell whether a field begins behind an item of a struct."""
    return not isinstance(before, Token) or before.text in ("{", ";")
