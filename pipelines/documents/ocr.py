"""OCR of one page by rapidocr (PP-OCRv6, offline). Imported only where the extra ``ocr`` is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det.utils import TextDetOutput
from rapidocr.ch_ppocr_rec.typings import TextRecInput

from pipelines.documents.page import Glyph, Page
from pipelines.documents.picture import (
    Box,
    Picture,
    cell_ink,
    find_rules,
    grey_of,
    ink_of,
    scaled,
    stretched,
    text_lines,
    upright,
    without_seals,
)
from pipelines.documents.ruled import RuledTable, find_tables

_TYPE_SIZE = 10.5
"""Points that the text of a page is taken to have, so that pixels can be told in points."""
_A4 = 595.0
"""Points that A4 paper is wide."""
_DETECTED = 1.35
"""Height of a detected line in ems."""
_FINEST = 1.8
"""Pixels of a point below which a picture is enlarged before it is read."""
_GLANCE = 1000
"""Pixels of a side of the picture in which it is first seen which way the text runs."""
_SURE = 0.93
"""Confidence below which a cell is looked at again. Read right at 150 dpi: nearly always above."""
_LEGIBLE = 0.4
"""Confidence below which what was read is noise."""
_PAD = 0.2
"""Paper around a line that the recogniser wants, in ems."""

_COLOURED = 8.0
"""Mean of the grey, of 255, that a line of text loses with its colours, from which it is read both
with and without them."""

_OH = str.maketrans(dict.fromkeys("OoQ〇○◯", "0"))
_FIGURES = re.compile(r"[0-9OoQ〇○◯.,]+")


class _Seen(NamedTuple):
    text: str
    confidence: float


class Engine:
    """The recogniser with its models loaded; one for a file."""

    def __init__(self) -> None:
        self._ocr = RapidOCR(params={"Global.log_level": "error", "Global.text_score": 0.3})
        self._recognise = self._ocr._load_rec_model()  # type: ignore[no-untyped-call]
        # Most lines of a form are one or two digits; padded to the usual 320 they cost five-fold.
        self._recognise.rec_image_shape = [3, 48, 64]

    def read(self, picture: Picture, unit: float | None = None) -> Page:
        """The page in points, with one glyph a line of text. ``unit`` is the pixels of a point
        where they are known; else they are told from the size of the type. The picture is grey,
        or in colour with red first."""
        picture, boxes = self._turned(picture)
        if not boxes:
            return Page(1.0, 1.0, [], [], [])
        if unit is None:
            unit = _unit_of(picture, boxes)
        if unit < _FINEST:
            scale = min(3.0, 1.2 * _FINEST / unit)
            picture = np.asarray(
                cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC),
                np.uint8,
            )
            unit *= scale
        picture = upright(stretched(picture), unit)
        grey, plain = grey_of(picture), without_seals(picture)
        across, down = find_rules(grey, unit)
        if grey is not plain:
            # Taking a seal away thins the lines below it, leaving it there hides some.
            more_across, more_down = find_rules(plain, unit)
            across, down = across + more_across, down + more_down
        across, down = scaled(across, 1 / unit), scaled(down, 1 / unit)
        tables = find_tables(across, down)
        glyphs = self._cells(plain, tables, unit)
        glyphs += self._around(grey, plain, tables, unit)
        height, width = grey.shape
        return Page(width / unit, height / unit, glyphs, across, down)

    def _turned(self, picture: Picture) -> tuple[Picture, list[Box]]:
        """The picture turned by quarters until its text stands upright, and where text is."""
        boxes = self._glance(picture)
        # By their length: the many cells of one digit are higher than wide.
        across = sum(box.x1 - box.x0 for box in boxes if box.x1 - box.x0 > 2 * (box.y1 - box.y0))
        down = sum(box.y1 - box.y0 for box in boxes if box.y1 - box.y0 > 2 * (box.x1 - box.x0))
        if down > across:
            picture = np.ascontiguousarray(np.rot90(picture))
            boxes = self._glance(picture)
        grey = grey_of(picture)
        longest = sorted(boxes, key=lambda box: box.x0 - box.x1)[:4]
        crops = [grey[box.y0 : box.y1, box.x0 : box.x1] for box in longest]
        over = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]
        sure, sure_over = (
            sum(seen.confidence for seen in self._recognised(some)) for some in (crops, over)
        )
        if sure_over > sure:
            picture = np.ascontiguousarray(picture[::-1, ::-1])
        return picture, boxes

    def _glance(self, picture: Picture) -> list[Box]:
        """Where text is, seen from further off, which is quicker."""
        scale = min(1.0, _GLANCE / max(picture.shape))
        small = cv2.resize(grey_of(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return [
            Box(*(int(value / scale) for value in box))
            for box in self._detect(np.asarray(small, np.uint8))
        ]

    def _detect(self, picture: Picture) -> list[Box]:
        found = self._ocr(_coloured(picture), use_det=True, use_cls=False, use_rec=False)
        if not isinstance(found, TextDetOutput) or found.boxes is None:
            return []
        height, width = picture.shape
        boxes = []
        for corners in found.boxes:
            (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
            box = Box(max(int(x0), 0), max(int(y0), 0), min(int(x1), width), min(int(y1), height))
            if box.x1 > box.x0 and box.y1 > box.y0:
                boxes.append(box)
        return boxes

    def _cells(self, picture: Picture, tables: list[RuledTable], unit: float) -> list[Glyph]:
        """The text of all cells: each line found by its ink, read, and read again where unsure."""
        ink = ink_of(picture, unit)
        em = _TYPE_SIZE * unit
        inset = int(1.2 * unit) + 1
        lines: list[Box] = []
        for table in tables:
            for cell in table.cells:
                x0, x1 = (int(table.xs[edge] * unit) for edge in (cell.left, cell.right))
                y0, y1 = (int(table.ys[edge] * unit) for edge in (cell.top, cell.bottom))
                x0, y0, x1, y1 = x0 + inset, y0 + inset, x1 - inset + 1, y1 - inset + 1
                if x1 - x0 < unit or y1 - y0 < unit:
                    continue
                inside = cell_ink(ink[y0:y1, x0:x1], unit)
                for line in text_lines(inside, em):
                    lines.append(Box(x0 + line.x0, y0 + line.y0, x0 + line.x1, y0 + line.y1))
        first = self._recognised(_crop(picture, line, _PAD * em) for line in lines)
        unsure = [
            index
            for index, seen in enumerate(first)
            if seen.confidence < _SURE or seen.text.translate(_OH) != seen.text
        ]
        again = dict(
            zip(
                unsure,
                self._recognised(
                    _enlarged(_crop(picture, lines[index], 2 * _PAD * em)) for index in unsure
                ),
                strict=True,
            )
        )
        return [
            _glyph(line, unit, *_chosen(seen, again.get(index)))
            for index, (line, seen) in enumerate(zip(lines, first, strict=True))
        ]

    def _around(
        self, grey: Picture, plain: Picture, tables: list[RuledTable], unit: float
    ) -> list[Glyph]:
        """The lines of text outside tables. ``plain`` is without seals, but also without titles
        printed in red."""
        grey = grey.copy()
        for table in tables:
            x0, x1 = (int(table.xs[end] * unit) for end in (0, -1))
            y0, y1 = (int(table.ys[end] * unit) for end in (0, -1))
            edge = int(2 * unit)
            grey[max(0, y0 - edge) : y1 + edge, max(0, x0 - edge) : x1 + edge] = 255
        boxes = self._detect(grey)
        if not boxes:
            return []
        usual = float(np.median([box.y1 - box.y0 for box in boxes]))
        glyphs = []
        seen_all = self._recognised(_part(grey, box) for box in boxes)
        coloured = [
            index
            for index, box in enumerate(boxes)
            if np.mean(cv2.absdiff(_part(grey, box), _part(plain, box))) > _COLOURED
        ]
        again = self._recognised(_part(plain, boxes[index]) for index in coloured)
        for index, seen in zip(coloured, again, strict=True):
            seen_all[index] = max(seen, seen_all[index], key=lambda seen: seen.confidence)
        for box, seen in zip(boxes, seen_all, strict=True):
            if seen.confidence < _LEGIBLE or not seen.text:
                continue
            # Boxes are tight around what their line happens to hold, so lines of one size differ.
            if abs(box.y1 - box.y0 - usual) < 0.3 * usual:
                middle = (box.y0 + box.y1) / 2
                box = Box(box.x0, int(middle - usual / 2), box.x1, int(middle + usual / 2))
            glyphs.append(_glyph(box, unit, seen, None))
        return glyphs

    def _recognised(self, crops: Iterable[Picture]) -> list[_Seen]:
        pictures = [_coloured(crop) for crop in crops]
        if not pictures:
            return []
        read = self._recognise(TextRecInput(img=pictures, return_word_box=False))
        return [
            _Seen(text.strip(), float(score))
            for text, score in zip(read.txts, read.scores, strict=True)
        ]


def _unit_of(picture: Picture, boxes: list[Box]) -> float:
    """Pixels of a point: by the size of the type, or more exactly by that of the paper, where that
    can be A4."""
    sizes = [sorted((box.x1 - box.x0, box.y1 - box.y0)) for box in boxes]
    # The box of a long line that leans is higher than its type.
    short = [height for height, width in sizes if width < 6 * height]
    unit = float(np.median(short or [height for height, _ in sizes])) / _DETECTED / _TYPE_SIZE
    side, long_side = sorted(picture.shape[:2])
    is_a4 = abs(long_side / side - 2**0.5) < 0.03 and 0.6 < unit / (side / _A4) < 1.8
    return side / _A4 if is_a4 else unit


def _chosen(first: _Seen, second: _Seen | None) -> tuple[_Seen, str | None]:
    """Which of two looks at a line to believe, and the other way to read it where they differ."""
    best, other = first, None
    if second is not None:
        if second.confidence > first.confidence:
            best = second
        others = {first.text, second.text} - {best.text, ""}
        other = others.pop() if others else None
    if not best.text or best.confidence < _LEGIBLE:
        return _Seen("\ufffd", best.confidence), best.text or other
    if _FIGURES.fullmatch(best.text) and (figures := best.text.translate(_OH)) != best.text:
        return _Seen(figures, best.confidence), best.text
    return best, other


def _glyph(box: Box, unit: float, seen: _Seen, other: str | None) -> Glyph:
    x0, y0, x1, y1 = (value / unit for value in box)
    return Glyph(seen.text, x0, y0, x1, y1, 0, round(seen.confidence, 3), other)


def _part(picture: Picture, box: Box) -> Picture:
    return picture[box.y0 : box.y1, box.x0 : box.x1]


def _crop(picture: Picture, box: Box, pad: float) -> Picture:
    edge = int(pad) + 1
    return picture[
        max(0, box.y0 - edge) : box.y1 + edge,
        max(0, box.x0 - edge) : box.x1 + edge,
    ]


def _enlarged(picture: Picture) -> Picture:
    return np.asarray(
        cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8
    )


def _coloured(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_GRAY2BGR), np.uint8)
