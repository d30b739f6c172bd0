# SPDX-License-Identifier: GPL-2.0-or-later
"""Types written with several words: ``unsigned`` is ``unsigned int``, and ``unsigned T`` holds any of them.

``int`` in a pattern finds ``signed int`` in code, but ``long`` does not find ``long int``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.match.environment import Code, Environment
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.term import Inner, Leaf, Meta, Term
from rewriter.syntax.tree import Node, leaves

if TYPE_CHECKING:
    from rewriter.match.term import Found, TermMatcher

SIZED = ("sized_type_specifier", "primitive_type")
_SAME = {
    "int": ("signed", "signed int"),
    "signed": ("signed int",),
    "signed int": ("signed",),
    "unsigned": ("unsigned int",),
    "unsigned int": ("unsigned",),
}
_QUALIFIERS = ("const", "volatile")
#: What a constraint that names the first finds, too.
_SHORT = {"signed int": "signed", "unsigned int": "unsigned"}
#: The isomorphisms that say so.
_NAMES = {"int": "add_signed", "signed": "add_int2", "unsigned": "add_int1"}


def same_type(pattern: str, code: str) -> bool:
    """Tell whether the words of a type in code mean what other words of a pattern mean."""
    return code in _SAME.get(pattern, ())


def is_type(wanted: str, code: str) -> bool:
    """Tell whether a type in code, spelled in words, is the one that a constraint names.

    Qualifiers that the constraint does not speak of may be there: ``char *`` is also ``const char *const``.
    """
    levels, found = wanted.split("*"), code.split("*")
    return len(levels) == len(found) and all(map(_is_level, levels, found))


def _is_level(wanted: str, code: str) -> bool:
    """Compare what two types have between two of their stars."""
    asked = [w for w in wanted.split() if w in _QUALIFIERS]
    words = " ".join(w for w in wanted.split() if w not in _QUALIFIERS)
    have = [w for w in code.split() if w in _QUALIFIERS]
    base = " ".join(w for w in code.split() if w not in _QUALIFIERS)
    return (not asked or sorted(asked) == sorted(have)) and base in (words, _SHORT.get(words, words))


def sized(matcher: TermMatcher, term: Inner | Leaf, node: Node, env: Environment, done: Alignment) -> Found:
    """Match the words of a type that differ from the code's in number."""
    terms = term.children if isinstance(term, Inner) else (term,)
    words = list(leaves(node))
    if isinstance(terms[-1], Meta) and terms[-1].sort == "type":
        return _with_meta(matcher, terms[:-1], terms[-1], words, env, done)
    tokens = [t.token for t in terms if isinstance(t, Leaf)]
    written = " ".join(t.text for t in tokens)
    marks = {t.mark for t in tokens}
    if len(tokens) < len(terms) or len(marks) != 1 or not same_type(written, " ".join(w.text for w in words)):
        return []
    if _NAMES.get(written) in matcher.context.disabled:
        return []
    for token in tokens[1:]:
        done = (Aligned(token.id, node.end, node.end), done)
    return matcher.place(tokens[0].id, node, env, done)


def _with_meta(
    matcher: TermMatcher,
    terms: tuple[Term, ...],
    meta: Meta,
    words: list[Node],
    env: Environment,
    done: Alignment,
) -> Found:
    """``unsigned T``: the words of the pattern are the first ones, all others are the metavariable's."""
    if len(words) <= len(terms):
        return []
    ways: Found = [(env, done)]
    for term, word in zip(terms, words, strict=False):
        ways = [r for e, a in ways for r in matcher.match(term, word, e, a)]
    rest = words[len(terms) :]
    raw = matcher.context.source.text[rest[0].start : rest[-1].end]
    value = Code(" ".join(w.text for w in rest), raw, "type")
    place = Node("sized_type_specifier", rest[0].start, rest[-1].end, "type", tuple(rest), "")
    return [r for e, a in ways for r in matcher.bound(meta, value, place, e, a)]
