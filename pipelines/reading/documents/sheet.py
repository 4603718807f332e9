"""Cells of a spreadsheet -> paragraphs and grids: what XLSX and XLS have in common."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from pipelines.reading.documents import limits
from pipelines.reading.documents.page import fold
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.findings import make_finding
from pipelines.reading.report import Block, Document, Grid, Paragraph

MOST_COLUMNS = 16_384
"""Of a sheet, by the file format."""
UNKNOWN = "\ufffd"
"""Stands for what a cell would show, where that cannot be known."""
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;])+);?')
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<plain>.)|\[[^\]]*\]|[_*].|(?P<digits>[#0?][#0?,.]*|\.[#0?]+)'
    r"|(?P<other>[@A-Za-z/])|(?P<sign>.)"
)
_DECIMALS = re.compile(r"\.([#0?]+)")
_LARGE = 1e15  # from here on, a float has no decimals
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
    """A number as a sheet shows it by the number format ``pattern`` (ECMA-376 part 1, 18.8.31): its
    decimals, separators, sign, and the words around it. Other formats show all digits."""
    sections = _SECTION.findall(pattern) or [""]
    section, sign = sections[0], "-" if number < 0 else ""
    if number < 0 and len(sections) > 1:
        section, sign = sections[1], ""
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    parts = [match for match in _PART.finditer(section) if match[0]]
    fields = [match["digits"] for match in parts if match["digits"]]
    if any(match["other"] for match in parts):
        fields = []
    if len(fields) != 1 or not abs(number) < _LARGE:
        # Accounting formats show a dash for the number 0; the cell holds the number all the same.
        whole = math.isfinite(number) and number == int(number)
        return str(int(number)) if whole else f"{number:.15g}"
    digits = _digits(abs(number) * (100 if "%" in section else 1), fields[0])
    words = (match["quoted"] or match["plain"] or match["sign"] or "" for match in parts)
    return sign + "".join(
        digits if match["digits"] else word for match, word in zip(parts, words, strict=True)
    )


def _digits(number: float, field: str) -> str:
    decimals = _DECIMALS.search(field)
    least, most = (decimals[1].count("0"), len(decimals[1])) if decimals else (0, 0)
    rounded = Decimal(f"{number:.15g}").quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in field else f"{rounded:f}"
    while most > least and text.endswith("0"):
        text, most = text[:-1], most - 1
    return text.removesuffix(".")


def without_hidden(
    cells: dict[tuple[int, int], str],
    merges: Sequence[Merge],
    rows: Set[int],
    columns: Set[int],
) -> tuple[dict[tuple[int, int], str], list[Merge], bool]:
    """Cells and merged ranges without hidden rows and columns, and whether these held any text."""
    held = {place for place in cells if place[0] in rows or place[1] in columns}
    if not rows and not columns:
        return cells, list(merges), False
    down, across = sorted(rows), sorted(columns)

    def moved(row: int, column: int) -> tuple[int, int]:
        return row - bisect_left(down, row), column - bisect_left(across, column)

    seen = {moved(*place): text for place, text in cells.items() if place not in held}
    ranges = [
        Merge(*moved(merge.top, merge.left), *moved(merge.bottom, merge.right)) for merge in merges
    ]
    for merge, range_ in zip(merges, ranges, strict=True):
        # The text of a merged cell shows as long as some part of it does.
        text = cells.get((merge.top, merge.left), "")
        if text and range_.top < range_.bottom and range_.left < range_.right:
            seen[range_.top, range_.left] = text
            held.discard((merge.top, merge.left))
    return seen, ranges, bool(held)


def finished(
    kind: Literal["xlsx", "xls"], blocks: Sequence[Block], hidden: Sequence[str]
) -> Document:
    """The document of a workbook, with a finding that names what is hidden and was not read.

    Raises ``Unreadable`` where nothing is shown.
    """
    if not blocks:
        raise Unreadable(f"the {kind.upper()} file shows no text")
    listed = ", ".join(hidden)
    finding = make_finding(
        "document.hidden",
        "file",
        f"hidden in the file, and not read: {listed}",
        f"文件中隐藏的内容未读取：{listed}",
    )
    return Document(kind, "", tuple(blocks), findings=(finding,) if hidden else ())


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
