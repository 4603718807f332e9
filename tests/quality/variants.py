"""Shapes in which columns and rows stand in other places than the form's, or labels are written in
other ways: what they mean is said by the page alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.sample.layouts import HtmlCell, Layout, Row, lay_out
from crawler.sample.reports import Report
from tests.quality.shapes import (
    article,
    one_each,
    table_html,
    td,
    text_of,
    with_cells,
)

RESULTS = 5
TRADITIONAL = str.maketrans(
    "规许处罚强业收费单万构组织维护权统计结转办续关现继决请复议诉讼审纠总数项条属国禁开危稳类过执询补仍"
    "举报访无当复确认获属额动类备采购减经机关",
    "規許處罰強業收費單萬構組織維護權統計結轉辦續關現繼決請復議訴訟審糾總數項條屬國禁開危穩類過執詢補仍"
    "舉報訪無當復確認獲屬額動類備採購減經機關",
)


def with_rows(table: str, change: Callable[[Layout], list[Row]]) -> Callable[[Report], str]:
    """One of the tables with its rows changed."""

    def render(report: Report) -> str:
        def tables(report: Report) -> dict[str, list[Layout]]:
            layout = lay_out(report, table)  # type: ignore[arg-type]
            return one_each(report) | {table: [Layout(change(layout), layout.head)]}

        return article(report, tables=tables)

    return render


def figures_of(row: Row) -> Row:
    return [cell for cell in row if cell.is_figure]


def labels_of(row: Row) -> Row:
    return [cell for cell in row if not cell.is_figure]


def total_before(layout: Layout) -> list[Row]:
    """Table three with 总计 before the applicants, in its header as in its rows."""
    note, natural, bodies, total = layout.rows[0], *layout.rows[1]
    head = [note, [total, natural, bodies], layout.rows[2]]
    return head + [
        [*labels_of(row), figures_of(row)[-1], *figures_of(row)[:-1]]
        for row in layout.rows[layout.head :]
    ]


def bodies_exchanged(layout: Layout) -> list[Row]:
    """Table three with 科研机构 before 商业企业, in its header as in its rows."""
    names = layout.rows[2]
    rows = [*layout.rows[:2], [names[1], names[0], *names[2:]]]
    for row in layout.rows[layout.head :]:
        first, second, third, *rest = figures_of(row)
        rows.append([*labels_of(row), first, third, second, *rest])
    return rows


def total_before_results(layout: Layout) -> list[Row]:
    """Table four with 总计 before the results of each route."""

    def turned(row: Row) -> Row:
        fives = [row[n : n + RESULTS] for n in range(0, len(row), RESULTS)]
        return [cell for five in fives for cell in (five[-1], *five[:-1])]

    top, middle, names, values = layout.rows
    return [top, turned(middle[:RESULTS]) + middle[RESULTS:], turned(names), turned(values)]


def a_table_a_route(report: Report) -> str:
    """Table four as three tables, each of one route."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        layout = lay_out(report, "proceedings")
        names = layout.rows[2][:RESULTS]
        routes = (layout.rows[0][0], *layout.rows[1][RESULTS:])
        values = layout.rows[3]
        return one_each(report) | {
            "proceedings": [
                Layout([[route], names, values[n * RESULTS : (n + 1) * RESULTS]], 2)
                for n, route in enumerate(routes)
            ]
        }

    return article(report, tables=tables)


def spans_filled(report: Report) -> str:
    """Spans are given up, and each position that one covered holds its text again."""

    def filled(layout: Layout) -> str:
        taken: dict[tuple[int, int], HtmlCell] = {}
        rows: list[Row] = []
        for number, row in enumerate(layout.rows):
            place = 0
            for cell in row:
                while (number, place) in taken:
                    place += 1
                for down in range(cell.rowspan):
                    for right in range(cell.colspan):
                        taken[number + down, place + right] = cell._replace(rowspan=1, colspan=1)
        for number in range(len(layout.rows)):
            rows.append([taken[place] for place in sorted(taken) if place[0] == number])
        return table_html(Layout(rows))

    return article(report, table=filled)


def empty_form(behind: bool) -> Callable[[Report], str]:
    """The form as it was sent out, without figures, beside each filled table."""

    def render(report: Report) -> str:
        def both(layout: Layout) -> str:
            empty = Layout(
                [
                    [cell._replace(text="") if cell.is_figure else cell for cell in row]
                    for row in layout.rows
                ]
            )
            pair = [table_html(empty), table_html(layout)]
            return "\n".join(reversed(pair) if behind else pair)

        return article(report, table=both)

    return render


def relabelled(change: Callable[[str], str]) -> Callable[[Report], str]:
    """Every label of the tables written in another way."""
    return lambda report: with_cells(
        report, lambda cell: cell if cell.is_figure else cell._replace(text=change(cell.text))
    )


def traditional(label: str) -> str:
    return label.translate(TRADITIONAL)


def roman(label: str) -> str:
    """Ⅲ. for 3."""
    return re.sub(r"^([1-8])\.", lambda number: f"{chr(0x215F + int(number[1]))}.", label)


def footnoted(report: Report) -> str:
    """A mark of a footnote behind each label, small and raised."""

    def cell(cell: HtmlCell) -> str:
        if cell.is_figure:
            return td(cell)
        return td(cell).replace("</td>", "<sup>[1]</sup></td>")

    return article(report, table=lambda layout: table_html(layout, cell))


def broken_unit(report: Report) -> str:
    """The unit of money broken over two lines (万 / 元), as narrow cells have it."""
    return article(report, table=lambda layout: table_html(layout).replace("万元）", "万<br>元）"))


def with_spaces(layout: Layout) -> str:
    return "\n".join("  ".join(cell.text for cell in row if cell.text) for row in layout.rows)


def preformatted(report: Report) -> str:
    """Rows as lines of preformatted text, with spaces between the cells."""
    return article(report, table=lambda layout: f"<pre>\n{text_of(with_spaces(layout))}\n</pre>")


def pictures(report: Report) -> str:
    """Every figure is a picture."""

    def cell(cell: HtmlCell) -> str:
        blank = cell._replace(text="")
        return td(blank).replace("&nbsp;", '<img src="n.png">') if cell.is_figure else td(cell)

    return article(report, table=lambda layout: table_html(layout, cell))
