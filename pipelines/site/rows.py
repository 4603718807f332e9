"""Rows of the database for a template."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

Values = Sequence[Any] | Mapping[str, Any]
Row = dict[str, Any]


def select(conn: sqlite3.Connection, sql: str, values: Values = ()) -> list[Row]:
    """All rows of a query, each as column → value."""
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def select_one(conn: sqlite3.Connection, sql: str, values: Values = ()) -> Row | None:
    """The first row of a query."""
    return next(iter(select(conn, sql, values)), None)
