"""The head of a page: what is printed between its navigation and the article's text.

Portals print time, source and counters there in every order: one line of glued labels
(发布时间:2023-02-01 18:24:12来源: 办公室点击:[]), a line a label, a table of labels and values
(索引号, 发布机构, 发布日期), or a bare date. Labels are matched in half-width form; values are
given as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipelines.reading.breadcrumb import read_breadcrumb
from pipelines.reading.dates import find_date, read_date
from pipelines.reading.halfwidth import halve, simplify
from pipelines.reading.head_fields import (
    BARE,
    PLAIN_TIME,
    Fields,
    date_label,
    is_label,
    read_fields,
)
from pipelines.reading.report import Block, Document, Grid, Paragraph

_LONGEST_LINE = 200  # characters of a publication line, however many labels it carries
_LONGEST_BELOW = 40  # characters of a value on the line below its label
_RUNNING_TEXT = 60  # a paragraph as long as this, with a full stop, is the article's text
_BLOCKS_ABOVE = 80  # between navigation and text: tables, tools and lists
_NEAR_TITLE = 15  # blocks: a line a label, and tools between
_LARGEST_TABLE = 12  # rows or columns of a head table

_TEXT_STARTS = re.compile(r"第一\s*(?:部分|章)|第?一\s*[、.,:]|(?:总体情况|概述)$")
_ODD_DATE = re.compile(
    r"(?=.{0,20}\d)[^|【\[]{1,40}?(?=\s{2}|来源|作者|点击|浏览|访问|字体|字号|$)"
)
_DATE_LABEL = re.compile(r"[一-鿿]{0,4}(?:时 {0,2}间|日 {0,2}期|发[表布]于)[:|\s]*")
_MAY_BE_LABEL = re.compile("[间期于]")
_BARE_DATE_TAIL = re.compile(
    r"\s*(?:(?:信息|文章|稿件)?来\s{0,4}源|作\s{0,4}者|[(\[【]?\s*(?:点击|浏览|访问|阅读)|字体|字号|【)"
)


class PrintedDate(NamedTuple):
    """A date of the head: ISO (None where it cannot be read), its text and label as printed, the
    rank of the label (0 is best), and the block that holds it."""

    iso: str | None
    raw: str
    label: str
    rank: int
    block: int
    origin: Literal["line", "head table"]


@dataclass(slots=True)
class Head:
    """What the head says. ``start`` and ``end`` are the range of blocks it was read from; ``end``
    is where the article's text starts."""

    start: int
    end: int
    printed: list[PrintedDate] = field(default_factory=list)
    fields: Fields = field(default_factory=Fields)
    breadcrumb: tuple[str, ...] = ()
    breadcrumb_block: int | None = None

    def dates(self, title_block: int | None = None) -> list[PrintedDate]:
        """The dates that are about the article: near its title, where that is known. One without
        any label counts only right below it, and where no label says the same: lists print such
        dates too."""
        if title_block is None:
            return [date for date in self.printed if date.rank < BARE]
        near = [date for date in self.printed if abs(date.block - title_block) <= _NEAR_TITLE]
        labelled = {date.raw for date in near if date.rank < BARE}
        return [
            date
            for date in near
            if date.rank < BARE or (0 < date.block - title_block <= 3 and date.raw not in labelled)
        ]

    def published(self, title_block: int | None = None) -> PrintedDate | None:
        """The date of the head that counts as the publication."""
        return best_date(self.dates(title_block))


def best_date(dates: Iterable[PrintedDate]) -> PrintedDate | None:
    """The date under the best label, a line's before a table's, the first of equals."""
    readable = (date for date in dates if date.iso)
    return min(readable, key=lambda date: (date.rank, date.origin != "line"), default=None)


def read_head(document: Document) -> Head:
    """Read the head of a page; of a page without an article, its first blocks."""
    blocks = document.blocks
    body = document.body or (0, len(blocks))
    end = _find_text(blocks, *body)
    head = Head(max(0, min(body[0] or end, end) - _BLOCKS_ABOVE), end)
    for index in range(head.start, end):
        block = blocks[index]
        if isinstance(block, Grid):
            _read_table(head, block, index)
        elif len(block.text) <= _LONGEST_LINE and block.tag != "title":
            _read_line(head, blocks, index, block.text)
    return head


