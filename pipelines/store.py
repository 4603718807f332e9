"""The database of an archive: everything that is written to it, what belongs together at once.

The database is derived from the WARC files and can be made again from them. What a row says
depends only on the captures of its own URL, in the order of time, so a crawl and a rebuild agree
row for row although they may read the pages of different URLs in a different order.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pipelines.capture import Capture, Origin, Reading
from pipelines.capture_dates import list_dates
from pipelines.changes import compare_versions
from pipelines.derived import COUNT_RUN, GONE, UNANSWERED, UNCOUNT_RUNS
from pipelines.divisions import ADD_DIVISION, load_divisions
from pipelines.moves import read_text, settle
from pipelines.report import Report
from pipelines.rows import NOT_STORED, REPORT_COLUMNS, ReportRows, report_rows
from pipelines.runs import CRAWL
from pipelines.schema import migrate

DATABASE = "gongkai.db"
Outcome = Literal["new", "changed", "unchanged", "other", "failed"]

_CAPTURE_COLUMNS = (
    "id, portal, run, url, status, outcome, evidence, mime, charset, size, digest, etag,"
    " last_modified, warc_file, warc_offset, warc_length, revisits, part_of, reading, substance"
)

_SELECTED = f"{_CAPTURE_COLUMNS}, origin, fetched_at, dated_by"
_ADDED = [*_CAPTURE_COLUMNS.split(", "), "fetched_at"]
# The page that a part belongs to may lie in a damaged file; the part is indexed all the same.
_PART_OF = "(SELECT id FROM captures WHERE id = :part_of)"
_ADD_CAPTURE = "INSERT INTO captures ({}) VALUES ({})".format(
    ", ".join([*_ADDED, "origin", "dated_by"]),
    ", ".join(
        [*(_PART_OF if name == "part_of" else f":{name}" for name in _ADDED), ":origin, :dated_by"]
    ),
)


_ADD_REPORT = (
    f"INSERT INTO reports (id, publisher, {', '.join(REPORT_COLUMNS)}, breadcrumb, url, version,"
    " current, first_seen, last_seen, portal, capture, synthetic, fingerprint)"
    f" VALUES (?, ?, {', '.join('?' * len(REPORT_COLUMNS))}, ?, ?, ?, 1, ?, ?, ?, ?,"
    " (SELECT synthetic FROM portals WHERE id = ?), ?)"
)


_LATEST = (
    f"SELECT {_SELECTED} FROM captures WHERE url = ? AND outcome IN ('page', 'unchanged')"
    " AND origin IS NULL ORDER BY fetched_at DESC LIMIT 1"
)


_REFERRING = """
SELECT m.name, f."from" FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND m.name <> 'reports' AND f."table" = 'reports'
"""
"""Tables whose rows belong to a report, and the columns that name it."""


class NoArchive(ValueError):
    """There is no database to open: one sentence that says what to do."""


def existing_database(home: Path) -> Path:
    """The database file of an archive; raises NoArchive where there is none."""
    database = home / DATABASE
    if not database.exists():
        _refuse_to_double(home)
        raise NoArchive(
            f"there is no archive at {home}; make one with `gongkai demo` or `gongkai crawl`, "
            "or name another with --home"
        )
    return database


def has_warc_files(home: Path) -> bool:
    """Whether anything was archived at ``home``."""
    return any((home / "warc").glob("*.warc.gz"))


def _refuse_to_double(home: Path) -> None:
    if has_warc_files(home):
        raise NoArchive(
            f"the archive at {home} has WARC files and no database; `gongkai rebuild` makes it anew"
        )


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

        Raises NoArchive where WARC files lie there without a database: with an empty one beside
        them, everything would be archived twice.
        """
        home.mkdir(parents=True, exist_ok=True)
        if not (home / DATABASE).exists():
            _refuse_to_double(home)
        return cls.open_file(home / DATABASE)

    @classmethod
    def open_file(cls, path: Path) -> Store:
        """Open a database file by its own name: how a rebuild makes the next one beside the old."""
        conn = sqlite3.connect(path, timeout=30, isolation_level=None)
        with _one_at_a_time(path.parent):
            conn.execute("PRAGMA journal_mode = WAL")
            # A power failure may undo the last transactions but never corrupts the file; what it
            # undoes is in the WARC files, and is indexed and read again at the next start.
            conn.execute("PRAGMA synchronous = NORMAL")
            conn.execute("PRAGMA foreign_keys = ON")
            migrate(conn)
            load_divisions(conn)
        return cls(path.parent, conn)

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

    # Places, portals, runs

    def add_divisions(self, rows: Iterable[tuple[str, str, str, str | None, int]]) -> None:
        """Rows of (code, name, level, parent, synthetic), parents before their children."""
        with self.transaction() as conn:
            conn.executemany(ADD_DIVISION, rows)

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

    def recount_run(self, run: int) -> bool:
        """Count a run again, where a page of it was read after its end; whether it has ended."""
        row = self.conn.execute("SELECT finished, reason FROM runs WHERE id = ?", [run]).fetchone()
        if row[0] is not None:
            self.finish_run(run, *row)
        return row[0] is not None

    # Captures

    def uncount_runs(self, url: str) -> None:
        """Have the runs counted and checked again, by ``uncounted_runs``, that captured a page or
        first saw the reports of the same publishers and years: the page has another past now."""
        self.conn.execute(UNCOUNT_RUNS, {"url": url})

    def uncounted_runs(self) -> list[tuple[int, str]]:
        """Runs that have ended and are to be counted again, with their portals."""
        return self.conn.execute(
            "SELECT id, portal FROM runs WHERE requests IS NULL AND finished IS NOT NULL"
        ).fetchall()

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
        values = {name: getattr(capture, name) for name in _ADDED}
        source = capture.origin and capture.origin.source
        dated_by = capture.origin and capture.origin.dated_by
        self.conn.execute(_ADD_CAPTURE, values | {"origin": source, "dated_by": dated_by})
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
            self.forget_readings(*page)  # it was read without this part

    def capture(self, id: int) -> Capture | None:
        return next(self._captures("WHERE id = ?", [id]), None)

    def latest_capture(self, url: str) -> Capture | None:
        """The newest capture of a page that was fetched, not ingested: with a body of its own, or
        a revisit of one that has."""
        for capture in reversed(self._noted):
            if (
                capture.url == url
                and capture.outcome in ("page", "unchanged")
                and capture.origin is None
            ):
                return capture
        row = self.conn.execute(_LATEST, [url]).fetchone()
        return _capture(row) if row else None

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
        """What was archived as a part of a page's capture, by URL in the order of asking; of what
        was asked for again, the last."""
        return {part.url: part for part in self._captures("WHERE part_of = ? ORDER BY id", [page])}

    def overtaken(self) -> list[tuple[str, str]]:
        """URL and portal of pages of which something unread was ingested that is older than what
        has been read."""
        self.flush()
        return self.conn.execute(
            "SELECT DISTINCT old.url, old.portal FROM captures AS old"
            " WHERE old.reading IS NULL AND old.outcome IN ('page', 'unchanged')"
            " AND old.origin IS NOT NULL AND EXISTS (SELECT 1 FROM captures AS read"
            " WHERE read.url = old.url AND read.fetched_at >= old.fetched_at"
            " AND read.reading IN ('report', 'other', 'failed'))"
        ).fetchall()

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
        for row in self.conn.execute(f"SELECT {_SELECTED} FROM captures {condition}", values):
            yield _capture(row)

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
                    return self._save_report(capture, report)
            except (ValueError, sqlite3.IntegrityError) as error:
                failure = NOT_STORED.format(error=error)
        with self.transaction():
            self._set_reading(capture, "failed", failure)
        return "failed"

    def forget_readings(self, url: str) -> None:
        """Have all captures of a page read anew, because an older one, or a part of one, has come
        in or is lost: versions are counted in the order of time."""
        with self.transaction() as conn:
            conn.execute("PRAGMA defer_foreign_keys = ON")
            self.uncount_runs(url)
            held = "(SELECT id FROM reports WHERE url = :url)"
            moved_here = conn.execute(
                f"SELECT url FROM reports WHERE moved_to IN {held}", {"url": url}
            ).fetchall()
            conn.execute(
                f"UPDATE reports SET moved_to = NULL WHERE moved_to IN {held}", {"url": url}
            )
            for table, column in conn.execute(_REFERRING).fetchall():
                conn.execute(f'DELETE FROM "{table}" WHERE "{column}" IN {held}', {"url": url})
            publishers = conn.execute(
                "SELECT DISTINCT publisher FROM reports WHERE url = ?", [url]
            ).fetchall()
            conn.execute("DELETE FROM reports WHERE url = ?", [url])
            conn.executemany(
                "DELETE FROM publishers WHERE id = ?1"
                " AND NOT EXISTS (SELECT 1 FROM reports WHERE publisher = ?1)",
                publishers,
            )
            conn.execute(
                "UPDATE captures SET reading = NULL, failure = NULL"
                " WHERE url = ? AND reading IN ('report', 'other', 'failed')",
                [url],
            )
            for (elsewhere,) in moved_here:
                settle(conn, elsewhere)

    def _save_report(self, capture: Capture, report: Report | ReportRows) -> Outcome:
        if isinstance(report, Report):
            report = report_rows(capture.id, report, self._part_ids(capture.id))
        if not report.is_report:
            self._set_reading(capture, "other", None)
            settle(self.conn, capture.url)
            return "other"
        self._set_reading(capture, "report", None)
        outcome = self._save_version(capture, report)
        settle(self.conn, capture.url)
        return outcome

    def _save_version(self, capture: Capture, report: ReportRows) -> Outcome:
        current = self.conn.execute(
            "SELECT r.id, r.version, r.fingerprint, c.digest FROM reports AS r"
            " JOIN captures AS c ON c.id = r.capture WHERE r.url = ?"
            " ORDER BY r.version DESC LIMIT 1",
            [capture.url],
        ).fetchone()
        if current is None:
            self._add_version(capture, report, 1)
            return "new"
        previous, version, held_mark, digest = current
        # The same bytes are the same version, whatever a newer reader may make of them: that is
        # for ``gongkai rebuild`` to bring in, for the whole archive at once.
        same = digest is not None and digest == capture.digest
        if (
            report.fingerprint == held_mark
            or (same and self._has_same_parts(previous, capture.id))
            or self._lacks_known_part(previous, capture.id)
        ):
            self.conn.execute(
                "UPDATE reports SET last_seen = ? WHERE id = ?",
                [capture.fetched_at, previous],
            )
            return "unchanged"
        self._add_version(capture, report, version + 1)
        if self._is_replaced(previous, capture.id):
            self.conn.execute(
                "UPDATE reports SET replaces = ? WHERE id = ?", [previous, capture.id]
            )
            return "new"
        self.conn.execute(
            "UPDATE reports SET current = 0, gone_at = NULL, moved_to = NULL WHERE id = ?",
            [previous],
        )
        changes = compare_versions(self.conn, previous, capture.id)
        self.insert(
            "changes",
            [
                (f"{capture.id}-{position:04}", capture.id, previous, *change)
                for position, change in enumerate(changes)
            ],
        )
        return "changed"

    def _is_replaced(self, previous: int, report: int) -> bool:
        """Whether an address holds the report of another year now. One year corrected into another
        while text and figures stay is the same report."""
        ((years,),) = self.conn.execute(
            "SELECT count(DISTINCT year) FROM reports WHERE id IN (?, ?)", [previous, report]
        )
        return years == 2 and read_text(self.conn, previous) != read_text(self.conn, report)

    def _has_same_parts(self, previous: int, capture: int) -> bool:
        """Whether two captures of a page have the same parts with the same bytes."""
        before, now = (
            {
                url: part.digest if part.outcome in ("page", "unchanged") else None
                for url, part in self.parts(page).items()
            }
            for page in (previous, capture)
        )
        return before == now

    def _lacks_known_part(self, previous: int, capture: int) -> bool:
        """Whether a part that printed tables of the version ``previous`` got no answer for this
        capture: what the report says now cannot be known then, and it is not taken for changed."""
        rows = self.conn.execute(
            "SELECT DISTINCT url FROM tables JOIN captures ON captures.id = tables.capture"
            " WHERE report = ? AND part_of IS NOT NULL",
            [previous],
        )
        parts = self.parts(capture)
        return any(url in parts and parts[url].outcome in UNANSWERED for (url,) in rows)

    def _add_version(self, capture: Capture, report: ReportRows, version: int) -> None:
        if report.publisher:
            # Which page names a publisher first depends on the order of reading, so its kind is the
            # first in the alphabet of all that pages gave it, not the first that came.
            self.conn.execute(
                "INSERT INTO publishers (id, name, division, kind) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind"
                " WHERE kind IS NULL OR excluded.kind < kind",
                report.publisher,
            )
        seen = capture.fetched_at
        self.conn.execute(
            _ADD_REPORT,
            [
                capture.id,
                report.publisher and report.publisher[0],
                *report.columns,
                report.breadcrumb,
                capture.url,
                version,
                seen,
                seen,
                capture.portal,
                capture.id,
                capture.portal,
                report.fingerprint,
            ],
        )
        for table, rows in report.tables.items():
            self.insert(table, rows)
        self.insert("dates", list_dates(capture, len(report.tables["dates"])))

    def _part_ids(self, page: int) -> dict[str, int]:
        return {url: part.id for url, part in self.parts(page).items()}

    def insert(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Rows with all columns of a table, in their order."""
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.conn.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _set_reading(self, capture: Capture, reading: Reading, failure: str | None) -> None:
        self.conn.execute(
            "UPDATE captures SET reading = ?, failure = ? WHERE id = ?",
            [reading, failure, capture.id],
        )


def _capture(row: tuple[Any, ...]) -> Capture:
    *columns, source, fetched_at, dated_by = row
    capture = Capture(*columns)
    return replace(capture, origin=Origin(source, fetched_at, dated_by)) if source else capture


@contextmanager
def _one_at_a_time(directory: Path) -> Iterator[None]:
    """While one process makes or migrates a database, others that open it wait: SQLite itself lets
    no one wait for the change to WAL, and migrations are not one transaction."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
