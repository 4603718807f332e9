"""The three tables of a report: from grids to figures, each with the cell that printed it.

Nothing is guessed. A row whose cells cannot be told apart, a cell that holds no number, a label
that the form does not know: each gives nulls and a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

from pipelines import reading_findings as found
from pipelines.assignment import Header, choose_cells
from pipelines.form import Column, Form, Row, Table, TableName, load_forms
from pipelines.numbers import Printed, read_money, read_number
from pipelines.report import (
    ApplicationRow,
    CellRef,
    DisclosureFigure,
    Document,
    Figure,
    Finding,
    Grid,
    ProceedingRow,
)
from pipelines.report import Form as FormId
from pipelines.scan import Cell, Record, Scanner, cells_of, shows_form
from pipelines.vocabulary import distinct_words

_UNIT = re.compile(r"(亿元|万元|千元|元)[)）]?\s*$")
_ALIKE = 0.75
"""Share of characters that an unknown label must have in common with a row's to be taken for it.
5.属于三类内容事务信息 for 内部 has 0.9; two different rows of the forms have at most 0.6."""


@dataclass(slots=True)
class TablesRead:
    """``tables`` are the data tables of the article in page order, to which figures refer."""

    form: FormId | None = None
    disclosure: list[DisclosureFigure] = field(default_factory=list)
    applications: list[ApplicationRow] = field(default_factory=list)
    proceedings: list[ProceedingRow] = field(default_factory=list)
    tables: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_tables(document: Document) -> TablesRead:
    """Read the tables of a report of the 2021 or the 2019 form.

    The form is recognised from the labels that the tables print. Where none is recognised, what
    both forms have in common is read and ``form`` is None.
    """
    grids = _data_tables(document)
    rows = [cells_of(grid, number) for number, grid in enumerate(grids)]
    recognised = _recognise([cell for grid in rows for line in grid for cell in line])
    reader = _Reader(recognised, lossy=document.format == "text")
    scanner = Scanner(reader.forms)
    for grid, lines in zip(grids, rows, strict=True):
        for record in scanner.scan(lines, grid.columns):
            reader.add(record)
    return reader.finish(grids)


def _data_tables(document: Document) -> list[Grid]:
    """The grids of the article: those in its container, and from the first to the last grid that
    has a label of some form. Without either there is none: what is left lays out the page."""
    form_grids = [
        place
        for place, block in enumerate(document.blocks)
        if isinstance(block, Grid) and shows_form(block)
    ]
    first, last = (form_grids[0], form_grids[-1] + 1) if form_grids else (0, 0)
    begin, end = document.body or (0, 0)
    return [
        block
        for place, block in enumerate(document.blocks)
        if isinstance(block, Grid) and (first <= place < last or begin <= place < end)
    ]


def _recognise(cells: Sequence[Cell]) -> dict[TableName, FormId]:
    """The form of each table, by the labels that only one form prints. （六）其他处理 is a row of
    the 2019 form; in the 2021 form rows of their own follow it."""
    words = distinct_words()
    votes: dict[TableName, Counter[FormId]] = {"disclosure": Counter(), "applications": Counter()}
    for cell, following in zip_longest(cells, cells[1:]):
        if cell.label in words:
            table, form = words[cell.label]
            votes[table][form] += 1
        elif cell.label == "其他处理" and following is not None:
            is_group = following.label in words or following.label == "其他"
            votes["applications"]["2021" if is_group else "2019"] += 1
    return {table: count.most_common(1)[0][0] for table, count in votes.items() if count}


class _Reader:
    """Takes records and keeps the first reading of each row."""

    def __init__(self, recognised: Mapping[TableName, FormId], *, lossy: bool) -> None:
        self._lossy = lossy
        disclosure, applications = recognised.get("disclosure"), recognised.get("applications")
        self.form = disclosure or applications
        self.findings: list[Finding] = []
        if disclosure and applications and disclosure != applications:
            self.findings.append(found.forms_mixed(disclosure, applications))
        forms: dict[str, Form] = {form.id: form for form in load_forms()}
        newest = load_forms()[0]
        # Tables three and four are the same in both forms but for one row.
        self.forms: dict[TableName, Form] = {
            "disclosure": forms.get(disclosure or self.form or "", newest),
            "applications": forms.get(applications or self.form or "", newest),
            "proceedings": forms.get(self.form or "", newest),
        }
        self._tables: dict[TableName, Table] = {
            "disclosure": self.forms["disclosure"].disclosure,
            "applications": self.forms["applications"].applications,
            "proceedings": self.forms["proceedings"].proceedings,
        }
        self._figures: dict[tuple[TableName, str], tuple[Figure, ...]] = {}
        self._table: Table | None = None
        self._header = Header()
        self._header_ended = False
        self._last: Row | None = None
        self._unlabelled: list[Sequence[Cell]] = []

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

    def finish(self, grids: list[Grid]) -> TablesRead:
        """What was read, in the order of the forms."""
        self._end_table()
        read = TablesRead(tables=grids, form=self.form, findings=self.findings)
        if self.form is None and any(name == "disclosure" for name, _ in self._figures):
            self.findings.append(found.form_unknown(self._tables["disclosure"]))
            self._figures = {
                key: value for key, value in self._figures.items() if key[0] != "disclosure"
            }
        for name, table in self._tables.items():
            for row in table.rows:
                figures = self._figures.get((name, row.code))
                if figures is None:
                    if any(key[0] == name for key in self._figures):
                        self.findings.append(found.row_missing(table, row))
                elif name == "disclosure":
                    for column, figure in zip(row.columns, figures, strict=True):
                        read.disclosure.append(
                            DisclosureFigure(row.code, column.code, column.unit, figure)
                        )
                elif name == "applications":
                    read.applications.append(ApplicationRow(row.code, figures))
                else:
                    read.proceedings.append(ProceedingRow(row.code, figures))
        return read

    def _add_head(self, record: Record) -> None:
        if self._header_ended:
            self._header = Header()
            self._header_ended = False
        if record.cell is not None and record.meaning is not None and record.meaning.code:
            unit = _UNIT.search(record.cell.raw)
            self._header.add(record.meaning.code, record.cell, unit[1] if unit else None)

    def _end_table(self) -> None:
        self._settle_unlabelled(None)
        self._last = None
        self._header, self._header_ended = Header(), False

    def _settle_unlabelled(self, following: Row | None) -> None:
        """Give values without a label to the row that their place leaves, if it leaves one."""
        table, waiting = self._table, self._unlabelled
        self._unlabelled = []
        if table is None or not waiting:
            return
        begin = table.rows.index(self._last) + 1 if self._last else 0
        end = table.rows.index(following) if following else len(table.rows)
        if len(waiting) == 1 and end - begin == 1:
            row = table.rows[begin]
            if choose_cells(waiting[0], row.codes, self._header) is not None:
                self.findings.append(found.label_missing(table, row))
                self._take(row, waiting[0])
                return
        for values in waiting:
            printed = sum(1 for cell in values if cell.raw)
            self.findings.append(found.values_without_label(table, printed))

    def _take_unknown(self, cell: Cell, values: Sequence[Cell]) -> None:
        table = self._table
        assert table is not None
        printed = sum(1 for value in values if value.raw)
        row = _most_alike(cell.label, [row for row in table.rows if not self._has(row)])
        if row is None or not values:
            self.findings.append(found.unknown_label(table, cell, printed))
            return
        self._settle_unlabelled(row)
        self.findings.append(found.label_taken_as(table, row, cell))
        self._take(row, values)

    def _has(self, row: Row) -> bool:
        return self._table is not None and (self._table.name, row.code) in self._figures

    def _take_line(self, values: Sequence[Cell]) -> None:
        """The one line of table four: its rows (routes) stand side by side."""
        table = self._table
        assert table is not None
        results = [column.code for column in table.columns]
        routes = [row.code for row in table.rows]
        codes = [f"{route}.{result}" for route in routes for result in results]
        printed = sum(1 for cell in values if cell.raw)
        if not printed and (
            len(values) < len(codes) or self._figures.keys() & {("proceedings", routes[0])}
        ):
            return
        self._header_ended = True
        heads = self._header.codes
        named = [code for code in heads if code in results]
        if (len(named) == len(codes) and named != results * len(routes)) or (
            set(routes) <= set(heads) and [code for code in heads if code in routes] != routes
        ):
            self.findings.append(found.columns_in_other_order(table))
            return
        cells = choose_cells(values, codes, Header())
        if cells is None:
            self.findings.append(found.proceedings_cells(table, len(codes), printed))
        for place, row in enumerate(table.rows):
            width = len(row.columns)
            mine = None if cells is None else cells[place * width : (place + 1) * width]
            self._keep(row, mine)

    def _take(self, row: Row, values: Sequence[Cell]) -> None:
        self._header_ended = True
        self._last = row
        order = self._header.order(row.codes)
        cells = choose_cells(values, order, self._header)
        table = self._table
        assert table is not None
        if cells is not None and self._lossy and table.name == "disclosure" and _ends_blank(cells):
            # Exports drop blank cells and fill rows up at their end: 106 and 2939 before a blank
            # were last year's items and, two columns on, the decisions.
            cells = None
        if cells is None:
            if not self._has(row):
                printed = sum(1 for cell in values if cell.raw)
                self.findings.append(found.wrong_number_of_cells(table, row, printed))
            self._keep(row, None)
        elif order is row.codes:
            self._keep(row, cells)
        else:
            by_code = dict(zip(order, cells, strict=True))
            self._keep(row, [by_code[code] for code in row.codes])

    def _keep(self, row: Row, cells: Sequence[Cell] | None) -> None:
        """Read a row's cells and keep them, unless the row was read before."""
        table = self._table
        assert table is not None
        findings: list[Finding] = []
        if cells is None:
            # What stands somewhere in the row cannot be said to stand in any one column.
            figures = tuple(Figure(None, "", "unreadable", None) for _ in row.columns)
        else:
            figures = self._read(table, row, cells, findings)
        before = self._figures.get((table.name, row.code))
        if before is None:
            self._figures[table.name, row.code] = figures
            self.findings += findings
        elif [figure[:3] for figure in before] != [figure[:3] for figure in figures]:
            self.findings.append(found.row_repeated(table, row))

    def _read(
        self, table: Table, row: Row, cells: Sequence[Cell], findings: list[Finding]
    ) -> tuple[Figure, ...]:
        # tuple.__new__ takes half the time of the constructors, and a page has some 200 figures.
        new = tuple.__new__
        figures = []
        for column, cell in zip(row.columns, cells, strict=True):
            raw = cell[0]
            if column.is_money:
                printed = self._read_money(table, row, column, cell, findings)
            else:
                printed = read_number(raw, column.signed)
                if printed[1] == "unreadable":
                    findings.append(found.unreadable_cell(table, row, column, cell))
            figures.append(new(Figure, (printed[0], raw, printed[1], new(CellRef, cell[2:]))))
        return tuple(figures)

    def _read_money(
        self, table: Table, row: Row, column: Column, cell: Cell, findings: list[Finding]
    ) -> Printed:
        unit = self._header.units.get(column.code, column.printed_unit)
        printed = read_money(cell.raw, unit)
        if printed.absence == "unreadable":
            has_no_unit = read_money(cell.raw, unit or column.unit).absence is None
            describe = found.amount_without_unit if has_no_unit else found.unreadable_cell
            findings.append(describe(table, row, column, cell))
        return printed


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
