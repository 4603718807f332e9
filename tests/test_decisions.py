"""Sums decide between the readings of OCR, and never make up a figure that it did not read."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.reading.checks import run_checks
from pipelines.reading.decisions import decide_readings
from pipelines.reading.doubts import find_doubts
from pipelines.reading.numbers import read_number
from pipelines.reading.report import (
    RESULTS,
    ROUTES,
    CellRef,
    Figure,
    Finding,
    Grid,
    ProceedingRow,
    Reading,
    Report,
)

Ways = list[list[str]]
"""Of each of the fifteen figures of table four the texts that OCR reads, its first choice first"""


def scanned(ways: Ways) -> Report:
    """Table four as OCR reads it. Figures read in one way are sure."""
    readings = tuple(tuple(Reading(text, 0.99 if len(w) == 1 else 0.7) for text in w) for w in ways)
    figures = []
    for column, texts in enumerate(ways):
        value, absence, _ = read_number(texts[0])
        figures.append(Figure(value, texts[0], absence, CellRef(0, 0, column)))
    return Report(
        kind="annual_report",
        form="2021",
        proceedings=[
            ProceedingRow(route, tuple(figures[5 * n : 5 * n + 5]))
            for n, route in enumerate(ROUTES)
        ],
        tables=[Grid((tuple(texts[0] for texts in ways),), "", (readings,))],
    )


def right(first: list[int]) -> Ways:
    """Sure figures that add up; the parts of the first route are given."""
    parts = [first, [1, 0, 2, 0], [0, 3, 0, 0]]
    return [[str(number)] for numbers in parts for number in (*numbers, sum(numbers))]


def values(report: Report) -> list[float | None]:
    return [figure.value for row in report.proceedings for figure in row.figures]


def where(result: str) -> str:
    return f"proceedings.reconsideration.{result}"


def test_the_reading_with_which_the_row_adds_up_is_taken_and_said() -> None:
    ways = right([2, 9, 0, 0])
    ways[1] = ["6", "9"]
    report = scanned(ways)
    (finding,) = decide_readings(report)
    assert (finding.check, finding.where) == ("cell.decided", where("corrected"))
    assert (finding.found, finding.expected) == ("6", "9")
    figure = report.proceedings[0].figures[1]
    assert (figure.value, figure.raw) == (9, "9")
    assert report.tables[0].cells[0][1] == "9"
    assert report.tables[0].readings[0][1] == (Reading("9", 0.7), Reading("6", 0.7))
    report.findings = [finding]
    assert find_doubts(report) == []
    assert not [found for found in run_checks(report) if found.check.startswith("proceedings")]


def test_a_first_reading_that_adds_up_stays_and_is_said() -> None:
    ways = right([2, 9, 0, 0])
    ways[1] = ["9", "6"]
    report = scanned(ways)
    (finding,) = decide_readings(report)
    assert finding.expected == finding.found == "9"


def test_a_figure_that_could_not_be_read_is_read_as_its_sums_want() -> None:
    ways = right([2, 9, 0, 0])
    ways[0] = ["\ufffd", "2"]
    report = scanned(ways)
    unreadable = Finding("cell.unreadable", "error", "reading", where("upheld"), "", "")
    report.findings = [unreadable]
    assert [finding.check for finding in decide_readings(report)] == ["cell.decided"]
    assert values(report)[0] == 2
    assert report.findings == []


def test_where_several_combinations_fit_or_none_nothing_is_changed() -> None:
    several = right([2, 9, 0, 0])
    several[0], several[1] = ["2", "9"], ["9", "2"]
    none = right([2, 9, 0, 0])
    none[1] = ["6", "8"]
    for ways in (several, none):
        report = scanned(ways)
        before = copy.deepcopy(report)
        assert decide_readings(report) == []
        assert report == before
        assert {finding.check for finding in find_doubts(report)} == {"cell.doubtful"}


def test_a_sum_with_an_unknown_figure_decides_nothing() -> None:
    ways = right([2, 9, 0, 0])
    ways[1], ways[2] = ["6", "9"], ["/"]
    report = scanned(ways)
    assert decide_readings(report) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_value_comes_from_anywhere_but_the_readings(data: st.DataObject) -> None:
    """Whatever was printed, also sums that do not hold, and however OCR read it."""
    ways = [[str(data.draw(st.integers(0, 9)))] for _ in range(3 * len(RESULTS))]
    for place in data.draw(st.sets(st.integers(0, len(ways) - 1), max_size=6)):
        ways[place].append(str(data.draw(st.integers(0, 99))))
    report = scanned(ways)
    before = values(report)
    decided = {finding.where: finding.expected for finding in decide_readings(report)}
    names = [f"proceedings.{route}.{result}" for route in ROUTES for result in RESULTS]
    for name, texts, old, new in zip(names, ways, before, values(report), strict=True):
        if name in decided:
            assert len(texts) > 1
            assert decided[name] in texts
            assert new == int(decided[name])
        else:
            assert new == old
    for number, row in enumerate(report.proceedings):
        *parts, total = (figure.value for figure in row.figures)
        if any(name in decided for name in names[5 * number : 5 * number + 5]):
            assert sum(parts) == total


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 999), min_size=4, max_size=4), st.data())
def test_what_is_printed_wrong_is_never_put_right(parts: list[int], data: st.DataObject) -> None:
    """A figure that OCR is sure of stays, although another would make the row add up."""
    ways = right(parts)
    place = data.draw(st.integers(0, 4))
    ways[place] = [str(int(ways[place][0]) + data.draw(st.integers(1, 9)))]
    report = scanned(ways)
    before = values(report)
    assert decide_readings(report) == []
    assert values(report) == before
    assert "proceedings.results" in {finding.check for finding in run_checks(report)}
