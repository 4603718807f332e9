"""A ruled table with its text, and one table made of the parts that page breaks left of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.reading.documents.page import Glyph, find_lines, fold, join_lines
from pipelines.reading.documents.ruled import Cell, RuledTable
from pipelines.reading.report import Grid, Reading

_ORDINAL = re.compile(r"[（(]?\s?([一二三四五六七八九十\d]\s?)+[)）、.．]")
_NUMBER = re.compile(r"[-+—/\d.,，％%]+")
_SAME_PLACE = 30.0
_SAME_SIZE = 0.03
"""Points by which a table may shift from page to page, and share of its width that may differ."""
_SAME_EDGE = 4.0
"""Points by which the edge of a column may then be off."""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Cells with their text; ``xs`` are the places of the column edges, ``top`` that of the first
    row on its page. ``readings`` has the ways to read a cell that OCR has read."""

    xs: tuple[float, ...]
    top: float
    rows: int
    texts: dict[Cell, str]
    readings: dict[Cell, tuple[Reading, ...]]

    def grid(self) -> Grid:
        """The table as the expanded rectangle of its cells."""
        columns = len(self.xs) - 1
        cells: list[list[str | None]] = [[None] * columns for _ in range(self.rows)]
        readings: list[list[tuple[Reading, ...]]] = [[()] * columns for _ in range(self.rows)]
        for cell, text in self.texts.items():
            cells[cell.top][cell.left] = text
            readings[cell.top][cell.left] = self.readings.get(cell, ())
        return Grid(
            tuple(map(tuple, cells)),
            readings=tuple(map(tuple, readings)) if self.readings else None,
        )


def read_table(table: RuledTable, glyphs: Mapping[tuple[int, int], list[Glyph]]) -> PrintedTable:
    """The table with the text of the glyphs that lie at each of its positions."""
    texts: dict[Cell, str] = {}
    readings: dict[Cell, tuple[Reading, ...]] = {}
    for cell in table.cells:
        held = [
            glyph
            for row in range(cell.top, cell.bottom)
            for column in range(cell.left, cell.right)
            for glyph in glyphs.get((row, column), ())
        ]
        texts[cell] = _text(held)
        sure = [glyph.confidence for glyph in held if glyph.confidence is not None]
        if sure:
            readings[cell] = (Reading(texts[cell], min(sure)),)
            if any(glyph.other is not None for glyph in held):
                others = [
                    glyph if glyph.other is None else glyph._replace(text=glyph.other)
                    for glyph in held
                ]
                readings[cell] += (Reading(_text(others), min(sure)),)
    return PrintedTable(tuple(table.xs), table.ys[0], len(table.ys) - 1, texts, readings)


def _text(glyphs: list[Glyph]) -> str:
    lines = [line.text for line in find_lines(glyphs)]
    # Two figures in a cell that OCR reads are two cells whose line it has missed, not one number.
    seen = any(glyph.confidence is not None for glyph in glyphs)
    figures = seen and all(_NUMBER.fullmatch(line) for line in lines)
    return fold(" ".join(lines) if figures else join_lines(lines))


def join_tables(table: PrintedTable, part: PrintedTable) -> PrintedTable | None:
    """The table with the part that the next page begins with; None where they are two tables,
    because they do not begin and end at the same places across the page."""
    scale = (table.xs[-1] - table.xs[0]) / (part.xs[-1] - part.xs[0])
    if abs(scale - 1) > _SAME_SIZE or abs(table.xs[0] - part.xs[0]) > _SAME_PLACE:
        return None
    # Scanned pages lie a little differently each.
    at = [table.xs[0] + (x - part.xs[0]) * scale for x in part.xs]
    part = replace(part, xs=tuple(at))
    xs = _all_edges(table.xs, part.xs)
    table, part = _on_edges(table, xs), _on_edges(part, xs)
    part = _without_repeated_head(table, part)
    cut = _is_cut(table, part)
    shift = table.rows - 1 if cut else table.rows
    texts, readings = dict(table.texts), dict(table.readings)
    for cell, text in part.texts.items():
        moved = Cell(cell.top + shift, cell.left, cell.bottom + shift, cell.right)
        above = _above(table, cell) if cell.top == 0 else None
        if above and (cut or _spans_break(above, texts[above], cell, text)):
            both = Cell(above.top, above.left, moved.bottom, above.right)
            texts[both] = join_lines([texts.pop(above), text])
            ways = [readings.pop(above, ()), part.readings.get(cell, ())]
            if any(ways):
                readings[both] = _joined_readings(*ways)
        else:
            texts[moved] = text
            if cell in part.readings:
                readings[moved] = part.readings[cell]
    return PrintedTable(xs, table.top, shift + part.rows, texts, readings)


