# SPDX-License-Identifier: GPL-2.0-or-later
"""Prove by execution that `vma_lock_only` keeps locks balanced, on generated functions.

Each function is compiled before and after its rewrite against stubs that record every call, and run over all
scripts of decisions up to a bound; recorder.c says what the two are compared for. How many functions are
tried can be set by REWRITER_EXECUTION_FUNCTIONS, where they start by REWRITER_EXECUTION_SEED.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from execution.compiled import NoCompilerError, Outcome, Pair, compile_unit, run, unit
from execution.generate import generate
from execution.near_misses import NEAR_MISSES
from execution.pieces import Function

from rewriter.engine.catalog import find_pattern
from rewriter.engine.finding import FileResult
from rewriter.engine.options import RunOptions
from rewriter.engine.run import run_file

FUNCTIONS = int(os.environ.get("REWRITER_EXECUTION_FUNCTIONS", "200"))
SEED = int(os.environ.get("REWRITER_EXECUTION_SEED", "1"))
UNIT = 40  # functions compiled at once
UNITS = range(-(-FUNCTIONS // UNIT))


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A generated function and what the tool made of it."""

    function: Function
    result: FileResult

    @property
    def after(self) -> str:
        """Its text after the rewrite, whether there was one or not."""
        return self.result.rewrite.apply().decode() if self.result.rewrite else self.function.text

    @property
    def verdicts(self) -> list[str]:
        """The verdicts, one for each call of lock_vma_under_rcu()."""
        return [finding.verdict for finding in self.result.findings]


@cache
def functions() -> list[Function]:
    return generate(SEED, FUNCTIONS)


@cache
def rewritten(number: int) -> list[Rewritten]:
    """Rewrite the functions of one unit, each as a file of its own."""
    options = RunOptions()
    patch = find_pattern("vma_lock_only").parse(options)
    return [
        Rewritten(one, run_file(patch, f"{one.name}.c", one.text.encode(), options))
        for one in functions()[number * UNIT : (number + 1) * UNIT]
    ]


def compile_pairs(pairs: list[Pair], others: list[str], folder: Path) -> str:
    """Compile both units; give what gcc has against them."""
    callers = [(pair.name, pair.caller) for pair in pairs]
    try:
        before = compile_unit(
            unit([*others, *(p.before for p in pairs)], callers, "originals"), folder / "originals.c"
        )
        after = compile_unit(unit([p.after for p in pairs], callers, "rewritten"), folder / "rewritten.c")
    except NoCompilerError as error:
        pytest.fail(str(error))
    assert not before, f"the generator makes functions that gcc warns of:\n{before}"
    return after


def warned_of(complaints: str) -> set[str]:
    """Give the functions that gcc complains of."""
    return set(re.findall(r"In function .(\w+).:", complaints))


def execute(pairs: list[Pair], folder: Path) -> Outcome:
    """Compile and run."""
    complaints = compile_pairs(pairs, [], folder)
    assert not complaints, complaints
    return run(folder)


def told(one: Rewritten, what: str) -> str:
    """Say everything one needs to look into a failure."""
    findings = "\n".join(f"  line {f.line}: {f.verdict}: {f.reason}" for f in one.result.findings)
    chosen = ", ".join(sorted(one.function.taken))
    return "\n".join(
        [what, one.function.text, "after:", one.after, "findings:", findings, f"made of: {chosen}", ""]
    )


def test_every_option_of_the_generator_occurs() -> None:
    offered = frozenset[str]().union(*(one.offered for one in functions()))
    taken = frozenset[str]().union(*(one.taken for one in functions()))
    assert not offered - taken, "draw more functions: REWRITER_EXECUTION_FUNCTIONS is too small"


@pytest.mark.parametrize("number", UNITS)
def test_targets_are_rewritten_whole(number: int) -> None:
    wrong = []
    for one in rewritten(number):
        if not one.function.is_target:
            continue
        if one.result.rewritten_functions != (one.function.name,):
            wrong.append(told(one, "a target is left alone"))
        elif one.verdicts != ["trylock-fallback"] * one.function.sites:
            wrong.append(told(one, "a site of a target has another verdict"))
        elif re.search(r"\bmmap_read_\w+\(", one.after):
            wrong.append(told(one, "the mmap lock is still used"))
    assert not wrong, f"{len(wrong)} functions\n" + "\n".join(wrong)


@pytest.mark.parametrize("number", UNITS)
def test_near_misses_are_left_alone(number: int) -> None:
    wrong = []
    for one in rewritten(number):
        if not one.function.is_near_miss:
            continue
        if one.result.rewritten_functions or one.after != one.function.text:
            wrong.append(told(one, "a near miss is rewritten"))
        elif len(one.verdicts) != 1 or one.verdicts[0] not in one.function.verdicts:
            wrong.append(told(one, f"a near miss is not judged {' or '.join(one.function.verdicts)}"))
    assert not wrong, f"{len(wrong)} functions\n" + "\n".join(wrong)


