"""The downloader middleware that archives every exchange before anything reads it.

It stands next to the downloader: above the middleware that undoes content coding, so that it sees
bodies as they were sent, and below all that answers or refuses requests by itself. robots.txt and
every retry pass through it too.

request.meta, in: ``run`` (the run of the portal that is asked), ``conditional`` (ask only for what
has changed), ``part_of`` (the capture of the page whose part is asked for); out: ``capture``, the
row of the exchange or failure.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.defer import deferred_from_coro

from crawler.download import Wire
from crawler.failures import evidence_of
from pipelines.archive.archiving import Archive, PortalRecord
from pipelines.archive.capture import Capture
from pipelines.archive.message import read_head
from pipelines.archive.records import Damage
from pipelines.archive.recovery import recover
from pipelines.database.backdating import find_backdated
from pipelines.database.leases import Lease, Leases

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

T = TypeVar("T")

NOT_WRITABLE = "archive not writable"
"""The reason of a run that ended because of the disk or the database."""

logger = logging.getLogger(__name__)


class ArchiveMiddleware:
    """Archives answers and failures; stops the crawl when it cannot.

    ``stopped`` is None or the sentence that says why nothing could be archived any more. Nothing is
    fetched after that, since what is not archived must not be read.
    """

    archive: Archive
    leases: Leases

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.stopped: str | None = None
        crawler.signals.connect(self._open, signal=signals.spider_opened)
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        return cls(crawler)

    # Sites

    def lease(self, portal: str, sites: Collection[str]) -> Lease:
        """Have the sites of a portal for this process alone. What a process left that died with
        them since this one began is indexed, and may still have to be read."""
        lease = self.or_close(lambda: self.leases.take(portal, sites))
        if lease.inherited:
            self.or_close(self._recover)
        return lease

    def _recover(self) -> None:
        for sentence in recover(self.archive.store):
            logger.warning(sentence)

    # Runs

    def begin_run(self, portal: PortalRecord) -> int:
        """The id of a new run; raises CloseSpider where it cannot be archived."""
        return self.or_close(lambda: self.archive.begin_run(portal))

    def finish_run(self, run: int, reason: str) -> None:
        """End a run, when all that it captured has been read; others may have its sites then."""
        portal = self.archive.portal_of(run)
        self.or_close(lambda: self._finish_run(run, reason))
        self.or_close(lambda: self.leases.give_back(portal))

    def _finish_run(self, run: int, reason: str) -> None:
        # At once: a run that has ended has been checked, also where a crash comes in between.
        with self.archive.store.transaction():
            self.archive.finish_run(run, reason)
            find_backdated(self.archive.store, run)

    def add_failure(self, run: int, url: str, evidence: str, **about: Any) -> Capture:
        """Archive what is wrong with a page though each answer was one (a redirect loop), or that a
        part of a page was not asked for; ``about`` as in ``Archive.add_failure``."""
        return self.or_close(lambda: self.archive.add_failure(run, url, evidence, **about))

    def _open(self) -> None:
        spider: Any = self.crawler.spider
        settings = self.crawler.settings
        about = {
            "software": f"gongkai/{version('gongkai')} Scrapy/{version('scrapy')}",
            "http-header-user-agent": settings["USER_AGENT"],
            "robots": "obeyed" if settings.getbool("ROBOTSTXT_OBEY") else "ignored",
        }

        def open_archive() -> None:
            self.archive = Archive(spider.store, about)
            self.leases = self.archive.open_leases()
            self._recover()

        self.or_close(open_archive)

    def _close(self, reason: str) -> None:
        if not hasattr(self, "archive"):
            return
        try:
            for run in self.archive.unfinished if not self.stopped else ():
                self._finish_run(run, reason)
            if hasattr(self, "leases"):
                self.leases.close()
            self.archive.close()
        except (OSError, sqlite3.Error) as error:
            self._note_stop(error)

    # Exchanges

    def process_request(self, request: Request) -> None:
        if self.stopped:
            raise IgnoreRequest(self.stopped)
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        if request.meta.get("conditional"):
            previous = self.archive.store.latest_capture(request.url)
            if previous and previous.etag and previous.etag.isascii():
                request.headers["If-None-Match"] = previous.etag
            if previous and previous.last_modified and previous.last_modified.isascii():
                request.headers["If-Modified-Since"] = previous.last_modified

    def process_response(self, request: Request, response: Response) -> Response | Request:
        wire: Wire | None = request.meta.pop("wire", None)
        if wire is None:
            return response  # not fetched over HTTP
        capture = self._or_refuse(
            lambda: self.archive.add_answer(
                request.meta["run"],
                response.url,
                request_head=wire.request_head,
                request_body=request.body,
                response_head=wire.response_head,
                body=response.body,
                ip=wire.ip,
                truncated="disconnect" if "dataloss" in response.flags else None,
                whole=request.meta.get("whole", False),
                part_of=request.meta.get("part_of"),
            )
        )
        request.meta["capture"] = capture
        if capture.outcome == "error":
            # It may be coded wrongly or endlessly. Nobody reads it, so nobody has to decode it.
            response.headers.pop("Content-Encoding", None)
        if response.status == 304 and capture.outcome == "unchanged":
            return self._with_archived_body(request, response, capture)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, IgnoreRequest) or self.stopped:
            return  # refused by ourselves: nothing was asked
        request.meta.pop("wire", None)
        settings = self.crawler.settings
        evidence = evidence_of(
            exception,
            host=urlsplit(request.url).netloc,
            timeout=request.meta.get("download_timeout") or settings.getfloat("DOWNLOAD_TIMEOUT"),
            largest=request.meta.get("download_maxsize", settings.getint("DOWNLOAD_MAXSIZE")),
        )
        run = request.meta["run"]
        url = request.url.partition("#")[0]
        part_of = request.meta.get("part_of")
        request.meta["capture"] = self._or_refuse(
            lambda: self.archive.add_failure(run, url, evidence, part_of=part_of)
        )

    def _with_archived_body(
        self, request: Request, response: Response, capture: Capture
    ) -> Response | Request:
        """The answer as it was when the body was sent, so that the walk goes on from it."""
        try:
            origin = self.archive.origin_of(capture)
        except (OSError, Damage) as error:
            logger.error(
                "%s is asked again, its archived body cannot be read: %s", capture.url, error
            )
            again = request.replace(dont_filter=True)
            again.meta.update(conditional=False, whole=True)
            return again
        status, headers = read_head(origin.response_head)
        fields = Headers()
        for name, value in headers:
            fields.appendlist(name, value)
        kind = responsetypes.from_args(headers=fields, url=response.url, body=origin.body)
        return kind(
            url=response.url,
            status=status,
            headers=fields,
            body=origin.body,
            flags=["unchanged"],
            request=request,
        )

    # The disk and the database

    def stop(self, error: OSError | sqlite3.Error) -> None:
        """End the crawl, saying so once, wherever the disk or the database failed."""
        self._note_stop(error)
        assert self.crawler.engine
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=NOT_WRITABLE))

    def or_close(self, action: Callable[[], T]) -> T:
        """The result of an action on the archive. Raises CloseSpider where that fails: for what
        the spider or the start of the crawl asks for, where Scrapy acts on it."""
        try:
            return action()
        except (OSError, sqlite3.Error) as error:
            self._note_stop(error)
            raise CloseSpider(NOT_WRITABLE) from error

    def _or_refuse(self, action: Callable[[], T]) -> T:
        """The same for exchanges: in a middleware Scrapy would only log a CloseSpider."""
        try:
            return action()
        except (OSError, sqlite3.Error) as error:
            self.stop(error)
            raise IgnoreRequest(self.stopped) from error

    def _note_stop(self, error: OSError | sqlite3.Error) -> None:
        if self.stopped:
            return
        if isinstance(error, OSError):
            what = f"{error.strerror} ({error.filename})"
        else:
            what = f"{error} (its database)"
        self.stopped = (
            f"the archive cannot be written: {what}; the crawl stops, and what has been archived "
            "is whole"
        )
        logger.critical(self.stopped)
