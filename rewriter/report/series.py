# SPDX-License-Identifier: GPL-2.0-or-later
"""A mail series, one patch per file or group of files, made by git itself in a scratch repository.

In a checkout the series starts at HEAD; in a plain tree at a commit that holds the files concerned as they
are, so that the blob hashes in the mails are those of any repository with the same files.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rewriter.engine.finding import FileResult
from rewriter.report import message
from rewriter.report.git import Git, GitError, identity, scratch_repository
from rewriter.report.patches import ChangedFile, Grouping, Patch, patches_of
from rewriter.report.relocate import from_root
from rewriter.report.tree_script import (
    MAINTAINERS,
    Recipient,
    ScriptFailedError,
    address_headers,
    has_script,
    recipients,
    with_headers,
)
from rewriter.smpl.patch import SemanticPatch
from rewriter.source.settings import SettingsError


class SeriesError(Exception):
    """There can be no mails; ``str()`` is one line."""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What a person may choose about the mails; most are options of git format-patch."""

    signoff: bool = False
    cover_letter: bool = False
    by: Grouping = Grouping.FILE
    to_cc: bool = False
    base: str = ""  # a commit of the checkout; HEAD if not given
    version: int = 0
    rfc: bool = False
    subject_prefix: str = ""
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Mails:
    """The mails of a series in a scratch folder; ``cover`` is None without a cover letter."""

    cover: Path | None
    patches: tuple[tuple[Path, Patch], ...]
    notes: tuple[str, ...] = ()  # what the caller should say

    @property
    def files(self) -> list[Path]:
        """All mails in order."""
        return [*([self.cover] if self.cover else []), *(mail for mail, _ in self.patches)]


@dataclass(frozen=True, slots=True)
class Series:
    """One series: the tree, the pattern, the files that change, and all results for the cover letter."""

    root: str
    patch: SemanticPatch
    name: str  # of the pattern
    files: Sequence[ChangedFile]
    results: Sequence[FileResult]

    def make(self, scratch: Path, options: MailOptions) -> Mails:
        """Make the mails in the folder ``scratch``, from which `deliver` takes them.

        Raises SeriesError for files with uncommitted changes, a missing identity, settings or scripts of
        the tree that do not work, and what git itself refuses.
        """
        try:
            return self._make(scratch, options)
        except (GitError, SettingsError, ScriptFailedError) as error:
            raise SeriesError(str(error)) from error

    def _make(self, scratch: Path, options: MailOptions) -> Mails:
        checkout = _checkout(self.root)
        who = identity(Git(self.root))
        git = scratch_repository(scratch, checkout)
        git.extra.update(who)
        base, modes = _base(git, checkout, self)
        writer = (
            Git(checkout.directory, {"GIT_OBJECT_DIRECTORY": f"{git.directory}/objects"}) if checkout else git
        )
        patches = patches_of(self.root, self.files, options.by, checkout)
        tip = base
        for patch in patches:
            for file in patch.files:
                filters = [f"--path={file.path}"] if checkout else []
                blob = writer.line("hash-object", "-w", "--stdin", *filters, data=file.after)
                _put(git, modes[file.path], blob, file.path)
            tip = _commit(git, self._message(patch), tip)
            if notes := message.notes([from_root(file.result, self.root) for file in patch.files]):
                git.run("notes", "add", "-F", "-", tip, data=_encode(notes))
        git.run("update-ref", "refs/heads/series", tip)
        if options.cover_letter:
            text = message.cover(self.patch, self.name, [from_root(r, self.root) for r in self.results])
            git.describe("series", text)
        folder = scratch / "mails"
        git.run("format-patch", *_arguments(options, checkout, base), "-o", str(folder), f"{base}..series")
        mails = sorted(folder.iterdir())
        cover = mails.pop(0) if options.cover_letter else None
        made = Mails(cover, tuple(zip(mails, patches, strict=True)))
        return self._addressed(made) if options.to_cc else made

    def _message(self, patch: Patch) -> str:
        names = dict.fromkeys(name for file in patch.files for name in file.result.rewritten_functions)
        head = message.subject(patch.prefix, self.patch, self.name)
        return f"{head}\n\n{message.body(self.patch, self.name, list(names))}"

    def _addressed(self, mails: Mails) -> Mails:
        """Put the recipients that the tree's own script names into the mails; the cover goes to all."""
        if not has_script(self.root, MAINTAINERS):
            note = f"{self.root} has no {MAINTAINERS}: the mails have no To and Cc"
            return replace(mails, notes=(*mails.notes, note))
        everybody: dict[str, Recipient] = {}
        notes = list(mails.notes)
        for mail, _ in mails.patches:
            found = recipients(self.root, str(mail))
            if not found:
                notes.append(f"{MAINTAINERS} names nobody for {mail.name}")
            for one in found:
                known = everybody.get(one.mailbox)
                everybody[one.mailbox] = one if known is None or one.answers else known
            mail.write_bytes(with_headers(mail.read_bytes(), address_headers(found)))
        if mails.cover:
            headers = address_headers(list(everybody.values()))
            mails.cover.write_bytes(with_headers(mails.cover.read_bytes(), headers))
        return replace(mails, notes=tuple(notes))


