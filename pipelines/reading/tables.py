"""The tables of a report: from grids to figures, each with the cell that printed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.reading import table_findings as found
from pipelines.reading.cells import cells_of, shows_form
from pipelines.reading.form import Form, load_forms
from pipelines.reading.form_file import TABLES, TableName
from pipelines.reading.form_table import Table
from pipelines.reading.list_form import ListForm
from pipelines.reading.report import (
    ApplicationRow,
    DisclosureFigure,
    Document,
    Finding,
    Grid,
    ProceedingRow,
    Statistic,
)
from pipelines.reading.report import Form as FormId
from pipelines.reading.row_reader import RowReader
from pipelines.reading.scan import Scanner
from pipelines.reading.statistics import find_lists, list_form_shown, read_statistics
from pipelines.reading.statistics_findings import form_beside
from pipelines.reading.vocabulary import distinct_words


@dataclass(slots=True)
class TablesRead:
    """``tables`` are the data tables of the article in page order, to which figures refer."""

    form: FormId | None = None
    disclosure: list[DisclosureFigure] = field(default_factory=list)
    applications: list[ApplicationRow] = field(default_factory=list)
    proceedings: list[ProceedingRow] = field(default_factory=list)
    statistics: list[Statistic] = field(default_factory=list)
    tables: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_tables(document: Document) -> TablesRead:
    """Read the three tables of the 2021 or the 2019 form, and the list of an older one.

    The form is recognised from the labels that the tables print. Where none is recognised, what
    the forms since 2019 have in common is read and ``form`` is None.
    """
    grids = _data_tables(document)
    lists = find_lists(grids)
    rows = [[] if number in lists else cells_of(grid, number) for number, grid in enumerate(grids)]
    recognised = _recognise([cell.label for grid in rows for line in grid for cell in line])
    form = recognised.get("disclosure") or recognised.get("applications")
    forms = _forms_to_read_by(recognised, form)
    reader = RowReader(forms)
    scanner = Scanner(forms)
    for grid, lines in zip(grids, rows, strict=True):
        reader.lossy = document.format == "text" or grid.columns == 1
        for record in scanner.scan(lines, grid.columns):
            reader.add(record)
    reader.end()
    read = TablesRead(form=form, tables=grids, findings=_findings_of_forms(recognised))
    _assemble(read, forms, reader)
    _add_list(read, lists)
    return read


def _add_list(read: TablesRead, lists: Mapping[int, ListForm]) -> None:
    statistics = read_statistics(read.tables, lists)
    read.statistics = statistics.rows
    read.findings += statistics.findings
    if read.form is not None:
        if statistics.form is not None:
            read.findings.append(form_beside(statistics.form.id, read.form))
    elif statistics.form is not None:
        read.form = statistics.form.report_form


def _data_tables(document: Document) -> list[Grid]:
    """The grids of the article: those in its container, and from the first to the last grid that
    has a label of some form. Without either there is none: what is left lays out the page."""
    form_grids = [
        place
        for place, block in enumerate(document.blocks)
        if isinstance(block, Grid) and (shows_form(block) or list_form_shown(block))
    ]
    first, last = (form_grids[0], form_grids[-1] + 1) if form_grids else (0, 0)
    begin, end = document.body or (0, 0)
    return [
        block
        for place, block in enumerate(document.blocks)
        if isinstance(block, Grid) and (first <= place < last or begin <= place < end)
    ]


def _recognise(labels: Sequence[str]) -> dict[TableName, FormId]:
    """The form of each table, by the labels that only one form prints. （六）其他处理 is a row of
    the 2019 form; in the 2021 form rows of their own follow it."""
    words = distinct_words()
    votes: dict[TableName, Counter[FormId]] = {"disclosure": Counter(), "applications": Counter()}
    for place, label in enumerate(labels):
        if not label:
            continue
        if label in words:
            table, form = words[label]
            votes[table][form] += 1
        elif label == "其他处理" and place + 1 < len(labels):
            following = labels[place + 1]
            is_group = following in words or following == "其他"
            votes["applications"]["2021" if is_group else "2019"] += 1
    return {table: count.most_common(1)[0][0] for table, count in votes.items() if count}


def _forms_to_read_by(
    recognised: Mapping[TableName, FormId], form: FormId | None
) -> dict[TableName, Form]:
    """Each table by its own form, else by that of the other. Tables three and four are the same in
    both forms but for one row, so that without any sign the newest form serves."""
    forms = {known.id: known for known in load_forms()}
    newest = load_forms()[0].id
    return {table: forms[recognised.get(table, form or newest)] for table in TABLES}


def _findings_of_forms(recognised: Mapping[TableName, FormId]) -> list[Finding]:
    if len(set(recognised.values())) < 2:
        return []
    return [found.forms_mixed(recognised["disclosure"], recognised["applications"])]


def _assemble(read: TablesRead, forms: Mapping[TableName, Form], reader: RowReader) -> None:
    """Put what was read into the order of the forms. Table two means nothing without its form."""
    read.findings += reader.findings
    for name in TABLES:
        table: Table = getattr(forms[name], name)
        rows = [(row, reader.figures.get((name, row.code))) for row in table.rows]
        if not any(figures for _, figures in rows):
            continue
        if name == "disclosure" and read.form is None:
            read.findings.append(found.form_unknown(table))
            continue
        for row, figures in rows:
            if figures is None:
                read.findings.append(found.row_missing(table, row))
            elif name == "disclosure":
                read.disclosure += [
                    DisclosureFigure(row.code, column.code, column.unit, figure)
                    for column, figure in zip(row.columns, figures, strict=True)
                ]
            elif name == "applications":
                read.applications.append(ApplicationRow(row.code, figures))
            else:
                read.proceedings.append(ProceedingRow(row.code, figures))
