"""Tables as rectangles: row and column spans expanded, nothing understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

Rows = tuple[tuple[str | None, ...], ...]

MOST_COLUMNS = 1000
"""The widest column span that counts; HTML cuts wider ones too (HTML Standard, 4.9.11)."""

LARGEST = 500_000
"""Positions a rectangle may have. Real tables have some 300; but 10,000 rows of one cell and one
row of 10,000 cells are 100 million positions, written in 100 KB."""


class Row(NamedTuple):
    """A row as its source gives it: the texts of its cells, and for the places of those that span
    more than one position their (rowspan, colspan), which may lie."""

    texts: Sequence[str]
    spans: Mapping[int, tuple[int, int]] = {}


def expand(rows: Sequence[Row]) -> Rows:
    """The rectangle of a table: each cell's text at its top left position, None where no cell
    begins (covered by a span, or right of a row's end).

    A cell takes the next free position of its row. Spans that run over the last row end there;
    where two spans overlap, the first has the position. A column span adds no column in which no
    cell begins. No cell is ever lost: a table whose rectangle would be larger than ``LARGEST``
    comes out as one column, its cells in reading order.
    """
    lines: list[list[str | None]] = []
    free_from: list[int] = []  # by column, the first row in which no span from above covers it
    free = 0  # the first row into which no span reaches
    width = covered = 0
    for number, (texts, spans) in enumerate(rows):
        if not spans and number >= free:
            line: list[str | None] = list(texts)
            width = max(width, len(line))
        else:
            line = []
            for place, text in enumerate(texts):
                first = len(line)
                while first < len(free_from) and free_from[first] > number:
                    line.append(None)
                    first += 1
                if place not in spans:
                    line.append(text)
                    continue
                rowspan, colspan = spans[place]
                below = number + max(rowspan, 1)
                free = max(free, below)
                end = first + min(max(colspan, 1), MOST_COLUMNS)
                free_from += [0] * (end - len(free_from))
                while len(line) < end and free_from[len(line)] <= number:
                    free_from[len(line)] = below
                    line.append(None)
                line[first] = text
                covered += len(line) - first
            if texts:
                width = max(width, first + 1)
        lines.append(line)
        if width * len(rows) > LARGEST or covered > LARGEST:
            return tuple((text,) for texts, _ in rows for text in texts)
    return tuple(
        [
            tuple(line) if len(line) == width else (*line[:width], *(None,) * (width - len(line)))
            for line in lines
        ]
    )
