"""What a reader is shown of a capture: its page made inert, with a cell marked where one is asked
for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from lxml import etree

from pipelines.archive.archived_bytes import NotProved, Proved, prove
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import Capture, moment_of
from pipelines.archive.inert import Surroundings, addresses, write_inert
from pipelines.archive.inert_parts import picture_kind, write_picture, write_text
from pipelines.archive.printed_cell import Place, find_cell, printed_tables
from pipelines.database.capture_facts import find_capture, nearest_captures
from pipelines.reading.charset import decode
from pipelines.reading.documents import is_html
from pipelines.reading.documents.html_tree import parse_page
from pipelines.reading.documents.sniff import sniff

LARGEST_PAGE = 8 * 1024 * 1024
"""Bytes of a page that is shown; the longest report pages have some 2 MB. What is larger can be
downloaded."""

Shown = Literal["page", "text", "pdf", "picture", "file", "nothing"]
"""How a body is shown: as an inert page or text in a frame, as pictures of its pages, as a picture,
for download only, or not at all because there is none."""


def prove_capture(home: Path, conn: sqlite3.Connection, capture: Capture) -> Proved:
    """The bytes of a capture in the archive at ``home``. Raises NotProved."""
    return prove(warc_directory(home), capture, lambda id: find_capture(conn, id))


def shown_as(proved: Proved) -> Shown:
    """How the body of a capture is shown."""
    body = proved.body
    if proved.record.kind not in ("response", "resource") or not body.strip():
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

    moment = moment_of(capture.fetched_at)
    near = nearest_captures(conn, addresses(root, capture.url), moment)
    return write_inert(root, capture.url, Surroundings(near, load, path_of), cell)


def has_cell(conn: sqlite3.Connection, proved: Proved, place: Place) -> bool:
    """Whether ``replay`` marks a cell. One thread at a time."""
    text, _ = decode(proved.body, proved.content_type)
    root = parse_page(text)
    return root is not None and _find_place(conn, root, proved.capture, place) is not None


def _find_place(
    conn: sqlite3.Connection, root: etree._Element, capture: Capture, place: Place
) -> etree._Element | None:
    tables = printed_tables(conn, capture.id)
    table = next((table for table in tables if table.number == place.table), None)
    return find_cell(root, table, place.row, place.column) if table else None