def _find_text(blocks: Sequence[Block], start: int, end: int) -> int:
    """The first block of the article's text: its first heading, or a long sentence."""
    for index in range(start, end):
        block = blocks[index]
        if isinstance(block, Paragraph) and block.tag != "title":
            text = block.text
            if (len(text) > _RUNNING_TEXT and "。" in text) or _TEXT_STARTS.match(halve(text[:16])):
                return index
    return end


def _read_line(head: Head, blocks: Sequence[Block], index: int, text: str) -> None:
    if not head.breadcrumb:
        head.breadcrumb = read_breadcrumb(blocks, index)
        if head.breadcrumb:
            head.breadcrumb_block = index
            return
    plain = _plain(text)

    def below() -> str:
        return _text_below(blocks, index, head.end)

    # Most lines have none of the characters with which such a label ends.
    labels = _DATE_LABEL.finditer(plain) if _MAY_BE_LABEL.search(plain) else ()
    for match in labels:
        label = date_label(match[0])
        if label is not None:
            alone = match.end() == len(plain)
            _read_date(head, below() if alone else text, 0 if alone else match.end(), label, index)
    if plain.lstrip("[(【 ")[:1] in ("1", "2", "二"):
        _read_bare_date(head, text, plain, index)
    read_fields(head.fields, text, plain, below)


def _read_bare_date(head: Head, text: str, plain: str, index: int) -> None:
    date = find_date(plain)
    if date is None or plain[: date.start].strip("[(【 "):
        return
    labelled = _BARE_DATE_TAIL.match(plain, date.end) is not None
    if labelled or not plain[date.end :].strip("])】 ") or find_date(plain, date.end):
        rank = PLAIN_TIME if labelled else BARE
        raw = text[date.start : date.end].strip()
        head.printed.append(PrintedDate(date.iso, raw, "", rank, index, "line"))


def _read_date(head: Head, text: str, start: int, label: tuple[str, int], index: int) -> None:
    plain = _plain(text)
    date = find_date(plain, start)
    if date is not None and date.start <= start + 1:
        raw = text[date.start : date.end].strip()
        head.printed.append(PrintedDate(date.iso, raw, *label, index, "line"))
        return
    odd = _ODD_DATE.match(plain, start)
    if odd:
        raw = text[odd.start() : odd.end()].strip()
        head.printed.append(PrintedDate(read_date(odd[0]), raw, *label, index, "line"))


def _read_table(head: Head, grid: Grid, index: int) -> None:
    """A head table: the value stands right of its label, or below it, or in the same cell."""
    if grid.rows > _LARGEST_TABLE or grid.columns > _LARGEST_TABLE:
        return
    for cell, value in _pairs(grid):
        name = "".join(_plain(cell).split()).strip(":|")
        label = date_label(name)
        if label is None:
            read_fields(head.fields, f"{name}:{value}", f"{name}:{_plain(value)}")
            continue
        iso = read_date(value)
        if iso is not None or re.search(r"\d", value):
            head.printed.append(PrintedDate(iso, value, *label, index, "head table"))


def _pairs(grid: Grid) -> Iterator[tuple[str, str]]:
    for row, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            if not cell:
                continue
            label, colon, value = halve(cell).partition(":")
            if colon and value.strip():
                yield label, cell[len(label) + 1 :].strip()
            elif not is_label(_plain(cell)):
                continue
            right = next((c for c in cells[column + 1 :] if c), "")
            if right and not is_label(_plain(right)):
                yield cell, right
                continue
            under = grid.cells[row + 1][column] if row + 1 < grid.rows else None
            if under and not is_label(_plain(under)):
                yield cell, under


def _text_below(blocks: Sequence[Block], index: int, end: int) -> str:
    """The next line, beyond a stroke that copies of tables have on a line of its own."""
    for block in blocks[index + 1 : min(index + 3, end)]:
        if not isinstance(block, Paragraph) or len(block.text) > _LONGEST_BELOW:
            break
        if block.text not in ("|", "｜"):
            return block.text
    return ""


def _plain(text: str) -> str:
    return simplify(halve(text))
