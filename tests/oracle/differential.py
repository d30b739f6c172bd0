# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the engine with the reference implementation on random code and random semantic patches.

::

    python tests/oracle/differential.py --pairs 500 --seed 1

Functions, with ``--declarations`` files of declarations, or with ``--files`` files of both and rules made of
their parts. Every disagreement is made as small as it gets and printed.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import TypeVar

from compare import Answer, agree, explained, ours, reference, tokens
from generate import Generator
from generate_declarations import Declarations, File, smaller_file
from generate_declarations import text_of as declarations_text
from generate_files import Files, text_of
from generate_functions import Statement, function, smaller
from generate_rules import semantic_patch
from reduce import reduce

FILES = 8
VARIANTS = 3  # of a file that a rule is made of
T = TypeVar("T")


def files(bodies: list[tuple[Statement, ...]]) -> dict[str, str]:
    """Name the functions' files."""
    return {f"c{i}.c": function(body, "void" if i % 4 == 3 else "int") for i, body in enumerate(bodies)}


def disagreements(rule: str, sources: dict[str, str]) -> list[tuple[str, Answer, Answer]] | None:
    """Give the files on which the two differ; None when either refuses the semantic patch."""
    theirs = reference(rule, sources)
    mine = ours(rule, sources) if theirs is not None else None
    if theirs is None or mine is None:
        return None
    return [(n, theirs[n], mine[n]) for n in theirs if _differ(theirs[n], mine[n], rule, sources[n])]


def _differ(theirs: Answer, mine: Answer, rule: str, text: str) -> bool:
    return not agree(theirs, mine) and not explained(theirs, mine, rule, text)


def minimise(
    rule: str, body: T, write: Callable[[T], str], smaller: Callable[[T], Iterable[T]]
) -> tuple[str, Answer, Answer]:
    """Make code on which the two differ smaller as long as they do."""
    text, theirs, mine = "", None, None
    while True:
        candidates = [body, *smaller(body)] if theirs is None else list(smaller(body))
        sources = {f"c{i}.c": write(c) for i, c in enumerate(candidates)}
        found = disagreements(rule, sources) or []
        if not found:
            assert theirs is not None and mine is not None, rule
            return text, theirs, mine
        name, theirs, mine = found[-1] if theirs is not None else found[0]
        body, text = candidates[int(name[1:-2])], sources[name]


def case(name: str, rule: str, text: str, theirs: Answer) -> str:
    """Write a disagreement as a case with the reference's answer."""
    parts = {"rule": rule, "input": text}
    if theirs.failed:
        parts["error"] = ""
    elif theirs.output:
        parts["output"] = re.sub(r"(?m)^c\d*\.c", "case.c", "\n".join(theirs.output)) + "\n"
    return "".join(f"-- {name}: {part} --\n{content}\n" for part, content in parts.items())


#: Gives a smaller rule and text on which the two differ, and what they make of it.
Reduce = Callable[[str], tuple[str, str, Answer, Answer]]


def functions(seed: int) -> tuple[str, dict[str, str], Reduce]:
    """Make a rule, files of one function each, and what makes one of them smaller."""
    generator = Generator(Random(seed))
    bodies = [generator.body() for _ in range(FILES)]
    rule = generator.rule(bodies[:2])
    sources = files(bodies)

    def made_small(name: str) -> tuple[str, str, Answer, Answer]:
        returns = sources[name].split()[0]
        body = bodies[int(name[1:-2])]
        return rule, *minimise(rule, body, lambda b: function(b, returns), smaller)

    return rule, sources, made_small


def declarations(seed: int) -> tuple[str, dict[str, str], Reduce]:
    """Make a rule, files of declarations, and what makes one of them smaller."""
    generator = Declarations(Random(seed))
    made: dict[str, File] = {f"c{i}.c": generator.file() for i in range(FILES)}
    rule = generator.rule()

    def made_small(name: str) -> tuple[str, str, Answer, Answer]:
        return rule, *minimise(rule, made[name], declarations_text, smaller_file)

    return rule, {n: declarations_text(f) for n, f in made.items()}, made_small


def whole_files(seed: int) -> tuple[str, dict[str, str], Reduce]:
    """Make a file, some that are nearly the same, a rule of its parts, and what makes both smaller."""
    chance = Random(seed)
    generator = Files(chance)
    file = generator.file()
    rule = semantic_patch(chance, file)
    sources = {"c0.c": text_of(file)}
    for i in range(1, VARIANTS + 1):
        sources[f"c{i}.c"] = text_of([generator.changed(element) for element in file])

    def differing(less: str, texts: dict[str, str]) -> list[str]:
        return [name for name, _, _ in disagreements(less, texts) or []]

    def made_small(name: str) -> tuple[str, str, Answer, Answer]:
        less, text = reduce(rule, sources[name], differing)
        return less, text, *(disagreements(less, {name: text}) or disagreements(rule, sources) or [])[0][1:]

    return rule, sources, made_small


def main() -> None:
    """Run pairs, print disagreements and a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10, help="how many disagreements to make small and print")
    parser.add_argument("--declarations", action="store_true", help="files of declarations, not functions")
    parser.add_argument("--files", action="store_true", help="files of functions and declarations")
    parser.add_argument("--record", type=Path, help="write agreeing cases with something to say to this file")
    options = parser.parse_args()
    run = differ = refused = shown = told = 0
    seed = options.seed
    recorded: list[str] = []
    reasons: Counter[str] = Counter()
    while run < options.pairs:
        seed += 1
        make = whole_files if options.files else declarations if options.declarations else functions
        rule, sources, made_small = make(seed)
        theirs = reference(rule, sources)
        mine = ours(rule, sources)
        if theirs is None or mine is None:
            refused += 1
            if theirs is not None:
                print(f"### seed {seed}: refused only here\n{rule}")
            continue
        run += len(theirs)
        unlike = [n for n in theirs if not agree(theirs[n], mine[n])]
        why = {n: explained(theirs[n], mine[n], rule, sources[n]) for n in unlike}
        bad = [n for n, reason in why.items() if not reason]
        reasons.update(why.values())
        told += sum(bool(a.output) or a.failed or a.tokens != tokens(sources[n]) for n, a in theirs.items())
        differ += len(bad)
        if bad and shown < options.show:
            shown += 1
            less, text, a, b = made_small(bad[0])
            told_by = f"--- reference\n{a.explain()}\n--- here\n{b.explain()}\n"
            print(f"### seed {seed}\n{less}\n{text}\n{told_by}", flush=True)
        if options.record and not bad:
            n = max(theirs, key=lambda n: len(theirs[n].output))
            if theirs[n].output:
                recorded.append(case(f"seed {seed}", rule, sources[n], theirs[n]))
    if options.record:
        options.record.write_text("\n".join(recorded))
    for reason, count in sorted(reasons.items()):
        if reason:
            print(f"{count} differ as documented: {reason}")
    print(f"{run} pairs, {told} with something to say, {differ} differ, {refused} semantic patches refused")


if __name__ == "__main__":
    main()
