"""One cell of a right page changed, every cell in turn and in every way in which cells go wrong.

Reading must print the changed value in that cell and in no other, and the checks must name each sum
that the cell is part of, and no other. Which sums those are is written out here by hand from the
forms (国办公开办函〔2021〕30号, 〔2019〕60号, 国办发〔2014〕32号), not taken from the data that the
checks use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest

from pipelines.reading.extract import extract
from pipelines.reading.report import APPLICANTS, RESULTS, Report
from tests.quality.golden import PAGES, Golden

Name = tuple[str, str, str]
"""Table, row and column of a cell, as codes."""
Values = dict[Name, float | None]
Sums = set[tuple[str, str]]

# Figures are its only td cells, in the order of the form; of a list, those with digits alone.
_CELL = re.compile(r"(<td[^>]*>)([^<]*)(</td>)")
_COUNT = re.compile(r"(<td>)([0-9.]+)(</td>)")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
BEFORE, AFTER = ("received", "carried_over"), ("total", "carried_forward")


class RightPage:
    """A golden page without any mistake, with its figures by name in the order of the page."""

    def __init__(self, name: str) -> None:
        golden = Golden(PAGES / name)
        assert golden.expected["findings"] == []
        self.html = golden.page.read_text("utf-8")
        self.about = golden.about
        cell = _COUNT if golden.expected["form"] == "2014" else _CELL
        self.cells = [(match.start(2), match.end(2)) for match in cell.finditer(self.html)]
        self.values = dict(values_in(golden.expected))
        self.names = list(self.values)
        assert len(self.cells) == len(self.names) > 50

    def text(self, name: Name) -> str:
        start, end = self.cells[self.names.index(name)]
        return self.html[start:end]

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
    for row in report.get("statistics", ()):
        yield ("statistics", row["code"], row["scope"]), row["value"]


def broken(report: Report) -> Sums:
    """The sums that the checks say do not hold. Every other finding must be about a cell, or say
    that the text of the report names another number."""
    return {(f.check, f.where) for f in report.findings if f.check not in OTHER_CHECKS}


OTHER_CHECKS = ("cell.unreadable", "amount.unit", "statements.disagree")


# The sums of the list of 2014: what stands right is the sum of the rows below it.
LIST_SUMS = {
    "statistics.received": (
        "requests_received",
        ("requests_in_person", "requests_by_fax", "requests_online", "requests_by_letter"),
    ),
    "statistics.answered": (
        "requests_answered",
        (
            *("answered_already_public", "granted", "partly_granted", "refused"),
            *("answered_other_organ", "answered_not_existing", "answered_to_be_corrected"),
            "answered_other_way",
        ),
    ),
    "statistics.refused": (
        "refused",
        (
            *("refused_state_secret", "refused_trade_secret", "refused_privacy"),
            *("refused_security_stability", "refused_not_government_information", "refused_other"),
        ),
    ),
}


def sums_with(name: Name) -> Sums:
    """The sums that hold this cell: (一)+(二) = (七)+四, the outcomes = (七); the applicants of a
    row, the results of a route = 总计."""
    table, row, column = name
    if table == "statistics":
        return {
            (check, total) for check, (total, parts) in LIST_SUMS.items() if row in (total, *parts)
        }
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


def stands_right(named: tuple[str, str], name: Name) -> bool:
    """On which side of a sum a cell stands."""
    check, _ = named
    _, row, column = name
    if check in LIST_SUMS:
        return row == LIST_SUMS[check][0]
    across = check in ("applications.applicants", "proceedings.results")
    return column == "total" if across else row in AFTER


def other_numbers(value: float) -> dict[str, float]:
    """One more, one less, a digit more, a digit less or none, digits turned round, a slip, another
    sign, full width; as they are printed."""
    digits = str(abs(int(value)))
    numbers = {value + 1, value - 1, value * 10, int(digits[:-1] or 0), int(digits[::-1]), 0, 3511}
    printed = {f"{number:g}": number for number in numbers if number >= 0 and number != value}
    if value > 0:
        printed[f"-{value:g}"] = -value
    return printed | {f"{value + 2:g}".translate(_FULL_WIDTH).replace(".", "．"): value + 2}


@pytest.fixture(
    scope="module",
    params=["shape-head-cells-2021", "shape-head-cells-2019", "statistics-2014-whole"],
)
def page(request: pytest.FixtureRequest) -> RightPage:
    return RightPage(request.param)


def test_the_page_is_right(page: RightPage) -> None:
    values, report = page.read({})
    assert values == page.values
    assert report.findings == []
    assert sum(value != 0 for value in values.values()) > 40


def test_every_sum_of_the_forms_is_broken_by_some_cell(page: RightPage) -> None:
    """Else the tests below would show little."""
    named = set().union(*map(sums_with, page.values))
    assert len(named) in (3, 2 * 7 + 25 + 3, 2 * 7 + 23 + 3)


def test_every_other_number_is_printed_and_every_sum_that_broke_is_named(page: RightPage) -> None:
    for name, value in page.values.items():
        assert value is not None
        for raw, number in (OTHERWISE.get(name[2]) or other_numbers(value)).items():
            values, report = page.read({name: raw})
            assert values == page.values | {name: number}
            assert broken(report) == sums_with(name), (name, value, number)


def test_every_absence_is_null_and_breaks_no_sum(page: RightPage) -> None:
    """What is not known may be what the sum needs: only bounds are tested."""
    strokes, scraps = cycle("／—-"), cycle(("1o", "O", "l", "3?", "1 2", "00"))
    for name in page.values:
        for raw, absence in (
            ("", "blank"),
            (next(strokes), "dash"),
            ("无", "word"),
            (next(scraps), "unreadable"),
        ):
            values, report = page.read({name: raw})
            assert values == page.values | {name: None}
            # A list has one figure a row, and says the row alone.
            where = ".".join(name if name[0] != "statistics" else name[:2])
            assert {finding.where for finding in report.findings} == (
                {where} if absence == "unreadable" else set()
            )


def test_every_cell_exchanged_with_its_neighbour(page: RightPage) -> None:
    """Of the cell behind it and of the one below it: a sum holds that has both on one side."""
    exchanged = 0
    for first in page.names:
        for second in neighbours(page, first):
            if page.values[first] == page.values[second]:
                continue
            changes = {name: page.text(other) for name, other in ((first, second), (second, first))}
            values, report = page.read(changes)
            assert values == page.values | {
                first: page.values[second],
                second: page.values[first],
            }
            both = sums_with(first) & sums_with(second)
            held = {
                each for each in both if stands_right(each, first) == stands_right(each, second)
            }
            assert broken(report) == (sums_with(first) | sums_with(second)) - held
            exchanged += 1
    assert exchanged > 50


def neighbours(page: RightPage, name: Name) -> Iterator[Name]:
    """The next cells of its row and of its column, of the same table and of the same unit."""
    table, row, column = name
    if table == "disclosure":
        return  # no sum holds them, and counts and amounts are printed in different ways
    after = page.names[page.names.index(name) + 1 :]
    yield from [other for other in after if other[:2] == (table, row)][:1]
    if column not in ("fees", "funds"):
        yield from [other for other in after if (other[0], other[2]) == (table, column)][:1]


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
    assert decided > 20


def may_hold(named: tuple[str, str], values: Values) -> bool:
    """Whether counts in the blanks could make a sum hold."""
    cells: dict[str, list[float | None]] = {"left": [], "right": []}
    for name, value in values.items():
        if named in sums_with(name):
            cells["right" if stands_right(named, name) else "left"].append(value)
    (left, more_left), (right, more_right) = (
        (sum(value or 0 for value in side), None in side) for side in cells.values()
    )
    return left == right or (left < right and more_left) or (right < left and more_right)
