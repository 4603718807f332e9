"""From grids to records (记录): which label governs which values, before any number is read.

A wide grid is taken row by row; a grid of one column, as text exports leave tables, is a stream of
cells between labels. Both give the same records. The table that the labels belong to is kept over
the borders of grids, since pages cut one table in two and run three together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from pipelines.reading.cells import Cell, is_piece, is_value
from pipelines.reading.form import Form
from pipelines.reading.form_file import TableName
from pipelines.reading.labels import fold_label
from pipelines.reading.vocabulary import (
    Meaning,
    is_fragment,
    joint_vocabulary,
    meaning_by_beginning,
)

_BROKEN_OVER = 5  # cells that one label may be broken over in a stream: 自/然/人 and the like

# Rows that show a table without its head. Pages have tables of their own in which 行政许可 or
# 行政复议 is a label, but the rows of the table of requests stand nowhere else.
_ENOUGH_ROWS: Mapping[TableName, int] = {"disclosure": 3, "applications": 1, "proceedings": 3}


class Record(NamedTuple):
    """One piece of a table.

    "head": a label that governs no values (a column, a part, a group, the title). "row": a row of
    the form with its values. "values": values without a label. "unknown": values with a label that
    the form does not know, or such a label alone.
    """

    kind: Literal["head", "row", "values", "unknown"]
    meaning: Meaning | None
    cell: Cell | None
    values: tuple[Cell, ...] = ()


class Scanner:
    """Turns grids into records, in page order, with the forms that were recognised."""

    def __init__(self, forms: Mapping[TableName, Form]) -> None:
        self._words = joint_vocabulary(tuple(forms.items()))
        self._groups = tuple(map(fold_label, forms["applications"].applications.groups))
        self._context: TableName | None = None
        self._in_header = False
        self._allowed: frozenset[TableName] = frozenset()
        self._seen: set[TableName] = set()
        self._rows: set[Meaning] = set()

    def scan(self, rows: Sequence[Sequence[Cell]], columns: int) -> Iterator[Record]:
        """The records of one grid."""
        self._allowed = self._tables_in(rows)
        if not self._allowed:
            return
        self._seen |= self._allowed
        if columns == 1:
            yield from self._scan_stream([cell for row in rows for cell in row])
            return
        for row in rows:
            # Most rows begin with their own label: these need no closer look.
            meanings = self._words.get(row[0][1], ()) if row else ()
            if len(meanings) == 1 and self._is_plain_row(meanings[0]):
                yield self._row(meanings[0], row[0], tuple(_values_behind(row, 0)))
            else:
                yield from self._scan_row(row)

    def _tables_in(self, rows: Iterable[Sequence[Cell]]) -> frozenset[TableName]:
        """The tables that a grid holds a part of.

        A title, a column or the label of a part is enough, or ``_ENOUGH_ROWS`` with a number among
        them; after a table has begun, one of its rows that was not there yet.
        """
        labels: dict[TableName, set[Meaning]] = {}
        numbers = any(cell.raw.isdecimal() for row in rows for cell in row)
        for word in {cell[1] for row in rows for cell in row} & self._words.keys():
            meanings = self._words[word]
            if len(meanings) == 1:
                labels.setdefault(meanings[0].table, set()).add(meanings[0])
        return frozenset(
            table
            for table, found in labels.items()
            if (table in self._seen and {m for m in found if m.role == "row"} - self._rows)
            or (sum(meaning.role == "row" for meaning in found) >= _ENOUGH_ROWS[table] and numbers)
            or any(meaning.role in ("column", "part", "title") for meaning in found)
        )

    def _meanings(self, label: str) -> Sequence[Meaning]:
        """What a label can mean here: in the table it stands in, else in any that the grid has."""
        found = self._words.get(label) or self._words.get(self._without_group(label))
        if found is None:
            meaning = meaning_by_beginning(label)
            if meaning is None:
                return ()
            if meaning.role == "ignored":
                meaning = meaning._replace(table=self._context or meaning.table)
            return (meaning,)
        if len(found) == 1:
            return found if found[0].table in self._allowed else ()
        allowed = [meaning for meaning in found if meaning.table in self._allowed]
        return [meaning for meaning in allowed if meaning.table == self._context] or allowed

    def _without_group(self, label: str) -> str:
        """The label of a row behind that of its group, where one cell holds both:
        （三）不予公开1.属于国家秘密, 三、本年度办理结果（一）予以公开."""
        for group in self._groups:
            if label.startswith(group) and len(label) > len(group) + 1:
                return label[len(group) :].lstrip("0123456789一二三四五六七八")
        return ""

    # Wide grids

    def _scan_row(self, row: Sequence[Cell]) -> Iterator[Record]:
        heads: list[Record] = []
        for place, cell in enumerate(row):
            if not cell.label:
                if not cell.raw or self._is_ordinal(row, place):
                    continue
                break
            meanings = self._meanings(cell.label)
            if not meanings:
                if is_piece(cell.raw, cell.label):
                    continue
                break
            meaning = meanings[0]
            if len(meanings) > 1 or meaning.table == "proceedings":
                governs = self._governs(heads, _values_behind(row, place))
                meaning = self._choose(meanings, governs)
                is_row = meaning.role == "row" and governs
            else:
                is_row = meaning.role == "row"
            if is_row:
                yield from heads
                yield self._row(meaning, cell, tuple(_values_behind(row, place)))
                return
            self._enter(meaning)
            heads.append(Record("head", meaning, cell))
        yield from heads
        yield from self._scan_rest(row, len(heads))

    def _is_plain_row(self, meaning: Meaning) -> bool:
        """Whether a label is that of a row and cannot be anything else here."""
        table, role, _ = meaning
        return role == "row" and table != "proceedings" and table in self._allowed

    def _is_ordinal(self, row: Sequence[Cell], place: int) -> bool:
        """Whether a number is that of its line (序号): first in the row and before a label."""
        return not place and len(row) > 1 and bool(self._meanings(row[1].label))

    def _governs(self, heads: Sequence[Record], values: Sequence[Cell]) -> bool:
        """Whether a label that may be a row or a column (其他, 总计, 行政复议) has values."""
        if any(head.meaning and head.meaning.role == "column" for head in heads):
            return False
        if any(value.label in self._words for value in values):
            return False
        return any(value.raw for value in values) if self._in_header else bool(values)

    def _choose(self, meanings: Sequence[Meaning], governs: bool) -> Meaning:
        """其他 and 总计 are a row where they govern values, else a column."""
        wanted = "row" if governs else "column"
        return next((m for m in meanings if m.role == wanted), meanings[0])

    def _row(self, meaning: Meaning, cell: Cell, values: tuple[Cell, ...]) -> Record:
        self._context = meaning.table
        self._in_header = False
        self._rows.add(meaning)
        return Record("row", meaning, cell, values)

    def _enter(self, meaning: Meaning) -> None:
        self._context = meaning.table
        if meaning.role != "ignored":
            self._in_header = meaning.role != "group"

    def _scan_rest(self, row: Sequence[Cell], heads: int) -> Iterator[Record]:
        """What a row without a known row label holds besides its ``heads`` known labels."""
        printed = [cell for cell in row if cell.raw]
        if not printed:
            yield Record("values", None, None, tuple(row))
        if heads == len(printed):
            return
        if heads:
            # The head of a table: the other labels of the row, known or not.
            for cell in printed[heads:]:
                meanings = self._meanings(cell.label) if cell.label else []
                if meanings:
                    meaning = self._choose(meanings, False)
                    self._enter(meaning)
                    yield Record("head", meaning, cell)
                elif cell.label and not is_fragment(cell.label):
                    yield Record("unknown", None, cell)
            return
        first = printed[0]
        values = tuple(row[row.index(first) + 1 :])
        if is_value(first.raw, first.label):
            yield Record("values", None, None, tuple(row))
        elif not all(is_piece(cell.raw, cell.label) for cell in printed):
            yield Record("unknown", None, first, values)

    # Streams

    def _scan_stream(self, cells: Sequence[Cell]) -> Iterator[Record]:
        governing: Record | None = None
        values: list[Cell] = []
        place = 0
        while place < len(cells):
            cell, taken = self._joined(cells, place)
            place += taken
            meanings = self._meanings(cell.label) if cell.label else []
            if not meanings and is_value(cell.raw, cell.label):
                values.append(cell)
                continue
            if not meanings and self._in_header and is_piece(cell.raw, cell.label):
                continue
            yield from _closed(governing, values)
            governing, values = None, []
            if not meanings:
                governing = Record("unknown", None, cell)
                continue
            meaning = self._choose(meanings, not self._in_header)
            if meaning.role == "row" and meaning.table != "proceedings":
                governing = self._row(meaning, cell, ())
            else:
                self._enter(meaning)
                yield Record("head", meaning, cell)
        yield from _closed(governing, values)

    def _joined(self, cells: Sequence[Cell], place: int) -> tuple[Cell, int]:
        """The cell at a place, joined with those after it where only together they are a label."""
        cell = cells[place]
        if not cell.label or self._meanings(cell.label) or not is_fragment(cell.label):
            return cell, 1
        raw = cell.raw
        for count, following in enumerate(cells[place + 1 : place + _BROKEN_OVER], 2):
            raw += following.raw
            label = fold_label(raw)
            if self._meanings(label):
                return cell._replace(raw=raw, label=label), count
        return cell, 1


def _values_behind(row: Sequence[Cell], place: int) -> Sequence[Cell]:
    """The cells behind a label, which may be printed in each position that its cell spans."""
    label = row[place].label
    behind = place + 1
    while behind < len(row) and row[behind].label == label:
        behind += 1
    return row[behind:]


def _closed(governing: Record | None, values: list[Cell]) -> Iterator[Record]:
    if governing is not None:
        cell = governing.cell
        if governing.kind == "unknown" and not values and cell and is_piece(cell.raw, cell.label):
            return
        yield governing._replace(values=tuple(values))
    elif values:
        yield Record("values", None, None, tuple(values))
