"""The rows of report_wide in one pass over the figures, for a table of them.

The view looks each of its figures up by itself, which is right for a page of them and takes ten
times as long for all. Both give the same rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipelines.database.views import REPORT_FROM, REPORT_KEYS
from pipelines.reading.report import APPLICANTS, RESULTS
from pipelines.wide import wide_columns

Row = tuple[Any, ...]


def wide_rows(conn: sqlite3.Connection) -> Iterator[Row]:
    """Every row of report_wide, by the number of the report."""
    places = {
        (wide.table, wide.row.code, wide.column.code): number
        for number, wide in enumerate(wide_columns())
    }
    parts = [
        _figures(conn, "disclosure", "item, measure, value", places),
        _figures(conn, "applications", f"outcome, {', '.join(APPLICANTS)}", places),
        _figures(conn, "proceedings", f"route, {', '.join(RESULTS)}", places),
    ]
    heads = [next(part, None) for part in parts]
    for keys in conn.execute(f"SELECT {', '.join(REPORT_KEYS)} {REPORT_FROM} ORDER BY r.id"):
        values: list[Any] = [None] * len(places)
        for number, part in enumerate(parts):
            head = heads[number]
            while head is not None and head[0] < keys[0]:
                head = next(part, None)
            if head is not None and head[0] == keys[0]:
                for place, value in head[1]:
                    values[place] = value
            heads[number] = head
        yield (*keys, *values)


def _figures(
    conn: sqlite3.Connection, table: str, columns: str, places: dict[tuple[Any, Any, Any], int]
) -> Iterator[tuple[int, list[tuple[int, Any]]]]:
    """Each report of a table of the form with its figures and their places in the wide row."""
    names = columns.split(", ")[1:]
    rows = conn.execute(f"SELECT report, {columns} FROM {table} ORDER BY report")
    for report, group in groupby(rows, itemgetter(0)):
        if table == "disclosure":
            found = [((table, row, column), value) for _, row, column, value in group]
        else:
            found = [
                ((table, row, column), value)
                for _, row, *values in group
                for column, value in zip(names, values, strict=True)
            ]
        yield report, [(places[key], value) for key, value in found if key in places]
