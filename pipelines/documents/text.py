"""Plain text to blocks: a paragraph for each line that is not blank, grids for flattened tables."""

from __future__ import annotations

from pipelines.documents.flat import Line, find_flat_tables
from pipelines.report import Block, Document, Grid, Paragraph
from pipelines.text import fold


def read_text(text: str, encoding: str) -> Document:
    """Read a text file. Tables of the forms come out as grids, mostly of one column."""
    lines: list[Line] = []
    gap = 0
    for line in text.replace("\0", "").splitlines():
        if fold(line):
            lines.append(Line(line.strip(), gap))
            gap = 0
        else:
            gap += 1
    blocks: list[Block] = []
    done = 0
    for table in find_flat_tables(lines):
        blocks += [Paragraph(fold(line.text)) for line in lines[done : table.first]]
        above = blocks[-1] if blocks else None
        caption = above.text if isinstance(above, Paragraph) else ""
        blocks.append(Grid(table.rows, caption))
        done = table.last
    blocks += [Paragraph(fold(line.text)) for line in lines[done:]]
    return Document("text", encoding, tuple(blocks))
