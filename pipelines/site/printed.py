"""The three tables of a report as the official form prints them: merged heads, its own labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipelines.reading.form import Form
from pipelines.reading.form_layout import Span
from pipelines.reading.form_table import Column, Label, Row, Table
from pipelines.site.language import Language
from pipelines.site.rows import Row as Figure
from pipelines.site.words import say

Figures = Mapping[tuple[str, str, str], Figure]
"""The figures of a report by table, row and column of the form."""


@dataclass(frozen=True)
class Cell:
    """A cell as printed. ``scope`` is that of a heading ("col", "colgroup", "row", "rowgroup");
    a cell without one is a figure, with ``place`` (table, row, column) and ``figure``, None where
    the page has no such cell."""

    text: str = ""
    scope: str | None = None
    columns: int = 1
    rows: int = 1
    place: tuple[str, str, str] = ("", "", "")
    figure: Figure | None = None


@dataclass(frozen=True)
class Printed:
    """A table as printed: lines of cells of its head and of its body."""

    name: str
    title: str
    head: list[list[Cell]] = field(default_factory=list)
    body: list[list[Cell]] = field(default_factory=list)


def print_tables(form: Form, figures: Figures, language: Language) -> dict[str, Printed]:
    """Each table of the form of which the report has any figure, by its name."""
    there = {table for table, _, _ in figures}
    build = {"disclosure": _disclosure, "applications": _applications, "proceedings": _proceedings}
    return {
        table.name: build[table.name](table, figures, language)
        for table in form.tables
        if table.name in there
    }


def _disclosure(table: Table, figures: Figures, language: Language) -> Printed:
    """Parts below each other, each with its own head; a head of fewer columns is stretched."""
    printed = Printed(table.name, _say(table.title, language))
    width = max(len(row.columns) for row in table.rows)
    assert table.layout.corner is not None
    for part in table.layout.parts:
        rows = [table.row[code] for code in part.codes]
        stretched = _stretch(len(rows[0].columns), width)
        printed.body.append([Cell(_say(part, language), "colgroup", columns=width + 1)])
        heads = zip(rows[0].columns, stretched, strict=True)
        printed.body.append(
            [
                Cell(_say(table.layout.corner, language), "col"),
                *(Cell(_column(column, language), "col", columns=n) for column, n in heads),
            ]
        )
        for row in rows:
            cells = zip(_figures(table, row, figures), stretched, strict=True)
            printed.body.append(
                [
                    Cell(_say(row, language), "row"),
                    *(Cell(place=place, figure=found, columns=n) for (place, found), n in cells),
                ]
            )
    return printed


def _applications(table: Table, figures: Figures, language: Language) -> Printed:
    """Rows in groups within groups, columns in one group, and what the form says of its sums."""
    layout = table.layout
    depth = 1 + max((_depth(layout.rows, row.code) for row in table.rows), default=0)
    printed = Printed(table.name, _say(table.title, language))
    assert layout.corner is not None
    assert layout.over is not None
    printed.head.append(
        [
            Cell(_say(layout.corner, language), "col", columns=depth, rows=3),
            Cell(_say(layout.over, language), "colgroup", columns=len(table.columns)),
        ]
    )
    printed.head.extend(_column_heads(table.columns, layout.columns, language))
    for row in table.rows:
        groups = [span for span in layout.rows if row.code in span.codes]
        line = [
            Cell(_say(span, language), "rowgroup", rows=len(span.codes))
            for span in groups
            if span.codes[0] == row.code
        ]
        label = _say(row, language)
        if language == "en" and len(groups) > 1:
            # The name says its group ("Refused: state secret"), which here stands beside it.
            label = label.partition(": ")[2] or label
        line.append(Cell(label, "row", columns=depth - len(groups)))
        line += [Cell(place=place, figure=found) for place, found in _figures(table, row, figures)]
        printed.body.append(line)
    return printed


def _proceedings(table: Table, figures: Figures, language: Language) -> Printed:
    """One line of figures: the routes stand beside each other, each with all results."""
    (over,) = table.layout.rows
    single = [row for row in table.rows if row.code not in over.codes]
    grouped = [table.row[code] for code in over.codes]
    printed = Printed(table.name, _say(table.title, language))
    width = len(table.columns)
    results = [_say(column, language) for column in table.columns]
    printed.head.append(
        [
            *(Cell(_say(row, language), "colgroup", columns=width) for row in single),
            Cell(_say(over, language), "colgroup", columns=width * len(grouped)),
        ]
    )
    printed.head.append(
        [
            *(Cell(result, "col", rows=2) for _ in single for result in results),
            *(Cell(_say(row, language), "colgroup", columns=width) for row in grouped),
        ]
    )
    printed.head.append([Cell(result, "col") for _ in grouped for result in results])
    printed.body.append(
        [
            Cell(place=place, figure=found)
            for row in (*single, *grouped)
            for place, found in _figures(table, row, figures)
        ]
    )
    return printed


def _column_heads(
    columns: Sequence[Label], spans: Iterable[Span], language: Language
) -> list[list[Cell]]:
    """Two lines: groups of columns beside columns that take both lines, then the grouped ones."""
    by_code = {code: span for span in spans for code in span.codes}
    first: list[Cell] = []
    for span, group in groupby(columns, lambda column: by_code.get(column.code)):
        members = list(group)
        if span is None:
            first += [Cell(_say(column, language), "col", rows=2) for column in members]
        else:
            first.append(Cell(_say(span, language), "colgroup", columns=len(members)))
    grouped = [column for column in columns if column.code in by_code]
    return [first, [Cell(_say(column, language), "col") for column in grouped]]


def _figures(
    table: Table, row: Row, figures: Figures
) -> list[tuple[tuple[str, str, str], Figure | None]]:
    places = [(table.name, row.code, column.code) for column in row.columns]
    return [(place, figures.get(place)) for place in places]


def _depth(spans: Iterable[Span], code: str) -> int:
    return sum(code in span.codes for span in spans)


def _stretch(count: int, width: int) -> list[int]:
    """How many columns each of ``count`` cells takes, so that they fill ``width``."""
    return [1] * (count - 1) + [width - count + 1]


def _column(column: Column, language: Language) -> str:
    name, unit = _say(column, language), column.printed_unit
    return name + say(f"report.printed_{unit}", language) if unit else name


def _say(label: Label | Span, language: Language) -> str:
    return label.en if language == "en" else label.zh
