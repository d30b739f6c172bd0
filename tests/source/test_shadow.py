# SPDX-License-Identifier: GPL-2.0-or-later
"""Shadows and masks of small pieces of kernel C, and the laws every shadow obeys."""

from __future__ import annotations

from pathlib import Path

import pytest
from txtar import archive_cases

from rewriter.source.text import Source
from rewriter.syntax.parse import TranslationUnit, parse

CASES = archive_cases(Path(__file__).parent)


def print_shadow(source: Source) -> str:
    return "".join(line.rstrip() + "\n" for line in source.shadow.decode().splitlines())


def print_masks(source: Source) -> str:
    lines = []
    for mask in source.masks:
        name = f"{mask.name} " if mask.name else ""
        lines.append(f"{mask.kind} {name}{source.decode(mask.span)!r}\n")
    return "".join(lines)


def print_skipped(unit: TranslationUnit) -> str:
    return "".join(f"{s.line} {s.function or '-'} {s.construct}\n" for s in unit.skipped)


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_shadow(name: str, parts: dict[str, str]) -> None:
    unit = parse("case.c", parts["input"].encode())
    assert print_shadow(unit.source).rstrip() == parts["shadow"].rstrip()
    assert print_masks(unit.source).strip() == parts["masks"].strip()
    assert print_skipped(unit).strip() == parts.get("skipped", "").strip()


@pytest.mark.parametrize(("name", "parts"), CASES, ids=[name for name, _ in CASES])
def test_laws(name: str, parts: dict[str, str]) -> None:
    source = parse("case.c", parts["input"].encode()).source
    assert len(source.shadow) == len(source.text)
    assert [i for i, c in enumerate(source.shadow) if c == 10] == [
        i for i, c in enumerate(source.text) if c == 10
    ]
    at = 0
    for mask in source.masks:
        assert at <= mask.span.start < mask.span.end <= len(source.text)
        assert source.text[at : mask.span.start] == source.shadow[at : mask.span.start]
        at = mask.span.end
    assert source.text[at:] == source.shadow[at:]
