"""Spreadsheets: what a sheet shows becomes tables and text."""

from __future__ import annotations

import pytest

from pipelines.documents.sheet import Merge, read_sheet, shown
from pipelines.report import Grid, Paragraph


@pytest.mark.parametrize(
    ("number", "pattern", "text"),
    [
        (7.0, "General", "7"),
        (25.1, "", "25.1"),
        (25.1, "0.00", "25.10"),
        (1234.5, "#,##0.0", "1234.5"),
        (0.125, "0.0%", "12.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (1e15, "0", "1000000000000000"),
    ],
)
def test_numbers_are_shown_as_their_format_says(number: float, pattern: str, text: str) -> None:
    assert shown(number, pattern) == text


def test_a_title_above_and_a_note_below_are_text() -> None:
    cells = {(0, 0): "统计表", (2, 0): "规章", (2, 1): "3", (3, 0): "备注：无"}
    merges = [Merge(0, 0, 1, 2), Merge(3, 0, 4, 2)]
    assert list(read_sheet(cells, merges)) == [
        Paragraph("统计表"),
        Grid((("规章", "3"),)),
        Paragraph("备注：无"),
    ]


def test_a_blank_row_of_figures_at_the_end_stays_in_the_table() -> None:
    cells = {(0, 0): "一、新收", (0, 1): "3", (1, 0): "四、结转"}
    assert list(read_sheet(cells, [])) == [Grid((("一、新收", "3"), ("四、结转", "")))]


def test_columns_that_no_cell_begins_at_are_left_out() -> None:
    cells = {(0, 0): "规章", (0, 3): "3", (1, 0): "许可", (1, 3): "4"}
    merges = [Merge(0, 0, 1, 3), Merge(1, 0, 2, 3)]
    assert list(read_sheet(cells, merges)) == [Grid((("规章", "3"), ("许可", "4")))]


def test_a_sheet_without_text_has_no_blocks() -> None:
    assert list(read_sheet({(5, 5): " "}, [Merge(0, 0, 3, 3)])) == []
