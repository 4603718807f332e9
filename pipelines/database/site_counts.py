"""What is counted once when a snapshot is published: the rows of each table, and its facets.

Facets are those that metadata.yml marks as counted, over the whole table, over the rows of each
frequent value, and over those of two frequent values of two facets, as pages link them. What is
rarer has so few rows that they are counted when asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from pipelines.indicators import load_indicators
from pipelines.reading.report import APPLICANTS, RESULTS
from pipelines.yaml_file import read_yaml

METADATA = Path(__file__).resolve().parents[2] / "data" / "datasette" / "metadata.yml"

COUNTED = "counted"
"""The type of a facet in metadata.yml whose counts are made in advance."""

KEPT_VALUES = 200
"""The most frequent values of a facet that a page shows at most. One more is kept, so that it can
say that there are more."""

FREQUENT = 2_000
"""Rows of a value from which on the facets of a table filtered by it are counted in advance."""

COUNT_TABLES = ("row_counts", "facet_values")

_VIEW_COUNTS = {
    "panel": "SELECT count(*) FROM coverage",
    "figures": "SELECT (SELECT count(*) FROM disclosure)"
    f" + {len(APPLICANTS)} * (SELECT count(*) FROM applications)"
    f" + {len(RESULTS)} * (SELECT count(*) FROM proceedings)"
    " + (SELECT count(*) FROM statistics)",
    "indicator_values": "SELECT sum(count) FROM facet_values"
    " WHERE table_name = 'indicator_values' AND filter = ''",
}
"""How many rows a view has, where going through them would take minutes."""


def filter_key(chosen: Iterable[tuple[str, object]]) -> str:
    """How ``facet_values`` names the rows that have these values of these columns: ``form=2021`` or
    ``current=1&form=2021``; all rows are ``""``."""
    return "&".join(f"{column}={value}" for column, value in sorted(chosen))


def count_rows(conn: sqlite3.Connection) -> None:
    """Make ``COUNT_TABLES``: ``row_counts``, and ``facet_values`` with the values of each facet,
    the most frequent first, in the rows that ``filter`` names."""
    names = [
        name
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        )
        if not name.startswith(("sqlite_", "search_"))
    ]
    conn.execute(
        "CREATE TABLE facet_values (table_name TEXT NOT NULL, filter TEXT NOT NULL,"
        " column_name TEXT NOT NULL, position INTEGER NOT NULL, value, count INTEGER NOT NULL,"
        " PRIMARY KEY (table_name, filter, column_name, position)) WITHOUT ROWID"
    )
    _count_indicators(conn)
    for table, columns in counted_facets().items():
        if table in names:
            _count_facets(conn, table, columns)
    conn.execute(
        "CREATE TABLE row_counts (table_name TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID"
    )
    for name in names:
        count = _VIEW_COUNTS.get(name, f"SELECT count(*) FROM {name}")
        conn.execute(f"INSERT INTO row_counts SELECT ?, ({count})", [name])


def _count_indicators(conn: sqlite3.Connection) -> None:
    """Count the rows of ``indicator_values``, a view that each indicator is filtered by, in one
    pass over ``indicators`` instead of one for each."""
    entries = load_indicators()
    counts = conn.execute(
        "SELECT {} FROM indicators".format(
            ", ".join(
                f"count(CASE WHEN {entry.denominator} IS NOT NULL THEN {entry.numerator} END)"
                for entry in entries
            )
        )
    ).fetchone()
    conn.executemany(
        "INSERT INTO facet_values VALUES ('indicator_values', '', 'indicator', ?, ?, ?)",
        [
            (position, entry.code, count)
            for position, (entry, count) in enumerate(zip(entries, counts, strict=True), 1)
        ],
    )


def _count_facets(conn: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    for column in columns:
        _count(conn, table, (), column)
    frequent = [
        column
        for (column,) in conn.execute(
            "SELECT DISTINCT column_name FROM facet_values"
            " WHERE table_name = ? AND filter = '' AND count >= ?",
            [table, FREQUENT],
        )
    ]
    for chosen in [*combinations(sorted(frequent), 1), *combinations(sorted(frequent), 2)]:
        for column in columns:
            _count(conn, table, chosen, column)


def _count(conn: sqlite3.Connection, table: str, chosen: tuple[str, ...], column: str) -> None:
    """Count the values of a column in all rows, or in those of each frequent value, or each two
    frequent values, of the chosen columns."""
    values = [f'"{name}"' for name in (*chosen, column)]
    key = " || '&' || ".join(f"'{name}=' || \"{name}\"" for name in chosen) or "''"
    among = (
        f" AND \"{name}\" IN (SELECT value FROM facet_values WHERE table_name = '{table}'"
        f" AND filter = '' AND column_name = '{name}' AND count >= {FREQUENT})"
        for name in chosen
    )
    conn.execute(
        "INSERT INTO facet_values SELECT ?, filter, ?, position, value, count FROM ("
        " SELECT filter, value, count, row_number() OVER ("
        "PARTITION BY filter ORDER BY count DESC, value) AS position FROM ("
        f'SELECT {key} AS filter, "{column}" AS value, count(*) AS count FROM {table}'
        f' WHERE "{column}" IS NOT NULL{"".join(among)} GROUP BY {", ".join(values)}'
        ")) WHERE position <= ?",
        [table, column, KEPT_VALUES + 1],
    )


def counted_facets() -> dict[str, list[str]]:
    """The columns of the facets of metadata.yml that are marked as counted, by table."""
    metadata: dict[str, Any] = read_yaml(METADATA)
    return {
        table: [
            facet[COUNTED]
            for facet in shown.get("facets", [])
            if isinstance(facet, dict) and COUNTED in facet
        ]
        for table, shown in metadata["databases"]["gongkai"]["tables"].items()
    }
