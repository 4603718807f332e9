"""The lines of text in the cells of a ruled table in a picture, each cut out without the ruled
lines around it: beside a lone 0 what is left of one reads as a 1."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from pipelines.reading.documents.picture import Box, Picture, runs_of

_REACH = 4.0
"""Points into a cell, and half of them out of it, in which the line at its side is looked for."""
_INSET = 1.2
"""Points that are left out at a side of a cell where no line is drawn all along it."""
_THIN = 1.5
"""Points that what is left of a ruled line is thick at most."""
_DRAWN = 0.85
"""Share of the side of a cell above which its ink is a line: type stands clear of other lines."""


class CellLine(NamedTuple):
    """A line of text: its ``box`` on the page, and its cell's ``inside``, which begins at ``x``,
    ``y`` and holds no ruled line."""

    box: Box
    inside: Picture
    x: int
    y: int

    def crop(self, margin: float) -> Picture:
        """The line with some pixels around it; beyond its cell they are paper."""
        edge = int(margin) + 1
        height, width = self.inside.shape
        x0, x1 = self.box.x0 - self.x - edge, self.box.x1 - self.x + edge
        y0, y1 = self.box.y0 - self.y - edge, self.box.y1 - self.y + edge
        part = self.inside[max(0, y0) : y1, max(0, x0) : x1]
        beyond = (max(0, -y0), max(0, y1 - height), max(0, -x0), max(0, x1 - width))
        paper = float(np.percentile(self.inside, 75))
        return np.asarray(
            cv2.copyMakeBorder(part, *beyond, cv2.BORDER_CONSTANT, value=(paper,)), np.uint8
        )


def lines_of_cell(
    picture: Picture, ink: Picture, cell: Box, unit: float, em: float
) -> list[CellLine]:
    """The lines of text in a cell, whose ruled lines lie at its edges or nearby. ``ink`` is that of
    the picture; ``em`` is the pixels that a character is high."""
    x0, y0, x1, y1 = inside = _inside(ink, cell, unit)
    if x1 - x0 < unit or y1 - y0 < unit:
        return []
    within = ink[y0:y1, x0:x1]
    text, remains = _told_apart(within, unit)
    part = picture[y0:y1, x0:x1]
    if remains.any():
        around = cv2.dilate(remains, np.ones((3, 3), np.uint8)) > text
        part = np.where(around, np.uint8(np.percentile(part, 75)), part)
    return [
        CellLine(Box(x0 + line.x0, y0 + line.y0, x0 + line.x1, y0 + line.y1), part, *inside[:2])
        for line in text_lines(text, em)
    ]


def _inside(ink: Picture, cell: Box, unit: float) -> Box:
    """The cell without the lines at its sides, wherever close to its edges they are drawn."""
    height, width = ink.shape
    rows, columns = ink[cell.y0 : cell.y1], ink[:, cell.x0 : cell.x1].T
    return Box(
        _after_line(rows, cell.x0, unit),
        _after_line(columns, cell.y0, unit),
        width - _after_line(rows[:, ::-1], width - cell.x1, unit),
        height - _after_line(columns[:, ::-1], height - cell.y1, unit),
    )


def _after_line(ink: Picture, at: int, unit: float) -> int:
    """The first column of pixels to the right of the line down that lies near a column."""
    reach = int(_REACH * unit)
    start = max(0, at - reach // 2)
    near = np.ascontiguousarray(ink[:, start : at + reach])
    # A line that is a pixel off at places is one line.
    near = np.asarray(cv2.dilate(near, np.ones((1, 3), np.uint8)), np.uint8)
    drawn = np.flatnonzero(near.mean(axis=0) > _DRAWN)
    return start + int(drawn[-1]) + 1 if len(drawn) else at + int(_INSET * unit) + 1


def _told_apart(ink: Picture, unit: float) -> tuple[Picture, Picture]:
    """The text in a cell without specks, and what of ruled lines is left at its edges."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(ink))
    height, width = ink.shape
    is_text, is_line = np.zeros((2, len(stats)), bool)
    for index, (x, y, w, h, area) in enumerate(stats[1:], 1):
        at_side, at_end = x <= 1 or x + w >= width - 1, y <= 1 or y + h >= height - 1
        is_remains = (at_side or at_end) and min(w, h) <= _THIN * unit
        is_text[index] = area >= unit * unit and not is_remains
        is_line[index] = is_remains and ((at_side and h > 2 * w) or (at_end and w > 2 * h))
    return np.asarray(is_text[labels], np.uint8), np.asarray(is_line[labels], np.uint8)


def text_lines(ink: Picture, em: float) -> list[Box]:
    """Boxes of the lines of text in a piece of ink, from its rows: parts that together are no
    higher than a character (``em`` pixels) are one line, as 二 is."""
    runs: list[list[int]] = []
    for start, end in runs_of(np.flatnonzero(ink.any(axis=1))):
        if runs and end - runs[-1][0] <= 1.25 * em:
            runs[-1][1] = end
        else:
            runs.append([start, end])
    boxes = []
    for start, end in runs:
        columns = np.flatnonzero(ink[start:end].any(axis=0))
        boxes.append(Box(int(columns[0]), start, int(columns[-1]) + 1, end))
    return boxes
