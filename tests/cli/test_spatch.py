"""``rewriter spatch``: the command line, output and exit codes of the program it stands in for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run
from txtar import sections

from rewriter.cli.spatch_options import NOTED, REFUSED, UNDERSTOOD, UsageError, parse_options

_DATA = sections(Path(__file__).with_name("spatch.txtar"))
CODE, DIFF, STARRED = _DATA["code"], _DATA["diff"], _DATA["starred"]
RULE = "@@\nexpression e;\n@@\n- old(e);\n+ new(e);\n"
STARS = "@@\nexpression e;\n@@\n* old(e);\n"
REPORT = """\
virtual report, org
@r@
expression e;
position p;
@@
old@p(e);
@script:python depends on report@
p << r.p;
e << r.e;
@@
coccilib.report.print_report(p[0], "old with %s" % e)
@script:python depends on org@
p << r.p;
@@
cocci.print_main("old", p)
"""
COUNT = """\
@initialize:python@
@@
count = 0
print("begin")
@r@
position p;
@@
old@p(...)
@script:python@
p << r.p;
@@
count += len(p)
@finalize:python@
@@
print("old", count)
"""
CLASH = "@@\nexpression e;\n@@\n- f(e)\n+ g(e)\n"


@pytest.fixture(autouse=True)
def code(tmp_path: Path) -> Path:
    for name, text in {
        "rule.cocci": RULE,
        "stars.cocci": STARS,
        "report.cocci": REPORT,
        "clash.cocci": CLASH,
        "top/a.c": CODE,
        "top/sub/b.c": CODE,
        "top/sub/c.h": CODE,
        "top/none.c": "int none;\n",
        "clash.c": "void g(void)\n{\n\tf(f(1));\n}\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def names(output: bytes) -> list[str]:
    return re.findall(r"(?m)^--- (\S+)$", output.decode())


def test_a_file_named_itself_is_compared_with_a_temporary_name(rewriter: Run) -> None:
    done = rewriter("spatch", "--sp-file", "rule.cocci", "top/a.c")
    first, second, rest = done.stdout.decode().split("\n", 2)
    assert first == "--- top/a.c"
    assert re.fullmatch(r"\+\+\+ \S+/cocci-output-\d+-[0-9a-f]{6}-a\.c", second)
    assert rest == DIFF
    assert b"HANDLING: top/a.c" in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (["--dir", "top"], ["a/a.c", "a/sub/b.c"]),
        (["--dir", "top/"], ["a/a.c", "a/sub/b.c"]),
        (["--dir", "top", "--include-headers"], ["a/a.c", "a/sub/b.c", "a/sub/c.h"]),
        (["--dir", "top/sub", "--patch", "top"], ["a/sub/b.c"]),
        (["top/sub/b.c", "--patch", "top"], ["a/sub/b.c"]),
        (["--dir", "top", "--ignore", "top/su"], ["a/a.c"]),
        (["--dir", "top", "--max", "2", "--index", "0"], ["a/a.c"]),
        (["--dir", "top", "--max", "2", "--index", "1"], ["a/sub/b.c"]),
        (["--dir", "top", "--max", "2", "--index", "0", "--mod-distrib"], ["a/a.c", "a/sub/b.c"]),
        (["--dir", "top", "--jobs", "2", "--chunksize", "1"], ["a/a.c", "a/sub/b.c"]),
        (["--file-groups", "list"], ["top/sub/c.h", "top/a.c"]),
        (["--dir", "top", "--no-show-diff"], []),
    ],
)
def test_which_files_and_how_they_are_named(
    rewriter: Run, tmp_path: Path, options: list[str], shown: list[str]
) -> None:
    (tmp_path / "list").write_text("top/sub/c.h\n\ntop/a.c\n")
    done = rewriter("spatch", "--very-quiet", "--sp-file", "rule.cocci", *options)
    assert (done.returncode, done.stderr) == (0, b"")
    assert names(done.stdout) == shown


def test_a_diff_of_a_tree(rewriter: Run) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp-file", "rule.cocci", "--dir", "top/sub")
    assert done.stdout.decode() == "diff -u -p a/b.c b/b.c\n--- a/b.c\n+++ b/b.c\n" + DIFF
    done = rewriter("spatch", "--very-quiet", "--sp-file", "rule.cocci", "--dir", "top/sub", "-U", "1")
    assert done.stdout.startswith(b"diff -U 1 -p a/b.c b/b.c\n")
    assert done.stdout.count(b"\n@@ -5,3 +5,3 @@ static int f(int a)\n") == 1


def test_starred_lines_are_shown_as_removed(rewriter: Run) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp-file", "stars.cocci", "--dir", "top/sub")
    head = "diff -u -p top/sub/b.c /tmp/nothing/b.c\n--- top/sub/b.c\n+++ /tmp/nothing/b.c\n"
    assert done.stdout.decode() == head + STARRED
    done = rewriter("spatch", "--very-quiet", "--sp-file", "stars.cocci", "top/a.c")
    assert done.stdout.decode().split("\n", 2)[2] == STARRED


def test_what_is_named_without_an_option(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "more.c").write_text(CODE)
    run = ("spatch", "--very-quiet", "--sp-file", "rule.cocci")
    assert names(rewriter(*run, "more.c", "top/a.c").stdout) == ["top/a.c", "more.c"]
    assert rewriter(*run, "top").stdout == rewriter(*run, "--dir", "top").stdout


def test_reports(rewriter: Run) -> None:
    done = rewriter("spatch", "-very_quiet", "-D", "report", "--cocci-file", "report.cocci", "--dir", "top")
    where = [f"top/{name}:{line}" for name in ("a.c", "sub/b.c") for line in ("6:1-4", "14:1-4")]
    values = ["a", "1 + a"] * 2
    assert done.stdout.decode().splitlines() == [
        f"{at}: old with {value}" for at, value in zip(where, values, strict=True)
    ]
    done = rewriter("spatch", "-very_quiet", "-D", "org", "-sp_file", "report.cocci", "top/a.c")
    assert done.stdout.decode().splitlines()[0] == (
        "* TODO [[view:top/a.c::face=ovl-face1::linb=6::colb=1::cole=4][old top/a.c::6]]"
    )


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_scripts_before_and_behind_all_files(rewriter: Run, tmp_path: Path, jobs: str) -> None:
    (tmp_path / "count.cocci").write_text(COUNT)
    done = rewriter("spatch", "--very-quiet", "-j", jobs, "--sp-file", "count.cocci", "--dir", "top")
    assert done.stdout.decode().splitlines() == ["begin", "old 4"]
    done = rewriter("spatch", "--very-quiet", "--sp-file", "count.cocci", "top/none.c")
    assert done.stdout.decode().splitlines() == ["begin", "old 0"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_script_may_end_the_run(rewriter: Run, tmp_path: Path, jobs: str) -> None:
    ends = "import sys\nprint('old', p[0].file)\nsys.exit(3 if 'sub' in p[0].file else 0)\n"
    text = f"{RULE}@r@\nposition p;\n@@\nnew@p(...);\n@script:python@\np << r.p;\n@@\n{ends}"
    (tmp_path / "ends.cocci").write_text(text)
    run = ("spatch", "--very-quiet", "-j", jobs, "--sp-file", "ends.cocci")
    done = rewriter(*run, "top/sub/b.c")
    assert (done.returncode, done.stdout) == (3, b"old top/sub/b.c\n")
    done = rewriter(*run, "--dir", "top")
    assert (done.returncode, done.stdout) == (0, b"old top/a.c\n")


def test_where_results_go(rewriter: Run, tmp_path: Path) -> None:
    new = CODE.replace("old(", "new(")
    run = ("spatch", "--very-quiet", "--no-show-diff", "--sp-file", "rule.cocci")
    assert rewriter(*run, "top/a.c", "-o", "out.c").returncode == 0
    assert (tmp_path / "out.c").read_text() == new
    assert rewriter(*run, "top/a.c", "--out-place").returncode == 0
    assert (tmp_path / "top/a.c.cocci_res").read_text() == new
    assert (tmp_path / "top/a.c").read_text() == CODE
    assert rewriter(*run, "--dir", "top", "--in-place", "--suffix", ".orig").returncode == 0
    assert (tmp_path / "top/a.c").read_text() == (tmp_path / "top/sub/b.c").read_text() == new
    assert (tmp_path / "top/a.c.orig").read_text() == CODE
    (tmp_path / "near.c").write_text("int old;\n")
    for path in ("near.c", "top/none.c"):
        assert rewriter(*run, path, "-o", "same.c").returncode == 0
        assert (tmp_path / "same.c").read_text() == (tmp_path / path).read_text()
    (tmp_path / "bare.c").write_text("int other;\n")
    done = rewriter(*run, "top/none.c", "bare.c", "-o", "none.c")
    assert (done.returncode, (tmp_path / "none.c").exists()) == (255, False)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--sp-file", "rule.cocci", "top/a.c", "--nosuch"], 2, "there is no option --nosuch"),
        (["--sp-file", "rule.cocci", "top/a.c", "--preprocess"], 2, "--preprocess is not supported"),
        (["--sp-file", "rule.cocci", "--parse-c", "top/a.c"], 2, "--parse-c is not supported"),
        (["--sp-file", "rule.cocci", "top/a.c", "-D"], 2, "-D needs a value"),
        (["--sp-file", "rule.cocci", "top/a.c", "-j", "many"], 2, "--jobs many: a number is needed"),
        (["top/a.c"], 2, "no semantic patch"),
        (["--sp-file", "rule.cocci"], 2, "no C file"),
        (["--sp-file", "none.cocci", "top/a.c"], 255, "none.cocci: no such file"),
        (["--sp-file", "rule.cocci", "nofile.c"], 255, "nofile.c: no such file"),
        (["--sp-file", "rule.cocci", "--dir", "nodir"], 255, "nodir: no such file"),
        (["--sp-file", "report.cocci", "top/a.c"], 255, "no rule applies"),
        (["--sp-file", "rule.cocci", "top/a.c", "-D", "patch"], 255, "virtual rule 'patch'"),
        (["--sp-file", "clash.cocci", "clash.c"], 255, "already tagged"),
        (["--sp-file", "clash.cocci", "--dir", "."], 0, "already tagged"),
    ],
)
def test_how_a_run_fails(rewriter: Run, words: list[str], status: int, said: str) -> None:
    done = rewriter("spatch", "--very-quiet", *words)
    assert done.returncode == status
    assert said in done.stderr.decode()
    assert done.stdout == b""


def test_a_piece_of_code_for_a_semantic_patch(rewriter: Run) -> None:
    done = rewriter("spatch", "--very-quiet", "--sp", "old(Any);", "top/a.c")
    made, _, diff = done.stdout.decode().partition("\n\n")
    assert made == "@@\nmetavariable Any;\n@@\n* old(Any);"
    assert diff.split("\n", 2)[2] == STARRED
    made = rewriter("spatch", "--very-quiet", "--sp", "x = Y;\n...\nf(Y);", "top/none.c").stdout.decode()
    assert made == "@@\nmetavariable Y;\n@@\n* x = Y;\n...\n* f(Y);\n\n"


def test_a_semantic_patch_turned_round(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "both.cocci").write_text(
        "@r@\nexpression e;\n@@\n- old(e\n+ new(e\n++ , 1\n  );\n"
        "@script:python@\ne << r.e;\n@@\n-1\nprint(e)\n"
    )
    (tmp_path / "new.c").write_text(CODE.replace("old(", "new(").replace(");", ", 1);"))
    run = ("spatch", "--very-quiet", "--no-show-diff", "--sp-file", "both.cocci", "new.c", "-o", "out.c")
    assert rewriter(*run, "--reverse").stdout == b"a\n1 + a\n"
    assert "\told(a);" in (tmp_path / "out.c").read_text()


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ([], "\tnew(first_argument, a + 1,\n\t    third_argument_that_is_long_enough_for_two_lines);\n"),
        (
            ["--max-width", "30"],
            "\tnew(first_argument,\n\t    a + 1,\n\t    third_argument_that_is_long_enough_for_two_lines);\n",
        ),
        (
            ["--smpl-spacing"],
            "\tnew( first_argument,a+1,third_argument_that_is_long_enough_for_two_lines);\n",
        ),
    ],
)
def test_the_white_space_of_new_code(rewriter: Run, tmp_path: Path, words: list[str], written: str) -> None:
    long = "third_argument_that_is_long_enough_for_two_lines"
    (tmp_path / "long.cocci").write_text(
        f"@@\nexpression e;\n@@\n- old(e);\n+ new( first_argument,e+1,{long});\n"
    )
    (tmp_path / "long.c").write_text("void f(int a)\n{\n\told(a);\n}\n")
    run = ("spatch", "--very-quiet", "--sp-file", "long.cocci", "long.c", "-o", "out.c")
    assert rewriter(*run, *words).returncode == 0
    assert (tmp_path / "out.c").read_text() == "void f(int a)\n{\n" + written + "}\n"


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ([], [3, 5, 8, 10]),
        (["--defined", "CONFIG_A"], [3, 10]),
        (["--undefined", "CONFIG_A"], [5, 8]),
        (["--defined", "CONFIG_B"], [3, 5, 8, 10]),
    ],
)
def test_symbols_may_be_defined(rewriter: Run, tmp_path: Path, words: list[str], changed: list[int]) -> None:
    arms = [("#ifdef CONFIG_A", 1, 2), ("#ifndef CONFIG_A", 3, 4)]
    body = "".join(f"{head}\n\told({one});\n#else\n\told({two});\n#endif\n" for head, one, two in arms)
    (tmp_path / "arms.c").write_text("void f(void) {\n" + body + "}\n")
    run = ("spatch", "--very-quiet", "--sp-file", "rule.cocci", "arms.c", "-o", "out.c")
    assert rewriter(*run, *words).returncode == 0
    lines = (tmp_path / "out.c").read_text().splitlines()
    assert [n for n, line in enumerate(lines, 1) if "new(" in line] == changed


def test_comments_may_stay(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "less.cocci").write_text(
        "@@\nexpression e;\n@@\n- one(e);\n- two(e);\n+ both(e);\n\n@@\nexpression e;\n@@\n- old(e);\n"
    )
    body = [
        "\t/* above */\n\told(a); /* behind */\n\tx();\n",
        "\tone(a); /* first */\n\t/* between */\n\ttwo(a /* inside */); /* second */\n",
        "\t/* last */\n\told(/* in it */ a);\n",
    ]
    (tmp_path / "less.c").write_text("void f(int a)\n{\n" + "".join(body) + "}\n")
    run = ("spatch", "--very-quiet", "--sp-file", "less.cocci", "less.c", "-o", "out.c", "--keep-comments")
    assert rewriter(*run).returncode == 0
    assert (tmp_path / "out.c").read_text().splitlines()[2:-1] == [
        *("\t/* above */", "\t/* behind */", "\tx();"),
        *("\t/* first */", "\t/* between */", "\tboth(a); /* inside */ /* second */"),
        *("\t/* last */", "\t/* in it */"),
    ]


def test_bytes_that_are_no_utf8_come_out_as_they_went_in(rewriter: Run, tmp_path: Path) -> None:
    rule = b'// \xe9\n@@ expression x; @@\n- f("\xe9", x);\n+ g(x, "\xe8"); /* \xe7 */\n'
    (tmp_path / "latin.cocci").write_bytes(rule)
    (tmp_path / "latin.c").write_bytes(b'void q(void)\n{\n\tf("\xe9", 3);\n\tf("\xe8", 4);\n}\n')
    assert rewriter("spatch", "--sp-file", "latin.cocci", "latin.c", "-o", "out.c").returncode == 0
    changed = b'void q(void)\n{\n\tg(3, "\xe8"); /* \xe7 */\n\tf("\xe8", 4);\n}\n'
    assert (tmp_path / "out.c").read_bytes() == changed


def test_a_file_that_may_be_missing(rewriter: Run) -> None:
    run = ("spatch", "--very-quiet", "--sp-file", "rule.cocci", "--opt-c", "nofile.c")
    assert names(rewriter(*run, "--opt-c", "top/a.c").stdout) == ["top/a.c"]


def test_files_that_lack_the_words_are_skipped_unless_asked_for(rewriter: Run) -> None:
    run = ("spatch", "--sp-file", "rule.cocci", "--dir", "top")
    assert b"Skipping: top/none.c" in rewriter(*run).stderr
    assert b"HANDLING: top/none.c" in rewriter(*run, "--disable-worth-trying-opt").stderr
    selected = rewriter(*run, "--selected-only").stderr.decode()
    assert re.findall(r"(?m)^selected (.*)$", selected) == ["top/a.c", "top/sub/b.c"]


def test_a_file_that_takes_too_long_is_given_up(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "slow.cocci").write_text("@script:python@\n@@\nwhile True:\n    pass\n")
    run = ("spatch", "--very-quiet", "--sp-file", "slow.cocci", "--timeout", "1")
    done = rewriter(*run, "--dir", "top/sub")
    assert (done.returncode, done.stderr) == (0, b"rewriter: error: top/sub/b.c: given up after 1 s\n")
    assert rewriter(*run, "top/none.c").returncode == 255


def test_without_loops_no_path_comes_back_to_their_heads(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "twice.cocci").write_text(
        "virtual report\n@r exists@\nposition p;\n@@\na();\n...\nb@p();\n"
        '@script:python@\np << r.p;\n@@\ncoccilib.report.print_report(p[0], "b")\n'
    )
    (tmp_path / "loop.c").write_text("void f(void)\n{\n\twhile (x()) {\n\t\tb();\n\t\ta();\n\t}\n}\n")
    run = ("spatch", "--very-quiet", "--sp-file", "twice.cocci", "loop.c")
    assert rewriter(*run).stdout == b"loop.c:4:2-3: b\n"
    assert rewriter(*run, "--no-loops").stdout == b""


def test_what_coccicheck_asks(rewriter: Run) -> None:
    version = rewriter("spatch", "--version").stdout.decode().split("\n")[0].split()[2]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert b"--jobs" in rewriter("spatch", "--help").stdout
    done = rewriter("spatch", "--parse-cocci", "rule.cocci")
    assert (done.returncode, b"files: those with old" in done.stdout) == (0, True)


def test_configuration_files_come_before_the_command_line(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / ".cocciconfig").write_text("[other]\n\toptions = --nosuch\n[spatch]\n\toptions = -U 1\n")
    (tmp_path / "top/.cocciconfig").write_text("[spatch]\n\toptions = --very-quiet\n")
    run = ("spatch", "--sp-file", "rule.cocci", "--dir", "top")
    done = rewriter(*run)
    assert done.stdout.startswith(b"diff -U 1 -p a/a.c b/a.c\n")
    assert done.stderr == b""
    assert rewriter(*run, "-U", "3").stdout.startswith(b"diff -u -p a/a.c b/a.c\n")


def test_a_semantic_patch_may_bring_options_which_the_command_line_beats(
    rewriter: Run, tmp_path: Path
) -> None:
    (tmp_path / "own.cocci").write_text(
        "# spatch -D go --no-show-diff\nvirtual go\n@depends on go" + RULE[1:]
    )
    run = ("spatch", "--very-quiet", "--sp-file", "own.cocci", "top/a.c")
    assert (rewriter(*run).returncode, rewriter(*run).stdout) == (0, b"")
    assert b"+\tnew(a);" in rewriter(*run, "--show-diff").stdout
    (tmp_path / "own.cocci").write_text("// # spatch --no-show-diff\n" + RULE)
    assert b"+\tnew(a);" in rewriter(*run).stdout
    (tmp_path / "own.cocci").write_text("#spatch --no-show-diff\n" + RULE)
    assert b"only 'rewriter spatch' takes" in rewriter("scan", "-p", "own.cocci", "top/a.c").stderr


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ([], [3, 5]),
        (["--disable-iso", "commeq"], [3]),
        (["--iso-file", "mine.iso"], [3, 4]),
        (["--iso-file", "mine.iso", "--disable-iso", "mine"], [3]),
    ],
)
def test_which_isomorphisms_there_are(
    rewriter: Run, tmp_path: Path, words: list[str], lines: list[int]
) -> None:
    (tmp_path / "mine.iso").write_text("Expression\n@ mine @\nexpression X;\n@@\nX == 3 => X == three\n")
    (tmp_path / "test.cocci").write_text("@@\nexpression e;\n@@\n- e == 3\n+ is_three(e)\n")
    text = "int f(int a)\n{\n\tg(a == 3);\n\tg(a == three);\n\tg(3 == a);\n}\n"
    (tmp_path / "test.c").write_text(text)
    run = ("spatch", "--very-quiet", "--sp-file", "test.cocci", "test.c", "-o", "out.c")
    assert rewriter(*run, *words).returncode == 0
    new = (tmp_path / "out.c").read_text().splitlines()
    assert [n for n, line in enumerate(new, 1) if "is_three(a)" in line] == lines


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ([], ["with_goto", "with_return"]),
        (["--only-return-is-error-exit"], ["with_return"]),
        (["--allow-inconsistent-paths"], ["past", "with_goto", "with_return"]),
        (["--no-gotos"], ["jumped", "with_goto", "with_return"]),
        (["--no-ifdef-to-if"], ["in_arms", "with_goto", "with_return"]),
    ],
)
def test_which_ways_count(rewriter: Run, tmp_path: Path, words: list[str], changed: list[str]) -> None:
    (tmp_path / "pair.cocci").write_text("@@\n@@\n- a();\n+ x();\n ...\n- b();\n+ y();\n")
    (tmp_path / "code").mkdir()
    for name, body in {
        "in_arms": "\ta();\n#ifdef X\n\tb();\n#else\n\tc();\n#endif\n",
        "jumped": "\ta();\n\tgoto out;\n\tb();\nout:\n\tc();\n",
        "past": "\tif (z)\n\t\ta();\n\tb();\n",
        "with_goto": "\ta();\n\tif (z)\n\t\tgoto out;\n\tb();\nout:\n\tc();\n",
        "with_return": "\ta();\n\tif (z)\n\t\treturn;\n\tb();\n",
    }.items():
        (tmp_path / f"code/{name}.c").write_text(f"void f(int z)\n{{\n{body}}}\n")
    done = rewriter("spatch", "--very-quiet", "--sp-file", "pair.cocci", "--dir", "code", *words)
    assert re.findall(r"(?m)^--- a/(\w+)\.c$", done.stdout.decode()) == changed


@pytest.mark.parametrize(
    ("option", "old", "new"),
    [
        (
            "--disallow-nested-exps",
            "f(h(1)) + h(f(1)) + h(h(2)) + f(g(1))",
            "g(h(1)) + h(g(1)) + k(h(2)) + g(g(1))",
        ),
        ("--no-safe-expressions", "keep(f(1)) + f(2)", "keep(g(1)) + g(2)"),
        ("--quiet", "keep(f(1)) + f(2)", "keep(f(1)) + g(2)"),
    ],
)
def test_expressions_in_expressions(rewriter: Run, tmp_path: Path, option: str, old: str, new: str) -> None:
    branches = " keep(f(e))\n|\n- f(e)\n+ g(e)\n|\n- h(e)\n+ k(e)\n"
    (tmp_path / "rule.cocci").write_text(f"@@\nexpression e;\n@@\n(\n{branches})\n")
    (tmp_path / "test.c").write_text(f"void q(void)\n{{\n\tx = {old};\n}}\n")
    done = rewriter("spatch", "--sp-file", "rule.cocci", "test.c", "-o", "out.c", option)
    assert done.returncode == 0
    assert (tmp_path / "out.c").read_text() == f"void q(void)\n{{\n\tx = {new};\n}}\n"


CALLERS = """\
virtual next
@initialize:python@
@@
seen = set()
def more(name, files):
    if name not in seen:
        seen.add(name)
        it = Iteration()
        if files:
            it.set_files(files)
        it.add_virtual_rule(next)
        it.add_virtual_identifier(callee, name)
        it.register()
