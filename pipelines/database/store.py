"""What is written to the database of an archive, and what belongs together at once.

The database is derived from the WARC files and can be made again from them. What a row says
depends only on the captures of its own URL, in the order of time, so a crawl and a rebuild agree
row for row although they may read the pages of different URLs in a different order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from pipelines.archive.capture import Capture
from pipelines.database import versions
from pipelines.database.capture_rows import (
    insert_capture,
    latest_capture,
    parts_of,
    select_captures,
)
from pipelines.database.derived import COUNT_RUN, GONE, UNCOUNT_RUNS
from pipelines.database.file import make_home, open_to_write
from pipelines.database.moves import settle
from pipelines.database.runs import CRAWL
from pipelines.reading.report import Report
from pipelines.reading.rows import NOT_STORED, ReportRows

Outcome = versions.Saved | Literal["failed"]


class Store:
    """One open database. ``conn`` commits each statement by itself outside ``transaction``."""

    def __init__(self, home: Path, conn: sqlite3.Connection) -> None:
        self.home = home
        self.conn = conn
        self._noted: list[Capture] = []
        self._statements: list[tuple[str, Mapping[str, Any]]] = []

    @classmethod
    def open(cls, home: Path) -> Store:
        """Open ``home/gongkai.db``, making both where needed and bringing the tables up to date.

        Raises NoArchive where WARC files lie there without a database.
        """
        return cls.open_file(make_home(home))

    @classmethod
    def open_file(cls, path: Path) -> Store:
        """Open a database file by its own name: how a rebuild makes the next one beside the old."""
        return cls(path.parent, open_to_write(path))

    def close(self) -> None:
        self.conn.close()

    def flush(self) -> None:
        """Write what was noted and waits for the next transaction."""
        if self._noted or self._statements:
            with self.transaction():
                pass

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing. Inside another transaction it is a part of that one."""
        nested = self.conn.in_transaction
        self.conn.execute("SAVEPOINT part" if nested else "BEGIN IMMEDIATE")
        try:
            if not nested:
                for capture in self._noted:
                    self._add_capture(capture)
                for statement in self._statements:
                    self.conn.execute(*statement)
            yield self.conn
        except BaseException:
            if nested:
                self.conn.execute("ROLLBACK TO part")
                self.conn.execute("RELEASE part")
            else:
                self.conn.execute("ROLLBACK")
            raise
        self.conn.execute("RELEASE part" if nested else "COMMIT")
        if not nested:
            self._noted.clear()
            self._statements.clear()

    def note(self, statement: str, values: Mapping[str, Any]) -> None:
        """Execute a statement with the next transaction, after the captures that were noted before
        it; within a transaction at once."""
        if self.conn.in_transaction:
            self.conn.execute(statement, values)
        else:
            self._statements.append((statement, values))

    # Portals, runs

    def add_portal(
        self,
        id: str,
        name: str,
        family: str | None,
        division: str | None,
        url: str,
        synthetic: bool,
    ) -> None:
        """Add a portal, or renew what is known of it."""
        self.conn.execute(
            "INSERT INTO portals (id, name, family, division, url, synthetic)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
            " family = excluded.family, division = excluded.division, url = excluded.url,"
            " synthetic = excluded.synthetic",
            [id, name, family, division, url, int(synthetic)],
        )

    def start_run(self, run: int, portal: str, started: str, kind: str = CRAWL) -> None:
        """``run`` is the moment of its start in microseconds, ``started`` the same as text."""
        self.conn.execute(
            "INSERT INTO runs (id, portal, started, kind) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            [run, portal, started, kind],
        )

    def finish_run(self, run: int, finished: str, reason: str) -> None:
        """Close a run and count what it did, from its captures and what reading made of them."""
        self.flush()
        self.conn.execute(COUNT_RUN, {"run": run, "finished": finished, "reason": reason})

    # Captures

    def uncount_runs(self, url: str) -> None:
        """Have the runs counted and checked again, by ``read_backlog``, that captured a page or
        first saw the reports of the same publishers and years: the page has another past now."""
        self.conn.execute(UNCOUNT_RUNS, {"url": url})

    def add_capture(self, capture: Capture) -> None:
        """Index an exchange; one that says that a report's page is gone, or leads to where it
        stands now, marks the report so."""
        with self.transaction():
            self._add_capture(capture)

    def note_capture(self, capture: Capture) -> None:
        """The same, with the next transaction: mostly that of what the walk makes of the page. Its
        record is in the WARC file, so that a crash in between loses nothing; and whoever asks this
        store for captures gets it at once. No two of one portal wait: of what is under way there,
        a crash costs the last page that came and the one that was asked for."""
        if any(noted.portal == capture.portal for noted in self._noted):
            self.flush()
        self._noted.append(capture)

    def _add_capture(self, capture: Capture) -> None:
        insert_capture(self.conn, capture)
        if capture.part_of is None and capture.outcome in (*GONE, "redirect"):
            settle(self.conn, capture.url)
        if capture.origin is not None:
            self._make_room(capture)

    def _make_room(self, ingested: Capture) -> None:
        """Have all that a new ingested capture puts in another light looked at again. It is noted
        together with the capture, so that a crash cannot come in between."""
        if ingested.part_of is None:
            self.uncount_runs(ingested.url)
            return
        page = self.conn.execute(
            "SELECT url FROM captures WHERE id = ? AND reading IS NOT NULL", [ingested.part_of]
        ).fetchone()
        if page:
            versions.forget_readings(self.conn, *page)  # it was read without this part

    def capture(self, id: int) -> Capture | None:
        """The capture with this id, or None."""
        return next(self._captures("WHERE id = ?", [id]), None)

    def latest_capture(self, url: str) -> Capture | None:
        """As ``capture_rows.latest_capture``, with those that wait for a transaction."""
        for capture in reversed(self._noted):
            if (
                capture.url == url
                and capture.outcome in ("page", "unchanged")
                and capture.origin is None
            ):
                return capture
        return latest_capture(self.conn, url)

    def captures_of(self, url: str, fetched_at: str | None, digest: str | None) -> list[Capture]:
        """What was captured at a URL at that time or, where none is given, at any, with these
        bytes or, where no digest is given, any."""
        return list(
            self._captures(
                "WHERE url = :url AND (:at IS NULL OR fetched_at = :at)"
                " AND (:digest IS NULL OR digest = :digest) ORDER BY id",
                {"url": url, "at": fetched_at, "digest": digest},
            )
        )

    def parts(self, page: int) -> dict[str, Capture]:
        """As ``capture_rows.parts_of``."""
        self.flush()
        return parts_of(self.conn, page)

    def unread(self) -> Iterator[Capture]:
        """Captures of pages that no reading was saved for, the oldest first.

        They come in batches, so that readings may be saved meanwhile.
        """
        last: tuple[str, int] = ("", 0)
        while batch := list(
            self._captures(
                "WHERE reading IS NULL AND outcome IN ('page', 'unchanged')"
                " AND (fetched_at, id) > (?, ?) ORDER BY fetched_at, id LIMIT 500",
                last,
            )
        ):
            yield from batch
            last = (batch[-1].fetched_at, batch[-1].id)

    def _captures(
        self, condition: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> Iterator[Capture]:
        self.flush()
        return select_captures(self.conn, condition, values)

    # Readings

    def save_reading(
        self, capture: Capture, report: Report | ReportRows | None, failure: str | None
    ) -> Outcome:
        """Store what a captured page says, in one transaction.

        ``report`` is None when the page could not be read; ``failure`` then says why. A page that
        is no report (any more) ends the report that stood at its URL. Readings of one URL must come
        in the order of its captures. A report that the tables cannot hold is ``failed`` with the
        reason, and leaves nothing else behind.
        """
        if report is not None:
            try:
                with self.transaction():
                    return versions.save_report(self.conn, capture, report)
            except (ValueError, sqlite3.IntegrityError) as error:
                failure = NOT_STORED.format(error=error)
        with self.transaction():
            versions.set_reading(self.conn, capture, "failed", failure)
        return "failed"

    def forget_readings(self, url: str) -> None:
        """As ``versions.forget_readings``, in one transaction."""
        with self.transaction() as conn:
            versions.forget_readings(conn, url)
