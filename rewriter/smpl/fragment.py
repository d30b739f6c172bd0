# SPDX-License-Identifier: GPL-2.0-or-later
"""Pattern code to terms through the C parser: stand-ins go in, nodes come out, stand-ins become terms.

``f(x, ...);`` is parsed as ``f(x, smpl_3_);`` inside a function; the leaf at the stand-in's offset
becomes the dots. Groups and nests are one stand-in each, and their branches are parsed on their own in
the same way, so there is no second C grammar. Where SmPL omits what C needs (a ``;`` after a bare
expression, a return type), text without a token behind it is added and does not reach the terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from rewriter.smpl.declarators import apart
from rewriter.smpl.directive import directive, is_directive, matchless
from rewriter.smpl.errors import SemanticPatchError
from rewriter.smpl.items import DotsItem, GroupItem, Item, NestItem, WhenItem
from rewriter.smpl.lexer import CONTEXT, LineReader, Token
from rewriter.smpl.patch import Metavariable
from rewriter.smpl.pieces import both, is_any_type, is_parameter, sort_of, unwritten
from rewriter.smpl.shape import FIELD_KINDS, STATEMENT_KINDS, Shapes, dots_only, first, is_values
from rewriter.smpl.standin import CText, StandIns
from rewriter.smpl.term import Choice, Dots, Inner, Leaf, Meta, Nest, Sequence, Term, When
from rewriter.source.text import AS_BYTES
from rewriter.syntax.attributes import ATTRIBUTE, STORAGE, spans
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import Node, walk

DECLARING = frozenset({"declaration", "parameter_declaration", "field_declaration", "function_definition"})
#: Strings that are matched by their conversions.
_FORMAT = re.compile(r"%@\w+@|^L?\"[^%]*\.\.\..*%|%.*\.\.\.")


class FragmentParser:
    """Parses the pattern code of one rule."""

    def __init__(
        self,
        reader: LineReader,
        metavariables: dict[str, Metavariable],
        tokens: dict[int, Token] | None = None,
    ) -> None:
        self._reader = reader
        self._metavariables = metavariables
        self._tokens = {} if tokens is None else tokens
        self._pending: list[Meta] = []  # attached, and waiting for the end of what they are attached to
        self._shapes = Shapes(metavariables)
        self._stand_ins = StandIns(self._shapes)

    # --- entry points -----------------------------------------------------------------------------

    def body(self, items: list[Item], kind: str = "") -> Sequence:
        """Parse a rule's body; ``kind`` is the header's word: "", expression, identifier or type."""
        if not items:
            raise self._reader.error("the minus slice is empty", 1)
        code = self._body(items, kind)
        if not code.terms:
            raise self._syntax_error(items)
        for left in self._pending:
            raise self._reader.error(
                f"'@{left.name}': no {left.sort} ends here that it could be attached to",
                left.token.line,
                left.token.column,
            )
        return code

    def _body(self, items: list[Item], kind: str) -> Sequence:
        if is_directive(items):
            return self._directive(items)
        if kind == "type" or (not kind and self._shapes.is_type(items)):
            return self._type(items)
        if kind == "identifier":
            return Sequence((self._single(items, "expression"),), "name")
        if kind == "expression" or is_values(items) or self._shapes.is_expression(items):
            return self._expression(items)
        if self._shapes.is_top_level(items):
            return self._statements(items, wrap=False)
        return self._statements(items, wrap=True)

    def branch(self, items: list[Item], sort: str) -> Sequence:
        """Parse a branch of a group that stands where ``sort`` (statements, expression, type) is due."""
        if not items:
            return Sequence((), sort)
        if is_directive(items):
            return self._directive(items)
        if sort == "type":
            return self._type(items)
        if sort == "field":
            return self._field(items)
        if sort == "expression" or self._shapes.is_expression(items):
            return self._expression(items)
        return self._statements(items, wrap=True)

    def _directive(self, items: list[Item]) -> Sequence:
        if isinstance(items[0], GroupItem):
            return Sequence((self._item(items[0], "", "toplevel"),), "toplevel")
        found = directive(self._reader, items, self._part, self._macro_body)
        return Sequence((found,), "toplevel")

    def _part(self, item: Item, role: str) -> Term:
        if isinstance(item, Token) and item.kind != "ident":
            return self._token(item, item.text if item.kind == "op" else "string_literal", role)
        return self._item(item, role, "expression")

    def _macro_body(self, items: list[Item]) -> Term:
        if self._shapes.is_type(items):
            return replace(self._type(items).terms[0], role="value")
        if dots_only(items) or self._shapes.is_expression(items):
            return replace(self._single(items, "expression"), role="value")
        return Inner("macro_body", "value", self._statements(items, wrap=True).terms)

    # --- contexts ---------------------------------------------------------------------------------

    def _expression(self, items: list[Item]) -> Sequence:
        return Sequence((self._single(items, "expression"),), "expression")

    def _single(self, items: list[Item], level: str) -> Term:
        if len(items) == 1 and not isinstance(items[0], Token):
            return self._item(items[0], "", level)
        writer = CText()
        values = is_values(items)
        writer.put("struct smpl_s_ smpl_v_ = " if values else "void smpl_f_(void) { smpl_v_ = (")
        self._stand_ins.write(writer, items, statements=False)
        writer.put(";" if values else "); }")
        root = self._parse(writer, items)
        if values:
            return self._term(next(n for n in walk(root) if n.kind == "initializer_list"), writer, "")
        group = next(n for n in walk(root) if n.kind == "parenthesized_expression")
        inside = [n for n in group.children if n.kind not in ("(", ")")]
        if len(inside) != 1:
            raise self._syntax_error(items)
        return self._term(inside[0], writer, "")

    def _type(self, items: list[Item]) -> Sequence:
        if len(items) == 1 and isinstance(items[0], GroupItem):
            return Sequence((self._item(items[0], "", "type"),), "type")
        writer = CText()
        writer.put("void smpl_f_(void) { offsetof(")
        self._stand_ins.write(writer, items, statements=False)
        writer.put(", smpl_m_); }")
        root = self._parse(writer, items)
        node = next((n for n in walk(root) if n.kind == "type_descriptor"), None)
        if node is None:
            raise self._syntax_error(items)
        return Sequence((self._term(node, writer, ""),), "type")

    def _field(self, items: list[Item]) -> Sequence:
        writer = CText()
        writer.put("struct smpl_s_")
        brace = replace(first(items[0]), text="{", kind="op")
        self._stand_ins.write(writer, [brace, *items], statements=False)
        writer.put("};")
        fields = [n for n in walk(self._parse(writer, items)) if n.kind == "field_declaration"]
        if len(fields) != 1:
            raise self._syntax_error(items)
        return Sequence((self._term(fields[0], writer, ""),), "field")

    def _statements(self, items: list[Item], wrap: bool) -> Sequence:
        for item in items:
            if isinstance(item, Token) and item.kind == "directive":
                hint = "write a rule of its own for it"
                message = f"'{item.text}' cannot stand among other code of a pattern"
                raise matchless(self._reader, item, message, hint)
        writer = CText()
        if wrap:
            writer.put("void smpl_f_(void) {")
        self._stand_ins.write(writer, items, statements=True)
        if wrap:
            writer.put("}")
        root = self._parse(writer, items)
        if wrap:
            block = next(n for n in root.children if n.kind == "function_definition").child("body")
            assert block is not None
            nodes = list(block.children)[1:-1]
        else:
            nodes = list(root.children)
        terms = tuple(apart((t for n in nodes for t in self._terms(n, writer, "")), self._renew))
        return Sequence(terms, "statements" if wrap else "toplevel")

    def _parse(self, writer: CText, items: list[Item]) -> Node:
        text = "".join(writer.parts).encode(*AS_BYTES)
        unit = parse(self._reader.path, text)
        writer.attributes, writer.shadow = unit.source.masks, unit.source.shadow
        nodes = tuple(unit.node(e) for e in unit.elements)
        for node in nodes:
            bad = next((n for n in walk(node) if n.kind == "ERROR" or n.start == n.end), None)
            if bad is not None:
                raise self._syntax_error(items, writer, bad.start)
        if not nodes or not all(e.intact for e in unit.elements):
            raise self._syntax_error(items)
        return Node("translation_unit", 0, len(text), "", nodes, "")

    def _syntax_error(
        self, items: list[Item], writer: CText | None = None, offset: int = 0
    ) -> SemanticPatchError:
        token = first(items[0]) if items else None
        if writer is not None:
            offsets = [o for o in sorted(writer.items) if o <= offset]
            if offsets:
                token = first(writer.items[offsets[-1]])
        line, column = (token.line, token.column) if token else (1, 0)
        around = f" around '{token.text}'" if token else ""
        return self._reader.error(
            f"this pattern is no complete piece of C{around}",
            line,
            column,
            "minus and context lines together must be an expression, statements or a definition",
        )

    # --- nodes to terms ---------------------------------------------------------------------------

    def _terms(self, node: Node, writer: CText, role: str) -> list[Term]:
        """One node as terms: none for text that was only added, two for a label before dots, else one."""
        if not node.children and node.start not in writer.items and node.kind in (";",):
            return []
        term = self._term(node, writer, role)
        if isinstance(term, Inner) and term.kind == "labeled_statement":
            *label, last = term.children
            if isinstance(last, Dots | Nest):
                return [Inner(term.kind, term.role, tuple(label)), last]
        return [term]

    def _term(self, node: Node, writer: CText, role: str = "") -> Term:
        role = role or node.field
        item = writer.items.get(node.start)
        if not node.children or node.kind in ("string_literal", "char_literal"):
            if item is None:
                return Leaf(node.kind, role, unwritten(node))
            if isinstance(item, Token):
                return self._token(item, node.kind, role)
            return self._item(item, role, "expression" if node.kind != "primitive_type" else "type")
        if item is not None and self._is_whole(node, item, writer):
            if isinstance(item, Token):
                return self._token(item, node.kind, role)
            return self._item(item, role, sort_of(node.kind))
        children = tuple(t for c in node.children for t in self._terms(c, writer, c.field))
        if node.kind == "compound_statement":
            children = tuple(apart(children, self._renew))
        if writer.attributes and node.kind in DECLARING:
            children = (*children, *self._attributes(node, writer))
        if node.kind == "expression_statement" and len(children) == 1 and node.children[0].kind != ";":
            return children[0] if not role else replace(children[0], role=role)
        if node.kind == "expression_statement" and node.children[0].kind == "call_expression":
            children = (*self._storage(node, writer), *children)
        if node.kind == "type_descriptor" and len(children) == 1 and is_any_type(children[0]):
            return replace(children[0], role=role)
        if node.kind == "parameter_declaration" and len(children) == 1 and is_parameter(children[0]):
            return replace(children[0], role=role)
        if node.kind == "function_definition" and node.start not in writer.items:
            ghost = children[0]
            if isinstance(ghost, Leaf) and ghost.token.id < 0:
                children = children[1:]
        return self._attach(Inner(node.kind, role, children))

    def _storage(self, node: Node, writer: CText) -> tuple[Term, ...]:
        """The ``static`` before a macro call that declares something, which the parser does not show."""
        ahead = max((at for at in writer.items if at < node.start), default=-1)
        item = writer.items.get(ahead)
        hidden = isinstance(item, Token) and item.text in ("static", "extern")
        return (self._token(item, STORAGE, STORAGE),) if hidden and isinstance(item, Token) else ()

    def _attributes(self, node: Node, writer: CText) -> Iterator[Term]:
        """The attributes of a declaration, as its last children: where they stand does not matter."""
        for span in spans(writer.attributes, writer.shadow, node):
            items = [writer.items[at] for at in range(span.start, span.end) if at in writer.items]
            terms = tuple(self._item(i, "", "expression") for i in items)
            if terms:
                yield Inner(ATTRIBUTE, "attribute", terms)

    def _is_whole(self, node: Node, item: Item, writer: CText) -> bool:
        """``node`` is all that was written for a statement-like stand-in."""
        if isinstance(item, Token):
            whole = self._shapes.kind(item) in STATEMENT_KINDS | FIELD_KINDS
            return whole and node.kind in ("expression_statement", "declaration", "field_declaration")
        if node.kind in ("parameter_declaration", "enumerator"):
            # Alternatives for an enumerator are names of one.
            return len(node.children) == 1 and not (node.kind == "enumerator" and isinstance(item, GroupItem))
        if node.kind in ("expression_statement", "declaration", "field_declaration"):
            if node.children[-1].start in writer.items:
                return False  # its semicolon is the pattern's own
            names = [n for n in walk(node) if n.text.startswith("smpl_")]
            plain = [n for n in walk(node) if not n.children and n.text not in (";", "int")]
            return len(names) == 1 and len(plain) == 1
        return False

    def _token(self, token: Token, kind: str, role: str) -> Term:
        token, attached = self._detach(token)
        term: Term = Leaf(kind, role, replace(token, text="...") if token.text == "......" else token)
        if token.kind in ("ident",) and token.text in self._metavariables:
            term = Meta(token.text, self._metavariables[token.text].kind, role, token)
        elif token.kind == "string" and _FORMAT.search(token.text):
            term = self._format(token, role)
        for meta in attached:
            if token.kind in ("ident", "number", "string", "char") and meta.sort != "statement":
                term = both(term, meta)
            else:
                self._pending.append(meta)
        return term

    def _format(self, token: Token, role: str) -> Term:
        """A string whose conversions count: its text, and the metavariables in it."""
        metas: list[Term] = []
        for name in dict.fromkeys(re.findall(r"%@(\w+)@", token.text)):
            declared = self._metavariables.get(name)
            if declared is None or not declared.kind.startswith("format"):
                hint = f"declare 'format {name};' or 'format list {name};'"
                raise self._reader.error(
                    f"'%@{name}@' needs a format metavariable", token.line, token.column, hint
                )
            metas.append(Meta(name, declared.kind, "", token))
        return Inner("format_string", role, (Leaf("string_literal", "", token), *metas))

    # --- metavariables attached to tokens ---------------------------------------------------------

    def _detach(self, token: Token) -> tuple[Token, list[Meta]]:
        """Part a token from attached metavariables that are no positions; each takes what follows it."""
        names: list[list[str]] = [[]]
        for name in token.attached:
            if self._metavariables[name].kind not in ("position", "position any", "comments"):
                names.append([name])
            else:
                names[-1].append(name)
        if len(names) == 1:
            return token, []
        kept = self._tokens[token.id] = replace(token, attached=tuple(names[0]))
        metas: list[Meta] = []
        for name, *places in names[1:]:
            made = self._renew(token, kind="ident", text=name, mark=CONTEXT, attached=tuple(places))
            metas.append(Meta(name, self._metavariables[name].kind, "", made))
        return kept, metas

    def _renew(self, token: Token, **changes: Any) -> Token:
        """Make another token like this one, or change it if its ``id`` is among the changes."""
        made = replace(token, **{"id": max(self._tokens) + 1, **changes})
        self._tokens[made.id] = made
        return made

    def _attach(self, term: Inner) -> Term:
        """Give the closest expression or statement around a token what is attached to the token."""
        is_expression = term.kind.endswith("_expression") and term.role != "condition"
        is_statement = term.kind.endswith("_statement")
        whole: Term = term
        for meta in list(self._pending):
            if (is_statement and meta.sort == "statement") or (is_expression and meta.sort != "statement"):
                self._pending.remove(meta)
                whole = both(whole, meta)
        return whole

    def _item(self, item: Item, role: str, sort: str) -> Term:
        match item:
            case DotsItem(token=token, whens=whens):
                return Dots(role, token, tuple(self._when(w) for w in whens))
            case NestItem(token=token, items=items, once=once, whens=whens, close=close):
                if not items:
                    raise self._reader.error("this nest is empty", token.line, token.column)
                level = (
                    "expression"
                    if sort == "expression" or self._shapes.is_expression(items)
                    else "statements"
                )
                body = self.branch(items, level)
                for end in (body.terms[0], body.terms[-1]):
                    if level == "statements" and isinstance(end, Dots | Nest):
                        message = "a nest neither begins nor ends with dots or another nest"
                        raise self._reader.error(message, end.token.line, end.token.column)
                return Nest(role, token, body, once, close, tuple(self._when(w) for w in whens))
            case GroupItem(token=token, branches=branches, all_of=all_of):
                if sort == "statements":
                    head = next((b for b in branches if b), [])
                    if head and self._shapes.is_expression(head):
                        sort = "expression"
                if sort == "expression" and branches and self._shapes.is_type(branches[0] or [item]):
                    sort = "type"
                for branch in branches:
                    if sort == "expression" and branch and not self._shapes.may_be_operand(branch):
                        start = first(branch[0])
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
        code = self._expression(when.items) if self._shapes.may_be_expression(when.items) else None
        return When(when.word, code or self._statements(when.items, wrap=True))
