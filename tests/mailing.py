# SPDX-License-Identifier: GPL-2.0-or-later
"""Repositories and mails, for the tests of ``series``."""

import subprocess
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

Run = Callable[..., subprocess.CompletedProcess[bytes]]
Git = Callable[..., str]


def commit(git: Git, tree: Path, message: str = "A tree") -> None:
    """Commit all there is, in a repository that is made if it is missing."""
    if not (tree / ".git").exists():
        git(tree, "init", "--quiet", "-b", "main")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "-m", message)


def code(top: Path) -> dict[str, bytes]:
    """Give all files but the repository's."""
    files = sorted(p for p in top.rglob("*") if p.is_file() and ".git" not in p.parts)
    return {str(p.relative_to(top)): p.read_bytes() for p in files}


def repository(top: Path) -> dict[str, bytes]:
    """Give the files of the repository."""
    return {str(p): p.read_bytes() for p in sorted((top / ".git").rglob("*")) if p.is_file()}


def apply_mails(git: Git, where: Path, mails: Path, *options: str) -> None:
    """Let git am take all mails but a cover letter."""
    git(where, "am", "--quiet", *options, *sorted(mails.glob("*[1-9]-*.patch")))


def read_mail(path: Path) -> EmailMessage:
    """Give a mail as a mail program reads it."""
    return cast("EmailMessage", message_from_bytes(path.read_bytes(), policy=policy.default))


def subjects(mails: Path) -> list[str]:
    """Give the subjects of all mails in order."""
    return [str(read_mail(mail)["Subject"]) for mail in sorted(mails.iterdir())]


def script(path: Path, text: str) -> None:
    """Write a program that the tree brings along."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)
