"""Pages as print -> paragraphs and grids: what PDF, OFD and scans have in common.

A table that goes on over a page break is one grid, and a row that the break cuts is one row. Lines
of text become paragraphs again. Page numbers are left out; of a running head its first print stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from pipelines.documents.page import Glyph, Line, Page, find_lines, join_lines
from pipelines.documents.printed_table import PrintedTable, join_tables, read_table
from pipelines.documents.ruled import find_tables
from pipelines.report import Block, Paragraph

_PAGE_NUMBER = re.compile(
    r"[-—–－·.\s]*(\d{1,3})[-—–－·.\s]*|第\s*\d+\s*页(\s*[,，/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+"
)
_HEADING = re.compile(
    r"\s*(第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）])"
)

_UNBROKEN = re.compile(r"[(（〔《“]*[A-Za-z0-9.%]*[)）〕》”]*")


@dataclass(slots=True)
class _Sheet:
    """One page, taken apart: lines of text outside tables, and tables, from top to bottom."""

    items: list[Line | PrintedTable]


def read_pages(pages: Iterable[Page]) -> tuple[Block, ...]:
    """The blocks of all pages in reading order."""
    sheets = [_read_page(page) for page in pages]
    _drop_furniture(sheets)
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
            else:
                end_table()
                if lines and not _goes_on(lines[-1], item, measure, position == 0):
                    end_paragraph()
                lines.append(item)
    end_paragraph()
    end_table()
    return tuple(blocks)


def _read_page(page: Page) -> _Sheet:
    tables = find_tables(page.across, page.down)
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
    items: list[Line | PrintedTable] = [*find_lines(outside)]
    items += [read_table(table, held) for table, held in zip(tables, inside, strict=True)]
    return _Sheet(sorted(items, key=_top))


def _top(item: Line | PrintedTable) -> float:
    return item.y0 if isinstance(item, Line) else item.top


def _drop_furniture(sheets: Sequence[_Sheet]) -> None:
    """Takes page numbers off, and heads and feet that are printed on page after page."""
    for sheet in sheets:
        for end in _line_ends(sheet):
            if _PAGE_NUMBER.fullmatch(_text_at(sheet, end)):
                del sheet.items[end]
    if len(sheets) < 2:
        return
    ends = [{_text_at(sheet, end) for end in _line_ends(sheet)} for sheet in sheets]
    repeated = set.intersection(*ends)
    seen: set[str] = set()
    for sheet in sheets:
        for end in _line_ends(sheet):
            text = _text_at(sheet, end)
            if text in repeated and text in seen:
                del sheet.items[end]
            seen.add(text)


def _line_ends(sheet: _Sheet) -> list[int]:
    """Which of the last and first item of a page (-1, 0) are lines of text."""
    if not sheet.items:
        return []
    ends = (-1, 0) if len(sheet.items) > 1 else (0,)
    return [end for end in ends if isinstance(sheet.items[end], Line)]


def _text_at(sheet: _Sheet, end: int) -> str:
    item = sheet.items[end]
    return item.text if isinstance(item, Line) else ""


class _Measure(NamedTuple):
    """Where lines of text begin and end, and how wide a character of the running text is."""

    left: float
    right: float
    em: float


def _measure(sheets: Sequence[_Sheet]) -> _Measure:
    lines = [item for sheet in sheets for item in sheet.items if isinstance(item, Line)]
    if not lines:
        return _Measure(0.0, 0.0, 0.0)
    return _Measure(
        min(line.x0 for line in lines),
        max(line.x1 for line in lines),
        median(line.em for line in lines for _ in line.text),
    )


def _goes_on(line: Line, following: Line, measure: _Measure, new_page: bool) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    em = line.em
    if abs(following.em - em) > 0.15 * em or _HEADING.match(following.text):
        return False
    if not new_page and following.middle - line.middle > 2.8 * em:
        return False
    # What cannot be broken is carried over whole and leaves its line short.
    carried = len(_UNBROKEN.match(following.text)[0])  # type: ignore[index]
    full = line.x1 > measure.right - (2 + 0.7 * carried) * em
    if full and following.x0 < measure.left + em:
        return True
    # A title is broken anywhere and set in the middle of the page.
    middle = (measure.left + measure.right) / 2
    return em > 1.15 * measure.em and all(
        abs((part.x0 + part.x1) / 2 - middle) < em for part in (line, following)
    )
