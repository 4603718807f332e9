"""The difference between two versions of a report, cell by cell, as the page printed them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.rows import METADATA, UNSEEN

Printed = tuple[tuple[str, str], str | None]
"""(part, field), and what is printed there."""


class Change(NamedTuple):
    """``before`` is None where the earlier version had no such field, ``after`` likewise.

    Parts and their fields: metadata (title, …); sections ("2.text", counted from 1); disclosure,
    applications, proceedings ("granted.natural_person"), statistics ("granted.own"); tables
    ("1.4.2": table, row and column, counted from 0, for cells that are no figure of the form);
    attachments ("1.url").
    """

    part: str
    field: str
    before: str | None
    after: str | None


def compare_versions(conn: sqlite3.Connection, previous: int, report: int) -> list[Change]:
    """What changed from one stored version to the next, in the order of the page."""
    before, after = dict(_read_version(conn, previous)), dict(_read_version(conn, report))
    return [
        Change(*field, before.get(field), after.get(field))
        for field in {**after, **before}
        if before.get(field) != after.get(field)
    ]


def _read_version(conn: sqlite3.Connection, report: int) -> Iterator[Printed]:
    yield from _read_metadata(conn, report)
    for position, number, heading, text in conn.execute(
        "SELECT position + 1, number, heading, text FROM sections WHERE report = ?"
        " ORDER BY position",
        [report],
    ):
        yield ("sections", f"{position}.number"), None if number is None else str(number)
        yield ("sections", f"{position}.heading"), heading
        yield ("sections", f"{position}.text"), text
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
