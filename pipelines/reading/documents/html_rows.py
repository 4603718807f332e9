"""Rows and cells of a table of HTML: their texts, and the elements that hold these."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import cast

from lxml import etree

from pipelines.reading.documents.html_tree import DROPPED, strip_inline
from pipelines.reading.grid import Row
from pipelines.reading.text import fold

_CELLS = frozenset(("td", "th"))
_ROW_GROUPS = frozenset(("tbody", "thead", "tfoot", "form"))


def printed_cells(root: etree._Element) -> Iterator[list[list[tuple[str, etree._Element]]]]:
    """For each table of a page's tree its rows, and for each of their cells the text as
    ``read_html`` reads it and the element of ``root`` that holds it."""
    copy = deepcopy(root)
    origins = dict(zip(copy.iter(*_CELLS), root.iter(*_CELLS), strict=True))
    etree.strip_elements(copy, *DROPPED, with_tail=False)
    strip_inline(copy, has_smart_tags=True)
    for table in copy.iter("table"):
        nested = next(table.iterdescendants("table"), None) is not None
        rows = own_rows(table) if nested else table.iter("tr")
        yield [
            list(zip(read_row(row, []).texts, map(origins.__getitem__, _cells(row)), strict=True))
            for row in rows
        ]


def own_rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table without those of the tables in its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from child.iterchildren("tr")


def read_row(row: etree._Element, strays: list[str]) -> Row:
    """The cells of a row; texts that stand between them go to ``strays``."""
    texts: list[str] = []
    spans: dict[int, tuple[int, int]] = {}
    strays += [text for text in (row.text, row.tail) if text and not text.isspace()]
    for element in row:
        if element.tag in _CELLS:
            rowspan, colspan = element.get("rowspan"), element.get("colspan")
            if rowspan is not None or colspan is not None:
                spans[len(texts)] = (_span(rowspan, 65534), _span(colspan, 1))
            if len(element):
                texts.append(_lines(element))
            else:
                text = element.text
                texts.append(text if text and text.isdecimal() else fold(text or ""))
        else:
            # A form or a paragraph that wraps cells; else it is a stray itself.
            cells = list(element.iter("td", "th"))
            texts.extend(_lines(cell) for cell in cells)
            strays.extend(texts_of(element) if not cells else ())
        tail = element.tail
        if tail and not tail.isspace():
            strays.append(tail)
    return Row(texts, spans)


def texts_of(element: etree._Element) -> Iterator[str]:
    """The texts of an element and of those in it, one a text node."""
    return cast("Iterator[str]", element.itertext())


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """The cells of a row, in the order in which ``read_row`` reads them."""
    for element in row:
        if element.tag in _CELLS:
            yield element
        else:
            yield from element.iter(*_CELLS)


def _lines(cell: etree._Element) -> str:
    """The text of a cell, one line for each paragraph."""
    if len(cell) == 1:
        # What Word makes of a cell: one paragraph and nothing beside it.
        inner = cell[0]
        before, after = cell.text, inner.tail
        if not (len(inner) or (before and not before.isspace()) or (after and not after.isspace())):
            text = inner.text
            # Most are numbers: no need to fold these.
            return text if text and text.isdecimal() else fold(text or "")
    return "\n".join([line for text in texts_of(cell) if (line := fold(text))])


@lru_cache(maxsize=256)
def _span(value: str | None, zero: int) -> int:
    """A span as HTML reads it: 1 where there is none or no number; ``zero`` for "0"."""
    digits = (value or "").strip()[:6]
    return (int(digits) or zero) if digits.isascii() and digits.isdigit() else 1
