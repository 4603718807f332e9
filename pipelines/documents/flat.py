"""Tables that were flattened to text: found by the labels of the forms, made grids again.

Text exports leave a table as one cell a line, with blank lines or bars between cells, or as rows
with bars. What they drop (blank cells, repeated cells) is gone: nothing here puts it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.grid import Cell, Rows, expand
from pipelines.labels import fold_label
from pipelines.numbers import read_money, read_number
from pipelines.text import fold
from pipelines.vocabulary import (
    all_words,
    ignored_beginning,
    is_fragment,
    title_words,
    weak_words,
)

_LONGEST_LABEL = 60  # characters; the longest label of the forms has 47
_FEWEST_LABELS = 2
_MOST_BLANK_CELLS = 20  # that one gap may stand for: more is the end of a table
_NUMBER = re.compile(r"[+\-]?[0-9０-９][0-9０-９,.，．]*|[/／—－-]+|无")
_RULE = re.compile(r":?-{2,}:?")


class Line(NamedTuple):
    """A line that is not blank, with the number of blank lines before it."""

    text: str
    gap: int


class Flat(NamedTuple):
    """A flattened table: the lines ``first`` to ``last`` (exclusive) hold these rows."""

    first: int
    last: int
    rows: Rows


def find_flat_tables(lines: Sequence[Line]) -> Iterator[Flat]:
    """The flattened tables among the lines of a text, in order.

    A table is a run of labels of the forms, values and bars, from its first label on. A short line
    that is no label counts as one where a value follows it, so that a label with a slip of the pen
    does not end the table. Headings of sections end it.
    """
    first = 0
    while first < len(lines):
        if _kind(lines[first].text) != "label":
            first += 1
            continue
        last, labels = first, 0
        place = first
        while place < len(lines):
            kind = _kind(lines[place].text)
            if kind == "other" and not _is_odd_label(lines, place):
                break
            labels += (kind == "label") * (1 + (_spaced(lines[place].text) is not None))
            place += 1
            last = place
        if labels >= _FEWEST_LABELS:
            yield Flat(first, last, _rows(lines[first:last]))
        first = max(last, first + 1)


@lru_cache(maxsize=4096)
def _kind(text: str) -> str:
    """One of "label", "value" (a number, an absence, a piece of a label, bars) and "other"."""
    if "|" in text:
        parts = [part for part in text.split("|") if part.strip()]
        kinds = [_kind(part) for part in parts]
        if "label" in kinds:
            return "label"
        return "value" if all(kind == "value" for kind in kinds) else "other"
    label = fold_label(text)
    if ignored_beginning(label):
        return "label"
    if len(text) > _LONGEST_LABEL:
        return "other"
    if label in all_words() and label not in title_words():
        # Words such as 数量 stand in prose and in other tables too, and begin no table.
        return "value" if label in weak_words() else "label"
    if label in title_words():
        return "other"
    if (
        read_number(text, True).absence != "unreadable"
        or read_money(text, "万元").absence != "unreadable"
        or _is_zeros(text)
    ):
        return "value"
    if (cells := _spaced(text)) is not None:
        return "label" if any(fold_label(cell) in all_words() for cell in cells) else "value"
    return "value" if is_fragment(label) else "other"


def _is_zeros(text: str) -> bool:
    return set(text.strip()) == {"0"}


def _is_odd_label(lines: Sequence[Line], place: int) -> bool:
    """Whether a line that is no label stands where one must: short, and a value follows."""
    text = lines[place].text
    if len(text) > _LONGEST_LABEL or "。" in text or fold_label(text) in title_words():
        return False
    following = lines[place + 1].text if place + 1 < len(lines) else ""
    return bool(following) and "|" not in text and _kind(following) == "value"


def _spaced(text: str) -> list[str] | None:
    """The cells of a line in which spaces stand between them, as text taken from a PDF has it: a
    label with numbers behind it, numbers only, or the labels of a header."""
    words = text.split()
    first = len(words)
    while first and _NUMBER.fullmatch(words[first - 1]):
        first -= 1
    label = " ".join(words[:first])
    if len(words) - first > 1 and (not label or fold_label(label) in all_words()):
        return [label, *words[first:]] if label else words
    if len(words) > 1 and all(is_fragment(fold_label(word)) for word in words):
        return words
    return None


def _rows(lines: Sequence[Line]) -> Rows:
    barred = [line.text for line in lines if "|" in line.text]
    if not barred:
        return _column(_cells_by_lines(lines))
    full = sum(sum(1 for part in text.split("|") if part.strip()) > 1 for text in barred)
    single = sum(any(part.strip() for part in text.split("|")) for text in barred) - full
    if full * 2 > single + sum("|" not in line.text for line in lines):
        return expand([row for line in lines if (row := _row(line.text))])
    return _column(_cells_by_bars(lines))


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


def _row(text: str) -> list[Cell]:
    """The cells of a row with bars. Bars that touch at its end only fill up spanned columns."""
    parts = text.strip().split("|")
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    while parts and not parts[-1]:
        parts.pop()
    if all(_RULE.fullmatch(part.strip()) for part in parts):
        return []
    return [Cell(fold(part)) for part in parts]


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
