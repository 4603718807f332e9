"""The peer of a crawl: a spider as one would write it without more ado.

    python bench/bare_spider.py HOME_PAGE FILE

It follows links to the URLs that FILE names, one a line, each once, keeps nothing, and prints how
many answers it got, and in how many seconds. It is as polite as ``gongkai crawl`` on loopback: one
request at a time, no pause. URLs are filtered before a Request is made of them, which makes such a
spider twice as fast.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    name = "bare"

    def __init__(self, start: str, wanted: set[str]) -> None:
        super().__init__()
        self.start_url = start
        self.wanted = wanted - {start}

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(self.start_url)

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        for href in response.css("a::attr(href)").getall():
            url = response.urljoin(href)
            if url in self.wanted:
                self.wanted.remove(url)
                yield scrapy.Request(url)


def main(start: str, file: str) -> None:
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
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, start=start, wanted=set(Path(file).read_text("utf-8").split()))
    process.start()
    assert crawler.stats is not None
    stats = crawler.stats.get_stats()
    print(stats.get("response_received_count", 0), stats["elapsed_time_seconds"])


if __name__ == "__main__":
    main(*sys.argv[1:])
