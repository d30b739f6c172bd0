# SPDX-License-Identifier: GPL-2.0-or-later
"""rewriter.toml: what it may say, and what is refused."""

from pathlib import Path

import pytest

from rewriter.source.settings import Settings, SettingsError, read_settings

GOOD = """\
[series.prefix]
"drivers/toy" = "toys"
"drivers/toy/irq.c" = "toys: irq:"
"drivers/toy/deep/" = "deep"
"." = "tree"
"""

PREFIXES = [
    ("drivers/toy/main.c", "toys"),
    ("drivers/toy/irq.c", "toys: irq"),
    ("drivers/toy/deep/down/a.c", "deep"),
    ("drivers/toybox/a.c", "tree"),
    ("a.c", "tree"),
]


@pytest.mark.parametrize(("path", "prefix"), PREFIXES)
def test_the_longest_directory_decides(tmp_path: Path, path: str, prefix: str) -> None:
    (tmp_path / "rewriter.toml").write_text(GOOD)
    assert read_settings(str(tmp_path)).prefix(path) == prefix


@pytest.mark.parametrize("text", [None, "", "[series]\n", "[series]\nprefix = {}\n"])
def test_nothing_said(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "rewriter.toml").write_text(text)
    assert read_settings(str(tmp_path)) == Settings()
    assert read_settings(str(tmp_path)).prefix("a.c") == ""


REFUSED = {
    b"[serie]\n": "unknown table 'serie', there are [series] and [macros]",
    b"macros = 1\n": "'macros' is no table",
    b"[macros]\nloops = ['x']\n": "[macros]: unknown list 'loops', there are attributes, attribute_calls, "
    "iterators, blocks, declarers, functions, types, defined, undefined",
    b"[macros]\niterators = 'x'\n": "[macros]: 'iterators' is no list of names like [\"name\"]",
    b"[macros]\niterators = ['x y']\n": "[macros]: 'iterators' holds 'x y', which is no name",
    b"series = 1\n": "'series' is no table",
    b"[series]\nprefixes = {}\n": "unknown key 'prefixes' in [series], there is only 'prefix'",
    b"[series]\nprefix = 'toy'\n": '\'prefix\' is no table like {"drivers/foo" = "foo"}',
    b"[series.prefix]\n'a/b' = 3\n": "the prefix of 'a/b' is no line of text",
    b"[series.prefix]\n'a/b' = ': '\n": "the prefix of 'a/b' is no line of text",
    b'[series.prefix]\n"a/b" = "two\\nlines"\n': "the prefix of 'a/b' is no line of text",
    b"# caf\xe9\n": "no text file (byte 5)",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "rewriter.toml"
    file.write_bytes(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(str(tmp_path))
    assert str(caught.value) == f"{file}: {REFUSED[text]}"


def test_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "rewriter.toml").write_text("[series\n")
    with pytest.raises(SettingsError, match=r"rewriter\.toml: .*line 1"):
        read_settings(str(tmp_path))


def test_a_directory_is_no_settings(tmp_path: Path) -> None:
    (tmp_path / "rewriter.toml").mkdir()
    with pytest.raises(SettingsError, match=r"rewriter\.toml: is a directory"):
        read_settings(str(tmp_path))
