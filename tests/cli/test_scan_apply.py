# SPDX-License-Identifier: GPL-2.0-or-later
"""scan and apply: the exit codes, what goes where, and that nothing is written unless asked for."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[bytes]]


def everything(top: Path) -> dict[str, bytes]:
    return {str(p.relative_to(top)): p.read_bytes() for p in sorted(top.rglob("*")) if p.is_file()}


def test_scan_lists_places(rewriter: Run, pattern: Path, tree: Path) -> None:
    done = rewriter("scan", "tree", "-p", pattern)
    lines = done.stdout.decode().splitlines()
    assert [line.split() for line in lines] == [
        ["VERDICT", "PLACE", "FUNCTION"],
        ["match", "tree/drivers/toy/toy_main.c:3", "toy_start"],
        ["match", "tree/drivers/toy/toy_main.c:5", "toy_start"],
        ["match", "tree/fs/small/inode.c:3", "small"],
    ]
    assert done.stderr == b"3 match; 4 files read, 2 analysed\n"
    assert done.returncode == 1


def test_scan_sarif_stands_alone_on_stdout(rewriter: Run, pattern: Path, tree: Path) -> None:
    done = rewriter("scan", "-p", pattern, "--format", "sarif", cwd=tree)
    assert done.returncode == 1
    (run,) = json.loads(done.stdout)["runs"]
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert uris == ["drivers/toy/toy_main.c", "drivers/toy/toy_main.c", "fs/small/inode.c"]
    assert {r["ruleId"] for r in run["results"]} == {"swap/match"}


def test_scan_json_stands_alone_on_stdout(rewriter: Run, pattern: Path, tree: Path) -> None:
    done = rewriter("scan", "-p", pattern, "--format", "json", cwd=tree)
    document = json.loads(done.stdout)
    assert set(document) == {"callers", "skipped", "notes", "files"}
    assert document["notes"] == []
    assert document["files"] == 4
    assert document["skipped"] == []
    assert document["callers"][2] == {
        "file": "fs/small/inode.c",
        "line": 3,
        "function": "small",
        "verdict": "match",
        "evidence": [],
        "may_sleep": False,
        "constant_tests": [],
        "reason": document["callers"][2]["reason"],
    }
    assert done.returncode == 1


def test_scan_without_findings(rewriter: Run, pattern: Path, tree: Path) -> None:
    done = rewriter("scan", "tree/mm", "-p", pattern)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_apply_shows_a_diff_and_writes_nothing(rewriter: Run, pattern: Path, tree: Path, jobs: str) -> None:
    before = everything(tree)
    done = rewriter("apply", "tree", "-p", pattern, "-j", jobs)
    assert done.returncode == 0
    assert done.stdout == rewriter("apply", "tree", "-p", pattern, "--diff").stdout
    assert everything(tree) == before
    subprocess.run(["git", "apply", "-p1"], cwd=tree, input=done.stdout, check=True)
    applied = everything(tree)
    for name, content in before.items():
        (tree / name).write_bytes(content)
    assert rewriter("apply", "tree", "-p", pattern, "--in-place").returncode == 0
    assert everything(tree) == applied != before


def test_apply_in_place_says_what_it_wrote(rewriter: Run, pattern: Path, tree: Path) -> None:
    done = rewriter("apply", "tree", "-p", pattern, "--in-place")
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        "wrote tree/drivers/toy/toy_main.c: toy_start()",
        "wrote tree/fs/small/inode.c: small()",
    ]
    again = rewriter("apply", "tree", "-p", pattern, "--in-place")
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")


ODD_BYTES = {
    "carriage returns": (
        b"void f(void)\r\n{\r\n\told_call(1);\r\n}\r\n",
        b"void f(void)\r\n{\r\n\tnew_call(1);\r\n}\r\n",
    ),
    "no final newline": (b"void f(void) {\n\told_call(1);\n}", b"void f(void) {\n\tnew_call(1);\n}"),
    "not UTF-8": (
        b"/* caf\xe9 */\nvoid f(void)\n{\n\told_call(1); /* \xff */\n}\n",
        b"/* caf\xe9 */\nvoid f(void)\n{\n\tnew_call(1); /* \xff */\n}\n",
    ),
    "junk": (b"old_call" + bytes(range(1, 256)) * 20, b"old_call" + bytes(range(1, 256)) * 20),
    "junk with NUL": (b"old_call(1);\0" + bytes(range(256)), b"old_call(1);\0" + bytes(range(256))),
    "empty": (b"", b""),
}


@pytest.mark.parametrize("name", ODD_BYTES)
def test_bytes_in_bytes_out(rewriter: Run, pattern: Path, tmp_path: Path, name: str) -> None:
    before, after = ODD_BYTES[name]
    (tmp_path / "d").mkdir()
    file = tmp_path / "d/odd.c"
    file.write_bytes(before)
    file.chmod(0o751)
    diff = rewriter("apply", "d", "-p", pattern)
    assert file.read_bytes() == before
    done = rewriter("apply", "d", "-p", pattern, "--in-place")
    assert done.returncode in (0, 3)
    assert file.read_bytes() == after
    assert stat.S_IMODE(file.stat().st_mode) == 0o751
    if before != after:
        file.write_bytes(before)
        subprocess.run(["git", "apply"], cwd=tmp_path / "d", input=diff.stdout, check=True)
        assert file.read_bytes() == after


def test_a_link_out_of_the_tree_is_left_alone(
    rewriter: Run, pattern: Path, tree: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.c"
    outside.write_text("void f(void)\n{\n\told_call(1);\n}\n")
    (tree / "link.c").symlink_to(outside)
    rewriter("apply", "tree", "-p", pattern, "--in-place")
    assert b"old_call" in outside.read_bytes()


# --- one clear line ----------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[list[str], int, str]] = {
    "missing path": (["scan", "nowhere", "-p", "swap.cocci"], 2, "error: nowhere: no such file or directory"),
    "pipe": (["scan", "pipe", "-p", "swap.cocci"], 2, "error: pipe: neither a file nor a directory"),
    "unknown pattern": (["scan", "tree", "-p", "vma_lock_onyl"], 2, "did you mean 'vma_lock_only'?"),
    "no such file": (["scan", "tree", "-p", "x/y.cocci"], 2, "error: x/y.cocci: no such semantic patch"),
    "directory as pattern": (
        ["scan", "tree", "-p", "tree"],
        2,
        "error: tree: a directory without a .cocci file",
    ),
    "binary as pattern": (["scan", "tree", "-p", "junk.cocci"], 2, "junk.cocci: no text file (byte 1)"),
    "both ways": (["apply", "tree", "-p", "swap.cocci", "--diff", "--in-place"], 2, "exclude each other"),
    "unknown assumption": (
        ["scan", "tree", "-p", "swap.cocci", "--assume", "peace"],
        2,
        "error: --assume peace: the pattern knows no such word",
    ),
    "bad definition": (["scan", "tree", "-p", "swap.cocci", "-D", "1=2"], 2, "neither NAME nor NAME=VALUE"),
    "no jobs": (["scan", "tree", "-p", "swap.cocci", "-j", "0"], 2, "'--jobs'"),
    "unknown format": (["scan", "tree", "-p", "swap.cocci", "--format", "xml"], 2, "xml"),
    "no pattern": (["scan", "tree"], 2, "'--pattern'"),
    "empty tree": (["scan", "empty", "-p", "swap.cocci"], 0, "warning: no C files in empty"),
    "pipe in the tree": (["scan", "odd", "-p", "swap.cocci"], 3, "odd/pipe.c:1: not analysed: not read"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(rewriter: Run, pattern: Path, tree: Path, tmp_path: Path, name: str) -> None:
    arguments, code, words = REFUSALS[name]
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd").mkdir()
    os.mkfifo(tmp_path / "odd/pipe.c")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "junk.cocci").write_bytes(b"\xff\0\xfe")
    before = everything(tree)
    done = rewriter(*arguments)
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert done.returncode == code
    assert done.stdout == b""
    assert everything(tree) == before


def test_a_bad_semantic_patch_is_shown_with_a_caret(rewriter: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.cocci").write_text("@r@\nexpression e;\n@@\n- f(e;\n+ g(e);\n")
    for command in (["scan", "tree"], ["apply", "tree", "--in-place"]):
        done = rewriter(*command, "-p", "bad.cocci")
        assert done.returncode == 2
        assert done.stderr.startswith(b"bad.cocci:4:")
        assert b"^" in done.stderr


def test_a_file_changed_while_we_look_is_not_overwritten(
    rewriter: Run, tree: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    victim = tree / "fs/small/inode.c"
    (tmp_path / "slow.cocci").write_text(
        "@r@\nexpression e;\n@@\n- old_call(e);\n+ new_call(e);\n\n@script:python@\n@@\n"
        f"open({str(victim)!r}, 'w').write('precious')\n"
    )
    done = rewriter("apply", "tree/fs", "-p", "slow.cocci", "--in-place")
    assert done.stderr.decode().splitlines()[-1] == (
        "rewriter: error: tree/fs/small/inode.c: changed since it was read, not written"
    )
    assert done.returncode == 3
    assert victim.read_text() == "precious"


WITHHOLDING = """\
/// use new_call() instead of old_call()
// Extensions: verdicts
@swap@
expression e;
position p;
@@
- old_call@p(e);
+ new_call(e);

