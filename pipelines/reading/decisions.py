"""The sums of the form decide between the ways in which OCR reads a figure.

Only a figure that OCR itself reads in two ways is open; any other keeps its value, also where the
sums then do not hold: what a page prints is never put right. Open figures that share sums are tried
together. Where every sum that they stand in holds with one combination of readings and with no
other, that combination is taken, and a finding says so for each figure.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from pipelines.reading.checks.sums import may_hold
from pipelines.reading.doubts import Doubt, doubts_of
from pipelines.reading.findings import make_finding
from pipelines.reading.numbers import read_number
from pipelines.reading.printed_sums import PrintedSum, sums_of
from pipelines.reading.report import CellRef, Figure, Finding, Grid, Number, Report

MOST_COMBINATIONS = 1024
"""Of figures that are tried together; with more of them nothing is decided."""


class _Open(NamedTuple):
    """A figure with the numbers that it may be, by how OCR reads them."""

    doubt: Doubt
    values: dict[str, Number]


class _Group(NamedTuple):
    """Open figures and the sums that tie them together."""

    cells: set[CellRef]
    sums: list[PrintedSum]


def decide_readings(report: Report) -> list[Finding]:
    """Sets the figures of a report that its sums decide, in its tables too, and gives a finding
    ``cell.decided`` for each. A finding that such a figure is unreadable is taken out."""
    open_ = {
        at: way for doubt in doubts_of(report) if (at := doubt.figure.at) and (way := _open(doubt))
    }
    if not open_:
        return []
    chosen: dict[CellRef, str] = {}
    for group in _groups(sums_of(report), open_):
        chosen |= _choose(group, open_)
    decided = {open_[at].doubt.where for at in chosen}
    report.findings = [
        finding
        for finding in report.findings
        if finding.check != "cell.unreadable" or finding.where not in decided
    ]
    _set_figures(report, {at: _figure(open_[at], text) for at, text in chosen.items()})
    return [_decided(open_[at].doubt, text) for at, text in chosen.items()]


def _open(doubt: Doubt) -> _Open | None:
    """None for a figure with one reading, and for amounts, which are in no sum."""
    figure, ways = doubt.figure, doubt.ways
    if len(ways) < 2 or figure.value not in (None, read_number(ways[0].text).value):
        return None
    values: dict[str, Number] = {}
    for way in ways:
        value = read_number(way.text).value
        if value is not None and value not in values.values():
            values[way.text] = value
    return _Open(doubt, values) if values else None


def _groups(sums: Iterable[PrintedSum], open_: Mapping[CellRef, _Open]) -> list[_Group]:
    groups: list[_Group] = []
    for printed in sums:
        joined = _Group({at for at in _places(printed) if at in open_}, [printed])
        if not joined.cells:
            continue
        apart = []
        for group in groups:
            if group.cells & joined.cells:
                joined = _Group(group.cells | joined.cells, group.sums + joined.sums)
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def _choose(group: _Group, open_: Mapping[CellRef, _Open]) -> dict[CellRef, str]:
    """The one combination of readings with which all sums hold; nothing where there is none, or
    more than one, or where a figure stands only in sums that lack another figure."""
    told = {at for printed in group.sums if _is_complete(printed, open_) for at in _places(printed)}
    cells = sorted(group.cells)
    ways = [tuple(open_[at].values) for at in cells]
    if not group.cells <= told or math.prod(map(len, ways)) > MOST_COMBINATIONS:
        return {}
    fitting = []
    for texts in itertools.product(*ways):
        figures = {at: _figure(open_[at], text) for at, text in zip(cells, texts, strict=True)}
        if all(may_hold(printed.entry, _with(printed, figures)) for printed in group.sums):
            fitting.append(dict(zip(cells, texts, strict=True)))
    return fitting[0] if len(fitting) == 1 else {}


def _is_complete(printed: PrintedSum, open_: Mapping[CellRef, _Open]) -> bool:
    return printed.is_whole and all(
        figure.value is not None or (figure.at and figure.at in open_)
        for figure in printed.values.values()
    )


def _places(printed: PrintedSum) -> Iterator[CellRef]:
    return (figure.at for figure in printed.values.values() if figure.at)


def _with(printed: PrintedSum, figures: Mapping[CellRef, Figure]) -> dict[str, Number]:
    """The numbers of a sum with some figures in the place of others."""
    changed = {code: _changed(figure, figures).value for code, figure in printed.values.items()}
    return {code: value for code, value in changed.items() if value is not None}


def _changed(figure: Figure, figures: Mapping[CellRef, Figure]) -> Figure:
    return figures.get(figure.at, figure) if figure.at else figure


def _figure(way: _Open, text: str) -> Figure:
    return Figure(way.values[text], text, None, way.doubt.figure.at)


def _set_figures(report: Report, figures: Mapping[CellRef, Figure]) -> None:
    report.applications = [
        row._replace(figures=tuple(_changed(figure, figures) for figure in row.figures))
        for row in report.applications
    ]
    report.proceedings = [
        row._replace(figures=tuple(_changed(figure, figures) for figure in row.figures))
        for row in report.proceedings
    ]
    report.statistics = [
        row._replace(figure=_changed(row.figure, figures)) for row in report.statistics
    ]
    for at, figure in figures.items():
        report.tables[at.table] = _grid_with(report.tables[at.table], at, figure.raw)


def _grid_with(grid: Grid, at: CellRef, text: str) -> Grid:
    """The grid with one of a cell's readings as its first."""
    assert grid.readings is not None
    cells, readings = list(grid.cells), list(grid.readings)
    row, ways = list(cells[at.row]), list(readings[at.row])
    row[at.column] = text
    ways[at.column] = tuple(sorted(ways[at.column], key=lambda way: way.text != text))
    cells[at.row], readings[at.row] = tuple(row), tuple(ways)
    return replace(grid, cells=tuple(cells), readings=tuple(readings))


def _decided(doubt: Doubt, text: str) -> Finding:
    texts = [way.text for way in doubt.ways]
    return make_finding(
        "cell.decided",
        doubt.where,
        f"{doubt.where}: OCR reads {' or '.join(map(repr, texts))}; only with {text!r} do the sums"
        " that it stands in hold.",
        f"{doubt.where}：识别为{'或'.join(f'“{way}”' for way in texts)}，仅“{text}”符合勾稽关系。",
        expected=text,
        found=texts[0],
    )