@pytest.mark.parametrize("number", UNITS)
def test_the_rewritten_functions_do_the_same_with_one_lock(number: int, tmp_path: Path) -> None:
    mine = {one.function.name: one for one in rewritten(number) if one.result.rewritten_functions}
    others = [one.function.text for one in rewritten(number) if not one.result.rewritten_functions]
    pairs = [Pair(name, one.function.text, one.after, one.function.caller) for name, one in mine.items()]
    complaints = compile_pairs(pairs, others, tmp_path)
    warned = [told(mine[name], "gcc warns") for name in sorted(warned_of(complaints) & mine.keys())]
    assert not complaints, f"gcc warns of what the rewrite left:\n{complaints}\n" + "\n".join(warned)
    outcome = run(tmp_path)
    assert outcome.scripts.keys() == mine.keys()
    assert not outcome.disagreements, "\n".join(
        told(mine[name], what) for name, what in outcome.disagreements.items()
    )


KNOWN = """\
static int NAME(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	bool locked = false;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma) {
		if (!mmap_read_trylock(mm))
			goto out;
		locked = true;
		vma = vma_lookup(mm, addr);
	}
	ret = work(vma, addr);
	if (locked)
		mmap_read_unlock(mm);
	else
		vma_end_read(vma);
out:
	return ret;
}
"""
GOOD = """\
static int NAME(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -EAGAIN;

	vma = lock_vma_under_rcu(mm, addr);
	if (!vma)
		goto out;
	ret = work(vma, addr);
	vma_end_read(vma);
out:
	return ret;
}
"""
# What a broken rewrite might make of it, and what has to be said of that.
BROKEN = {
    "leak": ("\tvma_end_read(vma);\n", "", "the per-VMA lock is still held"),
    "released_twice": (
        "out:",
        "\tif (ret)\n\t\tvma_end_read(vma);\nout:",
        "vma_end_read() of a VMA that is not locked",
    ),
    "released_on_failure": ("goto out;", "goto end;", "vma_end_read() of NULL"),
    "other_result": ("goto out;", "{ ret = -EBUSY; goto out; }", "behaves in another way"),
    "other_order": (
        "\tret = work(vma, addr);\n\tvma_end_read(vma);",
        "\tvma_end_read(vma);\n\tret = work(vma, addr);",
        "the VMA is used without a lock",
    ),
    "call_lost": ("work(vma, addr);", "0;", "behaves in another way"),
    "mmap_lock_kept": (
        "goto out;",
        "{ if (mmap_read_trylock(mm)) mmap_read_unlock(mm); goto out; }",
        "uses the mmap lock",
    ),
}


def pair(name: str, before: str, after: str) -> Pair:
    return Pair(
        name, before.replace("NAME", name), after.replace("NAME", name), f"{name}(&the_mm, THE_ADDRESS)"
    )


def broken(name: str) -> Pair:
    old, new, _ = BROKEN[name]
    text = GOOD.replace(old, new)
    if "goto end;" in text:
        text = text.replace("\tvma_end_read", "end:\n\tvma_end_read").replace("out:\n", "")
    return pair(name, KNOWN, text)


def test_broken_rewrites_are_noticed(tmp_path: Path) -> None:
    outcome = execute([*(broken(name) for name in BROKEN), pair("good", KNOWN, GOOD)], tmp_path)
    assert outcome.disagreements.keys() == BROKEN.keys()
    for name, (_, _, said) in BROKEN.items():
        assert said in outcome.disagreements[name], outcome.disagreements[name]


def test_a_generator_that_leaks_is_noticed(tmp_path: Path) -> None:
    leaking = KNOWN.replace("\telse\n\t\tvma_end_read(vma);\n", "")
    outcome = execute([pair("leaking", leaking, GOOD), pair("idle", GOOD, GOOD)], tmp_path)
    assert "the original is at fault" in outcome.disagreements["leaking"]
    assert "never takes the mmap lock" in outcome.disagreements["idle"]


@pytest.mark.parametrize(
    ("left", "warning"),
    [("bool locked = false;", "unused-variable"), ("unused:\n\tnote(1);", "unused-label")],
    ids=["variable", "label"],
)
def test_what_a_rewrite_leaves_unused_is_noticed(left: str, warning: str, tmp_path: Path) -> None:
    place = "\tint ret" if "locked" in left else "\tret = work"
    after = GOOD.replace(place, f"\t{left}\n{place}")
    assert warning in compile_pairs([pair("f", KNOWN, after)], [], tmp_path)


def test_there_are_enough_near_misses() -> None:
    assert sum(one.is_near_miss for one in functions()) >= min(len(NEAR_MISSES), FUNCTIONS // 6)
