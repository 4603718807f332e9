"""Cells of scanned tables: their text is cut out without lines, and both looks at it count."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.reading.documents import scan

pytestmark = pytest.mark.skipif(not scan.is_installed(), reason="OCR is an optional extra")

UNIT = 3.0
"""Pixels of a point."""


def cell_of(thick: int, away: int, lean: int) -> Any:
    """A grey picture of a cell of 40 × 14 points at (30, 30), with a line at each side, all of them
    ``away`` from where they are taken to be, and a figure close to the left one."""
    import cv2
    import numpy as np

    picture = np.full((102, 180), 255, np.uint8)
    for x in (30, 150):
        ends = (x + away, 0), (x + away + lean, 101)
        cv2.line(picture, *ends, 0, thick)
    for y in (30, 72):
        cv2.line(picture, (0, y + away), (179, y + away), 0, thick)
    x = 30 + away + lean + thick // 2 + 5
    cv2.ellipse(picture, (x + 5, 51 + away), (4, 8), 0, 0, 360, 0, 2)
    return picture


@pytest.mark.parametrize("thick", [1, 3, 6])
@pytest.mark.parametrize("away", [-4, 0, 4])
@pytest.mark.parametrize("lean", [0, 2])
def test_no_line_is_in_what_is_read_of_a_cell(thick: int, away: int, lean: int) -> None:
    from pipelines.reading.documents.picture import Box, ink_of
    from pipelines.reading.documents.picture_cells import lines_of_cell

    picture = cell_of(thick, away, lean)
    cell = Box(30, 30, 150, 72)
    (line,) = lines_of_cell(picture, ink_of(picture, UNIT), cell, UNIT, 10.5 * UNIT)
    x = 30 + away + lean + thick // 2 + 5
    assert abs(line.box.x0 - x) <= 2
    assert abs(line.box.x1 - (x + 11)) <= 2
    assert 16 <= line.box.y1 - line.box.y0 <= 23
    crop = line.crop(6)
    assert crop.shape == (line.box.y1 - line.box.y0 + 14, line.box.x1 - line.box.x0 + 14)
    for side in (crop[:4], crop[-4:], crop[:, :4], crop[:, -4:]):
        assert side.min() > 250


def test_a_figure_that_two_looks_read_in_two_ways_has_two_readings() -> None:
    from pipelines.reading.documents.ocr import _chosen, _is_open
    from pipelines.reading.documents.recogniser import Seen

    for text in ("10", "0", "3.5", "一", ""):
        assert _is_open(Seen(text, 0.99))
    assert not _is_open(Seen("其他处理", 0.99))
    assert _chosen(Seen("10", 0.99), Seen("0", 0.98)) == (Seen("10", 0.99), "0")
    assert _chosen(Seen("10", 0.97), Seen("0", 0.98)) == (Seen("0", 0.98), "10")
    assert _chosen(Seen("0", 0.99), Seen("0", 0.9)) == (Seen("0", 0.99), None)


def test_what_looks_like_an_oh_among_figures_is_a_zero_in_doubt() -> None:
    from pipelines.reading.documents.ocr import _chosen
    from pipelines.reading.documents.recogniser import Seen

    assert _chosen(Seen("1O", 0.97), None) == (Seen("10", 0.97), "1O")
    assert _chosen(Seen("〇", 0.9), Seen("O", 0.8)) == (Seen("0", 0.9), "〇")
    assert _chosen(Seen("0", 0.97), Seen("O", 0.8)) == (Seen("0", 0.97), None)
    assert _chosen(Seen("Others", 0.97), None) == (Seen("Others", 0.97), None)


def test_ink_that_cannot_be_read_is_neither_blank_nor_guessed() -> None:
    from pipelines.reading.documents.ocr import _chosen
    from pipelines.reading.documents.recogniser import Seen

    assert _chosen(Seen("8", 0.2), Seen("", 0.0)) == (Seen("\ufffd", 0.2), "8")
