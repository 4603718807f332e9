"""Asks for URLs one after the other, with the download handler and the archive of the project and
nothing else of it. Run as a process, since Scrapy's reactor runs once in one:

    python -m tests.archive_spider '{"home": …, "urls": […], "conditional": false, "settings": {}}'

``tls``: URL → the values of the ``Tls`` that it is asked with.

Prints one JSON object: what the spider saw of each URL in turn, and why the crawl ended.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import scrapy
from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from crawler.archive import ArchiveMiddleware
from crawler.portal import USUAL_TLS, Portal, Tls
from pipelines.database.store import Store

SETTINGS = {
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.download.WireDownloadHandler",
        "https": "crawler.download.WireDownloadHandler",
    },
    "DOWNLOADER_MIDDLEWARES": {"crawler.archive.ArchiveMiddleware": 950},
    "ROBOTSTXT_OBEY": False,
    "HTTPERROR_ALLOW_ALL": True,
    "RETRY_ENABLED": False,
    "REDIRECT_ENABLED": False,
    "DOWNLOAD_TIMEOUT": 5,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 1,
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "LOG_LEVEL": "WARNING",
    "LOG_FORMAT": "%(message)s",
}


class GiveRun:
    """Gives robots.txt the run of the spider, as the project's own middleware does."""

    def __init__(self, crawler: Any) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> GiveRun:
        return cls(crawler)

    def process_request(self, request: Any) -> None:
        request.meta["run"] = self.crawler.spider.run


class ArchiveSpider(scrapy.Spider):
    name = "archive"

    def __init__(
        self, home: str, urls: list[str], conditional: bool = False, tls: Any = None
    ) -> None:
        super().__init__()
        self.store = Store.open(Path(home))
        self.urls = urls
        self.conditional = conditional
        self.tls = {url: Tls(*values) for url, values in (tls or {}).items()}
        self.seen: list[dict[str, Any]] = []
        self.reason = ""
        self.run = 0

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> ArchiveSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.note_reason, signal=signals.spider_closed)
        return spider

    def note_reason(self, reason: str) -> None:
        self.reason = reason

    async def start(self) -> AsyncIterator[Any]:
        archive = self.crawler.get_downloader_middleware(ArchiveMiddleware)
        self.run = archive.begin_run(Portal("127.0.0.1", "虚构县(测试)", "http://127.0.0.1/"))
        for url in self.urls:
            yield scrapy.Request(
                url,
                callback=self.note,
                errback=self.note_error,
                meta={
                    "run": self.run,
                    "conditional": self.conditional,
                    "tls": self.tls.get(url, USUAL_TLS),
                },
            )

    def note(self, response: Any) -> None:
        self.seen.append(
            {
                "url": response.url,
                "status": response.status,
                "body": response.body.decode("latin-1"),
                "type": type(response).__name__,
                "capture": asdict(response.meta["capture"]),
            }
        )

    def note_error(self, failure: Any) -> None:
        capture = failure.request.meta.get("capture")
        self.seen.append(
            {
                "url": failure.request.url,
                "error": type(failure.value).__name__,
                "capture": capture and asdict(capture),
            }
        )


def main() -> None:
    order = json.loads(sys.argv[1])
    if limit := order.pop("largest_file", None):
        # A disk that is full after so many bytes, without needing one.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    process = AsyncCrawlerProcess({**SETTINGS, **order.pop("settings", {})})
    crawler = process.create_crawler(ArchiveSpider)
    process.crawl(crawler, **order)
    process.start()
    spider: Any = crawler.spider
    print(json.dumps({"seen": spider.seen, "reason": spider.reason}))


if __name__ == "__main__":
    main()
