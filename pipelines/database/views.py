"""The views of the database: what is computed from the tables, written once as SQL.

A view holds no data; of the heavy ones the published snapshot has tables (site_tables.py). Their
columns are described, with those of the tables, in data/columns.yml.
"""

from __future__ import annotations

from pipelines.database.count_views import (
    archive_totals_view,
    coverage_counts_view,
    finding_counts_view,
    refusal_counts_view,
    report_counts_view,
)
from pipelines.database.history_views import EVENTS, SIGHTINGS
from pipelines.database.indicator_views import (
    GOVERNMENTS,
    indicator_spreads_view,
    indicator_values_view,
    indicators_view,
    panel_view,
)
from pipelines.reading.report import APPLICANTS, RESULTS
from pipelines.wide import wide_columns

REPORT_KEYS = (
    "r.id",
    "r.title",
    "r.year",
    "r.form",
    "r.division",
    "d.name AS division_name",
    "r.publisher",
    "p.name AS publisher_name",
    "r.published_at",
    "r.signed_on",
    "r.url",
    "r.version",
    "r.first_seen",
    "r.last_seen",
    "r.gone_at",
    "r.synthetic",
)
"""What report_wide says of a report before its figures."""

REPORT_FROM = """
FROM reports AS r
LEFT JOIN divisions AS d ON d.code = r.division
LEFT JOIN publishers AS p ON p.id = r.publisher
WHERE r.current = 1
""".strip()
"""The reports that report_wide has a row of."""


def view_definitions() -> dict[str, str]:
    """View name → its CREATE VIEW statement, in an order in which each may use those before it."""
    return {
        "figures": f"CREATE VIEW figures AS {_figures()}",
        "report_wide": f"CREATE VIEW report_wide AS {_report_wide()}",
        "indicators": f"CREATE VIEW indicators AS {indicators_view()}",
        "indicator_values": f"CREATE VIEW indicator_values AS {indicator_values_view()}",
        "indicator_spreads": f"CREATE VIEW indicator_spreads AS {indicator_spreads_view()}",
        "coverage": f"CREATE VIEW coverage AS {_COVERAGE}",
        "panel": f"CREATE VIEW panel AS {panel_view()}",
        "coverage_counts": f"CREATE VIEW coverage_counts AS {coverage_counts_view()}",
        "report_counts": f"CREATE VIEW report_counts AS {report_counts_view()}",
        "finding_counts": f"CREATE VIEW finding_counts AS {finding_counts_view()}",
        "refusal_counts": f"CREATE VIEW refusal_counts AS {refusal_counts_view()}",
        "archive_totals": f"CREATE VIEW archive_totals AS {archive_totals_view()}",
        "events": f"CREATE VIEW events AS {EVENTS}",
        "sightings": f"CREATE VIEW sightings AS {SIGHTINGS}",
    }


def _report_wide() -> str:
    """One row a current report. Each figure is its own subquery by primary key: SQLite then looks
    up only the figures that a query uses, which one large join or aggregation would not allow."""
    figures = []
    for wide in wide_columns():
        row, column = wide.row.code, wide.column.code
        if wide.table == "disclosure":
            wanted = f"SELECT value FROM disclosure WHERE report = r.id AND item = '{row}'"
            figures.append(f"({wanted} AND measure = '{column}') AS {wide.name}")
        else:
            key = "outcome" if wide.table == "applications" else "route"
            wanted = f"SELECT {column} FROM {wide.table} WHERE report = r.id AND {key} = '{row}'"
            figures.append(f"({wanted}) AS {wide.name}")
    columns = ",\n".join([*REPORT_KEYS, *figures])
    return f"SELECT\n{columns}\n{REPORT_FROM}"


