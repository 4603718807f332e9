"""The characters that a page of a PDF prints, each with its box."""

from __future__ import annotations

import ctypes
import math

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.reading.documents.page import Glyph
from pipelines.reading.documents.pdf_lines import Turned, is_hidden

UNKNOWN = "\ufffd"
"""Stands for a glyph whose font does not say which character it is."""
_HYPHENS = (2, 0xFFFE)
"""What pdfium makes of a hyphen at the end of a line."""
_ASCENT = 0.88
"""Of a character, the share above the base line."""
_FLAT = 0.75
"""Share of the height of the box before, below which a box may be that of the ink alone."""


def read_glyphs(page: pypdfium2.PdfPage, place: Turned, *, hides_text: bool) -> list[Glyph]:
    """The glyphs of a page in the order of the file. ``hides_text``: some are not painted, and are
    left out. A character that the font does not name is UNKNOWN."""
    text = page.get_textpage()
    glyphs: list[Glyph] = []
    height = math.inf
    try:
        handle = text.raw
        box = pdfium.FS_RECTF()
        pointer = ctypes.byref(box)
        for index in range(pdfium.FPDFText_CountChars(handle)):
            letter = _letter(handle, index)
            if not letter or not pdfium.FPDFText_GetLooseCharBox(handle, index, pointer):
                continue
            if hides_text and is_hidden(pdfium.FPDFText_GetTextObject(handle, index)):
                continue
            if box.top - box.bottom < _FLAT * height:
                _heighten(handle, index, box)
            height = box.top - box.bottom
            angle = math.degrees(pdfium.FPDFText_GetCharAngle(handle, index))
            turn = (round(angle / 90) * 90 + place.turn) % 360
            glyphs.append(Glyph(letter, *place.box(box.left, box.bottom, box.right, box.top), turn))
    finally:
        text.close()
    return glyphs


def _letter(handle: pdfium.FPDF_TEXTPAGE, index: int) -> str:
    """The character, "" for one that controls the line and for spaces that pdfium adds by its own
    idea of the page, which are not printed."""
    code = pdfium.FPDFText_GetUnicode(handle, index)
    if code <= 32 and pdfium.FPDFText_IsGenerated(handle, index) == 1:
        return ""
    # Where a font does not say what its glyphs are, pdfium gives their numbers, which may well be
    # those of other digits.
    if pdfium.FPDFText_HasUnicodeMapError(handle, index) == 1:
        return UNKNOWN
    if code in _HYPHENS and pdfium.FPDFText_IsHyphen(handle, index) == 1:
        return "-"
    if code < 32:
        return ""
    return UNKNOWN if 0xD800 <= code < 0xE000 else chr(code)


def _heighten(handle: pdfium.FPDF_TEXTPAGE, index: int, box: pdfium.FS_RECTF) -> None:
    """Gives a box that has the height of the ink (of 一, - or .) the height of the type. Of some
    fonts pdfium knows no other, and what lies high or low would be taken for a line by itself."""
    matrix = pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    if not (
        pdfium.FPDFText_GetMatrix(handle, index, ctypes.byref(matrix))
        and pdfium.FPDFText_GetCharOrigin(handle, index, ctypes.byref(x), ctypes.byref(y))
    ):
        return
    size = pdfium.FPDFText_GetFontSize(handle, index) * matrix.d
    # Of type that is turned ``d`` is 0.
    if size > box.top - box.bottom:
        box.bottom, box.top = y.value - (1 - _ASCENT) * size, y.value + _ASCENT * size
