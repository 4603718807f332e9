"""XLS (also WPS's ET) -> document, by xlrd: the sheets that are shown, in order."""

from __future__ import annotations

import io
from datetime import datetime

import xlrd

from pipelines.reading.documents import limits
from pipelines.reading.documents.sheet import Merge, finished, read_sheet, shown, without_hidden
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.report import Block, Document


def read_xls(body: bytes) -> Document:
    """The document of an XLS file; raises ``Unreadable`` where it is none."""
    limits.check_size(body)
    try:
        # Merged cells are part of the formatting; ragged rows keep a far cell from costing memory.
        book = xlrd.open_workbook(
            file_contents=body, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise Unreadable("the XLS file is encrypted and needs a password") from error
        raise Unreadable("the XLS file is damaged and cannot be opened") from error
    # Damage shows in xlrd as whatever its unpacking of bytes runs into.
    except Exception as error:
        raise Unreadable("the XLS file is damaged and cannot be read") from error
    blocks: list[Block] = []
    hidden: list[str] = []
    for sheet in book.sheets():
        if sheet.visibility:
            hidden.append(f"sheet {sheet.name}")
            continue
        merges = [
            Merge(top, left, bottom, right) for top, bottom, left, right in sheet.merged_cells
        ]
        cells, merges, some = without_hidden(
            _cells(book, sheet),
            merges,
            {row for row, info in sheet.rowinfo_map.items() if info.hidden},
            {column for column, info in sheet.colinfo_map.items() if info.hidden},
        )
        hidden += [f"rows or columns of sheet {sheet.name}"] * some
        blocks += read_sheet(cells, merges)
    return finished("xls", blocks, hidden)


def _cells(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> dict[tuple[int, int], str]:
    return {
        (row, column): _text(book, cell)
        for row in range(sheet.nrows)
        for column, cell in enumerate(sheet.row(row))
        if cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
    }


def _text(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        form = book.format_map.get(book.xf_list[cell.xf_index].format_key)
        return shown(cell.value, form.format_str if form else "")
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return datetime(*xlrd.xldate_as_tuple(cell.value, book.datemode)).date().isoformat()
        except (xlrd.XLDateError, ValueError):
            return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERR"))
    return str(cell.value)
