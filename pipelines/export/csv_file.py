"""CSV in two kinds: for spreadsheets, and for programs.

``csv`` begins with a byte order mark, without which Excel takes Chinese for another charset, and a
text that a spreadsheet would run as a formula has an apostrophe before it; numbers, negative ones
too, are as they are. ``csv-plain`` has neither: its texts are exactly those of the database.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from pipelines.export.tables import Row, Table
from pipelines.export.written import Sheet, Written

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
"""https://owasp.org/www-community/attacks/CSV_Injection"""

BYTE_ORDER_MARK = "\ufeff"

_BLOCK = 1 << 16
"""Characters of CSV that are handed on at once."""


def write_csv(path: Path, table: Table, rows: Iterable[Row]) -> Written:
    return _write(path, table, rows, for_spreadsheets=True)


def write_plain_csv(path: Path, table: Table, rows: Iterable[Row]) -> Written:
    return _write(path, table, rows, for_spreadsheets=False)


def _write(path: Path, table: Table, rows: Iterable[Row], for_spreadsheets: bool) -> Written:
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with path.open("w", encoding="utf-8", newline="") as file:
        for block in csv_blocks(table.headers, counted(), for_spreadsheets):
            file.write(block)
    return Written(table.name, path.name, (Sheet(None, count),))


def csv_blocks(
    headers: Sequence[str], rows: Iterable[Row], for_spreadsheets: bool
) -> Iterator[str]:
    """The text of a CSV file, its headers first, in blocks."""
    block = StringIO()
    writer = csv.writer(block)
    if for_spreadsheets:
        block.write(BYTE_ORDER_MARK)
    writer.writerow(headers)
    for row in rows:
        writer.writerow([_defuse(value) for value in row] if for_spreadsheets else row)
        if block.tell() >= _BLOCK:
            yield block.getvalue()
            block.seek(0)
            block.truncate()
    yield block.getvalue()


def _defuse(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS):
        return f"'{value}"
    return value
