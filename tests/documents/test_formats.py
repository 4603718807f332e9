"""One report in every file type: the same cells and paragraphs come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import made_report
import pytest

from pipelines.reading.documents import read_document
from pipelines.reading.report import Document, Grid, Paragraph
from pipelines.reading.tables import read_tables

FILES = Path(__file__).parent / "files"
needs_office = pytest.mark.skipif(
    not shutil.which("soffice"), reason="DOC and RTF are read by LibreOffice, which is not here"
)
KINDS = [
    ("report.pdf", "pdf"),
    ("cut.pdf", "pdf"),
    ("report.docx", "docx"),
    pytest.param("report.doc", "doc", marks=needs_office),
    pytest.param("report.rtf", "doc", marks=needs_office),
    ("report.xlsx", "xlsx"),
    ("report.xls", "xls"),
    ("report.ofd", "ofd"),
]


def read(name: str) -> Document:
    return read_document((FILES / name).read_bytes())


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_cells_and_paragraphs_come_back(name: str, kind: str) -> None:
    document = read(name)
    assert document.format == kind
    assert not document.findings
    assert [grid.cells for grid in grids(document)] == [
        made_report.rectangle(table) for table in made_report.tables()
    ]
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        made_report.TITLE,
        *made_report.PARAGRAPHS,
    ]


@pytest.mark.parametrize(
    "name", ["cut.pdf", "report.docx", "report.xls", "report.ofd", "kangxi.pdf"]
)
def test_the_form_is_read_from_any_of_them(name: str) -> None:
    document = read(name)
    tables = read_tables(document)
    assert tables.form == "2021"
    assert not tables.findings
    figures = [row.figure for row in tables.disclosure]
    for row in (*tables.applications, *tables.proceedings):
        figures += row.figures
    assert len(figures) == 200
    for figure in figures:
        table, row_number, column = figure.at
        assert tables.tables[table].cells[row_number][column] == figure.raw == str(figure.value)


def test_raw_text_keeps_the_radicals_that_a_printer_left() -> None:
    document = read("kangxi.pdf")
    assert "⾏政许可" in [text for grid in grids(document) for row in grid.cells for text in row]
