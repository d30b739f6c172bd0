# SPDX-License-Identifier: GPL-2.0-or-later
"""Which files a semantic patch is run over together, and the headers that take part.

Files named on the command line are one group, a paragraph of ``--file-groups`` is one, a file below ``--dir``
is one by itself. A header that a C file includes takes part in its group, in front of it, when the semantic
patch asks for types or the command line for headers.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rewriter.cli.spatch_options import Request, UsageError
from rewriter.edit.edit import ConflictError, Rewrite
from rewriter.engine.finding import FileResult
from rewriter.engine.headers import Headers
from rewriter.engine.member import SourceFile
from rewriter.engine.options import RunOptions
from rewriter.engine.reach import asks_for_types, stays_in_file
from rewriter.engine.run import run_group
from rewriter.engine.session import Session
from rewriter.smpl.patch import ScriptRule, SemanticPatch
from rewriter.source.files import ReadError, find_files, read_file
from rewriter.source.needs import ANYTHING, Needs
from rewriter.source.settings import KnownMacros
from rewriter.source.text import Skipped


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are looked at together; ``named`` ones were named themselves."""

    files: tuple[str, ...]
    named: bool = True

    def holds(self, required: Needs) -> bool:
        """Tell whether the files together hold what a match needs. Raises ReadError."""
        text = b"\n".join(map(read_file, self.files)) if required != ANYTHING else b""
        return required.finder()(text, 0, len(text))

    def __str__(self) -> str:
        return " ".join(self.files)


