"""robots.txt: what a portal lets us ask, and how often (RFC 9309).

It is asked for once a crawl for each origin, before anything else, and archived like every page.

- 2xx with text: its rules hold, those for ``PRODUCT`` or else those for all.
- 4xx, or a redirect off the portal or more than ``REDIRECT_MAX_TIMES`` of them: there are no rules
  (2.3.1.3, 2.3.1.2).
- 5xx or no answer: all is forbidden (2.3.1.4). Where it is the home page's own, the portal is left
  alone for tonight; the reason of its run says why.
- A page in place of the file (HTML, a challenge): there are no rules; what is asked next shows
  whether there is a wall.

Of a longer file the first ``LARGEST`` bytes are read (2.5). ``Crawl-delay`` is no part of the RFC
and is kept all the same, up to ``crawler.pace.MOST_DELAY``.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from protego import Protego
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK

from crawler.archive import ArchiveMiddleware
from crawler.middlewares import LeftAlone
from crawler.pace import MOST_DELAY, KeepPace
from crawler.urls import origin_of
from pipelines.archive.capture import Capture
from pipelines.reading.charset import decode

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.walk import Walk

PRODUCT = "gongkai"
"""The name that rules are looked up by; the rest of the User-Agent is for people."""

LARGEST = 500 * 1024
"""Bytes of a robots.txt that are read: what RFC 9309, 2.5 asks for at least."""

FORBIDDEN = "Forbidden by robots.txt"

logger = logging.getLogger(__name__)


class Rules(NamedTuple):
    """What a robots.txt says. ``unreachable`` is the sentence on why it could not be had."""

    parser: Protego | None = None
    unreachable: str | None = None

    def allow(self, url: str) -> bool:
        """Whether the rules let this crawler ask for an address."""
        return self.parser is None or self.parser.can_fetch(url, PRODUCT)

    @property
    def delay(self) -> float | None:
        """Seconds between two requests that it asks for."""
        delay = self.parser.crawl_delay(PRODUCT) if self.parser else None
        return delay if delay and delay > 0 else None


NO_RULES = Rules()


def read_rules(body: bytes, content_type: str | None = None) -> Rules:
    """The rules in the bytes of a robots.txt, whatever character set its comments are in."""
    text = decode(body[:LARGEST], content_type)[0].lstrip("\ufeff")
    if text.lstrip().startswith("<"):
        return NO_RULES  # a page: soft 404, challenge, the home page once more
    return Rules(Protego.parse(text))


class ObeyRobots:
    """Lets no request pass that the robots.txt of its origin forbids.

    Scrapy's own middleware takes a server that is down for one that allows everything, keeps no
    Crawl-delay, and looks rules up by the whole User-Agent, contact and all.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ObeyRobots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for what may not be asked, LeftAlone where nothing may."""
        if request.meta.get("robots"):
            return
        spider: Any = self.crawler.spider
        walk: Walk = spider.walk_of(request)
        origin = origin_of(request.url)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._ask(origin, walk))
        rules = await self._rules[origin]
        if rules.unreachable:
            if origin == origin_of(walk.portal.url):
                raise LeftAlone(rules.unreachable)
            raise IgnoreRequest(rules.unreachable)
        if not rules.allow(request.url):
            raise IgnoreRequest(FORBIDDEN)

    async def _ask(self, origin: str, walk: Walk) -> Rules:
        url = f"{origin}/robots.txt"
        meta = {"robots": True, "portal": walk.portal.id, "run": walk.run}
        request = Request(url, callback=NO_CALLBACK, meta=meta, priority=1000)
        assert self.crawler.engine
        try:
            response = await self.crawler.engine.download_async(request)
        except LeftAlone:
            raise
        except IgnoreRequest:
            return NO_RULES if not self._stopped else Rules(unreachable=self._stopped)
        except Exception as error:
            # Whatever the downloader raises: RFC 9309 has all of it forbid the portal for now.
            return _unreachable(request.meta.get("capture"), str(error))
        rules = self._read(response)
        if rules.delay:
            self._slow_down(url, rules.delay)
        return rules

    def _read(self, response: Response) -> Rules:
        capture: Capture = response.meta["capture"]
        if response.status >= 500:
            return _unreachable(capture, f"answered {response.status}")
        if not 200 <= response.status < 300:
            return NO_RULES
        if capture.outcome == "error" and response.body:
            return _unreachable(capture, "")  # cut off, or coded wrongly
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return read_rules(response.body, kind)

    def _slow_down(self, url: str, seconds: float) -> None:
        if seconds > MOST_DELAY:
            logger.warning(
                "%s asks for %g s between two requests (Crawl-delay); %g s are kept",
                *(url, seconds, MOST_DELAY),
            )
        pace = self.crawler.get_downloader_middleware(KeepPace)
        assert pace is not None
        pace.slow_down(url, seconds)

    @property
    def _stopped(self) -> str | None:
        archive = self.crawler.get_downloader_middleware(ArchiveMiddleware)
        return archive.stopped if archive else None


def _unreachable(capture: Capture | None, otherwise: str) -> Rules:
    said = f"{capture.outcome}: {capture.evidence}" if capture else f"error: {otherwise}"
    return Rules(
        unreachable=f"robots.txt: {said}; nothing is asked where it cannot be had (RFC 9309)"
    )
