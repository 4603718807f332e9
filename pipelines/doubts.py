"""Figures that OCR is not sure of: each is said, with the other ways in which it can be read."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.findings import make_finding
from pipelines.report import APPLICANTS, RESULTS, Figure, Finding, Report

SURE = 0.8
"""Confidence from which a figure with one reading is taken without a word. On 150 dpi scans of the
2021 form right readings had 0.9 and more, and the wrong ones of lone zeros less than 0.7."""


def find_doubts(report: Report) -> list[Finding]:
    """A finding ``cell.doubtful`` for each figure of a table that OCR read and is not sure of."""
    if all(grid.readings is None for grid in report.tables):
        return []
    found = []
    for where, figure in _figures(report):
        if figure.at is None:
            continue
        readings = report.tables[figure.at.table].readings
        if readings is None:
            continue
        ways = readings[figure.at.row][figure.at.column]
        if not ways or (len(ways) == 1 and ways[0].confidence >= SURE):
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


def _figures(report: Report) -> Iterator[tuple[str, Figure]]:
    for cell in report.disclosure:
        yield f"{cell.item}.{cell.measure}", cell.figure
    for row in report.applications:
        for applicant, figure in zip(APPLICANTS, row.figures, strict=True):
            yield f"{row.outcome}.{applicant}", figure
    for route in report.proceedings:
        for result, figure in zip(RESULTS, route.figures, strict=True):
            yield f"{route.route}.{result}", figure
    for count in report.statistics:
        yield f"statistics.{count.code or count.label}", count.figure
