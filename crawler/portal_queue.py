"""The portals that wait for their walk, where several processes may crawl the same ones.

A portal is handed out when its sites are on lease to this process. One whose sites another process
has is left to it: it comes last, is taken over where that process dies, and is dropped when it has
been crawled. So two crawls of the same portals share them, and either ends only when all are done.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import NamedTuple

from crawler.addresses import Addresses
from crawler.archive import ArchiveMiddleware
from crawler.portal import Portal
from pipelines.archive.capture import time_of
from pipelines.archive.moments import now
from pipelines.database.runs import cut_off

LOOK_AGAIN = 1.0
"""Seconds until a portal is looked at again that another process has on lease."""

LOOK_AHEAD = 128
"""Portals of the queue that are looked at for one to begin with."""

logger = logging.getLogger(__name__)


class Next(NamedTuple):
    """A portal to walk; ``inherited``: a process died over it that may have left pages unread."""

    portal: Portal
    inherited: bool


class PortalQueue:
    """``left``: the ids of portals that were left to another process."""

    def __init__(
        self, portals: Iterable[Portal], addresses: Addresses, wake: Callable[[], None]
    ) -> None:
        """``wake`` is called when there is something new to ``take``."""
        self.left: set[str] = set()
        self._began = time_of(now())
        self._waiting = deque({portal.id: portal for portal in portals}.values())
        self._addresses = addresses
        self._wake = wake
        self._sites: dict[str, frozenset[str] | None] = {}
        self._lookups: set[asyncio.Task[None]] = set()
        self._others: set[str] = set()
        self._not_before: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, archive: ArchiveMiddleware, conn: sqlite3.Connection) -> Next | None:
        """The next portal that may be walked now, on lease; None where none may."""
        for _ in range(min(len(self), LOOK_AHEAD)):
            portal = self._waiting.popleft()
            sites = self._sites_of(portal)
            if not sites or monotonic() < self._not_before.get(portal.id, 0.0):
                self._waiting.append(portal)
                continue
            lease = archive.lease(portal.id, sites)
            if lease.holder is not None:
                self._not_before[portal.id] = monotonic() + LOOK_AGAIN
                self._waiting.append(portal)
                self._tell_of(lease.holder)
            elif self._was_crawled(portal, conn):
                archive.leases.give_back(portal.id)
                self.left.add(portal.id)
            else:
                return Next(portal, lease.inherited)
        return None

    def _sites_of(self, portal: Portal) -> frozenset[str] | None:
        """What is leased for a portal: its sites, and the addresses that they lie at, since other
        portals may be there too; None while these are looked up."""
        if portal.id not in self._sites:
            self._sites[portal.id] = None
            task = asyncio.get_running_loop().create_task(self._look_up(portal))
            self._lookups.add(task)
            task.add_done_callback(self._lookups.discard)
        return self._sites[portal.id]

    async def _look_up(self, portal: Portal) -> None:
        found = [await self._addresses.find(f"http://{site}/") for site in portal.sites]
        self._sites[portal.id] = portal.sites.union(found)
        self._wake()

    def _was_crawled(self, portal: Portal, conn: sqlite3.Connection) -> bool:
        """Whether another process has ended a run of a portal since this crawl began."""
        ends = conn.execute(
            "SELECT reason FROM runs WHERE portal = ? AND finished > ? AND kind = 'crawl'",
            [portal.id, self._began],
        )
        return any(not cut_off(reason) for (reason,) in ends)

    def _tell_of(self, holder: str) -> None:
        if holder not in self._others:
            self._others.add(holder)
            logger.warning("portals that %s crawls now are left to it", holder.partition(",")[0])
