"""What a reader is shown of a capture: the page made inert, and what stands around it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lxml import etree

from pipelines.archive import warc_directory
from pipelines.capture import EPOCH, Capture
from pipelines.charset import decode
from pipelines.documents import is_html
from pipelines.documents.html import parse_page, printed_cells
from pipelines.documents.sniff import sniff
from pipelines.grid import Rows
from pipelines.inert import (
    Surroundings,
    addresses,
    picture_kind,
    write_inert,
    write_picture,
    write_text,
)
from pipelines.proof import NotProved, Proved, prove
from pipelines.store import Store

LARGEST_PAGE = 8 * 1024 * 1024
"""Bytes of a page that is shown; the longest report pages have some 2 MB. What is larger can be
downloaded."""

Shown = Literal["page", "text", "pdf", "picture", "file", "nothing"]
"""How a body is shown: as an inert page or text in a frame, as pictures of its pages, as a picture,
for download only, or not at all because there is none."""

_BEIJING = timedelta(hours=8)
_AT_ONCE = 400
"""Addresses that one query asks for."""


class Place(NamedTuple):
    """A cell: the number of its table among the report's, its row and column, from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of a report as it was read. ``twins`` are the equal ones before it."""

    id: str
    report: int
    number: int
    cells: Rows
    is_ocr: bool
    twins: int


def beijing_time(moment: int) -> str:
    """The time of a capture in Beijing: "2026-11-22 20:52:15"."""
    return f"{EPOCH + timedelta(microseconds=moment) + _BEIJING:%Y-%m-%d %H:%M:%S}"


def find_capture(conn: sqlite3.Connection, id: int) -> Capture | None:
    """The capture with an id."""
    return Store(Path(), conn).capture(id)


def prove_capture(home: Path, conn: sqlite3.Connection, capture: Capture) -> Proved:
    """The bytes of a capture in the archive at ``home``. Raises NotProved."""
    return prove(warc_directory(home), capture, lambda id: find_capture(conn, id))


def shown_as(proved: Proved) -> Shown:
    """How the body of a capture is shown."""
    body = proved.body
    if proved.record.kind != "response" or not body.strip():
        return "nothing"
    kind = sniff(body)
    if kind == "pdf":
        return "pdf"
    if len(body) > LARGEST_PAGE:
        return "file"
    if kind == "picture" and picture_kind(body):
        return "picture"
    if kind != "page":
        return "file"
    text, _ = decode(body, proved.content_type)
    if is_html(text, proved.content_type):
        return "page"
    return "file" if "\0" in text else "text"


def replay(
    home: Path,
    conn: sqlite3.Connection,
    proved: Proved,
    path_of: Callable[[int], str],
    place: Place | None = None,
) -> str:
    """The inert page of a capture that is shown as "page", "text" or "picture". ``path_of`` gives
    the site's path of a capture. One thread at a time."""
    body = proved.body
    if sniff(body) == "picture":
        return write_picture(body)
    text, _ = decode(body, proved.content_type)
    if not is_html(text, proved.content_type):
        return write_text(text)
    root = parse_page(text)
    if root is None:
        return write_text("")
    capture = proved.capture
    cell = _find_place(conn, root, capture, place) if place else None

    def load(id: int) -> bytes | None:
        found = find_capture(conn, id)
        try:
            return prove_capture(home, conn, found).body if found else None
        except NotProved:
            return None

    near = nearest_captures(conn, addresses(root, capture.url), capture.id)
    return write_inert(root, capture.url, Surroundings(near, load, path_of), cell)


def has_cell(conn: sqlite3.Connection, proved: Proved, place: Place) -> bool:
    """Whether ``replay`` marks a cell. One thread at a time."""
    text, _ = decode(proved.body, proved.content_type)
    root = parse_page(text)
    return root is not None and _find_place(conn, root, proved.capture, place) is not None


def _find_place(
    conn: sqlite3.Connection, root: etree._Element, capture: Capture, place: Place
) -> etree._Element | None:
    table = printed_table(conn, capture.id, place.table)
    return find_cell(root, table, place.row, place.column) if table else None


