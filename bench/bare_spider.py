"""The peer of a crawl: a spider as one would write it without more ado.

    python bench/bare_spider.py FILE HOME_PAGE…

It follows links to the URLs that FILE names, one a line, each once, keeps nothing, and prints how
many answers it got, in how many seconds, and how many of processor time. It is as polite as
``gongkai crawl`` on loopback: one request at a time to each portal, no pause. URLs are filtered
before a Request is made of them: that makes such a spider twice as fast.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    name = "bare"

    def __init__(self, home_pages: tuple[str, ...], wanted: set[str]) -> None:
        super().__init__()
        self.home_pages = home_pages
        self.wanted = wanted.difference(home_pages)

    async def start(self) -> AsyncIterator[Any]:
        for url in self.home_pages:
            yield scrapy.Request(url)

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        for href in response.css("a::attr(href)").getall():
            url = response.urljoin(href)
            if url in self.wanted:
                self.wanted.remove(url)
                yield scrapy.Request(url)


def crawl(spider: type[BareSpider], file: str, *home_pages: str) -> None:
    """Crawl to the end and print the figures."""
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "HTTPERROR_ALLOW_ALL": True,
            "LOG_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    crawler = process.create_crawler(spider)
    wanted = set(Path(file).read_text("utf-8").split())
    process.crawl(crawler, home_pages=home_pages, wanted=wanted)
    worked = time.process_time()
    process.start()
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    print(
        stats.get("response_received_count", 0),
        stats["elapsed_time_seconds"],
        time.process_time() - worked,
    )


if __name__ == "__main__":
    crawl(BareSpider, *sys.argv[1:])
