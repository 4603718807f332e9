"""Made-up reports printed in every shape in which real pages are found.

The facts are those of the bundled sample (``crawler.sample``), which knows nothing of the reader:
its own labels, its own figures, its own mistakes. A shape is one function from such a report to the
inside of an article, or to a whole text file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from itertools import pairwise

from crawler.sample.layouts import HtmlCell, Layout, Row, lay_out, split
from crawler.sample.reports import TABLES, Report, Section

ORDINALS = "零一二三四五六七八九十"
Render = Callable[[Report], str]
Tables = Callable[[Report], dict[str, list[Layout]]]


def text_of(text: str) -> str:
    return escape(text, quote=False)


def spans(cell: HtmlCell) -> str:
    return (f" rowspan={cell.rowspan}" if cell.rowspan > 1 else "") + (
        f" colspan={cell.colspan}" if cell.colspan > 1 else ""
    )


def td(cell: HtmlCell) -> str:
    return f"<td{spans(cell)}>{text_of(cell.text) or '&nbsp;'}</td>"


def rows_html(rows: Iterable[Row], cell: Callable[[HtmlCell], str] = td) -> str:
    return "\n".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)


def table_html(layout: Layout, cell: Callable[[HtmlCell], str] = td) -> str:
    return f'<table border="1" cellspacing="0">\n{rows_html(layout.rows, cell)}\n</table>'


def p(text: str) -> str:
    return f"<p>{text_of(text)}</p>"


def heading_of(section: Section) -> str:
    return f"{ORDINALS[section.number]}、{section.heading}"


def one_each(report: Report) -> dict[str, list[Layout]]:
    return {table: [lay_out(report, table)] for table in TABLES}


def article(
    report: Report,
    *,
    tables: Tables = one_each,
    table: Callable[[Layout], str] = table_html,
    heading: Callable[[Section], str] = lambda section: p(heading_of(section)),
    paragraph: Callable[[str], str] = p,
) -> str:
    """The inside of the article's container."""
    layouts = tables(report)
    lines = [paragraph(report.intro)]
    for section in report.sections:
        lines.append(heading(section))
        lines += map(paragraph, section.paragraphs)
        if section.table:
            lines += map(table, layouts[section.table])
        lines += map(paragraph, section.after)
    if report.signatory and report.signed_text:
        lines += [paragraph(report.signatory), paragraph(report.signed_text)]
    return "\n".join(lines)


# Tables around and inside tables.


def layout_tables(report: Report) -> str:
    """The page's frame is made of tables, four deep, with a menu beside the article."""
    inner = article(report)
    for menu in ("机构职能", "工作动态", "政府信息公开年报", "网站首页"):
        inner = (
            "<table width=100%><tr><td width=180 valign=top><a href=#>"
            f"{menu}</a></td><td>\n{inner}\n</td></tr></table>"
        )
    return inner


def nested_tables(report: Report) -> str:
    """Each table stands in the only cell of another one, with its caption."""

    def nested(layout: Layout) -> str:
        return (
            f"<table class=wai><tbody><tr><td><p align=center>表格如下：</p>{table_html(layout)}"
            "</td></tr></tbody></table>"
        )

    return article(report, table=nested)


def cells_with_tables(report: Report) -> str:
    """Every figure stands in a table of one cell inside its cell."""

    def cell(cell: HtmlCell) -> str:
        if not cell.is_figure:
            return td(cell)
        return f"<td{spans(cell)}><table><tr><td>{text_of(cell.text)}</td></tr></table></td>"

    return article(report, table=lambda layout: table_html(layout, cell))


# Tables cut by pages.


def split_once(report: Report) -> str:
    """Table three goes on in a second table that repeats its header."""
    return article(report, tables=lambda r: with_applications(r, split(lay_out(r, "applications"))))


def split_without_header(report: Report) -> str:
    """Table three goes on in a second table without any header."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        first, second = split(lay_out(report, "applications"))
        second.rows = second.rows[second.head :]
        return with_applications(report, [first, second])

    return article(report, tables=tables)


def split_in_four(report: Report) -> str:
    """Table three over four tables, cut anywhere; labels of groups are not repeated."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        rows = lay_out(report, "applications").rows
        borders = [0, 6, 13, 21, len(rows)]
        parts = [
            Layout([[shortened(cell, end - at) for cell in row] for at, row in numbered])
            for start, end in pairwise(borders)
            for numbered in [list(enumerate(rows))[start:end]]
        ]
        return with_applications(report, parts)

    return article(report, tables=tables)


