# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of a mail, from patterns parsed here and results made by hand."""

import subprocess
from pathlib import Path

import pytest

from rewriter.report.message import body, prefix_from_log, prefix_from_path, safe, subject
from rewriter.report.quote import quoted
from rewriter.smpl.parser import parse_semantic_patch
from rewriter.smpl.patch import SemanticPatch

RULE = "@r@\nexpression e;\n@@\n- f(e);\n+ g(e);\n"


def patch(text: str) -> SemanticPatch:
    return parse_semantic_patch(text, "p.cocci")


PATHS = [
    # path, names beside it, prefix
    ("drivers/android/binder_alloc.c", ["binder.c", "binder_alloc.c", "binderfs.c"], "binder"),
    ("drivers/android/binder_alloc.c", ["binder_alloc.c"], "binder"),
    ("arch/x86/mm/fault.c", ["fault.c", "init.c"], "x86/mm"),
    ("arch/s390/kernel/setup.c", ["setup.c"], "s390/kernel"),
    ("mm/userfaultfd.c", ["userfaultfd.c", "util.c"], "mm/userfaultfd"),
    ("kernel/bpf/task_iter.c", ["task_iter.c", "arena.c"], "bpf"),
    ("kernel/fork.c", ["fork.c"], "fork"),
    ("net/ipv4/tcp.c", ["tcp.c", "tcp_input.c", "udp.c"], "tcp"),
    ("fs/ext4/inode.c", ["inode.c", "super.c"], "ext4"),
    ("drivers/net/ethernet/intel/ice/ice_main.c", ["ice_main.c", "ice_lib.c"], "ice"),
    ("drivers/gpu/drm/core/lease.c", ["lease.c"], "drm"),
    ("a.c", ["a.c"], "a"),
]


@pytest.mark.parametrize(("path", "siblings", "prefix"), PATHS)
def test_prefix_from_path(path: str, siblings: list[str], prefix: str) -> None:
    assert prefix_from_path(path, siblings) == prefix


LOGS = [
    (["binder: fix a", "binder: fix b", "android: binder: c"], "binder"),
    (["mm/userfaultfd: fix", "mm: userfaultfd: tidy", "mm: userfaultfd: more"], "mm: userfaultfd"),
    (['Revert "x: y"', "Linux 6.12"], ""),
    (["x86/mm: a", "mm: b"], "x86/mm"),
    (["treewide: a", "Treewide: b", "foo: c"], "foo"),
    ([], ""),
]


@pytest.mark.parametrize(("subjects", "prefix"), LOGS)
def test_prefix_from_log(subjects: list[str], prefix: str) -> None:
    assert prefix_from_log(subjects) == prefix


def test_subject() -> None:
    assert subject("binder", patch(f"/// rely on one lock.\n{RULE}"), "p") == "binder: rely on one lock"
    assert subject("binder", patch(RULE), "swap") == "binder: apply the semantic patch swap"
    long = patch("/// " + "do something useful " * 4 + f"\n{RULE}")
    for prefix in ["x", "drivers/some/where/deep"]:
        assert len(subject(prefix, long, "p")) <= 75
    fits = patch(f"/// {'x' * 60}\n{RULE}")
    assert subject("net: some: thing", fits, "p") == f"thing: {'x' * 60}"


def test_body_wraps_and_names_the_functions() -> None:
    text = body(patch(f"/// s\n///\n/// {'word ' * 30}\n/// and more\n{RULE}"), "p", ["a", "b", "c"])
    assert all(len(line) <= 75 for line in text.splitlines())
    assert "\n\nChange a(), b() and c() accordingly.\n\n" in text
    assert text.endswith("// <smpl>\n@r@\nexpression e;\n@@\n- f(e);\n+ g(e);\n// </smpl>\n")


def test_rules_that_only_report_are_left_out() -> None:
    text = (
        "/// s\n// Extensions: comments\n@initialize:python@\n@@\nimport re\n\n# long\nX = 1\n\n"
        "@look@\nexpression e;\nposition p;\n@@\n f@p(e);\n\n"
        "@script:python@\np << look.p;\n@@\nprint(p)\n\n// the change\n"
        "@name@\nidentifier i;\n@@\n h(i);\n\n"
        "@script:python made@\ni << name.i;\nj;\n@@\n# why\nprint(i,\n i)\ncoccinelle.j = i + '_x'\n\n"
        "@swap@\nidentifier name.i;\nidentifier made.j;\n@@\n- h(i);\n+ h(j);\n"
    )
    assert "\n".join(quoted(patch(text))) == (
        "// Extensions: comments\n// What only reports is left out.\n\n"
        "@initialize:python@\n@@\n// 4 lines of Python\n\n"
        "@name@\nidentifier i;\n@@\n h(i);\n\n"
        "@script:python made@\ni << name.i;\nj;\n@@\ncoccinelle.j = i + '_x'\n\n"
        "@swap@\nidentifier name.i;\nidentifier made.j;\n@@\n- h(i);\n+ h(j);"
    )


DANGEROUS = [
    "---",
    "--- a/file.c",
    "diff --git a/x b/x",
    "diff -u x y",
    "Index: x",
    "From: somebody <a@b>",
    "Subject: other",
    "Date: never",
    "From abc Mon Sep 17 00:00:00 2001",
    "@@ -1,2 +1,2 @@",
    "# a comment",
]


@pytest.mark.parametrize("line", DANGEROUS)
def test_git_keeps_a_safe_line_in_the_message(tmp_path: Path, line: str) -> None:
    mail = f"From: A <a@b.c>\nSubject: s\n\n{safe(line)}\n\nlast\n---\n\ndiff --git a/x b/x\n"
    command = ["git", "mailinfo", "message", "patch"]
    subprocess.run(command, cwd=tmp_path, input=mail.encode(), check=True, capture_output=True)
    assert (tmp_path / "message").read_text() == f" {line}\n\nlast\n"


@pytest.mark.parametrize("line", ["- f(e);", "@@", "@r@", "text", "", "-- x", "a --- b"])
def test_other_lines_stay(line: str) -> None:
    assert safe(line) == line
