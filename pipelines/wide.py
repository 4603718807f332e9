"""The figures of all forms as columns of one row: their names and their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipelines.reading.form import load_forms
from pipelines.reading.form_file import TableName
from pipelines.reading.form_table import Column, Row

_ORDER: tuple[TableName, ...] = ("disclosure", "applications", "proceedings")


@dataclass(frozen=True)
class WideColumn:
    """One figure: the name of its column; table, row and column of the form where it stands."""

    name: str
    table: TableName
    row: Row
    column: Column


@lru_cache(maxsize=1)
def wide_columns() -> tuple[WideColumn, ...]:
    """Every figure of every form once: table by table, the newest form's in the order of print,
    then what only older forms have. No two figures share a name."""
    found: dict[str, WideColumn] = {}
    tables = [table for form in load_forms() for table in form.tables]
    for table in sorted(tables, key=lambda table: _ORDER.index(table.name)):
        for row in table.rows:
            for column in row.columns:
                name = f"{row.code}_{column.code}"
                found.setdefault(name, WideColumn(name, table.name, row, column))
    return tuple(found.values())


def row_codes(table: TableName) -> tuple[str, ...]:
    """The codes of a table's rows over all forms, in the order of ``wide_columns``."""
    return tuple(dict.fromkeys(wide.row.code for wide in wide_columns() if wide.table == table))
