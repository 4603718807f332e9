"""``/-/archived/<capture>``: a capture as it was archived, replayed from its WARC record.

The page itself stands in a frame without scripts, forms or an origin, and is made inert before
(pipelines/archive/inert.py); a banner says what it is. ``?table=N&row=R&column=C`` marks the
cell that printed a figure.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.archive.archived_bytes import NotProved, Proved, raw_record
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import Capture, moment_of
from pipelines.archive.inert import CELL
from pipelines.archive.pdf_picture import NotDrawn, count_pages, draw_page
from pipelines.archive.printed_cell import Place, printed_tables, printer_of, read_place
from pipelines.archive.replay import has_cell, prove_capture, replay, shown_as
from pipelines.columns import value_text
from pipelines.database.capture_facts import beijing_time, find_capture, later_captures, report_of
from pipelines.reading.parts import can_be_asked
from pipelines.reasons import reason_in
from pipelines.site.language import Language, asked
from pipelines.site.page import Missing
from pipelines.site.words import say

T = TypeVar("T")
View = Callable[[Request, Datasette], Awaitable[Response]]
CaptureView = Callable[[Request, Datasette, Capture], Awaitable[Response]]

DATABASE = "gongkai"
MOST_PAGES = 60
"""Pages of a PDF that are shown as pictures."""

FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)
"""The one thing a framed page may do is what its reader does: follow a link to another capture."""
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
FOR_EVER = "public, max-age=31536000, immutable"

# The parser of pages is one object for the whole process, to be used by one thread at a time.
_replaying = ThreadPoolExecutor(max_workers=1, thread_name_prefix="replay")
# Each picture is drawn in a process of its own: no more of them at once.
_drawing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="draw")


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    capture = r"^/-/archived/(?P<capture>\d{1,18})"
    return [
        (capture + "$", _of_capture(show)),
        (capture + "/page$", _of_capture(show_page)),
        (capture + r"/page/(?P<number>\d{1,4})\.png$", _of_capture(show_picture)),
        (capture + "/body$", _of_capture(give_body)),
        (capture + "/record$", _of_capture(give_record)),
    ]


def _of_capture(view: CaptureView) -> View:
    """A view of the capture that the path names."""

    async def answer(request: Request, datasette: Datasette) -> Response:
        permissions = [("view-database", DATABASE), "view-instance"]
        await datasette.ensure_permissions(request.actor, permissions)
        id = int(request.url_vars["capture"])
        capture = await _read(datasette, lambda conn: find_capture(conn, id))
        if capture is None:
            raise Missing(_tell(asked.get().language, "no_capture", capture=id))
        return await view(request, datasette, capture)

    return answer


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    return {
        "archived_path": partial(_path, datasette),
    }


async def show(request: Request, datasette: Datasette, capture: Capture) -> Response:
    """The page with the banner. What cannot be proved is said, with 410, and not shown."""
    place = _place(request)
    if place:
        table = place.table
        part = await _read(datasette, lambda conn: printer_of(conn, capture.id, table))
        if part:
            return Response.redirect(_path(datasette, part, place))
    facts: dict[str, Any] = {"shown": "nothing", "trouble": None, "is_marked": False}
    status = 200
    try:
        proved = await _proved(datasette, capture)
    except NotProved as error:
        facts["trouble"] = reason_in(asked.get().language, str(error))
        status = 410
    else:
        shown = shown_as(proved)
        facts |= {"shown": shown, "head": proved.head, "origin": proved.origin}
        facts["size"] = len(proved.body)
        if shown == "pdf":
            facts["pages"] = await _pages(proved)
        elif shown == "page" and place:
            marked = partial(has_cell, proved=proved, place=place)
            facts["is_marked"] = await _read(datasette, marked, _replaying)

    def surroundings(conn: sqlite3.Connection) -> dict[str, Any]:
        return {
            "report": report_of(conn, capture),
            "later": later_captures(conn, capture),
            "tables": printed_tables(conn, capture.id),
        }

    language = asked.get().language
    context = (
        facts
        | await _read(datasette, surroundings)
        | {
            "capture": capture,
            "is_web": can_be_asked(capture.url),
            "outcome_text": _outcome(language, capture.outcome),
            "evidence": reason_in(language, capture.evidence or ""),
            "place": place,
            "captured_utc": capture.fetched_at,
            "captured_beijing": beijing_time(moment_of(capture.fetched_at)),
            "moment_of": moment_of,
            "beijing_time": beijing_time,
            "frame": _path(datasette, capture.id, place, "/page"),
            "path": _path(datasette, capture.id),
            "database": DATABASE,
            "tell": partial(_tell, language),
        }
    )
    html = await datasette.render_template("archived.html", context, request)
    return _answer(request, html.encode(), "text/html; charset=utf-8", status=status)


async def show_page(request: Request, datasette: Datasette, capture: Capture) -> Response:
    """The archived page by itself, as the frame shows it."""
    home, place = _home(datasette), _place(request)

    def page(conn: sqlite3.Connection) -> str:
        proved = prove_capture(home, conn, capture)
        if shown_as(proved) not in ("page", "text", "picture"):
            raise Missing(_tell(asked.get().language, "not_a_page"))
        return replay(home, conn, proved, partial(_path, datasette), place)

    html = await _read(datasette, page, _replaying)
    headers = {"content-security-policy": FRAME_POLICY, "cache-control": "no-cache"}
    return _answer(request, html.encode("utf-8", "replace"), "text/html; charset=utf-8", headers)


async def show_picture(request: Request, datasette: Datasette, capture: Capture) -> Response:
    """A page of an archived PDF as a picture."""
    proved = await _proved(datasette, capture)
    number = int(request.url_vars["number"])
    if shown_as(proved) != "pdf" or not 1 <= number <= MOST_PAGES:
        raise Missing(_tell(asked.get().language, "not_a_page"))
    try:
        picture = await _draw(draw_page, proved.body, number)
    except NotDrawn as error:
        raise Missing(reason_in(asked.get().language, str(error))) from error
    return _answer(request, picture, "image/png", _file_headers())


async def give_body(request: Request, datasette: Datasette, capture: Capture) -> Response:
    """The body as a file, its content coding undone: nothing a browser would open by itself."""
    proved = await _proved(datasette, capture)
    headers = _file_headers(proved.file_name)
    return _answer(request, proved.body, "application/octet-stream", headers)


async def give_record(request: Request, datasette: Datasette, capture: Capture) -> Response:
    """The WARC record as it lies in its file."""
    record = await asyncio.to_thread(raw_record, warc_directory(_home(datasette)), capture)
    return _answer(request, record, "application/warc", _file_headers(f"{capture.id}.warc.gz"))


async def _proved(datasette: Datasette, capture: Capture) -> Proved:
    home = _home(datasette)
    return await _read(datasette, lambda conn: prove_capture(home, conn, capture))


async def _read(
    datasette: Datasette,
    function: Callable[[sqlite3.Connection], T],
    executor: ThreadPoolExecutor | None = None,
) -> T:
    """Call a function with a connection to the published database, in a thread."""
    database: Any = datasette.get_database(DATABASE)
    result: T = await database.execute_fn(function, executor)
    return result


async def _draw(function: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_drawing, function, *arguments)


async def _pages(proved: Proved) -> int:
    try:
        return min(await _draw(count_pages, proved.body), MOST_PAGES)
    except NotDrawn:
        return 0


def _home(datasette: Datasette) -> Path:
    database: Any = datasette.get_database(DATABASE)
    home: Path = database.home
    return home


def _place(request: Request) -> Place | None:
    return read_place(*(request.args.get(name) or "" for name in Place._fields))


def _path(
    datasette: Datasette,
    capture: int,
    place: tuple[int, int, int] | None = None,
    below: str = "",
) -> str:
    """Where the site shows a capture, or one cell of it."""
    path = str(datasette.urls.path(f"/-/archived/{capture}{below}"))
    if place is None:
        return path
    table, row, column = place
    return f"{path}?table={table}&row={row}&column={column}#{CELL}"


def _answer(
    request: Request,
    body: bytes,
    content_type: str,
    headers: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """With an ETag of the bytes; nothing but the head where that is what was asked for."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    sent = {"etag": tag, "content-length": str(len(body))} | (headers or {})
    if status == 200 and tag in request.headers.get("if-none-match", ""):
        sent["content-length"] = "0"
        return Response(b"", 304, sent, content_type)
    return Response(b"" if request.method == "HEAD" else body, status, sent, content_type)


def _file_headers(name: str = "") -> dict[str, str]:
    headers = {"content-security-policy": FILE_POLICY, "cache-control": FOR_EVER}
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return headers


def _outcome(language: Language, outcome: str) -> str:
    return value_text("outcome", outcome, language) or outcome


def _tell(language: Language, key: str, **values: Any) -> str:
    return say(f"archived.{key}", language, **values)