def _joined_readings(above: tuple[Reading, ...], below: tuple[Reading, ...]) -> tuple[Reading, ...]:
    if not above or not below:
        return above or below
    return (
        Reading(
            join_lines([above[0].text, below[0].text]),
            min(above[0].confidence, below[0].confidence),
        ),
    )


def _all_edges(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    """The edges of both: a part has only those that its own rows need."""
    new = [x for x in other if all(abs(x - edge) > _SAME_EDGE for edge in one)]
    return tuple(sorted([*one, *new]))


def _on_edges(table: PrintedTable, xs: tuple[float, ...]) -> PrintedTable:
    place = [min(range(len(xs)), key=lambda edge: abs(xs[edge] - x)) for x in table.xs]

    def moved(cell: Cell) -> Cell:
        return cell._replace(left=place[cell.left], right=place[cell.right])

    return replace(
        table,
        xs=xs,
        texts={moved(cell): text for cell, text in table.texts.items()},
        readings={moved(cell): ways for cell, ways in table.readings.items()},
    )


def _without_repeated_head(table: PrintedTable, part: PrintedTable) -> PrintedTable:
    """The part without the rows at its top that repeat the table's own head."""
    repeated = 0
    for row in range(1, min(table.rows, part.rows)):
        first = {cell: text for cell, text in table.texts.items() if cell.top < row}
        again = {cell: text for cell, text in part.texts.items() if cell.top < row}
        if first != again or any(_NUMBER.fullmatch(text) for text in first.values()):
            break
        if all(cell.bottom <= row for cell in first):
            repeated = row
    if not repeated:
        return part

    def moved(cell: Cell) -> Cell:
        return cell._replace(top=cell.top - repeated, bottom=cell.bottom - repeated)

    return replace(
        part,
        rows=part.rows - repeated,
        texts={moved(c): text for c, text in part.texts.items() if c.top >= repeated},
        readings={moved(c): ways for c, ways in part.readings.items() if c.top >= repeated},
    )


def _above(table: PrintedTable, cell: Cell) -> Cell | None:
    """The cell of the table's last row with the same columns."""
    for candidate in table.texts:
        same = (candidate.left, candidate.right) == (cell.left, cell.right)
        if same and candidate.bottom == table.rows:
            return candidate
    return None


def _is_cut(table: PrintedTable, part: PrintedTable) -> bool:
    """Whether the part's first row is the rest of the table's last row, not a row of its own.

    Word processors close the cells at the page's end and open them again, so only the text tells:
    what was printed above the break is not printed again, and the rest of a label begins with no
    ordinal. A last row of figures over a blank row of figures with such a rest is a cut row, and a
    row without any text at the break is what is left of one.
    """
    pairs = [
        (table.texts[above], text)
        for cell, text in part.texts.items()
        if cell.top == 0
        if (above := _above(table, cell))
        if cell.bottom == 1 or above.bottom - above.top == 1
    ]
    below = {cell for cell in part.texts if cell.top == 0}
    if not pairs or any(_above(table, cell) is None for cell in below):
        return False
    if not any(upper for upper, _ in pairs) or not any(lower for _, lower in pairs):
        return True
    if any(_ORDINAL.match(lower) for _, lower in pairs):
        return False
    figures = False
    for upper, lower in pairs:
        if _NUMBER.fullmatch(upper) or _NUMBER.fullmatch(lower):
            figures = True
            if upper and lower:
                return False
    labels = [(upper, lower) for upper, lower in pairs if upper and not _NUMBER.fullmatch(upper)]
    return figures or any(_ORDINAL.match(upper) and lower for upper, lower in labels)


def _spans_break(above: Cell, upper: str, cell: Cell, lower: str) -> bool:
    """Whether a cell that spans rows goes on below the break, in a row that is not cut."""
    if _ORDINAL.match(lower) or _NUMBER.fullmatch(upper) or _NUMBER.fullmatch(lower):
        return False
    spans = above.bottom - above.top > 1 or cell.bottom - cell.top > 1
    return spans if lower else bool(upper)
