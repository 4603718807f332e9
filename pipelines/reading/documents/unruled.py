"""Tables that are set without lines: rows of words that stand apart.

Which words are one cell only the labels of the forms tell, as in text files (``flat``): a row whose
label is broken over several lines may come out without its label or its values, as a finding.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.reading.documents.flat import gather_flat_tables
from pipelines.reading.documents.furniture import Sheet
from pipelines.reading.documents.page import Line
from pipelines.reading.report import Grid, Paragraph


def gather_unruled(sheets: Sequence[Sheet]) -> None:
    """Puts a grid in the place of the lines that are a table of the forms. Does nothing where some
    table has lines, and where OCR has read the lines: how sure it is would be lost."""
    lines = [
        (number, item)
        for number, sheet in enumerate(sheets)
        for item in sheet.items
        if isinstance(item, Line)
    ]
    if len(lines) < sum(len(sheet.items) for sheet in sheets) or not all(
        line.row for _, line in lines
    ):
        return
    paragraphs = [Paragraph(line.row) for _, line in lines]
    places = {id(paragraph): place for place, paragraph in enumerate(paragraphs)}
    gathered, _ = gather_flat_tables(paragraphs, gaps=[0] * len(paragraphs))
    for sheet in sheets:
        sheet.items = []
    following = 0
    for block in gathered:
        if isinstance(block, Grid):
            sheets[lines[following][0]].items.append(block)
        else:
            number, line = lines[places[id(block)]]
            sheets[number].items.append(line)
            following = places[id(block)] + 1
