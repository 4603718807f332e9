"""Reading in worker processes, so that a crawl's network loop never waits for a table.

A page that kills its worker gives a sentence instead of a report, and the pages after it are read
all the same. Workers end with the process that they work for, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Generic, TypeVar

from pipelines.processes import end_with_parent
from pipelines.reading.pages import (
    ForRows,
    Page,
    Reading,
    RowsRead,
    prepare_process,
    read_page,
    read_rows,
    rows_of,
)

WINDOW = 8
"""Pages handed out in advance for each worker: enough to keep it busy, little to hold in memory."""

FEW = 4
"""Pages that are read before worker processes would have started."""

Key = TypeVar("Key")
T = TypeVar("T")
Item = TypeVar("Item")


def _begin_worker() -> None:
    end_with_parent()
    prepare_process()


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
        context.set_forkserver_preload(["pipelines.reading.extract"])
        return ProcessPoolExecutor(self.jobs, mp_context=context, initializer=_begin_worker)

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
            lambda key, page: [rows_of(self.read_alone(page), ForRows(page, report_id(key)))],
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
