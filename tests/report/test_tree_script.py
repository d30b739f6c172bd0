# SPDX-License-Identifier: GPL-2.0-or-later
"""What get_maintainer.pl prints, read into people and headers."""

import pytest

from rewriter.report.tree_script import Recipient, address_headers, recipients_in, with_headers

LINES = {
    "Ann Body <ann@b.c> (maintainer:A THING)": Recipient("Ann Body <ann@b.c>", "maintainer", "A THING"),
    "ann@b.c (supporter:A THING (V2))": Recipient("ann@b.c", "supporter", "A THING (V2)"),
    '"Body, Ann" <ann@b.c> (reviewer:X)': Recipient('"Body, Ann" <ann@b.c>', "reviewer", "X"),
    "Ann <ann@b.c> (odd fixer:OLD)": Recipient("Ann <ann@b.c>", "odd fixer", "OLD"),
    "l@b.c (open list)": Recipient("l@b.c", "open list", ""),
    "l@b.c (moderated list:X)": Recipient("l@b.c", "moderated list", "X"),
    "Ann <ann@b.c>": Recipient("Ann <ann@b.c>", "", ""),
    "Änn <ann@b.c> (maintainer:X)": Recipient("=?utf-8?q?=C3=84nn?= <ann@b.c>", "maintainer", "X"),
    "": None,
    "Good Luck! (maintainer:X)": None,
    "scripts: bad line at 3": None,
    "two words@b.c": None,
    "Ann <ann@b.c\x07>": None,
}


@pytest.mark.parametrize("line", LINES)
def test_lines(line: str) -> None:
    assert recipients_in(line + "\n") == ([LINES[line]] if LINES[line] else [])


def test_an_address_counts_once() -> None:
    text = "Ann <ann@b.c> (maintainer:X)\nANN@b.c (reviewer:Y)\nl@b.c (open list)\n"
    assert [r.address for r in recipients_in(text)] == ["Ann <ann@b.c>", "l@b.c"]


HEADERS = {
    "maintainers first": (
        "l@b.c (open list)\nr@b.c (reviewer:X)\nAnn <ann@b.c> (odd fixer:X)\nbo@b.c (maintainer:X)\n",
        "To: Ann <ann@b.c>,\n    bo@b.c\nCc: l@b.c,\n    r@b.c\n",
    ),
    "nobody to answer": ("l@b.c (open list)\nr@b.c (reviewer:X)\n", "To: l@b.c,\n    r@b.c\n"),
    "only one": ("bo@b.c (maintainer:X)\n", "To: bo@b.c\n"),
    "without roles": ("Bo <bo@b.c>\nl@b.c\n", "To: Bo <bo@b.c>\nCc: l@b.c\n"),
    "nobody": ("", ""),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers(name: str) -> None:
    printed, headers = HEADERS[name]
    assert address_headers(recipients_in(printed)).decode() == headers


def test_headers_go_above_the_body() -> None:
    mail = b"Subject: s\nMIME-Version: 1.0\n\nbody\n\nmore\n"
    assert with_headers(mail, b"To: a@b.c\n") == b"Subject: s\nMIME-Version: 1.0\nTo: a@b.c\n\nbody\n\nmore\n"
    assert with_headers(mail, b"") == mail
