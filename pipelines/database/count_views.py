"""The views that count: how many governments of a place have published, how many reports a place
has, what they refused and why, and what the archive holds in all."""

from __future__ import annotations

from pipelines.database.indicator_views import place_sql, places_sql

STATUSES = ("published", "late", "missing", "moved", "unreadable")


def coverage_counts_view() -> str:
    """The rows of ``coverage`` by place, year and level, one column a status."""
    statuses = ", ".join(f"sum(status = '{status}') AS {status}" for status in STATUSES)
    return f"""
SELECT {place_sql("division")} AS division, year, level, {statuses}, count(*) AS total
FROM coverage {places_sql("division")}
GROUP BY 1, year, level
""".strip()


def report_counts_view() -> str:
    """Current reports whose year is known, by place and year, with their findings."""
    return f"""
SELECT {place_sql("r.division")} AS division, r.year, count(*) AS reports,
    count(DISTINCT r.publisher) AS publishers, sum(r.findings) AS findings
FROM (
    SELECT division, year, publisher,
        (SELECT count(*) FROM findings WHERE report = reports.id) AS findings
    FROM reports WHERE current = 1 AND year IS NOT NULL
) AS r {places_sql("r.division")}
GROUP BY 1, r.year
""".strip()


def finding_counts_view() -> str:
    """The findings of current reports by place and check: how many, and in how many reports."""
    return f"""
SELECT {place_sql("f.division")} AS division, f."check", sum(f.findings) AS findings,
    count(*) AS reports
FROM (
    SELECT r.division, f.report, f."check", count(*) AS findings
    FROM findings AS f JOIN reports AS r ON r.id = f.report
    WHERE r.current = 1 GROUP BY f.report, f."check"
) AS f {places_sql("f.division")}
GROUP BY 1, 2
""".strip()


def refusal_counts_view() -> str:
    """Requests that current reports say were refused, by place, year and ground, from the column of
    totals. ``reports`` are those that print a number. Where the division is not known a report
    belongs to no place, the nation included."""
    return f"""
SELECT {place_sql("r.division")} AS division, r.year, a.outcome, sum(a.total) AS requests,
    count(a.total) AS reports
FROM applications AS a JOIN reports AS r ON r.id = a.report {places_sql("r.division", 9)}
WHERE r.current = 1 AND r.division IS NOT NULL AND a.outcome LIKE 'refused\\_%' ESCAPE '\\'
GROUP BY 1, r.year, a.outcome
""".strip()


def archive_totals_view() -> str:
    """One row: what the whole archive holds."""
    return """
SELECT count(*) AS reports,
    (SELECT count(*) FROM reports) AS versions,
    count(gone_at) AS gone,
    count(DISTINCT division) AS divisions,
    count(DISTINCT publisher) AS publishers,
    (SELECT count(*) FROM portals) AS portals,
    count(DISTINCT year) AS years,
    min(year) AS first_year,
    max(year) AS last_year,
    (SELECT count(*) FROM captures) AS captures,
    (SELECT count(*) FROM findings JOIN reports AS r ON r.id = report WHERE r.current = 1)
        AS findings,
    coalesce(sum(synthetic), 0) AS synthetic
FROM reports WHERE current = 1
""".strip()
