"""The item pipeline of a crawl: each archived page is read in a worker and stored."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import DropItem

from crawler.archive import ArchiveMiddleware
from crawler.items import PageItem
from pipelines.archived import archived_pages
from pipelines.backlog import Waiting, read_backlog
from pipelines.capture import Capture
from pipelines.reading import Page, Reader, Reading
from pipelines.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


logger = logging.getLogger(__name__)


class LiveReading:
    """Reads every ``PageItem`` and saves what it says, one transaction a page.

    A page that has parts is read twice: first to learn which, then with them. What the process dies
    over is not lost: the capture row says that it has not been read, and the next start reads it
    from the archive.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.reader: Reader[Capture] = Reader(1)
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
        if item.body is not None and self._is_known(item):
            return item
        if item.body is None:
            [(_, page)] = archived_pages(self.store, [item.capture], lambda _: item.division)
        else:
            page = Page(item.body, item.capture.url, item.content_type, item.division)
        reading = page if isinstance(page, Reading) else await self._read(page)
        if item.body is not None and reading.report and reading.report.parts:
            item.parts = reading.report.parts
            return item
        try:
            item.result = self.store.save_reading(item.capture, reading.report, reading.failure)
            if item.body is None:
                # A page of a run that has ended may have waited for its parts until now.
                self.store.recount_run(item.capture.run)
        except (OSError, sqlite3.Error) as error:
            raise self._stop(error) from error
        return item

    def _is_known(self, item: PageItem) -> bool:
        """Whether the page is what it was, and no report: most pages of a night are."""
        spider: Any = self.crawler.spider
        try:
            if spider.full or not self.store.save_same(item.capture):
                return False
        except sqlite3.Error as error:
            raise self._stop(error) from error
        item.result = "other"
        return True

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

    def close_spider(self) -> None:
        self.reader.close()
