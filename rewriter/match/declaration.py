# SPDX-License-Identifier: GPL-2.0-or-later
"""Declarations: storage and qualifiers a pattern need not mention, one declarator of several, types.

``int b;`` finds ``static int b;``, and it finds ``b`` in ``int a, b, c;`` as long as what is to be changed is
``b``'s alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rewriter.match.declarator import constant_pointer, peelings, without_idle_parentheses
from rewriter.match.environment import Code, Environment
from rewriter.match.kinds import OPTIONAL
from rewriter.match.spelling import spelled, written
from rewriter.match.witness import Aligned, Alignment
from rewriter.smpl.declinit import valueless
from rewriter.smpl.lexer import Token
from rewriter.smpl.term import Choice, Inner, Leaf, Meta, Term, tokens_of
from rewriter.syntax.attributes import ATTRIBUTE, attributes
from rewriter.syntax.tree import Node, leaves, spell

if TYPE_CHECKING:
    from rewriter.match.constraint import Context
    from rewriter.match.term import Found, TermMatcher


#: The isomorphism without which a pattern has to mention these words of a declaration.
_REFUSING = {
    "storage_class_specifier": "optional_storage",
    "type_qualifier": "optional_qualifier",
    ATTRIBUTE: "optional_attributes",
}


def declaring(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    """Match a declaration, parameter, field, cast's type or function header."""
    kind = term.child("type")
    if not isinstance(kind, Choice) or kind.all_of:
        return _declaring(matcher, term, node, env, done)
    for branch in kind.branches:
        found = _declaring(matcher, _of_type(term, kind, branch.terms[0]), node, env, done)
        if found:
            return found
    return []


def _of_type(term: Inner, old: Term, kind: Term) -> Inner:
    """Give a declaration with another type: ``const char *`` brings a qualifier and a star for the name."""
    words = kind.children if isinstance(kind, Inner) and kind.kind == "type_descriptor" else (kind,)
    base = tuple(replace(w, role="type") if w.role in ("", "type") else w for w in words[:1])
    base = tuple(w for w in words if w.role != "declarator") if len(words) > 1 else base
    outer = next((w for w in words if w.role == "declarator"), None)
    children: list[Term] = []
    for child in term.children:
        if child is old:
            children += base
        elif child.role == "declarator" and isinstance(outer, Inner):
            children.append(_inside(outer, child))
        else:
            children.append(child)
    return replace(term, children=tuple(children))


def _inside(outer: Inner, name: Term) -> Inner:
    """Put a name into the stars that a type brings."""
    if isinstance(name, Inner) and name.kind == "init_declarator":
        declared = name.children[0]
        return replace(name, children=(_inside(outer, declared), *name.children[1:]))
    kind = outer.kind.removeprefix("abstract_")
    inner = next((c for c in outer.children if c.role == "declarator"), None)
    own = tuple(c for c in outer.children if c is not inner)
    within = _inside(inner, name) if isinstance(inner, Inner) else replace(name, role="declarator")
    return Inner(kind, "declarator", (*own, within))


def _declaring(matcher: TermMatcher, term: Inner, node: Node, env: Environment, done: Alignment) -> Found:
    asked = [t for t in term.children if isinstance(t, Inner) and t.kind in OPTIONAL]
    plain = not any(t.kind == "type_qualifier" for t in asked)
    of_type: list[Node] = []
    if not plain and _names_whole_type(term):
        pointed = constant_pointer(node)
        if pointed is not None:
            # In ``const T x`` the ``const`` is the pointer's; what it points to belongs to T.
            of_type = [n for n in node.children if n.kind == "type_qualifier"]
            node, plain = pointed, True
    words = [n for n in node.children if n.kind in OPTIONAL and n not in of_type]
    words += attributes(matcher.context.source, node)
    ways, left = declared_words(matcher, asked, words, env, None)
    if not ways or any(_has_to_be_asked_for(matcher.context, n) for n in left):
        return []
    qualifiers = of_type + [n for n in left if n.kind == "type_qualifier"]
    if not plain and qualifiers:
        return []
    macros = [n for n in left if _is_macro(n)]
    terms = tuple(t for t in term.children if t not in asked)
    ended = any(isinstance(t, Leaf) and t.token.text == ";" for t in terms[-1:])
    nodes = [n for n in node.children if n.kind not in OPTIONAL and (ended or n.kind != ";")]
    own = _own(term)
    left.sort(key=lambda n: n.start)
    headed = bool(own) and own[0] in matcher.context.plus and not matcher.context.removed(own[0])
    if own and removed_alone(matcher.context, own):
        ways = [(e, _with(own[0], left, a)) for e, a in ways]
    elif own and all(matcher.context.removed(t) for t in own):
        free = next((t for t in own if t not in matcher.context.plus), own[0])
        ways = [(e, _with(free, _enclosed(node, macros), a)) for e, a in ways]
    elif headed and left and own[0] not in matcher.context.qualified:
        # What is added before the declaration goes before its storage, but for what is the type's.
        ways = [(e, (Aligned(own[0], left[0].start, left[0].start), a)) for e, a in ways]
    shell = Inner(term.kind, term.role, terms)
    declarators = [n for n in nodes if n.field == "declarator"]
    if len(declarators) <= 1 or len([t for t in terms if t.role == "declarator"]) != 1:
        found = [
            r for e, a in ways for r in _declared(matcher, shell, nodes, [*qualifiers, *macros], plain, e, a)
        ]
        return [(e, _append(done, a)) for e, a in found]
    separate = _separable(matcher.context, term)
    if separate is None or (node.kind == "type_definition" and not separate):
        return []
    found = []
    for one in declarators:
        others = [n for n in nodes if n.field != "declarator" and n.kind != ","]
        at = next((i for i, n in enumerate(others) if n.kind == ";"), len(others))
        single = [*others[:at], one, *others[at:]]
        for e, a in ways:
            for bound, alignment in _declared(matcher, shell, single, [*qualifiers, *macros], plain, e, a):
                found.append((bound, _append(done, alignment, node if separate else None)))
    return found


