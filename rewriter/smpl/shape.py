# SPDX-License-Identifier: GPL-2.0-or-later
"""What a list of items of pattern code is: an expression, a type, statements, a definition.

``f(x)`` is an expression and ``f(x);`` is statements; the C parser is shown each in the place it fits.
"""

from __future__ import annotations

from rewriter.smpl.items import DotsItem, GroupItem, Item, NestItem
from rewriter.smpl.lexer import Token
from rewriter.smpl.patch import Metavariable
from rewriter.source.macros import MacroTable

CONTROL = frozenset({"if", "while", "for", "switch"})
TYPE_WORDS = frozenset(
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
        "struct",
        "union",
        "enum",
        "const",
        "volatile",
        "static",
        "extern",
        "inline",
        "register",
        "bool",
        "_Bool",
        "typedef",
    ]
)
_STORAGE = frozenset({"static", "extern", "inline"})
STATEMENT_WORDS = CONTROL | {"do", "else", "return", "case", "default", "goto", "break", "continue"}
OPERATORS = frozenset(
    [
        "&&",
        "||",
        "|",
        "&",
        "^",
        "+",
        "-",
        "*",
        "/",
        "%",
        "=",
        "+=",
        "-=",
        "|=",
        "&=",
        "==",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        "<<",
        ">>",
        "?",
        ":",
    ]
)
#: Operators that no statement begins with: behind them a nest is an operand.
_BETWEEN = OPERATORS - {"&", "+", "-", "*"}
STORAGE_WORDS = frozenset({"static", "extern", "inline", "typedef", "register", "auto"})
#: Stands for any type: a keyword type of tree-sitter-c that no code uses.
TYPE_STAND_IN = "charptr_t"
STATEMENT_KINDS = frozenset({"statement", "statement list", "declaration"})
FIELD_KINDS = frozenset({"field", "field list"})
TYPE_KINDS = frozenset({"type", "typedef"})


_BEFORE_CASTS = STATEMENT_WORDS | {"sizeof"}


def dots_only(items: list[Item]) -> bool:
    """Tell whether the items are just ``...``."""
    return len(items) == 1 and isinstance(items[0], DotsItem)


