# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a semantic patch over many files, in several processes, with one stable order of results.

Files that lack the words a match needs are read and counted, nothing more. Workers get chunks of files
and say which file they are about to analyse, so that the end of a worker is the loss of that one file,
reported by name: the rest of its chunk goes to another worker.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from rewriter.engine.finding import FileResult
from rewriter.source.files import ReadError, encode_required, may_match, read_file
from rewriter.source.text import Skipped

Runner = Callable[[str, bytes], FileResult]
Progress = Callable[[int, int], None]  # files done, files in all

_CHUNK = 200  # files; small enough to share the work evenly, large enough that messages cost nothing


@dataclass(frozen=True, slots=True)
class ProjectResult:
    """What all files gave: results in the order of the files, only of files that said something."""

    files: int  # files read, whether analysed or not
    analysed: int  # files that hold the words a match needs
    results: tuple[FileResult, ...]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Everything that was not analysed, in the order of the files."""
        return tuple(s for r in self.results for s in r.skipped)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    chunk: list[int] = field(default_factory=list)
    at: int = -1  # index of the file under analysis, -1 before the first


def run_project(
    run: Runner,
    files: Sequence[str],
    required: tuple[frozenset[str], ...] = (),
    jobs: int = 0,
    progress: Progress | None = None,
) -> ProjectResult:
    """Run ``run`` on every file that has the ``required`` words; ``jobs`` of 0 means one per processor.

    A file that cannot be read, and one whose analysis ended the worker, are reported as skipped.
    """
    words = encode_required(required)
    jobs = jobs or processors()
    size = _CHUNK if words else max(1, min(_CHUNK, len(files) // (jobs * 8)))
    done = analysed = 0
    results: dict[int, FileResult] = {}
    alone = jobs == 1 or len(files) <= size
    stream = _alone(run, files, words) if alone else _together(run, files, words, jobs, size)
    # Closing the generator ends the workers, also when the caller is interrupted.
    with contextlib.closing(stream):
        for count, hits, said in stream:
            done += count
            analysed += hits
            results.update(said)
            if progress is not None:
                progress(done, len(files))
    return ProjectResult(len(files), analysed, tuple(results[i] for i in sorted(results)))


def processors() -> int:
    """Give the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_Words = tuple[tuple[bytes, ...], ...]
_Report = tuple[int, int, dict[int, FileResult]]  # files done, files analysed, what they said
_Reports = Generator[_Report, None, None]


def _look(run: Runner, path: str, words: _Words, announce: Callable[[], None]) -> FileResult | None:
    """Give the result of one file; None when it lacks the words."""
    try:
        text = read_file(path)
    except ReadError as error:
        return FileResult(path, skipped=(Skipped(path, 1, f"not read: {error}"),))
    if not may_match(text, words):
        return None
    announce()
    return run(path, text)


def _speaks(result: FileResult) -> bool:
    return result != FileResult(result.path)


def _alone(run: Runner, files: Sequence[str], words: _Words) -> _Reports:
    for index, path in enumerate(files):
        result = _look(run, path, words, lambda: None)
        said = {index: result} if result is not None and _speaks(result) else {}
        yield 1, int(result is not None), said


def _work(
    run: Runner, files: Sequence[str], words: _Words, pipe: Connection, others: Sequence[Connection]
) -> None:
    # A copy of another worker's pipe would hide the parent's end from that worker.
    for other in others:
        other.close()
    # The parent decides what an interrupt means; a worker that shows a traceback of its own only disturbs.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while chunk := pipe.recv():
            analysed, said = 0, {}
            for index in chunk:
                result = _look(run, files[index], words, partial(pipe.send, index))
                analysed += result is not None
                if result is not None and _speaks(result):
                    said[index] = result
            pipe.send((len(chunk), analysed, said))


def _together(run: Runner, files: Sequence[str], words: _Words, jobs: int, size: int) -> _Reports:
    context = multiprocessing.get_context("fork")  # the patch and its options need not be pickled
    chunks = deque(list(range(i, min(i + size, len(files)))) for i in range(0, len(files), size))
    workers: list[_Worker] = []

    def start() -> _Worker:
        ours, theirs = context.Pipe()
        held = [ours, *(w.pipe for w in workers)]
        process = context.Process(target=_work, args=(run, files, words, theirs, held), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def feed(worker: _Worker) -> None:
        worker.chunk, worker.at = (chunks.popleft() if chunks else []), -1
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end is seen when it is read
            worker.pipe.send(worker.chunk)

    try:
        workers = [start() for _ in range(min(jobs, len(chunks)))]
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


def _bury(worker: _Worker, files: Sequence[str], chunks: deque[list[int]]) -> _Report:
    """Name the file a dead worker had in hand and hand the others of its chunk on."""
    worker.pipe.close()
    worker.process.join()
    code = worker.process.exitcode or 0
    how = f"signal {-code}" if code < 0 else f"exit status {code}"
    lost = worker.at if worker.at >= 0 else worker.chunk[0]
    rest = [index for index in worker.chunk if index != lost]
    if rest:
        chunks.append(rest)
    result = FileResult(files[lost], skipped=(Skipped(files[lost], 1, f"the worker process ended ({how})"),))
    return 1, 1, {lost: result}
