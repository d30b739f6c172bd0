# SPDX-License-Identifier: GPL-2.0-or-later
"""Pattern code to terms through the C parser: stand-ins go in, nodes come out, stand-ins become terms.

``f(x, ...);`` is parsed as ``f(x, smpl_3_);`` inside a function; the leaf at the stand-in's offset
becomes the dots. Groups and nests are one stand-in each, and their branches are parsed on their own in
the same way, so there is no second C grammar. Where SmPL omits what C needs (a ``;`` after a bare
expression, a return type), text without a token behind it is added and does not reach the terms.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.items import DotsItem, GroupItem, Item, NestItem, WhenItem
from rewriter.smpl.lexer import LineReader, Token
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.term import Choice, Dots, Inner, Leaf, Meta, Nest, Sequence, Term, When
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import Node, walk

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
STORAGE_WORDS = frozenset({"static", "extern", "inline", "typedef", "register", "auto"})
#: Stands for any type: a keyword type of tree-sitter-c that no code uses.
TYPE_STAND_IN = "charptr_t"
STATEMENT_KINDS = frozenset({"statement", "statement list", "declaration"})
TYPE_KINDS = frozenset({"type"})


@dataclass(slots=True)
class _Writer:
    """The C text of a list of items, and which item stands at which offset."""

    parts: list[str] = field(default_factory=list)
    at: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    line: int = 0

    def put(self, text: str, item: Item | None = None) -> None:
        if item is not None:
            self.items[self.at] = item
        self.parts.append(text + " ")
        self.at += len(text.encode()) + 1

    def newline(self) -> None:
        self.parts.append("\n")
        self.at += 1


class FragmentParser:
    """Parses the pattern code of one rule."""

    def __init__(self, reader: LineReader, metavariables: dict[str, Metavariable]) -> None:
        self._reader = reader
        self._metavariables = metavariables
        self._iterators = frozenset(m.name for m in metavariables.values() if m.kind.startswith("iterator"))

    # --- entry points -----------------------------------------------------------------------------

    def body(self, items: list[Item], kind: str = "") -> Sequence:
        """Parse a rule's body; ``kind`` is the header's word: "", expression, identifier or type."""
        if not items:
            raise self._reader.error("the minus slice is empty", 1)
        if kind == "type" or (not kind and self._is_type(items)):
            return self._type(items)
        if kind == "identifier":
            return Sequence((self._single(items, "expression"),), "name")
        if kind == "expression" or self._is_expression(items):
            return self._expression(items)
        if self._is_top_level(items):
            return self._statements(items, wrap=False)
        return self._statements(items, wrap=True)

    def branch(self, items: list[Item], sort: str) -> Sequence:
        """Parse a branch of a group that stands where ``sort`` (statements, expression, type) is due."""
        if not items:
            return Sequence((), sort)
        if sort == "type":
            return self._type(items)
        if sort == "expression":
            return self._expression(items)
        return self._statements(items, wrap=True)

    # --- what a piece of pattern is ---------------------------------------------------------------

    def _is_expression(self, items: list[Item]) -> bool:
        """One bare expression: nothing that only a statement has, at its own bracket level."""
        if any(isinstance(i, DotsItem) for i in items if self._depth_zero(items, i)):
            return False
        last = items[-1]
        if isinstance(last, NestItem):
            return False
        if isinstance(last, GroupItem):
            return len(items) > 1 or all(self._is_expression(b) for b in last.branches if b)
        if isinstance(last, DotsItem):
            return True
        if self._kind(last) in STATEMENT_KINDS or last.kind == "directive":
            return False
        first = items[0]
        if isinstance(first, Token) and first.text in CONTROL | {"do", "else", "return", "case", "default"}:
            return False
        return last.text not in (";", "}", ":") or (last.text == "}" and not self._is_block_end(items))

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
                        isinstance(before, Token) and before.text == ")" and self._cast_closes(items, i - 1)
                    )
        return True

    def _cast_closes(self, items: list[Item], closing: int) -> bool:
        opening = _matching(items, closing)
        inside = items[opening + 1 : closing]
        return bool(inside) and self._is_type(inside)

    def _is_type(self, items: list[Item]) -> bool:
        """Only what a type is made of, and at least one word that can be nothing else."""
        sure = False
        after_tag = False
        for item in items:
            if isinstance(item, GroupItem):
                if not all(self._is_type(b) for b in item.branches if b):
                    return False
                sure = True
            elif isinstance(item, Token):
                if item.text in TYPE_WORDS or self._kind(item) in TYPE_KINDS:
                    sure = True
                elif item.text not in ("*", "&") and not after_tag and self._kind(item) != "typedef":
                    return False
                after_tag = item.text in ("struct", "union", "enum")
            else:
                return False
        return sure

    def _is_top_level(self, items: list[Item]) -> bool:
        """A function definition or a directive: what C allows only outside functions."""
        if any(isinstance(i, Token) and i.kind == "directive" for i in items):
            return True
        return self._function_name(items) is not None

    def _function_name(self, items: list[Item]) -> int | None:
        """The index of the name in ``type name(...) {`` at the start of the items, or None."""
        for i, item in enumerate(items):
            if isinstance(item, Token):
                if item.kind == "ident" and item.text not in CONTROL:
                    continue
                if item.text == "*":
                    continue
                if item.text == "(" and i and isinstance(items[i - 1], Token | GroupItem):
                    closing = _matching(items, i)
                    following = items[closing + 1] if closing + 1 < len(items) else None
                    name = items[i - 1]
                    is_loop = isinstance(name, Token) and (
                        name.text in self._iterators or "each" in name.text.lower()
                    )
                    if isinstance(following, Token) and following.text == "{" and not is_loop:
                        return i - 1
                return None
            if isinstance(item, GroupItem) and i + 1 < len(items):
                continue
            return None
        return None

    def _kind(self, item: Item) -> str:
        if isinstance(item, Token) and item.kind == "ident":
            found = self._metavariables.get(item.text)
            return found.kind if found else ""
        return ""

    # --- contexts ---------------------------------------------------------------------------------

    def _expression(self, items: list[Item]) -> Sequence:
        return Sequence((self._single(items, "expression"),), "expression")

    def _single(self, items: list[Item], level: str) -> Term:
        if len(items) == 1 and not isinstance(items[0], Token):
            return self._item(items[0], "", level)
        writer = _Writer()
        writer.put("void smpl_f_(void) { smpl_v_ = (")
        self._write(writer, items, statements=False)
        writer.put("); }")
        root = self._parse(writer, items)
        group = next(n for n in walk(root) if n.kind == "parenthesized_expression")
        inside = [n for n in group.children if n.kind not in ("(", ")")]
        if len(inside) != 1:
            raise self._syntax_error(items)
        return self._term(inside[0], writer, "")

    def _type(self, items: list[Item]) -> Sequence:
        if len(items) == 1 and isinstance(items[0], GroupItem):
            return Sequence((self._item(items[0], "", "type"),), "type")
        writer = _Writer()
        writer.put("void smpl_f_(void) { sizeof(")
        self._write(writer, items, statements=False)
        writer.put("); }")
        root = self._parse(writer, items)
        node = next((n for n in walk(root) if n.kind == "type_descriptor"), None)
        if node is None:
            raise self._syntax_error(items)
        return Sequence((self._term(node, writer, ""),), "type")

    def _statements(self, items: list[Item], wrap: bool) -> Sequence:
        writer = _Writer()
        if wrap:
            writer.put("void smpl_f_(void) {")
        self._write(writer, items, statements=True)
        if wrap:
            writer.put("}")
        root = self._parse(writer, items)
        if wrap:
            block = next(n for n in root.children if n.kind == "function_definition").child("body")
            assert block is not None
            nodes = list(block.children)[1:-1]
        else:
            nodes = list(root.children)
        terms = tuple(t for n in nodes for t in self._terms(n, writer, ""))
        return Sequence(terms, "statements" if wrap else "toplevel")

    def _parse(self, writer: _Writer, items: list[Item]) -> Node:
        text = "".join(writer.parts).encode("utf-8", "surrogateescape")
        unit = parse(self._reader.path, text)
        nodes = tuple(unit.node(e) for e in unit.elements)
        for node in nodes:
            bad = next((n for n in walk(node) if n.kind == "ERROR" or n.start == n.end), None)
            if bad is not None:
                raise self._syntax_error(items, writer, bad.start)
        if not nodes or not all(e.intact for e in unit.elements):
            raise self._syntax_error(items)
        return Node("translation_unit", 0, len(text), "", nodes, "")

    def _syntax_error(
        self, items: list[Item], writer: _Writer | None = None, offset: int = 0
    ) -> SemanticPatchError:
        token = _first(items[0]) if items else None
        if writer is not None:
            offsets = [o for o in sorted(writer.items) if o <= offset]
            if offsets:
                token = _first(writer.items[offsets[-1]])
        line, column = (token.line, token.column) if token else (1, 0)
        around = f" around '{token.text}'" if token else ""
        return self._reader.error(
            f"this pattern is no complete piece of C{around}",
            line,
            column,
            "minus and context lines together must be an expression, statements or a definition",
        )

    # --- writing ----------------------------------------------------------------------------------

    def _write(self, writer: _Writer, items: list[Item], statements: bool) -> None:
        """Write the items as C, keeping track of where a statement can start."""
        brackets: list[str] = []  # what each open bracket is: block, list, fields, paren, header
        start = statements  # a statement could start here
        open_expression = False  # an expression was written that nothing has ended yet
        header_next = False
        ternary = 0
        name_index = self._function_name(items) if statements else None
        if name_index == 0:
            writer.put("void")
        for i, item in enumerate(items):
            in_block = statements and (not brackets or brackets[-1] == "block")
            follower = items[i + 1] if i + 1 < len(items) else None
            if not isinstance(item, Token):
                as_statement = in_block and self._stands_alone(item, start or open_expression, follower)
                if as_statement:
                    if open_expression:
                        writer.put(";")
                    writer.put(f"smpl_{_first(item).id}_;", item)
                    start, open_expression = True, False
                elif brackets and brackets[-1] == "fields":
                    writer.put(f"int smpl_{_first(item).id}_;", item)
                else:
                    type_like = isinstance(item, GroupItem) and self._is_type([item])
                    writer.put(TYPE_STAND_IN if type_like else f"smpl_{_first(item).id}_", item)
                    start, open_expression = False, in_block
                continue
            text = item.text
            if item.kind == "directive":
                writer.newline()
                writer.put(text, item)
                writer.newline()
                start, open_expression = True, False
                continue
            kind = self._kind(item)
            if kind in STATEMENT_KINDS and in_block:
                if open_expression and not start:
                    writer.put(";")
                stand_in = f"smpl_{item.id}_;" if kind != "declaration" else f"int smpl_{item.id}_;"
                writer.put(stand_in, item)
                start, open_expression = True, False
                continue
            if in_block and open_expression and self._begins_statement(item, items, i):
                writer.put(";")
                start = True
            if kind in TYPE_KINDS:
                writer.put(TYPE_STAND_IN, item)
                start, open_expression = False, False
                continue
            if kind in ("binary operator", "assignment operator", "unary operator"):
                writer.put({"b": "==", "a": "=", "u": "-"}[kind[0]], item)
                start = False
                continue
            if text == "}" and brackets and brackets[-1] == "block" and open_expression:
                writer.put(";")
            # A loop macro is known by "each" in its name.
            writer.put(f"smpl_each_{item.id}_" if text in self._iterators else text, item)
            if text in "([{" and item.kind == "op":
                brackets.append(self._bracket(items, i, header_next, in_block))
                header_next = False
                start = brackets[-1] == "block"
                open_expression = False
            elif text in ")]}" and item.kind == "op":
                closed = brackets.pop() if brackets else ""
                start = closed in ("header", "block")
                open_expression = not start and statements and (not brackets or brackets[-1] == "block")
            elif text == ";":
                start, open_expression, ternary = True, False, 0
            elif text in ("else", "do"):
                start, open_expression = True, False
            elif text == "?":
                ternary += 1
                start = False
            elif text == ":" and in_block and not ternary:
                start, open_expression = True, False
            else:
                if text == ":":
                    ternary -= 1
                if text in CONTROL or text in self._iterators or self._is_loop(items, i, start):
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
            return item.kind == "ident" and isinstance(before, GroupItem) and item.line > _last(before).line
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
        first = next((b for b in item.branches if b), [])
        if not first or not self._is_expression(first):
            return True
        if self._is_type([item]):
            return False
        if follower is None or not isinstance(follower, Token):
            return True
        return follower.line > _last(item).line and follower.kind == "ident"

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
            if before.text == ")" and self._cast_closes(items, at - 1):
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

    # --- nodes to terms ---------------------------------------------------------------------------

    def _terms(self, node: Node, writer: _Writer, role: str) -> list[Term]:
        """One node as terms: none for text that was only added, else one."""
        if not node.children and node.start not in writer.items and node.kind in (";",):
            return []
        return [self._term(node, writer, role)]

    def _term(self, node: Node, writer: _Writer, role: str = "") -> Term:
        role = role or node.field
        item = writer.items.get(node.start)
        if not node.children or node.kind in ("string_literal", "char_literal"):
            if item is None:
                return Leaf(node.kind, role, _ghost(node))
            if isinstance(item, Token):
                return self._token(item, node.kind, role)
            return self._item(item, role, "expression" if node.kind != "primitive_type" else "type")
        if item is not None and self._is_whole(node, item):
            if isinstance(item, Token):
                return self._token(item, node.kind, role)
            return self._item(item, role, _sort_of(node.kind))
        children = tuple(t for c in node.children for t in self._terms(c, writer, c.field))
        if node.kind == "expression_statement" and len(children) == 1:
            return children[0] if not role else _with_role(children[0], role)
        if node.kind == "type_descriptor" and len(children) == 1 and isinstance(children[0], Meta | Choice):
            return _with_role(children[0], role)
        if node.kind == "function_definition" and node.start not in writer.items:
            ghost = children[0]
            if isinstance(ghost, Leaf) and ghost.token.id < 0:
                children = children[1:]
        return Inner(node.kind, role, children)

    def _is_whole(self, node: Node, item: Item) -> bool:
        """``node`` is all that was written for a statement-like stand-in."""
        if isinstance(item, Token):
            whole = self._kind(item) in STATEMENT_KINDS or item.kind == "directive"
            return whole and node.kind in (
                "expression_statement",
                "declaration",
                "preproc_include",
                "field_declaration",
            )
        if node.kind == "parameter_declaration":
            return len(node.children) == 1
        if node.kind in ("expression_statement", "declaration", "field_declaration"):
            names = [n for n in walk(node) if n.text.startswith("smpl_")]
            plain = [n for n in walk(node) if not n.children and n.text not in (";", "int")]
            return len(names) == 1 and len(plain) == 1
        return False

    def _token(self, token: Token, kind: str, role: str) -> Term:
        if token.kind in ("ident",) and token.text in self._metavariables:
            declared = self._metavariables[token.text]
            return Meta(token.text, declared.kind, role, token)
        return Leaf(kind, role, token)

    def _item(self, item: Item, role: str, sort: str) -> Term:
        match item:
            case DotsItem(token=token, whens=whens):
                return Dots(role, token, tuple(self._when(w) for w in whens))
            case NestItem(token=token, items=items, once=once, whens=whens):
                if not items:
                    raise self._reader.error("this nest is empty", token.line, token.column)
                level = "expression" if sort == "expression" or self._is_expression(items) else "statements"
                body = self.branch(items, level)
                return Nest(role, token, body, once, tuple(self._when(w) for w in whens))
            case GroupItem(token=token, branches=branches, all_of=all_of):
                if sort == "statements":
                    first = next((b for b in branches if b), [])
                    if first and self._is_expression(first):
                        sort = "expression"
                if sort == "expression" and branches and self._is_type(branches[0] or [item]):
                    sort = "type"
                for branch in branches:
                    if sort == "expression" and branch and not self._is_expression(branch):
                        start = _first(branch[0])
                        raise self._reader.error(
                            "the first branch is an expression, so this one must be one too",
                            start.line,
                            start.column,
                            "end the first branch with ';' to match statements",
                        )
                return Choice(role, tuple(self.branch(b, sort) for b in branches), all_of, token)
            case Token():
                return self._token(item, "identifier", role)

    def _when(self, when: WhenItem) -> When:
        if not when.items:
            return When(when.word)
        code = self._expression(when.items) if self._is_expression(when.items) else None
        return When(when.word, code or self._statements(when.items, wrap=True))


def _sort_of(kind: str) -> str:
    return "statements" if kind in ("expression_statement", "declaration") else "expression"


def _with_role(term: Term, role: str) -> Term:
    match term:
        case Leaf():
            return Leaf(term.kind, role, term.token)
        case Meta():
            return Meta(term.name, term.sort, role, term.token)
        case Dots():
            return Dots(role, term.token, term.whens)
        case Nest():
            return Nest(role, term.token, term.body, term.once, term.whens)
        case Choice():
            return Choice(role, term.branches, term.all_of, term.token)
        case Inner():
            return Inner(term.kind, role, term.children)
        case _:
            return term


def _ghost(node: Node) -> Token:
    """A token for text that was only added; no source text is ever tied to it."""
    return Token(-1, "op", node.text, "context", 0, 0)


def _matching(items: list[Item], at: int) -> int:
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


def _first(item: Item) -> Token:
    return item if isinstance(item, Token) else item.token


def _last(item: Item) -> Token:
    """The last token of an item (the opening one of an empty group)."""
    if isinstance(item, Token):
        return item
    if isinstance(item, GroupItem):
        tails = [b[-1] for b in item.branches if b]
        return _last(tails[-1]) if tails else item.token
    if isinstance(item, NestItem) and item.items:
        return _last(item.items[-1])
    return item.token
