# SPDX-License-Identifier: GPL-2.0-or-later
"""The main job over linux-source-6.12: every caller, with the verdict that reading the code gives."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# File, then the verdicts of its callers of lock_vma_under_rcu() in their order.
CALLERS = {
    "arch/arm/mm/fault.c": ["waiting-fallback"],
    "arch/arm64/mm/fault.c": ["waiting-fallback"],
    "arch/powerpc/mm/fault.c": ["waiting-fallback"],
    "arch/riscv/mm/fault.c": ["waiting-fallback"],
    "arch/s390/mm/fault.c": ["waiting-fallback"],
    "arch/x86/mm/fault.c": ["waiting-fallback"],
    "kernel/bpf/task_iter.c": ["no-fallback"],
    "mm/userfaultfd.c": ["waiting-fallback", "waiting-fallback"],
    "net/ipv4/tcp.c": ["waiting-fallback"],
}


def rewriter(kernel: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rewriter", *arguments]
    return subprocess.run(command, cwd=kernel, capture_output=True, timeout=300)


@pytest.fixture(scope="module")
def document(kernel: Path) -> dict[str, Any]:
    done = rewriter(kernel, "scan", "-p", "vma_lock_only", "--format", "json")
    # Nothing to act on: 0, or 3 if code that could have matched was not understood.
    assert done.returncode in (0, 3), done.stderr.decode()
    return dict(json.loads(done.stdout))


def test_exactly_the_callers_and_their_verdicts(document: dict[str, Any]) -> None:
    found: dict[str, list[str]] = {}
    for caller in document["callers"]:
        found.setdefault(caller["file"], []).append(caller["verdict"])
    assert found == CALLERS


def test_every_file_was_read(document: dict[str, Any]) -> None:
    assert document["files"] > 59_000


def test_a_waiting_fallback_shows_where_it_waits(document: dict[str, Any], kernel: Path) -> None:
    for caller in document["callers"]:
        if caller["verdict"] != "waiting-fallback":
            continue
        assert caller["evidence"], caller
        for evidence in caller["evidence"]:
            lines = (kernel / evidence["file"]).read_bytes().split(b"\n")
            assert 0 < evidence["line"] <= len(lines)


def test_nothing_is_rewritten(kernel: Path) -> None:
    done = rewriter(kernel, "apply", "-p", "vma_lock_only", "--assume", "per-vma-locks")
    assert done.stdout == b""
    assert done.returncode in (0, 3)
