"""Sums that the form demands (勾稽关系): 一 + 二 = 三(七) + 四, parts and applicants against 总计.

Which sums hold is data of the form (data/forms/*.yml). A cell without a number counts as unknown,
never as zero. As no count is negative, a side with unknown cells is at least the sum of its known
ones: with unknown cells on one side only that bound is tested, with unknown cells on both nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from pipelines.reading.findings import make_finding
from pipelines.reading.form import Identity, form_of
from pipelines.reading.form_file import TableName
from pipelines.reading.form_table import Label, Table
from pipelines.reading.list_form import Sum, list_form_of
from pipelines.reading.report import APPLICANTS, RESULTS, Figure, Finding, Number, Report

Values = Mapping[str, Number]
"""The known numbers of a row or a column, by the code of their column or row."""

Labels = Mapping[str, Label]

_MOST_NAMED = 2  # parts of a sum that a message names one by one


class Side(NamedTuple):
    """One side of a sum: what its known cells add up to, and whether all are known."""

    known: Number
    complete: bool


def check_sums(report: Report) -> Iterator[Finding]:
    """Every sum of the report's form, in each column or row. ``where`` is the column, the row or
    the route, ``expected`` what the parts add up to, ``found`` what stands against it."""
    if report.form not in ("2021", "2019"):
        return
    form = form_of(report.form)
    rows_of = _rows_of(report)
    columns_of = {name: _turned(rows) for name, rows in rows_of.items()}
    for identity in form.identities:
        table: Table = getattr(form, identity.table)
        if identity.across == "columns":
            rows = rows_of[identity.table]
            for row in table.rows:
                if row.code in rows:
                    finding = _check(identity, row, rows[row.code], table.column)
                    if finding is not None:
                        yield finding
        else:
            columns = columns_of[identity.table]
            for column in table.columns:
                if column.code in columns:
                    finding = _check(identity, column, columns[column.code], table.row)
                    if finding is not None:
                        yield finding


def check_list_sums(report: Report) -> Iterator[Finding]:
    """Every sum of the list of a report before 2019, in each of its count columns. ``where`` is the
    sum's right side, with the column where that is not the report's own."""
    if not report.statistics:
        return
    form = list_form_of(report.statistics[0].form)
    scopes: dict[str, dict[str, Number]] = {}
    for row in report.statistics:
        if row.code is not None and row.figure.value is not None:
            scopes.setdefault(row.scope, {})[row.code] = row.figure.value
    for entry in form.sums:
        for scope, values in scopes.items():
            place = form.row[entry.right[0]]
            finding = _check(entry, place, values, form.row)
            if finding is not None:
                own = scope == "own"
                yield finding if own else replace(finding, where=f"{finding.where}.{scope}")


def _rows_of(report: Report) -> dict[TableName, dict[str, Values]]:
    """The numbers of tables three and four, by row and column."""
    return {
        "applications": {
            row.outcome: _values(APPLICANTS, row.figures) for row in report.applications
        },
        "proceedings": {row.route: _values(RESULTS, row.figures) for row in report.proceedings},
    }


def _values(codes: Sequence[str], figures: Sequence[Figure]) -> Values:
    return {
        code: figure.value
        for code, figure in zip(codes, figures, strict=True)
        if figure.value is not None
    }


def _turned(rows: Mapping[str, Values]) -> Mapping[str, Values]:
    """The same numbers by column and row."""
    codes = dict.fromkeys(chain.from_iterable(rows.values()))
    return {
        code: {row: values[code] for row, values in rows.items() if code in values}
        for code in codes
    }


def _check(
    identity: Identity | Sum, place: Label, values: Values, labels: Labels
) -> Finding | None:
    known = values.__getitem__
    try:
        holds = sum(map(known, identity.left)) == sum(map(known, identity.right))
    except KeyError:
        holds = False
    if holds:
        return None  # as nearly all sums do
    left, right = _add(identity.left, values), _add(identity.right, values)
    if _may_agree(left, right):
        return None
    sides = ((identity.left, left), (identity.right, right))
    english = ", but ".join(
        f"{_name([labels[code].en for code in codes], 'the {} parts')} {_amount(side)}"
        for codes, side in sides
    )
    chinese = "，而".join(
        f"{_name([labels[code].zh for code in codes], '{}项之和')} {_amount(side)}"
        for codes, side in sides
    )
    return make_finding(
        identity.check,
        place.code,
        f"{place.en}: {english}.",
        f"{place.zh}：{chinese}。",
        expected=left.known,
        found=right.known,
    )


def _add(codes: tuple[str, ...], values: Values) -> Side:
    known = [values[code] for code in codes if code in values]
    total = sum(known)
    return Side(round(total, 6) if isinstance(total, float) else total, len(known) == len(codes))


def may_hold(entry: Identity | Sum, values: Values) -> bool:
    """Whether nothing that is known of its numbers speaks against a sum."""
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
