"""XLSX -> document: the sheets that are shown, in order.

Read with lxml cell by cell, so that one cell at the far end of a sheet costs nothing (table
libraries allot the whole rectangle). Source of names: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lxml import etree

from pipelines.reading.documents import limits
from pipelines.reading.documents.package import Package
from pipelines.reading.documents.sheet import (
    MOST_COLUMNS,
    UNKNOWN,
    Merge,
    finished,
    read_sheet,
    shown,
    without_hidden,
)
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.report import Block, Document

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_BUILT_IN |= dict.fromkeys((37, 38, 41, 42), "#,##0") | dict.fromkeys((39, 40, 43, 44), "#,##0.00")
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_PATTERN = re.compile(r"[yd]|年|月")
_NOT_PATTERN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What stands for itself in a pattern, and colours ([Red])."""


def read_xlsx(body: bytes) -> Document:
    """The document of an XLSX file; raises ``Unreadable`` where it is none."""
    package = Package(body)
    workbook = "xl/workbook.xml"
    if workbook not in package:
        raise Unreadable("the XLSX file has no xl/workbook.xml")
    parts = package.relations(workbook)
    strings = _strings(package)
    formats = _Formats(package)
    blocks: list[Block] = []
    hidden: list[str] = []
    for sheet in package.xml(workbook).iter(_S + "sheet"):
        part, name = parts.get(sheet.get(_R + "id", ""), ""), sheet.get("name", "")
        if part not in package:
            continue
        if sheet.get("state", "visible") == "visible":
            blocks += _sheet(package.xml(part), name, hidden, strings, formats)
        else:
            hidden.append(f"sheet {name}")
    return finished("xlsx", blocks, hidden)


def _sheet(
    root: etree._Element, name: str, hidden: list[str], strings: list[str], formats: _Formats
) -> list[Block]:
    cells: dict[tuple[int, int], str] = {}
    for cell in root.iter(_S + "c"):
        if text := _text(cell, strings, formats):
            cells[_place(cell.get("r", ""))] = text
            if len(cells) > limits.MAX_CELLS:
                raise Unreadable(f"a sheet has more than {limits.MAX_CELLS} cells")
    merges = []
    for merge in root.iter(_S + "mergeCell"):
        start, _, end = merge.get("ref", "").partition(":")
        (top, left), (bottom, right) = _place(start), _place(end or start)
        merges.append(Merge(top, left, bottom + 1, right + 1))
    rows = {_whole(row.get("r")) - 1 for row in root.iter(_S + "row") if _is_hidden(row)}
    columns = {
        column
        for columns in root.iter(_S + "col")
        if _is_hidden(columns)
        for column in range(
            _whole(columns.get("min")) - 1, min(_whole(columns.get("max")), MOST_COLUMNS)
        )
    }
    cells, merges, some = without_hidden(cells, merges, rows, columns)
    hidden += [f"rows or columns of sheet {name}"] * some
    return list(read_sheet(cells, merges))


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _text(cell: etree._Element, strings: list[str], formats: _Formats) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(_S + "v") or ""
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(_S + "t"))
    if kind == "s":
        return strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
    if not value and cell.find(_S + "f") is not None:
        # A formula that no program has computed yet: what it would show is not known.
        return UNKNOWN
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind != "n" or not value:
        return value
    try:
        return formats.show(float(value), cell.get("s", "0"))
    except (ValueError, OverflowError):
        return value


def _strings(package: Package) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in package:
        return []
    # Phonetic guides (rPh) are printed above the text, not in it.
    return [
        "".join(
            text.text or ""
            for text in item.iter(_S + "t")
            if (parent := text.getparent()) is not None and parent.tag != _S + "rPh"
        )
        for item in package.xml(name).iter(_S + "si")
    ]


class _Formats:
    """How numbers are shown, by the style of their cell."""

    def __init__(self, package: Package) -> None:
        self._styles: list[int] = []
        self._patterns = dict(_BUILT_IN)
        name = "xl/styles.xml"
        if name not in package:
            return
        root = package.xml(name)
        for pattern in root.iter(_S + "numFmt"):
            self._patterns[_whole(pattern.get("numFmtId"))] = pattern.get("formatCode", "")
        styles = root.find(_S + "cellXfs")
        if styles is not None:
            self._styles = [_whole(style.get("numFmtId")) for style in styles]

    def show(self, number: float, style: str) -> str:
        index = _whole(style)
        form = self._styles[index] if index < len(self._styles) else 0
        pattern = self._patterns.get(form, "")
        if form in _BUILT_IN_DATES or _DATE_PATTERN.search(_NOT_PATTERN.sub("", pattern)):
            return (datetime(1899, 12, 30) + timedelta(days=number)).date().isoformat()
        return shown(number, pattern)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _place(reference: str) -> tuple[int, int]:
    match = _PLACE.fullmatch(reference)
    if not match:
        raise Unreadable(f"a sheet of the XLSX file is damaged (a cell named {reference!r:.20})")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1
