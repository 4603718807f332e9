"""Cells of a spreadsheet -> paragraphs and grids: what XLSX and XLS have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipelines.documents import limits
from pipelines.documents.page import fold
from pipelines.documents.unreadable import Unreadable
from pipelines.report import Block, Grid, Paragraph

_DECIMALS = re.compile(r"0\.(0+)")
_RUNNING_TEXT = re.compile(r"第?[一二三四五六七八九十]+(、|部分)|.*[。；：]$|.{40}", re.DOTALL)
"""What a row of one cell holds where it stands between tables: a heading, a sentence."""
_FORM_HEAD = re.compile(r"第[一二三四五六七八九十]+条")
"""What a row of one cell holds in the form itself (第二十条第（一）项)."""


class Merge(NamedTuple):
    """A range of cells shown as one; rows and columns half-open."""

    top: int
    left: int
    bottom: int
    right: int


def shown(number: float, pattern: str) -> str:
    """A number as a sheet shows it: with the decimals that its format asks for."""
    if "%" in pattern:
        return f"{_plain(round(number * 100, 10), pattern)}%"
    return _plain(number, pattern)


def _plain(number: float, pattern: str) -> str:
    if match := _DECIMALS.search(pattern):
        return f"{number:.{len(match[1])}f}"
    return str(int(number)) if number == int(number) else f"{number:.15g}"


def read_sheet(cells: Mapping[tuple[int, int], str], merges: Sequence[Merge]) -> Iterator[Block]:
    """The blocks of one sheet. ``cells`` maps row and column to text; blank ones may be missing.

    Empty rows part its tables. A row with one text across it is a paragraph above and below a
    table, and inside one where it reads as running text.
    """
    filled = {place: folded for place, text in cells.items() if (folded := fold(text))}
    if not filled:
        return
    height, width = (1 + max(place[axis] for place in filled) for axis in (0, 1))
    if height * width > limits.MAX_CELLS:
        raise Unreadable(f"a sheet has more than {limits.MAX_CELLS} cells")
    rows: list[list[str | None]] = [
        [filled.get((row, column), "") for column in range(width)] for row in range(height)
    ]
    for merge in merges:
        for down in range(merge.top, min(merge.bottom, height)):
            for right in range(merge.left, min(merge.right, width)):
                if (down, right) != (merge.top, merge.left):
                    rows[down][right] = None
    table: list[list[str | None]] = []
    for row in rows:
        text = _lone_text(row)
        if text is None:
            inside = any(row) or None in row
        elif table:
            inside = "" in row or not _RUNNING_TEXT.match(text)
        else:
            inside = bool(_FORM_HEAD.match(text))
        if inside:
            table.append(row)
            continue
        yield from _table_blocks(table)
        table = []
        if text:
            yield Paragraph(text)
    yield from _table_blocks(table)


def _lone_text(row: list[str | None]) -> str | None:
    """The text of a row that holds only one."""
    texts = [text for text in row if text]
    return texts[0] if len(texts) == 1 else None


def _table_blocks(rows: list[list[str | None]]) -> Iterator[Block]:
    """A table and the notes below it, which are rows of one text across all columns."""
    notes: list[str] = []
    while rows and (text := _lone_text(rows[-1])) and "" not in rows[-1]:
        notes.insert(0, text)
        rows.pop()
    while rows and not any(rows[-1]):
        rows.pop()
    if rows:
        # Sheets are laid out on narrow columns; those that no cell begins at say nothing.
        used = [c for c in range(len(rows[0])) if any(row[c] is not None for row in rows)]
        while used and all(not row[used[-1]] for row in rows):
            used.pop()
        yield Grid(tuple(tuple(row[column] for column in used) for row in rows))
    yield from map(Paragraph, notes)
