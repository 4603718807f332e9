"""``/-/archived/<capture>``: a capture as it was archived, replayed from its WARC record.

The page itself stands in a frame without scripts, forms or an origin, and is made inert before
(pipelines/inert.py); a banner says what it is. ``?table=N&row=R&column=C`` marks the cell that
printed a figure.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import yaml
from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.archive import warc_directory
from pipelines.capture import Capture, time_of
from pipelines.columns import value_texts
from pipelines.inert import CELL
from pipelines.message import read_head
from pipelines.parts import can_be_asked
from pipelines.pdf_picture import NotDrawn, count_pages, draw_page
from pipelines.proof import NotProved, Proved, raw_record
from pipelines.replay import (
    Place,
    beijing_time,
    find_capture,
    has_cell,
    later_captures,
    printed_table,
    prove_capture,
    read_place,
    replay,
    report_of,
    shown_as,
)

T = TypeVar("T")
View = Callable[[Request, Datasette], Awaitable[Response]]

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


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    capture = r"^/-/archived/(?P<capture>\d{1,18})"
    return [
        (capture + "$", show),
        (capture + "/page$", show_page),
        (capture + r"/page/(?P<number>\d{1,4})\.png$", show_picture),
        (capture + "/body$", give_body),
        (capture + "/record$", give_record),
    ]


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    return {
        "archived_path": partial(_path, datasette),
        "cell_path": partial(_cell_path, datasette),
    }


async def show(request: Request, datasette: Datasette) -> Response:
    """The page with the banner. What cannot be proved is said, with 410, and not shown."""
    capture = await _capture(request, datasette)
    place = _place(request)
    if place and (printer := await _read(datasette, partial(_printer, capture.id, place))):
        return Response.redirect(_path(datasette, printer, place))
    home = _home(datasette)
    facts: dict[str, Any] = {"shown": "nothing", "trouble": None, "is_marked": False}
    status = 200
    try:
        proved = await _read(datasette, lambda conn: prove_capture(home, conn, capture))
    except NotProved as error:
        facts["trouble"] = str(error)
        status = 410
    else:
        shown = shown_as(proved)
        facts |= {"shown": shown, "head": _head(proved), "origin": proved.origin}
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
            "printed": printed_table(conn, capture.id, place.table) if place else None,
        }

    language = _language(request)
    context = (
        facts
        | await _read(datasette, surroundings)
        | {
            "capture": capture,
            "is_web": can_be_asked(capture.url),
            "outcome_text": _outcome(language, capture.outcome),
            "place": place,
            "captured_utc": time_of(capture.id),
            "captured_beijing": beijing_time(capture.id),
            "time_of": time_of,
            "beijing_time": beijing_time,
            "frame": _path(datasette, capture.id, place, "/page"),
            "path": _path(datasette, capture.id),
            "database": DATABASE,
            "language": language,
            "tell": partial(_tell, language),
        }
    )
    html = await datasette.render_template("archived.html", context, request)
    return _answer(request, html.encode(), "text/html; charset=utf-8", status=status)


async def show_page(request: Request, datasette: Datasette) -> Response:
    """The archived page by itself, as the frame shows it."""
    capture = await _capture(request, datasette)
    home, place = _home(datasette), _place(request)

    def page(conn: sqlite3.Connection) -> str:
        proved = prove_capture(home, conn, capture)
        if shown_as(proved) not in ("page", "text", "picture"):
            return ""
        return replay(home, conn, proved, partial(_path, datasette), place)

    try:
        html = await _read(datasette, page, _replaying)
    except NotProved as error:
        return _words(request, str(error), 410)
    if not html:
        return _words(request, _tell(_language(request), "not_a_page"), 404)
    return _answer(
        request,
        html.encode("utf-8", "replace"),
        "text/html; charset=utf-8",
        {"content-security-policy": FRAME_POLICY, "cache-control": "no-cache"},
    )


async def show_picture(request: Request, datasette: Datasette) -> Response:
    """A page of an archived PDF as a picture."""
    proved = await _proved(request, datasette)
    if isinstance(proved, Response):
        return proved
    number = int(request.url_vars["number"])
    if shown_as(proved) != "pdf" or not 1 <= number <= MOST_PAGES:
        raise NotFound("there is no such page")
    try:
        picture = await asyncio.to_thread(draw_page, proved.body, number)
    except NotDrawn as error:
        raise NotFound(str(error)) from error
    return _answer(request, picture, "image/png", _file_headers())


async def give_body(request: Request, datasette: Datasette) -> Response:
    """The body as a file, its content coding undone: nothing a browser would open by itself."""
    proved = await _proved(request, datasette)
    if isinstance(proved, Response):
        return proved
    name = f"{proved.capture.id}.{_ending(proved)}"
    return _answer(request, proved.body, "application/octet-stream", _file_headers(name))


async def give_record(request: Request, datasette: Datasette) -> Response:
    """The WARC record as it lies in its file."""
    capture = await _capture(request, datasette)
    try:
        record = await asyncio.to_thread(raw_record, warc_directory(_home(datasette)), capture)
    except NotProved as error:
        return _words(request, str(error), 410)
    headers = _file_headers(f"{capture.id}.warc.gz")
    return _answer(request, record, "application/warc", headers)


async def _proved(request: Request, datasette: Datasette) -> Proved | Response:
    capture = await _capture(request, datasette)
    home = _home(datasette)
    try:
        return await _read(datasette, lambda conn: prove_capture(home, conn, capture))
    except NotProved as error:
        return _words(request, str(error), 410)


async def _capture(request: Request, datasette: Datasette) -> Capture:
    if DATABASE not in datasette.databases:
        raise NotFound("there is no archive")
    await datasette.ensure_permissions(
        request.actor, [("view-database", DATABASE), "view-instance"]
    )
    id = int(request.url_vars["capture"])
    capture = await _read(datasette, lambda conn: find_capture(conn, id))
    if capture is None:
        raise NotFound(_tell(_language(request), "no_capture").format(capture=id))
    return capture


async def _read(
    datasette: Datasette,
    function: Callable[[sqlite3.Connection], T],
    executor: ThreadPoolExecutor | None = None,
) -> T:
    """Call a function with a connection to the published database, in a thread."""
    database: Any = datasette.get_database(DATABASE)
    result: T = await database.execute_fn(function, executor)
    return result


async def _pages(proved: Proved) -> int:
    try:
        return min(await asyncio.to_thread(count_pages, proved.body), MOST_PAGES)
    except NotDrawn:
        return 0


def _home(datasette: Datasette) -> Path:
    database: Any = datasette.get_database(DATABASE)
    home: Path = database.home
    return home


def _place(request: Request) -> Place | None:
    return read_place(*(request.args.get(name) or "" for name in Place._fields))


def _printer(capture: int, place: Place, conn: sqlite3.Connection) -> int | None:
    """Where a report's table was printed by a part of its page, that part's capture."""
    found = conn.execute(
        "SELECT capture FROM tables WHERE report = ? AND number = ? AND capture != report",
        [capture, place.table],
    ).fetchone()
    return found[0] if found else None


def _cell_path(datasette: Datasette, figure: Mapping[str, Any]) -> str | None:
    """Where the site shows the cell that printed a figure; None where its place is not known. The
    name of a table is its report's, which is its page's capture, and its number."""
    table = figure["table_id"]
    if table is None or figure["row"] is None:
        return None
    report, _, number = str(table).rpartition("-")
    return _path(datasette, int(report), (int(number), figure["row"], figure["column"]))


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


def _words(request: Request, sentence: str, status: int) -> Response:
    headers = {"content-security-policy": FRAME_POLICY}
    return _answer(request, sentence.encode(), "text/plain; charset=utf-8", headers, status=status)


def _file_headers(name: str = "") -> dict[str, str]:
    headers = {"content-security-policy": FILE_POLICY, "cache-control": FOR_EVER}
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return headers


def _head(proved: Proved) -> str:
    """The status line and headers of the answer, as text."""
    head = proved.record.response_head
    _, headers = read_head(head)
    lines = [head.split(b"\n", 1)[0].strip(), *(b": ".join(pair) for pair in headers)]
    return b"\n".join(lines).decode("utf-8", "replace").strip()


def _ending(proved: Proved) -> str:
    """The ending of the file's name: that of its address where it is a plain one."""
    path = proved.capture.url.partition("?")[0].rpartition("/")[2]
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    return ending if ending.isalnum() and ending.isascii() and len(ending) <= 5 else "bin"


def _language(request: Request) -> str:
    chosen = request.args.get("lang") or request.cookies.get("lang")
    return "en" if chosen == "en" else "zh"


def _outcome(language: str, outcome: str) -> str:
    return outcome if language == "en" else value_texts()["outcome"].get(outcome, outcome)


def _tell(language: str, key: str, **values: Any) -> str:
    """A word of the page, from data/site/archived.yml."""
    word = _all_words()[key][language]
    return word.format(**values) if values else word


@lru_cache(maxsize=1)
def _all_words() -> dict[str, dict[str, str]]:
    file = Path(__file__).resolve().parents[2] / "site" / "archived.yml"
    words: dict[str, dict[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8"))["words"]
    return words
