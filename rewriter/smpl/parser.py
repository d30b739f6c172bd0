# SPDX-License-Identifier: GPL-2.0-or-later
"""Semantic patch text to `SemanticPatch`: split into rules, parse each, check what they say of each other.

A rule is a header ``@ name ... @``, declarations up to ``@@``, and a body up to the next ``@`` in
column 0. Virtual rules are constants: a rule whose dependency they make false is parsed, and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rewriter.smpl.advice import advice
from rewriter.smpl.anykind import settle
from rewriter.smpl.arms import EndTies
from rewriter.smpl.brackets import check_brackets
from rewriter.smpl.chunks import Chunk, cut, prolog_end
from rewriter.smpl.dead import drop_dead_rules
from rewriter.smpl.declarations import DeclarationParser
from rewriter.smpl.errors import MatchlessError
from rewriter.smpl.fragment import FragmentParser
from rewriter.smpl.header import Header, HeaderParser
from rewriter.smpl.isofile import Isomorphism, IsomorphismChoice, read_isomorphisms
from rewriter.smpl.isomorphism import Isomorphisms
from rewriter.smpl.items import Grouped, Grouper
from rewriter.smpl.lexer import BodyLexer, LineReader, Token
from rewriter.smpl.malformed import check_complete, check_items
from rewriter.smpl.optional import with_or_without, without_optional_headers
from rewriter.smpl.patch import (
    LENGTH,
    NAME_KINDS,
    OPERATOR_KINDS,
    AllC,
    Metavariable,
    OneOf,
    Rule,
    ScriptRule,
    SemanticPatch,
)
from rewriter.smpl.placing import in_functions
from rewriter.smpl.plus import inline_lines, plus_code, with_dots_of_c
from rewriter.smpl.plusslice import check_plus_slice
from rewriter.smpl.prolog import beside, read_prolog
from rewriter.smpl.required_words import required_words
from rewriter.smpl.reshaped import reshaped
from rewriter.smpl.roles import check_roles
from rewriter.smpl.term import Body, Choice, CommentChange, Sequence
from rewriter.smpl.validate import (
    check_positions,
    check_rules,
    check_stars,
    note_uses,
    virtual_identifiers,
)

#: Kinds that stand for the place of a token.
PLACES = frozenset({"position", "position any", "comments"})
#: Other kinds that may be attached to a token.
ATTACHED = frozenset(
    {"expression", "identifier", "statement", "constant", "idexpression", "local idexpression"}
)
EXTENSIONS = frozenset({"analysis", "comments", "simplify", "verdicts"})


def parse_semantic_patch(
    text: str,
    path: str,
    virtuals: frozenset[str] = frozenset(),
    bindings: tuple[tuple[str, str], ...] = (),
    *,
    every: bool = False,
    isomorphisms: IsomorphismChoice | None = None,
    as_written: bool = False,
) -> SemanticPatch:
    """Parse a semantic patch, with the virtual rules of ``-D name`` and the values of ``-D name=value``.

    With ``every``, rules that do not run with these are there, too, to be looked at; with ``as_written`` plus
    code keeps its white space.
    Raises SemanticPatchError with file, line, caret and hint.
    """
    reader = LineReader(path, text.split("\n"))
    return _Parser(reader, text, virtuals, bindings, isomorphisms or IsomorphismChoice(), as_written).parse(
        every
    )


@dataclass(slots=True)
class _Parser:
    """Parses one file; the lists are shared with the parsers of the files it includes."""

    _reader: LineReader
    _text: str
    _enabled: frozenset[str]
    _bindings: tuple[tuple[str, str], ...]
    _chosen: IsomorphismChoice
    _as_written: bool
    _declared: list[str] = field(default_factory=list)
    _warnings: list[str] = field(default_factory=list)
    _isomorphisms: list[Isomorphism] = field(default_factory=list)
    _names: dict[str, Metavariable] = field(default_factory=dict)  # of types and macros: for all rules below
    _open: tuple[str, ...] = ()  # the files being included

    def parse(self, every: bool) -> SemanticPatch:
        rules: list[Rule | ScriptRule] = []
        extensions = self.load(rules)
        rules = _attributes_named(rules)
        unknown = self._enabled - set(self._declared)
        if unknown:
            name = min(unknown)
            hint = "it declares " + (", ".join(self._declared) or "none")
            raise self._reader.error(f"virtual rule '{name}' is not declared here", 0, hint=hint)
        check_rules(rules, self._reader)
        self._warnings += advice(rules, self._reader.path)
        kept = note_uses(drop_dead_rules(rules, dict(self._bindings)))
        identifiers = virtual_identifiers(rules)
        if not kept and not every:
            raise self._reader.error("no rule applies", 0, hint=self._what_would_apply(identifiers))
        check_positions(kept, self._reader)
        check_stars(kept, self._reader)
        live = {rule.name: rule for rule in kept}
        idle = frozenset(rule.name for rule in rules) - live.keys()
        return SemanticPatch(
            self._reader.path,
            self._text,
            required_words(kept, dict(self._bindings)),
            tuple(live.get(rule.name, rule) for rule in rules) if every else kept,
            tuple(self._declared),
            extensions,
            tuple(line[3:].strip() for line in self._reader.lines if line.startswith("///")),
            tuple(self._warnings),
            self._bindings,
            identifiers,
            idle,
        )

    def load(self, rules: list[Rule | ScriptRule]) -> frozenset[str]:
        """Add the rules of the file and of those it includes to ``rules``; give its extensions."""
        end = prolog_end(self._text)
        if end < 0:
            raise self._reader.error(
                "there is no rule in this semantic patch", 0, hint="a rule starts with @@"
            )
        self._prolog(end, rules)
        extensions = self._extensions()
        for chunk in cut(self._reader, self._text):
            rules.append(self._rule(chunk, rules, extensions))
        return extensions

    def _what_would_apply(self, identifiers: tuple[str, ...]) -> str:
        off = [f"-D {name}" for name in self._declared if name not in self._enabled]
        unset = [f"-D {name}=NAME" for name in identifiers if name not in dict(self._bindings)]
        hints = [f"switch a virtual rule on: {' or '.join(off)}"] if off else []
        hints += [f"name what it is about: {' '.join(unset)}"] if unset else []
        return "; ".join(hints) or "nothing uses what matches: add '-', '+' or '*' lines, or a script"

    # --- prolog -----------------------------------------------------------------------------------

    def _prolog(self, end: int, rules: list[Rule | ScriptRule]) -> None:
        prolog = read_prolog(self._reader, end)
        self._declared += prolog.virtuals
        for name, line in prolog.using:
            self._isomorphisms += read_isomorphisms(beside(self._reader, name, line))
        for name, line in prolog.includes:
            if name in self._open:
                raise self._reader.error(f"'{name}' includes itself", line)
            reader = beside(self._reader, name, line)
            other = replace(self, _reader=reader, _text="\n".join(reader.lines), _open=(*self._open, name))
            other.load(rules)

    def _extensions(self) -> frozenset[str]:
        found: set[str] = set()
        for number, line in enumerate(self._reader.lines, 1):
            match = re.match(r"//\s*Extensions:(.*)", line)
            if not match:
                continue
            for name in re.split(r"[,\s]+", match[1].strip()):
                if name and name not in EXTENSIONS:
                    known = ", ".join(sorted(EXTENSIONS))
                    raise self._reader.error(
                        f"there is no extension '{name}'", number, 0, f"there are {known}"
                    )
                found.add(name)
        return frozenset(found - {""})

    # --- rules ------------------------------------------------------------------------------------

    def _rule(
        self, chunk: Chunk, earlier: list[Rule | ScriptRule], extensions: frozenset[str]
    ) -> Rule | ScriptRule:
        rules, virtuals = frozenset(r.name for r in earlier), frozenset(self._declared)
        header = HeaderParser(
            self._reader, chunk.line, chunk.header, rules, virtuals, self._enabled, extensions
        ).parse()
        place = f" of {self._open[-1]}" if self._open else ""
        name = header.name or f"rule starting on line {chunk.line}{place}"
        declarations = DeclarationParser(
            self._reader, chunk.declarations, chunk.declarations_line, chunk.declarations_column, extensions
        )
        declarations.typedefs = _names_of("typedef", earlier)
        if header.script:
            inputs, outputs = declarations.script()
            lines = self._reader.lines[chunk.body_first - 1 : chunk.body_last]
            lines[:1] = [
                line[chunk.body_column :].lstrip() for line in lines[:1] if chunk.body_column
            ] or lines[:1]
            # A line of SmPL comment between a script and the next rule is none of Python's.
            code = "\n".join("" if line.startswith("//") else line for line in lines)
            return ScriptRule(
                name, chunk.line, header.script, header.depends_on, inputs, outputs, code, chunk.body_first
            )
        known = {**self._names, **_extended(header.extends, earlier)}
        metavariables = declarations.metavariables(known)
        self._names.update({n: m for n, m in metavariables.items() if m.kind in NAME_KINDS})
        body, metavariables = self._body(chunk, header, metavariables, extensions)
        return Rule(
            name,
            chunk.line,
            header.depends_on,
            header.quantifier,
            header.disabled,
            metavariables,
            body,
            anonymous=not header.name,
            simplify=header.simplify,
        )

    def _body(
        self,
        chunk: Chunk,
        header: Header,
        metavariables: dict[str, Metavariable],
        extensions: frozenset[str],
    ) -> tuple[Body, dict[str, Metavariable]]:
        """Parse a rule's code; what it says of the kinds of metavariables comes along."""
        comments = "comments" in extensions
        lexer = BodyLexer(self._reader, chunk.body_first, chunk.body_last, comments, chunk.body_column)
        pieces = lexer.run()
        pieces = with_dots_of_c(pieces, self._reader)
        check_brackets(pieces, self._reader)
        metavariables = settle(metavariables, pieces)
        for piece in pieces:
            if isinstance(piece, Token):
                self._check_token(piece, metavariables)
        lists = frozenset(n for n, m in metavariables.items() if m.kind.endswith(" list"))
        grouped = Grouper(self._reader, without_optional_headers(pieces), comments, lists).run()
        if not grouped.items:
            raise self._reader.error("the minus slice is empty: there is nothing to match", chunk.line)
        operators = frozenset(n for n, m in metavariables.items() if m.kind in OPERATOR_KINDS)
        check_items(grouped.items, self._reader, operators)
        tokens = {p.id: p for p in pieces if isinstance(p, Token)}
        try:
            in_code = {n: m for n, m in metavariables.items() if m.kind != LENGTH}
            code = FragmentParser(self._reader, in_code, tokens).body(grouped.items, header.kind)
            check_complete(grouped.items, code, self._reader)
            check_roles(code, self._reader)
            warning = "" if header.kind else check_plus_slice(pieces, code, in_code, self._reader)
            self._warnings += [warning] if warning else []
        except MatchlessError as error:
            self._warnings.append(f"{error.path}:{error.line}: no code can match: {error.message}")
            code = Sequence((Choice("", (), False, next(iter(tokens.values()))),), "statements")
        code = with_or_without(code)
        code = EndTies(tokens, grouped.before, grouped.after).sequence(code)
        others = reshaped(code, grouped.before, grouped.after)
        more = list(self._isomorphisms)
        for file in header.using:
            more += read_isomorphisms(beside(self._reader, file, chunk.line))
        disabled = header.disabled | self._chosen.disabled
        shipped = self._chosen.shipped(self._reader)
        isomorphisms = Isomorphisms.standard(self._reader, disabled, chunk.line, tuple(more), shipped)
        code = isomorphisms.expand(code, metavariables, tokens, grouped.before, grouped.after)
        statements = code.level in ("statements", "toplevel", "type")
        inline = inline_lines(pieces, statements, metavariables)
        before, after = (
            {key: plus_code(lines, inline, self._as_written) for key, lines in tied.items()}
            for tied in (grouped.before, grouped.after)
        )
        inside = any(in_functions(code, added, metavariables) for added in (before, after))
        seeds = {n: m.seed.names for n, m in metavariables.items() if m.seed is not None}
        return Body(code, tokens, before, after, _comments(grouped), inside, seeds, others), metavariables

    def _check_token(self, token: Token, metavariables: dict[str, Metavariable]) -> None:
        if token.text == "......":
            return
        for name in token.attached:
            declared = metavariables.get(name)
            if declared is None:
                raise self._reader.error(f"'@{name}': no such metavariable", token.line, token.column)
            if declared.kind not in PLACES | ATTACHED:
                raise self._reader.error(
                    f"'@{name}': attaching a metavariable of kind '{declared.kind}' is not supported yet",
                    token.line,
                    token.column,
                )


