"""What a reader's SQL may use up beside time.

The time limit is looked at between the steps of a query. One step can make a value of a gigabyte
(``zeroblob``, ``printf``, ``i || i``), which takes a minute and the memory of the machine.
"""

from __future__ import annotations

import sqlite3

from datasette import hookimpl

LARGEST_VALUE = 32_000_000
"""Bytes of a value, or of a row: several times the longest text that is archived of a report."""


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
