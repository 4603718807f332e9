"""Cells of grids (单元格) as reading looks at them: what may be a label, what may be a value."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from pipelines.reading.labels import fold_label
from pipelines.reading.numbers import read_money, read_number
from pipelines.reading.report import CellRef, Grid
from pipelines.reading.vocabulary import all_words, is_fragment, sure_words, weak_words

_ENOUGH_LABELS = 3  # that show a part of a form's table where no label stands that is sure


class Cell(NamedTuple):
    """A cell's text, the label it folds to ("" for numbers and blanks), and where it stands."""

    raw: str
    label: str
    table: int
    row: int
    column: int

    @property
    def at(self) -> CellRef:
        return CellRef(self.table, self.row, self.column)


def cells_of(grid: Grid, number: int) -> list[list[Cell]]:
    """The cells of a grid by rows; ``number`` is the grid's place among the tables of the page."""
    labels = _labels(grid)
    # tuple.__new__ takes half the time of the constructor, and a page has hundreds of cells.
    new = tuple.__new__
    return [
        [
            new(Cell, (raw, labels.get(raw, ""), number, y, x))
            for x, raw in enumerate(row)
            if raw is not None
        ]
        for y, row in enumerate(grid.cells)
    ]


def _labels(grid: Grid) -> dict[str, str]:
    """The different texts of a grid that are no numbers, each with its label."""
    texts = set(chain.from_iterable(grid.cells))
    return {raw: fold_label(raw) for raw in texts if raw and not raw.isdecimal()}


@lru_cache(maxsize=4096)
def is_value(raw: str, label: str) -> bool:
    """Whether a cell may be a value: a number, an absence, or a scrap that is no piece of a label
    (O, 3?), which is then unreadable."""
    if (
        not label
        or read_number(raw, True).absence != "unreadable"
        or read_money(raw, "万元").absence != "unreadable"
    ):
        return True
    wide = sum(character > "\u2e7f" for character in label)
    return wide < 3 and not (wide and is_fragment(label))


def is_piece(raw: str, label: str) -> bool:
    """Whether a cell is a piece of a label, as headers are cut: 商业 above 企业, 本年新."""
    return is_fragment(label) and not is_value(raw, label)


def shows_form(grid: Grid) -> bool:
    """Whether a grid is a part of a form's table: by a label that stands nowhere else, or by
    several that stand elsewhere too."""
    labels = all_words().intersection(_labels(grid).values())
    return bool(labels & sure_words()) or len(labels - weak_words()) >= _ENOUGH_LABELS
