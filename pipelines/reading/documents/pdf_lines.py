"""What a page of a PDF draws: ruled lines, filled boxes, and whether it has text not to be seen."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.reading.documents.page import Box, Rule

_THIN = 3.0
"""Points up to which a filled rectangle is a line drawn as one."""
FORM_DEPTH = 8
"""How deep drawings may be nested in drawings; a file can nest one in itself."""

_Add = Callable[[float, float, float, float], None]


class Turned:
    """Page coordinates of a PDF (y upwards, before the page is turned) -> those of ``Page``."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        left, bottom, right, top = page.get_bbox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self.turn = page.get_rotation()
        across, along = right - left, top - bottom
        self.width, self.height = (along, across) if self.turn % 180 else (across, along)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as PDF counts, from its top left corner as a reader sees it."""
        if self.turn == 90:
            return y - self._bottom, x - self._left
        if self.turn == 180:
            return self._right - x, y - self._bottom
        if self.turn == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A rectangle likewise: left, top, right, bottom."""
        (a, b), (c, d) = self.point(x0, y0), self.point(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)


_Matrix = tuple[float, float, float, float, float, float]
_PLACED = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
"""Types of objects that have a matrix of their own."""
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Drawing(NamedTuple):
    """Ruled lines across and down the page, filled boxes, whether some text is not painted, as the
    text that OCR software lays under a scan, and the square points that pictures take."""

    across: list[Rule]
    down: list[Rule]
    boxes: list[Box]
    hides_text: bool
    pictured: float


def read_drawing(page: pypdfium2.PdfPage, place: Turned) -> Drawing:
    """All that the page draws."""
    drawing = Drawing([], [], [], False, 0.0)

    def add(x0: float, y0: float, x1: float, y1: float) -> None:
        x0, y0, x1, y1 = place.box(x0, y0, x1, y1)
        wide, high = x1 - x0, y1 - y0
        # A dot is part of a dotted line in either direction.
        if high <= _THIN and wide >= high:
            drawing.across.append(Rule((y0 + y1) / 2, x0, x1))
        if wide <= _THIN and high >= wide:
            drawing.down.append(Rule((x0 + x1) / 2, y0, y1))
        if min(wide, high) > _THIN:
            drawing.boxes.append(Box(x0, y0, x1, y1))

    count = pdfium.FPDFPage_CountObjects(page.raw)
    objects = (pdfium.FPDFPage_GetObject(page.raw, index) for index in range(count))
    hides_text, pictured = False, 0.0
    for item, matrix in _drawn(objects, _IDENTITY, 0):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            _draw(item, matrix, add)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            # A picture is a square of one by one point until its matrix places it.
            pictured += abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
        else:
            hides_text = hides_text or is_hidden(item)
    return drawing._replace(hides_text=hides_text, pictured=pictured)


def is_hidden(text: pdfium.FPDF_PAGEOBJECT) -> bool:
    """Whether a text object is there to be searched, not to be seen."""
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _drawn(
    objects: Iterator[pdfium.FPDF_PAGEOBJECT], outer: _Matrix, depth: int
) -> Iterator[tuple[pdfium.FPDF_PAGEOBJECT, _Matrix]]:
    """Paths, pictures and texts among some objects and those nested in them, with the matrix that
    places them."""
    found = pdfium.FS_MATRIX()
    for item in objects:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield item, outer
        if kind not in _PLACED:
            continue
        matrix = outer
        if pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(found)):
            matrix = _product((found.a, found.b, found.c, found.d, found.e, found.f), outer)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, matrix
        elif depth < FORM_DEPTH:
            count = pdfium.FPDFFormObj_CountObjects(item)
            nested = (pdfium.FPDFFormObj_GetObject(item, index) for index in range(count))
            yield from _drawn(nested, matrix, depth + 1)


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
    """Hands ``add`` the boxes of the straight lines and of the filled areas that a path draws. A
    white line is none; a white area is one, because cells are drawn so on a dark ground."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    strokes = stroke.value and not _is_white(path, stroked=True)
    if not (fill.value or strokes):
        return
    white = fill.value and _is_white(path, stroked=False)
    for points in _outlines(path, matrix):
        if strokes:
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                # Slanted lines are drawings.
                if min(abs(x1 - x0), abs(y1 - y0)) < 1.0:
                    add(x0, y0, x1, y1)
        if fill.value:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
            if not white or min(x1 - x0, y1 - y0) > _THIN:
                add(x0, y0, x1, y1)


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
