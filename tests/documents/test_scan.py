"""Scans: the form's figures come back from pictures of pages, with how sure they are."""

from __future__ import annotations

import io
from pathlib import Path

import made_ofd
import made_report
import pytest
from made_pdf import pdf_of
from made_scan import file_of, page, scanned, sealed

from pipelines.reading.documents import Unreadable, pdf, read_document, scan
from pipelines.reading.extract import extract
from pipelines.reading.pages import Page, read_page
from pipelines.reading.report import Document, Grid, Paragraph

FILES = Path(__file__).parent / "files"
needs_ocr = pytest.mark.skipif(not scan.is_installed(), reason="OCR is an optional extra")


def plain(text: str | None) -> str | None:
    """Without what OCR cannot tell: width of brackets, spaces."""
    return text and text.translate(str.maketrans("（）：，", "():,")).replace(" ", "")


def wrong_cells(document: Document, numbers: list[int]) -> list[tuple[str | None, str | None]]:
    """Cells of these tables that are not as printed, each with what was printed."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    expected = [made_report.rectangle(made_report.tables()[number]) for number in numbers]
    return [
        (text, right)
        for grid, table in zip(grids, expected, strict=True)
        for row, right_row in zip(grid.cells, table, strict=True)
        for text, right in zip(row, right_row, strict=True)
        if plain(text) != plain(right)
    ]


@needs_ocr
def test_a_skewed_and_noisy_scan_that_lies_on_its_side_gives_every_cell() -> None:
    image = scanned(page(0)).rotate(90, expand=True)
    document = read_document(file_of([image], "JPEG", quality=80))
    assert not wrong_cells(document, [0])
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert grid.readings
    for cells, ways in zip(grid.cells, grid.readings, strict=True):
        for text, cell_ways in zip(cells, ways, strict=True):
            assert bool(text) == bool(cell_ways)
            if text:
                assert cell_ways[0].text == text
                assert 0.4 < cell_ways[0].confidence <= 1
    assert [finding.check for finding in document.findings] == ["document.ocr"]
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert [plain(text) for text in texts[:1]] == [plain(made_report.TITLE)]


@needs_ocr
def test_a_whole_report_of_scans_with_a_seal_over_figures_and_signature() -> None:
    printed = extract((FILES / "report.pdf").read_bytes())
    images = [scanned(page(number), skew=1.5 - number) for number in range(3)]
    images[2] = sealed(sealed(images[2], 0.22, 0.76), 0.7, 0.55)
    reading = read_page(Page(file_of(images, "TIFF", compression="tiff_deflate")))
    assert [time.page for time in reading.ocr] == [1, 2, 3]
    report = reading.report
    assert report is not None
    for name in ("title", "year", "publisher", "signatory", "signed_on"):
        assert getattr(report, name) == getattr(printed, name), name
    assert [s.heading for s in report.sections] == [s.heading for s in printed.sections]
    read, right = report.to_json(), printed.to_json()
    said = {finding.where for finding in report.findings if finding.check.startswith("cell.")}
    for part, key in (("applications", "outcome"), ("proceedings", "route")):
        for row, right_row in zip(read[part], right[part], strict=True):
            assert 0 < row.pop("ocr_confidence") <= 1
            for name, value in right_row.items():
                assert row[name] == value or f"{part}.{row[key]}.{name}" in said
    assert all("ocr_confidence" in row for row in read["disclosure"])
    assert "ocr_confidence" not in str(right)


@needs_ocr
def test_a_faint_scan_in_an_ofd_file() -> None:
    image = scanned(page(0), skew=0.8, noise=5, faint=True)
    document = read_document(made_ofd.of_picture(file_of([image], "PNG"), 210, 297))
    assert document.format == "ofd"
    assert not wrong_cells(document, [0])
    assert [finding.check for finding in document.findings] == ["document.ocr"]


@needs_ocr
def test_a_picture_of_nothing() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (800, 1000), 255).save(out, "PNG")
    with pytest.raises(Unreadable, match="no text can be seen"):
        read_document(out.getvalue())


@needs_ocr
@pytest.mark.parametrize(
    "body",
    [
        b"\x89PNG\r\n\x1a\n junk",
        b"\xff\xd8\xff\xe0 junk",
        b"GIF89a junk",
        b"BM\x20\0\0\0\0\0\0\0 junk",
        b"RIFF\x10\0\0\0WEBPVP8 junk",
    ],
)
def test_a_damaged_picture(body: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        read_document(body)


@needs_ocr
def test_a_picture_too_large_is_not_unpacked() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert len(out.getvalue()) < 1_000_000
    with pytest.raises(Unreadable, match="12000 × 12000"):
        read_document(out.getvalue())


def test_where_ocr_is_missing_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    with pytest.raises(Unreadable, match="make install-all"):
        read_document(b"\x89PNG\r\n\x1a\n")


def test_without_ocr_the_rest_of_a_pdf_is_read_and_the_missing_page_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf, "is_installed", lambda: False)
    drawn = "q 300 0 0 200 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
    with pytest.raises(Unreadable, match="make install-all"):
        read_document(pdf_of(drawn))
    # What some other OCR has laid under a scan, where it cannot be seen, is not its text.
    hidden = f"BT 3 Tr /F1 5 Tf 20 90 Td ({'another reading of it ' * 3}) Tj ET {drawn}"
    with_hidden = read_document(pdf_of("BT /F1 10 Tf 20 20 Td (text) Tj ET", pages=[hidden]))
    assert [finding.where for finding in with_hidden.findings] == ["page 2"]
    document = read_document(pdf_of(drawn, pages=["BT /F1 10 Tf 20 20 Td (text) Tj ET"]))
    assert document.blocks == (Paragraph("text"),)
    assert [(finding.check, finding.where) for finding in document.findings] == [
        ("document.unread", "page 1")
    ]
