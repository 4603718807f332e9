"""The item pipeline of a crawl: each archived page is read in a worker and stored."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, NamedTuple

from scrapy import signals
from scrapy.exceptions import DropItem

from crawler.archive import ArchiveMiddleware
from crawler.items import PageItem
from pipelines.archived import archived_pages
from pipelines.backlog import Waiting, read_backlog, recount_run
from pipelines.capture import Capture
from pipelines.reading import Page, Reader, Reading
from pipelines.report import Report
from pipelines.rows import ReportRows
from pipelines.store import Outcome, Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


SAVE_EVERY = 0.05
"""Seconds for which readings are gathered to be saved in one transaction: a few pages of a busy
crawl. With one transaction a page, the database writes four times as much and takes nearly twice
the time."""

logger = logging.getLogger(__name__)


class _Unsaved(NamedTuple):
    capture: Capture
    report: Report | ReportRows | None
    failure: str | None
    outcome: asyncio.Future[Outcome]


class LiveReading:
    """Reads every ``PageItem`` and saves what it says.

    A page that has parts is read twice: first to learn which, then with them. What the process dies
    over is not lost: the capture row says that it has not been read, and the next start reads it
    from the archive.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.reader: Reader[Capture] = Reader(1)
        self._unsaved: list[_Unsaved] = []
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
        report: Report | ReportRows | None
        if item.body is None:
            [(_, page)] = archived_pages(self.store, [capture], lambda _: item.division)
            reading = page if isinstance(page, Reading) else await self._read(page)
            report, failure = reading.report, reading.failure
        else:
            page = Page(item.body, capture.url, item.content_type, item.division)
            report, failure = await self._read_rows(page, capture.id)
            if report is not None and report.parts:
                item.parts = report.parts
                return item
        try:
            item.result = await self._save(capture, report, failure)
            if item.body is None:
                # A page of a run that has ended may have waited for its parts until now.
                recount_run(self.store, capture.run)
        except (OSError, sqlite3.Error) as error:
            raise self._stop(error) from error
        return item

    def _stop(self, error: OSError | sqlite3.Error) -> DropItem:
        archive = self.crawler.get_downloader_middleware(ArchiveMiddleware)
        assert archive is not None
        archive.stop(error)
        return DropItem(archive.stopped, log_level="DEBUG")

    async def _read(self, page: Page) -> Reading:
        try:
            return await asyncio.wrap_future(self.reader.submit(page))
        except BrokenProcessPool:
            return await asyncio.to_thread(self.reader.read_alone, page)

    async def _read_rows(
        self, page: Page, report_id: int
    ) -> tuple[Report | ReportRows | None, str | None]:
        try:
            return await asyncio.wrap_future(self.reader.submit_for_rows(page, report_id))
        except BrokenProcessPool:
            alone = await asyncio.to_thread(self.reader.read_alone, page)
            return alone.report, alone.failure

    async def _save(
        self, capture: Capture, report: Report | ReportRows | None, failure: str | None
    ) -> Outcome:
        loop = asyncio.get_running_loop()
        if not self._unsaved:
            loop.call_later(SAVE_EVERY, self._save_all)
        outcome: asyncio.Future[Outcome] = loop.create_future()
        self._unsaved.append(_Unsaved(capture, report, failure, outcome))
        return await outcome

    def _save_all(self) -> None:
        """Save what has gathered, all or nothing."""
        unsaved, self._unsaved = self._unsaved, []
        try:
            with self.store.transaction():
                outcomes = [self.store.save_reading(*reading[:3]) for reading in unsaved]
        except (OSError, sqlite3.Error) as error:
            for reading in unsaved:
                reading.outcome.set_exception(error)
            return
        for reading, outcome in zip(unsaved, outcomes, strict=True):
            reading.outcome.set_result(outcome)

    def close_spider(self) -> None:
        self.reader.close()
