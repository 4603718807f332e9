"""Tables that were flattened to text: found by the labels of the forms, made grids again.

Text exports leave a table as one cell a line, with blank lines or bars between cells, or as rows
with bars. What they drop (blank cells, repeated cells) is gone: nothing here puts it back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.reading.documents.flat_lines import Line, is_list_heading, is_odd_label, kind_of
from pipelines.reading.documents.flat_rows import rows_of
from pipelines.reading.list_form import shows_sign
from pipelines.reading.report import Block, Grid, Paragraph
from pipelines.reading.vocabulary import head_words

_FEWEST_HEADS = 2  # of columns or parts that a page of HTML has in paragraphs of their own

Range = tuple[int, int]


def gather_flat_tables(
    blocks: Sequence[Block], body: Range | None = None, gaps: Sequence[int] | None = None
) -> tuple[tuple[Block, ...], Range | None]:
    """The blocks with flattened tables as grids, and ``body`` as the range that it then is.

    ``gaps`` are the numbers of blank lines before the paragraphs of a text; without them the
    paragraphs stand apart, and tables are looked for where the heads of some stand.
    """
    if gaps is None:
        texts = {block.text for block in blocks if isinstance(block, Paragraph)}
        texts |= {part.strip() for text in texts if "|" in text for part in text.split("|")}
        texts |= {
            word
            for block in blocks
            if isinstance(block, Paragraph) and block.tag == "pre"
            for word in block.text.split()
        }
        if len(head_words() & texts) < _FEWEST_HEADS and not shows_sign(texts):
            return tuple(blocks), body
        gaps = [1] * len(blocks)
    lines = [
        Line(block.text if isinstance(block, Paragraph) else "", gap)
        for block, gap in zip(blocks, gaps, strict=True)
    ]
    gathered: list[Block] = []
    places: list[int] = []  # of each old block among the new ones
    for first, last in [*_flat_tables(lines), (len(blocks), len(blocks))]:
        before = blocks[len(places) : first]
        places += range(len(gathered), len(gathered) + len(before))
        gathered += before
        if first < last:
            above = gathered[-1] if gathered else None
            caption = above.text if isinstance(above, Paragraph) else ""
            places += [len(gathered)] * (last - first)
            gathered.append(Grid(rows_of(lines[first:last]), caption))
    if body is not None:
        # An article in which nothing stands is an empty range; it may lie behind the last block.
        start = places[body[0]] if body[0] < len(places) else len(gathered)
        body = (start, places[body[1] - 1] + 1 if body[0] < body[1] else start)
    return tuple(gathered), body


def _flat_tables(lines: Sequence[Line]) -> Iterator[Range]:
    """Where among the lines there are flattened tables.

    A table is a run of labels of the forms, values and bars, from its first label on, with a head
    or a value among them (menus of portals have 行政许可 and 行政处罚 too). A short line that is no
    label counts as one where a value follows it: a slip of the pen does not end a table, but the
    heading of a section does.
    """
    first = 0
    while first < len(lines):
        kind = kind_of(lines[first].text)
        if kind not in ("head", "row", "full row") and not is_list_heading(lines, first):
            first += 1
            continue
        last = first
        seen: Counter[str] = Counter()
        while last < len(lines):
            kind = kind_of(lines[last].text)
            if kind == "other" and not (is_odd_label(lines, last) or is_list_heading(lines, last)):
                break
            seen[kind] += 1
            last += 1
        values = seen["head"] or seen["value"] or seen["full row"]
        if values and seen["head"] + seen["row"] + 2 * seen["full row"] > 1:
            yield first, last
        first = last
