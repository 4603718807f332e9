"""An archive of answers that a test gives itself: archived and read as a crawl does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crawler.sample import Site
from pipelines.archive.archived import archived_pages
from pipelines.archive.archiving import Archive
from pipelines.archive.capture import Capture, Origin
from pipelines.database.store import Store
from pipelines.reading.pages import Page, read_page

HOST = "http://gongkai.invalid"


@dataclass(frozen=True)
class Portal:
    id: str = "990701"
    name: str = "虚构县"
    family: str | None = None
    division: str | None = None
    url: str = f"{HOST}/"
    synthetic: bool = True


class Answers:
    """Answers of one run of one portal into a new archive at ``home``."""

    def __init__(self, home: Path, portal: Portal | None = None) -> None:
        self.home = home
        self._store = Store.open(home)
        self._archive = Archive(self._store, {"software": "tests"})
        self._run = self._archive.begin_run(portal or Portal())

    def add(
        self,
        path: str,
        body: bytes,
        content_type: str = "text/html",
        *,
        status: str = "200 OK",
        headers: bytes = b"ETag: 1\r\n",
        part_of: int | None = None,
    ) -> Capture:
        """Archive one answer."""
        length = f"Content-Length: {len(body)}\r\n".encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n".encode()
        return self._archive.add_answer(
            self._run,
            path if path.startswith("http") else HOST + path,
            request_head=f"GET {path} HTTP/1.1\r\nHost: gongkai.invalid\r\n\r\n".encode(),
            response_head=head + length + headers + b"\r\n",
            body=body,
            part_of=part_of,
        )

    def add_ingested(self, path: str, body: bytes, origin: Origin) -> Capture:
        """Archive a page of UTF-8 that somebody else fetched or saved."""
        return self._archive.add_ingested(
            self._run,
            HOST + path,
            body=body,
            origin=origin,
            content_type="text/html; charset=utf-8",
        )

    def read(self, capture: Capture) -> None:
        """Save what a captured page says."""
        ((_, page),) = archived_pages(self._store, [capture])
        assert isinstance(page, Page)
        reading = read_page(page)
        self._store.save_reading(capture, reading.report, reading.failure)

    def add_report(self, site: Site, path: str) -> Capture:
        """Archive and read a page of the sample portal with the files that it links."""
        page = site.page(path)
        capture = self.add(path, page.body(), f"text/html; charset={page.encoding}")
        for attachment in site.reports[path].expected["attachments"]:
            target = attachment["path"]
            body = site.page(target).body()
            self.add(target, body, "application/octet-stream", part_of=capture.id)
        self.read(capture)
        return capture

    def close(self) -> None:
        """End the run and the files."""
        self._archive.finish_run(self._run, "finished")
        self._archive.close()
        self._store.close()
