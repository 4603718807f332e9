"""Pages as print -> paragraphs and grids: what PDF, OFD and scans have in common.

A table that goes on over a page break is one grid, and a row that the break cuts is one row. Lines
of text become paragraphs again. Page numbers are left out; of a running head its first print stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipelines.reading.documents.furniture import Sheet, drop_furniture
from pipelines.reading.documents.page import Glyph, Line, Page, Rule, find_lines, join_lines
from pipelines.reading.documents.printed_table import PrintedTable, join_tables, read_table
from pipelines.reading.documents.ruled import TOLERANCE, RuledTable, find_boxed_tables, find_tables
from pipelines.reading.documents.unruled import gather_unruled
from pipelines.reading.report import Block, Grid, Paragraph

_HEADING = re.compile(
    r"\s*(第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）])"
)

_ENDS = ("。", "！", "？", "：")
_UNBROKEN = re.compile(r"[(（〔《“]*[A-Za-z0-9.%]*[)）〕》”]*")


def read_pages(pages: Iterable[Page]) -> tuple[Block, ...]:
    """The blocks of all pages in reading order."""
    sheets = [_read_page(page) for page in pages]
    drop_furniture(sheets)
    gather_unruled(sheets)
    measure = _measure(sheets)
    blocks: list[Block] = []
    lines: list[Line] = []
    table: PrintedTable | None = None

    def end_paragraph() -> None:
        if lines:
            blocks.append(Paragraph(join_lines(line.text for line in lines)))
            lines.clear()

    def end_table() -> None:
        nonlocal table
        if table:
            blocks.append(table.grid())
            table = None

    for sheet in sheets:
        for position, item in enumerate(sheet.items):
            if isinstance(item, PrintedTable):
                end_paragraph()
                joined = join_tables(table, item) if table and position == 0 else None
                if not joined:
                    end_table()
                table = joined or item
            elif isinstance(item, Grid):
                end_paragraph()
                end_table()
                blocks.append(item)
            else:
                end_table()
                if lines and not _goes_on(lines[-1], item, measure, position == 0):
                    end_paragraph()
                lines.append(item)
    end_paragraph()
    end_table()
    return tuple(blocks)


def _read_page(page: Page) -> Sheet:
    ruled = find_tables(page.across, page.down)
    tables = ruled + find_boxed_tables(page.boxes, ruled)
    inside: list[dict[tuple[int, int], list[Glyph]]] = [{} for _ in tables]
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
        for table, held in zip(tables, inside, strict=True):
            if place := table.position(x, y):
                held.setdefault(place, []).append(glyph)
                break
        else:
            outside.append(glyph)
    for table, held in zip(ruled, inside, strict=False):
        outside = _spilt(table, held, outside, page.across)
    items: list[Line | PrintedTable] = [*find_lines(outside)]
    items += [read_table(table, held) for table, held in zip(tables, inside, strict=True)]
    return Sheet([*sorted(items, key=_top)])


def _spilt(
    table: RuledTable,
    held: dict[tuple[int, int], list[Glyph]],
    outside: list[Glyph],
    across: Sequence[Rule],
) -> list[Glyph]:
    """Moves what hangs out of cells that are open below into them; gives what is left outside. A
    browser ends the lines of a table with the page and prints the text of its last row below."""
    row = len(table.ys) - 2
    open_columns = {
        column for column in range(len(table.xs) - 1) if not table.is_closed_below(column, across)
    }
    reach = dict.fromkeys(open_columns, table.ys[-1])
    left = []
    for glyph in sorted(outside, key=lambda glyph: glyph.y0) if open_columns else outside:
        column = bisect_right(table.xs, (glyph.x0 + glyph.x1) / 2) - 1
        at = reach.get(column)
        if at is not None and at - TOLERANCE < glyph.y1 and glyph.y0 < at + (glyph.y1 - glyph.y0):
            reach[column] = max(at, glyph.y1)
            held.setdefault((row, column), []).append(glyph)
        else:
            left.append(glyph)
    return left


def _top(item: Line | PrintedTable) -> float:
    return item.y0 if isinstance(item, Line) else item.top


class _Measure(NamedTuple):
    """Where lines of text begin and end, how wide a character of the running text is, and how far
    its lines are apart."""

    left: float
    right: float
    em: float
    leading: float


def _measure(sheets: Sequence[Sheet]) -> _Measure:
    lines = [item for sheet in sheets for item in sheet.items if isinstance(item, Line)]
    if not lines:
        return _Measure(0.0, 0.0, 0.0, 0.0)
    return _Measure(
        min(line.x0 for line in lines),
        max(line.x1 for line in lines),
        median(line.em for line in lines for _ in line.text),
        median(steps) if (steps := list(_steps(sheets))) else 0.0,
    )


def _steps(sheets: Sequence[Sheet]) -> Iterator[float]:
    """The distances from each line to the next of the same size."""
    for sheet in sheets:
        for line, following in pairwise(sheet.items):
            if isinstance(line, Line) and isinstance(following, Line):
                step = following.middle - line.middle
                if abs(following.em - line.em) < 0.15 * line.em and step > line.em:
                    yield step


def _goes_on(line: Line, following: Line, measure: _Measure, new_page: bool) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    em = line.em
    if abs(following.em - em) > 0.15 * em or _HEADING.match(following.text):
        return False
    if not new_page and following.middle - line.middle > 2.8 * em:
        return False
    # Paragraphs that are not indented stand apart.
    apart = following.middle - line.middle > 1.1 * measure.leading
    if not new_page and apart and line.text.endswith(_ENDS):
        return False
    # What cannot be broken is carried over whole and leaves its line short.
    unbroken = _UNBROKEN.match(following.text)
    carried = unbroken.end() if unbroken else 0
    full = line.x1 > measure.right - (2 + 0.7 * carried) * em
    if full and following.x0 < measure.left + em:
        return True
    # A title is broken anywhere and set in the middle of the page.
    middle = (measure.left + measure.right) / 2
    return em > 1.15 * measure.em and all(
        abs((part.x0 + part.x1) / 2 - middle) < em for part in (line, following)
    )
