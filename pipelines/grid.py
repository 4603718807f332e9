"""Tables as rectangles: row and column spans expanded, nothing understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Rows = tuple[tuple[str | None, ...], ...]

MOST_COLUMNS = 1000
"""The widest column span that counts; HTML cuts wider ones too (HTML Standard, 4.9.11)."""

LARGEST = 500_000
"""Positions a rectangle may have. Real tables have some 300; but 10,000 rows of one cell and one
row of 10,000 cells are 100 million positions, written in 100 KB."""


class Cell(NamedTuple):
    """A cell as its source gives it: the spans may lie."""

    text: str
    rowspan: int = 1
    colspan: int = 1


def expand(rows: Sequence[Sequence[Cell]]) -> Rows:
    """The rectangle of a table: each cell's text at its top left position, None where no cell
    begins (covered by a span, or right of a row's end).

    A cell takes the next free position of its row. Spans that run over the last row end there;
    where two spans overlap, the first has the position. A column span adds no column in which no
    cell begins. No cell is ever lost: a table whose rectangle would be larger than ``LARGEST``
    comes out as one column, its cells in reading order.
    """
    if not any(cell[1] != 1 or cell[2] != 1 for row in rows for cell in row):
        width = max(map(len, rows), default=0)
        if width * len(rows) > LARGEST:
            return _column(rows)
        return tuple((*(cell[0] for cell in row), *(None,) * (width - len(row))) for row in rows)
    return _expand_spans(rows)


def _expand_spans(rows: Sequence[Sequence[Cell]]) -> Rows:
    placed: list[list[tuple[int, str]]] = []
    free_from: dict[int, int] = {}  # column -> first row in which it is free again
    width = 0
    covered = 0
    for number, row in enumerate(rows):
        column = 0
        line: list[tuple[int, str]] = []
        for text, rowspan, colspan in row:
            while free_from.get(column, 0) > number:
                column += 1
            line.append((column, text))
            width = max(width, column + 1)
            last = number + max(rowspan, 1)
            end = column + min(max(colspan, 1), MOST_COLUMNS)
            while column < end and free_from.get(column, 0) <= number:
                free_from[column] = last
                column += 1
                covered += 1
            if width * len(rows) > LARGEST or covered > LARGEST:
                return _column(rows)
        placed.append(line)
    grid: list[tuple[str | None, ...]] = []
    for line in placed:
        cells: list[str | None] = [None] * width
        for column, text in line:
            cells[column] = text
        grid.append(tuple(cells))
    return tuple(grid)


def _column(rows: Sequence[Sequence[Cell]]) -> Rows:
    return tuple((cell[0],) for row in rows for cell in row)
