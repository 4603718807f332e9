"""What a snapshot has counted already, of what Datasette asks it to count (site_counts.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.database.site_counts import filter_key

_ALL = re.compile(r"select count\(\*\) from \[?(\w+)\]? ?")
"""How Datasette asks for the number of rows of a whole table or view."""

_SOME = re.compile(
    r'select count\(\*\) from \[?(\w+)\]? where ((?:["\[]\w+["\]] = :p\d+(?: and )?)+) '
)
"""How it asks for the rows with one value of a column, or of several."""

_COLUMN = re.compile(r'["\[](\w+)["\]] = :p')


def counted(sql: str, values: Sequence[object]) -> tuple[str, list[object]] | None:
    """The query, with its values, that finds a count in the place of one that counts; it has no row
    where that was not counted. None for any other query."""
    if whole := _ALL.fullmatch(sql):
        return "SELECT rows FROM row_counts WHERE table_name = ?", [whole[1]]
    some = _SOME.fullmatch(sql)
    if some and len(columns := _COLUMN.findall(some[2])) == len(values):
        *others, (column, value) = sorted(zip(columns, map(str, values), strict=True))
        return (
            "SELECT count FROM facet_values WHERE table_name = ? AND filter = ?"
            " AND column_name = ? AND CAST(value AS TEXT) = ?",
            [some[1], filter_key(others), column, value],
        )
    return None