def chosen_groups(request: Request) -> list[Group]:
    """List the groups a request is about: the files named, those of ``--file-groups``, those below ``--dir``.

    No file is listed twice. Raises PathError, UsageError.
    """
    wanted = [Group(tuple(request.files)), *map(Group, _paragraphs(request.groups))]
    groups = [Group(tuple(c.path for c in find_files(group.files))) for group in wanted if group.files]
    suffixes = (".c", ".h") if request.headers else (".c",)
    for directory in request.directories:
        for candidate in find_files([directory]):
            path = candidate.path if directory != "." else f"./{candidate.path.removeprefix('./')}"
            if path.endswith(suffixes) and not path.startswith(tuple(request.ignored)):
                groups.append(Group((path,), named=False))
    found: dict[str, int] = {}
    for number, group in enumerate(groups):
        for path in group.files:
            found.setdefault(path, number)
    distinct = [
        Group(tuple(p for p in dict.fromkeys(group.files) if found[p] == number), group.named)
        for number, group in enumerate(groups)
    ]
    groups = [group for group in distinct if group.files]
    if request.share >= max(1, request.shares):
        raise UsageError(f"--index {request.share}: there are only {request.shares} parts, counted from 0")
    shares = max(1, request.shares)
    if request.in_turn:
        return groups[request.share :: shares]
    size = -(-len(groups) // shares)
    return groups[request.share * size : (request.share + 1) * size]


def _paragraphs(path: str) -> Iterator[tuple[str, ...]]:
    """Give the groups that a file lists, one file a line, with an empty line between groups."""
    if not path:
        return
    try:
        lines = Path(path).read_text(errors="surrogateescape").splitlines()
    except OSError as error:
        raise UsageError(f"--file-groups {path}: {(error.strerror or str(error)).lower()}") from error
    group: list[str] = []
    for line in [*lines, ""]:
        if line.strip() and not line.startswith("//"):
            group.append(line.strip())
        elif not line.strip() and group:
            yield tuple(group)
            group = []


def joining_headers(request: Request, patch: SemanticPatch) -> Headers | None:
    """Say which headers take part in the groups; None for none."""
    if request.headers_for_types or "verdicts" in patch.extensions:
        return None
    known = request.headers_read
    if known is not None and request.includes == "" and not asks_for_types(patch):
        known = replace(known, quoted=False)
    return known if known is not None and (known.quoted or known.angled or known.always) else None


@dataclass(slots=True)
class Units:
    """What is run at once: a group, or each of its files where the rules carry nothing from file to file.

    A unit goes by its first file. ``headers`` are those that take part with each file, in front of it: with
    every file that includes them, or, as what scripts print shall be printed once, with the first.
    """

    session: Session
    groups: Sequence[Group]
    joining: Headers | None
    macros: KnownMacros
    apart: bool = field(init=False)
    members: dict[str, tuple[str, ...]] = field(init=False)
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.apart = stays_in_file(self.session.patch)
        self.members = {unit[0]: unit for group in self.groups for unit in self._units_of(group)}

    def _units_of(self, group: Group) -> list[tuple[str, ...]]:
        return [(path,) for path in group.files] if self.apart else [group.files]

    def let_headers_join(self, chosen: Iterable[str]) -> None:
        """Settle which headers take part, once it is known which units are looked at."""
        if self.joining is None:
            return
        once = any(isinstance(rule, ScriptRule) for rule in self.session.patch.rules)
        seen = _identities(path for unit in self.members.values() for path in unit)
        for unit in chosen:
            seen = seen if once else _identities(self.members[unit])
            for path in self.members[unit]:
                with contextlib.suppress(ReadError):  # said of the file when it is looked at
                    found = {os.path.realpath(h): h for h in self.joining.included_by(path, read_file(path))}
                    self.headers[path] = tuple(header for own, header in found.items() if own not in seen)
                    seen.update(found)

    def look(self, options: RunOptions, unit: str, text: bytes) -> tuple[str, list[FileResult]] | None:
        """Run the semantic patch over a unit, whose first file holds ``text``; None for nothing to say."""
        files: list[SourceFile] = []
        results: list[FileResult] = []
        for path in self.members[unit]:
            for name in (*self.headers.get(path, ()), path):
                try:
                    content = text if name == unit else read_file(name)
                except ReadError as error:
                    results.append(_lost(name, f"not read: {error}"))
                    continue
                files.append(SourceFile(name, content, self.macros.of(path), included=name != path))
        results += run_group(self.session.patch, files, options, session=self.session)
        told = [result for result in results if result != FileResult(result.path)]
        return (unit, told) if told else None

    def results(
        self, said: Iterable[tuple[str, list[FileResult]] | Skipped]
    ) -> Iterator[tuple[Group, list[FileResult]]]:
        """Give for every group what came of its files; of a header, with the first group it was part of.

        A group of which a file was given up is left as it was.
        """
        found: dict[str, list[FileResult]] = {}
        for one in said:
            if isinstance(one, Skipped):
                found[one.path] = [_lost(path, one.construct) for path in self.members[one.path]]
            else:
                found[one[0]] = one[1]
        told: list[tuple[Group, list[FileResult]]] = []
        whole: dict[str, FileResult] = {}
        for group in self.groups:
            own = [result for unit in self._units_of(group) for result in found.get(unit[0], ())]
            if any(r.errors and (r.path in group.files or not self.apart) for r in own):
                own = [replace(result, rewrite=None) for result in own]
            told.append((group, own))
            for result in own:
                key = os.path.realpath(result.path)
                whole[key] = united(whole[key], result) if key in whole else result
        for group, own in told:
            keys = dict.fromkeys(os.path.realpath(result.path) for result in own)
            yield group, [whole.pop(key) for key in keys if key in whole]

    def in_order_of_diffs(self, group: Group) -> list[str]:
        """List the files of a group, the last one first, and in front of them all the headers."""
        first = {path: path for path in group.files}  # by a header the file that includes it first
        for path in group.files:
            for header in self.headers.get(path, ()):
                first.setdefault(header, path)
        files = group.files[::-1]
        headers = [h for path in files for h, owner in first.items() if owner == path and h != path]
        return headers + list(files)


def _identities(paths: Iterable[str]) -> set[str]:
    return {os.path.realpath(path) for path in paths}


def _lost(path: str, construct: str) -> FileResult:
    return FileResult(path, skipped=(Skipped(path, 1, construct),))


def united(first: FileResult, second: FileResult) -> FileResult:
    """Unite what two units want of one header; where that cannot be, it is given up."""
    errors = tuple(dict.fromkeys(first.errors + second.errors))
    rewrite = first.rewrite or second.rewrite
    if first.rewrite is not None and second.rewrite is not None:
        edits = dict.fromkeys(first.rewrite.edits + second.rewrite.edits)
        try:
            rewrite = Rewrite.of(first.rewrite.text, edits)
        except ConflictError:
            errors += (f"{first.path}: files that include it want different changes of it",)
    return replace(
        first,
        errors=errors,
        rewrite=rewrite if not errors else None,
        skipped=tuple(dict.fromkeys(first.skipped + second.skipped)),
        starred=tuple(sorted({*first.starred, *second.starred})),
    )
