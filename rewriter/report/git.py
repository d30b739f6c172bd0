# SPDX-License-Identifier: GPL-2.0-or-later
"""A scratch repository beside the user's: git's plumbing at work without a trace in the user's tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What another git, of which we may be a hook, says about where its repository is.
_PLACES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NOTES_REF",
    "GIT_CEILING_DIRECTORIES",
)

# Settings of the user that would change what a mail looks like or what git am makes of it.
_SETTINGS = (
    "core.notesRef=refs/notes/commits",
    "core.quotePath=true",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "diff.renames=false",
    "format.noprefix=false",
    "format.useAutoBase=false",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
)


class GitError(Exception):
    """Git is missing or refused; ``str()`` is one line."""


class GitMissingError(GitError):
    """There is no git to run."""

    def __init__(self) -> None:
        super().__init__("git is not installed")


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git in one directory; ``extra`` are environment variables on top of the user's."""

    directory: str
    extra: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, data: bytes = b"", settings: Sequence[str] = ()) -> bytes:
        """Give what git printed; ``data`` is its input.

        Raises GitError with git's own complaint.
        """
        done = self._run(arguments, data, settings)
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            fatal = next((line for line in lines if line.startswith("fatal:")), lines[0])
            raise GitError(f"git {arguments[0]}: {fatal.removeprefix('fatal:').strip()}")
        return done.stdout

    def line(self, *arguments: str, data: bytes = b"") -> str:
        """Give git's answer as one line."""
        return os.fsdecode(self.run(*arguments, data=data)).rstrip("\n")

    def describe(self, branch: str, text: str) -> None:
        """Give a branch of this bare repository a description of any length."""
        quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        with Path(self.directory, "config").open("ab") as stream:
            stream.write(os.fsencode(f'[branch "{branch}"]\n\tdescription = "{quoted}"\n'))

    def succeeds(self, *arguments: str) -> bool:
        """Tell whether git agrees."""
        return not self._run(arguments, b"", ()).returncode

    def _run(
        self, arguments: Sequence[str], data: bytes, settings: Sequence[str]
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {key: value for key, value in os.environ.items() if key not in _PLACES}
        environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", **self.extra}
        flags = [part for setting in (*_SETTINGS, *settings) for part in ("-c", setting)]
        command = ["git", *flags, *arguments]
        try:
            return subprocess.run(
                command, cwd=self.directory, env=environment, input=data, capture_output=True
            )
        except FileNotFoundError as error:
            raise GitMissingError from error


def identity(git: Git) -> dict[str, str]:
    """Give the author and committer that git is configured with, as environment variables.

    Raises GitError when there is none; git's guess from the machine's name does not count.
    """
    out: dict[str, str] = {}
    for role in ("AUTHOR", "COMMITTER"):
        try:
            answer = git.run("var", f"GIT_{role}_IDENT", settings=["user.useConfigOnly=true"])
        except GitMissingError:
            raise
        except GitError as error:
            message = "git knows no author: set user.name and user.email with 'git config --global'"
            raise GitError(message) from error
        name, _, rest = os.fsdecode(answer).rstrip("\n").rpartition(" <")
        address, _, when = rest.partition("> ")
        out |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": address, f"GIT_{role}_DATE": f"@{when}"}
    return out


def scratch_repository(folder: Path, checkout: Git | None) -> Git:
    """Make an empty bare repository in ``folder`` that can read the objects of ``checkout``."""
    form = checkout.line("rev-parse", "--show-object-format") if checkout else "sha1"
    place = folder / "repository"
    here = Git(str(folder))
    here.run("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(place))
    git = Git(str(place), {"GIT_DIR": str(place), "GIT_INDEX_FILE": str(folder / "index")})
    if checkout:
        common = Path(checkout.directory, checkout.line("rev-parse", "--git-common-dir"))
        information = place / "objects" / "info"
        information.mkdir(parents=True, exist_ok=True)
        objects = os.path.realpath(common / "objects")
        (information / "alternates").write_bytes(os.fsencode(objects) + b"\n")
        if (common / "shallow").exists():
            (place / "shallow").write_bytes((common / "shallow").read_bytes())
    return git
