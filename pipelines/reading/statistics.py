"""The statistics of a report before 2019 (统计表): from grids to counts, each with its cell.

Which list a table follows is told by its own labels. A row that the form does not know keeps its
label, unit and count, without a code. A label that stands twice in the form (被依法纠错数) is known
by the rows above it, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import chain

from pipelines.reading import statistics_findings as found
from pipelines.reading.cells import Cell, cells_of
from pipelines.reading.list_form import (
    Indicator,
    ListForm,
    fold_indicator,
    load_list_forms,
    shows_sign,
)
from pipelines.reading.list_rows import ListRow, rows_of
from pipelines.reading.numbers import MONEY, read_money, read_number
from pipelines.reading.report import Figure, Finding, Grid, Statistic
from pipelines.reading.row_reader import MOST_UNKNOWN

_FEWEST_LABELS = 3  # of rows of one form that show its table
_ALIKE = 0.9
"""Share of characters that an unknown label must have in common with one row's, and with no
other's, to be taken for it: a slip in 10 characters. 政务微博… and 政务微信… have 0.91 in common,
so that what is like both is taken for neither."""


@dataclass(slots=True)
class StatisticsRead:
    """What the lists of indicators on a page say; ``form`` is None where there is none."""

    form: ListForm | None = None
    rows: list[Statistic] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def list_form_shown(grid: Grid) -> ListForm | None:
    """The form of whose list a grid is a part, by the labels of its rows; None for other grids."""
    printed = "".join(filter(None, chain.from_iterable(grid.cells)))
    if not shows_sign(("".join(printed.split()),)):
        return None
    texts = [raw for row in grid.cells for raw in row if raw and not raw.isdecimal()]
    labels = {fold_indicator(text) for text in texts}
    counts = [
        (len({row.code for label in labels for row in form.words.get(label, ())}), form)
        for form in load_list_forms()
    ]
    best, form = max(counts, key=lambda pair: pair[0])
    if best < _FEWEST_LABELS or sum(count == best for count, _ in counts) > 1:
        return None
    return form


def _continues(grid: Grid, before: Grid, form: ListForm) -> bool:
    """Whether a grid goes on with the list of the grid before it, which a page break cut."""
    return grid.columns == before.columns and any(
        raw and fold_indicator(raw) in form.words for row in grid.cells for raw in row
    )


def find_lists(grids: Sequence[Grid]) -> dict[int, ListForm]:
    """Number of a grid → the form of whose list it is a part. A report has one list: other forms
    than the first one's are left to the other readers."""
    lists: dict[int, ListForm] = {}
    form: ListForm | None = None
    for number, grid in enumerate(grids):
        shown = list_form_shown(grid)
        if shown is None and form and number - 1 in lists:
            shown = form if _continues(grid, grids[number - 1], form) else None
        if shown is not None and (form is None or shown is form):
            form = lists[number] = shown
    return lists


def read_statistics(grids: Sequence[Grid], lists: Mapping[int, ListForm]) -> StatisticsRead:
    """Read the grids of ``find_lists``. ``Figure.at`` refers to ``grids``."""
    read = StatisticsRead()
    if not lists:
        return read
    read.form = form = next(iter(lists.values()))
    printed = [
        row
        for number in lists
        for row in rows_of(form, cells_of(grids[number], number), grids[number].columns)
    ]
    known = _recognise(form, printed, read.findings)
    seen: dict[tuple[str, str], int] = {}
    for row, indicator in zip(printed, known, strict=True):
        for scope, figure in _figures(form, row, indicator, read.findings):
            unit = _unit(row, indicator)
            if indicator is None:
                if row.printed:
                    read.rows.append(Statistic(form.id, None, _label(row), unit, scope, figure))
                continue
            if indicator.is_heading and figure.value is None:
                continue
            code = indicator.code
            place = seen.setdefault((code, scope), len(read.rows))
            before = read.rows[place].figure if place < len(read.rows) else None
            if before is None:
                read.rows.append(Statistic(form.id, code, _label(row), unit, scope, figure))
            elif before.absence == "blank":
                # The list as it was sent out, with nothing in it, may stand beside the filled one.
                read.rows[place] = Statistic(form.id, code, _label(row), unit, scope, figure)
            elif figure.absence != "blank" and before[:3] != figure[:3]:
                read.findings.append(found.row_repeated(indicator))
    read.findings += _missing(form, {code for code, _ in seen})
    if any(not row.named and len(row.scopes) > 1 for row in printed):
        read.findings.append(found.columns_unnamed(form))
    return read


