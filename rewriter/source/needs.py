# SPDX-License-Identifier: GPL-2.0-or-later
"""What a text has to hold before it is worth a closer look: words, all or any of them, nested.

``kfree`` and one of ``list_add`` and ``list_del`` is ``all_of(["kfree", any_of(["list_add", "list_del"])])``.
A word made of letters has to stand alone; other text (``&&``, ``"yes"``) may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rewriter.source.text import AS_BYTES

#: Tells whether a text, from one offset to another, holds what is needed.
Finder = Callable[[bytes, int, int], bool]


@dataclass(frozen=True, slots=True)
class Needs:
    """Parts of which every one has to be there, or any one; no parts at all are always, or never, there."""

    parts: tuple[str | Needs, ...]
    every: bool = True

    def filled(self, values: Callable[[str], str | Needs]) -> Needs:
        """Replace each word by what ``values`` says of it."""
        made = (values(p) if isinstance(p, str) else p.filled(values) for p in self.parts)
        return all_of(made) if self.every else any_of(made)

    def finder(self) -> Finder:
        """Give the test for a text."""
        # A long word is a rare one as a rule, so that the first search settles most texts.
        ordered = sorted(
            self.parts, key=lambda p: (isinstance(p, Needs), -len(p) if isinstance(p, str) else 0)
        )
        tests = tuple(_word(p.encode(*AS_BYTES)) if isinstance(p, str) else p.finder() for p in ordered)
        if len(tests) == 1:
            return tests[0]
        if self.every:
            return lambda text, start, end: all(test(text, start, end) for test in tests)
        return lambda text, start, end: any(test(text, start, end) for test in tests)

    def __str__(self) -> str:
        shown = [f"({p})" if isinstance(p, Needs) and len(p.parts) > 1 else str(p) for p in self.parts]
        return (" and " if self.every else " or ").join(sorted(shown))


#: What every text fulfils, and what none does.
ANYTHING, NOTHING = Needs(()), Needs((), every=False)


def all_of(parts: Iterable[str | Needs]) -> Needs:
    """Need every part."""
    return _joined(parts, True)


def any_of(parts: Iterable[str | Needs]) -> Needs:
    """Need one of the parts; what all of them need is taken out, so that it is looked for once."""
    joined = _joined(parts, False)
    shares = [frozenset(p.parts if isinstance(p, Needs) else [p]) for p in joined.parts]
    common = frozenset.intersection(*shares) if len(shares) > 1 else frozenset()
    if not common:
        return joined
    return all_of([*common, any_of(all_of(share - common) for share in shares)])


def _joined(parts: Iterable[str | Needs], every: bool) -> Needs:
    flat: set[str | Needs] = set()
    work = list(parts)
    while work:
        part = work.pop()
        if not isinstance(part, Needs):
            flat.add(part)
        elif part.every == every or len(part.parts) == 1:
            work.extend(part.parts)
        elif not part.parts:
            return part  # one that nothing fulfils among all, one that everything fulfils among any
        else:
            flat.add(part)
    words = {part for part in flat if isinstance(part, str)}
    kept = [p for p in flat if isinstance(p, str) or words.isdisjoint(p.parts)]  # a and (a or b) is a
    if len(kept) == 1 and isinstance(kept[0], Needs):
        return kept[0]
    return Needs(tuple(sorted(kept, key=str)), every)


def _word(word: bytes) -> Finder:
    if not _is_word(word):
        return lambda text, start, end: text.find(word, start, end) >= 0

    def alone(text: bytes, start: int, end: int) -> bool:
        at = text.find(word, start, end)
        while at >= 0:
            after = at + len(word)
            if not _is_word(text[after : after + 1]) and (at == 0 or not _is_word(text[at - 1 : at])):
                return True
            at = text.find(word, after, end)
        return False

    return alone


def _is_word(text: bytes) -> bool:
    return text.replace(b"_", b"a").isalnum()
