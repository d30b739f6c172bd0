# SPDX-License-Identifier: GPL-2.0-or-later
"""What every caller of lock_vma_under_rcu() in linux-source-6.12 does when there is no VMA to be had."""

from pathlib import Path

import pytest

from rewriter.analysis.calls import call_of
from rewriter.analysis.questions import Analysis
from rewriter.cfg.build import build_cfg
from rewriter.source.files import read_file
from rewriter.syntax.parse import parse
from rewriter.syntax.tree import Node, walk

SLOW = " → lock_mm_and_find_vma → get_mmap_lock_carefully → mmap_read_lock_killable"

# File, function, the answer to "does a path from the NULL wait for the mmap lock?", and its chain.
CALLERS = [
    ("arch/arm/mm/fault.c", "do_page_fault", "yes", "do_page_fault" + SLOW),
    ("arch/arm64/mm/fault.c", "do_page_fault", "yes", "do_page_fault" + SLOW),
    ("arch/powerpc/mm/fault.c", "___do_page_fault", "yes", "___do_page_fault" + SLOW),
    ("arch/riscv/mm/fault.c", "handle_page_fault", "yes", "handle_page_fault" + SLOW),
    ("arch/s390/mm/fault.c", "do_exception", "yes", "do_exception → mmap_read_lock"),
    ("arch/x86/mm/fault.c", "do_user_addr_fault", "yes", "do_user_addr_fault" + SLOW),
    ("mm/userfaultfd.c", "uffd_lock_vma", "yes", "uffd_lock_vma → mmap_read_lock"),
    ("mm/userfaultfd.c", "uffd_move_lock", "yes", "uffd_move_lock → mmap_read_lock"),
    ("net/ipv4/tcp.c", "find_tcp_vma", "yes", "find_tcp_vma → mmap_read_lock"),
    ("kernel/bpf/task_iter.c", "bpf_iter_task_vma_find_next", "no", ""),
]


@pytest.fixture(scope="module")
def analysis(kernel: Path) -> Analysis:
    return Analysis(str(kernel), lambda path: read_file(str(kernel / path)))


@pytest.mark.parametrize(("file", "function", "value", "chain"), CALLERS, ids=lambda text: str(text)[:40])
def test_fallback(kernel: Path, analysis: Analysis, file: str, function: str, value: str, chain: str) -> None:
    unit = parse(file, read_file(str(kernel / file)))
    node = next(unit.node(f) for f in unit.functions() if f.name == function)
    site = next(n for n in walk(node) if called(n) == "lock_vma_under_rcu")
    call = call_of(site)
    assert call is not None
    graph = build_cfg(node)
    answer = analysis.fallback_waits("mmap_lock", graph, site, file, call.arguments[0], "vma")
    assert (answer.value, answer.chain) == (value, chain)
    assert all(step.line > 0 and (kernel / step.file).is_file() for step in answer.steps)


def test_definitions_of_several_configurations(analysis: Analysis) -> None:
    found = analysis.definitions.find("lock_mm_and_find_vma", "arch/x86/mm/fault.c")
    assert [d.file for d in found] == ["mm/memory.c", "mm/nommu.c"]


def test_the_shrinker_callback(kernel: Path, analysis: Analysis) -> None:
    file = "drivers/android/binder_alloc.c"
    unit = parse(file, read_file(str(kernel / file)))
    node = next(unit.node(f) for f in unit.functions() if f.name == "binder_alloc_free_page")
    graph = build_cfg(node)
    point = next(p for p in graph.points if p.node is not None and p.kind == "if" and tries(p.node))
    held = analysis.held_at(graph, point, file)
    assert [(one.kind, one.lock, one.must) for one in held] == [("spinlock", "lock", True)]
    assert analysis.can_sleep_before(graph, point, file).value == "no"
    kinds = [step.kind for step in analysis.callbacks("binder_alloc_free_page", file)]
    assert kinds == ["callback lru_walk", "callback shrinker"]


def called(node: Node) -> str:
    function = node.child("function")
    return function.text if node.kind == "call_expression" and function is not None else ""


def tries(node: Node) -> bool:
    condition = node.child("condition")
    return condition is not None and any(called(n) == "mmap_read_trylock" for n in walk(condition))