def shortened(cell: HtmlCell, most: int) -> HtmlCell:
    return cell._replace(rowspan=min(cell.rowspan, most))


def split_with_words_between(report: Report) -> str:
    """A page number and the repeated header stand between the two parts."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        return with_applications(report, split(lay_out(report, "applications")))

    number = iter(range(1, 9))
    return article(
        report, tables=tables, table=lambda layout: f"{table_html(layout)}<p>- {next(number)} -</p>"
    )


def with_applications(report: Report, parts: list[Layout]) -> dict[str, list[Layout]]:
    return {**one_each(report), "applications": parts}


# Headers and labels.


def without_headers(report: Report) -> str:
    """Tables three has no header at all: what a column is follows from its place."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        layout = lay_out(report, "applications")
        return with_applications(report, [Layout(layout.rows[layout.head :])])

    return article(report, tables=tables)


def cut_headers(report: Report) -> str:
    """The row of the five kinds of bodies got lost, and what spanned it with it."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        layout = lay_out(report, "applications")
        note, persons, _ = layout.rows[:3]
        head = [
            [cell._replace(rowspan=min(cell.rowspan, 2)) for cell in note],
            [cell._replace(rowspan=1) for cell in persons],
        ]
        return with_applications(report, [Layout([*head, *layout.rows[3:]])])

    return article(report, tables=tables)


def header_cells_lost(report: Report) -> str:
    """Two cells of the header are missing, those of 商业企业 and 其他."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        layout = lay_out(report, "applications")
        layout.rows[2] = [cell for cell in layout.rows[2] if cell.text not in ("商业企业", "其他")]
        return with_applications(report, [layout])

    return article(report, tables=tables)


def lying_rowspans(report: Report) -> str:
    """Groups claim many more rows than there are, the header fewer columns than it has."""

    def lie(cell: HtmlCell) -> HtmlCell:
        if cell.rowspan > 2 and cell.colspan == 1:
            return cell._replace(rowspan=cell.rowspan + 40)
        return cell._replace(colspan=2) if cell.colspan == 5 else cell

    return with_cells(report, lie)


def short_rowspans(report: Report) -> str:
    """Groups claim one row only, so that the rows below them begin one column further left."""
    return with_cells(report, lambda cell: cell._replace(rowspan=1) if cell.colspan == 1 else cell)


def with_cells(report: Report, change: Callable[[HtmlCell], HtmlCell]) -> str:
    def tables(report: Report) -> dict[str, list[Layout]]:
        return {
            name: [Layout([[change(cell) for cell in row] for row in layout.rows])]
            for name, (layout,) in one_each(report).items()
        }

    return article(report, tables=tables)


