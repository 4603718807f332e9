"""What one database says differently than another made from the same archive, cell by cell.

Reports have the same id in both, that of their first capture, so rows are compared report by
report. Which reports differ at all is found by joining the tables on their keys, which takes no
memory; only those are then looked at closely.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from pipelines.database.file import open_to_read
from pipelines.database.replace import report_tables

_NAMES = {
    "findings": ("check", "where"),
    "dates": ("kind", "label"),
    "statistics": ("form", "label", "scope"),
    "statements": ("code",),
    "tables": ("number",),
    "changes": ("part", "field"),
}
"""What names a row of a report where its key is but its place: one row more at the beginning must
not make all that follow differ. Rows of the same name are told apart by their order."""

_APART = {"reports": {"fingerprint"}, "captures": {"portal", "run"}}
"""Columns that say nothing of a page: a digest of what the other columns say, and whose it is."""

_OF_ALL = {"reports": {"gone_at", "moved_to"}}
"""Columns that only a database of all addresses can have right; and so are findings that another
capture proves."""

_PLACES = {"id", "position", "report"}
"""Columns of a named row that its name stands for."""

Row = dict[str, Any]


class Difference(NamedTuple):
    """One cell that was read as ``before`` and is read as ``after``.

    ``report`` is its id, or for the table ``captures`` the id of the capture; ``row`` names the row
    in its table, as "received" or "1.4" (table and row of the page, from 0); ``column`` is None for
    a whole row that only one side has, whose values are then on that side, and the other is None.
    """

    report: int
    url: str
    table: str
    row: str
    column: str | None
    before: Any
    after: Any


def compare_databases(before: Path, after: Path) -> Iterator[Difference]:
    """The differences between two databases, report by report in the order of their captures. Where
    ``after`` has a table ``remade``, only the addresses in it are compared."""
    conn = open_to_read(before)
    try:
        conn.execute("ATTACH ? AS after", [f"file:{quote(str(after.resolve()))}?mode=ro"])
        conn.execute("CREATE TEMP TABLE differing (id INTEGER, name TEXT, PRIMARY KEY (id, name))")
        partly = conn.execute("SELECT 1 FROM after.sqlite_master WHERE name = 'remade'").fetchone()
        tables = report_tables(conn)
        for table in ("captures", "reports", *tables):
            _find_differing(conn, table, bool(partly))
        for id, table in conn.execute("SELECT id, name FROM differing ORDER BY id, name"):
            yield from _compare(conn, id, table, tables, bool(partly))
    finally:
        conn.close()


def _find_differing(conn: sqlite3.Connection, table: str, partly: bool) -> None:
    """Note the reports (of the table ``captures``: the captures) whose rows are not the same."""
    columns, key = _columns(conn, table, partly)
    id = "report" if "report" in columns else "id"
    proved = "one.capture IS NOT NULL" if partly and table == "findings" else "false"
    same_key = " AND ".join(f'one."{name}" = other."{name}"' for name in key)
    unlike = " OR ".join(f'one."{name}" IS NOT other."{name}"' for name in columns)
    missing = f'other."{key[0]}" IS NULL'
    of = "captures" if table == "captures" else "reports"
    for here, there, condition in (
        ("main", "after", f"{missing} OR {unlike}"),
        ("after", "main", missing),
    ):
        compared = (
            f"one.{id} IN (SELECT id FROM {here}.{of} WHERE url IN (SELECT url FROM after.remade))"
            if partly and here == "main"
            else "true"
        )
        conn.execute(
            f"INSERT OR IGNORE INTO differing SELECT one.{id}, '{table}' FROM {here}.{table} AS one"
            f" LEFT JOIN {there}.{table} AS other ON {same_key} WHERE {compared} AND NOT {proved}"
            f" AND ({condition})"
        )


def _columns(conn: sqlite3.Connection, table: str, partly: bool) -> tuple[list[str], list[str]]:
    """The columns that are compared, and those of the primary key."""
    rows = conn.execute(f"SELECT name, pk FROM main.pragma_table_info('{table}')").fetchall()
    apart = _APART.get(table, set()) | (_OF_ALL.get(table, set()) if partly else set())
    return [name for name, _ in rows if name not in apart], [name for name, pk in rows if pk]


def _compare(
    conn: sqlite3.Connection, id: int, table: str, tables: list[str], partly: bool
) -> Iterator[Difference]:
    of = "captures" if table == "captures" else "reports"
    sides = [
        conn.execute(f"SELECT url FROM {side}.{of} WHERE id = ?", [id]).fetchone()
        for side in ("main", "after")
    ]
    if table in tables and None in sides:
        return  # The report as a whole is on one side only: said once, of the table ``reports``.
    url = next(side[0] for side in sides if side is not None)
    before, after = (_rows(conn, side, table, id, partly) for side in ("main", "after"))
    for name in {**before, **after}:
        row = ".".join(str(part) for part in name)
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield Difference(id, url, table, row, None, one, other)
            continue
        for column in one:
            if one[column] != other[column]:
                yield from _cells(
                    Difference(id, url, table, row, column, one[column], other[column])
                )


def _rows(
    conn: sqlite3.Connection, side: str, table: str, id: int, partly: bool
) -> dict[tuple[Any, ...], Row]:
    """The rows of a report by their names."""
    columns, key = _columns(conn, table, partly)
    of = "report" if "report" in columns else "id"
    order = ["position"] if "position" in columns else key
    cursor = conn.execute(
        f"SELECT {_quoted(columns)} FROM {side}.{table} WHERE {of} = ? ORDER BY {_quoted(order)}",
        [id],
    )
    named = _NAMES.get(table) or tuple(name for name in key if name not in ("report", "id"))
    seen: Counter[tuple[Any, ...]] = Counter()
    rows: dict[tuple[Any, ...], Row] = {}
    for values in cursor:
        row = dict(zip(columns, values, strict=True))
        if partly and table == "findings" and row["capture"] is not None:
            continue
        name = tuple(row[part] for part in named)
        seen[name] += 1
        rows[name if seen[name] == 1 else (*name, seen[name])] = {
            column: value
            for column, value in row.items()
            if column not in named and column not in _PLACES
        }
    return rows


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _cells(difference: Difference) -> Iterator[Difference]:
    """A grid of the page cell by cell, where it has the same shape on both sides."""
    if difference.table != "tables" or difference.column != "cells":
        yield difference
        return
    before, after = json.loads(difference.before), json.loads(difference.after)
    if [len(row) for row in before] != [len(row) for row in after]:
        yield difference
        return
    for number, (one, other) in enumerate(zip(before, after, strict=True)):
        for column, (was, now) in enumerate(zip(one, other, strict=True)):
            if was != now:
                yield difference._replace(
                    row=f"{difference.row}.{number}", column=str(column), before=was, after=now
                )
