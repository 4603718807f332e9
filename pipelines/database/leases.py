"""Sites on lease: each is asked by one process at a time, however many crawl into one archive.

A lease is a row of the table ``leases``: a site, the portal that it is held for, its holder, and
the moment until which it holds. A thread renews it while the process lives. It can be taken over
when that moment has passed, or at once when the lock of the holder's lane is free: then the holder
is dead. The table says nothing of what was archived, and a rebuild begins with an empty one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pipelines.archive.moments import lane_is_taken

LASTS = 60.0
"""Seconds that a lease holds without being renewed: longer than a process stands still that waits
for its disk, short enough for the others to wait."""

RENEWED = 15.0
"""Seconds between two renewals."""


class Lease(NamedTuple):
    """What became of asking for a lease. ``holder``: who has one of the sites, None where nobody
    had and the lease is ours. ``inherited``: it was that of a process that died with it."""

    holder: str | None
    inherited: bool = False


class Leases:
    """The leases of one process, which writes to the archive's ``directory`` in ``lane``;
    ``moment`` is one that the archive gives once (``pipelines.archive.moments``). Every method may
    raise sqlite3.Error."""

    def __init__(self, database: Path, directory: Path, *, lane: int, moment: int) -> None:
        self.holder = f"process {os.getpid()} on {os.uname().nodename}, {moment}"
        self._directory = directory
        self._lane = lane
        self._lock = threading.Lock()
        # The thread that renews uses it too, never at the same time.
        self._conn = sqlite3.connect(
            database, timeout=30, isolation_level=None, check_same_thread=False
        )
        self._held: set[str] = set()
        self._renewed = 0.0
        self._closing = threading.Event()
        self._beat = threading.Thread(target=self._renew_all, name="leases", daemon=True)
        self._drop_dead()
        self._beat.start()

    def take(self, portal: str, sites: Collection[str]) -> Lease:
        """Lease all sites of a portal, or none."""
        with self._lock, self._transaction():
            inherited = False
            for site in sites:
                for holder, lane, until in self._conn.execute(
                    "SELECT holder, lane, until FROM leases WHERE site = ? AND holder != ?",
                    [site, self.holder],
                ).fetchall():
                    if until > time.time() and self._lives(lane):
                        return Lease(holder)
                    inherited = True
                    self._conn.execute(
                        "DELETE FROM leases WHERE site = ? AND holder = ?", [site, holder]
                    )
            self._conn.executemany(
                "INSERT INTO leases VALUES (?, ?, ?, ?, ?)",
                [(site, portal, self.holder, self._lane, self._end()) for site in sites],
            )
            if not self._held:
                self._renewed = time.time()
            self._held.add(portal)
        return Lease(None, inherited)

    def holds(self, portal: str) -> bool:
        """Whether nobody else may have taken over: false for what a machine that slept forgot."""
        return portal in self._held and time.time() < self._renewed + LASTS

    def give_back(self, portal: str) -> None:
        """Let other processes have the portal; nothing where this one does not hold it."""
        with self._lock:
            self._held.discard(portal)
            self._conn.execute(
                "DELETE FROM leases WHERE portal = ? AND holder = ?", [portal, self.holder]
            )

    def elsewhere(self) -> set[str]:
        """The portals that other processes crawl now."""
        with self._lock:
            rows = self._conn.execute(
                "SELECT portal, lane, until FROM leases WHERE holder != ?", [self.holder]
            ).fetchall()
        return {portal for portal, lane, until in rows if until > time.time() and self._lives(lane)}

    def close(self) -> None:
        """Give back all leases."""
        self._closing.set()
        self._beat.join()
        try:
            self._conn.execute("DELETE FROM leases WHERE holder = ?", [self.holder])
        finally:
            self._conn.close()

    def _drop_dead(self) -> None:
        """Forget leases of processes that were killed: what they left is mended at the start."""
        with self._transaction():
            rows = self._conn.execute("SELECT DISTINCT holder, lane FROM leases").fetchall()
            dead = [(holder,) for holder, lane in rows if not self._lives(lane)]
            self._conn.executemany("DELETE FROM leases WHERE holder = ?", dead)

    def _lives(self, lane: int) -> bool:
        """Whether another holder with this lane may be alive: its lane is ours only if it died."""
        return lane != self._lane and lane_is_taken(self._directory, lane)

    def _renew_all(self) -> None:
        while not self._closing.wait(RENEWED):
            with self._lock:
                try:
                    self._renew()
                except sqlite3.Error:
                    continue  # until it works again, or the leases end

    def _renew(self) -> None:
        now = time.time()
        with self._transaction():
            self._conn.execute(
                "UPDATE leases SET until = ? WHERE holder = ?", [self._end(), self.holder]
            )
            rows = self._conn.execute(
                "SELECT DISTINCT portal FROM leases WHERE holder = ?", [self.holder]
            )
            self._held = {portal for (portal,) in rows}
        self._renewed = now

    @staticmethod
    def _end() -> int:
        return int(time.time() + LASTS)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._conn.execute("ROLLBACK")
            raise
        self._conn.execute("COMMIT")
