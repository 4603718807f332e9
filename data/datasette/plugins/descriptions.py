"""Titles and descriptions of tables, views and columns, from data/columns.yml, for every page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from pipelines.columns import Text, column_text, query_column_text, table_text, value_text
from pipelines.site.language import asked

_metadata: dict[str, Any] = {}


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Describe what each open database has of our tables and views."""

    async def describe() -> None:
        databases: dict[str, Any] = {}
        for name, database in datasette.databases.items():
            tables = [*await database.table_names(), *await database.view_names()]
            columns = {table: await database.table_columns(table) for table in tables}
            databases[name] = {"tables": _described(columns)}
        _metadata["databases"] = databases

    return describe


def _described(tables: dict[str, list[str]]) -> dict[str, Any]:
    found = {}
    for table, columns in tables.items():
        if text := _table_text(table):
            notes = {column: _column_text(table, column) for column in columns}
            found[table] = {
                "title": f"{text.zh} · {text.en}",
                "description": text.both,
                "columns": {column: note.both for column, note in notes.items() if note},
            }
    return found


@hookimpl
def get_metadata(key: str | None) -> dict[str, Any]:
    """Datasette merges data/datasette/metadata.yml into what this returns.

    For ``tables`` it asks what a table may be seen by and counted by, which nothing here says. It
    copies the answer for each table of a page: with all descriptions, 3 ms each.
    """
    return {} if key == "tables" else _metadata


@hookimpl
def extra_template_vars() -> dict[str, Any]:
    return {
        "column_text": _column_text,
        "table_text": _table_text,
        "value_text": lambda column, value: value_text(column, value, asked.get().language),
    }


def _table_text(table: str) -> Text | None:
    with suppress(KeyError):
        return table_text(table)
    return None


def _column_text(table: str | None, column: str) -> Text | None:
    """None for a column that a reader's own SQL has named."""
    with suppress(KeyError):
        return column_text(table, column) if table else query_column_text(column)
    return None