def _enclosed(node: Node, macros: list[Node]) -> list[Node]:
    """The macros behind a declaration's type: what takes the declaration's place takes theirs, too."""
    kind = node.child("type")
    return [n for n in macros if kind is not None and kind.start < n.start and n.end <= node.end]


def structure_of(context: Context, term: Inner, node: Node) -> Node | None:
    """Give the definition of a structure that ``typedef struct s { int a; } t;`` holds, None for others.

    ``struct s { ... };`` finds it unless it goes as a whole.
    """
    kind, named = node.child("type"), [n for n in node.children if n.field == "declarator"]
    asked, end = term.child("type"), term.children[-1]
    if kind is None or len(named) != 1 or named[0].children or not isinstance(asked, Inner):
        return None
    if asked.kind not in ("struct_specifier", "union_specifier") or asked.child("name") is None:
        return None
    if not isinstance(end, Leaf) or context.removed(end.token.id):
        return None
    word = next(n for n in node.children if n.text == "typedef")
    storage = Node("storage_class_specifier", word.start, word.end, "", (word,), "")
    children = [storage if n is word else n for n in node.children if n is not named[0]]
    return Node("declaration", node.start, node.end, node.field, tuple(children), "")


def _names_whole_type(term: Inner) -> bool:
    """Tell whether a type metavariable stands right before the name, as in ``const T x``."""
    declarator = term.child("declarator")
    if isinstance(declarator, Inner) and declarator.kind == "init_declarator":
        declarator = declarator.children[0]
    kind = term.child("type")
    return isinstance(kind, Meta) and kind.sort == "type" and isinstance(declarator, Meta | Leaf)


@lru_cache(maxsize=4096)
def _own(term: Inner) -> tuple[int, ...]:
    """The tokens of a term that somebody wrote."""
    return tuple(t.id for t in tokens_of(term) if t.id >= 0)


def removed_alone(context: Context, tokens: Sequence[int]) -> bool:
    """Tell whether all tokens are removed and nothing is put in their place; code may come before them."""
    replaced = any(t in context.plus for t in tokens if t != tokens[0] or t not in context.led)
    return not replaced and all(context.removed(t) for t in tokens)


def _is_macro(word: Node) -> bool:
    return word.kind == ATTRIBUTE and not word.children[0].text.startswith("__attribute")


def _has_to_be_asked_for(context: Context, word: Node) -> bool:
    """Tell whether a pattern has to mention a word of a declaration; macros go unseen."""
    return not _is_macro(word) and _REFUSING.get(word.kind) in context.disabled


def _separable(context: Context, term: Inner) -> bool | None:
    """Whether a match on one declarator of several changes it by removal; None when it may not match.

    The words all declarators share can only be removed with one of them if what takes their place may be
    added more than once; else they have to stay as they are.
    """
    tokens = _own(term)
    if all(context.removed(t) for t in tokens):
        return True if all(context.plus.get(t, True) for t in tokens) else None
    shared = [t.id for c in term.children for t in _of_type_alone(c)]
    # What comes before a declaration that may also have a value is tied to both forms, not to shared words.
    led = tokens[:1] if tokens and tokens[0] in context.led else ()
    free = led if valueless(term, context.plus) not in {"", *context.disabled} else ()
    changed = any(context.removed(t) or (t in context.plus and t not in free) for t in shared)
    return None if changed else False


def _of_type_alone(part: Term) -> Iterator[Token]:
    """Give the tokens of a part of a declaration that are no name, value or width: stars are the type's."""
    if isinstance(part, Inner) and part.kind.endswith("declarator"):
        ends = part.kind in ("init_declarator", "bitfield_declarator")
        for child in part.children[:1] if ends else part.children:
            yield from _of_type_alone(child)
    elif part.role != "declarator":
        yield from tokens_of(part)


