"""Builds golden pages from facts: python -m tests.quality.build [NAME…]

Writes the folders of tests/pages/ that are not there yet, or those named anew. What is expected
comes from the facts that a page is made of, never from reading it: of the bundled sample and its
mistakes (``crawler.sample``), of made-up reports in other shapes (``shapes``), of real heads and
tables with the values that a person read in them (``real``), of pages written by hand (``hand``),
and of reports as files of other types (``files``). Whoever adds a page here reads it before it
counts, as CONTRIBUTING.md says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

from crawler.sample import World
from crawler.sample.figures import Cell, draw
from crawler.sample.mistakes import MISTAKES
from crawler.sample.places import County
from crawler.sample.portal import Article, Column
from crawler.sample.reports import Report, write
from crawler.sample.truth import truth_of
from tests.quality import files, hand, heads, real, shapes, variants
from tests.quality.golden import PAGES
from tests.quality.heads import Head
from tests.quality.made import Made, expected_of
from tests.quality.shapes import Render

COUNTY = County(0, 15)
HOST = "http://shapes.invalid"

Adjust = Callable[[dict[str, Any]], None]


# Pages of the bundled sample, each mistake of it in some style.


def sample_pages() -> Iterator[Made]:
    """Each mistake once in each form where it can occur, in styles that alternate."""
    wanted = {(mistake.name, form) for mistake in MISTAKES for form in ("2019", "2021")}
    styles = cycle(("old", "modern", "plain", "full-width", "split"))
    for seed in range(40, 90):
        site = World(seed=seed).sites[0]
        for path, truth in site.reports.items():
            key = (str(truth.mistake), str(truth.expected["form"]))
            if key not in wanted or "word" in truth.style:
                continue
            wanted.discard(key)
            page = site.page(path)
            url = f"http://sample.invalid{path}"
            yield Made(
                f"sample-{truth.mistake}-{key[1]}".replace("_", "-"),
                "html",
                page.body(),
                {
                    "shape": f"sample, {truth.style}",
                    "format": "html",
                    "form": key[1],
                    "url": url,
                    "content_type": page.content_type,
                    "division": site.county.code,
                    "synthetic": True,
                    "read_by": "truth",
                    "notes": f"A page of the bundled sample with the mistake {truth.mistake}.",
                },
                expected_of(truth, url),
            )
        next(styles)


# Made-up reports in other shapes.


@dataclass
class Shape:
    """``render`` gives the inside of an article, or with ``ending`` "txt" or "md" a whole file.
    ``change`` alters the facts before they are printed, ``adjust`` what is expected of reading."""

    name: str
    render: Render
    ending: str = "html"
    encoding: str = "utf-8"
    claims: str | None = None
    change: Callable[[Report], None] = lambda report: None
    adjust: Adjust = lambda expected: None
    forms: tuple[str, ...] = ("2021", "2019")


def without_numbers(expected: dict[str, Any]) -> None:
    for section in expected["sections"]:
        section["number"] = None


def captions(text: Callable[[int], str]) -> Adjust:
    """A line that the shape prints beside each table, behind the other text of its section."""

    def adjust(expected: dict[str, Any]) -> None:
        for number, section in enumerate(expected["sections"][1:4], 1):
            lines = section["text"].splitlines()
            # One sentence of the sample's stands behind the table.
            behind = [line for line in lines if line.startswith("全年共公开政策解读")]
            before = [line for line in lines if line not in behind]
            section["text"] = "\n".join([*before, text(number), *behind])

    return adjust


def numbers(*printed: int | None) -> Adjust:
    def adjust(expected: dict[str, Any]) -> None:
        for section, number in zip(expected["sections"], printed, strict=True):
            section["number"] = number

    return adjust


def large(report: Report, thousands: str = ",") -> None:
    """Numbers of five digits with separators; all sums still hold."""
    for name, cell in report.figures.cells.items():
        if cell.value is not None and not name.startswith("disclosure.procurement.amount"):
            value = cell.value * 1237 if isinstance(cell.value, int) else cell.value
            plus = "+" if name.endswith("items_change") and value > 0 else ""
            report.figures.cells[name] = Cell(plus + f"{value:,}".replace(",", thousands), value)


def large_full_width(report: Report) -> None:
    large(report, "，")


def with_units(report: Report) -> None:
    """The unit behind each number, with and without a space."""
    units = cycle(("件", " 件"))
    for name, cell in report.figures.cells.items():
        if name.startswith("disclosure.procurement") or "items_" in name or ".fees." in name:
            continue
        report.figures.cells[name] = Cell(f"{cell.raw}{next(units)}", cell.value)


def with_absences(report: Report) -> None:
    """Blanks, strokes and words in turn where a zero would stand."""
    kinds = cycle([("", "blank"), ("/", "dash"), ("—", "dash"), ("-", "dash"), ("无", "word")])
    for name, cell in report.figures.cells.items():
        if cell.value == 0:
            raw, absence = next(kinds)
            report.figures.cells[name] = Cell(raw, None, absence)


def with_zero_blanks(report: Report) -> None:
    for name, cell in report.figures.cells.items():
        if cell.value == 0:
            report.figures.cells[name] = Cell("", None, "blank")


def in_full_width(report: Report) -> None:
    report.figures.in_full_width()


def rare_characters(report: Report) -> None:
    report.sections[0].paragraphs.append(
        "㙍塘村、𬭚水沿岸和䶮山林场的公开栏已经更换，服务热线€免费。"
    )


def eaten_tag(report: Report) -> None:
    report.sections[0].paragraphs.append(
        "按照关于印发<中华人民共和国政府信息公开工作年度报告格式>的通知要求编制。"
    )


def raw_angles(render: Render) -> Render:
    """The brackets stand raw in the source, as an editor pasted them."""
    return lambda report: render(report).replace("&lt;中华", "<中华").replace("格式&gt;", "格式>")


NUMBERLESS = shapes.with_headings(lambda section: section.heading)
PARTS = shapes.with_headings(
    lambda section: f"第{shapes.ORDINALS[section.number]}部分 {section.heading}"
)
WRONG = (1, 2, 2, 4, 6, 6)
WRONG_ORDINALS = shapes.with_headings(
    lambda section: f"{shapes.ORDINALS[WRONG[section.number - 1]]}、{section.heading}"
)
FIRST_LOST = shapes.with_headings(
    lambda section: section.heading if section.number == 1 else shapes.heading_of(section)
)
DOTS = shapes.with_headings(
    lambda section: f"{shapes.ORDINALS[section.number]}．{section.heading}："
)


HTML_SHAPES = (
    Shape("layout tables", shapes.layout_tables),
    Shape("nested tables", shapes.nested_tables, adjust=captions(lambda _: "表格如下：")),
    Shape("cells with tables", shapes.cells_with_tables),
    Shape("split, header repeated", shapes.split_once),
    Shape("split, no header", shapes.split_without_header),
    Shape("split in four", shapes.split_in_four),
    Shape(
        "split, page number between",
        shapes.split_with_words_between,
        adjust=captions(lambda number: {2: "- 2 -\n- 3 -", 3: "- 4 -"}.get(number, "- 1 -")),
    ),
    Shape("no header", shapes.without_headers),
    Shape("cut header", shapes.cut_headers),
    Shape("header cells lost", shapes.header_cells_lost),
    Shape("lying rowspans", shapes.lying_rowspans),
    Shape("short rowspans", shapes.short_rowspans),
    Shape("group rows", shapes.group_rows),
    Shape("groups merged into labels", shapes.groups_in_labels),
    Shape("whole report in one table", shapes.whole_report_in_one_table),
    Shape("three tables run together", shapes.run_together),
    Shape("padded numbers", shapes.padded),
    Shape("digits in spans", shapes.digits_apart),
    Shape("word", shapes.word),
    Shape("head cells", shapes.head_cells),
    Shape("open tags", shapes.open_tags, encoding="gb18030", claims="gb2312"),
    Shape("filling columns", shapes.filling_columns),
    Shape("broken labels", shapes.broken_labels),
    Shape("full-width labels", shapes.full_width_labels),
    Shape("full-width figures", shapes.article, change=in_full_width),
    Shape("thousands separators", shapes.article, change=large),
    Shape("full-width separators", shapes.article, change=large_full_width),
    Shape("units in cells", shapes.article, change=with_units),
    Shape("absences of all kinds", shapes.article, change=with_absences),
    Shape("blanks for zeros", shapes.article, change=with_zero_blanks),
    Shape(
        "gb2312 that is gb18030",
        shapes.article,
        encoding="gb18030",
        claims="gb2312",
        change=rare_characters,
    ),
    Shape("eaten tag", raw_angles(shapes.article), change=eaten_tag),
    Shape("no heading numbers", NUMBERLESS, adjust=without_numbers),
    Shape("第一部分", PARTS),
    Shape("wrong ordinals", WRONG_ORDINALS, adjust=numbers(*WRONG)),
    Shape("first ordinal lost", FIRST_LOST, adjust=numbers(None, 2, 3, 4, 5, 6)),
    Shape("ordinals with dots", DOTS),
    Shape("headings in paragraphs", shapes.headings_in_paragraphs),
    Shape("headings with tags", shapes.headings_with_tags),
    Shape(
        "a cell a paragraph",
        lambda report: shapes.as_paragraphs(shapes.flattened(shapes.a_cell_a_line)(report)),
    ),
    Shape(
        "a cell a line break",
        lambda report: shapes.as_breaks(shapes.flattened(shapes.a_cell_a_line)(report)),
    ),
    Shape(
        "pipe rows in paragraphs",
        lambda report: shapes.as_paragraphs(shapes.flattened(shapes.rows_with_pipes)(report)),
    ),
)
TEXT_SHAPES = (
    Shape("text, a cell a line", shapes.flattened(shapes.a_cell_a_line), "txt"),
    Shape("text, blank lines", shapes.flattened(shapes.a_cell_a_block, "\n\n"), "txt"),
    Shape("text, pipes on lines", shapes.flattened(shapes.pipes_on_lines), "txt"),
    Shape("text, pipes behind cells", shapes.flattened(shapes.pipes_behind_cells), "txt"),
    Shape("text, pipe rows", shapes.flattened(shapes.rows_with_pipes), "txt"),
    Shape("text, rows in pipes", shapes.flattened(shapes.rows_in_pipes), "txt"),
    Shape("text, tabs", shapes.flattened(shapes.with_tabs), "txt"),
    Shape("text, gb18030", shapes.flattened(shapes.a_cell_a_line), "txt", encoding="gb18030"),
    Shape("text, utf-16", shapes.flattened(shapes.a_cell_a_line), "txt", encoding="utf-16"),
    Shape(
        "text, full-width figures",
        shapes.flattened(shapes.a_cell_a_line),
        "txt",
        change=in_full_width,
    ),
    Shape("markdown", shapes.flattened(shapes.markdown_table, "\n\n"), "md"),
    Shape(
        "markdown, strokes",
        shapes.flattened(shapes.markdown_table, "\n\n"),
        "md",
        change=with_absences,
    ),
)


def signs_in_words(report: Report) -> None:
    """Changes with arrows, words or brackets for their sign; the form of 2019 alone has them."""
    ways = cycle(
        (("↑{}", "↓{}"), ("上升{}", "下降{}"), ("增：{}", "减：{}"), ("（+{}）", "（-{}）"))
    )
    for name, cell in report.figures.cells.items():
        if name.endswith("items_change") and cell.value:
            more, less = next(ways)
            raw = (more if cell.value > 0 else less).format(abs(cell.value))
            report.figures.cells[name] = Cell(raw, cell.value)


def without_figures(expected: dict[str, Any]) -> None:
    """Nothing is read, and that is said."""
    for row in expected["disclosure"]:
        row |= {"value": None, "raw": ""}
    for row in (*expected["applications"], *expected["proceedings"]):
        row |= {key: None for key in row if key not in ("outcome", "route")}
    expected["findings"] += [{"check": "tables.blank", "where": "tables"}]


VARIANTS = (
    Shape("total first", variants.with_rows("applications", variants.total_before)),
    Shape("columns exchanged", variants.with_rows("applications", variants.bodies_exchanged)),
    Shape(
        "proceedings, total first",
        variants.with_rows("proceedings", variants.total_before_results),
    ),
    Shape("proceedings in three tables", variants.a_table_a_route),
    Shape("spans filled with text", variants.spans_filled),
    Shape("empty form above", variants.empty_form(behind=False)),
    Shape("empty form below", variants.empty_form(behind=True)),
    Shape("traditional labels", variants.relabelled(variants.traditional)),
    Shape("roman ordinals", variants.relabelled(variants.roman)),
    Shape("marks of footnotes", variants.footnoted),
    Shape("broken unit", variants.broken_unit),
    Shape("preformatted rows", variants.preformatted),
    Shape("signs in words", shapes.article, change=signs_in_words, forms=("2019",)),
    Shape("pictures of figures", variants.pictures, adjust=without_figures),
    Shape(
        "text, rows with spaces",
        shapes.flattened(variants.with_spaces),
        "txt",
    ),
    Shape(
        "markdown, blanks",
        shapes.flattened(shapes.markdown_table, "\n\n"),
        "md",
        change=with_zero_blanks,
    ),
)


def shape_pages() -> Iterator[Made]:
    """Each shape in both forms, with a head that differs from page to page."""
    turn = cycle(heads.HEADS)
    for number, (shape, form) in enumerate(
        (each, form) for each in (*HTML_SHAPES, *TEXT_SHAPES, *VARIANTS) for form in each.forms
    ):
        unit = COUNTY.units[(0, 9, 10, 0, 11)[number % 5]]
        year = (
            (2021, 2022, 2023, 2024, 2025)[number % 5] if form == "2021" else 2019 + number // 2 % 2
        )
        report = write(COUNTY, unit, year, f"shapes {number}")
        if number % 7 and not report.figures.value("applications.received.total"):
            # Most bodies get no application at all: a page of zeros shows little.
            report.figures = draw(report.figures.form, year, 12, f"busy {number}")
        yield make(shape, report, next(turn) if shape.ending == "html" else heads.IN_TEXT, form)


def make(shape: Shape, report: Report, head: Head, form: str) -> Made:
    shape.change(report)
    slug = shape.name.replace(",", "").replace("第一部分", "part ordinals").replace(" ", "-")
    name = f"shape-{slug}-{form}"
    number = 1000 + sum(map(ord, name)) % 9000
    path = head.path(report.published, number)
    url = HOST + path
    column = Column(1078, "gk", report.unit.place, None)
    article = Article(column, report.title, report.published)
    expected = expected_of(truth_of(article, report, shape.name, None), url)
    if shape.ending == "html":
        text = heads.page(report, head, shape.render(report), shape.claims or shape.encoding)
        expected["breadcrumb"] = ["首页", "政府信息公开", report.unit.place, "正文"]
    else:
        text = shape.render(report)
        title, rest = text.split("\n", 1)
        text = f"{title}\n{head.html(report)}\n{rest}\n"
        expected["breadcrumb"] = []
    expected["published_at"], expected["source"] = head.published(report), head.source(report)
    expected["published_from"], expected["index_number"] = head.published_from, head.index_number
    expected["findings"] += [{"check": c, "where": w} for c, w in head.findings]
    shape.adjust(expected)
    about: dict[str, Any] = {
        "shape": shape.name,
        "format": "html"
        if shape.ending == "html"
        else "text"
        if shape.ending == "txt"
        else "markdown",
        "form": form,
        "url": url,
        "division": COUNTY.code,
        "synthetic": True,
        "read_by": "truth",
        "notes": f"A made-up report; head '{head.name}'.",
    }
    return Made(name, shape.ending, text.encode(shape.encoding), about, expected)


def head_pages() -> Iterator[Made]:
    """Each way to print title and time, around plain tables."""
    for number, head in enumerate(heads.HEADS):
        unit = COUNTY.units[(1, 3, 9, 2, 4)[number % 5]]
        report = write(COUNTY, unit, 2021 + number % 4, f"heads {number}")
        made = make(Shape(f"head, {head.name}", shapes.article), report, head, "2021")
        yield made


def file_pages() -> Iterator[Made]:
    """Reports as files of other types."""
    for number, file in enumerate(files.files()):
        if file.facts.startswith("hand-"):
            page, expected = files.handwritten(file.facts, file.style)
        else:
            year = 2022 if file.facts == "2021" else 2020
            report = write(COUNTY, COUNTY.units[(0, 9, 10, 11)[number % 4]], year, "files")
            page, expected = files.written(report, file, f"files {number}")
        form = expected["form"]
        yield Made(
            f"made-{file.name}",
            file.ending,
            partial(file.make, page),
            files.about(file, form, COUNTY.code),
            expected,
        )


def all_pages() -> Iterator[Made]:
    yield from sample_pages()
    yield from shape_pages()
    yield from head_pages()
    for name, ending, body, about, expected in (*real.pages(), *hand.pages()):
        yield Made(name, ending, body, about, expected)
    yield from file_pages()


def main(names: list[str]) -> None:
    for made in all_pages():
        folder = PAGES / made.name
        if made.name in names or not (names or folder.exists()):
            made.write(folder)
            print(f"tests/pages/{made.name} written")


if __name__ == "__main__":
    main(sys.argv[1:])