@r depends on !next@
identifier f;
@@
f(...) { <+... old(...); ...+> }
@script:python@
f << r.f;
@@
print("calls old:", f)
more(f, [])
@s depends on next@
identifier virtual.callee, f;
position p;
@@
f@p(...) { <+... callee(...); ...+> }
@script:python@
f << s.f;
p << s.p;
c << virtual.callee;
@@
print("calls %s:" % c, f, p[0].file)
more(f, [p[0].file])
@finalize:python@
@@
print("done", *sorted(seen))
"""
TWICE = """\
virtual next
@r depends on !next@
expression e;
@@
- old(e);
+ middle(e);
@script:python depends on r@
@@
it = Iteration()
it.add_virtual_rule(next)
it.register()
@depends on next@
expression e;
@@
- middle(e);
+ new(e);
"""


def test_scripts_ask_for_further_runs(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "callers.cocci").write_text(CALLERS)
    (tmp_path / "one.c").write_text("void a(void)\n{\n\told(1);\n}\nvoid b(void)\n{\n\ta();\n}\n")
    (tmp_path / "two.c").write_text("void c(void)\n{\n\tb();\n\ta();\n}\n")
    done = rewriter("spatch", "--very-quiet", "--sp-file", "callers.cocci", "one.c", "two.c", "-j", "2")
    said = ["calls old: a", "calls a: b one.c", "calls a: c two.c", "done a b c"]
    assert (done.returncode, done.stdout.decode().splitlines()) == (0, said)
    assert b"only 'rewriter spatch'" in rewriter("scan", "-p", "callers.cocci", "one.c").stderr


def test_a_further_run_sees_what_was_written(rewriter: Run, tmp_path: Path) -> None:
    (tmp_path / "twice.cocci").write_text(TWICE)
    run = ("spatch", "--very-quiet", "--no-show-diff", "--sp-file", "twice.cocci", "top/a.c")
    done = rewriter(*run)
    assert (done.returncode, b"that needs --in-place" in done.stderr) == (255, True)
    assert (tmp_path / "top/a.c").read_text() == CODE
    assert rewriter(*run, "--in-place").returncode == 0
    assert (tmp_path / "top/a.c").read_text() == CODE.replace("old(", "new(")


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ([], ["b->own", "b->quoted", "made()", "global", "alias"]),
        (["--no-includes"], ["b->own"]),
        (["--all-includes"], ["b->own", "b->quoted", "made()", "global", "alias"]),
        (["--all-includes", "-I", "inc"], ["b->own", "b->quoted", "made()", "global", "alias", "angled"]),
        (["--recursive-includes"], ["b->own", "b->quoted", "made()", "global", "alias", "deep"]),
        (["--include", "inc/angled.h"], ["b->own", "b->quoted", "made()", "global", "alias", "angled"]),
    ],
)
def test_headers_are_read_for_types(
    rewriter: Run, tmp_path: Path, words: list[str], known: list[str]
) -> None:
    values = ["b->own", "b->quoted", "made()", "global", "alias", "angled", "deep", "nowhere"]
    body = "".join(f"\tput({value});\n" for value in values)
    for name, text in {
        "code/a.c": '#include "a.h"\n#include <angled.h>\n#include "missing.h"\n'
        "struct big { struct ops *own; };\n"
        f"void f(struct big *b)\n{{\n{body}}}\n",
        "code/a.h": '#include "deep.h"\n#include "a.h"\nstruct ops *made(void);\nextern struct ops *global;\n'
        "typedef struct ops ops_t;\nextern ops_t *alias;\nstruct big { struct ops *quoted; };\n",
        "code/deep.h": "extern struct ops *deep;\n",
        "inc/angled.h": "extern struct ops *angled;\n",
        "typed.cocci": "@@\nstruct ops *o;\n@@\n- put(o);\n+ get(o);\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    run = ("spatch", "--very-quiet", "--sp-file", "typed.cocci", "code/a.c", "-o", "out.c")
    assert rewriter(*run, *words).returncode == 0
    assert re.findall(r"get\((.*)\);", (tmp_path / "out.c").read_text()) == known


def test_unknown_options_may_be_passed_over(rewriter: Run) -> None:
    run = ("spatch", "--sp-file", "rule.cocci", "top/none.c", "--ignore-unknown-options", "--nosuch")
    done = rewriter(*run)
    assert (done.returncode, b"--nosuch is passed over" in done.stderr) == (0, True)


def test_options_without_meaning_are_noted_unless_very_quiet(rewriter: Run) -> None:
    run = ("spatch", "--sp-file", "rule.cocci", "top/none.c", "--python", "python3")
    done = rewriter(*run)
    assert b"note: --python is left unused: scripts run in this process" in done.stderr
    assert rewriter(*run, "--very-quiet").stderr == b""


def test_no_option_is_in_two_classes() -> None:
    assert not UNDERSTOOD.keys() & NOTED.keys()
    assert not UNDERSTOOD.keys() & REFUSED
    assert not NOTED.keys() & REFUSED
    for name in REFUSED:
        with pytest.raises(UsageError, match="is not supported"):
            parse_options([f"--{name}"])


def test_the_program_has_a_name_of_its_own() -> None:
    code = "import sys; from rewriter.cli.spatch import main; sys.argv[1:] = ['--version']; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.startswith(b"rewriter spatch ")
