"""Tables that were flattened to text: found by the labels of the forms, made grids again.

Text exports leave a table as one cell a line, with blank lines or bars between cells, or as rows
with bars. What they drop (blank cells, repeated cells) is gone: nothing here puts it back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.grid import Row, Rows, expand
from pipelines.labels import fold_label
from pipelines.list_form import fold_indicator, list_heads, list_words, shows_sign
from pipelines.numbers import read_money, read_number
from pipelines.report import Block, Grid, Paragraph
from pipelines.section_names import section_named
from pipelines.text import fold
from pipelines.vocabulary import (
    all_words,
    head_words,
    is_fragment,
    meaning_by_beginning,
    weak_words,
)

_FEWEST_HEADS = 2  # of columns or parts that a page of HTML has in paragraphs of their own
_LONGEST_LABEL = 60  # characters; the longest label of the forms has 47
_LONGEST_LINE = 1000  # a row of a table with bars; real ones have some 120
_MOST_BLANK_CELLS = 20  # that one gap may stand for: more is the end of a table
_CHAPTER = re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、.．,，]")
_NO_UNIT = re.compile(r"\s[-—]{2,}$")
_RULE = re.compile(r":?-+:?")


class Line(NamedTuple):
    """A line that is not blank, with the number of blank lines before it."""

    text: str
    gap: int


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
            gathered.append(Grid(_rows(lines[first:last]), caption))
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
        kind = _kind(lines[first].text)
        if kind not in ("head", "row", "full row") and not _is_list_heading(lines, first):
            first += 1
            continue
        last = first
        seen: Counter[str] = Counter()
        while last < len(lines):
            kind = _kind(lines[last].text)
            if kind == "other" and not (
                _is_odd_label(lines, last) or _is_list_heading(lines, last)
            ):
                break
            seen[kind] += 1
            last += 1
        values = seen["head"] or seen["value"] or seen["full row"]
        if values and seen["head"] + seen["row"] + 2 * seen["full row"] > 1:
            yield first, last
        first = last


def _kind(text: str) -> str:
    """What a line is: a "head" (label of a column or part), a "row" (any other label), a "full row"
    (one with its numbers), a "value" (a number, an absence, bars alone), a "piece" of a label, or
    "other"."""
    return "other" if len(text) > _LONGEST_LINE else _kind_of_line(text)


@lru_cache(maxsize=4096)
def _kind_of_line(text: str) -> str:
    if "|" in text:
        kinds = {_kind_of_line(part) for part in text.split("|") if part.strip()}
        best = next((kind for kind in ("head", "row") if kind in kinds), "value")
        return "other" if kinds == {"other"} else best
    label = fold_label(text)
    if (kind := _kind_in_list(text, label)) is not None:
        return kind
    if section_named(text) or len(text) > _LONGEST_LABEL:
        return "head" if _begins_part(label) else "other"
    if label in all_words():
        return _kind_of_label(label)
    if _is_value(text) or set(text) == {"0"}:
        return "value"
    if _begins_part(label):
        return "head"
    if (cells := _spaced(text)) is not None:
        kinds = {_kind_of_line(cell) for cell in cells}
        if "row" in kinds and "value" in kinds:
            return "full row"
        return next((kind for kind in ("head", "row") if kind in kinds), "value")
    return "piece" if is_fragment(label) else "other"


def _is_value(text: str) -> bool:
    return (
        read_number(text, True).absence != "unreadable"
        or read_money(text, "万元").absence != "unreadable"
    )


def _begins_part(label: str) -> bool:
    meaning = meaning_by_beginning(label)
    return meaning is not None and meaning.role == "part"


def _kind_in_list(text: str, label: str) -> str | None:
    """What a line is in a list of indicators, as reports had them before 2019."""
    sure, weak = list_heads()
    if label in sure:
        return "head"
    if label in weak and label not in all_words():
        return "piece"
    if section_named(text) or len(text) > _LONGEST_LABEL:
        return None
    return "row" if fold_indicator(text) in list_words() else None


def _is_list_heading(lines: Sequence[Line], place: int) -> bool:
    """Whether a heading (一、主动公开情况) is a row of a list: one with ---- or a row behind it."""
    text = lines[place].text
    if len(text) > _LONGEST_LABEL or fold_label(text) not in list_words():
        return False
    if _NO_UNIT.search(text):
        return True
    following = next((line.text for line in lines[place + 1 : place + 3] if line.text != "|"), "")
    return fold_indicator(following) in list_words() or (
        len(following) > 1 and set(following) <= set("-—|")
    )


def _kind_of_label(label: str) -> str:
    # Words such as 数量 and 其他 stand in prose and in other tables too, and begin no table.
    if label in weak_words():
        return "piece"
    return "head" if label in head_words() else "row"


def _is_odd_label(lines: Sequence[Line], place: int) -> bool:
    """Whether a line that is no label stands where one must: short, and a value follows."""
    text = lines[place].text
    if len(text) > _LONGEST_LABEL or "。" in text or "|" in text or _CHAPTER.match(text):
        return False
    following = lines[place + 1].text if place + 1 < len(lines) else ""
    return _kind(following) == "value" and section_named(text) is None


def _spaced(text: str) -> list[str] | None:
    """The cells of a line in which spaces stand between them, as text taken from a PDF has it: a
    label with numbers behind it, numbers only, or the labels of a header."""
    words = text.split()
    first = len(words)
    while first and _is_value(words[first - 1]):
        first -= 1
    label = " ".join(words[:first])
    folded = fold_label(label)
    if len(words) - first > (folded not in all_words() or folded in weak_words()):
        if not label or folded in all_words():
            return [label, *words[first:]] if label else words
        # The label of a group stands before that of its first row.
        if all(fold_label(word) in all_words() for word in words[:first]):
            return words
    sure, weak = list_heads()
    # In a list of indicators the unit stands between label and number.
    label_end = first - (first > 1 and words[first - 1] in weak)
    label = " ".join(words[:label_end])
    if first < len(words) and fold_indicator(label) in list_words():
        return [label, *words[label_end:]]
    heads = sure | weak
    if len(words) > 1 and all(
        is_fragment(folded) or folded in heads for folded in map(fold_label, words)
    ):
        return words
    return None


def _rows(lines: Sequence[Line]) -> Rows:
    barred = [line.text for line in lines if "|" in line.text]
    if not barred:
        return _column(_cells_by_lines(lines))
    full = sum(sum(1 for part in text.split("|") if part.strip()) > 1 for text in barred)
    single = sum(any(part.strip() for part in text.split("|")) for text in barred) - full
    rest = single + sum("|" not in line.text for line in lines)
    if full * 2 > rest or any(_is_rule(text) for text in barred):
        return expand([Row(cells) for line in lines if (cells := _row(line.text))])
    return _column(_cells_by_bars(lines))


def _is_rule(text: str) -> bool:
    """Whether a line is what Markdown draws below the first row of a table (| --- | --- |)."""
    parts = text.strip().strip("|").split("|")
    return len(parts) > 1 and all(_RULE.fullmatch(part.strip()) for part in parts)


def _column(cells: Sequence[str]) -> Rows:
    return tuple((cell,) for cell in cells)


def _cells_by_lines(lines: Sequence[Line]) -> list[str]:
    """One cell a line; or one a run of lines, where blank lines stand between the cells."""
    apart = sum(line.gap > 0 for line in lines[1:]) * 2 > len(lines) - 1
    cells: list[str] = []
    for number, line in enumerate(lines):
        text = fold(line.text)
        spaced = _spaced(line.text)
        if apart and number and not line.gap:
            cells[-1] += f"\n{text}"
            continue
        if apart and number:
            # A blank cell is an empty line between two blank ones.
            cells += [""] * min((line.gap - 1) // 2, _MOST_BLANK_CELLS)
        cells += [text] if spaced is None else spaced
    return cells


def _row(text: str) -> list[str]:
    """The cells of a row with bars. Bars that touch at its end only fill up spanned columns."""
    parts = text.strip().split("|")
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    while parts and not parts[-1]:
        parts.pop()
    if all(_RULE.fullmatch(part.strip()) for part in parts):
        return []
    return [fold(part) for part in parts]


def _cells_by_bars(lines: Sequence[Line]) -> list[str]:
    """Cells of which a bar closes each. A bar on its own line closes a blank cell; several at once
    fill up spanned columns and close none."""
    cells: list[str] = []
    open_cell: list[str] = []

    def close() -> None:
        cells.append("\n".join(open_cell))
        open_cell.clear()

    for line in lines:
        head, *parts = (fold(part) for part in line.text.split("|"))
        if head:
            open_cell.append(head)
        if not parts:
            continue
        alone = not head and not any(parts)
        if open_cell or (alone and len(parts) == 1):
            close()
        while parts and not parts[-1]:
            parts.pop()
        for place, part in enumerate(parts):
            open_cell.extend([part] if part else [])
            if place + 1 < len(parts):
                close()
    if open_cell:
        close()
    return cells
