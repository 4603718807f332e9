"""Plain text to blocks: a paragraph for each line that is not blank, grids for flattened tables."""

from __future__ import annotations

from pipelines.reading.documents.flat import gather_flat_tables
from pipelines.reading.report import Document, Paragraph
from pipelines.reading.text import fold

_FEWEST_TABS = 2
"""Tabs of a line from which it is a row of cells: one alone may indent it or follow an ordinal."""


def read_text(text: str, encoding: str) -> Document:
    """Read a text file. Tables of the forms come out as grids, mostly of one column."""
    paragraphs: list[Paragraph] = []
    gaps: list[int] = []
    gap = 0
    for line in text.replace("\0", "").splitlines():
        if line.count("\t") >= _FEWEST_TABS:
            line = line.replace("\t", " | ")
        if folded := fold(line):
            paragraphs.append(Paragraph(folded))
            gaps.append(gap)
            gap = 0
        else:
            gap += 1
    blocks, _ = gather_flat_tables(paragraphs, gaps=gaps)
    return Document("text", encoding, blocks)
