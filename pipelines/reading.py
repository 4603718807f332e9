"""Reading pages in worker processes, so that a crawl's network loop never waits for a table.

A page that cannot be read gives a sentence instead of a report; a page that takes longer than
``TIME_LIMIT`` or kills its worker is one of those, and the pages after it are read all the same.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from pipelines.documents import Unreadable, limits
from pipelines.documents.timing import PageTime, telling
from pipelines.extract import extract
from pipelines.garbage import search_seldom
from pipelines.parts import Parts
from pipelines.places import Places
from pipelines.report import Report
from pipelines.rows import NOT_STORED, ReportRows, report_rows

TIME_LIMIT = 150.0
"""Seconds one file may take, more than its reader gives itself (``documents.limits``), or one page
of a scan: those take some 10 s each, all others some 0.01 s. This limit is for what hangs."""

WINDOW = 8
"""Pages handed out in advance for each worker: enough to keep it busy, little to hold in memory."""

FEW = 4
"""Pages that are read before worker processes would have started."""


@dataclass(frozen=True, slots=True)
class Page:
    """What reading needs of one page: its decoded body, or the file that holds it and that only the
    reading process opens, and what is known from outside of it. ``parts`` as ``extract`` takes
    them; ``part_ids`` are their captures, by address, for ``read_rows``."""

    body: bytes | Path
    url: str | None = None
    content_type: str | None = None
    division: str | None = None
    parts: Parts | None = None
    part_ids: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The report of a page, or the sentence that says why there is none; and how long OCR took for
    each page of a scan."""

    report: Report | None
    failure: str | None = None
    ocr: tuple[PageTime, ...] = ()


class RowsRead(NamedTuple):
    """What the database is to hold of a page, or the sentence that says why it holds nothing."""

    rows: ReportRows | None
    failure: str | None = None


class _OutOfTime(Exception):
    pass


def _raise_out_of_time(_signal: int, _frame: object) -> None:
    raise _OutOfTime


def read_page(page: Page) -> Reading:
    """Read one page, within ``TIME_LIMIT`` for each of its files; never raises for anything that a
    page contains."""
    limit = TIME_LIMIT * (1 + len(page.parts or ()))
    pages: list[PageTime] = []

    def next_page(read: PageTime) -> None:
        pages.append(read)
        signal.setitimer(signal.ITIMER_REAL, limit)

    previous = signal.signal(signal.SIGALRM, _raise_out_of_time)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        with telling(next_page):
            report, failure = _read(page, limit)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    return Reading(report, failure, tuple(pages))


class ForRows(NamedTuple):
    """A page to read for a report that is to have this id in the database."""

    page: Page
    report_id: int


def read_rows(pages: Sequence[ForRows]) -> list[RowsRead]:
    """Read pages as ``read_page`` does, one after the other."""
    return [_rows_of(read_page(one.page), one) for one in pages]


def _rows_of(reading: Reading, asked: ForRows) -> RowsRead:
    if reading.report is None:
        return RowsRead(None, reading.failure)
    try:
        return RowsRead(report_rows(asked.report_id, reading.report, asked.page.part_ids))
    except ValueError as error:
        return RowsRead(None, NOT_STORED.format(error=error))


def _read(page: Page, limit: float) -> tuple[Report | None, str | None]:
    try:
        body = read_file(page.body) if isinstance(page.body, Path) else page.body
        report = extract(
            body,
            url=page.url,
            content_type=page.content_type,
            division=page.division,
            parts=page.parts,
        )
    except Unreadable as error:
        return None, str(error)
    except _OutOfTime:
        return None, f"reading took longer than {limit:g} s and was given up"
    except Exception as error:
        # A fault of ours must not stop a night's crawl. The bytes are in the archive, the sentence
        # is in the database, and a mended reader reads the page again.
        return None, f"the reader failed: {type(error).__name__}: {error}"
    return report, None


def prepare_process() -> None:
    """Load the code lists before the first page, and let no search for garbage go through them."""
    Places.load()
    search_seldom()


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Unreadable where it cannot be opened or has more than
    ``MAX_BYTES``; one without an end, such as a pipe, is not read any further than that, and a
    pipe into which nothing writes is empty."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            os.set_blocking(file.fileno(), True)
            fits = os.fstat(file.fileno()).st_size <= limits.MAX_BYTES
            body = file.read(limits.MAX_BYTES + 1) if fits else b""
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    if not fits or len(body) > limits.MAX_BYTES:
        raise Unreadable(
            f"the file has more than {limits.MAX_BYTES // 1_000_000} MB and is not read"
        )
    return body


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # else the opening of a pipe waits for its writer


