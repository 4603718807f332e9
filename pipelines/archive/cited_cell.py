"""The cells of a report by name: what printed a figure, and what it was read as."""

from __future__ import annotations

import re
import sqlite3
from difflib import get_close_matches
from typing import Any

from pipelines.archive.printed_cell import Place
from pipelines.columns import figure_text
from pipelines.database.file import select
from pipelines.reading.statements import load_statements
from pipelines.wide import wide_columns

_PLACE = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")


class Unknown(LookupError):
    """There is no such report or cell: one sentence, with the nearest names."""


def find_cell(conn: sqlite3.Connection, report: int, name: str) -> dict[str, Any]:
    """A cell of a report by the name of its figure or by its place: ``capture``, ``table``,
    ``row`` and ``column`` from 0, ``raw`` as printed, ``value`` and ``absence`` as read, ``figure``
    and ``label`` where it is one, ``confidence`` where OCR read it; of a count that the text
    states, ``section`` and ``sentence`` instead of a place. Raises Unknown."""
    if place := _PLACE.fullmatch(name):
        return _cell_at(conn, report, Place(*map(int, place.groups())))
    figures = {_name(row["item"], row["measure"]): row for row in _figures(conn, report)}
    if name in figures:
        return _figure(name, figures[name])
    stated = _statements(conn, report)
    if name in stated:
        return stated[name]
    names = [*figures, *stated]
    near = get_close_matches(name, names, 3, 0.5)
    said = f"; the nearest are {', '.join(near)}" if near else ""
    if not names:
        said = "; it has no figures"
    raise Unknown(f"report {report} has no cell {name}{said}")


def _figures(conn: sqlite3.Connection, report: int) -> list[dict[str, Any]]:
    return select(
        conn,
        "SELECT part, item, measure, value, unit, raw, absence, table_number, row,"
        ' "column", confidence, capture FROM figures WHERE report = ?',
        [report],
    )


def _name(item: str, measure: str) -> str:
    # A list before 2019 counts for the organ itself, unless it says for whom.
    return item if measure == "own" else f"{item}_{measure}"


def _figure(name: str, row: dict[str, Any]) -> dict[str, Any]:
    labels = {wide.name: figure_text(wide) for wide in wide_columns()}
    label = labels.get(name)
    return {
        "figure": name,
        "label": {"zh": label.zh, "en": label.en} if label else {"zh": row["item"], "en": name},
        "table": row["table_number"],
        "row": row["row"],
        "column": row["column"],
        "raw": row["raw"],
        "value": row["value"],
        "unit": row["unit"],
        "absence": row["absence"],
        "confidence": row["confidence"],
        "capture": row["capture"],
    }


def _cell_at(conn: sqlite3.Connection, report: int, place: Place) -> dict[str, Any]:
    name = ".".join(map(str, place))
    for row in _figures(conn, report):
        if (row["table_number"], row["row"], row["column"]) == place:
            return _figure(_name(row["item"], row["measure"]), row)
    tables = select(
        conn,
        "SELECT number, rows, columns, capture,"
        " json_extract(cells, '$[' || :row || '][' || :column || ']') AS raw,"
        " json_extract(readings, '$[' || :row || '][' || :column || '][0][1]') AS confidence"
        " FROM tables WHERE report = :report ORDER BY number",
        {"report": report, "row": place.row, "column": place.column},
    )
    table = next((table for table in tables if table["number"] == place.table), None)
    if table is None:
        there = f"tables 0 to {len(tables) - 1}" if tables else "no table"
        raise Unknown(f"report {report} has no cell {name}; it has {there}")
    if place.row >= table["rows"] or place.column >= table["columns"]:
        raise Unknown(
            f"report {report} has no cell {name}; table {place.table} has rows 0 to"
            f" {table['rows'] - 1} and columns 0 to {table['columns'] - 1}"
        )
    if table["raw"] is None:
        raise Unknown(
            f"report {report} has no cell {name}; another cell spans that place of the table"
        )
    return {
        "figure": None,
        "label": None,
        **place._asdict(),
        "raw": table["raw"],
        "value": None,
        "unit": None,
        "absence": None,
        "confidence": table["confidence"],
        "capture": table["capture"],
    }


def _statements(conn: sqlite3.Connection, report: int) -> dict[str, dict[str, Any]]:
    """Counts that the text states; of two of one kind the first has its name, as in the view."""
    known = {entry.code: entry for entry in load_statements()}
    found: dict[str, dict[str, Any]] = {}
    for row in select(
        conn,
        "SELECT s.code, s.value, s.unit, s.raw, s.sentence, s.section, sections.heading"
        " FROM statements AS s LEFT JOIN sections"
        " ON sections.report = s.report AND sections.position = s.section"
        " WHERE s.report = ? ORDER BY s.position",
        [report],
    ):
        code = row.pop("code")
        entry = known.get(code)
        label = {"zh": entry.zh, "en": entry.en} if entry else {"zh": code, "en": code}
        found.setdefault(code, {"figure": code, "label": label, **row})
    return found
