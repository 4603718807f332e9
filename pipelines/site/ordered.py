"""A total order for the rows of a table's page.

Datasette sorts the first page of a table by the column that was asked for, and later pages by that
column and the key. Rows that are alike in the column then come in two orders, so that some are on
two pages and others on none, nor in the CSV of all rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BY_COLUMN = re.compile(r" order by (?:\w+|\[[^\]]+\])(?: desc)?(?= limit \d+$)")


def sorted_table(sql: str, path: str) -> str | None:
    """The table whose first page, sorted by a column, this query is for; None for any other query.
    ``path`` is that of the request."""
    name = path.rpartition("/")[2].partition(".")[0]
    is_of_table = f" from {name} " in sql or f" from [{name}] " in sql
    return name if is_of_table and _BY_COLUMN.search(sql) else None


def in_total_order(sql: str, key: Sequence[str]) -> str:
    """The query of a ``sorted_table`` with its rows in the order of later pages; ``key`` are the
    columns of the table's key, none for a view, whose pages are counted off."""
    columns = "".join(f", [{column}]" for column in key)
    return _BY_COLUMN.sub(lambda order: order[0] + columns, sql)
