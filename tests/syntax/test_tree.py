# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees of small pieces of kernel C, and the laws of every tree: leaves in order, gaps only between them."""

from __future__ import annotations

from pathlib import Path

import pytest
from txtar import archive_cases

from rewriter.syntax.parse import parse
from rewriter.syntax.tree import Node, leaves, render, walk

CASES = archive_cases(Path(__file__).parent)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_tree(name: str, parts: dict[str, str]) -> None:
    unit = parse("case.c", parts["input"].encode())
    assert "".join(render(unit.node(element)) for element in unit.elements) == parts["tree"]
    skipped = "".join(f"{s.line} {s.function or '-'} {s.construct}\n" for s in unit.skipped)
    assert skipped.strip() == parts.get("skipped", "").strip()


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_laws(name: str, parts: dict[str, str]) -> None:
    unit = parse("case.c", parts["input"].encode())
    for element in unit.elements:
        at = element.span.start
        for leaf in leaves(unit.node(element)):
            assert at <= leaf.start <= leaf.end
            assert unit.source.decode(leaf.span) == leaf.text or is_implied(leaf)
            at = leaf.end
        for node in walk(unit.node(element)):
            assert all(node.span.covers(child.span) for child in node.children)


def is_implied(leaf: Node) -> bool:
    """The type that C implies and the parenthesis that a macro's name stands for take up no text."""
    return leaf.start == leaf.end and (leaf.kind, leaf.text) in (("primitive_type", "int"), ("(", ""))


def test_comments_are_listed_in_order() -> None:
    text = b"/* one */ int x; // two\nint f(void) { /* three */ return 1; }\n"
    unit = parse("case.c", text)
    assert [unit.source.decode(span) for span in unit.comments] == ["/* one */", "// two", "/* three */"]


def test_bytes_that_are_no_text_come_back() -> None:
    text = b'char *s = "\xff\xfe";\n'
    unit = parse("case.c", text)
    spelled = b"".join(
        leaf.text.encode("utf-8", "surrogateescape") for leaf in leaves(unit.node(unit.elements[0]))
    )
    assert spelled == b'char*s="\xff\xfe";'
