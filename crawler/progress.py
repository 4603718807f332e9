"""How far a crawl is: one line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

EVERY = {True: 0.5, False: 10.0}
"""Seconds between two looks at the counts, on a terminal and elsewhere."""


class CrawlProgress:
    """A Scrapy extension; ``gongkai crawl`` switches it on."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.screen = Console(stderr=True, highlight=False)
        self.status = self.screen.status("starting")
        self.loop = create_looping_call(self.show)
        crawler.signals.connect(self.start, signal=signals.spider_opened)
        crawler.signals.connect(self.stop, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlProgress:
        return cls(crawler)

    def start(self) -> None:
        if self.screen.is_terminal:
            self.status.start()
        self.loop.start(EVERY[self.screen.is_terminal], now=False)

    def show(self) -> None:
        line = self.line()
        if self.screen.is_terminal:
            self.status.update(line)
        else:
            self.screen.print(line)

    def line(self) -> str:
        stats: Any = self.crawler.stats
        return (
            f"{stats.get_value('response_received_count', 0)} answers, "
            f"{stats.get_value('item_scraped_count', 0)} pages read"
        )

    def stop(self) -> None:
        self.loop.stop()
        self.status.stop()