@script:python@
p << swap.p;
@@
rewriter.verdict(p, "target", "calls it", rewrite=True)
rewriter.withhold("the tree still has a stub (stub.h:3)", unless="no-stub")
"""


def test_a_withheld_rewrite_is_shown_but_not_written(rewriter: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "held.cocci").write_text(WITHHOLDING)
    before = everything(tree)
    shown = rewriter("apply", "tree", "-p", "held.cocci")
    assert shown.returncode == 0
    assert shown.stdout.count(b"+\tnew_call") == 2
    reason = "the tree still has a stub (stub.h:3) (--assume WORD if that does not matter)"
    assert shown.stderr.decode().endswith(f"note: --in-place would write nothing: {reason}\n")
    written = rewriter("apply", "tree", "-p", "held.cocci", "--in-place")
    assert written.returncode == 1
    assert written.stderr.decode().endswith(f"error: nothing was written: {reason}\n")
    mailed = rewriter("series", "tree", "-p", "held.cocci", "-o", "mails")
    assert mailed.returncode == 1
    assert mailed.stderr.decode().endswith(f"error: no mails were made: {reason}\n")
    assert not (tmp_path / "mails").exists()
    assert everything(tree) == before
    assumed = rewriter("apply", "tree", "-p", "held.cocci", "--in-place", "--assume", "no-stub")
    assert assumed.returncode == 0
    assert everything(tree) != before


# --- terminals, pipes, interrupts --------------------------------------------------------------------


def on_terminal(command: list[str], environment: dict[str, str], cwd: Path) -> bytes:
    ours, theirs = os.openpty()
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=theirs, stderr=subprocess.DEVNULL):
        os.close(theirs)
        out = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the terminal closed
                break
            if not part:
                break
            out += part
    os.close(ours)
    return out


def test_colour_is_for_terminals_without_no_color(
    environment: dict[str, str], pattern: Path, tree: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "rewriter", "scan", "tree", "-p", str(pattern)]
    terminal = environment | {"TERM": "xterm-256color"}
    assert b"\x1b[" in on_terminal(command, terminal, tmp_path)
    assert b"\x1b" not in on_terminal(command, terminal | {"NO_COLOR": "1"}, tmp_path)
    assert b"\x1b" not in on_terminal(command, terminal | {"TERM": "dumb"}, tmp_path)
    forced = environment | {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    assert b"\x1b" not in subprocess.run(command, cwd=tmp_path, env=forced, capture_output=True).stdout


def test_a_reader_that_leaves_early_is_no_error(
    environment: dict[str, str], tmp_path: Path, pattern: Path
) -> None:
    (tmp_path / "many").mkdir()
    (tmp_path / "many/a.c").write_text("void f(void)\n{\n" + f"\told_call({'x' * 2000});\n" * 100 + "}\n")
    command = [sys.executable, "-m", "rewriter", "apply", "many", "-p", str(pattern)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()
    assert b"Traceback" not in complaint
    assert b"BrokenPipe" not in complaint
    assert process.returncode == 141


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_with_130(environment: dict[str, str], tmp_path: Path, jobs: str) -> None:
    (tmp_path / "wait.cocci").write_text(
        "@r@\n@@\n old_call(...);\n\n@script:python@\n@@\nimport time\n"
        "open('started', 'w').close()\ntime.sleep(60)\n"
    )
    (tmp_path / "a.c").write_text("void f(void)\n{\n\told_call(1);\n}\n")
    command = [sys.executable, "-m", "rewriter", "scan", "a.c", "-p", "wait.cocci", "-j", jobs]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # Tests that run in the background are born with the signal ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr is not None
        while not (tmp_path / "started").exists() and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
        said = process.stderr.read()
    assert said == b"rewriter: interrupted, nothing more is done\n"
    assert process.returncode == 130


def test_a_worker_that_dies_costs_one_file(rewriter: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "die.cocci").write_text(
        "@r@\nposition p;\n@@\n old_call@p(...);\n\n@script:python@\np << r.p;\n@@\n"
        "import os\nif 'toy' in p[0].file:\n    os._exit(9)\n"
    )
    done = rewriter("scan", "tree", "-p", "die.cocci", "-j", "2", "--format", "json")
    assert done.returncode == 3
    line = "tree/drivers/toy/toy_main.c:1: not analysed: the worker process ended (exit status 9)"
    assert line in done.stderr.decode().splitlines()
    assert json.loads(done.stdout)["skipped"][0]["file"] == "tree/drivers/toy/toy_main.c"


def test_names_that_are_no_utf8(rewriter: Run, pattern: Path, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    name = os.fsdecode(b"caf\xe9.c")
    (tmp_path / "d" / name).write_text("void f(void)\n{\n\told_call(1);\n}\n")
    assert b"d/caf\xe9.c:3" in rewriter("scan", "d", "-p", pattern).stdout
    found = json.loads(rewriter("scan", "d", "-p", pattern, "--format", "json").stdout)
    assert found["callers"][0]["file"] == "d/" + name
    diff = rewriter("apply", "d", "-p", pattern).stdout
    subprocess.run(["git", "apply"], cwd=tmp_path / "d", input=diff, check=True)
    assert b"new_call" in (tmp_path / "d" / name).read_bytes()
