"""The three tables of the official forms as rows of cells with their spans, as real pages lay them
out: proceedings are one row of fifteen numbers, applicants have a header of three rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from crawler.sample.figures import applicants
from crawler.sample.reports import Report, Table
from crawler.sample.texts import load


class HtmlCell(NamedTuple):
    text: str
    rowspan: int = 1
    colspan: int = 1
    is_figure: bool = False


Row = list[HtmlCell]


@dataclass(slots=True)
class Layout:
    """A table; ``head`` counts the rows of its header, ``breaks`` the rows where a printed page can
    end, so that the table goes on in a second one."""

    rows: list[Row]
    head: int = 0
    breaks: tuple[int, ...] = ()


def lay_out(report: Report, table: Table) -> Layout:
    return {
        "disclosure": _disclosure,
        "applications": _applications,
        "proceedings": _proceedings,
    }[table](report)


def split(layout: Layout) -> list[Layout]:
    """The table in two, as a page break leaves it: the second part repeats the header and the label
    of the group it is in."""
    at = layout.breaks[len(layout.breaks) // 2]
    spans: list[HtmlCell] = []
    first = [list(row) for row in layout.rows[:at]]
    for number, row in enumerate(first):
        for position, cell in enumerate(row):
            beyond = number + cell.rowspan - at
            if beyond > 0:
                row[position] = cell._replace(rowspan=cell.rowspan - beyond)
                spans.append(cell._replace(rowspan=beyond))
    rest = [list(row) for row in layout.rows[at:]]
    rest[0] = [*spans, *rest[0]]
    return [
        Layout(first, layout.head),
        Layout([*[list(row) for row in layout.rows[: layout.head]], *rest], layout.head),
    ]


def _figures(report: Report, table: str, row: str, columns: list[str]) -> Row:
    cells = report.figures.cells
    return [HtmlCell(cells[f"{table}.{row}.{column}"].raw, is_figure=True) for column in columns]


def _label(report: Report, text: str, rowspan: int = 1, colspan: int = 1) -> HtmlCell:
    return HtmlCell(report.relabelled.get(text, text), rowspan, colspan)


def _disclosure(report: Report) -> Layout:
    rows: list[Row] = []
    for part in load("forms.yml")["disclosure"][report.figures.form]:
        measures = part["measures"]
        # The last of fewer than three measures takes the width that is left.
        rest = 4 - len(measures)
        rows.append([_label(report, part["part"], colspan=4)])
        rows.append(
            _widen(
                [_label(report, "信息内容"), *(_label(report, m) for m in measures.values())], rest
            )
        )
        for item, label in part["items"].items():
            figures = _figures(report, "disclosure", item, list(measures))
            rows.append(_widen([_label(report, label), *figures], rest))
            if extra := report.extra_rows.get(item):
                zeros = [HtmlCell("0", is_figure=True) for _ in measures]
                rows.append(_widen([HtmlCell(extra), *zeros], rest))
    return Layout(rows)


def _widen(row: Row, colspan: int) -> Row:
    return [*row[:-1], row[-1]._replace(colspan=colspan)]


def _applications(report: Report) -> Layout:
    form = load("forms.yml")
    rows = form["applications"]
    columns = list(applicants())
    bodies = columns[1:-1]
    names = form["applicants"]
    head: list[Row] = [
        [_label(report, form["note"], 3, 3), HtmlCell("申请人情况", 1, len(columns))],
        [
            _label(report, names["natural_person"], 2),
            HtmlCell("法人或其他组织", 1, len(bodies)),
            _label(report, names["total"], 2),
        ],
        [_label(report, names[column]) for column in bodies],
    ]

    def line(code: str, label: str, colspan: int) -> list[Row]:
        if f"applications.{code}.total" not in report.figures.cells:
            return []
        lines = [
            [_label(report, label, 1, colspan), *_figures(report, "applications", code, columns)]
        ]
        if extra := report.extra_rows.get(code):
            zeros = [HtmlCell("0", is_figure=True) for _ in columns]
            lines.append([HtmlCell(extra, 1, colspan), *zeros])
        return lines

    results: list[Row] = []
    breaks = []
    for row in [*rows["outcomes"], *rows["other"][report.figures.form], rows["total"]]:
        breaks.append(len(results))
        if isinstance(row, dict):
            group = [each for code, label in row["rows"] for each in line(code, label, 1)]
            group[0].insert(0, _label(report, row["group"], len(group)))
            results.extend(group)
        else:
            code, label = row
            results.extend(line(code, label, 2))
    results[0].insert(0, _label(report, rows["heading"], len(results)))
    before = [each for code, label in rows["before"] for each in line(code, label, 3)]
    after = [each for code, label in rows["after"] for each in line(code, label, 3)]
    start = len(head) + len(before)
    return Layout(
        [*head, *before, *results, *after], len(head), tuple(start + at for at in breaks if at)
    )


def _proceedings(report: Report) -> Layout:
    form = load("forms.yml")
    routes: dict[str, Any] = form["routes"]
    results = list(form["results"].values())
    first, *others = routes
    head = [
        [_label(report, routes[first], 1, 5), HtmlCell("行政诉讼", 1, 10)],
        [
            *(_label(report, result, 2) for result in results),
            *(_label(report, routes[route], 1, 5) for route in others),
        ],
        [_label(report, result) for _ in others for result in results],
    ]
    numbers = [
        cell
        for route in routes
        for cell in _figures(report, "proceedings", route, list(form["results"]))
    ]
    return Layout([*head, numbers], len(head))
