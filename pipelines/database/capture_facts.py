"""What the database knows around a capture: its report, what came later, what lies near it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipelines.archive.capture import EPOCH, Capture, moment_of
from pipelines.database.derived import REPORT_AT
from pipelines.database.store import Store

_BEIJING = timedelta(hours=8)
_AT_ONCE = 400
"""Addresses that one query asks for."""


def beijing_time(moment: int) -> str:
    """The time of a capture in Beijing: "2026-11-22 20:52:15"."""
    return f"{EPOCH + timedelta(microseconds=moment) + _BEIJING:%Y-%m-%d %H:%M:%S}"


def find_capture(conn: sqlite3.Connection, id: int) -> Capture | None:
    """The capture with an id."""
    return Store(Path(), conn).capture(id)


def nearest_captures(
    conn: sqlite3.Connection, wanted: Iterable[str], moment: int
) -> dict[str, int]:
    """Of each address the capture with a body that is nearest in time to a moment."""
    nearest: dict[str, tuple[int, int]] = {}
    left = sorted(wanted)
    while left:
        some, left = left[:_AT_ONCE], left[_AT_ONCE:]
        for url, id, fetched_at in conn.execute(
            "SELECT url, id, fetched_at FROM captures WHERE outcome IN ('page', 'unchanged')"
            f" AND url IN ({','.join('?' * len(some))}) ORDER BY fetched_at, id",
            some,
        ):
            distance = abs(moment_of(fetched_at) - moment)
            if url not in nearest or distance < nearest[url][0]:
                nearest[url] = distance, id
    return {url: id for url, (_, id) in nearest.items()}


_REPORT = f"""
SELECT id, title, year, version, current FROM reports WHERE id = (
    SELECT coalesce(
        (SELECT max(report) FROM tables WHERE capture = :capture),
        (SELECT id FROM reports WHERE capture IN (:capture, :page)),
        (SELECT {REPORT_AT.format(at="c")} FROM captures AS c WHERE c.id = :capture)
    )
)
"""


def report_of(conn: sqlite3.Connection, capture: Capture) -> dict[str, Any] | None:
    """The report version that a capture belongs to: id, title, year, version, current, and
    ``newest``, the id of the current version."""
    key = {"capture": capture.id, "page": capture.part_of}
    cursor = conn.execute(_REPORT, key)
    row = cursor.fetchone()
    if row is None:
        return None
    found = dict(zip([column[0] for column in cursor.description], row, strict=True))
    newest = conn.execute(
        "SELECT n.id FROM reports AS r JOIN reports AS n ON n.url = r.url"
        " AND n.version >= r.version AND n.current = 1 WHERE r.id = ? ORDER BY n.version LIMIT 1",
        [found["id"]],
    ).fetchone()
    return found | {"newest": newest[0] if newest else None}


def later_captures(conn: sqlite3.Connection, capture: Capture) -> dict[str, Any]:
    """What was captured at the same URL afterwards, by time: ``count``, the ``last`` one (id,
    outcome), and ``changed``, the first with other bytes; ``last_at`` and ``changed_at`` are their
    moments."""
    later = "FROM captures WHERE url = ? AND (fetched_at, id) > (?, ?)"
    since = [capture.url, capture.fetched_at, capture.id]
    count = conn.execute(f"SELECT count(*) {later}", since).fetchone()[0]
    last = conn.execute(
        f"SELECT id, fetched_at, outcome {later} ORDER BY fetched_at DESC, id DESC LIMIT 1", since
    ).fetchone()
    changed = conn.execute(
        f"SELECT id, fetched_at {later} AND digest IS NOT ? AND outcome IN ('page', 'unchanged')"
        " ORDER BY fetched_at, id LIMIT 1",
        [*since, capture.digest],
    ).fetchone()
    return {
        "count": count,
        "last": last and last[0],
        "last_at": last and moment_of(last[1]),
        "outcome": last and last[2],
        "changed": changed and changed[0],
        "changed_at": changed and moment_of(changed[1]),
    }
