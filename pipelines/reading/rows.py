"""A report as the rows of its tables, in the column order of data/schema/."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.reading.fingerprint import fingerprint
from pipelines.reading.report import APPLICANTS, RESULTS, Figure, Finding, Report

Row = tuple[Any, ...]

NOT_STORED = "the reading could not be stored: {error}"
"""Said of a report that contradicts itself."""

REPORT_COLUMNS = (
    "title",
    "year",
    "form",
    "division",
    "published_at",
    "source",
    "signatory",
    "signed_on",
    "index_number",
    "document_number",
    "author",
    "published_from",
)
"""The columns of ``reports`` that hold a field of the report as it is."""


@dataclass(frozen=True, slots=True)
class ReportRows:
    """All that the database holds of one reading, as plain values: a reading process hands it on
    at a tenth of what a ``Report`` costs.

    ``parts`` are the addresses that are still to be read with the page. A page that is no report
    has nothing else. ``publisher`` is id, name, division and kind; ``columns`` goes with
    ``REPORT_COLUMNS``; ``tables`` is as ``child_rows`` gives it.
    """

    is_report: bool
    parts: tuple[str, ...] = ()
    fingerprint: str = ""
    publisher: Row | None = None
    columns: Row = ()
    breadcrumb: str = ""
    tables: dict[str, list[Row]] = field(default_factory=dict)


def report_rows(
    report_id: int, report: Report, parts: Mapping[str, int] | None = None
) -> ReportRows:
    """The rows of a report that is to have this id; ``parts`` and ValueError as ``child_rows``."""
    if report.kind == "other":
        return ReportRows(is_report=False)
    publisher = publisher_id(report)
    return ReportRows(
        is_report=True,
        parts=report.parts,
        fingerprint=fingerprint(report),
        publisher=(publisher, report.publisher, report.division, report.publisher_kind)
        if publisher
        else None,
        columns=tuple(getattr(report, name) for name in REPORT_COLUMNS),
        breadcrumb=to_json(report.breadcrumb),
        tables=child_rows(report_id, report, parts),
    )


def to_json(value: Any) -> str:
    """JSON without spaces, Chinese as it is: what every JSON column holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def publisher_id(report: Report) -> str | None:
    """ "<division or ->:<name>": the same organ has the same id in every database."""
    return f"{report.division or '-'}:{report.publisher}" if report.publisher else None


def child_rows(
    report_id: int, report: Report, parts: Mapping[str, int] | None = None
) -> dict[str, list[Row]]:
    """Table name → rows, parents first. ``parts`` gives for the addresses of the page's parts their
    captures. Raises ValueError for a report that contradicts itself."""
    return {
        "sections": [
            (report_id, position, section.number, section.heading, section.text)
            for position, section in enumerate(report.sections)
        ],
        "tables": [
            (
                _table_id(report_id, number),
                report_id,
                number,
                grid.caption,
                grid.rows,
                grid.columns,
                to_json(grid.cells),
                to_json(grid.readings) if grid.readings else None,
                (parts or {}).get(grid.source, report_id) if grid.source else report_id,
            )
            for number, grid in enumerate(report.tables)
        ],
        "disclosure": _disclosure_rows(report_id, report),
        "applications": _applications_rows(report_id, report),
        "proceedings": [
            (
                report_id,
                row.route,
                *_values(row.figures, RESULTS, row.route),
                *_sources(report_id, report, row.figures, row.route),
            )
            for row in _unlike(report.proceedings, lambda row: row.route)
        ],
        "dates": [(report_id, position, *date) for position, date in enumerate(report.dates)],
        "statistics": _statistics_rows(report_id, report),
        "statements": [
            (report_id, position, *statement)
            for position, statement in enumerate(report.statements)
        ],
        "attachments": [
            (report_id, position, attachment.url, attachment.text)
            for position, attachment in enumerate(report.attachments)
        ],
        "findings": [
            finding_row(report_id, position, finding)
            for position, finding in enumerate(report.findings)
        ],
    }


def finding_row(report_id: int, position: int, finding: Finding, capture: int | None = None) -> Row:
    """``capture`` proves the finding where the report's own page does not."""
    return (
        f"{report_id}-{position}",
        report_id,
        position,
        finding.check,
        finding.severity,
        finding.fault,
        finding.where,
        finding.expected,
        finding.found,
        finding.message_zh,
        finding.message,
        capture,
    )


def _statistics_rows(report_id: int, report: Report) -> list[Row]:
    rows: list[Row] = []
    for position, row in enumerate(report.statistics):
        figure = row.figure
        name = (report_id, position, row.form, row.code, row.label, row.scope)
        rows.append(
            (*name, figure.value, row.unit, figure.raw, figure.absence, *_place(report_id, figure))
        )
    return rows


def _disclosure_rows(report_id: int, report: Report) -> list[Row]:
    rows: list[Row] = []
    for row in _unlike(report.disclosure, lambda row: f"{row.item}.{row.measure}"):
        figure = row.figure
        name = (report_id, row.item, row.measure)
        rows.append(
            (*name, figure.value, row.unit, figure.raw, figure.absence, *_place(report_id, figure))
        )
    return rows


def _applications_rows(report_id: int, report: Report) -> list[Row]:
    return [
        (
            report_id,
            row.outcome,
            position,
            *_values(row.figures, APPLICANTS, row.outcome),
            *_sources(report_id, report, row.figures, row.outcome),
        )
        for position, row in enumerate(_unlike(report.applications, lambda row: row.outcome))
    ]


def _place(report_id: int, figure: Figure) -> Row:
    """``table_id``, ``row`` and ``column`` of the cell that printed a figure."""
    if figure.at is None:
        return (None, None, None)
    return (_table_id(report_id, figure.at.table), figure.at.row, figure.at.column)


def _table_id(report_id: int, number: int) -> str:
    return f"{report_id}-{number}"


def _unlike(rows: Sequence[Any], name: Any) -> Iterable[Any]:
    """The rows, when no two of them bear the same name: the database could hold only one."""
    seen = set()
    for row in rows:
        if name(row) in seen:
            raise ValueError(f"the tables give the row {name(row)} twice")
        seen.add(name(row))
    return rows


def _values(figures: Sequence[Figure], columns: Sequence[str], name: str) -> Row:
    if len(figures) != len(columns):
        raise ValueError(f"the row {name} has {len(figures)} figures instead of {len(columns)}")
    return tuple(figure.value for figure in figures)


def _sources(report_id: int, report: Report, figures: Sequence[Figure], name: str) -> Row:
    """``table_id``, ``cells`` and ``absences`` of a row of figures.

    ``cells`` is a JSON list with one entry a figure: [row, column] of the grid that printed it, or
    [row, column, raw] where that cell's text is not just this figure (several figures run together
    in one cell); row and column are null where the place is not known. ``absences`` is a JSON list
    of the kinds of absence, or None when every figure is a number.
    """
    numbers = {figure.at.table for figure in figures if figure.at}
    if len(numbers) > 1:
        raise ValueError(f"the row {name} lies in more than one table")
    table = numbers.pop() if numbers else None
    cells: list[list[int | str | None]] = []
    for figure in figures:
        if figure.at is None:
            cells.append([None, None, figure.raw])
        else:
            _, row, column = figure.at
            printed = report.tables[figure.at.table].cells[row][column]
            cells.append([row, column] if printed == figure.raw else [row, column, figure.raw])
    absences = [figure.absence for figure in figures]
    return (
        None if table is None else _table_id(report_id, table),
        to_json(cells),
        to_json(absences) if any(absences) else None,
    )
