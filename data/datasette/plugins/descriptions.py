"""Titles and descriptions of tables, views and columns, from data/columns.yml, for every page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from pipelines.columns import Text, column_text, query_column_text, table_text, value_text
from pipelines.site.language import asked

KNOWN_TABLES = 256
"""Tables, and names asked for that are none, of which it is kept for whom they are."""

_metadata: dict[str, Any] = {}


@hookimpl(trylast=True)
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Describe what each open database has of our tables and views."""
    # For whom a table is, by metadata.yml, which does not change while the site runs. To find out,
    # Datasette copies all of it for each table of a page: 0.5 ms each.
    datasette._table_permission_allows = lru_cache(KNOWN_TABLES)(datasette._table_permission_allows)

    async def describe() -> None:
        databases: dict[str, Any] = {}
        for name, database in datasette.databases.items():
            tables = [*await database.table_names(), *await database.view_names()]
            columns = {table: await database.table_columns(table) for table in tables}
            databases[name] = {"tables": _described(columns)}
        _metadata["databases"] = databases
        # All is said by now. A page asks for it forty times, and each time Datasette merges it.
        datasette.metadata = lru_cache(KNOWN_TABLES)(datasette.metadata)

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

    It does so some 200 times for a list of tables, mostly to see for whom one is, which nothing
    here says. Titles and descriptions it asks for under the key ``databases``, or without a key.
    """
    return _metadata if key in (None, "databases") else {}


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
