# SPDX-License-Identifier: GPL-2.0-or-later
"""Full rules for names between types and declarators: attributes nobody told us of.

In ``static inline FAST int f(void)`` one of the unknown names is the function's; of two that are too
many the one that looks most like a macro is blanked.
"""

from __future__ import annotations

from rewriter.source.region import (
    ASM_WORDS,
    KEYWORDS,
    OPERATOR_WORDS,
    QUALIFIERS,
    STATEMENT_WORDS,
    TAG_WORDS,
    TYPE_WORDS,
    Region,
    is_type_like,
)

_OF_VALUES = frozenset(b"sizeof + - & | . -> == != < > << >> ? ! ~".split())


def mask_extra_words(region: Region) -> None:
    """Blank names that stand between types and declarators: attributes nobody told us of."""
    tokens = region.tokens
    i = 0
    while i < len(tokens):
        if tokens.kind[i] != "w" or region.hidden[i]:
            i += 1
            continue
        letter = region.where.letter[i]
        before = region.before(i)
        text = region.shown(before) if before >= 0 else b""
        if letter in "tsb" and _declares(region, i, before, text):
            i = mask_words(region, i)
        else:
            i += 1


def mask_leading(region: Region, index: int) -> int:
    """Blank ``__name`` and ``__name(..)`` that lead a definition; give the first token of what is left."""
    tokens = region.tokens
    i = index
    while i >= 0 and tokens.text[i].startswith(b"__") and not is_type_like(tokens.text[i]):
        after = region.after(i)
        if after < 0:
            return i
        last = i
        if tokens.text[after] == b"(" and tokens.mate[after] > 0:
            last = tokens.mate[after]
            after = region.after(last)
            if after < 0 or tokens.kind[after] != "w":
                return i
        elif tokens.kind[after] != "w" or not (
            region.new_line(i, after)
            or tokens.text[after].startswith(b"__")
            or tokens.text[after] in QUALIFIERS
        ):
            return i
        region.blank(i, last, "attribute")
        i = after
    return i


def _declares(region: Region, index: int, before: int, text: bytes) -> bool:
    letter = region.where.letter[index]
    paren = region.where.paren[index]
    tokens = region.tokens
    if text == b"*":
        return letter in "ts" or region.where.paren[index] < 0
    if paren >= 0 and letter in "ts" and _ends_parameter(region, index, before):
        return True
    if paren >= 0:
        return text in (b"(", b",") if letter in "ts" else text == b"(" and _is_cast(region, index, paren)
    if letter == "b":
        return region.starts_statement(index)
    if text == b",":
        return True
    if text == b"]" and letter == "b" and tokens.at(index + 1) == b"=":
        return True
    if text in (b")", b"]"):
        head = tokens.mate[before] - 1
        if (
            head < 0
            or tokens.text[head] in KEYWORDS
            or not (tokens.kind[head] == "w" or tokens.text[head] == b")")
        ):
            return False  # a cast
        return letter in "ts" and (not region.new_line(before, index) or tokens.text[index] not in KEYWORDS)
    return region.ends_type(before) or region.starts_declaration(index)


def _ends_parameter(region: Region, index: int, before: int) -> bool:
    """Tell whether a word stands behind a parameter's brackets: of ``int x[] A``, ``int (*f)(int) A``."""
    tokens, after = region.tokens, region.after(index)
    if after < 0 or tokens.text[after] not in (b",", b")") or tokens.text[before] not in (b")", b"]"):
        return False
    head = tokens.mate[before] - 1
    if tokens.text[before] == b"]":
        return head >= 0 and (tokens.kind[head] == "w" or tokens.text[head] == b"]")
    return head >= 0 and tokens.text[head] == b")" and tokens.at(tokens.mate[head] + 1) == b"*"


def _is_cast(region: Region, index: int, opening: int) -> bool:
    """Tell whether all between the parentheses is words, two at least, and stars: ``(struct a FAR *)``."""
    tokens = region.tokens
    stop = tokens.mate[opening]
    first = tokens.text[index]
    if stop < index + 3 or tokens.text[stop - 1] != b"*" or first in STATEMENT_WORDS | OPERATOR_WORDS:
        return False
    stars = next(k for k in range(index, stop) if tokens.text[k] == b"*")
    return stars > index + 1 and all(
        tokens.kind[k] == "w" if k < stars else tokens.text[k] == b"*" for k in range(index, stop)
    )


