"""``bare_spider.py`` that writes each answer with warcio, as one would without more ado.

python bench/archiving_spider.py FILE HOME_PAGE…
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import scrapy
from bare_spider import BareSpider, crawl
from scrapy.http import Response
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class ArchivingSpider(BareSpider):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.file = tempfile.TemporaryFile()  # noqa: SIM115
        self.writer = WARCWriter(self.file, gzip=True)

    def parse(self, response: Response) -> Iterator[scrapy.Request]:
        headers = [
            (name.decode(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        self.writer.write_record(
            self.writer.create_warc_record(
                response.url,
                "response",
                payload=BytesIO(response.body),
                http_headers=StatusAndHeaders(f"{response.status} OK", headers, "HTTP/1.1"),
            )
        )
        yield from super().parse(response)


if __name__ == "__main__":
    crawl(ArchivingSpider, *sys.argv[1:])
