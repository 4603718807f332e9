"""From records to rows of figures: each row of a form is read once, and by its own label.

Nothing is guessed. A row whose cells cannot be told apart, values without a label, a label that the
form does not know: each gives nulls or nothing, and a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from pipelines.reading import table_findings as found
from pipelines.reading.assignment import Header, choose_cells
from pipelines.reading.cells import Cell
from pipelines.reading.figures import read_figures, unknowable_figures
from pipelines.reading.form import Form
from pipelines.reading.form_file import TableName
from pipelines.reading.form_table import Row, Table
from pipelines.reading.numbers import unit_of_money
from pipelines.reading.report import Figure, Finding
from pipelines.reading.scan import Record

MOST_UNKNOWN = 100
"""Unknown labels and values without a label that are listed one by one for a page."""

_ALIKE = 0.75
"""Share of characters that an unknown label must have in common with a row's to be taken for it.
5.属于三类内容事务信息 for 内部 has 0.9; two different rows of the forms have at most 0.6."""


class RowReader:
    """Takes records and keeps the first reading of each row."""

    def __init__(self, forms: Mapping[TableName, Form]) -> None:
        self.figures: dict[tuple[TableName, str], tuple[Figure, ...]] = {}
        self.findings: list[Finding] = []
        self.lossy = False
        """Whether the grid that is read comes from a text, which may have lost blank cells."""
        self._tables: dict[TableName, Table] = {
            name: getattr(form, name) for name, form in forms.items()
        }
        self._table: Table | None = None
        self._header = Header()
        self._header_ended = False
        self._last: Row | None = None
        self._unlabelled: list[Sequence[Cell]] = []
        self._unknown = 0

    def add(self, record: Record) -> None:
        """Take the next record of the page."""
        if record.meaning is not None and (
            self._table is None or self._table.name != record.meaning.table
        ):
            self._end_table()
            self._table = self._tables[record.meaning.table]
        if self._table is None:
            return
        if record.kind == "head":
            self._add_head(record)
        elif record.kind == "row" and record.meaning is not None:
            row = self._table.row[record.meaning.code]
            self._settle_unlabelled(row)
            self._take(row, record.values)
        elif self._table.name == "proceedings":
            self._take_line(record.values)
        elif record.kind == "unknown" and record.cell is not None:
            self._take_unknown(record.cell, record.values)
        elif any(cell.raw for cell in record.values):
            self._unlabelled.append(record.values)

    def end(self) -> None:
        """Settle what still waits for a label, and say how much was not listed."""
        self._end_table()
        if self._table is not None and self._unknown > MOST_UNKNOWN:
            rest = self._unknown - MOST_UNKNOWN
            self.findings.append(found.more_unknown(self._table, rest))

    def _add_head(self, record: Record) -> None:
        cell, meaning = record.cell, record.meaning
        if cell is None or meaning is None or meaning.role == "group":
            return  # （三）不予公开 stands before rows, in no header
        if self._header_ended and meaning.role != "ignored":
            self._header = Header()
            self._header_ended = False
        if meaning.code:
            self._header.add(meaning.code, cell, unit_of_money(cell.raw))

    def _end_table(self) -> None:
        self._settle_unlabelled(None)
        self._last = None
        self._header, self._header_ended = Header(), False

    def _settle_unlabelled(self, following: Row | None) -> None:
        """Give values without a label to the row that their place leaves, if it leaves one."""
        table, waiting = self._table, self._unlabelled
        if table is None or not waiting:
            return
        self._unlabelled = []
        begin = table.rows.index(self._last) + 1 if self._last else 0
        end = table.rows.index(following) if following else len(table.rows)
        if len(waiting) == 1 and end - begin == 1:
            row = table.rows[begin]
            if choose_cells(waiting[0], row.codes, self._header) is not None:
                self.findings.append(found.label_missing(table, row))
                self._take(row, waiting[0])
                return
        for values in waiting:
            if self._may_list():
                printed = sum(1 for cell in values if cell.raw)
                self.findings.append(found.values_without_label(table, printed))

    def _may_list(self) -> bool:
        self._unknown += 1
        return self._unknown <= MOST_UNKNOWN

    def _take_unknown(self, cell: Cell, values: Sequence[Cell]) -> None:
        table = self._table
        assert table is not None
        if not self._may_list():
            return
        row = _most_alike(cell.label, [row for row in table.rows if not self._has(row)])
        if row is None or not values:
            printed = sum(1 for value in values if value.raw)
            self.findings.append(found.unknown_label(table, cell, printed))
            return
        self._settle_unlabelled(row)
        self.findings.append(found.label_taken_as(table, row, cell))
        self._take(row, values)

    def _has(self, row: Row) -> bool:
        return self._table is not None and (self._table.name, row.code) in self.figures

    def _take_line(self, values: Sequence[Cell]) -> None:
        """The one line of table four: its rows (routes) stand side by side. Where it is printed as
        several tables, each has a line with the routes that its header names."""
        table = self._table
        assert table is not None
        results = table.rows[0].codes
        width = len(results)
        order = [code for code in self._header.codes if code in results]
        routes = [row for row in table.rows if row.code in self._header.codes]
        named = tuple(row.code for row in routes)
        in_order = self._header.order(named) == named
        if len(values) >= width * len(table.rows) or len(order) != width * len(routes):
            routes = list(table.rows)
        if len(order) != width * len(routes):
            order = list(results) * len(routes)
        printed = sum(1 for cell in values if cell.raw)
        if not printed and (len(values) < len(order) or all(self._has(row) for row in routes)):
            return
        self._header_ended = True
        orders = [order[begin : begin + width] for begin in range(0, len(order), width)]
        if not in_order or any(sorted(each) != sorted(results) for each in orders):
            self.findings.append(found.columns_in_other_order(table))
            return
        cells = choose_cells(values, order, Header())
        if cells is None:
            self.findings.append(found.proceedings_cells(table, len(order), printed))
        for place, (row, codes) in enumerate(zip(routes, orders, strict=True)):
            mine = None if cells is None else cells[place * width : (place + 1) * width]
            self._keep(row, None if mine is None else _sorted_as(row.codes, codes, mine))

    def _take(self, row: Row, values: Sequence[Cell]) -> None:
        self._header_ended = True
        self._last = row
        order = self._header.order(row.codes)
        cells = choose_cells(values, order, self._header)
        table = self._table
        assert table is not None
        if cells is not None and self.lossy and table.name == "disclosure" and _ends_blank(cells):
            # Exports drop blank cells and fill rows up at their end: 106 and 2939 before a blank
            # were last year's items and, two columns on, the decisions.
            cells = None
        if cells is None:
            if not self._has(row):
                printed = sum(1 for cell in values if cell.raw)
                self.findings.append(found.wrong_number_of_cells(table, row, printed))
            self._keep(row, None)
        else:
            self._keep(row, _sorted_as(row.codes, order, cells))

    def _keep(self, row: Row, cells: Sequence[Cell] | None) -> None:
        """Read a row's cells and keep them, unless the row was read before with something in it."""
        table = self._table
        assert table is not None
        findings: list[Finding] = []
        if cells is None:
            figures = unknowable_figures(row)
        else:
            figures = read_figures(table, row, cells, self._header.units, findings)
        before = self.figures.get((table.name, row.code))
        if before is None or (_is_blank(before) and not _is_blank(figures)):
            # The form as it was sent out, with nothing in it, stands on some pages beside the
            # report's own: a row without a word says nothing against one with numbers.
            self.figures[table.name, row.code] = figures
            self.findings += findings
        elif _is_blank(figures):
            pass
        elif [figure[:3] for figure in before] != [figure[:3] for figure in figures]:
            repeated = found.row_repeated(table, row)
            if repeated not in self.findings:
                self.findings.append(repeated)


def _sorted_as(codes: Sequence[str], order: Sequence[str], cells: Sequence[Cell]) -> Sequence[Cell]:
    """Cells in the order of ``codes`` that are printed in ``order``."""
    if order is codes:
        return cells
    by_code = dict(zip(order, cells, strict=True))
    return [by_code[code] for code in codes]


def _is_blank(figures: Sequence[Figure]) -> bool:
    return all(figure.absence == "blank" for figure in figures)


def _ends_blank(cells: Sequence[Cell]) -> bool:
    return not cells[-1].raw and any(cell.raw for cell in cells)


def _most_alike(label: str, rows: Sequence[Row]) -> Row | None:
    """The row whose label is written nearly like this one, or begins like it where it was cut."""
    cut = [row for row in rows if len(label) > 3 and any(w.startswith(label) for w in row.folded)]
    if len(cut) == 1:
        return cut[0]
    best, row = max(
        ((_likeness(label, row), row) for row in rows),
        key=lambda pair: pair[0],
        default=(0.0, None),
    )
    return row if best >= _ALIKE else None


def _likeness(label: str, row: Row) -> float:
    return max(SequenceMatcher(None, label, word, False).ratio() for word in row.folded)