def _mask_tag(region: Region, run: list[int]) -> bool:
    """Of several names between ``struct`` and ``{`` leave one, which looks least like a macro."""
    tokens = region.tokens
    tag = next((n for n, k in enumerate(run) if tokens.text[k] in TAG_WORDS), len(run))
    names = [k for k in run[tag + 1 :] if tokens.text[k] not in KEYWORDS and not region.hidden[k]]
    if len(names) < 2:
        return False
    quiet = [k for k in names if not _is_loud(tokens.text[k])]
    for k in names:
        if k != (quiet or names)[-1]:
            region.blank(k, k, "attribute")
    return True


def _holds_parameters(region: Region, opening: int, stop: int) -> bool:
    """Tell whether the parentheses declare parameters, so that the name before them is the function's."""
    tokens = region.tokens
    return any(
        tokens.kind[k] == "w"
        and (tokens.text[k] in TYPE_WORDS or tokens.text[k] in TAG_WORDS or tokens.kind[k + 1] == "w")
        for k in range(opening + 1, stop)
    )


def mask_construction(region: Region, run: list[int], opening: int) -> None:
    """Show ``x(2)`` in ``T x(2);``, which has values where parameters stand, as a name."""
    tokens = region.tokens
    stop = tokens.mate[opening]
    after = region.after(stop) if stop > 0 else -1
    if after < 0 or tokens.text[after] not in (b";", b",", b"=", b"[") or region.where.paren[opening] >= 0:
        return
    inside = range(opening + 1, stop)
    values = any(tokens.kind[k] in "ncs" or tokens.text[k] in _OF_VALUES for k in inside)
    if values and _begins_declaration(region, run) and not _holds_parameters(region, opening, stop):
        region.opaque(run[-1], stop)


def _begins_declaration(region: Region, run: list[int]) -> bool:
    """Tell whether a statement begins with these words, or with words of a type and stars before them."""
    tokens = region.tokens
    first = run[0]
    while first > 0 and (tokens.kind[first - 1] == "w" or tokens.text[first - 1] == b"*"):
        first -= 1
    if not region.starts_statement(first):
        return False
    typed = any(tokens.text[k] not in QUALIFIERS for k in run[:-1])
    starred = tokens.text[run[0] - 1] == b"*"
    return typed or (starred and tokens.text[first] in TYPE_WORDS | TAG_WORDS | QUALIFIERS)


def _has_guarded_parameters(region: Region, run: list[int], unknown: list[int], opening: int) -> bool:
    """Tell whether the words lead to ``int f P((int a))``, where a macro may take the parameters away."""
    tokens = region.tokens
    if tokens.at(opening) != b"(" or tokens.at(opening + 1) != b"(" or len(unknown) < 2:
        return False
    starred = region.shown(max(region.before(run[0]), 0)) == b"*"
    if len(run) < 3 - starred:
        return False
    closed = tokens.mate[opening + 1] > 0 and tokens.mate[opening + 1] + 1 == tokens.mate[opening]
    return closed and unknown[-1] == run[-1] and region.where.letter[run[0]] in "ts"


def _candidates(region: Region, unknown: list[int], tail: bytes) -> list[int]:
    """Give those of too many names that may be attributes: all but the declared one.

    That is the last, or the one before a last that looks like a macro.
    """
    names = [region.tokens.text[k] for k in unknown]
    if tail == b"(" or not _is_loud(names[-1]) or any(map(_is_loud, names[:-1])) or is_type_like(names[-2]):
        return unknown[:-1]
    return [*unknown[:-2], unknown[-1]]


def _is_loud(name: bytes) -> bool:
    return name.isupper() or (name.startswith(b"__") and not is_type_like(name))


def _rank(region: Region, index: int, unknown: list[int]) -> tuple[bool, bool, bool, int]:
    """Order names by how much they look like attributes."""
    text = region.tokens.text
    name = text[index]
    typed = any(is_type_like(text[k]) for k in unknown if k > index)
    return is_type_like(name) and not typed, not name.startswith(b"_"), not name.isupper(), index


