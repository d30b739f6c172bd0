# SPDX-License-Identifier: GPL-2.0-or-later
"""The tree's own scripts: who should get a mail, and what a maintainer would complain about."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path

MAINTAINERS = "scripts/get_maintainer.pl"
CHECKPATCH = "scripts/checkpatch.pl"
_ROLE = re.compile(r"^(.*?)(?:\s+\(([^()]*(?:\([^()]*\)[^()]*)*)\))?$")
_COMPLAINT = re.compile(r"(?:.*?:(\d+): )?((?:ERROR|WARNING|CHECK):.*)")


class ScriptFailedError(Exception):
    """A script of the tree gave up; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person or list that get_maintainer.pl names, and the MAINTAINERS entry that names it."""

    address: str  # as it stands in a header, in ASCII
    role: str  # maintainer, reviewer, open list, ...; empty when the script does not say
    section: str  # the title of the entry; empty for none

    @property
    def mailbox(self) -> str:
        """The address without a name, the same for all spellings of it."""
        return parseaddr(self.address)[1].lower()

    @property
    def answers(self) -> bool:
        """The mail is to this person, not a copy."""
        if not self.role:
            return "<" in self.address
        return self.role != "reviewer" and not self.role.endswith("list")


def has_script(root: str, script: str) -> bool:
    """Tell whether the tree has this script."""
    return Path(root, script).is_file()


def recipients(root: str, *arguments: str) -> list[Recipient]:
    """Ask get_maintainer.pl about a mail, or about a file with ``-f``.

    Raises ScriptFailedError with the script's own complaint.
    """
    done = _run(root, MAINTAINERS, "--no-git", "--no-git-fallback", "--roles", *arguments)
    if done.returncode:
        raise ScriptFailedError(f"{MAINTAINERS}: {_first(done.stderr) or 'failed without a word'}")
    return recipients_in(done.stdout.decode("utf-8", "replace"))


def recipients_in(text: str) -> list[Recipient]:
    """Read what get_maintainer.pl printed, one address a line; other lines count for nothing."""
    found: dict[str, Recipient] = {}
    for line in text.splitlines():
        match = _ROLE.match(line.strip())
        if match is None or "@" not in match[1]:
            continue
        name, address = parseaddr(match[1])
        if not re.fullmatch(r"[\x21-\x7e]+@[\x21-\x7e]+", address):
            continue
        role, _, section = (match[2] or "").partition(":")
        shown = formataddr((name, address)) if name else address
        found.setdefault(address.lower(), Recipient(shown, role.strip(), section.strip()))
    return list(found.values())


def section_of(root: str, path: str) -> str:
    """Give the title of the MAINTAINERS entry that a file belongs to; empty when none names it.

    Raises ScriptFailedError.
    """
    return next((r.section for r in recipients(root, "-f", path) if r.section), "")


def address_headers(found: Sequence[Recipient]) -> bytes:
    """Give the ``To:`` and ``Cc:`` headers, folded as git does; with nobody to answer, all are To."""
    to = [r.address for r in found if r.answers] or [r.address for r in found]
    cc = [r.address for r in found if r.address not in to]
    headers = [(name, ",\n    ".join(who)) for name, who in (("To", to), ("Cc", cc)) if who]
    return "".join(f"{name}: {who}\n" for name, who in headers).encode()


def with_headers(mail: bytes, headers: bytes) -> bytes:
    """Give the mail with more headers at the end of its own."""
    head, blank, rest = mail.partition(b"\n\n")
    return head + b"\n" + headers.rstrip(b"\n") + blank + rest if headers else mail


def complaints(root: str, mail: Path, signed: bool) -> list[str]:
    """Give what ``checkpatch.pl --strict`` says against a mail, one line each with the mail's line.

    Without a sign-off, which only a person can give, its absence is no complaint.
    Raises ScriptFailedError when the script cannot be run.
    """
    form = ["--strict", "--show-types", "--color=never", "--terse", "--emacs"]
    done = _run(root, CHECKPATCH, *form, *([] if signed else ["--ignore=MISSING_SIGN_OFF"]), str(mail))
    if not done.returncode:
        return []
    said = done.stdout.decode("utf-8", "replace").splitlines()
    found = [match for line in said if (match := _COMPLAINT.match(line.strip()))]
    if not found:
        return [_first(done.stderr) or _first(done.stdout) or f"failed with exit code {done.returncode}"]
    return [f"line {match[1]}: {match[2]}" if match[1] else match[2] for match in found]


def _run(root: str, script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    start = [f"./{script}"] if os.access(Path(root, script), os.X_OK) else ["perl", script]
    try:
        return subprocess.run(
            [*start, *arguments], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError as error:
        raise ScriptFailedError(
            f"{script}: cannot be run: {(error.strerror or str(error)).lower()}"
        ) from error


def _first(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[0].strip() if lines else ""
