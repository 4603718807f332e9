"""Who has published which year: the matrix of a place, and the shares of the provinces."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.database.file import select
from pipelines.database.indicator_views import NATION
from pipelines.site.places import Province, provinces
from pipelines.site.rows import Row

SIGNS = {
    "published": "✓",
    "late": "△",
    "moved": "↗",
    "gone": "✕",
    "unreadable": "?",
    "missing": "–",
}
"""The sign of each state, which tells it apart without its colour. A report that is missing and
archived is gone: it was there and was taken down."""

STEPS = (0.0, 0.25, 0.5, 0.75, 0.95)
"""Shares at which a colour of the map begins."""

_YEARS = f"""
SELECT r.year, r.reports, sum(c.total - c.missing) AS found, sum(c.total) AS total
FROM report_counts AS r
LEFT JOIN coverage_counts AS c ON c.division = r.division AND c.year = r.year
WHERE r.division = '{NATION}' GROUP BY r.year ORDER BY r.year
"""
_SHARES = """
SELECT d.code, d.name, sum(c.total - c.missing) AS found, sum(c.total) AS total
FROM divisions AS d LEFT JOIN coverage_counts AS c ON c.division = d.code AND c.year = ?
WHERE d.parent IS NULL GROUP BY d.code ORDER BY d.code
"""

_BELOW = """
SELECT division, year, sum(total - missing) AS found, sum(total) AS total FROM coverage_counts
WHERE division IN ({}) GROUP BY division, year
"""


@dataclass(frozen=True)
class Tile:
    """A province of the map: ``found`` of ``total`` governments have a report; ``step`` is the
    colour, None where none is expected. ``place`` is None for one that the map does not know."""

    code: str
    name: str
    place: Province | None
    found: int
    total: int
    step: int | None


def known_years(conn: sqlite3.Connection) -> list[Row]:
    """Each year of the archive: reports, and the governments that published of those known."""
    return select(conn, _YEARS)


def province_tiles(conn: sqlite3.Connection, year: int) -> list[Tile]:
    """Every province with its share of a year. One that the map does not know (the sample's) is
    there only with something to show."""
    known = {province.code: province for province in provinces()}
    tiles = []
    for row in select(conn, _SHARES, [year]):
        found, total = row["found"] or 0, row["total"] or 0
        if row["code"] in known or total:
            place = known.get(row["code"])
            tiles.append(Tile(row["code"], row["name"], place, found, total, _step(found, total)))
    return tiles


def _step(found: int, total: int) -> int | None:
    if not total:
        return None
    if not found:
        return 0
    return sum(found / total >= least for least in STEPS)


def coverage_of(conn: sqlite3.Connection, codes: Sequence[str]) -> dict[str, dict[int, Any]]:
    """The states of some divisions: code → year → row of ``coverage`` (status, report)."""
    marks = ", ".join("?" * len(codes))
    found: dict[str, dict[int, Any]] = {}
    for row in select(
        conn, f"SELECT division, year, status, report FROM coverage WHERE division IN ({marks})",
        list(codes),
    ):  # fmt: skip
        if row["status"] == "missing" and row["report"]:
            row["status"] = "gone"
        found.setdefault(row["division"], {})[row["year"]] = row
    return found


def coverage_below(conn: sqlite3.Connection, codes: Sequence[str]) -> dict[str, dict[int, Row]]:
    """Of how many governments in some places, those below included, a report was found: code →
    year → found, total."""
    marks = ", ".join("?" * len(codes))
    counted: dict[str, dict[int, Row]] = {}
    for row in select(conn, _BELOW.format(marks), list(codes)):
        counted.setdefault(row["division"], {})[row["year"]] = row
    return counted
