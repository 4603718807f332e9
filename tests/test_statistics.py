"""Lists of indicators (统计表) of reports before 2019: which row, which column, which number.

All tables are synthetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.checks import run_checks
from pipelines.reading.documents import read_document
from pipelines.reading.extract import extract
from pipelines.reading.list_form import ListForm, list_form_of, load_list_forms
from pipelines.reading.report import Figure, Report, Statistic
from pipelines.reading.tables import TablesRead, read_tables

FORM = list_form_of("2014")
HEAD = ("统计指标", "单位", "统计数")


def html(rows: Sequence[Sequence[object]]) -> bytes:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<html><body><table>{table}</table></body></html>".encode()


def read(rows: Sequence[Sequence[object]]) -> TablesRead:
    return read_tables(read_document(html(rows)))


def numbered(form: ListForm) -> list[tuple[str, str, object]]:
    """Every row of a form, with its place in it as the count; headings have none."""
    return [(row.zh, row.unit, "" if row.is_heading else n) for n, row in enumerate(form.rows)]


def values(result: TablesRead, scope: str = "own") -> dict[str | None, object]:
    return {row.code: row.figure.value for row in result.statistics if row.scope == scope}


def checks(result: TablesRead) -> set[tuple[str, str]]:
    return {(finding.check, finding.where) for finding in result.findings}


WHOLE = {row.code: n for n, row in enumerate(FORM.rows) if not row.is_heading}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([HEAD, *numbered(FORM)], id="as prescribed"),
        pytest.param(numbered(FORM), id="without a header"),
        pytest.param(
            [("政府信息公开情况统计表",), ("（2016年度）",), HEAD, *numbered(FORM)], id="title"
        ),
        pytest.param(
            [("序号", *HEAD, "备注"), *((n, *r, "") for n, r in enumerate(numbered(FORM), 1))],
            id="serial numbers and remarks",
        ),
        pytest.param([("单位", "统计数"), *((a, c) for a, _, c in numbered(FORM))], id="no units"),
        pytest.param([(cell,) for row in [HEAD, *numbered(FORM)] for cell in row], id="one column"),
        pytest.param([HEAD, *numbered(FORM)[:30], HEAD, *numbered(FORM)[30:]], id="header again"),
    ],
)
def test_every_row_of_the_form_has_its_count(rows: Sequence[Sequence[object]]) -> None:
    result = read(rows)
    money = {"fees", "funds"}
    assert result.form == "2014"
    read_values = values(result)
    assert {code for code in WHOLE if read_values[code] != WHOLE[code]} <= money
    assert {(check, where.rpartition(".")[2]) for check, where in checks(result)} <= {
        ("amount.unit", code) for code in money
    }


def test_every_figure_leads_to_the_cell_that_printed_it() -> None:
    result = read([HEAD, *numbered(FORM)])
    for row in result.statistics:
        assert row.figure.at is not None
        table, line, column = row.figure.at
        assert result.tables[table].cells[line][column] == row.figure.raw


def test_no_count_of_a_list_is_among_the_figures_of_the_three_tables() -> None:
    result = read([HEAD, *numbered(FORM)])
    assert [result.disclosure, result.applications, result.proceedings] == [[], [], []]


def test_each_count_column_is_kept_under_its_header() -> None:
    head = ("统计指标", "单位", "统计数", "区直单位统计数", "开发区统计数")
    rows = [(a, b, c, 1000, "/") for a, b, c in numbered(FORM)]
    result = read([head, *rows])
    assert {row.scope for row in result.statistics} == {"own", "departments", "开发区统计数"}
    assert values(result)["published"] == WHOLE["published"]
    assert values(result, "departments")["published"] == 1000
    assert values(result, "开发区统计数")["published"] is None


def test_no_column_is_the_reports_own_where_no_header_says_so() -> None:
    result = read([(a, b, c, 1000) for a, b, c in numbered(FORM)])
    assert {row.scope for row in result.statistics} == {"column 1", "column 2"}
    assert ("columns.unnamed", "statistics") in checks(result)


def test_a_divided_header_names_the_columns_below_it() -> None:
    rows = "".join(
        f"<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>7</td></tr>" for a, b, c in numbered(FORM)
    )
    page = (
        "<table><tr><td rowspan=2>统计指标</td><td rowspan=2>单位</td>"
        "<td colspan=2>统计数</td></tr>"
        f"<tr><td>县政府</td><td>县直单位</td></tr>{rows}</table>"
    )
    result = read_tables(read_document(page.encode()))
    assert values(result, "government")["published"] == WHOLE["published"]
    assert values(result, "departments")["published"] == 7


def test_two_lists_side_by_side_are_read_one_after_the_other() -> None:
    rows = numbered(FORM)
    half = (len(rows) + 1) // 2
    left, right = rows[:half], [*rows[half:], ("", "", "")]
    result = read([HEAD * 2, *(a + b for a, b in zip(left, right, strict=False))])
    assert values(result)["litigations_corrected"] == WHOLE["litigations_corrected"]
    assert values(result)["published"] == WHOLE["published"]


def test_a_label_that_stands_twice_is_known_by_the_row_above_it() -> None:
    result = read([HEAD, *numbered(FORM)])
    assert values(result)["reconsiderations_corrected"] == WHOLE["reconsiderations_corrected"]
    assert values(result)["litigations_corrected"] == WHOLE["litigations_corrected"]


def test_a_label_that_stands_twice_is_none_where_the_row_above_is_missing() -> None:
    above = ("行政复议", "行政诉讼", "维持具体行政行为")
    rows = [row for row in numbered(FORM) if not any(word in row[0] for word in above)]
    result = read([HEAD, *rows])
    kept = [row.label for row in result.statistics if row.code is None]
    assert kept.count("（二）被依法纠错数") == 2
    assert "reconsiderations_corrected" not in values(result)


def test_a_row_that_the_form_does_not_have_keeps_label_unit_and_count() -> None:
    result = read([HEAD, *numbered(FORM), ("十、村务公开栏更新次数", "次", "31")])
    last = result.statistics[-1]
    assert (last.code, last.label, last.unit) == (None, "十、村务公开栏更新次数", "次")
    assert (last.figure.value, last.figure.raw) == (31, "31")
    assert ("label.unknown", "statistics") in checks(result)


def test_a_slip_in_a_label_is_taken_for_the_row_that_it_resembles() -> None:
    rows = [(a.replace("查阅点数", "查阅点教"), b, c) for a, b, c in numbered(FORM)]
    result = read([HEAD, *rows])
    assert values(result)["reading_points"] == WHOLE["reading_points"]
    assert ("label.variant", "statistics.reading_points") in checks(result)


def test_a_label_like_two_rows_is_neither() -> None:
    rows = [(a.replace("政务微博公开", "政务微视公开"), b, c) for a, b, c in numbered(FORM)]
    result = read([HEAD, *rows])
    assert "published_microblog" not in values(result)
    assert "3.政务微视公开政府信息数" in [row.label for row in result.statistics if not row.code]


@pytest.mark.parametrize(
    ("printed", "value", "absence"),
    [("", None, "blank"), ("/", None, "dash"), ("无", None, "word"), ("多", None, "unreadable")],
)
def test_what_is_no_number_is_no_zero(printed: str, value: None, absence: str) -> None:
    rows = [(a, b, printed if "当面" in a else c) for a, b, c in numbered(FORM)]
    figure = {row.code: row.figure for row in read([HEAD, *rows]).statistics}["requests_in_person"]
    assert (figure.value, figure.absence, figure.raw) == (value, absence, printed)


@pytest.mark.parametrize(
    ("unit", "printed", "value"),
    [("万元", "1.5", 1.5), ("元", "3500", 0.35), ("万元", "3500元", 0.35), ("", "5", None)],
)
def test_money_is_in_ten_thousands(unit: str, printed: str, value: float | None) -> None:
    rows = [(a, unit, printed) if "收取的费用" in a else (a, b, c) for a, b, c in numbered(FORM)]
    assert values(read([HEAD, *rows]))["fees"] == value


def test_a_row_with_too_many_cells_is_read_as_nothing() -> None:
    rows = [(a, b, c, "9") if "当面" in a else (a, b, c) for a, b, c in numbered(FORM)]
    page = html([HEAD, *rows])
    result = read_tables(read_document(page))
    assert values(result)["requests_in_person"] is None
    assert ("row.cells", "statistics.requests_in_person") in checks(result)
    assert values(result)["requests_by_fax"] == WHOLE["requests_by_fax"]


def test_the_local_form_before_2014_does_not_count_its_number_column() -> None:
    form = list_form_of("2008-dingxi")
    rows = [(row.zh, row.unit, row.number, n, n + 100) for n, row in enumerate(form.rows)]
    head = ("指标名称", "计量单位", "代码", "本期实际", "本年累计")
    result = read([head, ("甲", "乙", "丙", "1", "2"), *rows])
    assert result.form == "narrative"
    assert {row.form for row in result.statistics} == {"2008-dingxi"}
    places = {row.code: n for n, row in enumerate(form.rows)}
    assert values(result, "period") == places
    assert values(result, "year_to_date") == {code: n + 100 for code, n in places.items()}
    assert not checks(result)


def test_a_page_cut_in_the_middle_says_which_confirmed_rows_it_lacks() -> None:
    result = read([HEAD, *numbered(FORM)[:4]])
    assert ("row.missing", "statistics.published_website") in checks(result)


CELLS = (
    "",
    "/",
    "12",
    "1.5",
    "条",
    "万元",
    "----",
    "序号",
    "备注",
    "其中：",
    "甲",
    "本地指标",
    *HEAD,
)
LABELS = tuple(row.zh for form in load_list_forms() for row in form.rows)


@given(
    st.integers(1, 6).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from(CELLS + LABELS), min_size=width, max_size=width), max_size=12
        )
    )
)
def test_any_grid_is_read_without_an_exception(rows: list[list[str]]) -> None:
    sure = [(label, "条", "7") for label in ("政府网站公开政府信息数", "当面申请数", "传真申请数")]
    for result in (read(rows), read([*sure, *rows])):
        for row in result.statistics:
            if row.figure.at is not None:
                table, line, column = row.figure.at
                assert result.tables[table].cells[line][column] == row.figure.raw
            assert (row.figure.value is None) == (row.figure.absence is not None)


# Sums


def report_with(counts: dict[str, int | None], scope: str = "own") -> Report:
    def figure(value: int | None) -> Figure:
        return Figure(value, "", None if value is not None else "blank", None)

    rows = [Statistic("2014", code, code, "件", scope, figure(n)) for code, n in counts.items()]
    return Report(kind="annual_report", form="2014", year=2016, statistics=rows)


RECEIVED: dict[str, int | None] = {
    "requests_received": 5,
    "requests_in_person": 2,
    "requests_by_fax": 0,
    "requests_online": 3,
    "requests_by_letter": 0,
}


def sums(report: Report) -> list[tuple[str, str, object, object]]:
    found = [f for f in run_checks(report) if f.check.startswith("statistics.")]
    return [(f.check, f.where, f.expected, f.found) for f in found]


def test_sums_that_hold_are_no_findings() -> None:
    assert sums(report_with(RECEIVED)) == []


def test_a_sum_that_does_not_hold() -> None:
    wrong = [("statistics.received", "requests_received", 5, 6)]
    assert sums(report_with(RECEIVED | {"requests_received": 6})) == wrong


def test_a_sum_of_another_column_names_it() -> None:
    report = report_with(RECEIVED | {"requests_received": 6}, "departments")
    assert [where for _, where, *_ in sums(report)] == ["requests_received.departments"]


@pytest.mark.parametrize(("total", "right"), [(9, True), (5, True), (4, False)])
def test_a_blank_leaves_only_a_bound(total: int, right: bool) -> None:
    counts = RECEIVED | {"requests_received": total, "requests_by_letter": None}
    assert (sums(report_with(counts)) == []) is right


def test_every_sum_of_every_form_breaks_when_one_cell_changes() -> None:
    for form in load_list_forms():
        for entry in form.sums:
            counts = dict.fromkeys(entry.left, 1) | {entry.right[0]: len(entry.left)}
            report = report_with(counts)
            report.statistics = [row._replace(form=form.id) for row in report.statistics]
            assert sums(report) == []
            for place, row in enumerate(report.statistics):
                changed = row._replace(figure=row.figure._replace(value=99))
                rows = [*report.statistics]
                rows[place] = changed
                found = sums(replace(report, statistics=rows))
                assert [check for check, *_ in found] == [entry.check], row.code


# Reports


def page(title: str, inner: str) -> bytes:
    return f"<html><body><h1>{title}</h1><p>2017-03-20</p>{inner}</body></html>".encode()


def test_an_old_report_needs_none_of_the_three_tables_and_six_sections() -> None:
    table = html([HEAD, *numbered(FORM)]).decode()
    text = "<p>一、概述</p><p>工作有序开展。</p><p>二、主动公开政府信息的情况</p><p>见表。</p>"
    report = extract(page("虚构县2016年政府信息公开工作年度报告", text + table))
    assert (report.kind, report.form) == ("annual_report", "2014")
    assert not {"tables.missing", "sections.missing"} & {f.check for f in report.findings}


def test_a_narrative_report_of_a_year_with_tables_lacks_them() -> None:
    text = "<p>一、总体情况</p><p>工作有序开展。</p><p>二、主动公开政府信息情况</p><p>见表。</p>"
    report = extract(page("虚构县2021年政府信息公开工作年度报告", text))
    assert report.form == "narrative"
    assert "tables.missing" in {f.check for f in report.findings}


def test_the_json_has_the_new_parts_only_for_the_forms_that_have_them() -> None:
    assert not {"statistics", "statements"} & Report(form="2021").to_json().keys()
    assert Report(form="2014").to_json()["statistics"] == []
    assert Report(form="narrative").to_json()["statements"] == []
