"""What a published snapshot holds beyond the live database, so that its pages stay fast.

The views that compute more than a page can wait for become tables of the same name and columns,
with an index for each column that pages filter or count by; and how many rows each table has, and
each value that table pages count by (facets), is counted once. A query written for the views runs
on both. A snapshot is never written to again, so nothing here ever goes out of date.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.indicators import load_indicators
from pipelines.progress import Advance, silent
from pipelines.report import APPLICANTS, RESULTS
from pipelines.wide_rows import wide_rows
from pipelines.yaml_file import read_yaml

METADATA = Path(__file__).resolve().parent.parent / "data" / "datasette" / "metadata.yml"

KEPT_VALUES = 100
"""The most frequent values of a facet that are kept: eight times as many as a page shows."""

COUNTED = "counted"
"""The type of a facet in metadata.yml whose counts over the whole table are made in advance."""


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
    "report_wide": SiteTable("id", _REPORT, ("year", "form", "division, year", "publisher")),
    "indicators": SiteTable(
        "id", _REPORT, ("year", "form", "division, year", "publisher", "level, year", "kind")
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
        ("status, year", "year, status", "level, year, status"),
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


GONE_INDEX = (
    "CREATE INDEX reports_gone ON reports(gone_at, division)"
    " WHERE current = 1 AND gone_at IS NOT NULL"
)
"""For the latest reports that are gone from a place, however many lie below it."""
_ONLY_HERE = (
    *("row_counts", "facet_counts"),
    *("search_index", "search_documents", "search_ranges", "search_common"),
)

_VIEW_COUNTS = {
    "panel": "SELECT count(*) FROM coverage",
    "figures": "SELECT (SELECT count(*) FROM disclosure)"
    f" + {len(APPLICANTS)} * (SELECT count(*) FROM applications)"
    f" + {len(RESULTS)} * (SELECT count(*) FROM proceedings)"
    " + (SELECT count(*) FROM statistics)",
    "indicator_values": "SELECT coalesce(sum({}), 0) FROM indicators".format(
        " + ".join(
            f"({entry.numerator} IS NOT NULL AND {entry.denominator} IS NOT NULL)"
            for entry in load_indicators()
        )
    ),
}
"""How many rows a view has, where going through them would take minutes."""


def make_site_tables(conn: sqlite3.Connection, advance: Advance = silent) -> None:
    """Turn the views of ``TABLES`` into tables, in a copy that nobody reads yet. ``advance`` is
    told how many of them are made."""
    for done, (name, table) in enumerate(TABLES.items()):
        advance(done, len(TABLES), name)
        _make_table(conn, name, table)
    conn.execute(GONE_INDEX)


def remove_site_tables(conn: sqlite3.Connection) -> None:
    """Take out of a snapshot what it has beyond a live database, where one is put in its place (a
    backup). To be called in a transaction, with the views that are left made anew."""
    for name in (*TABLES, *_ONLY_HERE):
        conn.execute(f"DROP TABLE IF EXISTS {name}")
    conn.execute("DROP INDEX IF EXISTS reports_gone")


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


def count_rows(conn: sqlite3.Connection) -> None:
    """Count the rows of every table and view, and the values of each facet of metadata.yml that is
    marked as counted: ``row_counts`` and ``facet_counts``."""
    names = [
        name
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
        if not name.startswith(("sqlite_", "search_"))
    ]
    conn.execute(
        "CREATE TABLE row_counts (table_name TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID"
    )
    for name in names:
        count = _VIEW_COUNTS.get(name, f"SELECT count(*) FROM {name}")
        conn.execute(f"INSERT INTO row_counts SELECT ?, ({count})", [name])
    conn.execute(
        "CREATE TABLE facet_counts (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
        " position INTEGER NOT NULL, value, count INTEGER NOT NULL,"
        " PRIMARY KEY (table_name, column_name, position)) WITHOUT ROWID"
    )
    for table, column in counted_facets():
        if table in names:
            conn.execute(
                "INSERT INTO facet_counts SELECT ?, ?, row_number() OVER (), value, count FROM ("
                f'SELECT "{column}" AS value, count(*) AS count FROM {table}'
                f' WHERE "{column}" IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?)',
                [table, column, KEPT_VALUES],
            )


def counted_facets() -> list[tuple[str, str]]:
    """Table and column of every facet of metadata.yml that is marked as counted."""
    metadata: dict[str, Any] = read_yaml(METADATA)
    tables = metadata["databases"]["gongkai"]["tables"]
    return [
        (table, facet[COUNTED])
        for table, shown in tables.items()
        for facet in shown.get("facets", [])
        if isinstance(facet, dict) and COUNTED in facet
    ]
