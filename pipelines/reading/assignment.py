"""Which value belongs to which column of a row: by order, else by the header, else none."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.reading.cells import Cell
from pipelines.reading.report import CellRef
from pipelines.reading.vocabulary import SPANNING


class Header:
    """What the header of a table has printed so far: columns in reading order, their places in the
    grid (several where a column is printed as several alike), and units of money that it names.
    ``lines`` are the columns of each line of the header, with ``SPANNING`` for a label over several
    of them."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.lines: dict[tuple[int, int], list[str]] = {}
        self.places: dict[str, list[CellRef]] = {}
        self.units: dict[str, str] = {}
        self._orders: dict[tuple[str, ...], tuple[str, ...]] = {}

    def add(self, code: str, cell: Cell, unit: str | None) -> None:
        """The next label of the header: a column and the unit that it prints, or ``SPANNING``."""
        self.lines.setdefault((cell.table, cell.row), []).append(code)
        self._orders.clear()
        if code == SPANNING:
            return
        self.codes.append(code)
        self.places.setdefault(code, []).append(cell.at)
        if unit is not None:
            self.units[code] = unit

    def order(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The codes of a row's columns in the order that the header prints them: of its one line,
        or of its line with a label over several columns (法人或其他组织) and the line of these.

        That is the form's order where the header does not name every column once, or has one cell
        a line. Column spans say nothing here: they lie.
        """
        known = self._orders.get(codes)
        if known is None:
            printed = self._printed_order(codes)
            by_header = printed is not None and sorted(printed) == sorted(codes)
            known = self._orders[codes] = tuple(printed or ()) if by_header else codes
        return known

    def _printed_order(self, codes: tuple[str, ...]) -> list[str] | None:
        lines = [
            [code for code in line if code in codes or code == SPANNING]
            for line in self.lines.values()
        ]
        lines = [line for line in lines if any(code != SPANNING for code in line)]
        if len(lines) == 2 and lines[0].count(SPANNING) == 1:
            place = lines[0].index(SPANNING)
            return [*lines[0][:place], *lines[1], *lines[0][place + 1 :]]
        return lines[0] if len(lines) == 1 else None


def choose_cells(values: Sequence[Cell], codes: Sequence[str], header: Header) -> list[Cell] | None:
    """One cell for each column in the order of ``codes``, or None where nobody can know.

    As many values as columns are taken in their order, whatever their spans say. Of more, those
    are taken that stand right below the columns of the header, if all others are blank, and all
    below one column print the same. Else blank
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
        # Blanks at both ends: either may be the one that is left over.
        return list(values[:count]) if values[0].raw or not printed else None
    if count > 1 and len(printed) == 1 and printed[0].raw == "0" * count:
        # Text exports glue the cells of a row together. Zeros can be told apart: no number begins
        # with 0; other digits cannot (1200000).
        return [printed[0]._replace(raw="0")] * count
    return None


def _below_header(
    values: Sequence[Cell], codes: Sequence[str], header: Header
) -> list[Cell] | None:
    at = {(cell.table, cell.column): cell for cell in values}
    if len(at) < len(values):
        return None  # cells one below the other, as text exports leave them
    found: list[Cell] = []
    for code in codes:
        keys = {(place.table, place.column) for place in header.places.get(code, ())}
        below = [at.pop(key) for key in sorted(keys) if key in at]
        texts = {cell.raw for cell in below if cell.raw}
        if not below or len(texts) > 1:
            return None
        found.append(next((cell for cell in below if cell.raw), below[0]))
    return None if any(cell.raw for cell in at.values()) else found