class Shapes:
    """Tells what items are, under a rule's metavariables."""

    def __init__(self, metavariables: dict[str, Metavariable]) -> None:
        self._metavariables = metavariables
        self.iterators = frozenset(m.name for m in metavariables.values() if m.kind.startswith("iterator"))

    def is_expression(self, items: list[Item], due: bool = False) -> bool:
        """One bare expression: nothing that only a statement has, at its own bracket level.

        Where none is ``due``, ``*`` behind a nest begins a statement.
        """
        head = items[0]
        if isinstance(head, Token) and (head.text in STATEMENT_WORDS or head.kind == "directive"):
            return False
        if any(self._ends_statement(i) and self._depth_zero(items, i) for i in items[:-1]):
            return False
        if len(items) > 1 and isinstance(items[1], Token) and items[1].text == ":":
            return False  # a label
        for i, item in enumerate(items):
            if isinstance(item, DotsItem | NestItem) and self._depth_zero(items, item):
                before = items[i - 1] if i else None
                after = items[i + 1] if i + 1 < len(items) else None
                nest = isinstance(item, NestItem) and not due
                beside = _is_operator(before) or _is_operator(after, _BETWEEN if nest else OPERATORS)
                if not (beside or self._stands_for_operator(before) or self._stands_for_operator(after)):
                    return False
        last = items[-1]
        if isinstance(last, NestItem):
            return True
        if isinstance(last, GroupItem):
            return len(items) > 1 or all(self.is_expression(b) for b in last.branches if b)
        if isinstance(last, DotsItem):
            return True
        if self.kind(last) in STATEMENT_KINDS:
            return False
        return last.text not in (";", "}", ":") or (last.text == "}" and not self._is_block_end(items))

    def _stands_for_operator(self, item: Item | None) -> bool:
        return item is not None and self.kind(item) in ("binary operator", "assignment operator")

    def may_be_expression(self, items: list[Item]) -> bool:
        """Tell whether the items are an expression where one is due: a nest may stand for one there."""
        return self.is_expression(items, due=True) or (len(items) == 1 and isinstance(items[0], NestItem))

    def may_be_operand(self, branch: list[Item]) -> bool:
        """Tell whether a branch that is due to be an expression is one, or dots, or several of both."""
        parts: list[list[Item]] = [[]]
        for item in branch:
            comma = isinstance(item, Token) and item.text == "," and self._depth_zero(branch, item)
            parts.append([]) if comma else parts[-1].append(item)
        return all(part and (dots_only(part) or self.may_be_expression(part)) for part in parts)

    def _ends_statement(self, item: Item) -> bool:
        """Tell whether a statement ends with this item."""
        if isinstance(item, GroupItem):
            return not any(self.is_expression(b) or self.is_type(b) for b in item.branches if b)
        return isinstance(item, Token) and (item.text == ";" or self.kind(item) in STATEMENT_KINDS)

    def _depth_zero(self, items: list[Item], wanted: Item) -> bool:
        depth = 0
        for item in items:
            if item is wanted:
                return depth == 0
            if isinstance(item, Token) and item.kind == "op":
                depth += (item.text in "([{") - (item.text in ")]}")
        return False

    def _is_block_end(self, items: list[Item]) -> bool:
        """The closing brace at the end closes a block (and not a compound literal)."""
        depth = 0
        for i in reversed(range(len(items))):
            item = items[i]
            if isinstance(item, Token) and item.kind == "op":
                depth += (item.text == "}") - (item.text == "{")
                if depth == 0:
                    before = items[i - 1] if i else None
                    return not (
                        isinstance(before, Token) and before.text == ")" and self.cast_closes(items, i - 1)
                    )
        return True

    def cast_closes(self, items: list[Item], closing: int) -> bool:
        """Tell whether the parenthesis at ``closing`` ends a cast."""
        opening = matching(items, closing)
        before = items[opening - 1] if opening else None
        if isinstance(before, Token) and before.kind == "ident" and before.text not in _BEFORE_CASTS:
            return False  # a parameter list
        if isinstance(before, GroupItem) and not self.is_type([before]):
            return False  # that of a function with one of several names
        inside = items[opening + 1 : closing]
        return bool(inside) and self.is_type(inside)

    def is_type(self, items: list[Item]) -> bool:
        """Only what a type is made of, and at least one word that can be nothing else."""
        sure = False
        after_tag = False
        closed = -1
        for i, item in enumerate(items):
            if i <= closed:
                continue
            if _is_typeof(item) and i + 1 < len(items):
                sure, closed = True, matching(items, i + 1)
            elif isinstance(item, Token) and item.text == "{" and _is_tagged(items[:i]):
                closed, after_tag = matching(items, i), False
            elif isinstance(item, GroupItem):
                if not all(self.is_type(b) for b in item.branches if b):
                    return False
                sure = True
            elif isinstance(item, Token):
                if item.text in TYPE_WORDS or self.kind(item) in TYPE_KINDS:
                    sure = True
                elif item.text not in ("*", "&") and not after_tag:
                    return False
                after_tag = item.text in ("struct", "union", "enum")
            else:
                return False
        return sure

    def is_top_level(self, items: list[Item]) -> bool:
        """A function definition: what C allows only outside functions."""
        return self.function_name(items) is not None

    def function_name(self, items: list[Item]) -> int | None:
        """The index of the name in ``type name(...) {`` at the start of the items, or None."""
        for i, item in enumerate(items):
            if isinstance(item, Token):
                if item.kind == "ident" and item.text not in CONTROL:
                    continue
                if item.text == "*":
                    continue
                if item.text == "(" and i and isinstance(items[i - 1], Token | GroupItem):
                    closing = matching(items, i)
                    following = items[closing + 1] if closing + 1 < len(items) else None
                    name = items[i - 1]
                    is_loop = isinstance(name, Token) and (
                        name.text in self.iterators or "each" in name.text.lower()
                    )
                    if isinstance(following, Token) and following.text == "{" and not is_loop:
                        return i - 1
                return None
            if isinstance(item, GroupItem) and i + 1 < len(items):
                continue
            return None
        return None

    def lacks_type(self, before: list[Item]) -> bool:
        """Tell whether what stands before a function's name says nothing of its type."""
        known = MacroTable.default().attributes
        return all(
            isinstance(i, Token) and (i.text in _STORAGE or i.text.encode() in known or self._is_attribute(i))
            for i in before
        )

    def _is_attribute(self, item: Item) -> bool:
        return self.kind(item).startswith("attribute")

    def kind(self, item: Item) -> str:
        """Give the kind of metavariable an item is, "" for none."""
        if isinstance(item, Token) and item.kind == "ident":
            found = self._metavariables.get(item.text)
            return found.kind if found else ""
        return ""


def _is_tagged(items: list[Item]) -> bool:
    """Tell whether what is defined in the braces behind these items is a structure: it is a type, too."""
    words = [item.text for item in items[-2:] if isinstance(item, Token)]
    return any(word in ("struct", "union", "enum") for word in words)


def _is_typeof(item: Item) -> bool:
    return isinstance(item, Token) and item.text.strip("_") == "typeof"


def _is_operator(item: Item | None, operators: frozenset[str] = OPERATORS) -> bool:
    return isinstance(item, Token) and item.kind == "op" and item.text in operators


def matching(items: list[Item], at: int) -> int:
    """The index of the bracket that pairs with the one at ``at``; the last index when there is none."""
    here = items[at]
    assert isinstance(here, Token)
    step = 1 if here.text in "([{" else -1
    depth, i = 0, at
    while 0 <= i < len(items):
        item = items[i]
        if isinstance(item, Token) and item.kind == "op":
            depth += (item.text in "([{") - (item.text in ")]}")
            if depth == 0:
                return i
        i += step
    return len(items) - 1 if step > 0 else 0


def is_values(items: list[Item]) -> bool:
    """Tell whether items are values in braces, of which the first is ``.name = ...``."""
    head = [item.text if isinstance(item, Token) else "" for item in items[:2]]
    return head == ["{", "."]


def first(item: Item) -> Token:
    """Give the first token of an item."""
    return item if isinstance(item, Token) else item.token


def last(item: Item) -> Token:
    """The last token of an item (the opening one of an empty group)."""
    if isinstance(item, Token):
        return item
    if isinstance(item, GroupItem):
        tails = [b[-1] for b in item.branches if b]
        return last(tails[-1]) if tails else item.token
    if isinstance(item, NestItem) and item.items:
        return last(item.items[-1])
    return item.token
