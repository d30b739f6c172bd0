# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare the engine with the reference implementation on the rules of our cases over other cases' code.

::

    python tests/oracle/crossing.py                    each rule over the 8 inputs with most in common
    python tests/oracle/crossing.py --chance 1         inputs drawn by what they have in common
    python tests/oracle/crossing.py --mutate 1         rules changed a little (`mutations.py`)
    python tests/oracle/crossing.py --kernel DIR       small kernel files, functions renamed to their calls

``--from`` and ``--rules`` take a part of the rules; the numbers of ``--chance`` and ``--mutate`` are seeds.
What differs is printed, with the tokens around each place; ``--reduce`` makes it small first.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from random import Random

from compare import Answer, agree, explained, ours, reference
from mutations import MUTATIONS, mutated
from reduce import reduce

sys.path.insert(0, str(Path(__file__).parents[1]))
from txtar import archive_cases

TESTS = Path(__file__).parents[1]
FOLDERS = (TESTS / "match", TESTS / "edit")
COMMON = 200  # a word in more inputs than these says nothing
DRAWN = 60  # kernel files looked at for one rule
CALLS = (
    *("kfree", "mutex_lock", "mutex_unlock", "dev_err", "memset", "kzalloc", "readl", "writel", "udelay"),
    *("spin_lock_irqsave", "spin_unlock_irqrestore", "dev_dbg", "IS_ERR", "PTR_ERR", "ARRAY_SIZE", "BIT"),
    *("platform_get_drvdata", "dev_get_drvdata", "devm_kzalloc", "of_node_put", "usleep_range", "min"),
    *("clk_disable_unprepare", "pr_err", "memcpy", "strcmp", "min_t", "container_of", "i2c_smbus_read_byte"),
)
_WORD = re.compile(r"[A-Za-z_]\w*")
_NO_CALL = frozenset(
    ("if", "while", "for", "switch", "sizeof", "return", "typeof", "print", "int", "len", "str")
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case: its name, its semantic patch, its code."""

    name: str
    rule: str
    code: str


def cases(folders: list[Path]) -> list[Case]:
    """Give the cases of some folders that differ in their rule."""
    found: dict[str, Case] = {}
    for folder in folders:
        for name, parts in archive_cases(folder):
            if "rule" in parts and "input" in parts:
                found.setdefault(parts["rule"], Case(name, parts["rule"], parts["input"]))
    return list(found.values())


class Inputs:
    """The code of all cases, and which of it has something in common with a rule."""

    def __init__(self, known: list[Case]) -> None:
        self.named = {case.code: case.name for case in known}
        self.words = {code: frozenset(_WORD.findall(code)) for code in self.named}
        self.spread = Counter(word for words in self.words.values() for word in words)

    def weight(self, rule: str, code: str) -> float:
        """Say how much a rule and code have in common: rare words count more."""
        shared = self.words[code].intersection(_WORD.findall(rule))
        return sum(1 / self.spread[word] for word in sorted(shared) if self.spread[word] < COMMON)

    def chosen(self, case: Case, count: int, chance: Random | None) -> list[str]:
        """Give so many inputs: those with most in common, the case's own among them, or drawn by that."""
        rank = {code: self.weight(case.rule, code) for code in self.named}
        if chance is not None:
            rank = {code: chance.random() ** (1 / weight) for code, weight in rank.items() if weight}
        elif case.code in rank:
            rank[case.code] = float("inf")
        return sorted(rank, key=lambda code: -rank[code])[:count]


def renamed(rule: str, chance: Random) -> tuple[str, list[str]]:
    """Give a rule whose functions have the names of frequent calls in the kernel, and these names."""
    scripts = re.split(r"(?ms)(^@\s*(?:script|initialize|finalize).*?(?=^@[^@\n]*\w|\Z))", rule)
    declared = set(_WORD.findall(" ".join(re.findall(r"(?s)@[^@\n]*@(.*?)@@", rule))))
    called = set(re.findall(r"\b([A-Za-z_]\w*)\s*\(", "".join(scripts[::2]))) - declared - _NO_CALL
    names = sorted(called)[: len(CALLS)]
    new = dict(zip(names, chance.sample(CALLS, len(names)), strict=True))
    scripts[::2] = [_WORD.sub(lambda word: new.get(word[0], word[0]), part) for part in scripts[::2]]
    return "".join(scripts), list(new.values())


def kernel_files(tree: list[Path], words: list[str], count: int, chance: Random) -> Iterator[tuple[str, str]]:
    """Draw so many kernel files that have one of the words, none of them long; give name and text."""
    for path in chance.sample(tree, min(DRAWN, len(tree))):
        text = path.read_text(errors="replace")
        if count and text.isascii() and text.count("\n") < 400 and any(word in text for word in words):
            count -= 1
            yield str(path), text


def disagreements(rule: str, sources: dict[str, str]) -> list[tuple[str, Answer, Answer]] | None:
    """Give the files on which the two differ; None when either refuses the semantic patch."""
    theirs = reference(rule, sources)
    mine = ours(rule, sources) if theirs is not None else None
    if theirs is None:
        return None
    if mine is None:
        print(f"### refused only here\n{rule}", flush=True)
        return None
    pairs = ((name, _marked(name, theirs[name]), _marked(name, mine[name])) for name in theirs)
    return [(n, a, b) for n, a, b in pairs if not agree(a, b) and not explained(a, b, rule)]


def _marked(name: str, answer: Answer) -> Answer:
    """Keep what scripts say of the file: only such lines are asked of the reference."""
    return replace(answer, output=tuple(line for line in answer.output if line.startswith(f"{name} ")))


def told(theirs: Answer, mine: Answer) -> str:
    """Show where two answers differ, with some tokens around."""
    lines = [f"only {who}: {line}" for who, line in _others(theirs, mine)]
    if theirs.failed or mine.failed:
        return "\n".join([*lines, f"given up: reference {theirs.failed}, here {mine.failed}"])
    match = SequenceMatcher(None, theirs.tokens, mine.tokens, autojunk=False)
    for kind, a, b, c, d in match.get_opcodes():
        if kind != "equal":
            lines.append(f"reference: {' '.join(theirs.tokens[max(0, a - 8) : b + 5])}")
            lines.append(f"here:      {' '.join(mine.tokens[max(0, c - 8) : d + 5])}")
    return "\n".join(lines)


def _others(theirs: Answer, mine: Answer) -> Iterator[tuple[str, str]]:
    left, right = Counter(theirs.output), Counter(mine.output)
    yield from (("reference", line) for line in sorted((left - right).elements()))
    yield from (("here", line) for line in sorted((right - left).elements()))


def main() -> None:
    """Cross rules with code, print disagreements and a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, default=FOLDERS, help="with archives of cases")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the number of the first rule")
    parser.add_argument("--rules", type=int, help="how many of the rules")
    parser.add_argument("--inputs", type=int, default=8, help="how many inputs for a rule")
    parser.add_argument("--chance", type=int, help="draw inputs, and shuffle the rules, by this seed")
    parser.add_argument("--mutate", type=int, help="change each rule a little, by this seed")
    parser.add_argument("--how", choices=MUTATIONS, action="append", help="which mutations, all by default")
    parser.add_argument("--kernel", type=Path, help="take code from this folder of a kernel tree")
    parser.add_argument("--show", type=int, default=1, help="how many differing inputs of a rule to print")
    parser.add_argument("--reduce", action="store_true", help="make what differs small")
    options = parser.parse_args()
    known = cases(options.folders)
    inputs = Inputs(known)
    tree = sorted(options.kernel.rglob("*.c")) if options.kernel else []
    if options.chance is not None:
        Random(options.chance).shuffle(known)
    run = differ = 0
    for case in islice(known, options.first, options.first + (options.rules or len(known))):
        rule = case.rule
        if options.mutate is not None:
            chance = Random(f"{options.mutate} {rule}")
            rule = mutated(rule, chance, chance.choice(options.how or list(MUTATIONS)))
            if rule.split() == case.rule.split():
                continue
        chance = Random(f"{options.chance} {rule}")
        if tree:
            rule, calls = renamed(rule, chance)
            drawn = list(kernel_files(tree, calls, options.inputs, chance))
        else:
            codes = inputs.chosen(case, options.inputs, chance if options.chance is not None else None)
            drawn = [(inputs.named[code], code) for code in codes]
        names = {f"c{i}.c": name for i, (name, _) in enumerate(drawn)}
        sources = {f"c{i}.c": code for i, (_, code) in enumerate(drawn)}
        found = disagreements(rule, sources) if sources else None
        run += len(sources) if found is not None else 0
        differ += len(found or ())
        for name, theirs, mine in (found or ())[: options.show]:
            show(case.name, names[name], rule, sources[name], theirs, mine, options)
    print(f"{run} pairs, {differ} differ")


def show(
    name: str, other: str, rule: str, code: str, theirs: Answer, mine: Answer, options: argparse.Namespace
) -> None:
    """Print a disagreement, made small or as it is."""
    if options.reduce:

        def differing(less: str, texts: dict[str, str]) -> list[str]:
            return [found for found, _, _ in disagreements(less, texts) or []]

        rule, code = reduce(rule, code, differing)
        theirs, mine = next(((a, b) for _, a, b in disagreements(rule, {"c0.c": code}) or ()), (theirs, mine))
    written = f"{code}----\n" if options.reduce or not options.kernel else ""
    print(f"==== {name} over {other}\n{rule}----\n{written}{told(theirs, mine)}\n", flush=True)


if __name__ == "__main__":
    main()
