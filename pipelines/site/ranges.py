"""A report's indicators beside the spread of its level's governments in each place above it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.columns import Text
from pipelines.database.file import select
from pipelines.database.indicator_views import NATION
from pipelines.indicators import load_indicators
from pipelines.site.language import Language
from pipelines.site.rows import Row
from pipelines.site.words import title

WIDTH = 160
HEIGHT = 18
MARGIN = 4

_VALUES = """
SELECT indicator, numerator, denominator, value, low, high FROM indicator_values WHERE report = ?
"""
_SPREADS = """
SELECT division, indicator, reports, p10, p25, median, p75, p90 FROM indicator_spreads
WHERE division IN ({}) AND year = ? AND level = ?
"""


@dataclass(frozen=True)
class RangePlot:
    """A spread on a line from 0 to 100 %, in a box of WIDTH by HEIGHT: a thin line from the 10th to
    the 90th percentile, a thick one over the middle half, ticks. ``value`` and ``other`` are where
    the two reports stand, None where they have no share."""

    p10: float
    p25: float
    median: float
    p75: float
    p90: float
    value: float | None
    other: float | None


@dataclass(frozen=True)
class Standing:
    """An indicator of a report: its row of ``indicator_values`` or None, and for each place the row
    of ``indicator_spreads`` with its plot, or None."""

    code: str
    name: str
    value: Row | None
    other: Row | None
    spreads: tuple[tuple[Row, RangePlot] | None, ...]


def draw_range(spread: Row, value: float | None, other: float | None) -> RangePlot:
    """Shares to positions from the left. What exceeds 100 % stands at the end."""
    p10, p25, median, p75, p90 = (
        _position(spread[name]) for name in ("p10", "p25", "median", "p75", "p90")
    )
    return RangePlot(
        p10=p10,
        p25=p25,
        median=median,
        p75=p75,
        p90=p90,
        value=None if value is None else _position(value),
        other=None if other is None else _position(other),
    )


def _position(share: float) -> float:
    return round(MARGIN + (WIDTH - 2 * MARGIN) * min(1.0, share), 1)


def standings(
    conn: sqlite3.Connection,
    report: Row,
    other: Row | None,
    places: Sequence[Row],
    language: Language,
) -> list[Standing]:
    """Every indicator that the report or one of the spreads has, in the order of
    data/indicators.yml. ``places`` are the report's division and all above, the highest first; the
    last spread of each is that of the smallest place. Nothing for a report without a division."""
    if not places:
        return []
    level = places[-1]["level"]
    codes = [NATION, *(place["code"] for place in places[:-1])]
    marks = ", ".join("?" * len(codes))
    spreads = {
        (row["division"], row["indicator"]): row
        for row in select(conn, _SPREADS.format(marks), [*codes, report["year"], level])
    }
    own, others = _values(conn, report), _values(conn, other) if other else {}
    found = []
    for entry in load_indicators():
        value, beside = own.get(entry.code), others.get(entry.code)
        here = [spreads.get((code, entry.code)) for code in codes]
        if value is None and not any(here):
            continue
        shares = (value["value"] if value else None, beside["value"] if beside else None)
        plots = tuple((row, draw_range(row, *shares)) if row else None for row in here)
        name = title(Text(entry.zh, entry.en), language)
        found.append(Standing(entry.code, name, value, beside, plots))
    return found


def _values(conn: sqlite3.Connection, report: Row) -> dict[str, Any]:
    return {row["indicator"]: row for row in select(conn, _VALUES, [report["id"]])}
