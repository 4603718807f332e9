"""Which figures of a report stand in which sums of its form, for deciding between readings.

The checks look at numbers alone, as they run for every page; here each figure keeps its cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipelines.reading.form import Identity, form_of
from pipelines.reading.form_table import Table
from pipelines.reading.list_form import Sum, list_form_of
from pipelines.reading.report import APPLICANTS, RESULTS, Figure, Report


class PrintedSum(NamedTuple):
    """A sum in one column or row of a report: those of its figures that the report has, by code."""

    entry: Identity | Sum
    values: Mapping[str, Figure]

    @property
    def is_whole(self) -> bool:
        """Whether the report has all of its figures."""
        return len(self.values) == len(self.entry.left) + len(self.entry.right)


def sums_of(report: Report) -> Iterator[PrintedSum]:
    """Every sum that some figure of the report stands in."""
    for entry, values in (*_sums_of_form(report), *_sums_of_list(report)):
        codes = (*entry.left, *entry.right)
        if found := {code: values[code] for code in codes if code in values}:
            yield PrintedSum(entry, found)


def _sums_of_form(report: Report) -> Iterator[PrintedSum]:
    if report.form not in ("2021", "2019"):
        return
    form = form_of(report.form)
    rows = {
        "applications": {
            row.outcome: dict(zip(APPLICANTS, row.figures, strict=True))
            for row in report.applications
        },
        "proceedings": {
            row.route: dict(zip(RESULTS, row.figures, strict=True)) for row in report.proceedings
        },
    }
    for identity in form.identities:
        held = rows[identity.table]
        if identity.across == "columns":
            yield from (PrintedSum(identity, values) for values in held.values())
        else:
            table: Table = getattr(form, identity.table)
            for column in table.columns:
                values = {code: row[column.code] for code, row in held.items()}
                yield PrintedSum(identity, values)


def _sums_of_list(report: Report) -> Iterator[PrintedSum]:
    if not report.statistics:
        return
    scopes: dict[str, dict[str, Figure]] = {}
    for row in report.statistics:
        if row.code is not None:
            scopes.setdefault(row.scope, {})[row.code] = row.figure
    for entry in list_form_of(report.statistics[0].form).sums:
        yield from (PrintedSum(entry, values) for values in scopes.values())
