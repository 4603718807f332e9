"""A total order for the rows of a table's page.

Datasette sorts the first page of a table by the column that was asked for, and later pages by that
column and the key. Rows that are alike in the column then come in two orders, so that some are on
two pages and others on none, nor in the CSV of all rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_FIRST_PAGE = re.compile(
    r"(?P<rows>select .+ from \[?(?P<table>\w+)\]? .*?order by [\[\"]?\w+[\]\"]?(?: desc)?)"
    r"(?P<limit> limit \d+)",
    re.DOTALL,
)


def sorted_table(sql: str, path: str) -> str | None:
    """The table whose first page, sorted by a column, this query is for; None for any other query.
    ``path`` is that of the request."""
    found = _FIRST_PAGE.fullmatch(sql)
    name = path.rpartition("/")[2].partition(".")[0]
    return name if found and found["table"] == name else None


def in_total_order(sql: str, key: Sequence[str]) -> str:
    """The query of a ``sorted_table`` with its rows in the order of later pages; ``key`` are the
    columns of the table's key, none for a view, whose pages are counted off."""
    found = _FIRST_PAGE.fullmatch(sql)
    if not found or not key:
        return sql
    columns = ", ".join(f"[{column}]" for column in key)
    return f"{found['rows']}, {columns}{found['limit']}"
