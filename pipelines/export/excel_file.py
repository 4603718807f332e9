"""Excel workbooks: one a table. A text is a text and never a formula, a link or a number.

A sheet has 1,048,576 rows and a cell 32,767 characters, and no writer can change that
(https://support.microsoft.com/en-us/office/1672b34d-7043-467e-8e27-269d656771c3). Rows go on on
further sheets, each with the header; a text that is too long ends with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from pipelines.export.tables import Row, Table
from pipelines.export.written import Sheet, Written

ROWS_OF_SHEET = 1_048_576
LONGEST_TEXT = 32_767
"""In UTF-16 code units, as Excel counts."""

SHORTENED = (
    "……【全文 {whole:,} 字，超出 Excel 单元格上限，完整文本见 CSV 或 Parquet 文件。"
    "Cut here: the text has {whole:,} characters, more than a cell of Excel holds; "
    "CSV and Parquet files have it whole.】"
)
_KEPT = LONGEST_TEXT - 250


def write_excel(path: Path, table: Table, rows: Iterable[Row]) -> Written:
    # Rows go to a file beside the workbook as they come, so that memory does not grow with them.
    options = {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
    book = Workbook(str(path), options)
    try:
        written = _write(path, book, table, rows)
        book.close()
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from error
    return written


def _write(path: Path, book: Workbook, table: Table, rows: Iterable[Row]) -> Written:
    headers = table.headers
    sheets: list[Sheet] = []
    sheet = _add_sheet(book, table.name, headers)
    number = shortened = 0
    for row in rows:
        if number + 1 == ROWS_OF_SHEET:
            sheets.append(Sheet(sheet.name, number))
            sheet = _add_sheet(book, f"{table.name} {len(sheets) + 1}", headers)
            number = 0
        number += 1
        for column, value in enumerate(row):
            if isinstance(value, str):
                if len(value) * 2 > LONGEST_TEXT and _is_too_long(value):
                    value = _shorten(value)
                    shortened += 1
                if value:
                    sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
    sheets.append(Sheet(sheet.name, number))
    return Written(table.name, path.name, tuple(sheets), shortened)


def _add_sheet(book: Workbook, name: str, headers: list[str]) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header)
    return sheet


def _is_too_long(text: str) -> bool:
    return len(text.encode("utf-16-le")) > 2 * LONGEST_TEXT


def _shorten(text: str) -> str:
    kept = text.encode("utf-16-le")[: 2 * _KEPT].decode("utf-16-le", errors="ignore")
    return kept + SHORTENED.format(whole=len(text))