def _recognise(
    form: ListForm, rows: Sequence[ListRow], findings: list[Finding]
) -> list[Indicator | None]:
    """The indicator of each row: by its label and the rows above it, else by a label nearly the
    same that no other row prints."""
    known: list[Indicator | None] = []
    above: tuple[str, ...] = ()
    for row in rows:
        for cell in row.groups:
            group = _in_context(form.words.get(fold_indicator(cell.raw), ()), above)
            above = (*group.path, group.code) if group else above
        indicator = _in_context(form.words.get(fold_indicator(row.label.raw), ()), above)
        known.append(indicator)
        above = (*indicator.path, indicator.code) if indicator else above
    unknown: list[Finding] = []
    taken = {indicator.code for indicator in known if indicator}
    for place, row in enumerate(rows):
        if known[place] is not None:
            continue
        near = _nearly(form.rows, fold_indicator(row.label.raw))
        if near is not None and near.code not in taken:
            known[place] = near
            taken.add(near.code)
            findings.append(found.label_taken_as(near, row.label))
        else:
            unknown.append(found.unknown_label(form, row.label, row.printed))
    findings += unknown[:MOST_UNKNOWN]
    if len(unknown) > MOST_UNKNOWN:
        findings.append(found.more_unknown(len(unknown) - MOST_UNKNOWN))
    return known


def _in_context(candidates: Sequence[Indicator], above: tuple[str, ...]) -> Indicator | None:
    """The one candidate, or the one that lies below a row that is above it on the page."""
    if len(candidates) < 2:
        return candidates[0] if candidates else None
    below = [row for row in candidates if row.path and row.path[-1] in above]
    return below[0] if len(below) == 1 else None


def _nearly(rows: Iterable[Indicator], label: str) -> Indicator | None:
    near = [
        row
        for row in rows
        if any(abs(len(word) - len(label)) < 2 and _is_alike(label, word) for word in row.folded)
    ]
    return near[0] if len(near) == 1 else None


def _is_alike(label: str, word: str) -> bool:
    matcher = SequenceMatcher(None, label, word, False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _figures(
    form: ListForm, row: ListRow, indicator: Indicator | None, findings: list[Finding]
) -> list[tuple[str, Figure]]:
    """The count of each scope. What stands in a row that has too many or too few cells cannot be
    said to stand in any one column."""
    if row.counts is None:
        findings.append(found.wrong_number_of_cells(form, row, indicator))
        unreadable = Figure(None, "", "unreadable", None)
        return [(scope, unreadable) for scope in row.scopes]
    return [
        (scope, _figure(row, indicator, cell, findings))
        for scope, cell in zip(row.scopes, row.counts, strict=True)
    ]


def _figure(
    row: ListRow, indicator: Indicator | None, cell: Cell | None, findings: list[Finding]
) -> Figure:
    if cell is None:
        return Figure(None, "", "blank", None)
    unit = _printed_unit(row)
    if (indicator and indicator.is_money) or unit in MONEY:
        printed = read_money(cell.raw, unit)
        without_unit = read_money(cell.raw, unit or "万元").absence is None
        if printed.absence == "unreadable" and without_unit:
            findings.append(found.amount_without_unit(indicator, row.label, cell))
            return Figure(None, cell.raw, printed.absence, cell.at)
    else:
        printed = read_number(cell.raw)
    if printed.absence == "unreadable":
        findings.append(found.unreadable_cell(indicator, row.label, cell))
    return Figure(printed.value, cell.raw, printed.absence, cell.at)


def _label(row: ListRow) -> str:
    return " ".join(row.label.raw.split())


def _printed_unit(row: ListRow) -> str | None:
    text = "".join(row.unit.raw.split()).strip("()（）") if row.unit else ""
    return text if text.strip("-—–－─") else None


def _unit(row: ListRow, indicator: Indicator | None) -> str | None:
    """The unit of a row's values: as printed, else as the form has it; money is in 万元."""
    unit = _printed_unit(row)
    if unit in MONEY:
        return "万元"
    return unit or (indicator.unit if indicator and not indicator.is_heading else None)


def _missing(form: ListForm, codes: set[str]) -> list[Finding]:
    """Rows that the form is known to have and that were not printed."""
    return [
        found.row_missing(row)
        for row in form.rows
        if row.seen == "page" and not row.is_heading and row.code not in codes
    ]
