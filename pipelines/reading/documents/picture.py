"""A picture of a page, as numbers: its paper, ink and seals told apart, and set upright.

Everything is measured in pixels of a grey picture (0 black to 255 white); ``unit`` is the pixels of
one point (1/72 inch). Needs OpenCV, which comes with the extra ``ocr``.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Rows of pixels, grey; of three colours, red first, only where it is said."""

_STEEPEST = 4.0
"""Degrees of skew that are looked for; a page further askew is a photograph."""
_MOST_GAIN = 3.0
_NOISE = 5.0
"""Times that ink is darker than paper differs from place to place (the median of it)."""


class Box(NamedTuple):
    """A rectangle in pixels from the top left corner of the picture."""

    x0: int
    y0: int
    x1: int
    y1: int


def ink_of(picture: Picture, unit: float) -> Picture:
    """1 where there is ink, 0 where paper, however the light falls."""
    soft = np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)
    steps = cv2.absdiff(soft[4::4, ::4], soft[:-4:4, ::4])
    return darker(soft, unit, max(22, int(_NOISE * float(np.median(steps)))))


def darker(picture: Picture, unit: float, contrast: int) -> Picture:
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


def runs_of(places: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Sorted places as half-open runs of neighbours."""
    if not len(places):
        return []
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts]
