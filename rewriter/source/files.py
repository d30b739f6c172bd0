# SPDX-License-Identifier: GPL-2.0-or-later
"""From the paths of a command line to C files, and from new bytes back to the file.

A directory stands for every ``.c`` and ``.h`` below it, hidden directories left out; a file that is named
is taken whatever its name. No symbolic link below a directory is followed out of it, and no file is
visited twice. Hard links are not kept: a changed file is a new file with the old name, mode and owner.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".c", ".h")


class PathError(Exception):
    """A path on the command line that cannot be used; ``str()`` is one line naming it."""


class ReadError(Exception):
    """A file of the tree that cannot be read; ``str()`` is the reason, without the path."""


class WriteError(Exception):
    """A file that was not written, and is as it was; ``str()`` is one line naming it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to look at: its path as a person may open it, and the argument it was found under."""

    path: str
    given: str


def find_files(paths: Sequence[str]) -> list[Candidate]:
    """List the C files the paths stand for, in the order of the paths, each directory sorted by name.

    Raises PathError for a path that does not exist or is neither a file nor a directory.
    """
    found: list[Candidate] = []
    seen: set[str] = set()
    for given in paths:
        try:
            mode = Path(given).stat().st_mode
        except (OSError, ValueError) as error:
            raise PathError(f"{given}: {_reason(error)}") from error
        if stat.S_ISDIR(mode):
            members: Iterable[str] = _below(given)
        elif stat.S_ISREG(mode):
            members = [given]
        else:
            raise PathError(f"{given}: neither a file nor a directory")
        # Only with several arguments can one file be reached twice; its real name then tells.
        for path in members:
            if len(paths) > 1:
                real = os.path.realpath(path)
                if real in seen:
                    continue
                seen.add(real)
            found.append(Candidate(path, given))
    return found


def _below(top: str) -> Iterator[str]:
    """Give the candidate files below a directory; what a link leads to is found by its own name."""
    root = os.path.realpath(top)
    pending = [top]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(directory) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            if directory == top:
                raise PathError(f"{top}: {_reason(error)}") from error
            # A directory that vanished or may not be listed is handed on: reading it names the reason.
            yield directory
            continue
        deeper: list[str] = []
        for entry in entries:
            path = entry.name if top == "." and directory == "." else entry.path
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    deeper.append(path)
            elif entry.name.endswith(SUFFIXES) and (not entry.is_symlink() or _only_way(entry.path, root)):
                yield path
        pending.extend(reversed(deeper))


def _only_way(link: str, root: str) -> bool:
    """Tell whether a link leads to a file inside ``root`` that the walk does not meet by itself."""
    target = os.path.realpath(link)
    inside = target.startswith(root.rstrip("/") + "/")
    if not inside or not Path(target).is_file():
        return False
    steps = target[len(root) :].strip("/").split("/")
    return not target.endswith(SUFFIXES) or any(step.startswith(".") for step in steps[:-1])


def read_file(path: str) -> bytes:
    """Give a file's bytes; never waits on a pipe or a device.

    Raises ReadError with the reason.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise ReadError(_reason(error)) from error
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise ReadError("is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise ReadError("is not a regular file")
        parts = [os.read(handle, status.st_size + 1)]
        while len(parts[-1]) and sum(map(len, parts)) != status.st_size:
            parts.append(os.read(handle, 1 << 20))
        return parts[0] if len(parts) == 1 else b"".join(parts)
    except OSError as error:
        raise ReadError(_reason(error)) from error
    finally:
        os.close(handle)


def replace_file(path: str, old: bytes, new: bytes) -> bool:
    """Write ``new`` in place of ``old``, whole or not at all; tell whether anything had to be written.

    A link is kept and its target written. Raises WriteError when the file no longer holds ``old`` or
    cannot be written; it is then untouched.
    """
    if new == old:
        return False
    target = Path(os.path.realpath(path))
    try:
        if read_file(str(target)) != old:
            raise WriteError(f"{path}: changed since it was read, not written")
        status = target.stat()
        temporary = target.with_name(f".{target.name[:200]}.{secrets.token_hex(6)}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except ReadError as error:
        raise WriteError(f"{path}: not written: {error}") from error
    except OSError as error:
        raise WriteError(f"{path}: not written: {_reason(error)}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(new)
            stream.flush()
            # Only root may give a file away; for others the file was theirs or becomes theirs.
            with contextlib.suppress(PermissionError):
                os.fchown(stream.fileno(), status.st_uid, status.st_gid)
            os.fchmod(stream.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        raise WriteError(f"{path}: not written: {_reason(error)}") from error
    finally:
        temporary.unlink(missing_ok=True)
    _settle(target.parent)
    return True


def _settle(directory: Path) -> None:
    # The new name survives a power cut only once the directory is on disk; some file systems refuse.
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def tree_root(path: str, given: str) -> str:
    """Give the directory that the paths of a diff of ``path`` are relative to.

    That is the checkout or kernel tree the file is in; failing that the directory ``given`` that it was
    found under; for a file that was named itself the current directory, or its own if it is elsewhere.
    """
    real = Path(os.path.realpath(path))
    for parent in real.parents:
        if (parent / ".git").exists() or all((parent / name).exists() for name in ("MAINTAINERS", "Kbuild")):
            return str(parent)
    if Path(given).is_dir():
        return os.path.realpath(given)
    here = Path.cwd()
    return str(here if here in real.parents else real.parent)


def _reason(error: OSError | ValueError) -> str:
    text = error.strerror if isinstance(error, OSError) else None
    return (text or str(error)).lower()
