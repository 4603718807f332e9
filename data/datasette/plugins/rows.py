"""What a row's page shows beyond Datasette's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request


@hookimpl
def extra_template_vars(
    view_name: str, database: str | None, table: str | None, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    if view_name == "row" and database and table:
        key = [tilde_decode(part) for part in request.url_vars["pks"].split(",")]
        return lambda: _row(datasette, database, table, key)
    return None


async def _row(datasette: Datasette, database: str, table: str, key: list[str]) -> dict[str, Any]:
    """Names for the rows that this row refers to."""
    db = datasette.get_database(database)
    names = await db.primary_keys(table)
    condition = " AND ".join(f'"{name}" = ?' for name in names)
    rows = await _select(db, f'SELECT * FROM "{table}" WHERE {condition}', key) if names else []
    labels: dict[str, str] = {}
    for reference in await db.foreign_keys_for_table(table):
        column = reference["column"]
        if rows and rows[0][column] is not None:
            found = await datasette.expand_foreign_keys(database, table, column, [rows[0][column]])
            labels[column] = str(next(iter(found.values()), None) or "")
    return {"reference_labels": labels}


async def _select(
    database: Database, sql: str, values: list[Any] | dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    return [dict(row) for row in (await database.execute(sql, values or [])).rows]
