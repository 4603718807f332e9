"""What a snapshot has counted already, of what Datasette asks it to count (site_counts.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ALL = re.compile(r"select count\(\*\) from \[?(\w+)\]? ?")
"""How Datasette asks for the number of rows of a whole table or view."""

_SOME = re.compile(r'select count\(\*\) from \[?(\w+)\]? where ["\[](\w+)["\]] = :p0 ')
"""How it asks for the rows with one value of a column."""


def counted(sql: str, values: Sequence[object]) -> tuple[str, list[object]] | None:
    """The query, with its values, that finds a count in the place of one that counts; it has no row
    where that was not counted. None for any other query."""
    if whole := _ALL.fullmatch(sql):
        return "SELECT rows FROM row_counts WHERE table_name = ?", [whole[1]]
    if some := _SOME.fullmatch(sql):
        return (
            "SELECT count FROM facet_values WHERE table_name = ? AND filter_column = ''"
            " AND filter_value = '' AND column_name = ? AND CAST(value AS TEXT) = ?",
            [*some.groups(), *values],
        )
    return None
