"""Captures as rows of the table ``captures``: put in, and read out again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.archive.capture import Capture, Origin

_COLUMNS = (
    "id, portal, run, url, status, outcome, evidence, mime, charset, size, digest, etag,"
    " last_modified, warc_file, warc_offset, warc_length, revisits, part_of, reading, substance"
)
_SELECTED = f"{_COLUMNS}, origin, fetched_at, dated_by"
_ADDED = [*_COLUMNS.split(", "), "fetched_at"]
# The page that a part belongs to may lie in a damaged file; the part is indexed all the same.
_PART_OF = "(SELECT id FROM captures WHERE id = :part_of)"
_INSERT = "INSERT INTO captures ({}) VALUES ({})".format(
    ", ".join([*_ADDED, "origin", "dated_by"]),
    ", ".join(
        [*(_PART_OF if name == "part_of" else f":{name}" for name in _ADDED), ":origin, :dated_by"]
    ),
)

_LATEST = (
    "WHERE url = ? AND outcome IN ('page', 'unchanged') AND origin IS NULL"
    " ORDER BY fetched_at DESC LIMIT 1"
)


def insert_capture(conn: sqlite3.Connection, capture: Capture) -> None:
    """Put in a capture. Raises sqlite3.IntegrityError for one that is there already."""
    values = {name: getattr(capture, name) for name in _ADDED}
    source = capture.origin and capture.origin.source
    dated_by = capture.origin and capture.origin.dated_by
    conn.execute(_INSERT, values | {"origin": source, "dated_by": dated_by})


def select_captures(
    conn: sqlite3.Connection, condition: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> Iterator[Capture]:
    """The captures for which a condition (WHERE …, in SQL) holds."""
    for row in conn.execute(f"SELECT {_SELECTED} FROM captures {condition}", values):
        *columns, source, fetched_at, dated_by = row
        capture = Capture(*columns)
        if source:
            capture = replace(capture, origin=Origin(source, fetched_at, dated_by))
        yield capture


def latest_capture(conn: sqlite3.Connection, url: str) -> Capture | None:
    """The newest capture of a page that was fetched, not ingested: with a body of its own, or a
    revisit of one that has."""
    return next(select_captures(conn, _LATEST, [url]), None)


def parts_of(conn: sqlite3.Connection, page: int) -> dict[str, Capture]:
    """What was archived as a part of a page's capture, by URL in the order of asking; of what was
    asked for again, the last."""
    parts = select_captures(conn, "WHERE part_of = ? ORDER BY id", [page])
    return {part.url: part for part in parts}