def _arguments(options: MailOptions, checkout: Git | None, base: str) -> list[str]:
    """Give what git format-patch is told; the rest is as the user's configuration has it."""
    arguments = ["--quiet", "--no-attach", "--notes", "--cover-from-description=subject"]
    if options.base and checkout is None:
        raise SeriesError("--base names a commit, and this tree is no git checkout")
    if options.base:
        arguments.append("--base=" + _commit_named(checkout, options.base))
    elif checkout:
        arguments.append(f"--base={base}")
    arguments.append("--signoff" if options.signoff else "--no-signoff")
    arguments.append("--cover-letter" if options.cover_letter else "--no-cover-letter")
    if options.subject_prefix:
        arguments.append("--subject-prefix=" + ("RFC " if options.rfc else "") + options.subject_prefix)
    elif options.rfc:
        arguments.append("--rfc")
    if options.to_cc:  # the tree says to whom, the user's format.to and format.cc do not
        arguments += ["--no-to", "--no-cc"]
    arguments += [f"--reroll-count={options.version}"] if options.version else []
    arguments += [f"--in-reply-to={options.in_reply_to}"] if options.in_reply_to else []
    return arguments


def _commit_named(checkout: Git | None, name: str) -> str:
    """Give the hash of a commit that the user's repository knows by ``name``."""
    assert checkout is not None
    if name.startswith("-") or not checkout.succeeds(
        "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"
    ):
        raise SeriesError(f"--base {name}: there is no such commit")
    return checkout.line("rev-parse", "--verify", f"{name}^{{commit}}")


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
            executable = Path(series.root, file.path).stat().st_mode & 0o100
            modes[file.path] = "100755" if executable else "100644"
            blob = git.line("hash-object", "-w", "--stdin", data=file.before)
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
        entry = checkout.line("ls-tree", "-z", "HEAD", "--", file.path).rstrip("\0")
        blob = checkout.line("hash-object", "--stdin", f"--path={file.path}", data=file.before)
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


def refuse_taken(mails: Sequence[Path], folder: Path) -> None:
    """Raise SeriesError when ``folder`` has mails of these names."""
    taken = [mail.name for mail in mails if (folder / mail.name).exists()]
    if taken:
        raise SeriesError(f"{folder / taken[0]} exists already, no mails were written; name another -o")


def deliver(mails: Sequence[Path], folder: Path) -> list[Path]:
    """Put the mails into ``folder``, which is made if it is missing; give their paths in order.

    Raises SeriesError, before anything is written, for mails that exist already.
    """
    refuse_taken(mails, folder)
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
