"""Sums that the form demands (勾稽关系): 一 + 二 = 三(七) + 四, parts and applicants against 总计.

Which sums hold is data of the form (data/forms/*.yml). A cell without a number counts as unknown,
never as zero. As no count is negative, a side with unknown cells is at least the sum of its known
ones: with unknown cells on one side only that bound is tested, with unknown cells on both nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipelines.findings import make_finding
from pipelines.form import Identity, Label, Table, form_of
from pipelines.list_form import Sum, list_form_of
from pipelines.report import APPLICANTS, RESULTS, Figure, Finding, Number, Report

Cells = Mapping[str, Mapping[str, Figure]]
Labels = Mapping[str, Label]

_MOST_NAMED = 2  # parts of a sum that a message names one by one


class Side(NamedTuple):
    """One side of a sum: what its known cells add up to, and whether all are known."""

    known: Number
    complete: bool


class PrintedSum(NamedTuple):
    """A sum of a form in one column or row of a report: the figures of that column or row by their
    codes, and what the form calls them. ``where`` names the column or row."""

    entry: Identity | Sum
    where: str
    place: Label
    values: Mapping[str, Figure]
    labels: Labels

    @property
    def figures(self) -> list[Figure]:
        """Those of both sides that the report has."""
        codes = (*self.entry.left, *self.entry.right)
        return [self.values[code] for code in codes if code in self.values]


def check_sums(report: Report) -> Iterator[Finding]:
    """Every sum of the report's form, in each column or row. ``where`` is the column, the row or
    the route, ``expected`` what the parts add up to, ``found`` what stands against it."""
    return (finding for printed in sums_of(report) for finding in _check(printed))


def check_list_sums(report: Report) -> Iterator[Finding]:
    """Every sum of the list of a report before 2019, in each of its count columns. ``where`` is the
    sum's right side, with the column where that is not the report's own."""
    return (finding for printed in list_sums_of(report) for finding in _check(printed))


def sums_of(report: Report) -> Iterator[PrintedSum]:
    """The sums of the form of a report since 2019 that some of its figures stand in."""
    if report.form not in ("2021", "2019"):
        return
    form = form_of(report.form)
    for identity in form.identities:
        table: Table = getattr(form, identity.table)
        cells = _cells(report, identity)
        if identity.across == "columns":
            labels = {column.code: column for column in table.columns}
            for row in table.rows:
                if row.code in cells:
                    yield PrintedSum(identity, row.code, row, cells[row.code], labels)
        elif cells:
            for column in table.columns:
                values = {code: row[column.code] for code, row in cells.items()}
                yield PrintedSum(identity, column.code, column, values, table.row)


def list_sums_of(report: Report) -> Iterator[PrintedSum]:
    """The sums of the list of a report before 2019."""
    if not report.statistics:
        return
    form = list_form_of(report.statistics[0].form)
    scopes: dict[str, dict[str, Figure]] = {}
    for row in report.statistics:
        if row.code is not None:
            scopes.setdefault(row.scope, {})[row.code] = row.figure
    for entry in form.sums:
        place = form.row[entry.right[0]]
        for scope, values in scopes.items():
            where = place.code if scope == "own" else f"{place.code}.{scope}"
            yield PrintedSum(entry, where, place, values, form.row)


def _cells(report: Report, identity: Identity) -> Cells:
    if identity.table == "applications":
        return {
            row.outcome: dict(zip(APPLICANTS, row.figures, strict=True))
            for row in report.applications
        }
    return {row.route: dict(zip(RESULTS, row.figures, strict=True)) for row in report.proceedings}


def _check(printed: PrintedSum) -> Iterator[Finding]:
    entry, where, place, values, labels = printed
    left, right = _add(entry.left, values), _add(entry.right, values)
    if _may_agree(left, right):
        return
    sides = ((entry.left, left), (entry.right, right))
    english = ", but ".join(
        f"{_name([labels[code].en for code in codes], 'the {} parts')} {_amount(side)}"
        for codes, side in sides
    )
    chinese = "，而".join(
        f"{_name([labels[code].zh for code in codes], '{}项之和')} {_amount(side)}"
        for codes, side in sides
    )
    yield make_finding(
        entry.check,
        where,
        f"{place.en}: {english}.",
        f"{place.zh}：{chinese}。",
        expected=left.known,
        found=right.known,
    )


def _add(codes: tuple[str, ...], values: Mapping[str, Figure]) -> Side:
    known = [v.value for code in codes if (v := values.get(code)) and v.value is not None]
    total = sum(known)
    return Side(round(total, 6) if isinstance(total, float) else total, len(known) == len(codes))


def may_hold(entry: Identity | Sum, values: Mapping[str, Figure]) -> bool:
    """Whether nothing that is known of the figures speaks against a sum."""
    return _may_agree(_add(entry.left, values), _add(entry.right, values))


def _may_agree(left: Side, right: Side) -> bool:
    if left.complete and right.complete:
        return left.known == right.known
    if left.complete:
        return right.known <= left.known
    return left.known <= right.known if right.complete else True


def _name(labels: list[str], many: str) -> str:
    return " + ".join(labels) if len(labels) <= _MOST_NAMED else many.format(len(labels))


def _amount(side: Side) -> str:
    return f"{'=' if side.complete else '≥'} {side.known}"
