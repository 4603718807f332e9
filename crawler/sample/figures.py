"""The figures of a fictional report, consistent as the forms demand, cell by cell as printed.

A cell is named ``<table>.<row>.<column>``: ``disclosure.fees.amount``,
``applications.received.natural_person``, ``proceedings.reconsideration.upheld``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, Literal

from crawler.sample.texts import load

Form = Literal["2019", "2021"]
Number = int | float
LAST_YEAR_OF_2019_FORM = 2020
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: ``value`` is None exactly when ``absence`` says why (blank, dash, word,
    unreadable). Money is in 万元 whatever ``raw`` prints."""

    raw: str
    value: Number | None
    absence: str | None = None


def printed(value: int) -> Cell:
    return Cell(str(value), value)


@dataclass(slots=True)
class Figures:
    """All cells of one report in the order of the form, by name."""

    form: Form
    cells: dict[str, Cell] = field(default_factory=dict)

    def in_full_width(self) -> None:
        """Prints all digits in full width."""
        for name, cell in self.cells.items():
            self.cells[name] = Cell(cell.raw.translate(_FULL_WIDTH), cell.value, cell.absence)

    def value(self, name: str) -> Number:
        """The number in cell ``name``; 0 where it holds none."""
        return self.cells[name].value or 0

    def add(self, name: str, amount: int) -> None:
        """Prints a number that is ``amount`` higher in cell ``name``."""
        self.cells[name] = printed(int(self.value(name)) + amount)


@cache
def applicants() -> tuple[str, ...]:
    return tuple(load("forms.yml")["applicants"])


@cache
def outcomes(form: Form) -> tuple[str, ...]:
    """The rows of table three in order: 25 of form 2021, 23 of form 2019."""
    rows = load("forms.yml")["applications"]
    return (
        *(code for code, _ in rows["before"]),
        *results(form),
        rows["total"][0],
        *(code for code, _ in rows["after"]),
    )


@cache
def results(form: Form) -> tuple[str, ...]:
    """The rows of table three that （七）总计 sums up."""
    rows = load("forms.yml")["applications"]
    return tuple(_codes([*rows["outcomes"], *rows["other"][form]]))


def _codes(rows: list[Any]) -> Iterator[str]:
    for row in rows:
        if isinstance(row, dict):
            yield from _codes(row["rows"])
        else:
            yield row[0]


@cache
def disclosure(form: Form) -> tuple[tuple[str, str, str], ...]:
    """Item, measure and unit of each cell of table two in order."""
    forms = load("forms.yml")
    return tuple(
        (item, measure, forms["units"].get(measure, "件"))
        for part in forms["disclosure"][form]
        for item in part["items"]
        for measure in part["measures"]
    )


def draw(form: Form, year: int, scale: int, seed: str) -> Figures:
    """The figures of the body that ``seed`` names, for ``year``. ``scale`` is about how many
    applications it gets from citizens in a year; 0 gives the report of zeros that most townships
    publish. What is carried over equals what the year before carried forward."""
    figures = Figures(form)
    random = Random(f"{seed} {year} disclosure")
    for item, measure, _ in disclosure(form):
        figures.cells[f"disclosure.{item}.{measure}"] = _disclosed(item, measure, scale, random)
    table = _applications(form, year, scale, seed)
    for row in outcomes(form):
        for column in (*applicants()[:-1], "total"):
            number = table[row][column] if column != "total" else sum(table[row].values())
            figures.cells[f"applications.{row}.{column}"] = printed(number)
    random = Random(f"{seed} {year} proceedings")
    for route in load("forms.yml")["routes"]:
        numbers = [random.randint(0, scale // 8) for _ in range(4)]
        for result, number in zip(
            load("forms.yml")["results"], [*numbers, sum(numbers)], strict=True
        ):
            figures.cells[f"proceedings.{route}.{result}"] = printed(number)
    return figures


def _disclosed(item: str, measure: str, scale: int, random: Random) -> Cell:
    if scale == 0:
        return printed(0)
    if measure == "items_change":
        change = random.choice([0, 0, random.randint(1, 5 + scale), -random.randint(1, 5 + scale)])
        if change <= 0:
            return Cell(str(change), change)
        return Cell(random.choice([f"+{change}", f"+{change}", f"增加{change}"]), change)
    if item == "regulations":
        return printed(0)
    if measure == "amount":
        return _money(item, scale, random)
    if measure == "projects":
        return printed(random.randint(1, scale))
    if item in ("normative_documents", "fees", "coercion"):
        return printed(random.randint(0, scale // 3))
    return printed(random.randint(0, scale * random.choice([1, 30, 150])))


def _money(item: str, scale: int, random: Random) -> Cell:
    """Money: the form of 2021 asks for 万元 in its header, the form of 2019 for no unit, so bodies
    write it into the cell."""
    yuan = random.randint(1, 400 * scale) * 100
    amount = yuan // 10_000 if yuan % 10_000 == 0 else yuan / 10_000
    if item == "procurement":
        return Cell(random.choice([f"{yuan}元", f"{amount}万元"]), amount)
    return Cell(str(amount), amount) if random.random() < 0.8 else Cell(f"{yuan}元", amount)


def _applications(form: Form, year: int, scale: int, seed: str) -> dict[str, dict[str, int]]:
    received, pending = _received(year, scale, seed)
    before = _received(year - 1, scale, seed)[1]
    table = {row: dict.fromkeys(applicants()[:-1], 0) for row in outcomes(form)}
    table["received"], table["carried_over"], table["carried_forward"] = received, before, pending
    random = Random(f"{seed} {year} results")
    for column in received:
        closed = received[column] + before[column] - pending[column]
        table["total"][column] = closed
        for row in random.choices(results(form), weights=_weights(form), k=closed):
            table[row][column] += 1
    return table


def _weights(form: Form) -> list[int]:
    """Most applications are granted, or the body does not hold the information."""
    often = {"granted": 40, "partly_granted": 8, "unavailable_not_held": 20}
    return [often.get(row, 2) for row in results(form)]


def _received(year: int, scale: int, seed: str) -> tuple[dict[str, int], dict[str, int]]:
    """Applications received in ``year`` and those still open at its end, by applicant."""
    random = Random(f"{seed} {year} received")
    received = {
        column: random.randint(0, scale if column == "natural_person" else scale // 6)
        for column in applicants()[:-1]
    }
    return received, {column: random.randint(0, min(2, n)) for column, n in received.items()}
