"""The page of a place, from the nation down to a township: who in it has published, and what."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.database.file import select
from pipelines.database.indicator_views import GOVERNMENTS, NATION
from pipelines.site.coverage import SIGNS, coverage_below, coverage_of, known_years
from pipelines.site.findings import check_title
from pipelines.site.language import Language
from pipelines.site.page import Asking, Missing, NotUnderstood, Page
from pipelines.site.places import ancestors, children_of
from pipelines.site.rows import Row
from pipelines.site.sparkline import draw
from pipelines.site.words import say

PAGE_SIZE = 60
"""Divisions on a page of the matrix."""

MOST_PUBLISHERS = 100
MOST_GONE = 30

COUNTY_DIGITS = 6
"""Digits of the code of a county; a township has more."""

TRENDS = ("received", "concluded", "disclosure_rate", "refusal_rate")
"""Columns of ``indicators`` whose way over the years is shown."""

_CHILDREN = (
    "SELECT code, name, level FROM divisions WHERE parent IS ? ORDER BY code LIMIT ? OFFSET ?"
)
_COUNT = "SELECT count(*) AS children FROM divisions WHERE parent IS ?"
_TOTALS = """
SELECT coalesce(sum(reports), 0) AS reports, coalesce(sum(findings), 0) AS findings
FROM report_counts WHERE division = ?
"""
_OWN_TOTALS = """
SELECT count(*) AS reports, coalesce(sum((SELECT count(*) FROM findings WHERE report = r.id)), 0)
    AS findings FROM reports AS r WHERE division = ? AND current = 1
"""
_GOVERNMENT = f"""
SELECT id, year, {", ".join(TRENDS)} FROM indicators
WHERE division = ? AND kind IN {GOVERNMENTS} AND year IS NOT NULL ORDER BY year
"""
_MEDIANS = """
SELECT level, year, reports, median FROM indicator_spreads
WHERE division = ? AND indicator = 'disclosure_rate' ORDER BY level, year
"""
_PUBLISHERS = """
SELECT p.id, p.name, p.kind, count(r.id) AS reports, min(r.year) AS first, max(r.year) AS last
FROM publishers AS p LEFT JOIN reports AS r ON r.publisher = p.id AND r.current = 1
WHERE p.division = ? GROUP BY p.id ORDER BY p.kind != 'government', p.kind, p.name LIMIT ?
"""
_FINDINGS = """
SELECT "check", findings, reports FROM finding_counts
WHERE division = ? ORDER BY findings DESC, "check"
"""
_OWN_FINDINGS = """
SELECT f."check", count(*) AS findings, count(DISTINCT f.report) AS reports
FROM reports AS r JOIN findings AS f ON f.report = r.id
WHERE r.division = ? AND r.current = 1 GROUP BY f."check" ORDER BY findings DESC, f."check"
"""
# The sign keeps SQLite from the index of all current reports. That of those gone is small, and has
# no figures for the planner where it is empty.
GONE = """
SELECT id, title, year, gone_at, moved_to FROM reports
WHERE +current = 1 AND gone_at IS NOT NULL AND substr(coalesce(division, ''), 1, :digits) = :code
ORDER BY gone_at DESC, id DESC LIMIT :most
"""


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    code = asking.parts["code"]
    place = ancestors(conn, code)
    if not place and code != NATION:
        raise Missing(say("division.unknown", asking.language, code=code[:20]))
    page = _page(asking)
    parent = children_of(code)
    (number,) = select(conn, _COUNT, [parent])
    children = select(conn, _CHILDREN, [parent, PAGE_SIZE, (page - 1) * PAGE_SIZE])
    if page > 1 and not children:
        raise Missing(say("division.no_page", asking.language, page=page))
    years = [row["year"] for row in known_years(conn)]
    states = coverage_of(conn, [code, *(child["code"] for child in children)])
    counts = _counts(conn, children)
    shown = [child for child in children if child["code"] in states or counts[child["code"]]]
    return {
        "code": code,
        "is_nation": code == NATION,
        "place": place,
        "totals": _totals(conn, code),
        "years": years,
        "states": states,
        "below": coverage_below(conn, [child["code"] for child in children]),
        "signs": SIGNS,
        "children": shown,
        "unknown_children": [child for child in children if child not in shown],
        "counts": counts,
        "page": page,
        "pages": -(-number["children"] // PAGE_SIZE),
        "number": number["children"],
        "trends": _trends(conn, code, years),
        "own": {row["year"]: row["id"] for row in select(conn, _GOVERNMENT, [code])},
        "medians": _medians(conn, code, years),
        "publishers": select(conn, _PUBLISHERS, [code, MOST_PUBLISHERS]),
        "findings": _findings(conn, code, asking.language),
        "within": "" if code == NATION else f" AND division LIKE '{code}%'",
        "gone": _gone(conn, code),
    }


def _page(asking: Asking) -> int:
    text = asking.parameters.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 6 and int(text)):
        raise NotUnderstood(say("division.bad_page", asking.language))
    return int(text)


def _totals(conn: sqlite3.Connection, code: str) -> Row:
    """Reports and findings of a place, with all below it. A township has none below, and no row of
    ``report_counts``."""
    (row,) = select(conn, _OWN_TOTALS if len(code) > COUNTY_DIGITS else _TOTALS, [code])
    return row


def _counts(conn: sqlite3.Connection, children: list[Row]) -> dict[str, int]:
    """The reports of each child, with all below it."""
    return {child["code"]: _totals(conn, child["code"])["reports"] for child in children}


def _trends(conn: sqlite3.Connection, code: str, years: list[int]) -> list[dict[str, Any]]:
    """What the government itself reported over the years, for each of ``TRENDS``."""
    by_year = {row["year"]: row for row in select(conn, _GOVERNMENT, [code])}
    trends = []
    for name in TRENDS:
        values = [by_year[year][name] if year in by_year else None for year in years]
        if any(value is not None for value in values):
            trends.append({"name": name, "values": values, "line": draw(values)})
    return trends


def _medians(conn: sqlite3.Connection, code: str, years: list[int]) -> list[dict[str, Any]]:
    """The median disclosure rate of the governments within the place, by their level."""
    rows = select(conn, _MEDIANS, [code])
    found = []
    for level in dict.fromkeys(row["level"] for row in rows):
        by_year = {row["year"]: row["median"] for row in rows if row["level"] == level}
        values = [by_year.get(year) for year in years]
        found.append({"level": level, "values": values, "line": draw(values)})
    return found


def _findings(conn: sqlite3.Connection, code: str, language: Language) -> list[Row]:
    """Findings in the reports of a place, with all below it, by check."""
    found = select(conn, _OWN_FINDINGS if len(code) > COUNTY_DIGITS else _FINDINGS, [code])
    for row in found:
        row["title"] = check_title(row["check"], language)
    return found


def _gone(conn: sqlite3.Connection, code: str) -> list[Row]:
    """The latest reports of a place, with all below it, that left their addresses."""
    within = "" if code == NATION else code
    return select(conn, GONE, {"code": within, "digits": len(within), "most": MOST_GONE})


PAGE = Page(r"/-/division/(?P<code>[^/]+)$", "division.html", _read)
