"""Chinese search through Datasette's own search box and the JSON of its tables.

Datasette asks an index for ``escape_fts(:search)``; ours takes the place of its function and says a
query as our index wants it (pipelines/search/words.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from pipelines.search.index import has_search_index
from pipelines.search.words import match_expression

DATABASE = "gongkai"
_metadata: dict[str, Any] = {}


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """After Datasette's own, whose function of this name splits at spaces alone."""
    conn.create_function("escape_fts", 1, match_expression)


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Datasette sees no index in a table without a text of its own, so it is told."""

    async def look() -> None:
        if DATABASE not in datasette.databases:
            return
        if await datasette.get_database(DATABASE).execute_fn(has_search_index):
            index = {"fts_table": "search_hits", "fts_pk": "id"}
            _metadata["databases"] = {DATABASE: {"tables": {"reports": index}}}

    return look


@hookimpl
def get_metadata() -> dict[str, Any]:
    return _metadata
