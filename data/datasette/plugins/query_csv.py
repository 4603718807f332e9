"""The CSV of a query, whole, at Datasette's own addresses: its own file ends at the site's limit of
rows without a word.

Until its first row a query may run as long as on a page, and what goes wrong is said on a page;
then ``SECONDS`` in all, after which its transfer breaks off. No time is counted while a reader is
slow.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import InvalidSql, derive_named_parameters, validate_sql_select
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

from pipelines.export.csv_file import csv_blocks
from pipelines.site.stream import Blocks, Receive, Send, send_blocks

DATABASE = "gongkai"

SECONDS = 60.0
"""Of reading, for all rows of a query: enough for millions of them, where each costs little."""

_INSTRUCTIONS_BETWEEN = 10_000
"""SQLite's instructions from one look at the clock to the next."""


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Awaitable[None]]]]:
    saved = datasette.metadata("queries", database=DATABASE) or {}
    names = "|".join(re.escape(name) for name in saved)
    return [
        (rf"/{DATABASE}\.csv$", send_query),
        (rf"/{DATABASE}/(?P<query>{names})\.csv$", send_query),
    ]


async def send_query(request: Request, datasette: Datasette, send: Send, receive: Receive) -> None:
    database = datasette.get_database(DATABASE)
    name = request.url_vars.get("query")
    if name:
        sql = (await datasette.get_canned_query(DATABASE, name, request.actor))["sql"]
    else:
        await datasette.ensure_permissions(request.actor, [("execute-sql", DATABASE)])
        sql = request.args.get("sql") or ""
    given = {
        parameter: request.args.get(parameter) or ""
        for parameter in await derive_named_parameters(database, sql)
    }
    file = database.file_of_request()
    limit = datasette.setting("sql_time_limit_ms") / 1000

    def blocks() -> Blocks:
        with closing(file.open()) as conn:
            datasette._prepare_connection(conn, DATABASE)
            yield from read_csv(conn, sql, given, limit, SECONDS)

    headers = {"content-type": "text/plain; charset=utf-8"}
    if request.args.get("_dl"):
        headers["content-type"] = "text/csv; charset=utf-8"
        headers["content-disposition"] = f'attachment; filename="{name or "query"}.csv"'
    try:
        validate_sql_select(sql)
        await send_blocks(send, receive, headers, blocks(), empty=request.method == "HEAD")
    except InvalidSql as error:
        raise DatasetteError(str(error), title="Invalid SQL", status=400) from error
    except (sqlite3.Error, sqlite3.Warning) as error:
        title = "SQL Interrupted" if error.args == ("interrupted",) else "Invalid SQL"
        raise DatasetteError(str(error), title=title, status=400) from error


def read_csv(
    conn: sqlite3.Connection, sql: str, given: dict[str, str], to_begin: float, in_all: float
) -> Blocks:
    """The CSV of a query in blocks, within so many seconds ``to_begin`` and ``in_all``. Raises
    sqlite3.OperationalError."""
    began, ends = time.monotonic(), to_begin
    conn.set_progress_handler(lambda: time.monotonic() - began > ends, _INSTRUCTIONS_BETWEEN)
    rows = conn.execute(sql, given)
    headers = [column for column, *_ in rows.description]
    ends = in_all
    for block in csv_blocks(headers, rows, for_spreadsheets=False):
        waiting = time.monotonic()
        yield block.encode()
        began += time.monotonic() - waiting