def group_rows(report: Report) -> str:
    """Labels of groups stand in rows of their own over the whole width."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        layout = lay_out(report, "applications")
        rows: list[Row] = []
        for row in layout.rows[layout.head :]:
            groups = [cell for cell in row if not cell.is_figure][:-1]
            rows += [[HtmlCell(cell.text, 1, 10)] for cell in groups]
            rows.append([cell for cell in row if cell not in groups])
        rows = [[row[0]._replace(colspan=3), *row[1:]] if len(row) > 1 else row for row in rows]
        return with_applications(report, [Layout([*layout.rows[: layout.head], *rows])])

    return article(report, tables=tables)


def groups_in_labels(report: Report) -> str:
    """The label of a group is merged into the label of its first row."""

    def tables(report: Report) -> dict[str, list[Layout]]:
        layout = lay_out(report, "applications")
        rows: list[Row] = []
        for row in layout.rows[layout.head :]:
            labels = [cell for cell in row if not cell.is_figure]
            merged = HtmlCell("\n".join(cell.text for cell in labels), 1, 3)
            rows.append([merged, *row[len(labels) :]])
        return with_applications(report, [Layout([*layout.rows[: layout.head], *rows])])

    return article(report, tables=tables, table=lambda layout: table_html(layout, broken))


def broken(cell: HtmlCell) -> str:
    return td(cell).replace("\n", "<br>")


# Everything in one table.


def whole_report_in_one_table(report: Report) -> str:
    """Headings and paragraphs are rows of the table that holds the figures."""
    layouts = one_each(report)

    def line(text: str) -> str:
        return f"<tr><td colspan=10>{text_of(text)}</td></tr>"

    rows = article(
        report,
        tables=lambda _: layouts,
        table=lambda layout: rows_html(layout.rows),
        heading=lambda section: line(heading_of(section)),
        paragraph=line,
    )
    return f"<table border=1>\n{rows}\n</table>"


def run_together(report: Report) -> str:
    """The three tables are one, with the headings between them as rows."""
    layouts = one_each(report)
    first, *later = [section for section in report.sections if section.table]
    rows = rows_html(layouts[str(first.table)][0].rows)
    for section in later:
        rows += f"\n<tr><td colspan=10>{heading_of(section)}</td></tr>\n"
        rows += rows_html(layouts[str(section.table)][0].rows)

    def heading(section: Section) -> str:
        return "" if section in later else p(heading_of(section))

    return article(
        report,
        tables=lambda _: {**layouts, later[0].table: [], later[1].table: []},  # type: ignore[dict-item]
        table=lambda _: f"<table border=1>{rows}</table>",
        heading=heading,
    )


# How numbers and words are typed.


def with_figures(report: Report, change: Callable[[str], str]) -> str:
    def cell(cell: HtmlCell) -> str:
        return f"<td{spans(cell)}>{change(cell.text)}</td>" if cell.is_figure else td(cell)

    return article(report, table=lambda layout: table_html(layout, cell))


def padded(report: Report) -> str:
    """Spaces of every kind around the numbers."""
    return with_figures(report, lambda raw: f"&nbsp;\u3000 {raw}\u2003\n\t&nbsp;")


def digits_apart(report: Report) -> str:
    """Word's runs: each digit in a span of its own, empty runs and bookmarks between."""

    def change(raw: str) -> str:
        runs = "".join(f"<span lang=EN-US>{text_of(c)}</span>" for c in raw)
        return f"<p class=MsoNormal><a name=_Toc1></a>{runs}<span><o:p></o:p></span></p>"

    return with_figures(report, change)


def word(report: Report) -> str:
    """Pasted from Word: runs, o:p, conditional comments, an empty row that only sets widths."""

    def runs(text: str) -> str:
        parts = re.findall(r"\d|\D{1,9}", text)
        return "".join(f"<span lang=ZH-CN>{text_of(part)}</span>" for part in parts)

    def cell(cell: HtmlCell) -> str:
        inner = runs(cell.text) or "<span>&nbsp;</span>"
        return f"<td{spans(cell)}><p class=MsoNormal>{inner}<o:p></o:p></p></td>"

    def table(layout: Layout) -> str:
        return (
            "<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--><table class=MsoTable>"
            f"{rows_html(layout.rows, cell)}<![if !supportMisalignedColumns]><tr height=0>"
            f"{'<td width=52></td>' * 10}</tr><![endif]></table>"
        )

    return article(
        report,
        table=table,
        paragraph=lambda text: f"<p class=MsoNormal>{runs(text)}<o:p></o:p></p>",
    )


def head_cells(report: Report) -> str:
    """th for labels, thead, caption, colgroup."""

    def cell(cell: HtmlCell) -> str:
        return td(cell) if cell.is_figure else f"<th{spans(cell)}>{text_of(cell.text)}</th>"

    def table(layout: Layout) -> str:
        head = f"<thead>{rows_html(layout.rows[: layout.head], cell)}</thead>"
        body = f"<tbody>{rows_html(layout.rows[layout.head :], cell)}</tbody>"
        return (
            f"<table><colgroup><col span=10></colgroup>{head if layout.head else ''}{body}</table>"
        )

    return article(report, table=table)


def open_tags(report: Report) -> str:
    """Capitals, no quotes, no closing tags."""

    def cell(cell: HtmlCell) -> str:
        return f"<TD{spans(cell)}>{text_of(cell.text) or '　'}"

    def table(layout: Layout) -> str:
        rows = "\n".join("<TR>" + "".join(map(cell, row)) for row in layout.rows)
        return f"<TABLE border=1>\n{rows}\n</TABLE>"

    return article(
        report, table=table, paragraph=lambda text: f"<P><FONT>　　{text_of(text)}</FONT>"
    )


def filling_columns(report: Report) -> str:
    """Empty cells at the end of each row, as spreadsheets leave them."""
    return article(
        report, table=lambda layout: table_html(layout).replace("</tr>", "<td></td><td> </td></tr>")
    )


def broken_labels(report: Report) -> str:
    """Every label is broken after two characters, some in paragraphs."""

    def cell(cell: HtmlCell) -> str:
        if cell.is_figure or len(cell.text) < 3:
            return td(cell)
        text = "<br/>".join(text_of(part) for part in re.findall("..?", cell.text))
        return f"<td{spans(cell)}><p>{text}</p></td>"

    return article(report, table=lambda layout: table_html(layout, cell))


