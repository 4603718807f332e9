"""The cell of an archived page that printed a figure, found by what its table reads as."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from pipelines.reading.documents.html_rows import printed_cells
from pipelines.reading.grid import Rows


class Place(NamedTuple):
    """A cell: the number of its table among the report's, its row and column, from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of a report as it was read. ``twins`` are the equal ones before it."""

    report: int
    capture: int
    number: int
    caption: str
    cells: Rows
    is_ocr: bool
    twins: int


def read_place(table: str, row: str, column: str) -> Place | None:
    """A cell as an address names it; None for what is no place."""
    numbers = [int(text) for text in (table, row, column) if re.fullmatch(r"\d{1,6}", text)]
    return Place(*numbers) if len(numbers) == 3 else None


_TABLES = """
SELECT report, capture, number, caption, cells, readings IS NOT NULL FROM tables
WHERE capture = ? AND report = (SELECT max(report) FROM tables WHERE capture = ?)
ORDER BY number
"""


def printed_tables(conn: sqlite3.Connection, capture: int) -> list[PrintedTable]:
    """The tables that were read from a capture, for the newest version of its report."""
    seen: list[str] = []
    tables = []
    for report, at, number, caption, cells, is_ocr in conn.execute(_TABLES, [capture, capture]):
        rows = tuple(tuple(row) for row in json.loads(cells))
        twins = seen.count(cells)
        tables.append(PrintedTable(report, at, number, caption, rows, bool(is_ocr), twins))
        seen.append(cells)
    return tables


def printer_of(conn: sqlite3.Connection, page: int, table: int) -> int | None:
    """The part of a page that printed a table of its report; None where the page itself did."""
    found = conn.execute(
        "SELECT capture FROM tables WHERE report = ? AND number = ? AND capture != report",
        [page, table],
    ).fetchone()
    return found[0] if found else None


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
