"""The spider that walks portals: Scrapy's side of ``crawler.walk``.

    scrapy crawl portal -a portal=623027
    scrapy crawl portal -a url=http://127.0.0.1:8000/ -a division=623027

Every page goes to the item pipeline to be read, whatever it is: whether it is a report is decided
from its bytes alone. One run a portal; ``store`` is the archive's database.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals
from scrapy.http import Request

from crawler.addresses import Addresses
from crawler.answers import Answers
from crawler.archive import ArchiveMiddleware
from crawler.frontier import Row
from crawler.items import PageItem
from crawler.live import LiveReading
from crawler.politeness import stay_polite
from crawler.portal_queue import LOOK_AGAIN, PortalQueue
from crawler.registry import Portal, default_registry, polite_delay, unlisted_portal
from crawler.walk import Walk
from pipelines.database.backlog import Waiting
from pipelines.database.runs import LEASE_LOST, OUT_OF_TIME
from pipelines.database.store import Store
from pipelines.garbage import search_seldom

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PORTALS_AT_ONCE = 64
"""Portals that are walked at the same time; the others wait for one of them to end."""

logger = logging.getLogger(__name__)


class PortalSpider(scrapy.Spider):
    name = "portal"
    walk_class: type[Walk] = Walk
    # Of this spider and not of the project, so that `scrapy shell` asks without an archive.
    custom_settings = {  # noqa: RUF012
        "DOWNLOADER_MIDDLEWARES": {
            # Before robots.txt is asked for: that is a request like any other.
            "crawler.middlewares.KeepToPortal": 60,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawler.robots.ObeyRobots": 100,
            "crawler.middlewares.UndoCoding": 590,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "crawler.pace.KeepPace": 940,
            "crawler.archive.ArchiveMiddleware": 950,
        },
        # They look at the requests that a callback yields, and this one yields none; and every
        # answer comes to it, to name its outcome.
        "SPIDER_MIDDLEWARES": {
            f"scrapy.spidermiddlewares.{name}": None
            for name in (
                "depth.DepthMiddleware",
                "httperror.HttpErrorMiddleware",
                "metacopy.MetaCopyDetectionMiddleware",
                "start.StartSpiderMiddleware",
                "urllength.UrlLengthMiddleware",
            )
        },
        "ITEM_PIPELINES": {"crawler.live.LiveReading": 300},
    }

    def __init__(
        self,
        portals: Sequence[Portal],
        store: Store,
        *,
        delays: Mapping[str, float],
        full: bool,
        limit: int | None,
        budget: float | None,
    ) -> None:
        """``delays``: portal → least seconds between two requests to its hosts."""
        super().__init__()
        self.store = store
        self.full = full
        self.limit = limit
        self.delays = dict(delays)
        self.addresses = Addresses()
        self._ends = None if budget is None else time.monotonic() + budget
        self.runs: dict[str, int] = {}
        self.backlog: list[Waiting] = []
        self._walks: dict[str, Walk] = {}
        self._hungry: dict[str, None] = {}
        self._wake = asyncio.Event()
        self.queue = PortalQueue(portals, self.addresses, self._wake.set)

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        portal: str = "",
        url: str = "",
        division: str = "",
        home: str = "",
        full: str | bool = False,
        limit: str | int | None = None,
        delay: str | float | None = None,
        budget: str | float | None = None,
        portals: Sequence[Portal] = (),
    ) -> PortalSpider:
        """``portal``: ids or division codes with commas between; ``portals``: the records
        themselves; ``budget``: seconds after which no more pages are handed out. Raises ValueError
        for what cannot be crawled, before anything is asked."""
        chosen = list(portals)
        for code in filter(None, portal.split(",")):
            chosen += default_registry(code).within(code)
        if url:
            chosen.append(unlisted_portal(url, division or None))
        if not chosen:
            raise ValueError("name a portal: -a portal=623027 or -a url=http://… -a division=…")
        settings = crawler.settings
        if home:
            settings.set("GONGKAI_HOME", home, priority="spider")
        asked = None if delay in (None, "") else float(delay)  # type: ignore[arg-type]
        default = settings.getfloat("DOWNLOAD_DELAY")
        delays = {one.id: polite_delay(one, asked, default) for one in chosen}
        stay_polite(settings, chosen)
        spider = cls(
            chosen,
            Store.open(Path(settings["GONGKAI_HOME"])),
            delays=delays,
            full=str(full).lower() in ("1", "true", "yes"),
            limit=int(limit) if limit else None,
            budget=None if budget in (None, "") else float(budget),  # type: ignore[arg-type]
        )
        spider._set_crawler(crawler)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider._item_read, signal=signal)
        # After all that writes to it was told of the end.
        crawler.signals.connect(spider.store.close, signal=signals.engine_stopped)
        return spider

    # Asking

    async def start(self) -> AsyncIterator[Any]:
        """Hands out requests as the walks ask for them, and ends when all walks have, and other
        processes have ended those of the portals that they have on lease."""
        search_seldom()
        self._open_walks()
        while self._walks or (self.queue and not self.time_is_up):
            while self._hungry:
                walk = self._walks[next(iter(self._hungry))]
                del self._hungry[walk.portal.id]
                if self.time_is_up:
                    walk.stopped = walk.stopped or OUT_OF_TIME
                if not self._archive.leases.holds(walk.portal.id):
                    walk.stopped = LEASE_LOST
                rows = self._archive.or_close(walk.next_rows)
                for row in rows:
                    yield self._request(walk, row)
                for page in walk.parts.take_complete():
                    walk.reading()
                    yield PageItem(page, division=walk.portal.division)
                if not rows and walk.over:
                    self._close_walk(walk)
                    self._open_walks()
            self._wake.clear()
            if self.queue and len(self._walks) < PORTALS_AT_ONCE:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_AGAIN)
                self._open_walks()
            elif self._walks:
                await self._wake.wait()
        if left := len(self.queue.left):
            logger.warning("%d portals were crawled by another process meanwhile", left)

    def _request(self, walk: Walk, row: Row) -> Request:
        page = row.page
        return Request(
            row.url,
            # Many portals give a file only to who comes from its page.
            headers={"Referer": page.url} if page else None,
            callback=self._answers.parse_part if page else self._answers.parse_page,
            errback=self._answers.note_failure,
            cb_kwargs={"walk": walk, "row": row},
            meta={
                "portal": walk.portal.id,
                "run": walk.run,
                "kind": row.kind,
                "part_of": page.id if page else None,
                "conditional": not self.full,
                "download_slot": self.addresses.known(row.url),
                "dont_redirect": True,
            },
        )

    def walk_of(self, request: Request) -> Walk | None:
        """The walk that a request belongs to; for robots.txt the one on whose host it lies."""
        if portal := request.meta.get("portal"):
            return self._walks.get(portal)
        owners = (walk for walk in self._walks.values() if walk.portal.owns(request.url))
        return next(owners, None)

    def _feed(self, walk: Walk) -> None:
        """Let a walk say what it wants next, unless that was the end of it."""
        if walk.portal.id in self._walks:
            self._hungry[walk.portal.id] = None
            self._wake.set()

    def _item_read(self, item: PageItem) -> None:
        walk = self._walks[item.capture.portal]
        if item.parts:
            walk.waits(item.capture, item.parts)
        else:
            walk.read(item.result)
        self._feed(walk)

    # Runs

    @property
    def time_is_up(self) -> bool:
        """Whether the time budget is used up: what is being asked is still read, no more."""
        return self._ends is not None and time.monotonic() >= self._ends

    @property
    def _archive(self) -> ArchiveMiddleware:
        archive = self.crawler.get_downloader_middleware(ArchiveMiddleware)
        assert archive is not None  # in custom_settings
        return archive

    @cached_property
    def _answers(self) -> Answers:
        return Answers(self._archive, self._feed)

    @property
    def _reading(self) -> LiveReading:
        reading = self.crawler.get_item_pipeline(LiveReading)
        assert reading is not None  # in custom_settings
        return reading

    def _open_walks(self) -> None:
        while len(self._walks) < PORTALS_AT_ONCE and not self.time_is_up:
            found = self.queue.take(self._archive, self.store.conn)
            if found is None:
                return
            if found.inherited:
                logger.warning("%s: taken over from a process that died", found.portal.id)
                self.backlog += self._reading.take_over(found.portal.id)
            self._open_walk(found.portal)

    def _open_walk(self, portal: Portal) -> None:
        run = self._archive.begin_run(portal)
        self.runs[portal.id] = run
        backlog = [waiting for waiting in self.backlog if waiting.page.portal == portal.id]
        walk = self.walk_class(
            self.store, portal, run, full=self.full, limit=self.limit, backlog=backlog
        )
        walk.open()
        self._walks[portal.id] = walk
        self._feed(walk)

    def _close_walk(self, walk: Walk) -> None:
        self._archive.finish_run(walk.run, walk.reason)
        del self._walks[walk.portal.id]
        logger.info("%s %s: %s", walk.portal.id, walk.portal.url, walk.reason)
