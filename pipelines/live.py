"""The item pipeline of a crawl: each archived page is read in a worker and stored."""

from __future__ import annotations

import asyncio
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any

from pipelines.reading import Page, Reader, Reading

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class LiveReading:
    """Reads every ``PageItem`` and saves what it says, one transaction a page.

    What the process dies over is not lost: the capture row says that it has not been read, and the
    next start reads it from the archive.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.reader: Reader[None] = Reader(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LiveReading:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        page = Page(item.body, item.url, item.content_type, item.division)
        reading = await self._read(page)
        store = self.crawler.spider.store  # type: ignore[union-attr]
        item.result = store.save_reading(item.capture, reading.report, reading.failure)
        return item

    async def _read(self, page: Page) -> Reading:
        try:
            return await asyncio.wrap_future(self.reader.submit(page))
        except BrokenProcessPool:
            return await asyncio.to_thread(self.reader.read_alone, page)

    def close_spider(self) -> None:
        self.reader.close()
