"""PDF -> document, by pdfium. Pages that are pictures, or in fonts without names, go to OCR.

Text and ruled lines are taken from pdfium with their places; ``printed`` makes blocks of them. That
takes a fraction of the time of a general table finder, and merged cells come out as such.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.reading.documents import limits
from pipelines.reading.documents.page import SMALLEST_TABLE, Page
from pipelines.reading.documents.pdf_lines import Turned, read_drawing
from pipelines.reading.documents.pdf_text import UNKNOWN, read_glyphs
from pipelines.reading.documents.printed import read_pages
from pipelines.reading.documents.scan import MISSING, PageReader, is_installed
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.findings import make_finding
from pipelines.reading.report import Document, Finding

if TYPE_CHECKING:
    from pipelines.reading.documents.picture import Picture

_PICTURE_SHARE = 0.4
"""Of its page, above which a picture on a page without text is a scan of the page."""
_UNKNOWN_SHARE = 0.2
"""Of its characters, above which a page is read by OCR, because its fonts do not name them."""
_FEW_GLYPHS = 40
"""Up to which the text on a page may be a page number or a scanner's mark."""
_OCR_DPI = 200

_lock = threading.RLock()
"""pdfium keeps state of its own for the whole process."""


def read_pdf(body: bytes) -> Document:
    """The document of a PDF; raises ``Unreadable`` where there is none to read."""
    limits.check_size(body)
    with _lock:
        pdf = _open(body)
        try:
            return _read(pdf)
        finally:
            pdf.close()


def _open(body: bytes) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        # Of a file without pages pdfium gives the error of the file before it.
        encrypted = b"/Encrypt" in body
        if encrypted and error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise Unreadable("the PDF is encrypted and needs a password") from error
        if encrypted and error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise Unreadable("the PDF is encrypted in a way that cannot be read") from error
        raise Unreadable("the PDF is damaged, or has no page, and cannot be opened") from error
    if len(pdf) > limits.MAX_PAGES:
        count = len(pdf)
        pdf.close()
        raise Unreadable(f"the PDF has {count} pages; at most {limits.MAX_PAGES} are read")
    return pdf


def _read(pdf: pypdfium2.PdfDocument) -> Document:
    ocr = PageReader()
    nameless: list[int] = []
    pictured: list[str] = []
    blocks = read_pages(_pages(pdf, ocr, nameless, pictured))
    if not blocks:
        raise Unreadable(MISSING if ocr.unread else "the PDF has no text, and no picture of any")
    findings = (*ocr.findings(), *_unnamed(nameless))
    return Document("pdf", "", blocks, findings=findings, unread=tuple(pictured))


def _unnamed(pages: list[int]) -> list[Finding]:
    if not pages:
        return []
    where = ", ".join(map(str, pages))
    return [
        make_finding(
            "document.characters",
            f"page {where}",
            f"fonts on page {where} do not say which characters they print; those that OCR has not "
            f"read instead are {UNKNOWN}",
            f"第{where}页的字体未说明所印的是哪些字符，未经光学字符识别的以{UNKNOWN}代替",
        )
    ]


def _pages(
    pdf: pypdfium2.PdfDocument, ocr: PageReader, nameless: list[int], pictured: list[str]
) -> Iterator[Page]:
    """Each page as print; ``nameless`` gets the numbers of those with characters of no name,
    ``pictured`` the names of those that show pictures beside their text."""
    spent = 0.0
    for number in range(len(pdf)):
        started = time.monotonic()
        try:
            page = pdf[number]
        except pypdfium2.PdfiumError as error:
            raise Unreadable(f"page {number + 1} of the PDF is damaged") from error
        try:
            read = read_page(page)
            spent += time.monotonic() - started
            unknown = sum(glyph.text == UNKNOWN for glyph in read.glyphs)
            if unknown:
                nameless.append(number + 1)
            is_unknown = unknown > _UNKNOWN_SHARE * len(read.glyphs)
            if not is_unknown and not _is_picture(read):
                if read.pictured > SMALLEST_TABLE:
                    pictured.append(f"page {number + 1}")
                yield read
            elif is_installed():
                yield _read_picture(page, read, number + 1, ocr)
            else:
                yield read
                ocr.miss(number + 1)
        finally:
            page.close()
        if spent > limits.MAX_SECONDS:
            raise Unreadable(f"the PDF takes longer than {limits.MAX_SECONDS:.0f} seconds to read")


def _read_picture(page: pypdfium2.PdfPage, size: Page, number: int, ocr: PageReader) -> Page:
    scale = min(_OCR_DPI / 72, (limits.MAX_PIXELS / (size.width * size.height)) ** 0.5)
    picture: Picture = page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3]
    return ocr.read(picture, number, scale)


def read_page(page: pypdfium2.PdfPage) -> Page:
    """One page's glyphs, lines and filled boxes, as pdfium has them."""
    place = Turned(page)
    across, down, boxes, hides_text, pictured = read_drawing(page, place)
    glyphs = read_glyphs(page, place, hides_text=hides_text)
    return Page(place.width, place.height, glyphs, across, down, boxes, pictured)


def _is_picture(page: Page) -> bool:
    """Whether a page is a scan: a picture with no text of its own but a page number or a scanner's
    mark. Text that some OCR has laid under it, where it cannot be seen, is not read."""
    has_text = len(page.glyphs) > _FEW_GLYPHS
    return not has_text and page.pictured > _PICTURE_SHARE * page.width * page.height
