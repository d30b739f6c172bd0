# SPDX-License-Identifier: GPL-2.0-or-later
"""Look at many files in several processes, with one stable order of what they gave.

Files that lack the required words are read and counted, nothing more; the others are looked at afterwards.
Workers get chunks of files and say which file they are about to look at, so that the end of a worker is
the loss of that one file, reported by name: the rest of its chunk goes to another worker.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from rewriter.source.files import ReadError, read_file
from rewriter.source.needs import ANYTHING, Finder, Needs
from rewriter.source.text import Skipped

T = TypeVar("T")
Look = Callable[[str, bytes], T | None]  # a path and the file's bytes; None for nothing to say
Progress = Callable[[int, int], None]  # files done, files in all

_CHUNK = 200  # files; small enough to share the work evenly, large enough that messages cost nothing
_FEW = 8  # files that hold the words; so many keep one process busy


@dataclass(frozen=True, slots=True)
class Looked(Generic[T]):
    """What all files gave, in the order of the files, those left out that had nothing to say."""

    files: int  # files read, whether looked at or not
    candidates: int  # files that hold the required words
    results: tuple[T | Skipped, ...]  # Skipped for a file that could not be read or ended its worker


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    chunk: list[int] = field(default_factory=list)
    at: int = -1  # index of the file in hand, -1 before the first


_Report = tuple[int, dict[int, T | Skipped]]  # files done, and what was said of them by their number
_Reports = Generator[_Report[T], None, None]


def look_at_files(
    look: Look[T],
    files: Sequence[str],
    required: Needs = ANYTHING,
    jobs: int = 0,
    progress: Progress | None = None,
    together: Mapping[str, Sequence[str]] | None = None,
    chosen_are: Callable[[Sequence[str]], None] = lambda _: None,
) -> Looked[T]:
    """Give what ``look`` says of each file that holds what is ``required``.

    ``jobs`` is the number of processes, 0 for one per processor; with 1 all happens in this one.
    ``together`` lists for a file those that it is looked at with, itself among them: what is required may
    then stand in any. ``chosen_are`` is told of the files that are looked at before the first of them is.
    """
    jobs = jobs or processors()
    here = jobs == 1
    results: dict[int, T | Skipped] = {}
    chosen = list(range(len(files)))
    if required != ANYTHING:
        search = partial(_holds, required.finder(), together or {})
        held = _look(search, files, jobs, _CHUNK, progress, here or len(files) <= _CHUNK, announce=False)
        results = {index: said for index, said in held.items() if isinstance(said, Skipped)}
        chosen = sorted(held.keys() - results.keys())
        # What an analysis learns of a tree it learns once per process: few files are not worth several.
        jobs = min(jobs, max(1, len(chosen) // _FEW))
    candidates = [files[index] for index in chosen]
    chosen_are(candidates)
    size = max(1, min(_CHUNK, len(candidates) // (jobs * 8)))
    for number, said in _look(look, candidates, jobs, size, progress, here).items():
        results[chosen[number]] = said
    return Looked(len(files), len(candidates), tuple(results[i] for i in sorted(results)))


def _holds(finder: Finder, together: Mapping[str, Sequence[str]], path: str, text: bytes) -> bool | None:
    texts = [text]
    for other in together.get(path, ()):
        with contextlib.suppress(ReadError):  # said of it when it is looked at
            texts += [read_file(other)] if other != path else []
    whole = b"\n".join(texts)
    return finder(whole, 0, len(whole)) or None


def _look(
    look: Look[T],
    files: Sequence[str],
    jobs: int,
    size: int,
    progress: Progress | None,
    here: bool,
    announce: bool = True,
) -> dict[int, T | Skipped]:
    done = 0
    results: dict[int, T | Skipped] = {}
    stream = _alone(look, files) if here else _together(look, files, jobs, size, announce)
    # Closing the generator ends the workers, also when the caller is interrupted.
    with contextlib.closing(stream):
        for count, said in stream:
            done += count
            results.update(said)
            if progress is not None:
                progress(done, len(files))
    return results


def processors() -> int:
    """Give the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _one(look: Look[T], path: str) -> T | Skipped | None:
    try:
        text = read_file(path)
    except ReadError as error:
        return Skipped(path, 1, f"not read: {error}")
    return look(path, text)


def _alone(look: Look[T], files: Sequence[str]) -> _Reports[T]:
    for index, path in enumerate(files):
        said = _one(look, path)
        yield 1, {} if said is None else {index: said}


def _work(
    look: Look[T], files: Sequence[str], announce: bool, pipe: Connection, others: Sequence[Connection]
) -> None:
    # A copy of another worker's pipe would hide the parent's end from that worker.
    for other in others:
        other.close()
    # The parent decides what an interrupt means; a worker that shows a traceback of its own only disturbs.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while chunk := pipe.recv():
            said: dict[int, T | Skipped] = {}
            for index in chunk:
                if announce:
                    pipe.send(index)
                result = _one(look, files[index])
                if result is not None:
                    said[index] = result
            pipe.send((len(chunk), said))


def _together(look: Look[T], files: Sequence[str], jobs: int, size: int, announce: bool) -> _Reports[T]:
    context = multiprocessing.get_context("fork")  # what is to be done need not be pickled
    chunks = deque(list(range(i, min(i + size, len(files)))) for i in range(0, len(files), size))
    workers: list[_Worker] = []

    def start() -> _Worker:
        ours, theirs = context.Pipe()
        held = [ours, *(w.pipe for w in workers)]
        process = context.Process(target=_work, args=(look, files, announce, theirs, held), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def feed(worker: _Worker) -> None:
        worker.chunk, worker.at = (chunks.popleft() if chunks else []), -1
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end is seen when it is read
            worker.pipe.send(worker.chunk)

    try:
        for _ in range(min(jobs, len(chunks))):
            workers.append(start())
        for worker in workers:
            feed(worker)
        while busy := {w.pipe: w for w in workers if w.chunk}:
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                worker = busy[pipe]
                try:
                    message = pipe.recv()
                except (EOFError, ConnectionResetError):
                    workers.remove(worker)
                    yield _bury(worker, files, chunks)
                    if chunks:
                        workers.append(start())
                        feed(workers[-1])
                    continue
                if isinstance(message, int):
                    worker.at = message
                    continue
                feed(worker)
                yield message
    finally:
        for worker in workers:
            worker.pipe.close()
            worker.process.terminate()
            worker.process.join()


def _bury(worker: _Worker, files: Sequence[str], chunks: deque[list[int]]) -> _Report[T]:
    """Name the file a dead worker had in hand and hand the others of its chunk on."""
    worker.pipe.close()
    worker.process.join()
    code = worker.process.exitcode or 0
    how = f"signal {-code}" if code < 0 else f"exit status {code}"
    lost = worker.at if worker.at >= 0 else worker.chunk[0]
    rest = [index for index in worker.chunk if index != lost]
    if rest:
        chunks.append(rest)
    return 1, {lost: Skipped(files[lost], 1, f"the worker process ended ({how})")}
