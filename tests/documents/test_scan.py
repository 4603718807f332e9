"""Scans: the form's figures come back from pictures of pages, with how sure they are."""

from __future__ import annotations

import io
from pathlib import Path

import made_report
import pytest
from made_pdf import pdf_of

from pipelines.documents import Unreadable, pdf, read_document, scan
from pipelines.report import Grid, Paragraph

FILES = Path(__file__).parent / "files"
needs_ocr = pytest.mark.skipif(not scan.is_installed(), reason="OCR is an optional extra")


def picture(number: int, *, skewed: bool = False, quarter: int = 0) -> bytes:
    """A page of the made-up report at 150 dpi as JPEG; skewed, blurred and noisy as from a scanner,
    turned by so many quarters."""
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter

    report = pypdfium2.PdfDocument((FILES / "report.pdf").read_bytes())
    image = report[number].render(scale=150 / 72, grayscale=True).to_pil()
    if skewed:
        image = image.rotate(0.6, resample=Image.Resampling.BICUBIC, fillcolor=255)
        image = image.filter(ImageFilter.GaussianBlur(0.7))
        noise = np.random.default_rng(1).normal(0, 9, (image.height, image.width))
        image = Image.fromarray(np.clip(np.asarray(image, float) + noise, 0, 255).astype("uint8"))
    image = image.rotate(90 * quarter, expand=True)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def plain(text: str | None) -> str | None:
    """Without what OCR cannot tell: width of brackets, spaces."""
    return text and text.translate(str.maketrans("（）：，", "():,")).replace(" ", "")


@needs_ocr
@pytest.mark.parametrize("quarter", [0, 1])
def test_a_skewed_and_noisy_scan_gives_every_cell(quarter: int) -> None:
    document = read_document(picture(0, skewed=True, quarter=quarter))
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    expected = made_report.rectangle(made_report.tables()[0])
    assert [[plain(text) for text in row] for row in grid.cells] == [
        [plain(text) for text in row] for row in expected
    ]
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
def test_a_pdf_of_scans_is_joined_over_its_page_break() -> None:
    from PIL import Image

    pages = [Image.open(io.BytesIO(picture(number))) for number in (1, 2)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    document = read_document(out.getvalue())
    assert document.format == "pdf"
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    for grid, table in zip(grids, made_report.tables()[1:], strict=True):
        wrong = [
            (text, expected)
            for row, expected_row in zip(grid.cells, made_report.rectangle(table), strict=True)
            for text, expected in zip(row, expected_row, strict=True)
            if plain(text) != plain(expected)
        ]
        assert not wrong


@needs_ocr
def test_a_picture_of_nothing() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (800, 1000), 255).save(out, "PNG")
    with pytest.raises(Unreadable, match="no text can be seen"):
        read_document(out.getvalue())


@needs_ocr
@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n junk", b"\xff\xd8\xff\xe0 junk"])
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
    document = read_document(pdf_of(drawn, pages=["BT /F1 10 Tf 20 20 Td (text) Tj ET"]))
    assert document.blocks == (Paragraph("text"),)
    assert [(finding.check, finding.where) for finding in document.findings] == [
        ("document.unread", "page 1")
    ]


@needs_ocr
def test_what_looks_like_an_oh_among_figures_is_a_zero_in_doubt() -> None:
    from pipelines.documents.ocr import _chosen, _Seen

    assert _chosen(_Seen("1O", 0.97), None) == (_Seen("10", 0.97), "1O")
    assert _chosen(_Seen("〇", 0.9), _Seen("O", 0.8)) == (_Seen("0", 0.9), "〇")
    assert _chosen(_Seen("Others", 0.97), None) == (_Seen("Others", 0.97), None)


@needs_ocr
def test_ink_that_cannot_be_read_is_neither_blank_nor_guessed() -> None:
    from pipelines.documents.ocr import _chosen, _Seen

    assert _chosen(_Seen("8", 0.2), _Seen("", 0.0)) == (_Seen("\ufffd", 0.2), "8")
