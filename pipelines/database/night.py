"""What the runs since a moment did: by portal, in all, and which reports changed or went."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.archive.capture import time_of

COUNTS = ("requests", "bytes", "new", "changed", "unchanged", "gone", "blocked", "errors")

_PORTALS = """
SELECT runs.portal, portals.name, max(runs.reason) FILTER (WHERE runs.id = last) AS reason,
    sum(strftime('%s', coalesce(finished, started)) - strftime('%s', started)) AS seconds,
    coalesce(sum(requests), 0) AS requests,
    (SELECT coalesce(sum(size), 0) FROM captures AS c
        WHERE c.portal = runs.portal AND c.run >= :since) AS bytes,
    coalesce(sum(new), 0) AS new, coalesce(sum(changed), 0) AS changed,
    coalesce(sum(unchanged), 0) AS unchanged, coalesce(sum(gone), 0) AS gone,
    coalesce(sum(blocked), 0) AS blocked, coalesce(sum(errors), 0) AS errors
FROM runs JOIN portals ON portals.id = runs.portal
JOIN (SELECT portal, max(id) AS last FROM runs WHERE kind = 'crawl' GROUP BY portal) USING (portal)
WHERE runs.id >= :since AND kind = 'crawl' GROUP BY runs.portal ORDER BY runs.portal
"""
_REPORTS = """
SELECT portals.name AS portal, r.title, r.year, r.url, {what}
FROM reports AS r JOIN portals ON portals.id = r.portal WHERE {condition}
ORDER BY r.portal, r.year, r.url
"""


def portals_since(conn: sqlite3.Connection, since: int) -> list[dict[str, Any]]:
    """One dictionary a portal whose runs began at the moment ``since`` or later (microseconds, as
    ids of runs count them): ``COUNTS``, seconds, and the reason of its last run, None where that
    was cut off. ``bytes`` are those of bodies as they were sent."""
    return _rows(conn, _PORTALS, since)


def totals(portals: list[dict[str, Any]]) -> dict[str, int]:
    """``COUNTS`` over all portals."""
    return {name: sum(int(portal[name]) for portal in portals) for name in COUNTS}


def changed_since(conn: sqlite3.Connection, since: int) -> list[dict[str, Any]]:
    """Reports of which a later version was found: portal, title, year, url, version."""
    condition = "r.version > 1 AND r.replaces IS NULL AND r.id >= :since AND r.first_seen >= :time"
    return _rows(conn, _REPORTS.format(what="r.version", condition=condition), since)


def gone_since(conn: sqlite3.Connection, since: int) -> list[dict[str, Any]]:
    """Reports that are no longer where they were: portal, title, year, url, gone_at."""
    condition = "r.current = 1 AND r.gone_at >= :time"
    return _rows(conn, _REPORTS.format(what="r.gone_at", condition=condition), since)


def _rows(conn: sqlite3.Connection, sql: str, since: int) -> list[dict[str, Any]]:
    cursor = conn.execute(sql, {"since": since, "time": time_of(since)})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
