"""Spans to rectangles: whatever the spans say, every cell is there once, in order, and bounded."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.grid import LARGEST, Row, expand

spans = st.tuples(st.integers(-1, 5) | st.just(65534), st.integers(-1, 5) | st.just(1_000_000))
rows = st.lists(
    st.lists(st.text("abc", max_size=2), max_size=6).flatmap(
        lambda texts: st.builds(
            Row,
            st.just(texts),
            st.dictionaries(st.integers(0, max(len(texts) - 1, 0)), spans, max_size=3),
        )
    ),
    max_size=8,
)


@given(rows)
def test_every_cell_stands_once_in_reading_order(rows: list[Row]) -> None:
    grid = expand(rows)
    assert [[cell for cell in line if cell is not None] for line in grid] == [
        list(row.texts) for row in rows
    ]


@given(rows)
def test_the_result_is_a_rectangle_without_empty_columns_at_its_end(rows: list[Row]) -> None:
    grid = expand(rows)
    assert len({len(line) for line in grid}) <= 1
    if grid and grid[0]:
        assert any(line[-1] is not None for line in grid)


@given(rows)
def test_no_cell_begins_where_a_span_from_above_lies(rows: list[Row]) -> None:
    grid = expand(rows)
    for y, row in enumerate(rows):
        columns = [x for x, cell in enumerate(grid[y]) if cell is not None]
        for place, (rowspan, _) in row.spans.items():
            if place < len(columns):
                below = [line[columns[place]] for line in grid[y + 1 : y + max(rowspan, 1)]]
                assert not any(cell is not None for cell in below)


def test_spans_as_a_form_uses_them() -> None:
    grid = expand(
        [
            Row(["注", "申请人情况"], {0: (3, 2), 1: (1, 7)}),
            Row(["自然人", "法人", "总计"], {0: (2, 1), 1: (1, 5), 2: (2, 1)}),
            Row(["商", "科", "社", "律", "他"]),
            Row(["一", *"1234567"], {0: (1, 2)}),
        ]
    )
    assert grid == (
        ("注", None, "申请人情况", None, None, None, None, None, None),
        (None, None, "自然人", "法人", None, None, None, None, "总计"),
        (None, None, None, "商", "科", "社", "律", "他", None),
        ("一", None, "1", "2", "3", "4", "5", "6", "7"),
    )


def test_spans_that_overlap_leave_the_place_to_the_first() -> None:
    grid = expand([Row(["a", "b"], {1: (2, 1)}), Row(["c", "d"], {0: (1, 3)})])
    assert grid == (("a", "b", None), ("c", None, "d"))


def test_spans_that_run_over_the_edge_end_there() -> None:
    assert expand([Row(["a", "b"], {0: (65534, 1), 1: (1, 1000)}), Row(["c"])]) == (
        ("a", "b"),
        (None, "c"),
    )


def test_huge_tables_come_out_as_one_column_and_soon() -> None:
    began = time.process_time()
    ragged = [Row(["a"])] * 10_000 + [Row(["b"] * 10_000)]
    assert expand(ragged) == (("a",),) * 10_000 + (("b",),) * 10_000
    lying = [Row(["a"] * 100, dict.fromkeys(range(100), (65534, 1000)))] * 1000
    grid = expand(lying)
    assert sum(map(len, grid)) <= max(LARGEST, 100_000)
    assert sum(cell is not None for line in grid for cell in line) == 100_000
    assert time.process_time() - began < 5


def test_no_rows() -> None:
    assert expand([]) == ()
    assert expand([Row([]), Row([])]) == ((), ())