def declared_words(
    matcher: TermMatcher, asked: list[Inner], words: list[Node], env: Environment, done: Alignment
) -> tuple[Found, list[Node]]:
    """Match storage, qualifiers and attributes of the pattern in any order; give also what is left."""
    ways: Found = [(env, done)]
    left = list(words)
    for term in asked:
        spelled = [t.text for t in tokens_of(term)]
        place = next((n for n in left if [leaf.text for leaf in leaves(n)] == spelled), None)
        place = place or next((n for n in left if n.kind == term.kind), None)
        if place is None:
            return [], left
        left.remove(place)
        only = term.children[0]
        asks = only if isinstance(only, Meta) and only.sort == "attribute" else term
        ways = [r for e, a in ways for r in matcher.match(asks, place, e, a)]
    return ways, left


def _with(token: int, nodes: list[Node], alignment: Alignment) -> Alignment:
    for node in nodes:
        alignment = (Aligned(token, node.start, node.end), alignment)
    return alignment


def _declared(
    matcher: TermMatcher,
    term: Inner,
    nodes: list[Node],
    free: list[Node],
    plain: bool,
    env: Environment,
    done: Alignment,
) -> Found:
    kind = next((c for c in term.children if c.role == "type"), None)
    sole = term.children[0] if len(term.children) == 1 else None
    meta = kind if isinstance(kind, Meta) else sole if isinstance(sole, Meta) else None
    if meta is None or meta.sort != "type":
        return matcher.children(term.children, tuple(nodes), env, done)
    place = next((n for n in nodes if n.field == "type"), None)
    if place is None:
        return []
    declarator = next((n for n in nodes if n.field == "declarator"), None)
    rest = tuple(c for c in term.children if c is not meta)
    qualifiers = [n for n in free if n.kind == "type_qualifier"]
    macros = [n for n in free if n.kind == ATTRIBUTE]
    # Macros in front of a type are no part of it; in a cast they go with it.
    ahead = [n for n in macros if n.end <= place.start] if meta is sole else []
    found: Found = []
    # A qualifier in the pattern says something of the type itself, not of what it points to.
    for outer, left in peelings(declarator) if plain else [([], declarator)]:
        swapped = (left if n is declarator else n for n in nodes if n is not place)
        others = tuple(n for n in swapped if n is not None)
        words = sorted([*qualifiers, place], key=lambda n: n.start)
        inside = [n for n in macros if n.start >= place.end and (left is None or n.end <= left.start)]
        taken = [*outer, *inside]
        value = type_value(matcher.context, words, taken, left)
        for e, a in matcher.bound(meta, value, place, env, done):
            extra = [n for n in (*ahead, *words, *taken) if n is not place]
            found += matcher.children(rest, others, e, _with(meta.token.id, extra, a))
    return found


def written_type(matcher: TermMatcher, term: Meta, node: Node, env: Environment, done: Alignment) -> Found:
    """A type metavariable for the type of a cast or ``sizeof``, whose macros go with it.

    Those behind the first word of the type are part of it: ``__user`` of ``(__force int __user *)``.
    """
    macros = [n for n in attributes(matcher.context.source, node) if _is_macro(n)]
    value = matcher.code(node)
    place = node.child("type")
    inside = [n for n in macros if place is not None and n.start >= place.end]
    if inside:
        parts = sorted([*leaves(node), *inside], key=lambda n: n.start)
        end = max(node.end, inside[-1].end)
        raw = matcher.context.source.text[node.start : end]
        value = Code(" ".join(spell(n) for n in parts), raw, "type", plain=value.plain or value.key)
    return [(e, _with(term.token.id, macros, a)) for e, a in matcher.bound(term, value, node, env, done)]


def type_value(context: Context, words: list[Node], taken: list[Node], left: Node | None) -> Code:
    """Give the type made of words and the outer part of a declarator, with the place of the inner part."""
    text = context.source.text
    taken = sorted(taken, key=lambda n: n.start)
    raw = b" ".join(written(text, [n], n.start, n.end) for n in words)
    before = [n for n in taken if left is None or n.start < left.start]
    behind = [n for n in taken if n not in before]
    before, behind = without_idle_parentheses(before, behind)
    taken = [*before, *behind]
    key = spelled((*words, *before, *behind))
    if not taken:
        return Code(key, raw, "type")
    plain = spelled([n for n in (*words, *before, *behind) if n.kind != ATTRIBUTE])
    head = raw
    for previous, node in zip((None, *before), before, strict=False):
        space = (
            previous is None or previous.kind == "type_qualifier" or ATTRIBUTE in (previous.kind, node.kind)
        )
        head += (b" " if space else b"") + text[node.start : node.end]
    tail = text[behind[0].start : behind[-1].end] if behind else b""
    return Code(key, head + tail, "type", hole=len(head) if behind else -1, plain=plain)


def _append(done: Alignment, alignment: Alignment, declaration: Node | None = None) -> Alignment:
    """Put ``alignment`` on top of ``done``; it notes the declaration that a declarator was picked from."""
    entries: list[Aligned] = []
    while alignment is not None:
        entry, alignment = alignment
        entries.append(entry if declaration is None else entry._replace(shared=declaration))
    for entry in reversed(entries):
        done = (entry, done)
    return done