def mask_words(region: Region, index: int) -> int:
    """Look at the run of words at ``index``; blank what is neither type nor name. Give where it ends."""
    tokens = region.tokens
    run: list[int] = []
    i = index
    typed = False
    unknown: list[int] = []
    while 0 <= i < len(tokens) and tokens.kind[i] == "w":
        text = tokens.text[i]
        if text in STATEMENT_WORDS or text in ASM_WORDS:
            break
        run.append(i)
        if region.hidden[i]:
            typed = typed or tokens.text[i] not in QUALIFIERS
        elif text in TAG_WORDS:
            typed = True
            following = region.after(i)
            if following >= 0 and tokens.kind[following] == "w":
                run.append(following)
                i = following
        elif text in TYPE_WORDS:
            typed = True
        elif text not in QUALIFIERS and text not in STATEMENT_WORDS:
            unknown.append(i)
            following = region.after(i)
            if (
                following >= 0
                and tokens.text[following] == b"("
                and tokens.mate[following] > 0
                and (region.where.paren[i] >= 0 or region.where.letter[i] == "s")
                and region.where.letter[i] in "ts"
                and len(unknown) > (1 if typed else 2)
            ):
                region.blank(i, tokens.mate[following], "attribute")
                unknown.pop()
                run.pop()
                i = region.after(i)
                break
            # NAME(..) between words is an attribute with arguments.
            if (
                following >= 0
                and tokens.text[following] == b"("
                and (len(unknown) > 1 or typed)
                and tokens.mate[following] > 0
            ):
                stop = tokens.mate[following]
                beyond = region.after(stop)
                named = beyond >= 0 and tokens.kind[beyond] == "w"
                declared = named and tokens.at(beyond + 1) in (b"(", b";", b"=", b"[", b",")
                if (
                    declared
                    and not _holds_parameters(region, following, stop)
                    and region.where.letter[i] in "ts"
                    and not region.new_line(stop, beyond)
                ):
                    region.blank(i, stop, "attribute")
                    unknown.pop()
                    run.pop()
                    i = beyond
                    continue
        i = region.after(i)
        if i < 0:
            break
    end = i if i >= 0 else len(tokens)
    if not run:
        return index + 1
    before = region.before(index)
    if _has_guarded_parameters(region, run, unknown, end):
        region.blank(run.pop(), end, "attribute")
        region.blank(tokens.mate[end], tokens.mate[end], "attribute")
        unknown.pop()
        end += 1
    tail = tokens.text[end] if end < len(tokens) else b""
    if tail == b"{" and _mask_tag(region, run):
        return max(end, index + 1)
    if tail == b"(" and region.where.letter[index] == "b" and unknown and unknown[-1] == run[-1]:
        mask_construction(region, run, end)
    after_star = before >= 0 and region.shown(before) == b"*"
    if tail == b"(" and region.where.letter[index] == "t" and region.where.paren[index] < 0 and unknown:
        closing = tokens.mate[end]
        again = region.after(closing) if closing > 0 else -1
        if again >= 0 and tokens.text[again] == b"(" and tokens.mate[again] > 0 and unknown[-1] == run[-1]:
            follower = region.after(tokens.mate[again])
            if follower >= 0 and tokens.text[follower] == b"{" and tokens.at(end + 1) != b"*":
                region.opaque(run[-1], closing)  # int NAME(1)(void) {
    after_paren = (
        before >= 0
        and region.shown(before) in (b")", b"]")
        and (region.where.letter[index] != "b" or region.shown(before) == b"]")
    )
    if region.ends_type(before):
        typed = True  # } name;
    elif before >= 0 and region.shown(before) == b"," and region.where.paren[index] < 0:
        typed = True
    if after_paren and tail == b"(" and len(unknown) == 1 and unknown[0] == run[-1]:
        closing = tokens.mate[end]
        beyond = region.after(closing) if closing > 0 else -1
        if beyond >= 0 and (tokens.text[beyond] in (b"{", b";", b"=") or tokens.kind[beyond] == "w"):
            region.blank(unknown[0], closing, "attribute")
            return closing + 1
    allowed = 0 if after_paren else 1 if after_star or typed else 2
    if tail == b"*":
        allowed = 0 if typed else 1
    elif tail == b"{" and typed and not after_paren and any(tokens.text[k] in TAG_WORDS for k in run):
        allowed = 0
    if after_paren and tail not in (b"{", b";", b"=", b",", b")"):
        return end
    extra = len(unknown) - allowed
    if extra > 0:
        candidates = unknown if allowed == 0 or tail == b"*" else _candidates(region, unknown, tail)
        for k in sorted(candidates, key=lambda k: _rank(region, k, unknown))[:extra]:
            region.blank(k, k, "attribute")
    return max(end, index + 1)