def full_width_labels(report: Report) -> str:
    """Digits and punctuation of the labels in full width, ideographic spaces between words."""
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")

    def cell(cell: HtmlCell) -> str:
        text = cell.text if cell.is_figure else cell.text.translate(wide).replace("、", "、　")
        return f"<td{spans(cell)}>{text_of(text)}</td>"

    return article(report, table=lambda layout: table_html(layout, cell))


# Headings.


def with_headings(change: Callable[[Section], str]) -> Render:
    return lambda report: article(report, heading=lambda section: p(change(section)))


def headings_in_paragraphs(report: Report) -> str:
    """The heading begins the paragraph that follows on it."""
    lines = [p(report.intro)]
    for section in report.sections:
        first, *rest = section.paragraphs or [""]
        lines += [f"<p><b>{heading_of(section)}</b>。{text_of(first)}</p>", *map(p, rest)]
        if section.table:
            lines.append(table_html(lay_out(report, section.table)))
        lines += map(p, section.after)
    if report.signatory and report.signed_text:
        lines += [p(report.signatory), p(report.signed_text)]
    return "\n".join(lines)


def headings_with_tags(report: Report) -> str:
    return article(
        report, heading=lambda section: f"<h2><strong>{heading_of(section)}</strong></h2>"
    )


# Flattened to text.


def lines_of(report: Report) -> list[tuple[str, Layout | None]]:
    """Paragraphs and tables in order."""
    lines: list[tuple[str, Layout | None]] = [(report.title, None), (report.intro, None)]
    for section in report.sections:
        lines.append((heading_of(section), None))
        lines += [(text, None) for text in section.paragraphs]
        if section.table:
            lines.append(("", lay_out(report, section.table)))
        lines += [(text, None) for text in section.after]
    if report.signatory and report.signed_text:
        lines += [(report.signatory, None), (report.signed_text, None)]
    return lines


def flattened(table: Callable[[Layout], str], between: str = "\n") -> Render:
    def render(report: Report) -> str:
        return between.join(table(layout) if layout else text for text, layout in lines_of(report))

    return render


def a_cell_a_line(layout: Layout) -> str:
    return "\n".join(cell.text for row in layout.rows for cell in row)


def a_cell_a_block(layout: Layout) -> str:
    return "\n\n".join(cell.text for row in layout.rows for cell in row)


def pipes_on_lines(layout: Layout) -> str:
    return "\n".join(f"{cell.text}\n|" for row in layout.rows for cell in row)


def pipes_behind_cells(layout: Layout) -> str:
    lines = []
    for row in layout.rows:
        for cell in row:
            lines.append(f"{cell.text} |")
            if cell.colspan > 1:
                lines.append("|" * (cell.colspan - 1))
    return "\n".join(lines)


def rows_with_pipes(layout: Layout) -> str:
    return "\n".join(
        " | ".join(cell.text + " |" * (cell.colspan - 1) for cell in row) + " |"
        for row in layout.rows
    )


def rows_in_pipes(layout: Layout) -> str:
    return "\n".join("| " + " | ".join(cell.text for cell in row) + " |" for row in layout.rows)


def markdown_table(layout: Layout) -> str:
    """A full rectangle: covered positions are empty cells."""
    grid = rectangle(layout)
    lines = ["| " + " | ".join(row) + " |" for row in grid]
    lines.insert(1, "|" + " --- |" * len(grid[0]))
    return "\n".join(lines)


def rectangle(layout: Layout) -> list[list[str]]:
    taken: dict[tuple[int, int], str] = {}
    for y, row in enumerate(layout.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    taken[y + down, x + right] = "" if down or right else cell.text
    width = max(x for _, x in taken) + 1
    return [[taken.get((y, x), "") for x in range(width)] for y in range(len(layout.rows))]


def with_tabs(layout: Layout) -> str:
    return "\n".join("\t".join(row) for row in rectangle(layout))


def as_paragraphs(text: str) -> str:
    """Text lines as paragraphs of HTML."""
    return "\n".join(p(line) for line in text.splitlines() if line.strip())


def as_breaks(text: str) -> str:
    """Text lines in one paragraph, broken by br."""
    return f"<p>{'<br>'.join(text_of(line) for line in text.splitlines() if line.strip())}</p>"
