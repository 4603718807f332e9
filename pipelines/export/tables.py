"""Which tables an export holds: their columns, types and keys, and the rows that are chosen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pipelines.columns import column_text
from pipelines.export.source import ExportError, Source

Labels = Literal["en", "zh"]
Row = tuple[Any, ...]

TABLES = (
    "divisions",
    "portals",
    "publishers",
    "runs",
    "captures",
    "reports",
    "sections",
    "tables",
    "disclosure",
    "applications",
    "proceedings",
    "statistics",
    "statements",
    "dates",
    "attachments",
    "findings",
    "changes",
    "report_wide",
    "figures",
    "indicators",
    "indicator_values",
    "panel",
)

_TYPES = {"INTEGER": "integer", "NUMERIC": "number", "TEXT": "string"}
_COMPUTED_TYPES = {
    "figures": {"part": "string", "capture": "integer"},
    "indicator_values": {"indicator": "string"},
    "panel": {
        "status": "string",
        "published_on": "string",
        "gone_at": "string",
        "report": "integer",
    },
}
"""Types of columns of views that SQLite declares none for and that hold no numbers, or whole ones;
a snapshot, where some views are tables, declares others."""

_PLACE_AND_PUBLISHER = {"division": ("divisions", "code"), "publisher": ("publishers", "id")}
_REPORT = {"report": ("reports", "id")}
_VIEW_REFERENCES = {
    "report_wide": {"id": ("reports", "id"), **_PLACE_AND_PUBLISHER},
    "figures": {**_REPORT, "table_id": ("tables", "id"), "capture": ("captures", "id")},
    "indicators": {"id": ("reports", "id"), **_PLACE_AND_PUBLISHER},
    "indicator_values": {**_REPORT, **_PLACE_AND_PUBLISHER},
    "panel": {**_REPORT, **_PLACE_AND_PUBLISHER},
}
"""What the columns of views refer to; a view declares no foreign keys of its own."""

_VIEW_KEYS = {
    "report_wide": ("id",),
    "figures": (),
    "indicators": ("id",),
    "indicator_values": ("report", "indicator"),
    "panel": ("division", "year"),
}
_IN_ORDER_OF_THEIR_TABLES = {"figures", "indicator_values"}
"""Views that are written in the order in which SQLite makes them: they are too long to be sorted,
and go through their tables by key."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its header in the file, its Frictionless type (``any`` where
    it holds numbers and texts), the table and column that it refers to."""

    name: str
    header: str
    type: str
    refers_to: tuple[str, str] | None


@dataclass(frozen=True)
class Table:
    """A table or view as it is exported; ``key`` are the names of the columns of its key."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def headers(self) -> list[str]:
        return [column.header for column in self.columns]


def describe(conn: sqlite3.Connection, name: str, labels: Labels) -> Table:
    """A table of a database with headers in English codes or in Chinese. Raises ExportError where
    the database, published by an earlier version, has none of the name."""
    info = conn.execute(f"PRAGMA table_info({name})").fetchall()
    if not info:
        raise ExportError(
            f"the database was published by an earlier version and has no {name}; "
            "`gongkai nightly` publishes it anew"
        )
    references = _VIEW_REFERENCES.get(name) or {
        column: (target, key)
        for _, _, target, column, key, *_ in conn.execute(f"PRAGMA foreign_key_list({name})")
    }
    columns = tuple(
        Column(
            column,
            column_text(name, column).zh if labels == "zh" else column,
            _type(name, column, declared),
            references.get(column),
        )
        for _, column, declared, *_ in info
    )
    declared_key = sorted((part, column) for _, column, _, _, _, part in info if part)
    key = _VIEW_KEYS.get(name, tuple(column for _, column in declared_key))
    return Table(name, columns, key)


def _type(table: str, column: str, declared: str) -> str:
    computed = _COMPUTED_TYPES.get(table, {}).get(column)
    # What a view computes otherwise are numbers; only a table declares no type on purpose.
    return computed or _TYPES.get(declared, "number" if table in _VIEW_KEYS else "any")


def read_rows(conn: sqlite3.Connection, table: Table, where: str | None) -> Iterator[Row]:
    """The rows of a table, in the order of its key; ``where`` as for ``selected``."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    order = ", ".join(f'"{name}"' for name in table.key)
    sql = f"SELECT {names} FROM {table.name}"
    if where:
        sql += _condition(table, where)
    if table.name not in _IN_ORDER_OF_THEIR_TABLES:
        sql += f" ORDER BY {order}"
    return conn.execute(sql)


def _condition(table: Table, where: str) -> str:
    if table.name == "panel":
        # What is missing has no report: the panel is that of the places and years chosen.
        chosen = f"reports WHERE id IN ({selected(where)})"
        return (
            f" WHERE division IN (SELECT division FROM {chosen})"
            f" AND year IN (SELECT year FROM {chosen})"
        )
    if table.name == "reports" or (table.key == ("id",) and table.name in _VIEW_KEYS):
        return f" WHERE id IN ({selected(where)})"
    if any(column.name == "report" for column in table.columns):
        return f" WHERE report IN ({selected(where)})"
    return ""


def selected(where: str | None) -> str:
    """The ids of the reports that a condition on the table reports holds for, as SQL."""
    # The line break ends a comment that the condition may end with.
    return f"SELECT id FROM reports WHERE ({where}\n)" if where else "SELECT id FROM reports"


def check_selection(source: Source, where: str | None) -> None:
    """Raises ExportError where a condition is none on reports, or no report fulfils it."""
    try:
        found = source.conn.execute(f"SELECT EXISTS ({selected(where)})").fetchone()[0]
    except sqlite3.Error as error:
        reason = str(error).splitlines()[0]
        raise ExportError(
            f"the condition {where!r} is not one on the table reports: {reason}"
        ) from error
    if not found and where is None:
        raise ExportError(f"there is no report yet in {source.path}; `gongkai crawl` finds some")
    if not found:
        raise ExportError(f"no report fulfils the condition {where!r}")
