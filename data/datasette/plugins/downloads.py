"""Whole tables as CSV, the codebook and the database, streamed from the request's snapshot.

Datasette's own CSV asks for page after page, of a view by counting from its beginning each time,
and writes an error into the file where one takes too long. Here one query gives all rows: a file
is whole, or its transfer breaks off.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.export.codebook import codebook, codebook_text
from pipelines.export.csv_file import csv_blocks
from pipelines.export.tables import TABLES, describe, read_rows
from pipelines.site.language import asked
from pipelines.site.page import Missing
from pipelines.site.stream import Blocks, Receive, Send, send_blocks
from pipelines.site.words import say

DATABASE = "gongkai"
CSV = "text/csv; charset=utf-8"

BLOCK = 1 << 18
"""Bytes of the database that are sent at once."""


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response | None]]]]:
    return [
        (r"/-/download/(?P<format>csv|csv-plain)/(?P<table>\w+)\.csv$", send_table),
        (r"/-/download/codebook\.csv$", send_codebook),
        (r"/-/download/gongkai\.db$", send_database),
    ]


@hookimpl
def extra_template_vars() -> dict[str, Any]:
    return {"exported_tables": TABLES}


async def send_table(request: Request, datasette: Datasette, send: Send, receive: Receive) -> None:
    name, kind = request.url_vars["table"], request.url_vars["format"]
    labels = "zh" if request.args.get("labels") == "zh" else "en"
    database = datasette.get_database(DATABASE)
    if name not in TABLES or not await database.table_columns(name):
        raise Missing(say("download.no_table", asked.get().language, table=name[:40]))
    file = database.file_of_request()

    def blocks() -> Blocks:
        with closing(file.open()) as conn:
            # One transaction: what a crawl writes meanwhile is not seen.
            conn.execute("BEGIN")
            table = describe(conn, name, labels)
            for block in csv_blocks(table.headers, read_rows(conn, table, None), kind == "csv"):
                yield block.encode()

    headers = _headers(f"{name}.csv", CSV)
    await send_blocks(send, receive, headers, blocks(), empty=request.method == "HEAD")


async def send_codebook(datasette: Datasette) -> Response:
    text = await datasette.get_database(DATABASE).execute_fn(
        lambda conn: codebook_text(codebook(conn))
    )
    return Response(text, headers=_headers("codebook.csv", CSV), content_type=CSV)


async def send_database(
    request: Request, datasette: Datasette, send: Send, receive: Receive
) -> None:
    """The published snapshot; the file of a live database is whole only with the log beside it."""
    file = datasette.get_database(DATABASE).file_of_request()
    if not file.immutable:
        raise Missing(say("download.not_published", asked.get().language))
    headers = _headers(file.path.name, "application/vnd.sqlite3")
    headers["content-length"] = str(file.path.stat().st_size)

    def blocks() -> Blocks:
        with file.path.open("rb") as opened:
            while block := opened.read(BLOCK):
                yield block

    await send_blocks(send, receive, headers, blocks(), empty=request.method == "HEAD")


def _headers(name: str, kind: str) -> dict[str, str]:
    return {"content-type": kind, "content-disposition": f'attachment; filename="{name}"'}
