"""From the grids of a list of indicators (统计表) to its rows: label, unit and counts as cells.

Pages add columns of their own: 序号 in front, several counts (区政府统计数, 乡镇街道统计数), 备注
behind. The header says which column is what; cells go to columns by their order, and by their
place only where a row has fewer cells than the header. A grid of one column, as text exports leave
a table, is a stream: label, unit, count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.reading.cells import Cell
from pipelines.reading.list_columns import (
    OWN,
    HeadCell,
    header,
    is_count,
    is_ignored,
    is_row_label,
    is_text,
    is_unit,
    second_line,
)
from pipelines.reading.list_form import ListForm, fold_indicator


class ListRow(NamedTuple):
    """A row: the cells before its label (其中, a group's name), label, unit, and its counts.

    ``scopes`` name the count columns of the table, in order; ``counts`` has one cell for each
    (None where the page printed none), or is None where the cells cannot be told apart.
    ``printed`` is the number of cells that stood behind label and unit.
    """

    groups: tuple[Cell, ...]
    label: Cell
    unit: Cell | None
    scopes: tuple[str, ...]
    counts: tuple[Cell | None, ...] | None
    printed: int
    named: bool


def rows_of(form: ListForm, lines: Sequence[Sequence[Cell]], columns: int) -> Iterator[ListRow]:
    """The rows of one grid, heads and feet left out."""
    if columns == 1:
        yield from _stream(form, [cell for line in lines for cell in line])
        return
    heads = (list(header(form, line)) for line in lines)
    head = next(filter(None, heads), [])
    if sum(cell.role == "label" for cell in head) > 1:
        # Two or more lists side by side: one after the other, each with its part of the header.
        yield from _side_by_side(form, lines, head)
        return
    yield from _table(form, lines)


def _side_by_side(
    form: ListForm, lines: Sequence[Sequence[Cell]], head: Sequence[HeadCell]
) -> Iterator[ListRow]:
    borders = [cell.column for cell in head if cell.role in ("label", "index")]
    if head[0].role == "index":
        borders = [cell.column for cell in head if cell.role == "index"]
    borders = [0, *borders[1:], 1 << 30]
    for first, end in pairwise(borders):
        part = [[cell for cell in line if first <= cell.column < end] for line in lines]
        yield from _table(form, part)


def _table(form: ListForm, lines: Sequence[Sequence[Cell]]) -> Iterator[ListRow]:
    head: list[HeadCell] = []
    fresh = begun = False
    for line in lines:
        found = list(header(form, line))
        if found:
            head, fresh = found, True
            continue
        if fresh and (below := second_line(form, line, head)):
            head = below
            continue
        row = _row(form, line, head)
        if row is None:
            continue
        begun = begun or is_row_label(form, row.label)
        if begun or row.printed:  # above the first row stand the title and the year
            fresh = False
            yield row


def _row(form: ListForm, line: Sequence[Cell], head: Sequence[HeadCell]) -> ListRow | None:
    place = 0
    while place < len(line) and not is_text(line[place]):
        place += 1  # 序号, or a blank where a group's name is cut
    first = place
    if first == len(line) or is_ignored(form, line[first:]):
        return None
    while place < len(line) and is_text(line[place]) and not is_unit(line[place]):
        place += 1
        # What is a row of the form has its unit or its counts next to it, not another label.
        if fold_indicator(line[place - 1].raw) in form.words:
            break
    texts, rest = line[first:place], line[place:]
    if not texts:
        return None
    return _assigned(tuple(texts[:-1]), texts[-1], rest, head)


def _assigned(
    groups: tuple[Cell, ...], label: Cell, rest: Sequence[Cell], head: Sequence[HeadCell]
) -> ListRow:
    """The row with each cell behind the label given to its column."""
    at = next((place for place, cell in enumerate(head) if cell.role == "label"), -1)
    columns = list(head[at + 1 :])
    named = bool(columns)
    if not named:
        columns = _unnamed(rest)
    scopes = tuple(column.scope for column in columns if column.role == "count")
    printed = sum(1 for cell in rest if cell.raw)
    cells: list[Cell | None] | None = None
    if len(rest) > len(columns) and not any(cell.raw for cell in rest[len(columns) :]):
        rest = rest[: len(columns)]
    if len(rest) == len(columns):
        cells = list(rest)
    elif len(rest) < len(columns):
        cells = _by_place(rest, columns)
    unit = next((cell for cell in rest if is_unit(cell)), None)
    if cells is None:
        return ListRow(groups, label, unit, scopes, None, printed, named)
    pairs = list(zip(cells, columns, strict=True))
    unit = next((cell for cell, column in pairs if column.role == "unit" and cell), unit)
    counts = tuple(cell for cell, column in pairs if column.role == "count")
    return ListRow(groups, label, unit, scopes, counts, printed, named)


def _unnamed(rest: Sequence[Cell]) -> list[HeadCell]:
    """The columns of a row of a table without a header: a unit, then counts."""
    has_unit = bool(rest) and (
        is_unit(rest[0]) or (len(rest) > 1 and (not rest[0].raw or not is_count(rest[0])))
    )
    units = [HeadCell("unit", "", 0)] if has_unit else []
    counts = max(1, len(rest) - len(units))
    scopes = [OWN] if counts == 1 else [f"column {number}" for number in range(1, counts + 1)]
    return [*units, *(HeadCell("count", scope, 0) for scope in scopes)]


def _by_place(rest: Sequence[Cell], columns: Sequence[HeadCell]) -> list[Cell | None] | None:
    """The cells of a row with fewer cells than columns. Nothing at all is no count at all; else
    each cell must stand right below the header of its column."""
    places = {cell.column: cell for cell in rest}
    if not any(cell.raw for cell in rest):
        return [None] * len(columns)
    if len({column.column for column in columns}) < len(columns) or not places.keys() <= {
        column.column for column in columns
    }:
        return None
    return [places.get(column.column) for column in columns]


def _stream(form: ListForm, cells: Sequence[Cell]) -> Iterator[ListRow]:
    """The rows of a table that was flattened to one cell a line."""
    begin = next((n for n, cell in enumerate(cells) if is_row_label(form, cell)), len(cells))
    at = next((n for n in range(begin) if form.head.get(cells[n].label) == "label"), begin)
    while at and cells[at - 1].label and form.head.get(cells[at - 1].label):
        at -= 1
    head = list(header(form, cells[at:begin]))
    if any(cell.role == "index" for cell in head):
        width = len(head)
        body = cells[at + width :] if begin == at + width else cells[begin - 1 :]
        lines = [body[n : n + width] for n in range(0, len(body), width)]
        if all(len(line) > 1 and line[1].label for line in lines):
            columns = [
                [cell._replace(column=place) for place, cell in enumerate(line)] for line in lines
            ]
            for line in columns:
                row = _row(form, line, [c._replace(column=n) for n, c in enumerate(head)])
                if row is not None:
                    yield row._replace(label=row.label._replace(column=0), unit=row.unit)
            return
    place = begin
    while place < len(cells):
        label = cells[place]
        end = place + 1
        while end < len(cells) and (not is_text(cells[end]) or is_unit(cells[end])):
            end += 1
        if not is_ignored(form, [label]):
            rest = cells[place + 1 : end]
            known = fold_indicator(label.raw) in form.words
            # 其中 on a line of its own; a line of text without a number is none of the table's.
            if known or any(cell.raw for cell in rest):
                yield _streamed(label, rest, head)
        place = end


def _streamed(label: Cell, rest: Sequence[Cell], head: Sequence[HeadCell]) -> ListRow:
    """A row of a stream: exports drop the unit, or blank counts, without a trace."""
    unit = rest[0] if rest and is_unit(rest[0]) else None
    rest = rest[1 if unit else 0 :]
    printed = [cell for cell in rest if cell.raw]
    scopes = tuple(cell.scope for cell in head if cell.role == "count") or (OWN,)
    extra = sum(cell.role == "code" for cell in head)
    values: tuple[Cell | None, ...] | None = None
    for counts in (rest, printed):
        if len(counts) == len(scopes) + extra:
            values = tuple(counts[extra:])
            break
    else:
        if len(printed) <= extra:
            values = (None,) * len(scopes)
    return ListRow((), label, unit, scopes, values, len(printed), bool(head))
