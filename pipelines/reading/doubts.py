"""Figures that OCR is not sure of: each is said, with the other ways in which it can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from pipelines.reading.findings import make_finding
from pipelines.reading.report import (
    APPLICANTS,
    RESULTS,
    ApplicationRow,
    DisclosureFigure,
    Figure,
    Finding,
    Grid,
    ProceedingRow,
    Reading,
    Report,
)

SURE = 0.8
"""Confidence from which a figure with one reading is taken without a word. On 150 dpi scans of the
2021 form right readings had 0.9 and more, and the wrong ones of lone zeros less than 0.7."""


class FormTables(Protocol):
    """What holds the three tables of a form: a report, or what was read of a file."""

    @property
    def disclosure(self) -> Sequence[DisclosureFigure]: ...
    @property
    def applications(self) -> Sequence[ApplicationRow]: ...
    @property
    def proceedings(self) -> Sequence[ProceedingRow]: ...


class Doubt(NamedTuple):
    """A figure that may be read in other ways; ``ways`` are all of them, its own first, or none
    where OCR sees a blank cell: what is in it may have been missed."""

    where: str
    figure: Figure
    ways: tuple[Reading, ...]


def find_doubts(report: Report) -> list[Finding]:
    """A finding ``cell.doubtful`` for each figure of a table that OCR read and is not sure of,
    those left out that its sums have decided, and for each cell in which it sees nothing."""
    decided = {finding.where for finding in report.findings if finding.check == "cell.decided"}
    found = []
    for where, _, ways in doubts_of(report):
        if where in decided:
            continue
        if not ways:
            found.append(
                make_finding(
                    "cell.doubtful",
                    where,
                    f"{where}: OCR sees nothing in the cell.",
                    f"{where}：识别时格中未见文字。",
                )
            )
            continue
        first, others = ways[0], [way.text for way in ways[1:]]
        perhaps = f", perhaps {' or '.join(others)}" if others else ""
        perhaps_zh = f"，也可能是{'、'.join(others)}" if others else ""
        found.append(
            make_finding(
                "cell.doubtful",
                where,
                f"{where}: OCR reads {first.text!r}, sure to {first.confidence:.2f}{perhaps}.",
                f"{where}：识别为“{first.text}”，置信度{first.confidence:.2f}{perhaps_zh}。",
                found=first.text,
            )
        )
    return found


def doubts_of(report: Report) -> Iterator[Doubt]:
    """The figures that OCR read and is not sure of. ``where`` names table, row and column."""
    if all(grid.readings is None for grid in report.tables):
        return
    for where, figure in _figures(report):
        ways = ways_of(report.tables, figure)
        if ways is not None and not is_sure(ways):
            yield Doubt(where, figure, ways)


def named_figures(tables: FormTables) -> Iterator[tuple[str, Figure]]:
    """The figures of the three tables, each named by table, row and column."""
    for cell in tables.disclosure:
        yield f"disclosure.{cell.item}.{cell.measure}", cell.figure
    for row in tables.applications:
        for applicant, figure in zip(APPLICANTS, row.figures, strict=True):
            yield f"applications.{row.outcome}.{applicant}", figure
    for route in tables.proceedings:
        for result, figure in zip(RESULTS, route.figures, strict=True):
            yield f"proceedings.{route.route}.{result}", figure


def ways_of(tables: Sequence[Grid], figure: Figure) -> tuple[Reading, ...] | None:
    """The ways in which OCR reads the cell of a figure; None where it did not read the table."""
    if figure.at is None:
        return None
    readings = tables[figure.at.table].readings
    return None if readings is None else readings[figure.at.row][figure.at.column]


def is_sure(ways: Sequence[Reading]) -> bool:
    """Whether OCR reads a cell in one way, and is sure of it."""
    return len(ways) == 1 and ways[0].confidence >= SURE


def _figures(report: Report) -> Iterator[tuple[str, Figure]]:
    yield from named_figures(report)
    for count in report.statistics:
        scope = "" if count.scope == "own" else f".{count.scope}"
        yield f"statistics.{count.code or count.label}{scope}", count.figure
