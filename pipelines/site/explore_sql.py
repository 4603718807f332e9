"""The queries of the page Explore: what its charts and tables show, and readers may change."""

from __future__ import annotations

from typing import Any

from pipelines.database.indicator_views import GOVERNMENTS, PERCENTILES, percentiles_sql
from pipelines.site.explore_choice import DEPARTMENT, Choice
from pipelines.site.queries import Query

BINS = 20
"""Bars of a distribution over 0 to 100 %; what exceeds that has one of its own."""


def spread_query(choice: Choice) -> Query:
    """The spread of each year: year, reports, p10, p25, median, p75, p90."""
    columns = ", ".join(PERCENTILES)
    if choice.level != DEPARTMENT:
        sql = (
            f"SELECT year, reports, {columns}\nFROM indicator_spreads\n"
            "WHERE indicator = :indicator AND level = :level AND division = :place\n"
            "    AND year BETWEEN :first AND :last\nORDER BY year"
        )
    else:
        within = f"{_within(choice, '')} AND year BETWEEN :first AND :last"
        source = f"SELECT year, value FROM indicator_values WHERE {within} AND value IS NOT NULL"
        sql = f"{percentiles_sql('year', source)}\nORDER BY year"
    return Query(sql, _values(choice))


def own_query(choice: Choice) -> Query:
    """The years of the marked government or department: year, form, numerator, denominator, value,
    low, high, report."""
    marked = "publisher = :mark" if choice.organ else f"division = :mark AND kind IN {GOVERNMENTS}"
    sql = (
        "SELECT year, form, numerator, denominator, value, low, high, report\n"
        "FROM indicator_values\n"
        f"WHERE indicator = :indicator AND {marked}\n"
        "    AND year BETWEEN :first AND :last\nORDER BY year"
    )
    return Query(sql, _values(choice))


def ranking_query(choice: Choice) -> Query:
    """The reports of a year by their share: rank, division, name, publisher, publisher_name,
    numerator, denominator, value, low, high, form, report."""
    order = "ASC" if choice.ascending else "DESC"
    sql = (
        f"SELECT rank() OVER (ORDER BY v.value {order}) AS rank, v.division, d.name,\n"
        "    v.publisher, p.name AS publisher_name, v.numerator, v.denominator, v.value,\n"
        "    v.low, v.high, v.form, v.report\n"
        "FROM indicator_values AS v JOIN divisions AS d ON d.code = v.division\n"
        "    JOIN publishers AS p ON p.id = v.publisher\n"
        f"WHERE {_within(choice, 'v.')} AND v.year = :year AND v.value IS NOT NULL\n"
        "ORDER BY rank, v.denominator DESC, v.division"
    )
    return Query(sql, _values(choice))


def distribution_query(choice: Choice) -> Query:
    """How many reports of a year lie in each twentieth: bin from 0, BINS for above 100 %, reports.
    100 % belongs to the last twentieth."""
    # A value such as 0.15 is a little more or less than it says.
    position = f"CAST(round(value * {BINS}, 6) AS INTEGER)"
    sql = (
        f"SELECT CASE WHEN value > 1 THEN {BINS} ELSE min({BINS - 1}, {position}) END AS bin,\n"
        "    count(*) AS reports\nFROM indicator_values\n"
        f"WHERE {_within(choice, '')} AND year = :year AND value IS NOT NULL\n"
        "GROUP BY bin ORDER BY bin"
    )
    return Query(sql, _values(choice))


def reports_query(choice: Choice) -> Query:
    """How many reports of the year there are, with the share or without: reports."""
    within = _within(choice, "").replace("indicator = :indicator AND ", "")
    return Query(
        f"SELECT count(*) AS reports FROM indicators WHERE {within} AND year = :year",
        _values(choice),
    )


def _within(choice: Choice, table: str) -> str:
    """The condition for the chosen governments, or departments, in the chosen place. A place's code
    begins all codes in it, so that they lie between it and it with the sign after 9."""
    conditions = [f"{table}indicator = :indicator"]
    if choice.level == DEPARTMENT:
        conditions.append(f"{table}kind = 'department'")
    else:
        conditions += [f"{table}level = :level", f"{table}kind IN {GOVERNMENTS}"]
    if choice.place:
        above = ">=" if choice.level == DEPARTMENT else ">"
        conditions += [
            f"{table}division {above} :place",
            f"{table}division < :place || ':'",
        ]
    return " AND ".join(conditions)


def _values(choice: Choice) -> dict[str, Any]:
    return {
        "indicator": choice.indicator.code,
        "level": choice.level,
        "place": choice.place_code,
        "mark": choice.mark,
        "first": choice.first,
        "last": choice.last,
        "year": choice.year,
    }
