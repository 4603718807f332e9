"""PDF -> document, by pdfium. Pages that are pictures go to OCR.

Text and ruled lines are taken from pdfium with their places; ``printed`` makes blocks of them. That
takes a fraction of the time of a general table finder, and merged cells come out as such.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.documents import limits
from pipelines.documents.page import Glyph, Page, Rule
from pipelines.documents.printed import read_pages
from pipelines.documents.scan import MISSING, PageReader, is_installed
from pipelines.documents.unreadable import Unreadable
from pipelines.report import Document

if TYPE_CHECKING:
    from pipelines.documents.picture import Picture

_THIN = 3.0
"""Points up to which a filled rectangle is a line drawn as one."""
_FORM_DEPTH = 8
"""How deep drawings may be nested in drawings; a file can nest one in itself."""
_PICTURE_SHARE = 0.4
"""Of its page, above which a picture on a page without text is a scan of the page."""
_FEW_GLYPHS = 40
"""Up to which the text on a page may be a page number or a scanner's mark."""
_OCR_DPI = 200

_Add = Callable[[float, float, float, float], None]

_lock = threading.RLock()
"""pdfium keeps state of its own for the whole process."""


class _Turned:
    """Page coordinates of a PDF (y upwards, before the page is turned) -> those of ``Page``."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        left, bottom, right, top = page.get_bbox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self.turn = page.get_rotation()
        across, along = right - left, top - bottom
        self.width, self.height = (along, across) if self.turn % 180 else (across, along)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turn == 90:
            return y - self._bottom, x - self._left
        if self.turn == 180:
            return self._right - x, y - self._bottom
        if self.turn == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (a, b), (c, d) = self.point(x0, y0), self.point(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)


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
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise Unreadable("the PDF is encrypted and needs a password") from error
        if error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise Unreadable("the PDF is encrypted in a way that cannot be read") from error
        raise Unreadable("the PDF is damaged, or has no page, and cannot be opened") from error
    if len(pdf) > limits.MAX_PAGES:
        count = len(pdf)
        pdf.close()
        raise Unreadable(f"the PDF has {count} pages; at most {limits.MAX_PAGES} are read")
    return pdf


def _read(pdf: pypdfium2.PdfDocument) -> Document:
    ocr = PageReader()
    blocks = read_pages(_pages(pdf, ocr))
    if not blocks:
        raise Unreadable(MISSING if ocr.unread else "the PDF has no text, and no picture of any")
    return Document("pdf", "", blocks, findings=ocr.findings())


def _pages(pdf: pypdfium2.PdfDocument, ocr: PageReader) -> Iterator[Page]:
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
            if not _is_picture(page, read):
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
    """One page's glyphs and lines, as pdfium has them."""
    place = _Turned(page)
    across, down = _rules(page, place)
    return Page(place.width, place.height, _glyphs(page, place), across, down)


def _glyphs(page: pypdfium2.PdfPage, place: _Turned) -> list[Glyph]:
    text = page.get_textpage()
    glyphs: list[Glyph] = []
    try:
        handle = text.raw
        box = pdfium.FS_RECTF()
        pointer = ctypes.byref(box)
        for index in range(pdfium.FPDFText_CountChars(handle)):
            code = pdfium.FPDFText_GetUnicode(handle, index)
            # Spaces and line ends that pdfium adds by its own idea of the page are not printed.
            if code < 32 or pdfium.FPDFText_IsGenerated(handle, index) == 1:
                continue
            if not pdfium.FPDFText_GetLooseCharBox(handle, index, pointer):
                continue
            angle = math.degrees(pdfium.FPDFText_GetCharAngle(handle, index))
            turn = (round(angle / 90) * 90 + place.turn) % 360
            letter = chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"
            glyphs.append(Glyph(letter, *place.box(box.left, box.bottom, box.right, box.top), turn))
    finally:
        text.close()
    return glyphs


def _is_picture(page: pypdfium2.PdfPage, place: Page) -> bool:
    """Whether a page is a scan: a picture with no text of its own but a page number, a scanner's
    mark, or what some OCR has laid under it where it cannot be seen."""
    if len(place.glyphs) > _FEW_GLYPHS and (place.across or not _is_text_hidden(page)):
        return False
    area = 0.0
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_FORM_DEPTH):
        x0, y0, x1, y1 = image.get_bounds()
        area += (x1 - x0) * (y1 - y0)
    return bool(area > _PICTURE_SHARE * place.width * place.height)


def _is_text_hidden(page: pypdfium2.PdfPage) -> bool:
    text = page.get_textpage()
    try:
        # Such a layer is hidden as a whole, so that its first characters tell.
        return all(
            pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text.raw, index))
            == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            for index in range(_FEW_GLYPHS)
            if pdfium.FPDFText_IsGenerated(text.raw, index) != 1
        )
    finally:
        text.close()


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _rules(page: pypdfium2.PdfPage, place: _Turned) -> tuple[list[Rule], list[Rule]]:
    across: list[Rule] = []
    down: list[Rule] = []

    def add(x0: float, y0: float, x1: float, y1: float) -> None:
        x0, y0, x1, y1 = place.box(x0, y0, x1, y1)
        if y1 - y0 <= _THIN and x1 - x0 > y1 - y0:
            across.append(Rule((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN:
            down.append(Rule((x0 + x1) / 2, y0, y1))

    count = pdfium.FPDFPage_CountObjects(page.raw)
    objects = (pdfium.FPDFPage_GetObject(page.raw, index) for index in range(count))
    for path, matrix in _paths(objects, _IDENTITY, 0):
        _draw(path, matrix, add)
    return across, down


def _paths(
    objects: Iterator[pdfium.FPDF_PAGEOBJECT], outer: _Matrix, depth: int
) -> Iterator[tuple[pdfium.FPDF_PAGEOBJECT, _Matrix]]:
    """The paths among some objects and those nested in them, with the matrix that places them."""
    found = pdfium.FS_MATRIX()
    for item in objects:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind not in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM):
            continue
        matrix = outer
        if pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(found)):
            matrix = _product((found.a, found.b, found.c, found.d, found.e, found.f), outer)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield item, matrix
        elif depth < _FORM_DEPTH:
            count = pdfium.FPDFFormObj_CountObjects(item)
            nested = (pdfium.FPDFFormObj_GetObject(item, index) for index in range(count))
            yield from _paths(nested, matrix, depth + 1)


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _draw(path: pdfium.FPDF_PAGEOBJECT, matrix: _Matrix, add: _Add) -> None:
    """Hands ``add`` the boxes of the straight lines that a path draws."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if not (fill.value or stroke.value) or _is_white(path, stroked=bool(stroke.value)):
        return
    for points in _outlines(path, matrix):
        if stroke.value:
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                # Slanted lines are drawings.
                if min(abs(x1 - x0), abs(y1 - y0)) < 1.0:
                    add(x0, y0, x1, y1)
        if fill.value:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            add(min(xs), min(ys), max(xs), max(ys))


def _is_white(path: pdfium.FPDF_PAGEOBJECT, *, stroked: bool) -> bool:
    get = pdfium.FPDFPageObj_GetStrokeColor if stroked else pdfium.FPDFPageObj_GetFillColor
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get(path, *map(ctypes.byref, (red, green, blue, alpha))):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) > 250


def _outlines(path: pdfium.FPDF_PAGEOBJECT, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    """The corners of each part of a path; closed where the path is."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        if pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment) and points:
            points.append(points[0])
    if points:
        yield points
