"""OCR of one page by rapidocr (PP-OCRv6, offline). Imported only where the extra ``ocr`` is."""

from __future__ import annotations

import re

import cv2
import numpy as np

from pipelines.reading.documents.page import Glyph, Page
from pipelines.reading.documents.picture import (
    Box,
    Picture,
    grey_of,
    ink_of,
    stretched,
    upright,
    without_seals,
)
from pipelines.reading.documents.picture_cells import CellLine, lines_of_cell
from pipelines.reading.documents.picture_lines import find_rules, scaled
from pipelines.reading.documents.recogniser import Recogniser, Seen
from pipelines.reading.documents.ruled import RuledTable, find_tables

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
_BEGINNING = 10
"""Heights of a line from its left that show which way up it stands."""
_SURE = 0.93
"""Confidence below which words are read twice. Read right at 150 dpi: nearly always above."""
_LEGIBLE = 0.4
"""Confidence below which what was read is noise."""
_PAD = 0.2
"""Ems of paper around a line that the recogniser wants."""
_TIGHT = 0.05
"""Ems around a line where it is read a second time. Figures at 75 and 100 dpi that were read right
were as sure so as with more paper; with 0.4 ems many were not."""
_COLOURED = 8.0
"""Mean of the grey, of 255, that a line of text loses with its colours, from which it is read both
with and without them."""

_OH = str.maketrans(dict.fromkeys("OoQ〇○◯", "0"))
_FIGURES = re.compile(r"[0-9OoQ〇○◯.,]+")


class Engine:
    """The recogniser with its models loaded; one for a file."""

    def __init__(self) -> None:
        self._recogniser = Recogniser()

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
        # Which way up it stands is seen in the first characters of a line.
        crops = [
            grey[box.y0 : box.y1, box.x0 : box.x0 + _BEGINNING * (box.y1 - box.y0)]
            for box in longest
        ]
        over = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]
        sure, sure_over = (
            sum(seen.confidence for seen in self._recogniser.read(some)) for some in (crops, over)
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
            for box in self._recogniser.detect(np.asarray(small, np.uint8))
        ]

    def _cells(self, picture: Picture, tables: list[RuledTable], unit: float) -> list[Glyph]:
        """The text of all cells: each line found by its ink and read; figures, and whatever was not
        read for sure, a second time."""
        ink, em = ink_of(picture, unit), _TYPE_SIZE * unit
        lines: list[CellLine] = []
        for table in tables:
            for top, left, bottom, right in table.cells:
                xs, ys = (table.xs[left], table.xs[right]), (table.ys[top], table.ys[bottom])
                cell = Box(*(int(at * unit) for at in (xs[0], ys[0], xs[1], ys[1])))
                lines += lines_of_cell(picture, ink, cell, unit, em)
        first = self._recogniser.read(line.crop(_PAD * em) for line in lines)
        open_ = [index for index, seen in enumerate(first) if _is_open(seen)]
        second = self._recogniser.read(lines[index].crop(_TIGHT * em) for index in open_)
        again = dict(zip(open_, second, strict=True))
        return [
            _glyph(line.box, unit, *_chosen(seen, again.get(index)))
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
        boxes = self._recogniser.detect(grey)
        if not boxes:
            return []
        usual = float(np.median([box.y1 - box.y0 for box in boxes]))
        glyphs = []
        seen_all = self._recogniser.read(_part(grey, box) for box in boxes)
        coloured = [
            index
            for index, box in enumerate(boxes)
            if np.mean(cv2.absdiff(_part(grey, box), _part(plain, box))) > _COLOURED
        ]
        again = self._recogniser.read(_part(plain, boxes[index]) for index in coloured)
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


def _chosen(first: Seen, second: Seen | None) -> tuple[Seen, str | None]:
    """Which of two looks at a line to believe, and the other way to read it where they differ."""
    looks = (
        [first] if second is None else sorted((first, second), key=lambda seen: -seen.confidence)
    )
    best = looks[0]
    others = [seen.text for seen in looks[1:] if seen.text not in ("", best.text)]
    if not best.text or best.confidence < _LEGIBLE:
        return Seen("\ufffd", best.confidence), best.text or next(iter(others), None)
    if not _FIGURES.fullmatch(best.text):
        return best, next(iter(others), None)
    figures = best.text.translate(_OH)
    different = [text for text in others if text.translate(_OH) != figures]
    if figures != best.text:
        different.append(best.text)
    return Seen(figures, best.confidence), next(iter(different), None)


def _glyph(box: Box, unit: float, seen: Seen, other: str | None) -> Glyph:
    x0, y0, x1, y1 = (value / unit for value in box)
    return Glyph(seen.text, x0, y0, x1, y1, 0, round(seen.confidence, 3), other)


def _is_open(seen: Seen) -> bool:
    """Whether a line is read a second time: nothing but a second look tells that a figure which was
    read for sure is another, or that a lone character is a figure."""
    is_figure = len(seen.text) < 2 or _FIGURES.fullmatch(seen.text)
    return seen.confidence < _SURE or bool(is_figure)


def _part(picture: Picture, box: Box) -> Picture:
    return picture[box.y0 : box.y1, box.x0 : box.x1]
