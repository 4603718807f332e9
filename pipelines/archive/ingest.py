"""What others fetched or saved, taken into the archive as captures with their own dates.

A page is archived, read once to learn which of its parts came with it, and archived with those.
Whatever date an ingested capture has, it takes its place there: a page that was captured before and
after it has its versions counted anew, in the order of time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urljoin

from pipelines.archive.archived import MOST_REDIRECTS, content_of
from pipelines.archive.archiving import Archive, PortalRecord
from pipelines.archive.capture import Capture, Origin, moment_of, time_of
from pipelines.archive.message import header, read_head
from pipelines.archive.recovery import recover
from pipelines.archive.warc import Exchange, Reference, payload_digest
from pipelines.database.backdating import find_backdated
from pipelines.database.backlog import read_backlog
from pipelines.database.leases import Leases
from pipelines.database.runs import INGEST
from pipelines.database.summary import summarise_runs
from pipelines.reading.pages import Page
from pipelines.reading.parts import asked_as
from pipelines.reading.reader import Reader

INGESTED = "ingested"
"""The reason of a run that took in all it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to take in: an exchange, with its ``head``, or a file, with its ``content_type``.
    ``load`` gives its body, without transfer coding."""

    url: str
    origin: Origin
    load: Callable[[], bytes]
    head: bytes = b""
    content_type: str = ""
    request_head: bytes = b""
    ip: str | None = None
    truncated: str | None = None

    @property
    def media_type(self) -> str:
        """In lower case, without parameters; "" where none is stated."""
        value = header(read_head(self.head)[1], b"content-type") if self.head else self.content_type
        return (value or "").partition(";")[0].strip().lower()


class Owner(PortalRecord, Protocol):
    """A portal, and the sites by which a crawl leases it."""

    @property
    def sites(self) -> Collection[str]: ...


Find = Callable[[str], Item | None]
"""What came with a page for an address that it names."""


class NotTaken(ValueError):
    """Another process crawls the portal now, or the date is of no use: one sentence."""


@dataclass(slots=True)
class Ingest:
    """Taking things in, in one process; ``portal_of`` gives the portal of an address. To be
    finished. Methods may raise OSError and sqlite3.Error, as the archive's."""

    archive: Archive
    reader: Reader[Capture]
    portal_of: Callable[[str], Owner]
    added: int = 0
    known: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    _runs: dict[str, int] = field(default_factory=dict)
    _leases: Leases = field(init=False)

    def __post_init__(self) -> None:
        self._leases = self.archive.open_leases()

    def add_page(self, item: Item, find: Find) -> list[Item]:
        """Take in a page or document with the parts of it that ``find`` finds; returns those.
        Raises NotTaken."""
        body = item.load()
        page = self._add(item, body, None)
        if page.outcome != "page" or "html" not in item.media_type:
            return []
        wanted = self._parts_of(page, item, body)
        parts = [part for address in wanted for part in _with_redirects(address, find)]
        for part in parts:
            self._add(part, part.load(), page.id)
        return parts

    def add_revisit(self, item: Item, url: str, date: str | None, digest: str | None) -> bool:
        """Take in that a page was the same as when it was captured at ``url`` and ``date``, or with
        that ``digest``; False where no such capture is in the archive. Raises NotTaken."""
        store = self.archive.store
        at = time_of(moment_of(date)) if date else None
        found = store.captures_of(url, at, None) if at else []
        found += store.captures_of(url, None, digest) if digest else []
        origin = next((one for one in found if one.outcome == "page"), None)
        if origin is None or origin.digest is None:
            return False
        refers_to = Reference(origin.id, origin.url, origin.digest, origin.fetched_at)
        self._add(item, b"", None, refers_to)
        return True

    def finish(self) -> dict[str, Any]:
        """Read what was taken in, count, and give the portals back; returns the counts."""
        store = self.archive.store
        store.flush()
        read_backlog(store, self.reader, besides=self._leases.elsewhere())
        for run in self._runs.values():
            with store.transaction():
                self.archive.finish_run(run, INGESTED)
                find_backdated(store, run)
        counts = summarise_runs(store.conn, list(self._runs.values()))
        return {
            "captures": {"new": self.added, "known": self.known},
            "reports": counts["reports"],
            "left_out": dict(self.left_out),
        }

    def unread(self) -> list[str]:
        """A sentence on each page that was taken in and cannot be read."""
        marks = ", ".join("?" * len(self._runs))
        rows = self.archive.store.conn.execute(
            f"SELECT origin, url, coalesce(failure, evidence) FROM captures WHERE run IN ({marks})"
            " AND (reading = 'failed' OR outcome = 'error') ORDER BY id",
            list(self._runs.values()),
        )
        return [
            f"{origin}: {reason}" if url.startswith("file:") else f"{origin} ({url}): {reason}"
            for origin, url, reason in rows
        ]

    def close(self) -> None:
        """Let others have the portals."""
        self._leases.close()

    def _add(
        self, item: Item, body: bytes, part_of: int | None, refers_to: Reference | None = None
    ) -> Capture:
        """The capture of a thing, which may be in the archive already."""
        if moment_of(item.origin.date) > moment_of(datetime.now(UTC).isoformat()):
            raise NotTaken(
                f"{item.origin.source} is dated {item.origin.date}, which is yet to come; it is "
                "left out"
            )
        digest = refers_to.digest if refers_to else payload_digest(body)
        at = time_of(moment_of(item.origin.date))
        for capture in self.archive.store.captures_of(item.url, at, digest):
            if part_of == capture.part_of and bool(refers_to) == bool(capture.revisits):
                self.known += 1
                return capture
        run = self._run(item.url)
        self.added += 1
        return self.archive.add_ingested(
            run,
            item.url,
            body=body,
            origin=item.origin,
            content_type=item.content_type,
            request_head=item.request_head,
            response_head=item.head,
            ip=item.ip,
            truncated=item.truncated,
            refers_to=refers_to,
            part_of=part_of,
        )

    def _run(self, url: str) -> int:
        portal = self.portal_of(url)
        if portal.id not in self._runs:
            lease = self._leases.take(portal.id, portal.sites)
            if lease.holder:
                holder = lease.holder.partition(",")[0]
                raise NotTaken(f"{portal.name} is crawled by {holder} now; ingest it after that")
            if lease.inherited:
                recover(self.archive.store)
            self._runs[portal.id] = self.archive.begin_run(portal, INGEST)
        return self._runs[portal.id]

    def _parts_of(self, capture: Capture, item: Item, body: bytes) -> Iterable[str]:
        """The addresses that a page names as parts of its report."""
        exchange = Exchange(
            kind="response" if item.head else "resource",
            id=0,
            run=0,
            url=item.url,
            response_head=item.head,
            body=body,
            content_type=item.content_type,
        )
        content, content_type = content_of(exchange)
        page = Page(content, item.url, content_type, self.portal_of(item.url).division)
        [(_, reading)] = self.reader.read_all([(capture, page)])
        return reading.report.parts if reading.report else ()


def _with_redirects(address: str, find: Find) -> Iterable[Item]:
    """What was found at an address and, if it is a redirect, where that leads."""
    for _ in range(MOST_REDIRECTS + 1):
        item = find(address)
        if item is None:
            return
        yield item
        status, headers = read_head(item.head)
        location = header(headers, b"location")
        if not (status and 300 <= status < 400 and location):
            return
        try:
            address = asked_as(urljoin(address, location))
        except ValueError:
            return
