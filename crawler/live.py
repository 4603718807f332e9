"""The item pipeline of a crawl: each archived page is read in a worker and stored."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy import signals
from scrapy.exceptions import DropItem

from crawler.archive import ArchiveMiddleware
from crawler.items import PageItem
from pipelines.archive.archived import archived_pages
from pipelines.archive.capture import Capture
from pipelines.database.backlog import Waiting, read_backlog, recount_run
from pipelines.database.store import Outcome, Store
from pipelines.reading.pages import ForRows, Page
from pipelines.reading.reader import Reader
from pipelines.reading.report import Report
from pipelines.reading.rows import ReportRows

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


HAND_OVER_EVERY = 0.1
"""Seconds for which pages are gathered to be read, and their readings saved, together: a few pages
of a busy crawl. One by one, the way to the reading process and back takes as long as archiving, and
the database writes four times as much and takes nearly twice the time."""

logger = logging.getLogger(__name__)


class _Unread(NamedTuple):
    """A page on its way. ``done`` gives what came of it: the result of ``Store.save_reading``, or
    the addresses of its parts, with which it is to be read again."""

    capture: Capture
    page: Page
    done: asyncio.Future[Outcome | tuple[str, ...]]


_Read = tuple[Report | ReportRows | None, str | None]
"""What reading made of a page: its report, or the sentence that says why there is none."""


class LiveReading:
    """Reads every ``PageItem`` and saves what it says.

    A page that has parts is read twice: first to learn which, then with them. What the process dies
    over is not lost: the capture row says that it has not been read, and the next start reads it
    from the archive.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.reader: Reader[Capture] = Reader(1)
        self._unread: list[_Unread] = []
        self._tasks: set[asyncio.Task[None]] = set()
        # After the archive middleware, which is told first and indexes what a crash left behind.
        crawler.signals.connect(self.read_backlog, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LiveReading:
        return cls(crawler)

    @property
    def store(self) -> Store:
        spider: Any = self.crawler.spider
        store: Store = spider.store
        return store

    def read_backlog(self) -> None:
        """Read what was archived and not read when the crawl before this one ended."""
        archive = self.crawler.get_downloader_middleware(ArchiveMiddleware)
        assert archive is not None
        if archive.stopped:
            return
        spider: Any = self.crawler.spider
        spider.backlog = self._read_backlog(besides=archive.leases.elsewhere())

    def take_over(self, portal: str) -> list[Waiting]:
        """Read what a process left unread of a portal that died while this one crawls; returns the
        pages whose parts are still to ask."""
        return self._read_backlog(only=portal)

    def _read_backlog(self, **which: Any) -> list[Waiting]:
        count, waiting = read_backlog(self.store, self.reader, **which)
        if count:
            logger.warning("%d pages of a crawl that was cut off were archived; now read", count)
        return waiting

    async def process_item(self, item: PageItem) -> PageItem:
        capture = item.capture
        try:
            if item.body is not None:
                page = Page(item.body, capture.url, item.content_type, item.division)
                came = await self._read(capture, page)
            else:
                came = await self._read_again(capture, item.division)
        except (OSError, sqlite3.Error) as error:
            raise self._stop(error) from error
        if isinstance(came, tuple):
            item.parts = came
        else:
            item.result = came
        return item

    async def _read_again(
        self, capture: Capture, division: str | None
    ) -> Outcome | tuple[str, ...]:
        """Read a page with its parts, from the archive."""
        [(_, page)] = archived_pages(self.store, [capture], lambda _: division)
        if isinstance(page, Page):
            came = await self._read(capture, page)
        else:
            came = self.store.save_reading(capture, page.report, page.failure)
        # A page of a run that has ended may have waited for its parts until now.
        recount_run(self.store, capture.run)
        return came

    def _stop(self, error: OSError | sqlite3.Error) -> DropItem:
        archive = self.crawler.get_downloader_middleware(ArchiveMiddleware)
        assert archive is not None
        archive.stop(error)
        return DropItem(archive.stopped, log_level="DEBUG")

    def _read(self, capture: Capture, page: Page) -> asyncio.Future[Outcome | tuple[str, ...]]:
        """Have a page read and saved, together with those that come within ``HAND_OVER_EVERY``."""
        loop = asyncio.get_running_loop()
        if not self._unread:
            loop.call_later(HAND_OVER_EVERY, self._hand_over)
        unread = _Unread(capture, page, loop.create_future())
        self._unread.append(unread)
        return unread.done

    def _hand_over(self) -> None:
        unread, self._unread = self._unread, []
        task = asyncio.ensure_future(self._read_and_save(unread))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_and_save(self, unread: Sequence[_Unread]) -> None:
        try:
            readings = await self._readings(unread)
            with self.store.transaction():
                came = [self._save(*both) for both in zip(unread, readings, strict=True)]
        except Exception as error:  # for whoever waits for the pages
            for one in unread:
                one.done.set_exception(error)
            return
        for one, result in zip(unread, came, strict=True):
            one.done.set_result(result)

    async def _readings(self, unread: Sequence[_Unread]) -> Sequence[_Read]:
        try:
            pages = [ForRows(one.page, one.capture.id) for one in unread]
            return await asyncio.wrap_future(self.reader.submit_for_rows(pages))
        except BrokenProcessPool:
            # One of them is to blame, and only alone it can be known.
            alone = [await asyncio.to_thread(self.reader.read_alone, one.page) for one in unread]
            return [(reading.report, reading.failure) for reading in alone]

    def _save(self, unread: _Unread, read: _Read) -> Outcome | tuple[str, ...]:
        report, failure = read
        if report is not None and report.parts and unread.page.parts is None:
            return report.parts
        return self.store.save_reading(unread.capture, report, failure)

    def close_spider(self) -> None:
        self.reader.close()
