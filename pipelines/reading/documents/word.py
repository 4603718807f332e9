"""DOCX -> document: paragraphs and tables of the body in order, numbering as Word prints it.

The parts are read with lxml: what a reader of the form needs of a DOCX are its text, its rows with
the columns a cell spans, and the numbers that Word puts before headings.
Source of names: ECMA-376 part 1, 17 (WordprocessingML).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from pipelines.reading.charset import decode
from pipelines.reading.documents import limits
from pipelines.reading.documents.html import read_html
from pipelines.reading.documents.numbering import Numbering
from pipelines.reading.documents.package import Package
from pipelines.reading.documents.page import fold, join_lines
from pipelines.reading.documents.sniff import sniff
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.documents.word_pictures import large_pictures
from pipelines.reading.findings import make_finding
from pipelines.reading.report import Block, Document, Finding, Grid, Paragraph

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_HIDDEN = {
    _W + "del",
    _W + "moveFrom",
    _W + "instrText",
    _W + "delText",
    _W + "rPr",
    _W + "pPr",
    _W + "rt",
    _MC + "Fallback",
}
"""What is not printed, or not in the text: deletions, field codes, properties, phonetic guides, and
the second drawing of a text box."""


def read_docx(body: bytes) -> Document:
    """The document of a DOCX file; raises ``Unreadable`` where it is none, or holds no text."""
    return _read(body, inside=False)


def _read(body: bytes, *, inside: bool) -> Document:
    """``inside``: the file was put into another one; then none that is put into it is read."""
    package = Package(body)
    name = "word/document.xml"
    if name not in package:
        raise Unreadable("the DOCX file has no word/document.xml")
    content = package.xml(name).find(_W + "body")
    if content is None:
        raise Unreadable("the DOCX file has no body")
    reader = _Reader(package, name, inside)
    blocks = tuple(reader.blocks(content))
    if not blocks:
        raise Unreadable("the DOCX file has no text; pictures in it are not read")
    unread = tuple(large_pictures(content, package.relations(name)))
    return Document("docx", "", blocks, findings=tuple(reader.findings), unread=unread)


class _Reader:
    """What the blocks of one file depend on: its lists, its notes, and the parts put into it."""

    def __init__(self, package: Package, part: str, inside: bool) -> None:
        def xml(name: str) -> etree._Element | None:
            return package.xml(name) if name in package else None

        self.findings: list[Finding] = []
        self._package = package
        self._inside = inside
        self._parts = package.relations(part)
        self._numbering = Numbering(xml("word/numbering.xml"), xml("word/styles.xml"))
        self._notes = {
            (kind, note.get(_W + "id")): note
            for kind in ("footnote", "endnote")
            if (notes := xml(f"word/{kind}s.xml")) is not None
            for note in notes.iter(_W + kind)
        }
        self._later: list[etree._Element] = []
        """Text boxes and notes met since the last block: they are read behind it."""
        self._begun = ""
        """Text of a paragraph whose end was deleted, so that it goes on in the next."""

    def blocks(self, container: etree._Element) -> Iterator[Block]:
        """The paragraphs and tables in an element, in order."""
        for child in container:
            if child.tag == _W + "p":
                yield from self._paragraphs(child)
            elif child.tag == _W + "tbl":
                grid = self._grid(child)
                if grid.cells:
                    yield grid
                yield from self._behind()
            elif child.tag == _W + "altChunk":
                yield from self._chunk(self._parts.get(child.get(_R + "id", ""), ""))
            elif child.tag not in _HIDDEN:
                # Content controls, insertions, custom XML: wrappers around more blocks.
                yield from self.blocks(child)

    def _chunk(self, part: str) -> Iterable[Block]:
        """The blocks of another file that is put in whole."""
        body = b""
        if part in self._package and not self._inside:
            body = self._package.read(part)
        kind = sniff(body)
        if kind == "docx":
            return _read(body, inside=True).blocks
        if kind == "page" and body and not body.lstrip().startswith(b"MIME-Version"):
            text, encoding = decode(body, None)
            return read_html(text, encoding, None).blocks
        self.findings.append(
            make_finding(
                "document.part",
                part,
                f"{part or 'a part'} of the DOCX file is of a type that is not read",
                f"文件中的{part or '某一部分'}类型不支持，未读取",
            )
        )
        return ()

    def _paragraphs(self, paragraph: etree._Element) -> Iterator[Block]:
        """One paragraph a line, then the text boxes that are anchored in it and its notes."""
        text = self._begun + self._numbering.label(paragraph) + "".join(self._runs(paragraph))
        self._begun = ""
        if paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
            self._begun = text
            return
        for line in text.split("\n"):
            if folded := fold(line):
                yield Paragraph(folded)
        # A note is read behind the table that it belongs to.
        if next(paragraph.iterancestors(_W + "tbl"), None) is None:
            yield from self._behind()

    def _behind(self) -> Iterator[Block]:
        later, self._later = self._later, []
        for element in later:
            yield from self.blocks(element)

    def _runs(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag in (_W + "t", _MATH + "t"):
                yield child.text or ""
            elif tag == _W + "tab":
                yield "\t"
            elif tag in (_W + "br", _W + "cr"):
                yield "\n"
            elif tag == _W + "noBreakHyphen":
                yield "-"
            elif tag == _W + "txbxContent":
                self._later.append(child)
            elif tag in (_W + "footnoteReference", _W + "endnoteReference"):
                kind = "footnote" if tag == _W + "footnoteReference" else "endnote"
                note = self._notes.get((kind, child.get(_W + "id")))
                self._later += [note] if note is not None else []
            elif tag == _W + "r" and _is_on(child.find(f"{_W}rPr/{_W}vanish")):
                continue
            elif tag not in _HIDDEN:
                yield from self._runs(child)

    def _grid(self, table: etree._Element) -> Grid:
        rows: list[list[str | None]] = []
        for row in table.iter(_W + "tr"):
            if next(row.iterancestors(_W + "tbl")) is table and not _is_deleted(row):
                rows.append(self._row(row, first=not rows))
        width = max(map(len, rows), default=0)
        if width * len(rows) > limits.MAX_CELLS:
            raise Unreadable(f"a table of the file has more than {limits.MAX_CELLS} cells")
        return Grid(tuple(tuple(row + [""] * (width - len(row))) for row in rows) if width else ())

    def _row(self, row: etree._Element, *, first: bool) -> list[str | None]:
        cells: list[str | None] = [""] * _value(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        for cell in row.iter(_W + "tc"):
            properties = f"{_W}tcPr/{_W}"
            if next(cell.iterancestors(_W + "tr")) is not row:
                continue
            if cell.find(properties + "cellDel") is not None:
                continue
            span = _value(cell.find(properties + "gridSpan"), 1)
            # A cell that goes on from the row above or the cell before has text of its own at
            # times, left from before it was merged; Word does not print it.
            below = _goes_on(cell.find(properties + "vMerge")) and not first
            goes_on = below or (_goes_on(cell.find(properties + "hMerge")) and bool(cells))
            cells.append(None if goes_on else self._cell_text(cell))
            cells += [None] * (span - 1)
        return cells

    def _cell_text(self, cell: etree._Element) -> str:
        """All text of a cell; that of a table inside it as well, row after row. A text box in a
        cell is part of it, a note is not."""
        parts = []
        notes, self._later = self._later, []
        for block in self.blocks(cell):
            parts += _texts(block)
        parts += [self._begun] if self._begun else []
        self._begun = ""
        boxes = [element for element in self._later if element.tag == _W + "txbxContent"]
        notes += [element for element in self._later if element.tag != _W + "txbxContent"]
        self._later = []
        for box in boxes:
            for block in self.blocks(box):
                parts += _texts(block)
        self._later = notes
        return join_lines(parts)


def _texts(block: Block) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    return [text for row in block.cells for text in row if text]


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _goes_on(merge: etree._Element | None) -> bool:
    return merge is not None and merge.get(_W + "val", "continue") == "continue"


def _is_on(toggle: etree._Element | None) -> bool:
    """Whether a property that is there is not switched off."""
    return toggle is not None and toggle.get(_W + "val", "1") not in ("0", "false", "off")


def _value(element: etree._Element | None, default: int) -> int:
    """A count as an attribute holds it, bounded: a span beyond this is damage."""
    try:
        number = int(element.get(_W + "val", "")) if element is not None else default
    except ValueError:
        return default
    return max(default, min(number, 200))
