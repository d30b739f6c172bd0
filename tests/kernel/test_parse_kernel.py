# SPDX-License-Identifier: GPL-2.0-or-later
"""Parsing a sample of the real tree: the laws, how much is lost, and the tree against independent readers.

Two readers that share nothing with the parser are asked: universal-ctags for the functions, and a count of
keywords and names before parentheses in the text itself for what is in them. Known differences, left out
of the comparison because the tree is right: ctags names a function made by a macro after the macro, and
text the parser was not shown is in no count.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from rewriter.source.tokens import tokenize
from rewriter.syntax.check import check_file, total
from rewriter.syntax.elements import TopLevel
from rewriter.syntax.parse import TranslationUnit, parse
from rewriter.syntax.tree import Node, leaves, walk

NODES = {
    "if": "if_statement",
    "goto": "goto_statement",
    "return": "return_statement",
    "switch": "switch_statement",
    "do": "do_statement",
    "for": "for_statement",
}
HIDDEN = ("arm", "opaque", "declarer", "statement", "attribute", "directive", "operand", "header")


@cache
def sample(suffix: str, size: int) -> tuple[Path, ...]:
    """Give some files of the tree, the same at every run."""
    files = sorted(Path(os.environ["REWRITER_KERNEL"]).rglob(f"*{suffix}"))
    # What bpf/verifier holds is table entries for an #include, and the instruction tables are, too.
    files = [
        f for f in files if f.is_file() and "bpf/verifier" not in str(f) and "insn-x86-dat" not in f.name
    ]
    return tuple(random.Random(12).sample(files, min(size, len(files))))


def test_laws() -> None:
    for path in (*sample(".c", 300), *sample(".h", 200)):
        text = path.read_bytes()
        unit = parse(str(path), text)
        source = unit.source
        assert len(source.shadow) == len(text), path
        assert all((a == 10) == (b == 10) for a, b in zip(text, source.shadow, strict=True)), path
        for left, right in pairwise(source.masks):
            assert left.span.end <= right.span.start, (path, left, right)
        for comment in unit.comments:
            assert text.find(b"*/", comment.start + 2, comment.end - 2) < 0, (path, comment)
        for element in unit.elements:
            at = element.span.start
            for leaf in leaves(unit.node(element)):
                implied = (leaf.kind, leaf.text) in (("primitive_type", "int"), ("(", ""), (";", ""))
                assert at <= leaf.start < leaf.end or (implied and leaf.start == leaf.end), (path, leaf)
                written = source.decode(leaf.span)
                if leaf.text.startswith("#"):  # blanks behind the # of a directive do not count
                    written = "".join(written.split())
                assert implied or written == leaf.text, (path, leaf)
                at = leaf.end


@pytest.mark.parametrize(("suffix", "share"), [(".c", 0.0005), (".h", 0.001)])
def test_little_is_lost(suffix: str, share: float) -> None:
    sums = total(check_file(str(path), path.read_bytes()) for path in sample(suffix, 1500))
    lost = sums.functions_bad + sums.functions_missing
    assert lost <= max(1, share * sums.functions), sums
    assert sums.files_bad <= 0.01 * sums.files, sums


def test_functions_are_those_of_ctags() -> None:
    ctags = shutil.which("ctags")
    assert ctags, "these tests compare with universal-ctags"
    paths = sample(".c", 400)
    found = subprocess.run(
        [ctags, "--languages=C", "--kinds-C=f", "-x", "--_xformat=%F\t%N", "-L", "-"],
        input="\n".join(map(str, paths)),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs: dict[str, set[str]] = {}
    for line in found.stdout.splitlines():
        file, _, name = line.partition("\t")
        theirs.setdefault(file, set()).add(name)
    missing = 0
    known = 0
    for path in paths:
        text = path.read_bytes()
        unit = parse(str(path), text)
        ours = {e.name for e in unit.elements if e.kind == "function_definition"}
        names = {n for n in theirs.get(str(path), set()) if not n.isupper() and not n.startswith("FIXTURE")}
        known += len(names)
        missing += len([name for name in names - ours if b"\n#define " + name.encode() not in text])
    assert missing <= 0.001 * known, (missing, known)


def count_text(unit: TranslationUnit, element: TopLevel) -> Counter[str]:
    hidden = [m.span for m in unit.source.masks if m.kind in HIDDEN and element.span.covers(m.span)]
    tokens = tokenize(unit.source.text, element.span.start, element.span.end)
    words: Counter[str] = Counter()
    for kind, text, start in zip(tokens.kind, tokens.text, tokens.start, strict=True):
        word = text.decode("utf-8", "replace")
        if kind == "w" and word in NODES and not any(s.start <= start < s.end for s in hidden):
            words[word] += 1
    return words


def count_tree(unit: TranslationUnit, node: Node) -> Counter[str]:
    hidden = {m.span.start for m in unit.source.masks if m.kind in HIDDEN}
    kinds = Counter(n.kind for n in walk(node) if n.start not in hidden)
    return Counter({word: kinds[kind] for word, kind in NODES.items() if kinds[kind]})


def test_control_flow_is_that_of_the_text() -> None:
    different = []
    functions = 0
    for path in sample(".c", 300):
        unit = parse(str(path), path.read_bytes())
        for element in unit.functions():
            functions += 1
            text, tree = count_text(unit, element), count_tree(unit, unit.node(element))
            if text != tree:
                different.append((str(path), element.name, text, tree))
    assert len(different) <= 0.002 * functions, different[:10]
