"""The difference between two versions of a report, cell by cell and sentence by sentence, as the
page printed them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.reading.fingerprint import METADATA, UNSEEN
from pipelines.reading.sentences import Passage, compare_passages, list_passages
from pipelines.reading.substance import steady_address

Printed = tuple[tuple[str, str], str | None]
"""(part, field), and what is printed there."""


class Change(NamedTuple):
    """``before`` is None where the earlier version had no such field, ``after`` likewise.

    Parts and their fields: metadata (title, …); sections ("2.heading", "2.text.5", as
    ``pipelines.reading.sentences`` names them); disclosure, applications, proceedings
    ("granted.natural_person"), statistics ("granted.own"); tables ("1.4.2": table, row and column,
    counted from 0, for cells that are no figure of the form); attachments ("1.url").
    """

    part: str
    field: str
    before: str | None
    after: str | None


def compare_versions(conn: sqlite3.Connection, previous: int, report: int) -> list[Change]:
    """What changed from one stored version to the next, in the order of the page."""
    return [
        *_compare_fields(_read_metadata(conn, previous), _read_metadata(conn, report)),
        *(
            Change("sections", *difference)
            for difference in compare_passages(
                read_passages(conn, previous), read_passages(conn, report)
            )
        ),
        *_compare_fields(_read_tables(conn, previous), _read_tables(conn, report)),
        *_compare_fields(_read_attachments(conn, previous), _read_attachments(conn, report)),
    ]


def read_passages(conn: sqlite3.Connection, report: int) -> list[Passage]:
    """The text of a stored version, in reading order."""
    rows = conn.execute(
        "SELECT number, heading, text FROM sections WHERE report = ? ORDER BY position", [report]
    )
    return list_passages(rows.fetchall())


def _compare_fields(before: Iterator[Printed], after: Iterator[Printed]) -> Iterator[Change]:
    then, now = dict(before), dict(after)
    for part, field in {**now, **then}:
        was, has = then.get((part, field)), now.get((part, field))
        if was != has and not (
            field.endswith(".url") and was and has and steady_address(was) == steady_address(has)
        ):
            yield Change(part, field, was, has)


def _read_tables(conn: sqlite3.Connection, report: int) -> Iterator[Printed]:
    figures = {}
    seen: dict[str, int] = {}  # rows of lists that have no code may bear one label twice
    for part, field, raw, unit, *place in conn.execute(
        "SELECT part, item || '.' || measure, raw, unit, table_number, row, column FROM figures"
        " WHERE report = ?",
        [report],
    ):
        figures[tuple(place)] = raw
        if part == "statistics":
            seen[field] = seen.get(field, 0) + 1
            field = field if seen[field] == 1 else f"{field} ({seen[field]})"
        yield (part, field), raw
        if unit:
            yield (part, f"{field}.unit"), unit
    for number, caption, rows, columns, cells in conn.execute(
        "SELECT number, caption, rows, columns, cells FROM tables WHERE report = ? ORDER BY number",
        [report],
    ):
        yield ("tables", f"{number}.caption"), caption
        yield ("tables", f"{number}.size"), f"{rows} × {columns}"
        for row, texts in enumerate(json.loads(cells)):
            for column, text in enumerate(texts):
                if text != figures.get((number, row, column)):
                    yield ("tables", f"{number}.{row}.{column}"), text


def _read_attachments(conn: sqlite3.Connection, report: int) -> Iterator[Printed]:
    for position, url, text in conn.execute(
        "SELECT position + 1, url, text FROM attachments WHERE report = ? ORDER BY position",
        [report],
    ):
        yield ("attachments", f"{position}.url"), url
        yield ("attachments", f"{position}.text"), text


def _read_metadata(conn: sqlite3.Connection, report: int) -> Iterator[Printed]:
    instead = {
        "publisher": "publishers.name",
        "published_at": f"iif(published_from IN {UNSEEN}, NULL, published_at)",
    }
    columns = ", ".join(instead.get(name, name) for name in METADATA)
    row = conn.execute(
        f"SELECT {columns} FROM reports LEFT JOIN publishers ON publishers.id = reports.publisher"
        " WHERE reports.id = ?",
        [report],
    ).fetchone()
    for field, value in zip(METADATA, row, strict=True):
        yield ("metadata", field), None if value is None else str(value)
