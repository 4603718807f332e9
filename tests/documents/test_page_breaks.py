"""A table that goes on over a page break is one table."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.documents.page import Glyph, Page, Rule
from pipelines.documents.printed import read_pages
from pipelines.report import Block, Grid, Paragraph

Row = Sequence[str]


def page(rows: Sequence[Row], *, above: str = "", below: str = "", left: float = 50) -> Page:
    """A page with a table of columns of 100 points and rows of 40, two lines of type each."""
    width, height = 100.0, 40.0
    glyphs: list[Glyph] = []

    def write(text: str, x: float, y: float) -> None:
        for index, letter in enumerate(text):
            glyphs.append(Glyph(letter, x + 10 * index, y, x + 10 * index + 10, y + 10))

    write(above, left, 20)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            write(text, left + column * width + 2, 50 + row * height + 5)
    write(below, 290, 780)
    right, bottom = left + width * len(rows[0]), 50 + height * len(rows)
    across = [Rule(50 + row * height, left, right) for row in range(len(rows) + 1)]
    down = [Rule(left + column * width, 50, bottom) for column in range(len(rows[0]) + 1)]
    return Page(595, 842, glyphs, across, down)


def cells(blocks: Sequence[Block]) -> list[tuple[tuple[str | None, ...], ...]]:
    return [block.cells for block in blocks if isinstance(block, Grid)]


HEAD = ("项目", "件数")


def test_a_row_that_the_break_cuts_is_one_row() -> None:
    first = page([HEAD, ("1.属于国家秘密", "3"), ("2.其他法律行政", "4")])
    second = page([("法规禁止公开", ""), ("3.其他", "5")])
    expected = (HEAD, ("1.属于国家秘密", "3"), ("2.其他法律行政法规禁止公开", "4"), ("3.其他", "5"))
    assert cells(read_pages([first, second])) == [expected]


def test_a_cut_row_whose_figures_stand_below_the_break() -> None:
    first = page([HEAD, ("2.其他法律行政", "")])
    second = page([("法规禁止公开", "4"), ("3.其他", "5")])
    expected = (HEAD, ("2.其他法律行政法规禁止公开", "4"), ("3.其他", "5"))
    assert cells(read_pages([first, second])) == [expected]


def test_whole_rows_stay_rows() -> None:
    first = page([HEAD, ("规章", "3")])
    second = page([("行政规范性文件", "0"), ("4.其他", "")])
    expected = (HEAD, ("规章", "3"), ("行政规范性文件", "0"), ("4.其他", ""))
    assert cells(read_pages([first, second])) == [expected]


def test_a_blank_row_of_figures_is_not_taken_for_the_rest_of_the_row_above() -> None:
    first = page([HEAD, ("1.属于国家秘密", "3")])
    second = page([("2.其他法律", ""), ("3.其他", "5")])
    assert len(cells(read_pages([first, second]))[0]) == 4


def test_the_head_that_is_printed_again_is_left_out() -> None:
    first, second = page([HEAD, ("1.甲", "3")]), page([HEAD, ("2.乙", "4")])
    assert cells(read_pages([first, second])) == [(HEAD, ("1.甲", "3"), ("2.乙", "4"))]


def test_page_numbers_and_running_heads_do_not_part_a_table() -> None:
    first = page([HEAD, ("1.甲", "3")], above="青石镇年度报告", below="-1-")
    second = page([("2.乙", "4")], above="青石镇年度报告", below="-2-")
    assert read_pages([first, second]) == (
        Paragraph("青石镇年度报告"),
        Grid((HEAD, ("1.甲", "3"), ("2.乙", "4"))),
    )


def test_scanned_pages_lie_a_little_differently() -> None:
    first, second = page([HEAD, ("1.甲", "3")]), page([("2.乙", "4")], left=57)
    assert len(cells(read_pages([first, second]))) == 1


def test_tables_parted_by_text_or_of_other_widths_are_two() -> None:
    first = page([HEAD, ("1.甲", "3")])
    assert len(cells(read_pages([first, page([("2.乙", "4")], above="四、复议")]))) == 2
    assert len(cells(read_pages([first, page([("2.乙", "4", "5")])]))) == 2
