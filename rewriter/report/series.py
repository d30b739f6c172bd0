# SPDX-License-Identifier: GPL-2.0-or-later
"""A mail series, one patch per file, made by git itself from commits in a scratch repository.

In a checkout the series starts at HEAD; in a plain tree at a commit that holds the files concerned as they
are, so that the blob hashes in the mails are those of any repository with the same files.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rewriter.engine.finding import FileResult
from rewriter.report import message
from rewriter.report.git import Git, GitError, identity, scratch_repository
from rewriter.report.relocate import from_root
from rewriter.smpl.patch import SemanticPatch


class SeriesError(Exception):
    """There can be no mails; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What a person may choose about the mails."""

    signoff: bool = False
    cover_letter: bool = False


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that changes: its path from the tree's root, and what the run gave for it."""

    path: str
    result: FileResult


@dataclass(frozen=True, slots=True)
class Series:
    """One series: the tree, the pattern, the files that change, and all results for the cover letter."""

    root: str
    patch: SemanticPatch
    name: str  # of the pattern
    files: Sequence[ChangedFile]
    results: Sequence[FileResult]

    def write(self, folder: Path, options: MailOptions) -> list[Path]:
        """Put the mails into ``folder``, which is made if it is missing; give their paths in order.

        Raises SeriesError, before anything is written, for files with uncommitted changes, mails that
        exist already, a missing identity, and what git itself refuses.
        """
        try:
            with tempfile.TemporaryDirectory(prefix="rewriter-") as scratch:
                return _deliver(self._make(Path(scratch), options), folder)
        except GitError as error:
            raise SeriesError(str(error)) from error

    def _make(self, scratch: Path, options: MailOptions) -> list[Path]:
        checkout = _checkout(self.root)
        who = identity(Git(self.root))
        git = scratch_repository(scratch, checkout)
        git.extra.update(who)
        base, modes = _base(git, checkout, self)
        writer = (
            Git(checkout.directory, {"GIT_OBJECT_DIRECTORY": f"{git.directory}/objects"}) if checkout else git
        )
        tip = base
        for file in self.files:
            assert file.result.rewrite is not None
            filters = [f"--path={file.path}"] if checkout else []
            blob = writer.line("hash-object", "-w", "--stdin", *filters, data=file.result.rewrite.apply())
            _put(git, modes[file.path], blob, file.path)
            tip = _commit(git, self._message(file, checkout), tip)
            if notes := message.notes(from_root(file.result, self.root)):
                git.run("notes", "add", "-F", "-", tip, data=_encode(notes))
        git.run("update-ref", "refs/heads/series", tip)
        mails = scratch / "mails"
        arguments = ["--quiet", "--no-attach", "--notes", "--output-directory", str(mails)]
        arguments += [f"--base={base}"] if checkout else []
        arguments += ["--signoff" if options.signoff else "--no-signoff"]
        if options.cover_letter:
            text = message.cover(self.patch, self.name, [from_root(r, self.root) for r in self.results])
            git.run("config", "branch.series.description", text)
        arguments += ["--cover-letter" if options.cover_letter else "--no-cover-letter"]
        arguments += ["--cover-from-description=subject"]
        git.run("format-patch", *arguments, f"{base}..series")
        return sorted(mails.iterdir())

    def _message(self, file: ChangedFile, checkout: Git | None) -> str:
        functions = file.result.rewritten_functions
        head = message.subject(_prefix(self.root, file.path, checkout), self.patch, self.name)
        return f"{head}\n\n{message.body(self.patch, self.name, functions)}"


def _checkout(root: str) -> Git | None:
    """Give the user's repository; None for a plain tree and for a repository without a commit."""
    if not Path(root, ".git").exists():
        return None
    git = Git(root)
    git.run("rev-parse", "--git-dir")  # says why git does not trust or know this repository
    return git if git.succeeds("rev-parse", "--verify", "--quiet", "HEAD") else None


def _base(git: Git, checkout: Git | None, series: Series) -> tuple[str, dict[str, str]]:
    """Fill the scratch index with what the series starts from; give the commit and the files' modes."""
    if checkout is None:
        modes = {}
        for file in series.files:
            assert file.result.rewrite is not None
            executable = Path(series.root, file.path).stat().st_mode & 0o100
            modes[file.path] = "100755" if executable else "100644"
            blob = git.line("hash-object", "-w", "--stdin", data=file.result.rewrite.text)
            _put(git, modes[file.path], blob, file.path)
        return _commit(git, "The files as they are\n", None), modes
    modes = _clean_files(checkout, series.files)
    base = checkout.line("rev-parse", "HEAD")
    git.run("read-tree", base)
    return base, modes


def _clean_files(checkout: Git, files: Sequence[ChangedFile]) -> dict[str, str]:
    """Give the modes of the files in HEAD; raise SeriesError naming those that differ from it."""
    modes: dict[str, str] = {}
    dirty: list[str] = []
    for file in files:
        assert file.result.rewrite is not None
        entry = checkout.line("ls-tree", "-z", "HEAD", "--", file.path).rstrip("\0")
        data = file.result.rewrite.text
        blob = checkout.line("hash-object", "--stdin", f"--path={file.path}", data=data)
        mode, _, hashed = entry.partition("\t")[0].split(" ") if entry else ("", "", "")
        if hashed == blob:
            modes[file.path] = mode
        else:
            dirty.append(f"{file.path} {'has uncommitted changes' if entry else 'is not in HEAD'}")
    if dirty:
        raise SeriesError(f"no mails were made: {', '.join(dirty)}; commit or set aside first")
    return modes


def _put(git: Git, mode: str, blob: str, path: str) -> None:
    git.run("update-index", "-z", "--index-info", data=os.fsencode(f"{mode} {blob}\t{path}") + b"\0")


def _commit(git: Git, text: str, parent: str | None) -> str:
    tree = git.line("write-tree")
    return git.line("commit-tree", tree, *(["-p", parent] if parent else []), "-F", "-", data=_encode(text))


def _encode(text: str) -> bytes:
    # A mail is UTF-8; bytes of the tree that are not become visible escapes.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").encode()


def _prefix(root: str, path: str, checkout: Git | None) -> str:
    if checkout is not None:
        log = checkout.run("log", "--no-merges", "--max-count=50", "--format=%s", "HEAD", "--", path)
        if prefix := message.prefix_from_log(log.decode("utf-8", "replace").splitlines()):
            return prefix
    beside = Path(root, path).parent
    return message.prefix_from_path(
        path, [entry.name for entry in beside.iterdir() if entry.suffix in (".c", ".h")]
    )


def _deliver(mails: Sequence[Path], folder: Path) -> list[Path]:
    taken = [mail.name for mail in mails if (folder / mail.name).exists()]
    if taken:
        raise SeriesError(f"{folder / taken[0]} exists already, no mails were written; name another -o")
    delivered: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for mail in mails:
            with (folder / mail.name).open("xb") as stream:
                stream.write(mail.read_bytes())
            delivered.append(folder / mail.name)
    except OSError as error:
        raise SeriesError(f"{error.filename or folder}: {(error.strerror or str(error)).lower()}") from error
    return delivered
