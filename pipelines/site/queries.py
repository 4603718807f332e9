"""A query that a page shows its reader: what it ran itself, and the addresses that run it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipelines.database.file import select
from pipelines.site.rows import Row


@dataclass(frozen=True)
class Query:
    """SQL with named parameters, and their values."""

    sql: str
    values: Mapping[str, Any]

    def run(self, conn: sqlite3.Connection) -> list[Row]:
        """All rows, each as column → value."""
        return select(conn, self.sql, self.values)

    def address(self, base: str, format: str = "") -> str:
        """Where Datasette runs it for everybody: its SQL page, or CSV with the ``format`` ".csv".
        Values that the SQL does not name are left out, as Datasette takes them for its own."""
        named = {name: value for name, value in self.values.items() if f":{name}" in self.sql}
        return f"{base.rstrip('/')}/gongkai{format}?{urlencode({'sql': self.sql} | named)}"
