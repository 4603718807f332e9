"""What a published snapshot holds beyond the live database, so that its pages stay fast.

The views that compute more than a page can wait for become tables of the same name and columns,
with an index for each column that pages filter or count by; tables get the indexes that only pages
need. A query written for the views runs on both. A snapshot is never written to again, so nothing
here ever goes out of date.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from pipelines.database.site_counts import COUNT_TABLES
from pipelines.database.wide_rows import wide_rows
from pipelines.progress import Advance, silent


@dataclass(frozen=True, slots=True)
class SiteTable:
    """How a view becomes a table. ``key`` are the columns that tell its rows apart, "" where none
    do. ``texts`` are computed columns that hold codes, which must not turn into numbers;
    ``references`` say which table's key a column holds."""

    key: str
    references: dict[str, str]
    indexes: tuple[str, ...]
    texts: tuple[str, ...] = ()


_REPORT = {"division": "divisions(code)", "publisher": "publishers(id)"}

TABLES = {
    "report_wide": SiteTable(
        "id", _REPORT, ("year DESC, division, form", "form", "division, year", "publisher")
    ),
    "indicators": SiteTable(
        "id",
        _REPORT,
        (
            "year, form, level, kind",
            "form",
            "division, year",
            "publisher",
            "level, year",
            "kind",
        ),
    ),
    "indicator_spreads": SiteTable(
        "division, year, level, indicator",
        {},
        ("indicator, year, level", "year", "level"),
        ("division", "level", "indicator"),
    ),
    "coverage": SiteTable(
        "division, year",
        {"division": "divisions(code)", "report": "reports(id)"},
        ("status, year DESC, division, level", "year, status, level", "level, year, status"),
        ("division", "name", "level", "status", "published_on", "gone_at"),
    ),
    "coverage_counts": SiteTable(
        "division, year, level", {}, ("year", "level"), ("division", "level")
    ),
    "report_counts": SiteTable("division, year", {}, ("year",), ("division",)),
    "finding_counts": SiteTable('division, "check"', {}, ('"check"',), ("division", "check")),
    # A report whose year is not known counts too, so that no key tells the rows apart.
    "refusal_counts": SiteTable("", {}, ("division, year",), ("division",)),
    "archive_totals": SiteTable("reports", {}, ()),
    "events": SiteTable(
        "",
        {"report": "reports(id)", "capture": "captures(id)", "other": "reports(id)"},
        ("event", "at", "report", "url"),
        ("event",),
    ),
}
"""In an order in which each may read those before it as a table. ``indicator_values`` stays a view:
twenty rows a report would be more than all the figures take, and it reads ``indicators``, which is
a table."""


INDEXES = {
    # The latest reports that are gone from a place, however many lie below it.
    "reports_gone": "reports(gone_at, division, current) WHERE gone_at IS NOT NULL",
    # The orders of the table of reports, those that are alike by their numbers: it begins with the
    # latest, and may be filtered by form.
    "reports_latest": "reports(year DESC)",
    "reports_latest_current": "reports(current, year DESC)",
    "reports_latest_form": "reports(form, year DESC)",
    "reports_first_place": "reports(division)",
    "reports_last_place": "reports(division DESC)",
    # All facets of a table, so that those of a filtered one are counted without its wide rows; in
    # this order also the reports of the query sums_that_fail.
    "reports_facets": "reports(year DESC, division, form, publisher, current)",
    "captures_facets": "captures(outcome, reading)",
    "findings_facets": 'findings("check", severity, fault)',
    # The findings of the queries sums_that_fail and late_reports, the latter the latest first.
    "findings_sums": "findings(report, position) WHERE fault = 'source' AND severity = 'error'"
    " AND expected IS NOT NULL AND found IS NOT NULL",
    "findings_late": 'findings("check", julianday(found) - julianday(expected) DESC, report)'
    " WHERE \"check\" = 'dates.published_late'",
}
"""Indexes of tables of the live database, of which only pages have a use: name and definition."""

_ONLY_HERE = (
    *COUNT_TABLES,
    *("search_index", "search_documents", "search_ranges", "search_common"),
)


def make_site_tables(conn: sqlite3.Connection, advance: Advance = silent) -> None:
    """Turn the views of ``TABLES`` into tables, in a copy that nobody reads yet. ``advance`` is
    told how many of them are made."""
    for done, (name, table) in enumerate(TABLES.items()):
        advance(done, len(TABLES), name)
        _make_table(conn, name, table)
    for name, definition in INDEXES.items():
        conn.execute(f"CREATE INDEX {name} ON {definition}")


def remove_site_tables(conn: sqlite3.Connection) -> None:
    """Take out of a snapshot what it has beyond a live database, where one is put in its place (a
    backup). To be called in a transaction, with the views that are left made anew."""
    for name in (*TABLES, *_ONLY_HERE):
        conn.execute(f"DROP TABLE IF EXISTS {name}")
    for name in INDEXES:
        conn.execute(f"DROP INDEX IF EXISTS {name}")


def _make_table(conn: sqlite3.Connection, name: str, table: SiteTable) -> None:
    ((definition,),) = conn.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?", [name]
    )
    select = definition.partition(" AS ")[2]
    columns = conn.execute("SELECT name, type FROM pragma_table_info(?)", [name]).fetchall()
    lines = [f'"{column}" {_type(column, kind, table)}' for column, kind in columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({table.key})")
    lines += [f"FOREIGN KEY ({column}) REFERENCES {to}" for column, to in table.references.items()]
    # A key of one integer column is the row's number; of several, the table is clustered on it.
    clustered = " WITHOUT ROWID" if "," in table.key else ""
    conn.execute(f"DROP VIEW {name}")
    conn.execute(f"CREATE TABLE {name} (\n    {f',{chr(10)}    '.join(lines)}\n){clustered}")
    if name == "report_wide":
        marks = ", ".join("?" * len(columns))
        conn.executemany(f"INSERT INTO {name} VALUES ({marks})", wide_rows(conn))
    else:
        conn.execute(f"INSERT INTO {name} {select}")
    for number, indexed in enumerate(table.indexes):
        conn.execute(f"CREATE INDEX {name}_{number} ON {name}({indexed})")


def _type(column: str, kind: str, table: SiteTable) -> str:
    return kind or ("TEXT" if column in table.texts else "NUMERIC")
