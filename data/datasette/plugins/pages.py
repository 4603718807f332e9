"""What the home page, a row's page and a report's page show beyond Datasette's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request

from pipelines.columns import row_text, value_texts
from pipelines.report import APPLICANTS, RESULTS
from pipelines.statements import load_statements
from pipelines.wide import wide_columns

DATABASE = "gongkai"
_COUNTS = """
SELECT (SELECT count(*) FROM reports WHERE current = 1) AS reports,
    (SELECT count(DISTINCT division) FROM reports WHERE current = 1) AS divisions,
    (SELECT count(*) FROM publishers) AS publishers,
    (SELECT count(*) FROM captures) AS captures,
    (SELECT count(*) FROM findings JOIN reports ON reports.id = report WHERE current = 1)
        AS findings,
    (SELECT count(*) FROM reports WHERE current = 1 AND synthetic = 1) AS synthetic
"""
_YEARS = """
SELECT year, count(*) AS reports FROM reports WHERE current = 1 AND year IS NOT NULL
GROUP BY year ORDER BY year
"""
_RUNS = """
SELECT runs.id, portals.name, started, finished, requests, new, changed, unchanged, gone, blocked,
    errors
FROM runs JOIN portals ON portals.id = runs.portal ORDER BY runs.id DESC LIMIT 5
"""
_FIGURES = """
SELECT part, item, measure, value, raw, absence, table_id, "row", "column" FROM figures
WHERE report = ?
"""
_ATTACHMENTS = """
SELECT c.url AS url, a.text AS text, c.id AS capture, c.outcome AS outcome,
    EXISTS (SELECT 1 FROM tables AS t WHERE t.report = :report AND t.capture = c.id) AS is_source
FROM captures AS c LEFT JOIN attachments AS a ON a.report = :report AND a.url = c.url
WHERE c.part_of = :capture AND c.outcome != 'redirect'
UNION ALL
SELECT a.url, a.text, NULL, NULL, 0 FROM attachments AS a WHERE a.report = :report
    AND NOT EXISTS (SELECT 1 FROM captures AS c WHERE c.part_of = :capture AND c.url = a.url)
"""


@hookimpl
def extra_template_vars(
    view_name: str, database: str | None, table: str | None, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    if view_name == "index":
        return lambda: _home(datasette, request)
    if view_name == "row" and database and table:
        key = [tilde_decode(part) for part in request.url_vars["pks"].split(",")]
        return lambda: _row(datasette, database, table, key)
    return None


async def _home(datasette: Datasette, request: Request) -> dict[str, Any]:
    """Counts, reports by year, latest runs and saved queries; nothing where there is no archive."""
    if DATABASE not in datasette.databases:
        return {"archive": None}
    database = datasette.get_database(DATABASE)
    queries = await datasette.get_canned_queries(DATABASE, request.actor)
    return {
        "archive": {
            "name": DATABASE,
            "counts": (await _select(database, _COUNTS))[0],
            "years": await _select(database, _YEARS),
            "runs": await _select(database, _RUNS),
            "queries": list(queries.values()),
        }
    }


async def _row(datasette: Datasette, database: str, table: str, key: list[str]) -> dict[str, Any]:
    """Names for the rows that this row refers to; for a report, its printed tables and findings."""
    db = datasette.get_database(database)
    names = await db.primary_keys(table)
    condition = " AND ".join(f'"{name}" = ?' for name in names)
    rows = await _select(db, f'SELECT * FROM "{table}" WHERE {condition}', key) if names else []
    labels: dict[str, str] = {}
    for reference in await db.foreign_keys_for_table(table):
        column = reference["column"]
        if rows and rows[0][column] is not None:
            found = await datasette.expand_foreign_keys(database, table, column, [rows[0][column]])
            labels[column] = str(next(iter(found.values()), None) or "")
    extra: dict[str, Any] = {"reference_labels": labels}
    if table == "reports" and rows:
        key = [rows[0]["id"]]
        extra["printed"] = _printed(await _select(db, _FIGURES, key))
        extra["findings"] = await _select(
            db, "SELECT * FROM findings WHERE report = ? ORDER BY position", key
        )
        extra["versions"] = await _select(
            db,
            "SELECT id, version, first_seen, current FROM reports"
            " WHERE url = (SELECT url FROM reports WHERE id = ?) ORDER BY version",
            key,
        )
        for part in ("dates", "statistics", "statements"):
            extra[part] = await _select(
                db, f"SELECT * FROM {part} WHERE report = ? ORDER BY position", key
            )
        extra["date_kinds"] = value_texts()["kind"]
        extra["attachments"] = await _select(
            db, _ATTACHMENTS, {"report": rows[0]["id"], "capture": rows[0]["capture"]}
        )
        extra["statement_names"] = {entry.code: entry.zh for entry in load_statements()}
        extra["sections"] = await _select(
            db, "SELECT * FROM sections WHERE report = ? ORDER BY position", key
        )
    return extra


def _printed(figures: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures as the form lays them out: rows with a label and a figure (or None) a column."""
    found = {(f["part"], f["item"], f["measure"]): f for f in figures}
    headings = {(wide.table, wide.column.code): wide.column for wide in wide_columns()}
    tables: dict[str, Any] = {"disclosure": []}
    for wide in wide_columns():
        key = (wide.table, wide.row.code, wide.column.code)
        if wide.table == "disclosure" and key in found:
            tables["disclosure"].append((wide, found[key]))
    for name, columns in (("applications", APPLICANTS), ("proceedings", RESULTS)):
        rows = {wide.row.code: row_text(wide) for wide in wide_columns() if wide.table == name}
        tables[name] = {
            "columns": [headings[name, column] for column in columns],
            "rows": [
                (text, [found.get((name, code, column)) for column in columns])
                for code, text in rows.items()
                if any((name, code, column) in found for column in columns)
            ],
        }
    return tables


async def _select(
    database: Database, sql: str, values: list[Any] | dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    return [dict(row) for row in (await database.execute(sql, values or [])).rows]