Key = TypeVar("Key")
T = TypeVar("T")
Item = TypeVar("Item")


class Reader(Generic[Key]):
    """A pool of reading processes.

    ``submit`` gives a future, for the crawl; ``read_all`` keeps the order of what comes in, for a
    rebuild. Use it as a context manager.
    """

    def __init__(self, jobs: int = 1) -> None:
        self.jobs = jobs
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # Not "fork": the crawl's process has threads and an event loop that must not be copied.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["pipelines.extract"])
        return ProcessPoolExecutor(self.jobs, mp_context=context, initializer=prepare_process)

    def __enter__(self) -> Reader[Key]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wait for what is being read, then end the workers."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, page: Page) -> Future[Reading]:
        """Hand one page to a worker, with a new pool where the last one's worker was killed."""
        return self._submit(read_page, page)

    def submit_for_rows(self, pages: Sequence[ForRows]) -> Future[list[RowsRead]]:
        """The same with ``read_rows``."""
        return self._submit(read_rows, pages)

    def _submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        try:
            return self._pool.submit(function, *arguments)
        except BrokenProcessPool:
            self._pool = self._start()
            return self._pool.submit(function, *arguments)

    def read_all(
        self, pages: Iterable[tuple[Key, Page | Reading]]
    ) -> Iterator[tuple[Key, Reading]]:
        """Read pages in parallel; yields each key with its reading, in the order given.

        What could not even be fetched may come as the reading that says so.
        """
        return self._in_order(
            pages, lambda _, page: self.submit(page), lambda _, page: self.read_alone(page)
        )

    def read_all_rows(
        self, pages: Iterable[tuple[Key, Page | Reading]], report_id: Callable[[Key], int]
    ) -> Iterator[tuple[Key, RowsRead]]:
        """The same with ``read_rows``: the workers make the rows too, which costs as much as a
        third of the reading."""
        found = self._in_order(
            pages,
            lambda key, page: self.submit_for_rows([ForRows(page, report_id(key))]),
            lambda key, page: [_rows_of(self.read_alone(page), ForRows(page, report_id(key)))],
        )
        for key, read in found:
            yield key, RowsRead(None, read.failure) if isinstance(read, Reading) else read[0]

    def _in_order(
        self,
        pages: Iterable[tuple[Key, Page | Reading]],
        start: Callable[[Key, Page], Future[T]],
        alone: Callable[[Key, Page], T],
    ) -> Iterator[tuple[Key, T | Reading]]:
        waiting: deque[tuple[Key, Page | Reading, Future[T] | None]] = deque()

        def following() -> tuple[Key, T | Reading]:
            key, page, future = waiting.popleft()
            if isinstance(page, Reading) or future is None:
                assert isinstance(page, Reading)
                return key, page
            try:
                return key, future.result()
            except BrokenProcessPool:
                # Every page in the broken pool has lost its worker and only one of them is to
                # blame: each is read again alone, so that the guilty one is found and the others
                # are not lost.
                return key, alone(key, page)

        for key, page in pages:
            waiting.append((key, page, start(key, page) if isinstance(page, Page) else None))
            if len(waiting) >= self.jobs * WINDOW:
                yield following()
        while waiting:
            yield following()

    def run_all(
        self, function: Callable[[Item], T], items: Iterable[Item]
    ) -> Iterator[tuple[Item, T]]:
        """Call a function for each item in the workers; yields both, in the order given. What a
        worker dies over is done by this process."""
        waiting: deque[tuple[Item, Future[T]]] = deque()

        def following() -> tuple[Item, T]:
            item, future = waiting.popleft()
            try:
                return item, future.result()
            except BrokenProcessPool:
                return item, function(item)

        for item in items:
            waiting.append((item, self._submit(function, item)))
            if len(waiting) > self.jobs:
                yield following()
        while waiting:
            yield following()

    def read_alone(self, page: Page) -> Reading:
        """Read one page in a process of its own; one that kills it gives a sentence."""
        with Reader[Key](1) as alone:
            try:
                return alone.submit(page).result()
            except BrokenProcessPool:
                return Reading(None, "reading ended its process and was given up")


def read_all(pages: Iterable[tuple[Key, Page]]) -> Iterator[tuple[Key, Reading]]:
    """Read any number of pages in order: a few in this process, which takes no time to start, more
    of them with all cores. At no time are more than a window of them in memory."""
    waiting = iter(pages)
    few = list(islice(waiting, FEW + 1))
    if len(few) <= FEW:
        yield from ((key, read_page(page)) for key, page in few)
        return
    with Reader[Key](os.cpu_count() or 1) as reader:
        yield from reader.read_all(chain(few, waiting))
