"""The views of the indicators: wide, long, and their spread over the places of a year."""

from __future__ import annotations

from pipelines.indicators import (
    count_sql,
    load_counts,
    load_indicators,
    share_sql,
    wilson_sql,
)

NATION = "00"
"""Stands for the whole country where a column names a place."""

GOVERNMENTS = "('government', 'township', 'street')"
"""The kinds of publishers that report for a division, not for a part of its government."""

PERCENTILES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}


def places_sql(division: str, most: int = 6) -> str:
    """A join that repeats each row for every place that its division lies in or is: the nation,
    then by the first two, four … digits of its code; a place has at most so many digits."""
    digits = ", ".join(f"({n})" for n in (0, 2, 4, 6, 9) if n <= most)
    return (
        f"JOIN (SELECT column1 AS digits FROM (VALUES {digits}))"
        f" ON digits <= length(coalesce({division}, ''))"
    )


def place_sql(division: str) -> str:
    """The code of the place that a row of ``places_sql`` is about."""
    return (
        f"CAST(CASE digits WHEN 0 THEN '{NATION}' ELSE substr({division}, 1, digits) END AS TEXT)"
    )


def indicators_view() -> str:
    """One row the report of a publisher and year. Of several at different addresses it is one that
    is still there, else the first seen; each without a publisher or a year stands for itself."""
    counts = ",\n    ".join(f"{count_sql(count)} AS {count.code}" for count in load_counts())
    shares = ",\n    ".join(
        f"{share_sql(entry.numerator, entry.denominator)} AS {entry.code}"
        for entry in load_indicators()
    )
    return f"""
SELECT *,
    {shares}
FROM (
    SELECT w.id, w.title, w.year, w.form, w.division, w.division_name, d.level, w.publisher,
    w.publisher_name, p.kind, w.synthetic,
    {counts}
    FROM report_wide AS w
    LEFT JOIN divisions AS d ON d.code = w.division
    LEFT JOIN publishers AS p ON p.id = w.publisher
    WHERE w.id IN (
        SELECT coalesce(min(CASE WHEN gone_at IS NULL THEN id END), min(id)) FROM reports
        WHERE current = 1 GROUP BY coalesce(publisher, id), coalesce(year, -id)
    )
)
""".strip()


def indicator_values_view() -> str:
    """One SELECT an indicator: of a condition on the indicator SQLite then runs only the one."""
    parts = []
    for entry in load_indicators():
        low, high = wilson_sql(entry.numerator, entry.denominator)
        parts.append(
            "SELECT id AS report, year, form, division, level, publisher, kind,"
            f" '{entry.code}' AS indicator, {entry.numerator} AS numerator,"
            f" {entry.denominator} AS denominator, {entry.code} AS value,"
            f" {low} AS low, {high} AS high FROM indicators"
            f" WHERE {entry.numerator} IS NOT NULL AND {entry.denominator} IS NOT NULL"
        )
    return "\nUNION ALL ".join(parts)


def panel_view() -> str:
    """The balanced panel: every place of ``coverage`` in every year, with the counts and shares of
    its government's report; null where there is none, or where the report lacks a figure."""
    codes = [count.code for count in load_counts()] + [share.code for share in load_indicators()]
    names = ", ".join(f"i.{code}" for code in codes)
    return f"""
SELECT c.division, c.name, c.level, c.year, c.status, c.published_on, c.gone_at, c.report, i.form,
    i.publisher, i.publisher_name, i.synthetic, {names}
FROM coverage AS c LEFT JOIN indicators AS i ON i.id = c.report
""".strip()


def indicator_spreads_view() -> str:
    """The percentiles of the governments of each level in each place, year by year. LIMIT -1 is no
    limit: without it SQLite sorts each indicator by itself, all at once and each in as much memory
    as one sort may take."""
    source = f"""
        SELECT {place_sql("division")} AS division, year, level, indicator, value
        FROM indicator_values {places_sql("division")}
        WHERE value IS NOT NULL AND year IS NOT NULL AND level IS NOT NULL
            AND kind IN {GOVERNMENTS} AND digits < length(division)
        LIMIT -1
    """.strip()
    return percentiles_sql("division, year, level, indicator", source)


def percentiles_sql(keys: str, source: str) -> str:
    """The percentiles of ``value`` in the rows of ``source``, for each of its ``keys``: keys,
    reports, p10 and so on. Interpolated linearly between the two nearest ranks, as NumPy and
    Excel's PERCENTILE.INC have them: each value counts by how near its rank is."""
    percentiles = ",\n    ".join(
        f"round(sum(value * max(0, 1 - abs(rank - {share} * (reports - 1)))), 4) AS {name}"
        for name, share in PERCENTILES.items()
    )
    return f"""
SELECT {keys}, max(reports) AS reports,
    {percentiles}
FROM (
    SELECT {keys}, value,
        row_number() OVER ranked - 1 AS rank,
        count(*) OVER (
            ranked ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS reports
    FROM (
        {source}
    )
    WINDOW ranked AS (PARTITION BY {keys} ORDER BY value)
)
GROUP BY {keys}
""".strip()
