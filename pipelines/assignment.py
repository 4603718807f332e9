"""Which value belongs to which column of a row: by order, else by the header, else none."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.cells import Cell
from pipelines.report import CellRef


class Header:
    """What the header of a table has printed so far: columns in reading order, their places in the
    grid, and units of money that it names."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.places: dict[str, CellRef] = {}
        self.units: dict[str, str] = {}
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, code: str, cell: Cell, unit: str | None) -> None:
        self.codes.append(code)
        if code not in self.places:
            self.places[code] = cell.at
        self._orders.clear()
        if unit is not None:
            self.units[code] = unit

    def order(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The codes of a row's columns in the order that the header prints them.

        That is the form's order unless one line of the header names every column once and in
        another order. A header of two lines (自然人 and 总计 above the kinds of organisation), or
        one cell a line, says nothing of the order that could be trusted more than the form.
        """
        known = self._orders.get(codes)
        if known is None:
            printed = tuple(code for code in self.codes if code in codes)
            lines = {self.places[code][:2] for code in printed}
            by_header = len(lines) == 1 and sorted(printed) == sorted(codes)
            known = self._orders[codes] = printed if by_header else codes
        return known


def choose_cells(values: Sequence[Cell], codes: Sequence[str], header: Header) -> list[Cell] | None:
    """One cell for each column in the order of ``codes``, or None where nobody can know.

    As many values as columns are taken in their order, whatever their spans say. Of more, those
    are taken that stand right below the columns of the header, if all others are blank. Else blank
    cells beside the right number of values are passed over, and blanks behind the last column,
    which are left over from column spans.
    """
    count = len(codes)
    if len(values) == count:
        return list(values)
    below = _below_header(values, codes, header) if len(values) > count else None
    if below is not None:
        return below
    printed = [cell for cell in values if cell.raw]
    if len(printed) == count:
        return printed
    if len(values) > count and not any(cell.raw for cell in values[count:]):
        return list(values[:count])
    if count > 1 and len(printed) == 1 and printed[0].raw == "0" * count:
        # Text exports glue the cells of a row together. Zeros can be told apart: no number begins
        # with 0; other digits cannot (1200000).
        return [printed[0]._replace(raw="0")] * count
    return None


def _below_header(
    values: Sequence[Cell], codes: Sequence[str], header: Header
) -> list[Cell] | None:
    at = {(cell.table, cell.column): cell for cell in values}
    places = [header.places[code] for code in codes if code in header.places]
    found = [at[key] for place in places if (key := (place.table, place.column)) in at]
    if len(found) < len(codes) or sum(1 for cell in values if cell.raw) != sum(
        1 for cell in found if cell.raw
    ):
        return None
    return found
