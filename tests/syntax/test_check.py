# SPDX-License-Identifier: GPL-2.0-or-later
"""The counts of what was lost."""

from __future__ import annotations

from rewriter.syntax.check import check_file, total

GOOD = b"int f(void)\n{\n\treturn 1;\n}\n"
BAD = b"int g(void)\n{\n\treturn 1 + * / );\n}\n\nint h(void)\n{\n\treturn 2;\n}\n"


def test_a_good_file_loses_nothing() -> None:
    check = check_file("a.c", GOOD)
    assert (check.files, check.files_bad, check.functions, check.functions_bad) == (1, 0, 1, 0)
    assert (check.functions_missing, check.lines, check.lines_bad) == (0, 4, 0)
    assert not check.constructs


def test_a_block_on_the_line_of_a_function_is_no_function() -> None:
    check = check_file("a.c", b"int b;\nint f(void) { if (b) {\n\t\treturn 1;\n\t}\n\treturn 2;\n}\n")
    assert (check.functions, check.functions_bad, check.functions_missing) == (1, 0, 0)


def test_a_bad_function_is_counted_and_named() -> None:
    check = check_file("b.c", BAD)
    assert (check.functions, check.functions_bad, check.functions_missing) == (2, 1, 0)
    assert [skip.function for skip in check.skipped] == ["g"]
    assert check.lines_bad == 4


def test_totals_add_up() -> None:
    both = total([check_file("a.c", GOOD), check_file("b.c", BAD)])
    assert (both.files, both.files_bad, both.functions, both.functions_bad) == (2, 1, 3, 1)
    assert both.lines == 13
    assert sum(both.constructs.values()) == 1
