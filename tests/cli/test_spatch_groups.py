"""``rewriter spatch``: files that are looked at together, and the headers that take part."""

import re
from pathlib import Path

import pytest
from conftest import Run
from txtar import sections

FILES = sections(Path(__file__).with_name("spatch_groups.txtar"))


@pytest.fixture(autouse=True)
def code(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("rule", "options", "shown"),
    [
        ("callers", ["dir/a.c", "dir/b.c"], ["dir/b.c", "dir/a.c"]),
        ("callers", ["dir/b.c", "dir/c.c", "dir/a.c"], ["dir/a.c", "dir/b.c"]),
        ("callers", ["--dir", "dir"], []),
        ("callers", ["--file-groups", "groups"], []),
        ("in_one", ["dir/a.c", "dir/b.c"], ["dir/b.c"]),
        ("plain", ["dir/a.c"], ["dir/a.c"]),
        ("plain", ["dir/a.c", "--local-includes"], ["dir/x.h", "dir/a.c"]),
        ("plain", ["dir/a.c", "--include", "sys/sys.h"], ["sys/sys.h", "dir/a.c"]),
        ("typed", ["dir/a.c"], ["dir/x.h", "dir/a.c"]),
        ("typed", ["dir/a.c", "dir/b.c"], ["dir/y.h", "dir/x.h", "dir/b.c", "dir/a.c"]),
        ("typed", ["dir/a.c", "dir/x.h"], ["dir/z.h", "dir/x.h", "dir/a.c"]),
        ("typed", ["dir/a.c", "--all-includes", "-I", "sys"], ["dir/x.h", "sys/sys.h", "dir/a.c"]),
        ("typed", ["dir/a.c", "--recursive-includes"], ["dir/z.h", "dir/x.h", "dir/a.c"]),
        ("typed", ["dir/a.c", "--include-headers-for-types"], ["dir/a.c"]),
        ("typed", ["dir/a.c", "--no-includes"], ["dir/a.c"]),
        ("typed", ["--dir", "dir"], ["a/x.h", "a/a.c", "a/y.h", "a/b.c"]),
        ("typed", ["--dir", "dir", "--jobs", "2"], ["a/x.h", "a/a.c", "a/y.h", "a/b.c"]),
        ("typed", ["--dir", "dir", "--include-headers"], ["a/x.h", "a/a.c", "a/y.h", "a/b.c", "a/z.h"]),
        ("prototypes", ["dir/b.c"], ["dir/y.h", "dir/b.c"]),
        ("prototypes", ["dir/b.c", "dir/a.c"], ["dir/x.h", "dir/y.h", "dir/a.c", "dir/b.c"]),
    ],
)
def test_which_files_change(rewriter: Run, rule: str, options: list[str], shown: list[str]) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp-file", f"{rule}.cocci", *options)
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.findall(r"(?m)^--- (\S+)$", done.stdout.decode()) == shown


def test_what_scripts_print_of_a_header_is_printed_once(rewriter: Run) -> None:
    words = ["--sp-file", "places.cocci", "--local-includes", "--dir", "dir"]
    done = rewriter("spatch", "--very-quiet", "--no-show-diff", *words)
    assert done.stdout.decode().split("\n")[:-1] == [
        "dir/x.h 6 ['dir/a.c']",
        "dir/a.c 5 ['dir/a.c']",
        "dir/y.h 4 ['dir/b.c']",
        "dir/b.c 5 ['dir/b.c']",
    ]


def test_prototypes_follow_in_headers(rewriter: Run, tmp_path: Path) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp-file", "prototypes.cocci", "--in-place", "--dir", "dir")
    assert done.returncode == 0
    assert "int a(struct dev *d, int flags);\nint x(struct dev *d);\n" in (tmp_path / "dir/x.h").read_text()
    assert "int b(struct dev *, int);\n" in (tmp_path / "dir/y.h").read_text()


def test_a_header_takes_what_every_file_wants_of_it(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "dir/b.c").write_text('#include "x.h"\nint x(struct dev *d)\n{\n\treturn 0;\n}\n')
    done = rewriter("spatch", "--very-quiet", "--sp-file", "prototypes.cocci", "--in-place", "--dir", "dir")
    assert done.returncode == 0
    prototypes = "int a(struct dev *d, int flags);\nint x(struct dev *d, int flags);\n"
    assert prototypes in (tmp_path / "dir/x.h").read_text()


def test_files_that_want_different_things_of_a_header_leave_it(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "named.cocci").write_text(
        "@r@\nidentifier f;\nstruct dev *d;\n@@\nf(...) { <+... start(d) ...+> }\n"
        "@@\nidentifier r.f;\n@@\n- int late;\n+ int f;\n"
    )
    for name in ("a", "b"):
        code = f'#include "x.h"\nint {name}(struct dev *d)\n{{\n\tstart(d);\n\tlate = 1;\n}}\n'
        (tmp_path / f"dir/{name}.c").write_text(code)
    (tmp_path / "dir/x.h").write_text("int late;\n")
    done = rewriter("spatch", "--very-quiet", "--sp-file", "named.cocci", "--dir", "dir")
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"dir/x.h: files that include it want different changes of it" in done.stderr


def test_what_scripts_are_told_of_headers(rewriter: Run) -> None:
    words = ["--sp-file", "places.cocci", "--local-includes", "dir/a.c"]
    done = rewriter("spatch", "--very-quiet", "--no-show-diff", *words)
    assert done.stdout.decode() == "dir/x.h 6 ['dir/a.c']\ndir/a.c 5 ['dir/a.c']\n"


@pytest.mark.parametrize(
    ("options", "status", "shown"),
    [
        (["dir/c.c", "dir/d.c"], 255, []),
        (["--dir", "dir"], 0, ["a/c.c"]),
        (["--file-groups", "groups"], 0, ["dir/c.c"]),
    ],
)
def test_a_group_is_changed_whole_or_not_at_all(
    rewriter: Run, options: list[str], status: int, shown: list[str]
) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp-file", "clash.cocci", *options)
    assert done.returncode == status
    assert re.findall(r"(?m)^--- (\S+)$", done.stdout.decode()) == shown


def test_a_header_is_written_once(rewriter: Run, tmp_path: Path) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp-file", "typed.cocci", "--in-place", "--dir", "dir")
    assert (done.returncode, done.stderr) == (0, b"")
    for name in ("a.c", "b.c", "x.h", "y.h"):
        assert (tmp_path / "dir" / name).read_text() == FILES[f"dir/{name}"].replace("old(", "new(")


def test_what_cannot_go_to_a_single_file(rewriter: Run) -> None:
    words = ["--sp-file", "typed.cocci", "dir/a.c", "-o", "out.c"]
    done = rewriter("spatch", "--very-quiet", *words)
    assert (done.returncode, b"several files change" in done.stderr) == (255, True)


def test_a_group_is_looked_at_if_its_files_together_hold_the_words(rewriter: Run) -> None:
    done = rewriter("spatch", "--sp-file", "callers.cocci", "dir/c.c", "dir/a.c", "dir/b.c")
    assert b"HANDLING: dir/c.c dir/a.c dir/b.c\n" in done.stderr
