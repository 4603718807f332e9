"""The pause between two requests to a server: it grows with slow answers and shrinks back.

One request at a time goes to an address, and from the start of one to the start of the next passes
at least its delay. That is ``SHARE`` times as long as the last answer took, so that a server that
is slow for us is busy with us half of the time at most; twice what it was after 429, 503 or no
answer in time; and it comes back in halves to the floor of the portal, never below it.

Scrapy's AutoThrottle is not used: each host begins with a pause of 5 s, and what it learned is
forgotten after a minute without requests. Retry-After and Crawl-delay nobody obeys but this.
"""

from __future__ import annotations

import logging
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import DownloadTimeoutError

from crawler.addresses import Addresses

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

SHARE = 2.0
"""Times the length of an answer from its start to the start of the next."""

MOST_DELAY = 60.0
"""Seconds; also the longest Crawl-delay that is kept. At one page a minute a county's portal is
still walked in a night."""

MOST_WAIT = 300.0
"""Seconds of a Retry-After that are waited for. What asks for more is left alone for tonight."""

REFUSALS = (429, 503)
"""The statuses that say "too much", and may say until when (RFC 6585, 4; RFC 9110, 15.6.4)."""

JITTER = 0.1
"""A pause is up to a fifth longer than its delay, by chance, and never shorter."""

_LEAST = 0.001
"""Seconds of a slot, also on loopback: without a delay Scrapy looks at no pause, not even at one
that Retry-After asks for."""

logger = logging.getLogger(__name__)


class Pace:
    """The delay of one address, in seconds; ``floor`` is the longest that any of its portals asks
    for. A floor of zero, which only loopback has, stays zero whatever the answers take."""

    def __init__(self, floor: float) -> None:
        self.floor = floor
        self.delay = floor

    def raise_floor(self, seconds: float) -> None:
        """No portal of the address may be asked faster than this."""
        self.floor = max(self.floor, seconds)
        self.delay = max(self.delay, self.floor)

    def answered(self, seconds: float) -> None:
        """An answer came whole after so long."""
        wanted = SHARE * seconds if self.floor else 0.0
        self._set(max(wanted, (self.delay + wanted) / 2))

    def refused(self) -> None:
        """The server says that it has had enough, or says nothing."""
        self._set(2 * self.delay)

    def _set(self, seconds: float) -> None:
        self.delay = min(max(seconds, self.floor), max(MOST_DELAY, self.floor))


def seconds_to_wait(value: bytes | None, now: datetime) -> float | None:
    """What Retry-After asks for, a number of seconds or a date (RFC 9110, 10.2.3); None where it
    says nothing that can be understood."""
    text = (value or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else math.inf
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max((moment - now).total_seconds(), 0.0)


class KeepPace:
    """Sets the delay of each of Scrapy's slots from the answers that came through it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._paces: dict[str, Pace] = {}
        # Before Scrapy looks when the next request of the slot may go.
        crawler.signals.connect(self._answered, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepPace:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Names the slot of a request and gives it the delay of its portal."""
        spider: Any = self.crawler.spider
        walk = spider.walk_of(request)
        slot = await spider.addresses.find(request.url)
        request.meta["download_slot"] = slot
        floor = spider.delays[walk.portal.id]
        pace = self._paces.setdefault(slot, Pace(floor))
        pace.raise_floor(floor)
        self._apply(slot)

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, DownloadTimeoutError):
            slot = request.meta["download_slot"]
            self._paces[slot].refused()
            self._apply(slot)

    def slow_down(self, url: str, seconds: float) -> None:
        """Keep a pause that a portal asks for (Crawl-delay), for all of its address."""
        slot = self._addresses.known(url)
        self._paces.setdefault(slot, Pace(0.0)).raise_floor(min(seconds, MOST_DELAY))
        self._apply(slot)

    @property
    def _addresses(self) -> Addresses:
        spider: Any = self.crawler.spider
        addresses: Addresses = spider.addresses
        return addresses

    def _answered(self, response: Response, request: Request) -> None:
        slot = request.meta["download_slot"]
        pace = self._paces[slot]
        if response.status not in REFUSALS:
            # The slot takes one request at a time, so its last one is this.
            pace.answered(monotonic() - self._slots[slot].lastseen)
            self._apply(slot)
            return
        pace.refused()
        self._apply(slot)
        wait = seconds_to_wait(response.headers.get("Retry-After"), datetime.now(UTC))
        if wait is None:
            return
        self._hold(slot, min(wait, MOST_WAIT))
        if wait > MOST_WAIT:
            spider: Any = self.crawler.spider
            asked = f"for {wait:,.0f} s" if wait < math.inf else "for ever"
            spider.walk_of(request).leave(
                f"answered {response.status} and asks to be left alone {asked} (Retry-After)"
            )

    def _apply(self, key: str) -> None:
        """Also for the slot that is made anew: Scrapy drops those that were idle for a minute."""
        # Scrapy's jitter goes either way of a slot's delay.
        delay = max(self._paces[key].delay, _LEAST) / (1 - JITTER)
        settings = {"concurrency": 1, "delay": delay, "jitter": JITTER}
        self._downloader.per_slot_settings[key] = settings
        if slot := self._slots.get(key):
            slot.delay = delay

    def _hold(self, key: str, seconds: float) -> None:
        """Let no request of a slot start for so long: as if the last one had started then."""
        self._slots[key].lastseen = monotonic() + seconds

    @property
    def _downloader(self) -> Any:
        assert self.crawler.engine
        return self.crawler.engine.downloader

    @property
    def _slots(self) -> dict[str, Any]:
        slots: dict[str, Any] = self._downloader.slots
        return slots
