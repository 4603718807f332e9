"""Readings of pages as versions of reports: saved, and forgotten where the past of a page changed.

A new version is where something changed that a reader would call the report. Readings of one URL
come in the order of its captures. Each function is called within a transaction.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from pipelines.archive.capture import Capture, Reading
from pipelines.database.capture_dates import list_dates
from pipelines.database.capture_rows import parts_of
from pipelines.database.changes import compare_versions
from pipelines.database.derived import UNANSWERED, UNCOUNT_RUNS
from pipelines.database.file import insert
from pipelines.database.moves import read_text, settle
from pipelines.reading.report import Report
from pipelines.reading.rows import REPORT_COLUMNS, ReportRows, report_rows

Saved = Literal["new", "changed", "unchanged", "other"]
"""What a reading was to the database: the first version of a report at its address, another one,
the same as before, or no report."""

_ADD_REPORT = (
    f"INSERT INTO reports (id, publisher, {', '.join(REPORT_COLUMNS)}, breadcrumb, url, version,"
    " current, first_seen, last_seen, portal, capture, synthetic, fingerprint)"
    f" VALUES (?, ?, {', '.join('?' * len(REPORT_COLUMNS))}, ?, ?, ?, 1, ?, ?, ?, ?,"
    " (SELECT synthetic FROM portals WHERE id = ?), ?)"
)

_REFERRING = """
SELECT m.name, f."from" FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' AND m.name <> 'reports' AND f."table" = 'reports'
"""
"""Tables whose rows belong to a report, and the columns that name it."""


def save_report(conn: sqlite3.Connection, capture: Capture, report: Report | ReportRows) -> Saved:
    """Store what a page says. One that is no report (any more) ends the report that stood at its
    URL. Raises ValueError or sqlite3.IntegrityError for what the tables cannot hold."""
    if isinstance(report, Report):
        parts = {url: part.id for url, part in parts_of(conn, capture.id).items()}
        report = report_rows(capture.id, report, parts)
    if not report.is_report:
        set_reading(conn, capture, "other")
        settle(conn, capture.url)
        return "other"
    set_reading(conn, capture, "report")
    saved = _save_version(conn, capture, report)
    settle(conn, capture.url)
    return saved


def set_reading(
    conn: sqlite3.Connection, capture: Capture, reading: Reading, failure: str | None = None
) -> None:
    """Note what reading a capture gave; ``failure`` says why it could not be read."""
    conn.execute(
        "UPDATE captures SET reading = ?, failure = ? WHERE id = ?", [reading, failure, capture.id]
    )


def forget_readings(conn: sqlite3.Connection, url: str) -> None:
    """Have all captures of a page read anew, because an older one, or a part of one, has come in or
    is lost: versions are counted in the order of time."""
    conn.execute("PRAGMA defer_foreign_keys = ON")
    conn.execute(UNCOUNT_RUNS, {"url": url})
    held = "(SELECT id FROM reports WHERE url = :url)"
    moved_here = conn.execute(
        f"SELECT url FROM reports WHERE moved_to IN {held}", {"url": url}
    ).fetchall()
    conn.execute(f"UPDATE reports SET moved_to = NULL WHERE moved_to IN {held}", {"url": url})
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


def _save_version(conn: sqlite3.Connection, capture: Capture, report: ReportRows) -> Saved:
    current = conn.execute(
        "SELECT r.id, r.version, r.fingerprint, c.digest FROM reports AS r"
        " JOIN captures AS c ON c.id = r.capture WHERE r.url = ?"
        " ORDER BY r.version DESC LIMIT 1",
        [capture.url],
    ).fetchone()
    if current is None:
        _add_version(conn, capture, report, 1)
        return "new"
    previous, version, held_mark, digest = current
    # The same bytes are the same version, whatever a newer reader may make of them: that is
    # for ``gongkai rebuild`` to bring in, for the whole archive at once.
    same = digest is not None and digest == capture.digest
    if (
        report.fingerprint == held_mark
        or (same and _has_same_parts(conn, previous, capture.id))
        or _lacks_known_part(conn, previous, capture.id)
    ):
        conn.execute(
            "UPDATE reports SET last_seen = ? WHERE id = ?", [capture.fetched_at, previous]
        )
        return "unchanged"
    _add_version(conn, capture, report, version + 1)
    if _is_replaced(conn, previous, capture.id):
        conn.execute("UPDATE reports SET replaces = ? WHERE id = ?", [previous, capture.id])
        return "new"
    conn.execute(
        "UPDATE reports SET current = 0, gone_at = NULL, moved_to = NULL WHERE id = ?", [previous]
    )
    changes = compare_versions(conn, previous, capture.id)
    insert(
        conn,
        "changes",
        [
            (f"{capture.id}-{position:04}", capture.id, previous, *change)
            for position, change in enumerate(changes)
        ],
    )
    return "changed"


def _is_replaced(conn: sqlite3.Connection, previous: int, report: int) -> bool:
    """Whether an address holds the report of another year now. One year corrected into another
    while text and figures stay is the same report."""
    ((years,),) = conn.execute(
        "SELECT count(DISTINCT year) FROM reports WHERE id IN (?, ?)", [previous, report]
    )
    return years == 2 and read_text(conn, previous) != read_text(conn, report)


def _has_same_parts(conn: sqlite3.Connection, previous: int, capture: int) -> bool:
    """Whether two captures of a page have the same parts with the same bytes."""
    before, now = (
        {
            url: part.digest if part.outcome in ("page", "unchanged") else None
            for url, part in parts_of(conn, page).items()
        }
        for page in (previous, capture)
    )
    return before == now


def _lacks_known_part(conn: sqlite3.Connection, previous: int, capture: int) -> bool:
    """Whether a part that printed tables of the version ``previous`` got no answer for this
    capture: what the report says now cannot be known then, and it is not taken for changed."""
    rows = conn.execute(
        "SELECT DISTINCT url FROM tables JOIN captures ON captures.id = tables.capture"
        " WHERE report = ? AND part_of IS NOT NULL",
        [previous],
    )
    parts = parts_of(conn, capture)
    return any(url in parts and parts[url].outcome in UNANSWERED for (url,) in rows)


def _add_version(
    conn: sqlite3.Connection, capture: Capture, report: ReportRows, version: int
) -> None:
    if report.publisher:
        # Which page names a publisher first depends on the order of reading, so its kind is the
        # first in the alphabet of all that pages gave it, not the first that came.
        conn.execute(
            "INSERT INTO publishers (id, name, division, kind) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind"
            " WHERE kind IS NULL OR excluded.kind < kind",
            report.publisher,
        )
    seen = capture.fetched_at
    conn.execute(
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
        insert(conn, table, rows)
    insert(conn, "dates", list_dates(capture, len(report.tables["dates"])))
