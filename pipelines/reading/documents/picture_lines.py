"""The ruled lines that a picture of a page shows, told from strokes of its type."""

from __future__ import annotations

import cv2
import numpy as np

from pipelines.reading.documents.page import Rule
from pipelines.reading.documents.picture import Box, Picture, darker, runs_of

_ACROSS, _DOWN = 24.0, 16.0
"""Points from which a straight stroke is a ruled line: longer than strokes of the type in tables,
smeared as they are."""
_SMEAR = 4.0
"""Points along which hairlines are smeared, so that noise does not break them."""
_FINE_ENOUGH = 2.4
"""Pixels of a point above which a picture is made smaller to find its lines."""
_THICKEST = 4.0
"""Points that a ruled line is thick at most."""
_MISS = 3.0
"""Points by which a line may end before or after the line it ends at."""


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
    ink = darker(np.asarray(smeared, np.uint8), unit, 9)
    # A line that is a pixel off at places is one line.
    thick = cv2.dilate(ink, np.ones((3, 1) if across else (1, 3), np.uint8))
    kernel = np.ones((1, length) if across else (length, 1), np.uint8)
    long = np.asarray(cv2.morphologyEx(thick, cv2.MORPH_OPEN, kernel), np.uint8)
    little = cv2.GaussianBlur(picture, (5, 3) if across else (3, 5), 0)
    fine = darker(np.asarray(little, np.uint8), unit, 12)
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
        for start, end in runs_of(np.flatnonzero(part.mean(axis=1) > 0.8)):
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
    for start, end in runs_of(np.flatnonzero(np.concatenate(pieces))):
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
