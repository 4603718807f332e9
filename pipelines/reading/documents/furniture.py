"""What stands on every page and is no part of the text: page numbers, running heads and feet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.reading.documents.page import Line
from pipelines.reading.documents.printed_table import PrintedTable
from pipelines.reading.report import Grid

_PAGE_NUMBER = re.compile(
    r"[-—–－·.\s]*(\d{1,3})[-—–－·.\s]*|第\s*\d+\s*页(\s*[,，/]?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+"
    r"|Page\s+\d+(\s+of\s+\d+)?",
    re.I,
)
_DIGITS = re.compile(r"\d+")
_DEPTH = 3
"""Lines at each end of a page that are looked at."""
_SAME_PLACE = 2.0
"""Points by which the place of a running head may differ from page to page."""


@dataclass(slots=True)
class Sheet:
    """One page, taken apart: lines of text outside tables, and tables, from top to bottom. Tables
    without lines are grids at once."""

    items: list[Line | PrintedTable | Grid]


class _Edge(NamedTuple):
    """A line at the head (0) or foot (-1) of a page: its place and text with digits left out, which
    are by themselves in ``numbers``."""

    end: int
    y: float
    text: str
    numbers: tuple[int, ...]

    def repeats(self, other: _Edge, pages: int) -> bool:
        """Whether it is the other one printed so many pages on, where its numbers may count."""
        return (
            self.text == other.text
            and self.end == other.end
            and abs(self.y - other.y) < _SAME_PLACE
            and len(self.numbers) == len(other.numbers)
            and all(
                one - two in (0, pages)
                for one, two in zip(self.numbers, other.numbers, strict=True)
            )
        )


def drop_furniture(sheets: Sequence[Sheet]) -> None:
    """Takes page numbers off, and lines that are printed at the same place of several pages. Of a
    running head that counts nothing the first print stays: it may be the only title."""
    for end in (-1, 0):
        for _ in range(_DEPTH):
            if not _drop_layer(sheets, end):
                break


def _drop_layer(sheets: Sequence[Sheet], end: int) -> bool:
    """Drops the outermost lines at one end of the pages; False where there is nothing to drop."""
    edges = [_edge(sheet, end) for sheet in sheets]
    dropped = False
    for number, edge in enumerate(edges):
        if edge is None:
            continue
        others = [
            (other, found)
            for other, found in enumerate(edges)
            if other != number and found is not None and edge.repeats(found, number - other)
        ]
        counts = any(found.numbers != edge.numbers for _, found in others)
        again = bool(others) and (end == -1 or counts or others[0][0] < number)
        line = sheets[number].items[end]
        if again or (isinstance(line, Line) and _PAGE_NUMBER.fullmatch(line.text)):
            del sheets[number].items[end]
            dropped = True
    return dropped


def _edge(sheet: Sheet, end: int) -> _Edge | None:
    """The line at one end of a page; None where a table, or nothing, stands there."""
    if not sheet.items or not isinstance(line := sheet.items[end], Line):
        return None
    numbers = tuple(int(digits) for digits in _DIGITS.findall(line.text) if len(digits) < 10)
    return _Edge(end, line.y0, _DIGITS.sub("#", line.text), numbers)
