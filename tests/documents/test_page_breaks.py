"""A table that goes on over a page break is one table."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.reading.documents.page import Box, Glyph, Page, Rule, find_lines
from pipelines.reading.documents.printed import read_pages
from pipelines.reading.report import Block, Grid, Paragraph

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


def test_running_feet_that_count_are_left_out_and_text_that_only_looks_alike_is_not() -> None:
    pages = [page([HEAD, (f"{n}.甲", "3")], below=f"附页{n}/2") for n in (1, 2)]
    assert [type(block) for block in read_pages(pages)] == [Grid]
    pages = [page([HEAD, (f"{n}.甲", "3")], below=f"收到申请{7 * n}件") for n in (1, 2)]
    assert [block.text for block in read_pages(pages) if isinstance(block, Paragraph)] == [
        "收到申请7件",
        "收到申请14件",
    ]


def test_text_that_hangs_out_of_a_cell_without_a_lower_line_belongs_to_it() -> None:
    first = page([HEAD, ("1.甲", "")])
    first.across.pop()
    hanging = [Glyph(letter, 52 + 10 * x, 132, 62 + 10 * x, 142) for x, letter in enumerate("和乙")]
    second = page([("2.丙", "4")])
    blocks = read_pages([first._replace(glyphs=first.glyphs + hanging), second])
    assert cells(blocks) == [(HEAD, ("1.甲和乙", ""), ("2.丙", "4"))]


def test_a_cell_that_spans_more_than_the_page_has_only_lines_at_its_sides() -> None:
    first = page([HEAD, ("1.甲", "3")])
    across = [Rule(y, 150, 250) for y in (50, 90, 130)]
    glyphs = [glyph for glyph in first.glyphs if glyph.x0 > 150]
    assert cells(read_pages([first._replace(across=across, glyphs=glyphs)])) == [
        (("", "件数"), (None, "3"))
    ]


def test_cells_that_are_filled_boxes_make_a_table_and_coloured_cells_of_one_do_not() -> None:
    ruled = page([HEAD, ("1.甲", "3")])
    boxes = [
        Box(50 + 100 * x, 50 + 40 * y, 149 + 100 * x, 89 + 40 * y) for x in (0, 1) for y in (0, 1)
    ]
    ground = [Box(0, 0, 595, 842), Box(50, 50, 250, 130)]
    expected = [(HEAD, ("1.甲", "3"))]
    bare = ruled._replace(across=[], down=[])
    assert cells(read_pages([bare._replace(boxes=boxes + ground)])) == expected
    assert cells(read_pages([ruled._replace(boxes=boxes[:2])])) == expected
    # Marked lines of running text.
    assert cells(read_pages([bare._replace(boxes=boxes[:2])])) == []


def test_vertical_writing_is_read_down_and_its_columns_from_the_right() -> None:
    glyphs = [
        *(Glyph(letter, 130, 20 + 10 * y, 140, 30 + 10 * y) for y, letter in enumerate("商业")),
        Glyph("2", 130, 40, 140, 45, 90),
        *(Glyph(letter, 110, 20 + 10 * y, 120, 30 + 10 * y) for y, letter in enumerate("企业")),
    ]
    assert [line.text for line in find_lines(glyphs)] == ["商业2", "企业"]
    level = [
        Glyph(letter, 10 * x, 20 + y, 10 * x + 10, 30 + y)
        for y in (0, 12)
        for x, letter in enumerate("横排")
    ]
    assert [line.text for line in find_lines(level)] == ["横排", "横排"]
