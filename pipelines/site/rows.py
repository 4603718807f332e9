"""Rows of the database for a template."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.database.file import select

Values = Sequence[Any] | Mapping[str, Any]
Row = dict[str, Any]


def select_one(conn: sqlite3.Connection, sql: str, values: Values = ()) -> Row | None:
    """The first row of a query."""
    return next(iter(select(conn, sql, values)), None)
