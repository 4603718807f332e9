"""A picture of a page, as numbers: set upright, and its ruled lines and lines of text found.

Everything is measured in pixels of a grey picture (0 black to 255 white); ``unit`` is the pixels of
one point (1/72 inch). Needs OpenCV, which comes with the extra ``ocr``.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.documents.page import Rule

Picture = NDArray[np.uint8]
"""Rows of pixels, grey; of three colours, red first, only where it is said."""

_STEEPEST = 4.0
"""Degrees of skew that are looked for; a page further askew is a photograph."""
_ACROSS, _DOWN = 24.0, 16.0
"""Points from which a straight stroke is a ruled line: longer than strokes of the type in tables,
smeared as they are."""
_SMEAR = 4.0
"""Points along which hairlines are smeared, so that noise does not break them."""
_FINE_ENOUGH = 2.4
"""Pixels of a point above which a picture is made smaller to find its lines."""
_MOST_GAIN = 3.0
_NOISE = 5.0
"""Times that ink is darker than paper differs from place to place (the median of it)."""
_THICKEST = 4.0
_MISS = 3.0


class Box(NamedTuple):
    x0: int
    y0: int
    x1: int
    y1: int


def ink_of(picture: Picture, unit: float) -> Picture:
    """1 where there is ink, 0 where paper, however the light falls."""
    soft = np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)
    steps = cv2.absdiff(soft[4::4, ::4], soft[:-4:4, ::4])
    return _darker(soft, unit, max(22, int(_NOISE * float(np.median(steps)))))


def _darker(picture: Picture, unit: float, contrast: int) -> Picture:
    """1 where a picture is darker than its paper by ``contrast`` of 255."""
    # Most of any place is paper, even amid type; a mean is darkened by type beside a hairline.
    scale = min(1.0, 2.0 / unit)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(small, int(14 * unit * scale) | 1)
    height, width = picture.shape
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.subtract(paper, picture) > contrast, np.uint8)


def grey_of(picture: Picture) -> Picture:
    """A picture in colour or grey as it looks to the eye in grey."""
    return (
        picture
        if picture.ndim == 2
        else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    )


def without_seals(picture: Picture) -> Picture:
    """A picture in colour or grey, in grey without what is printed in a bright colour: red seals
    lie over figures and signatures."""
    if picture.ndim == 2:
        return picture
    lightest, darkest = picture.max(axis=2), picture.min(axis=2)
    # A seal lets no more than half of the paper's other colours through.
    return np.asarray(cv2.add(lightest, (lightest - darkest) // 2), np.uint8)


def stretched(picture: Picture) -> Picture:
    """The picture with its faint ink as dark, and its grey paper as light, as they should be."""
    grey = grey_of(picture)
    ink, paper = np.percentile(grey[::4, ::4], (0.5, 60))
    gain = 255 / max(float(paper - ink), 255 / _MOST_GAIN)
    if gain < 1.15:
        return picture
    return np.asarray(cv2.convertScaleAbs(np.maximum(picture, ink) - ink, None, gain), np.uint8)


def upright(picture: Picture, unit: float) -> Picture:
    """The picture, in colour or grey, turned back by its skew, found where the rows of ink are most
    distinct."""
    scale = min(1.0, 1.0 / unit)
    small = cv2.resize(
        ink_of(grey_of(picture), unit) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    rough = np.asarray(small, np.uint8)
    best = 0.0
    for step, reach in ((0.5, _STEEPEST), (0.1, 0.5), (0.03, 0.1)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=lambda angle: _distinctness(_turned(rough, angle, 0))))
    return picture if abs(best) < 0.02 else _turned(picture, best, 255)


def _turned(picture: Picture, degrees: float, paper: int) -> Picture:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR if paper == 0 else cv2.INTER_CUBIC,
        borderValue=(paper, paper, paper),
    )
    return np.asarray(turned, np.uint8)


def _distinctness(picture: Picture) -> float:
    rows = picture.sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def find_rules(picture: Picture, unit: float) -> tuple[list[Rule], list[Rule]]:
    """Ruled lines across and down, in pixels. A stroke of type long enough to be taken for one does
    not reach from one line to another."""
    # A finer picture shows the lines no better, and its noise more.
    scale = min(1.0, _FINE_ENOUGH / unit)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    across, down = _find_rules(np.asarray(small, np.uint8), unit * scale)
    return scaled(across, 1 / scale), scaled(down, 1 / scale)


def scaled(rules: list[Rule], factor: float) -> list[Rule]:
    """The lines of a picture made larger by a factor."""
    return [Rule(*(value * factor for value in rule)) for rule in rules]


def _find_rules(picture: Picture, unit: float) -> tuple[list[Rule], list[Rule]]:
    across = [
        Rule((y0 + y1) / 2, x0, x1) for x0, y0, x1, y1 in _strokes(picture, unit, across=True)
    ]
    down = [Rule((x0 + x1) / 2, y0, y1) for x0, y0, x1, y1 in _strokes(picture, unit, across=False)]
    miss = _MISS * unit
    across = [rule for rule in across if _held(rule, down, miss, 150 * unit)]
    return across, [rule for rule in down if _held(rule, across, miss, 50 * unit)]


def _held(rule: Rule, crossing: list[Rule], miss: float, long: float) -> bool:
    """Whether a line ends at lines that cross it; a long one need only touch one of them, as tables
    may be open at their sides."""
    touching = [
        other
        for other in crossing
        if rule.start - miss <= other.at <= rule.end + miss
        and other.start - miss <= rule.at <= other.end + miss
    ]
    if rule.end - rule.start > long and touching:
        return True
    return all(
        any(abs(other.at - end) <= miss for other in touching) for end in (rule.start, rule.end)
    )


def _strokes(picture: Picture, unit: float, *, across: bool) -> list[Box]:
    smear, length = int(_SMEAR * unit) | 1, int((_ACROSS if across else _DOWN) * unit)
    smeared = cv2.blur(picture, (smear, 1) if across else (1, smear))
    ink = _darker(np.asarray(smeared, np.uint8), unit, 9)
    # A line that is a pixel off at places is one line.
    thick = cv2.dilate(ink, np.ones((3, 1) if across else (1, 3), np.uint8))
    kernel = np.ones((1, length) if across else (length, 1), np.uint8)
    long = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel), np.uint8)
    little = cv2.GaussianBlur(picture, (5, 3) if across else (3, 5), 0)
    fine = _darker(np.asarray(little, np.uint8), unit, 12)
    if not across:
        return [Box(y0, x0, y1, x1) for x0, y0, x1, y1 in _drawn(long.T, fine.T, smear, unit)]
    # Columns are narrow and their type comes close to the lines between them; rows are wide.
    lines = _drawn(long, fine, smear, unit)
    return [line for line in lines if not _runs_through_type(fine, line, unit)]


def _drawn(long: Picture, fine: Picture, smear: int, unit: float) -> list[Box]:
    """Boxes of the strokes across that are there without the smear too."""
    boxes = []
    _, labels, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(long))
    for index, (x, y, w, h, _) in enumerate(stats[1:], 1):
        part = labels[y : y + h, x : x + w] == index
        # Type that touches a line makes a thick stroke of both; the line is where it is longest.
        for start, end in _runs(np.flatnonzero(part.mean(axis=1) > 0.8)):
            if end - start <= _THICKEST * unit:
                box = Box(int(x), int(y) + start, int(x + w), int(y) + end)
                boxes += _traced(fine, box, smear, unit)
    return boxes


def _traced(fine: Picture, box: Box, smear: int, unit: float) -> list[Box]:
    """The parts of a stroke that are one line. The feet of characters in a row look like a line
    from afar, but there are gaps between them, and before a line next to them."""
    x0, x1 = box.x0 + smear // 2, box.x1 - smear // 2
    rows = fine[max(0, box.y0 - 1) : box.y1 + 1, x0:x1]
    pieces = []
    # A line may lean a little, so it is followed piece by piece.
    for start in range(0, x1 - x0, int(30 * unit)):
        piece = rows[:, start : start + int(30 * unit)]
        bands = piece[:-1] | piece[1:]
        pieces.append(bands[bands.sum(axis=1).argmax()])
    parts: list[list[int]] = []
    for start, end in _runs(np.flatnonzero(np.concatenate(pieces))):
        if parts and start - parts[-1][1] <= 0.6 * unit:
            parts[-1][1] = end
        else:
            parts.append([start, end])
    return [
        Box(x0 + start, box.y0, x0 + end, box.y1)
        for start, end in parts
        if end - start > (_DOWN - _SMEAR) * unit
    ]


def _runs_through_type(fine: Picture, line: Box, unit: float) -> bool:
    """Whether a short line has as much ink right beside it as only type has of its own."""
    if line.x1 - line.x0 > 100 * unit:
        return False
    near, far = round(unit), round(2.5 * unit) + 1
    above = fine[max(0, line.y0 - far) : max(0, line.y0 - near), line.x0 : line.x1]
    below = fine[line.y1 + near : line.y1 + far, line.x0 : line.x1]
    density = [float(side.mean()) if side.size else 0.0 for side in (above, below)]
    return min(density) > 0.08 or max(density) > 0.35


def cell_ink(ink: Picture, unit: float) -> Picture:
    """The ink of a cell without specks, and without what of its ruled lines reaches into it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    height, width = ink.shape
    keep = np.zeros(len(stats), bool)
    for index, (x, y, w, h, area) in enumerate(stats[1:], 1):
        at_edge = x <= 1 or y <= 1 or x + w >= width - 1 or y + h >= height - 1
        is_line = at_edge and min(w, h) <= 1.5 * unit
        keep[index] = area >= unit * unit and not is_line
    return np.asarray(keep[labels], np.uint8)


def text_lines(ink: Picture, em: float) -> list[Box]:
    """Boxes of the lines of text in a piece of ink, from its rows: parts that together are no
    higher than a character (``em`` pixels) are one line, as 二 is."""
    runs: list[list[int]] = []
    for start, end in _runs(np.flatnonzero(ink.any(axis=1))):
        if runs and end - runs[-1][0] <= 1.25 * em:
            runs[-1][1] = end
        else:
            runs.append([start, end])
    boxes = []
    for start, end in runs:
        columns = np.flatnonzero(ink[start:end].any(axis=0))
        boxes.append(Box(int(columns[0]), start, int(columns[-1]) + 1, end))
    return boxes


def _runs(places: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Sorted places as half-open runs of neighbours."""
    if not len(places):
        return []
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]
