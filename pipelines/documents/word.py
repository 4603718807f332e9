"""DOCX -> document: paragraphs and tables of the body in order, numbering as Word prints it.

The parts are read with lxml: what a reader of the form needs of a DOCX are its text, its rows with
the columns a cell spans, and the numbers that Word puts before headings.
Source of names: ECMA-376 part 1, 17 (WordprocessingML).
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipelines.documents import limits
from pipelines.documents.numbering import Numbering
from pipelines.documents.package import Package
from pipelines.documents.page import fold, join_lines
from pipelines.documents.unreadable import Unreadable
from pipelines.report import Block, Document, Grid, Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_HIDDEN = {
    _W + "del",
    _W + "moveFrom",
    _W + "instrText",
    _W + "delText",
    _W + "rPr",
    _W + "pPr",
    _MC + "Fallback",
}
"""What is not printed: deletions, field codes, properties, and the second drawing of a text box."""


def read_docx(body: bytes) -> Document:
    """The document of a DOCX file; raises ``Unreadable`` where it is none."""
    package = Package(body)
    name = "word/document.xml"
    if name not in package:
        raise Unreadable("the DOCX file has no word/document.xml")
    root = package.xml(name)
    content = root.find(_W + "body")
    if content is None:
        if root.nsmap.get("w") == _STRICT:
            raise Unreadable("the DOCX file is Strict Open XML, which is not read")
        raise Unreadable("the DOCX file has no body")
    numbering = Numbering(
        *(package.xml(part) if part in package else None for part in _NUMBERING_PARTS)
    )
    return Document("docx", "", tuple(_blocks(content, numbering)))


_NUMBERING_PARTS = ("word/numbering.xml", "word/styles.xml")


def _blocks(container: etree._Element, numbering: Numbering) -> Iterator[Block]:
    for child in container:
        if child.tag == _W + "p":
            yield from _paragraphs(child, numbering)
        elif child.tag == _W + "tbl":
            grid = _grid(child, numbering)
            if grid.cells:
                yield grid
        elif child.tag not in _HIDDEN:
            # Content controls, insertions, custom XML: wrappers around more blocks.
            yield from _blocks(child, numbering)


def _paragraphs(paragraph: etree._Element, numbering: Numbering) -> Iterator[Block]:
    """One paragraph a line, then what stands in text boxes that are anchored in it."""
    boxes: list[etree._Element] = []
    text = numbering.label(paragraph) + "".join(_runs(paragraph, boxes))
    for line in text.split("\n"):
        if folded := fold(line):
            yield Paragraph(folded)
    for box in boxes:
        yield from _blocks(box, numbering)


def _runs(element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag == _W + "t":
            yield child.text or ""
        elif tag == _W + "tab":
            yield "\t"
        elif tag in (_W + "br", _W + "cr"):
            yield "\n"
        elif tag == _W + "noBreakHyphen":
            yield "-"
        elif tag == _W + "txbxContent":
            boxes.append(child)
        elif tag not in _HIDDEN:
            yield from _runs(child, boxes)


def _grid(table: etree._Element, numbering: Numbering) -> Grid:
    rows: list[list[str | None]] = []
    for row in table.iter(_W + "tr"):
        if next(row.iterancestors(_W + "tbl")) is table and not _is_deleted(row):
            rows.append(_row(row, numbering, first=not rows))
    width = max(map(len, rows), default=0)
    if width * len(rows) > limits.MAX_CELLS:
        raise Unreadable(f"a table of the file has more than {limits.MAX_CELLS} cells")
    return Grid(tuple(tuple(row + [""] * (width - len(row))) for row in rows) if width else ())


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _row(row: etree._Element, numbering: Numbering, *, first: bool) -> list[str | None]:
    cells: list[str | None] = [""] * _value(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
    for cell in row.iter(_W + "tc"):
        if next(cell.iterancestors(_W + "tr")) is not row:
            continue
        span = _value(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        # A cell that goes on from the row above has text of its own at times, left from before it
        # was merged; Word does not print it.
        goes_on = merge is not None and merge.get(_W + "val", "continue") == "continue"
        cells.append(None if goes_on and not first else _cell_text(cell, numbering))
        cells += [None] * (span - 1)
    return cells


def _cell_text(cell: etree._Element, numbering: Numbering) -> str:
    """All text of a cell; that of a table inside it as well, row after row."""
    parts = []
    for block in _blocks(cell, numbering):
        if isinstance(block, Paragraph):
            parts.append(block.text)
        else:
            parts += [text for row in block.cells for text in row if text]
    return join_lines(parts)


def _value(element: etree._Element | None, default: int) -> int:
    """A count as an attribute holds it, bounded: a span beyond this is damage."""
    try:
        number = int(element.get(_W + "val", "")) if element is not None else default
    except ValueError:
        return default
    return max(default, min(number, 200))
