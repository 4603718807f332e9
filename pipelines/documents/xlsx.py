"""XLSX -> document: the sheets that are shown, in order.

Read with lxml cell by cell, so that one cell at the far end of a sheet costs nothing (table
libraries allot the whole rectangle). Source of names: ECMA-376 part 1, 18 (SpreadsheetML).
"""

from __future__ import annotations

import posixpath
import re
from datetime import datetime, timedelta

from lxml import etree

from pipelines.documents import limits
from pipelines.documents.package import Package
from pipelines.documents.sheet import Merge, read_sheet, shown
from pipelines.documents.unreadable import Unreadable
from pipelines.report import Block, Document

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_BUILT_IN = {2: "0.00", 4: "#,##0.00", 9: "0%", 10: "0.00%", 39: "#,##0.00", 40: "#,##0.00"}
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_PATTERN = re.compile(r"[yd]|年|月")


def read_xlsx(body: bytes) -> Document:
    """The document of an XLSX file; raises ``Unreadable`` where it is none."""
    package = Package(body)
    workbook = "xl/workbook.xml"
    if workbook not in package:
        raise Unreadable("the XLSX file has no xl/workbook.xml")
    parts = _relations(package, "xl/_rels/workbook.xml.rels")
    strings = _strings(package)
    formats = _Formats(package)
    blocks: list[Block] = []
    for sheet in package.xml(workbook).iter(_S + "sheet"):
        part = parts.get(sheet.get(_R + "id", ""), "")
        if sheet.get("state", "visible") == "visible" and part in package:
            blocks += _sheet(package.xml(part), strings, formats)
    return Document("xlsx", "", tuple(blocks))


def _sheet(root: etree._Element, strings: list[str], formats: _Formats) -> list[Block]:
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
    return list(read_sheet(cells, merges))


def _text(cell: etree._Element, strings: list[str], formats: _Formats) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(_S + "v") or ""
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(_S + "t"))
    if kind == "s":
        return strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
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
        if form in _BUILT_IN_DATES or _DATE_PATTERN.search(pattern):
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


def _relations(package: Package, name: str) -> dict[str, str]:
    if name not in package:
        return {}
    return {
        relation.get("Id", ""): posixpath.normpath(
            posixpath.join("/xl", relation.get("Target", ""))
        ).lstrip("/")
        for relation in package.xml(name)
    }