def _extended(name: str, earlier: list[Rule | ScriptRule]) -> dict[str, Metavariable]:
    """The metavariables of the rule that is extended, as inherited ones."""
    rule = next((r for r in earlier if isinstance(r, Rule) and r.name == name), None)
    found = rule.metavariables.values() if rule else ()
    plain = (*NAME_KINDS, "fresh identifier")
    return {
        m.name: m if m.origin or m.kind in plain else replace(m, origin=name, constraint=None) for m in found
    }


def _names_of(kind: str, rules: Iterable[Rule | ScriptRule]) -> frozenset[str]:
    """The names that rules declare as ``typedef`` or ``attribute name``."""
    found = (m for r in rules if isinstance(r, Rule) for m in r.metavariables.values())
    return frozenset(m.name for m in found if m.kind == kind)


def _attributes_named(rules: list[Rule | ScriptRule]) -> list[Rule | ScriptRule]:
    """Let attribute metavariables stand for the attributes that the semantic patch names, and no others."""
    named = OneOf(tuple(sorted(_names_of("attribute name", rules))))

    def limited(variable: Metavariable) -> Metavariable:
        if variable.kind != "attribute":
            return variable
        asked = (variable.constraint,) if variable.constraint else ()
        return replace(variable, constraint=AllC((named, *asked)))

    return [
        replace(rule, metavariables={n: limited(m) for n, m in rule.metavariables.items()})
        if isinstance(rule, Rule)
        else rule
        for rule in rules
    ]


def _comments(grouped: Grouped) -> dict[int, tuple[CommentChange, ...]]:
    return {key: tuple(changes) for key, changes in grouped.comments.items()}
