"""One cell of a right page changed, every cell in turn and in every way in which cells go wrong.

Reading must print the changed value in that cell and in no other, and the checks must name each sum
that the cell is part of, and no other. Which sums those are is written out here by hand from the
forms (国办公开办函〔2021〕30号, 〔2019〕60号), not taken from the data that the checks use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pipelines.extract import extract
from pipelines.report import APPLICANTS, RESULTS, Report
from tests.quality.golden import PAGES, Golden

Name = tuple[str, str, str]
"""Table, row and column of a cell, as codes."""
Values = dict[Name, float | None]
Sums = set[tuple[str, str]]

# Figures are its only td cells, in the order of the form.
_CELL = re.compile(r"(<td[^>]*>)([^<]*)(</td>)")
BEFORE, AFTER = ("received", "carried_over"), ("total", "carried_forward")


class RightPage:
    """A golden page without any mistake, with its figures by name in the order of the page."""

    def __init__(self, name: str) -> None:
        golden = Golden(PAGES / name)
        assert golden.expected["findings"] == []
        self.html = golden.page.read_text("utf-8")
        self.about = golden.about
        self.cells = [(match.start(2), match.end(2)) for match in _CELL.finditer(self.html)]
        self.values = dict(values_in(golden.expected))
        self.names = list(self.values)
        assert len(self.cells) == len(self.names) > 180

    def read(self, changes: dict[Name, str]) -> tuple[Values, Report]:
        """The page with other text in some cells."""
        html = self.html
        for place in sorted(map(self.names.index, changes), reverse=True):
            start, end = self.cells[place]
            html = html[:start] + changes[self.names[place]] + html[end:]
        report = extract(html.encode(), url=self.about["url"], division=self.about["division"])
        return dict(values_in(report.to_json())), report


def values_in(report: dict[str, Any]) -> Iterator[tuple[Name, float | None]]:
    for row in report["disclosure"]:
        yield ("disclosure", row["item"], row["measure"]), row["value"]
    for table, key, columns in (
        ("applications", "outcome", APPLICANTS),
        ("proceedings", "route", RESULTS),
    ):
        for row in report[table]:
            for column in columns:
                yield (table, row[key], column), row[column]


def broken(report: Report) -> Sums:
    """The sums that the checks say do not hold. Every other finding must be about a cell."""
    return {(f.check, f.where) for f in report.findings if f.check not in CELL_CHECKS}


CELL_CHECKS = ("cell.unreadable", "amount.unit")


def sums_with(name: Name) -> Sums:
    """The sums that hold this cell: (一)+(二) = (七)+四, the outcomes = (七); the applicants of a
    row, the results of a route = 总计."""
    table, row, column = name
    if table == "proceedings":
        return {("proceedings.results", row)}
    if table == "disclosure":
        return set()
    sums = {("applications.applicants", row)}
    if row in (*BEFORE, *AFTER):
        sums.add(("applications.balance", column))
    if row not in (*BEFORE, "carried_forward"):
        sums.add(("applications.outcomes", column))
    return sums


OTHERWISE: dict[str, dict[str, float]] = {
    "amount": {"1250元": 0.125, "87.5万元": 87.5, "１，２５０元": 0.125},
    "items_change": {"+71": 71, "-71": -71, "增加71": 71, "减少71": -71},
}
"""Money is printed with its unit, and the change of a number of items with its sign."""


def other_numbers(value: float) -> dict[str, float]:
    """One more, one less, a digit more, a digit less or none, digits turned round, a slip; as they
    are printed."""
    digits = str(abs(int(value)))
    numbers = {value + 1, value - 1, value * 10, int(digits[:-1] or 0), int(digits[::-1]), 0, 3511}
    return {str(int(number)): number for number in numbers if number >= 0 and number != value}


@pytest.fixture(scope="module", params=["shape-head-cells-2021", "shape-head-cells-2019"])
def page(request: pytest.FixtureRequest) -> RightPage:
    return RightPage(request.param)


def test_the_page_is_right(page: RightPage) -> None:
    values, report = page.read({})
    assert values == page.values
    assert report.findings == []
    assert sum(value != 0 for value in values.values()) > 40


def test_every_other_number_is_printed_and_every_sum_that_broke_is_named(page: RightPage) -> None:
    for name, value in page.values.items():
        assert value is not None
        for raw, number in (OTHERWISE.get(name[2]) or other_numbers(value)).items():
            values, report = page.read({name: raw})
            assert values == page.values | {name: number}
            assert broken(report) == sums_with(name), (name, value, number)


def test_every_absence_is_null_and_breaks_no_sum(page: RightPage) -> None:
    """What is not known may be what the sum needs: only bounds are tested."""
    for name in page.values:
        for raw, absence in (("", "blank"), ("／", "dash"), ("无", "word"), ("1o", "unreadable")):
            values, report = page.read({name: raw})
            assert values == page.values | {name: None}
            assert {finding.where for finding in report.findings} == (
                {".".join(name)} if absence == "unreadable" else set()
            )


def test_every_cell_in_turn_when_all_zeros_are_blanks(page: RightPage) -> None:
    """A sum with blanks is named exactly where no number in the blanks could make it hold."""
    blanks = {name: "" for name, value in page.values.items() if value == 0}
    left = {name: None if name in blanks else value for name, value in page.values.items()}
    decided = 0
    for name, value in page.values.items():
        if value is None or name[0] == "disclosure":
            continue
        for number in sorted({value + 5, max(value - 1, 0)} - {value}):
            values, report = page.read(blanks | {name: str(number)})
            assert values == left | {name: number}
            impossible = {each for each in sums_with(name) if not may_hold(each, values)}
            assert broken(report) == impossible, (name, value, number)
            decided += len(impossible)
    assert decided > 100


def may_hold(named: tuple[str, str], values: Values) -> bool:
    """Whether counts in the blanks could make a sum hold."""
    check, _ = named
    cells: dict[str, list[float | None]] = {"left": [], "right": []}
    for name, value in values.items():
        if named in sums_with(name):
            _, row, column = name
            across = check in ("applications.applicants", "proceedings.results")
            last = column == "total" if across else row in AFTER
            cells["right" if last else "left"].append(value)
    (left, more_left), (right, more_right) = (
        (sum(value or 0 for value in side), None in side) for side in cells.values()
    )
    return left == right or (left < right and more_left) or (right < left and more_right)
