"""The database again, from the WARC files alone.

The archive is the truth and the database is derived from it: every row of every table comes back
with its ids. Only the frontier, what is still to fetch, is no part of what was printed; it is taken
over from the old database where that can still be read.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.archive import warc_directory
from pipelines.archived import archived_pages
from pipelines.capture import Capture
from pipelines.capture_index import capture_of, previous_of
from pipelines.reading import Page, Reader, Reading
from pipelines.records import Damage
from pipelines.runs import CRAWL
from pipelines.store import DATABASE, Store
from pipelines.warc import Exchange, in_order

Advance = Callable[[int, int], None]
"""Told of progress: bytes of WARC files gone through, of all there is. The files are gone through
twice: a page is read when all its parts are indexed."""


def rebuild(
    home: Path, jobs: int = 1, advance: Advance = lambda _done, _total: None
) -> dict[str, Any]:
    """Make ``HOME/gongkai.db`` anew and put it in the old one's place when it is whole.

    Returns counts (files, captures, reports, seconds) and ``torn``: a sentence on each stretch of a
    file that holds no whole record. Who has the old database open goes on reading it.
    """
    started = time.monotonic()
    new = home / f"{DATABASE}.new"
    _remove(new)
    store = Store.open_file(new)
    # Nothing of this file is worth keeping unless all of it is written; it is synced at the end.
    store.conn.execute("PRAGMA synchronous = OFF")
    scan = _Scan(home, store, advance)
    with store.transaction():
        scan.index()
    with Reader[Capture](jobs) as reader:
        for capture, reading in reader.read_all(scan.pages()):
            store.save_reading(capture, reading.report, reading.failure)
    for run, finished, reason in scan.finished:
        store.finish_run(run, finished, reason)
    _take_over_frontier(store, home / DATABASE)
    reports = store.conn.execute("SELECT count(*) FROM reports").fetchone()[0]
    store.conn.execute("PRAGMA synchronous = FULL")
    # Of this database alone: the old one, attached to read, may have a log that a crash left.
    store.conn.execute("PRAGMA main.wal_checkpoint(TRUNCATE)")
    store.close()
    _remove(home / DATABASE, only_logs=True)
    os.replace(new, home / DATABASE)
    return {
        "files": len(scan.files),
        "captures": scan.captures,
        "reports": reports,
        "torn": scan.torn,
        "seconds": time.monotonic() - started,
    }


class _Scan:
    """The WARC files in the order of their names, which is the order of time."""

    def __init__(self, home: Path, store: Store, advance: Advance) -> None:
        self.files = sorted(warc_directory(home).glob("*.warc.gz"))
        self.begins: dict[str, int] = {}
        self.size = 0
        for file in self.files:
            self.begins[file.name] = self.size
            self.size += file.stat().st_size
        self.store = store
        self.advance = advance
        self.captures = 0
        self.torn: list[str] = []
        self.finished: list[tuple[int, str, str]] = []
        self.portals: dict[int, dict[str, Any]] = {}

    def index(self) -> None:
        """Index every exchange."""
        for exchange in in_order(self.files, self._note):
            if exchange.kind == "run":
                self._run(exchange)
            else:
                self._capture(exchange)
            self._advance(exchange.warc_file, exchange.warc_offset)

    def pages(self) -> Iterator[tuple[Capture, Page | Reading]]:
        """The pages to be read with their parts, in the order they were captured."""
        unread = self.store.unread()
        for capture, page in archived_pages(self.store, unread, self._division_of):
            self._advance(capture.warc_file, self.size + capture.warc_offset)
            yield capture, page

    def _advance(self, file: str, offset: int) -> None:
        self.advance(self.begins[file] + offset, 2 * self.size)

    def _division_of(self, capture: Capture) -> str | None:
        """As its portal's record was when the page was captured."""
        division: str | None = self.portals[capture.run]["division"]
        return division

    def _note(self, damage: Damage) -> None:
        self.torn.append(str(damage))

    def _run(self, exchange: Exchange) -> None:
        details = exchange.details
        if "portal" in details:
            self.portals[exchange.run] = details["portal"]
            self.store.add_portal(**details["portal"])
            kind = details.get("kind", CRAWL)
            self.store.start_run(exchange.run, details["portal"]["id"], details["started"], kind)
        if "finished" in details:
            self.finished.append((exchange.run, details["finished"], details["reason"]))

    def _capture(self, exchange: Exchange) -> None:
        portal = self.portals.get(exchange.run)
        if portal is None:
            self.torn.append(
                f"{exchange.warc_file}: the record at byte {exchange.warc_offset} belongs to run "
                f"{exchange.run}, whose beginning is in no file"
            )
            return
        previous = previous_of(self.store, exchange)
        self.store.add_capture(capture_of(exchange, portal["id"], previous))
        self.captures += 1


def _take_over_frontier(store: Store, old: Path) -> None:
    """Copy what is still to fetch, so that a crawl that was cut off goes on where it was."""
    if not old.exists():
        return
    try:
        store.conn.execute("ATTACH ? AS old", [f"file:{old}?mode=ro"])
        # The old one may be of an earlier version, with fewer columns.
        found = store.conn.execute("SELECT name FROM pragma_table_info('frontier', 'old')")
        columns = ", ".join(name for (name,) in found)
        store.conn.execute(
            f"INSERT INTO frontier ({columns}) SELECT {columns} FROM old.frontier"
            " WHERE portal IN (SELECT id FROM portals)"
            " AND (run IS NULL OR run IN (SELECT id FROM runs))"
        )
    except sqlite3.DatabaseError:
        # The old database is damaged, which may be why it is made anew. The next crawl walks the
        # list pages again and finds what is missing.
        return


def _remove(database: Path, only_logs: bool = False) -> None:
    for ending in ("-wal", "-shm") if only_logs else ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
