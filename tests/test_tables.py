"""From grids to figures: flattened real tables, shapes of HTML tables, and what nobody can know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.documents import read_document
from pipelines.reading.form import Form, form_of
from pipelines.reading.report import APPLICANTS, RESULTS, Document, Grid, Paragraph
from pipelines.reading.tables import TablesRead, read_tables

FLATTENED = [
    json.loads(line)
    for line in (Path(__file__).parent / "tables" / "flattened.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def values_of(read: TablesRead) -> dict[str, Any]:
    """Every value by its name, as ``regulations.issued`` or ``received.total``."""
    values = {f"{row.item}.{row.measure}": row.figure.value for row in read.disclosure}
    for outcome in read.applications:
        for applicant, figure in zip(APPLICANTS, outcome.figures, strict=True):
            values[f"{outcome.outcome}.{applicant}"] = figure.value
    for route in read.proceedings:
        for result, figure in zip(RESULTS, route.figures, strict=True):
            values[f"{route.route}.{result}"] = figure.value
    return values


def checks_of(read: TablesRead) -> set[tuple[str, str]]:
    return {(finding.check, finding.where) for finding in read.findings}


def assert_cells_hold_figures(read: TablesRead) -> None:
    """Every figure leads to the cell that printed it."""
    rows = [[row.figure for row in read.disclosure]]
    rows += [list(row.figures) for row in (*read.applications, *read.proceedings)]
    for figure in (figure for row in rows for figure in row):
        if figure.at is not None:
            cell = read.tables[figure.at.table].cells[figure.at.row][figure.at.column]
            assert cell is not None
            assert figure.raw == cell or set(cell) == {"0"}


@pytest.mark.parametrize("case", FLATTENED, ids=lambda case: case["name"])
def test_flattened_table_reads_as_a_person_read_it(case: dict[str, Any]) -> None:
    read = read_tables(read_document(case["text"].encode()))

    assert read.form == case["form"]
    values = values_of(read)
    expected = dict(case["disclosure"])
    for table, columns in (("applications", APPLICANTS), ("proceedings", RESULTS)):
        for row, numbers in case.get(table, {}).items():
            expected |= {f"{row}.{name}": n for name, n in zip(columns, numbers, strict=True)}
    assert {name: values.get(name, "absent") for name in expected} == expected
    raw = {f"{row.item}.{row.measure}": row.figure.raw for row in read.disclosure}
    for name, printed in case.get("raw", {}).items():
        assert raw[name] == printed
    for row in case.get("unknowable", ()):
        assert {value for name, value in values.items() if name.startswith(f"{row}.")} <= {None}
        assert any(check == "row.cells" and row in where for check, where in checks_of(read))
    assert_cells_hold_figures(read)


def test_kecai_is_read_whole() -> None:
    page = Path(__file__).parent / "pages" / "kecai-2021" / "page.txt"
    read = read_tables(read_document(page.read_bytes()))

    assert read.form == "2021"
    assert len(read.disclosure) == 10
    assert [row.outcome for row in read.applications] == [
        row.code for row in form_of("2021").applications.rows
    ]
    assert len(read.proceedings) == 3
    assert set(values_of(read).values()) == {0}
    assert read.findings == []
    assert_cells_hold_figures(read)


# Synthetic reports: the tables of a form as HTML, numbered through so that no two cells are alike.

HEADS = {
    "applications": (
        "<tr><td colspan=3 rowspan=3>（本列数据的勾稽关系为：第一项加第二项之和，"
        "等于第三项加第四项之和）</td><td colspan=7>申请人情况</td></tr>"
        "<tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>"
        "<tr><td>商业<br>企业</td><td>科研<br>机构</td><td>社会公益组织</td><td>法律服务机构</td>"
        "<td>其他</td></tr>"
    ),
    "proceedings": (
        "<tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr>"
        "<tr>" + "<td rowspan=2>结果维持</td><td rowspan=2>结果纠正</td><td rowspan=2>其他结果</td>"
        "<td rowspan=2>尚未审结</td><td rowspan=2>总计</td>"
        "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr>"
        "<tr>"
        + "<td>结果<p>维持</p></td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td>"
        * 2
        + "</tr>"
    ),
}
GROUPS = {
    "granted": ("三、本年度办理结果", 21),
    "refused_state_secret": ("（三）不予公开", 8),
    "unavailable_not_held": ("（四）无法提供", 3),
    "unprocessed_petition": ("（五）不予处理", 5),
    "closed_not_corrected": ("（六）其他处理", 3),
}


def disclosure_rows(form: Form, numbers: dict[str, Any]) -> str:
    html = ""
    items = form.disclosure.row
    for part, columns in (
        (("regulations", "normative_documents"), 3),
        (("licences", "other_services"), 3),
        (("penalties", "coercion"), 3),
        (("fees",), 3),
        (("procurement",), 3),
    ):
        rows = [items[code] for code in part if code in items]
        if not rows:
            continue
        heads = rows[0].columns
        span = columns - len(heads) + 1
        html += "<tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td>"
        html += "".join(f"<td colspan={span}>{column.zh}</td>" for column in heads) + "</tr>"
        for row in rows:
            cells = "".join(
                f"<td colspan={span}>{numbers[f'{row.code}.{column.code}']}</td>"
                for column in row.columns
            )
            html += f"<tr><td>{row.zh}</td>{cells}</tr>"
    return html


def application_rows(form: Form, numbers: dict[str, Any]) -> str:
    html = ""
    for row in form.applications.rows:
        group, span = GROUPS.get(row.code, ("", 0))
        if row.code == "granted" and form.id == "2019":
            span -= 2
        html += "<tr>"
        if group:
            html += f"<td rowspan={span}>{group}</td>"
        html += f"<td>{row.zh}</td>"
        html += "".join(f"<td>{numbers[f'{row.code}.{code}']}</td>" for code in APPLICANTS)
        html += "</tr>"
    return html


def proceedings_rows(form: Form, numbers: dict[str, Any]) -> str:
    cells = "".join(
        f"<td>{numbers[f'{row.code}.{code}']}</td>"
        for row in form.proceedings.rows
        for code in RESULTS
    )
    return f"<tr>{cells}</tr>"


def names_of(form: Form) -> list[str]:
    return [
        f"{row.code}.{column.code}"
        for table in form.tables
        for row in table.rows
        for column in row.columns
    ]


def numbered(form: Form) -> dict[str, Any]:
    return {name: number for number, name in enumerate(names_of(form), 100)}


def printed(form: Form, numbers: dict[str, Any]) -> dict[str, Any]:
    """As a page prints them: the amounts with their unit."""
    return numbers | {
        name: f"{value}万元" for name, value in numbers.items() if name.endswith(".amount")
    }


def tables_html(form: Form, numbers: dict[str, Any]) -> tuple[str, str, str]:
    return (
        disclosure_rows(form, numbers),
        HEADS["applications"] + application_rows(form, numbers),
        HEADS["proceedings"] + proceedings_rows(form, numbers),
    )


def read(html: str) -> TablesRead:
    return read_tables(read_document(f"<html><body>{html}</body></html>".encode()))


@pytest.mark.parametrize("form", [form_of("2021"), form_of("2019")], ids=lambda form: form.id)
class TestShapes:
    """One report in every shape gives the same figures and, unless said, no finding."""

    def check(self, form: Form, html: str) -> TablesRead:
        result = read(html)
        assert result.form == form.id
        assert values_of(result) == numbered(form)
        assert_cells_hold_figures(result)
        return result

    def tables(self, form: Form) -> tuple[str, str, str]:
        return tables_html(form, printed(form, numbered(form)))

    def test_three_tables(self, form: Form) -> None:
        html = "".join(f"<p>表</p><table>{table}</table>" for table in self.tables(form))
        assert self.check(form, html).findings == []

    def test_run_together_in_one_table(self, form: Form) -> None:
        html = f"<table>{''.join(self.tables(form))}</table>"
        assert self.check(form, html).findings == []

    def test_inside_layout_tables(self, form: Form) -> None:
        inner = "".join(f"<p>表</p><table>{table}</table>" for table in self.tables(form))
        inner = f"<table><tr><td>{inner}</td></tr></table>"
        html = f"<table><tr><td>栏目</td><td>{inner}</td></tr></table>"
        assert self.check(form, html).findings == []

    def test_cut_in_two_at_every_row(self, form: Form) -> None:
        disclosure, applications, proceedings = self.tables(form)
        rows = applications.split("<tr>")[4:]
        head = HEADS["applications"]
        for place in range(1, len(rows)):
            first = head + "".join(f"<tr>{row}" for row in rows[:place])
            second = "".join(f"<tr>{row}" for row in rows[place:])
            for repeated in ("", head):
                html = "".join(
                    f"<table>{table}</table>"
                    for table in (disclosure, first, repeated + second, proceedings)
                )
                assert self.check(form, html).findings == []

    def test_without_headers(self, form: Form) -> None:
        disclosure, applications, proceedings = self.tables(form)
        applications = applications.removeprefix(HEADS["applications"])
        html = "".join(f"<table>{t}</table>" for t in (disclosure, applications, proceedings))
        assert self.check(form, html).findings == []

    def test_spans_that_lie(self, form: Form) -> None:
        lies = {"rowspan=21": "rowspan=65534", "rowspan=3": "rowspan=1", "colspan=5": "colspan=2"}
        html = "".join(f"<table>{table}</table>" for table in self.tables(form))
        for truth, lie in lies.items():
            html = html.replace(truth, lie)
        self.check(form, html)

    def test_digits_split_over_spans(self, form: Form) -> None:
        def split(raw: str) -> str:
            return f"<p><span>{raw[0]}</span><o:p></o:p><b><span>{raw[1:]}</span></b></p>"

        numbers = {n: split(str(raw)) for n, raw in printed(form, numbered(form)).items()}
        html = "".join(f"<table>{table}</table>" for table in tables_html(form, numbers))
        assert self.check(form, html).findings == []

    def test_full_width_digits_and_spaces(self, form: Form) -> None:
        wide = str.maketrans("0123456789", "０１２３４５６７８９")
        numbers = {
            name: f"&nbsp;　{str(number).translate(wide)}\n "
            for name, number in printed(form, numbered(form)).items()
        }
        html = "".join(f"<table>{table}</table>" for table in tables_html(form, numbers))
        result = read(html)
        assert values_of(result) == numbered(form)
        assert result.disclosure[0].figure.raw == "１００"

    def test_one_cell_a_line(self, form: Form) -> None:
        document = read_document(
            f"<table>{'</table><table>'.join(self.tables(form))}</table>".encode()
        )
        lines = [
            cell
            for block in document.blocks
            if isinstance(block, Grid)
            for row in block.cells
            for cell in row
            if cell is not None
        ]
        text = read_tables(read_document("\n\n".join(lines).encode()))
        assert values_of(text) == numbered(form)
        paragraphs = read_tables(
            read_document("".join(f"<p>{line}</p>" for line in lines).encode())
        )
        assert values_of(paragraphs) == numbered(form)

    def test_numbers_of_lines_before_the_labels(self, form: Form) -> None:
        disclosure, applications, proceedings = self.tables(form)
        head, rows = HEADS["applications"], applications.removeprefix(HEADS["applications"])
        numbered_rows = "".join(
            f"<tr><td>{place}</td>{row}" for place, row in enumerate(rows.split("<tr>")[1:], 1)
        )
        html = "".join(
            f"<table>{t}</table>" for t in (disclosure, head + numbered_rows, proceedings)
        )
        assert self.check(form, html).findings == []

    def test_labels_of_groups_in_the_cells_of_their_rows(self, form: Form) -> None:
        disclosure, applications, proceedings = self.tables(form)
        for group, span in GROUPS.values():
            span -= (span == 21 and form.id == "2019") * 2
            applications = applications.replace(
                f"<td rowspan={span}>{group}</td><td>", f"<td>{group}"
            )
        assert "rowspan=8" not in applications
        html = "".join(f"<table>{t}</table>" for t in (disclosure, applications, proceedings))
        assert self.check(form, html).findings == []

    def test_a_table_of_its_own_behind_them(self, form: Form) -> None:
        own = "<tr><td>行政许可</td><td>7</td></tr><tr><td>行政处罚</td><td>8</td></tr>"
        html = "".join(f"<table>{t}</table>" for t in (*self.tables(form), own))
        assert self.check(form, html).findings == []

    def test_margins_with_units_notes_and_names(self, form: Form) -> None:
        unit = "<tr><td>（单位：件）</td></tr>"
        foot = "<tr><td>填报人：张某</td><td>联系电话</td><td>1234567</td></tr>"
        note = "<tr><td>注：含乡镇。</td></tr>"
        html = "".join(f"<table>{unit}{t}{note}{foot}</table>" for t in self.tables(form))
        assert self.check(form, html).findings == []

    def test_columns_that_only_fill(self, form: Form) -> None:
        disclosure, applications, proceedings = self.tables(form)
        applications = applications.replace("</tr>", "<td></td><td></td></tr>")
        html = "".join(f"<table>{t}</table>" for t in (disclosure, applications, proceedings))
        assert self.check(form, html).findings == []


FORM = form_of("2021")


def report(**changes: str) -> TablesRead:
    """The 2021 tables with some cells printed otherwise; names as in ``values_of``."""
    numbers = printed(FORM, numbered(FORM)) | {k.replace("__", "."): v for k, v in changes.items()}
    return read("".join(f"<table>{table}</table>" for table in tables_html(FORM, numbers)))


def test_every_absence_is_kept_apart() -> None:
    result = report(
        received__business="",
        received__research="／",
        received__public_interest="无",
        received__legal_service="O",
    )
    row = result.applications[0]
    assert [figure.absence for figure in row.figures] == [
        None, "blank", "dash", "word", "unreadable", None, None,
    ]  # fmt: skip
    assert all(figure.value is None for figure in row.figures[1:5])
    assert row.figures[4].raw == "O"
    assert checks_of(result) == {("cell.unreadable", "applications.received.legal_service")}


def requests() -> str:
    """The rows of the table of requests of the 2021 form."""
    return tables_html(FORM, numbered(FORM))[1]


def requested() -> dict[str, Any]:
    codes = {row.code for row in FORM.applications.rows}
    names = {n: v for n, v in numbered(FORM).items() if n.rpartition(".")[0] in codes}
    return {n: v for n, v in names.items() if n.rpartition(".")[2] in APPLICANTS}


def test_row_with_a_cell_too_few_is_not_guessed() -> None:
    html = requests()
    number = numbered(FORM)["granted.business"]
    result = read(f"<table>{html.replace(f'<td>{number}</td>', '')}</table>")

    granted = next(row for row in result.applications if row.outcome == "granted")
    assert [figure.value for figure in granted.figures] == [None] * 7
    assert ("row.cells", "applications.granted") in checks_of(result)
    others = [row for row in result.applications if row.outcome != "granted"]
    assert all(figure.value is not None for row in others for figure in row.figures)


def test_label_with_a_slip_of_the_pen_is_taken_and_said() -> None:
    html = requests()
    html = html.replace("7.属于行政执法案卷", "7.属于行政执法案件卷").replace(
        "重复申请", "重复重新申请"
    )
    result = read(f"<table>{html}</table>")

    values = values_of(result)
    expected = numbered(FORM)
    assert values["refused_enforcement_file.total"] == expected["refused_enforcement_file.total"]
    assert ("label.variant", "applications.refused_enforcement_file") in checks_of(result)


def test_unknown_label_is_a_finding_and_its_values_go_nowhere() -> None:
    row = "<tr><td>9.属于本县自定的情形</td>" + "<td>7</td>" * 7 + "</tr>"
    html = requests().replace(
        "<tr><td rowspan=3>（四）无法提供", f"{row}<tr><td rowspan=3>（四）无法提供"
    )
    result = read(f"<table>{html}</table>")

    assert row in html
    assert values_of(result) == requested()
    assert checks_of(result) == {("label.unknown", "applications")}


def test_a_flood_of_unknown_labels_is_summed_up() -> None:
    rows = "".join(f"<tr><td>第{n}种自定的情形</td><td>{n}</td></tr>" for n in range(5_000))
    result = read(f"<table>{requests()}{rows}</table>")
    assert values_of(result) == requested()
    assert len(result.findings) == 101
    assert result.findings[-1].found == 4_900


def test_row_that_lost_its_label_is_known_by_its_place() -> None:
    result = read(f"<table>{requests().replace('2.重复申请', '&nbsp;')}</table>")
    assert values_of(result) == requested()
    assert checks_of(result) == {("label.missing", "applications.unprocessed_repeated")}


def test_two_rows_that_lost_their_labels_are_not_told_apart() -> None:
    html = requests().replace("2.重复申请", "").replace("3.要求提供公开出版物", "")
    result = read(f"<table>{html}</table>")
    lost = ("unprocessed_repeated.", "unprocessed_publication.")
    assert values_of(result) == {n: v for n, v in requested().items() if not n.startswith(lost)}
    assert ("label.unknown", "applications") in checks_of(result)


def test_proceedings_with_a_cell_too_few_are_not_guessed() -> None:
    html = tables_html(FORM, numbered(FORM))[2]
    number = numbered(FORM)["litigation_direct.other"]
    result = read(f"<table>{html.replace(f'<td>{number}</td>', '')}</table>")
    assert set(values_of(result).values()) == {None}
    assert checks_of(result) == {("row.cells", "proceedings")}


def test_blank_proceedings_are_blank_and_not_missing() -> None:
    blank = dict.fromkeys(numbered(FORM), "")
    result = read(f"<table>{tables_html(FORM, blank)[2]}</table>")
    assert {figure.absence for row in result.proceedings for figure in row.figures} == {"blank"}
    assert len(result.proceedings) == 3


def test_proceedings_one_route_a_row() -> None:
    rows = "".join(
        f"<tr><td>{row.zh}</td>{''.join(f'<td>{n}</td>' for n in range(place, place + 5))}</tr>"
        for place, row in enumerate(FORM.proceedings.rows)
    )
    heads = "".join(f"<td>{column.zh}</td>" for column in FORM.proceedings.columns)
    result = read(f"<table><tr><td></td>{heads}</tr>{rows}</table>")
    assert [[f.value for f in row.figures] for row in result.proceedings] == [
        [0, 1, 2, 3, 4],
        [1, 2, 3, 4, 5],
        [2, 3, 4, 5, 6],
    ]


def test_row_printed_twice_with_other_values_is_a_finding() -> None:
    html = requests()
    again = "<tr><td>一、本年新收政府信息公开申请数量</td>" + "<td>7</td>" * 7 + "</tr>"
    result = read(f"<table>{html}</table><table>{again}</table>")

    assert values_of(result)["received.total"] == numbered(FORM)["received.total"]
    assert ("row.repeated", "applications.received") in checks_of(result)


def test_row_that_is_not_there_is_a_finding() -> None:
    html = requests()
    before, row, after = html.partition("<tr><td>2.重复申请</td>")
    result = read(f"<table>{before}{after.partition('</tr>')[2]}</table>")

    assert row
    assert ("row.missing", "applications.unprocessed_repeated") in checks_of(result)
    assert "unprocessed_repeated" not in [row.outcome for row in result.applications]


def test_columns_follow_a_header_in_another_order() -> None:
    html = (
        "<table><tr><td>信息内容</td><td>现行有效件数</td><td>本年制发件数</td><td>本年废止件数</td></tr>"
        "<tr><td>规章</td><td>3</td><td>1</td><td>2</td></tr></table>"
    )
    values = values_of(read(html))
    assert values["regulations.issued"] == 1
    assert values["regulations.in_force"] == 3


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [
        ("采购总金额", "251000元", 25.1),
        ("采购总金额", "25.1万元", 25.1),
        ("采购总金额（万元）", "25.1", 25.1),
        ("采购总金额（单位：元）", "251,000", 25.1),
        ("采购总金额（单位：元）", "25.1万元", 25.1),
        ("采购总金额", "0", 0),
        ("采购总金额", "8040", None),
    ],
)
def test_money_is_in_ten_thousands_whatever_the_unit(
    head: str, cell: str, value: float | None
) -> None:
    result = read(
        "<table><tr><td>信息内容</td><td>采购项目数量</td>"
        f"<td>{head}</td></tr><tr><td>政府集中采购</td><td>2</td><td>{cell}</td></tr></table>"
    )
    amount = result.disclosure[1].figure
    assert (amount.value, amount.raw) == (value, cell)
    unit_missing = ("amount.unit", "disclosure.procurement.amount") in checks_of(result)
    assert unit_missing == (value is None)


def test_forms_mixed_on_one_page_are_each_read_by_their_own() -> None:
    old, new = form_of("2019"), form_of("2021")
    disclosure = disclosure_rows(new, numbered(new))
    applications = HEADS["applications"] + application_rows(old, numbered(old))
    result = read(f"<table>{disclosure}</table><table>{applications}</table>")

    assert result.form == "2021"
    assert len(result.disclosure) == 10
    assert len(result.applications) == 23
    assert ("form.mixed", "form") in checks_of(result)


def test_tables_of_other_kinds_are_left_alone() -> None:
    other = (
        "<table><tr><td>行政许可</td><td>12</td></tr><tr><td>行政处罚</td><td>3</td></tr></table>"
    )
    result = read(f"<table><tr><td>首页</td><td>其他</td></tr></table>{other}")
    assert result == TablesRead()


@given(
    st.lists(
        st.lists(
            st.none()
            | st.sampled_from(
                [
                    "0",
                    "",
                    "规章",
                    "其他",
                    "总计",
                    "自然人",
                    "行政复议",
                    "1.属于国家秘密",
                    "（六）其他处理",
                ]
            )
            | st.text(max_size=6),
            min_size=3,
            max_size=9,
        ),
        max_size=9,
    )
)
def test_any_grid_is_read_without_an_exception(rows: list[list[str | None]]) -> None:
    width = max(map(len, rows), default=0)
    cells = tuple((*row, *(None,) * (width - len(row))) for row in rows)
    for grid in (Grid(cells), Grid(tuple((cell,) for row in cells for cell in row))):
        document = Document("html", "utf-8", (Paragraph("表"), grid), body=(0, 2))
        read_tables(document)