def _figures() -> str:
    """Every figure as a row of its own, with what was printed and where."""
    capture = "coalesce(t.capture, (SELECT capture FROM reports WHERE id = f.report))"
    confidence = _confidence("f.row", 'f."column"')
    parts = [
        "SELECT f.report AS report, 'disclosure' AS part, f.item AS item, f.measure AS measure,"
        " f.value AS value, f.unit AS unit, f.raw AS raw, f.absence AS absence,"
        ' f.table_id AS table_id, t.number AS table_number, f.row AS row, f."column" AS "column",'
        f" {confidence} AS confidence, {capture} AS capture"
        " FROM disclosure AS f LEFT JOIN tables AS t ON t.id = f.table_id"
    ]
    for table, key, names in (
        ("applications", "outcome", APPLICANTS),
        ("proceedings", "route", RESULTS),
    ):
        for index, name in enumerate(names):
            row, column, raw = (f"json_extract(f.cells, '$[{index}][{n}]')" for n in range(3))
            cell = f"json_extract(t.cells, '$[' || {row} || '][' || {column} || ']')"
            parts.append(
                f"SELECT f.report, '{table}', f.{key}, '{name}', f.{name}, NULL,"
                f" coalesce({raw}, {cell}), json_extract(f.absences, '$[{index}]'),"
                f" f.table_id, t.number, {row}, {column},"
                f" {_confidence(row, column)}, {capture}"
                f" FROM {table} AS f LEFT JOIN tables AS t ON t.id = f.table_id"
            )
    parts.append(
        "SELECT f.report, 'statistics', coalesce(f.code, f.label), f.scope, f.value, f.unit, f.raw,"
        ' f.absence, f.table_id, t.number, f.row, f."column",'
        f" {confidence}, {capture} FROM statistics AS f LEFT JOIN tables AS t ON t.id = f.table_id"
    )
    return "\nUNION ALL ".join(parts)


def _confidence(row: str, column: str) -> str:
    """How sure OCR is of a cell; null where it did not read the table, or the cell has no ink."""
    return f"json_extract(t.readings, '$[' || {row} || '][' || {column} || '][0][1]')"


_COVERAGE = f"""
WITH years AS (
    SELECT DISTINCT year FROM reports WHERE current = 1 AND year IS NOT NULL
),
places AS (
    SELECT division FROM portals WHERE division IS NOT NULL
    UNION SELECT divisions.code FROM portals JOIN divisions ON divisions.parent = portals.division
        WHERE divisions.level = 'township'
    UNION SELECT division FROM reports WHERE current = 1 AND division IS NOT NULL
),
own AS (
    SELECT r.division, r.year,
        coalesce(min(CASE WHEN r.gone_at IS NULL THEN r.id END), min(r.id)) AS report,
        min(substr(r.published_at, 1, 10)) AS published_on,
        CASE WHEN min(r.gone_at IS NOT NULL) THEN max(r.gone_at) END AS gone_at,
        max(r.moved_to IS NOT NULL) AS moved,
        min(EXISTS (SELECT 1 FROM findings AS f
            WHERE f.report = r.id AND f."check" = 'dates.published_late')) AS late,
        max(r.year < 2019
            OR EXISTS (SELECT 1 FROM applications AS a WHERE a.report = r.id)) AS readable
    FROM reports AS r JOIN publishers AS p ON p.id = r.publisher
    WHERE r.current = 1 AND p.kind IN {GOVERNMENTS}
    GROUP BY r.division, r.year
)
SELECT places.division, divisions.name, divisions.level, years.year,
    CASE
        WHEN own.report IS NULL OR own.gone_at IS NOT NULL THEN 'missing'
        WHEN NOT own.readable THEN 'unreadable'
        WHEN own.late THEN 'late'
        WHEN own.moved THEN 'moved'
        ELSE 'published'
    END AS status,
    own.published_on, own.report, own.gone_at
FROM places
JOIN divisions ON divisions.code = places.division
CROSS JOIN years
LEFT JOIN own ON own.division = places.division AND own.year = years.year
""".strip()
"""The government of each division that has a portal, lies right below one as a township, or has
published; in each year of which any report is known. ``missing``: it stands nowhere today; where it
once did, ``gone_at`` says since when not, and ``report`` is what the archive has. ``unreadable``: a
report of 2019 or later without its table of applications, which the form has prescribed since.
``late``: after the deadline of data/deadlines.yml, by the check dates.published_late, at whichever
address it stood first. ``moved``: in time and readable, but at another address than the one at
which it was first seen."""
