"""The lines of a flattened table as rows and cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.reading.documents.flat_lines import Line, spaced_cells
from pipelines.reading.grid import Row, Rows, expand
from pipelines.reading.text import fold

_MOST_BLANK_CELLS = 20  # that one gap may stand for: more is the end of a table
_RULE = re.compile(r":?-+:?")


def rows_of(lines: Sequence[Line]) -> Rows:
    """Rows with bars as they are; else all cells in one column, one a line or closed by a bar."""
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
        spaced = spaced_cells(line.text)
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
