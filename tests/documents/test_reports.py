"""A report is the same report whatever its file type, from the bytes to what `extract` prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.reading.doubts import find_doubts
from pipelines.reading.extract import extract
from pipelines.reading.report import (
    APPLICANTS,
    ApplicationRow,
    CellRef,
    Figure,
    Grid,
    Reading,
    Report,
)

FILES = Path(__file__).parent / "files"
TYPES = ["report.docx", "report.doc", "report.rtf", "report.xlsx", "report.xls", "report.ofd"]


@pytest.fixture(scope="module")
def pdf() -> Report:
    return extract((FILES / "report.pdf").read_bytes())


def test_a_pdf_is_read_as_a_whole_report(pdf: Report) -> None:
    assert (pdf.kind, pdf.form, pdf.year) == ("annual_report", "2021", 2023)
    assert pdf.publisher == "云泽县青石镇人民政府"
    assert pdf.signed_on == "2024-01-18"
    assert len(pdf.sections) == 6
    assert (len(pdf.disclosure), len(pdf.applications), len(pdf.proceedings)) == (10, 25, 3)


@pytest.mark.parametrize("name", TYPES)
def test_every_type_prints_the_same(pdf: Report, name: str) -> None:
    read, expected = extract((FILES / name).read_bytes()).to_json(), pdf.to_json()
    for part in ("title", "publisher", "signed_on", "disclosure", "applications", "proceedings"):
        assert read[part] == expected[part], part
    assert [s["heading"] for s in read["sections"]] == [s["heading"] for s in expected["sections"]]


def test_radicals_are_read_as_characters_and_kept_as_printed() -> None:
    report = extract((FILES / "kangxi.pdf").read_bytes())
    assert report.title is not None
    assert "⼈" in report.title
    assert report.publisher == report.signatory == "云泽县青石镇人民政府"
    assert len(report.applications) == 25


def scanned(*ways: Reading) -> Report:
    """A row of seven cells that OCR read, the first in these ways, the others surely as 0."""
    sure = (Reading("0", 0.99),)
    figures = tuple(
        Figure(0, "0", None, CellRef(0, 0, column)) for column in range(len(APPLICANTS))
    )
    grid = Grid((("0",) * 7,), "", ((ways, *[sure] * 6),))
    return Report(
        kind="annual_report", applications=[ApplicationRow("received", figures)], tables=[grid]
    )


def test_a_figure_that_ocr_is_not_sure_of_is_said() -> None:
    assert find_doubts(scanned(Reading("0", 0.98))) == []
    (low,) = find_doubts(scanned(Reading("0", 0.61)))
    assert (low.check, low.where, low.fault) == (
        "cell.doubtful",
        "applications.received.natural_person",
        "reading",
    )
    (nothing,) = find_doubts(scanned())
    assert "sees nothing" in nothing.message
    (other,) = find_doubts(scanned(Reading("6", 0.9), Reading("9", 0.7)))
    assert "'6'" in other.message
    assert "perhaps 9" in other.message
