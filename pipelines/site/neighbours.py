"""The reports that a reader of a report may want to see beside it."""

from __future__ import annotations

import sqlite3

from pipelines.database.file import select
from pipelines.database.indicator_views import GOVERNMENTS
from pipelines.site.rows import Row

MOST = 80
"""Neighbours that are named; a county has some twenty townships, a prefecture ten counties."""

_SAME_PUBLISHER = """
SELECT year, min(id) AS id FROM reports
WHERE publisher = ? AND current = 1 AND year IS NOT NULL GROUP BY year ORDER BY year
"""
_SAME_LEVEL = f"""
SELECT d.code, d.name, min(r.id) AS id
FROM divisions AS own JOIN divisions AS d ON d.parent IS own.parent AND d.level = own.level
LEFT JOIN reports AS r ON r.division = d.code AND r.year = :year AND r.current = 1
    AND r.publisher IN (SELECT id FROM publishers WHERE division = d.code AND kind IN {GOVERNMENTS})
WHERE own.code = :division AND :publisher_kind IN {GOVERNMENTS}
GROUP BY d.code ORDER BY d.code LIMIT {MOST}
"""
_SAME_PLACE = f"""
SELECT p.name, r.id FROM reports AS r JOIN publishers AS p ON p.id = r.publisher
WHERE r.division = :division AND r.year = :year AND r.current = 1 AND r.id != :id
ORDER BY p.name LIMIT {MOST}
"""


def same_publisher(conn: sqlite3.Connection, report: Row) -> list[Row]:
    """The publisher's years, each with a report: year, id."""
    return select(conn, _SAME_PUBLISHER, [report["publisher"]])


def same_level(conn: sqlite3.Connection, report: Row) -> list[Row]:
    """The divisions beside the report's, of the same level, for a government's report: code, name,
    and the id of the government's report of the same year (None where none is known)."""
    return select(conn, _SAME_LEVEL, report)


def same_place(conn: sqlite3.Connection, report: Row) -> list[Row]:
    """The other organs of the same division with a report of the same year: name, id."""
    return select(conn, _SAME_PLACE, report)