def printed_table(conn: sqlite3.Connection, capture: int, number: int) -> PrintedTable | None:
    """A table that a capture printed, by its number in its report."""
    found = conn.execute(
        "SELECT id, report, cells, readings IS NOT NULL FROM tables"
        " WHERE capture = ? AND number = ? ORDER BY report DESC LIMIT 1",
        [capture, number],
    ).fetchone()
    if found is None:
        return None
    id, report, cells, is_ocr = found
    (twins,) = conn.execute(
        "SELECT count(*) FROM tables WHERE report = ? AND capture = ? AND number < ? AND cells = ?",
        [report, capture, number, cells],
    ).fetchone()
    rows = tuple(tuple(row) for row in json.loads(cells))
    return PrintedTable(id, report, number, rows, bool(is_ocr), twins)


def find_cell(
    root: etree._Element, table: PrintedTable, row: int, column: int
) -> etree._Element | None:
    """The element of a page that printed a cell: that of the table which reads as ``table`` does,
    cell by cell. None where no table of the page does, or where no cell begins at that place."""
    wanted = [[text for text in line if text is not None] for line in table.cells]
    if not (0 <= row < len(table.cells) and 0 <= column < len(table.cells[row])):
        return None
    if table.cells[row][column] is None:
        return None
    place = sum(text is not None for text in table.cells[row][:column])
    twins = table.twins
    for rows in printed_cells(root):
        texts = [[text for text, _ in line] for line in rows]
        for start in range(len(rows) - len(wanted) + 1):
            if texts[start] == wanted[0] and texts[start : start + len(wanted)] == wanted:
                if not twins:
                    return rows[start + row][place][1]
                twins -= 1
    return None


def nearest_captures(
    conn: sqlite3.Connection, wanted: Iterable[str], moment: int
) -> dict[str, int]:
    """Of each address the capture with a body that is nearest in time to a moment."""
    nearest: dict[str, int] = {}
    left = sorted(wanted)
    while left:
        some, left = left[:_AT_ONCE], left[_AT_ONCE:]
        for url, id in conn.execute(
            "SELECT url, id FROM captures WHERE outcome IN ('page', 'unchanged') AND url IN"
            f" ({','.join('?' * len(some))}) ORDER BY id",
            some,
        ):
            if url not in nearest or abs(id - moment) < abs(nearest[url] - moment):
                nearest[url] = id
    return nearest


_REPORT = """
SELECT id, title, year, version, current FROM reports WHERE id = (
    SELECT coalesce(
        (SELECT max(report) FROM tables WHERE capture = :capture),
        (SELECT id FROM reports WHERE capture IN (:capture, :page)),
        (SELECT max(id) FROM reports WHERE url = :url AND capture <= :capture)
    )
)
"""


def report_of(conn: sqlite3.Connection, capture: Capture) -> dict[str, Any] | None:
    """The report version that a capture belongs to: id, title, year, version, current, and
    ``newest``, the id of the current version."""
    key = {"capture": capture.id, "page": capture.part_of, "url": capture.url}
    cursor = conn.execute(_REPORT, key)
    row = cursor.fetchone()
    if row is None:
        return None
    found = dict(zip([column[0] for column in cursor.description], row, strict=True))
    newest = conn.execute(
        "SELECT id FROM reports WHERE current = 1 AND url = (SELECT url FROM reports WHERE id = ?)",
        [found["id"]],
    ).fetchone()
    return found | {"newest": newest[0] if newest else None}


def later_captures(conn: sqlite3.Connection, capture: Capture) -> dict[str, Any]:
    """What was captured at the same URL afterwards: ``count``, the ``last`` one (id, outcome), and
    ``changed``, the first with other bytes."""
    count, last = conn.execute(
        "SELECT count(*), max(id) FROM captures WHERE url = ? AND id > ?",
        [capture.url, capture.id],
    ).fetchone()
    outcome = conn.execute("SELECT outcome FROM captures WHERE id = ?", [last]).fetchone()
    changed = conn.execute(
        "SELECT min(id) FROM captures WHERE url = ? AND id > ? AND digest IS NOT ?"
        " AND outcome IN ('page', 'unchanged')",
        [capture.url, capture.id, capture.digest],
    ).fetchone()
    return {
        "count": count,
        "last": last,
        "outcome": outcome[0] if outcome else None,
        "changed": changed[0],
    }


def read_place(table: str, row: str, column: str) -> Place | None:
    """A cell as an address names it; None for what is no place."""
    numbers = [int(text) for text in (table, row, column) if re.fullmatch(r"\d{1,6}", text)]
    return Place(*numbers) if len(numbers) == 3 else None
