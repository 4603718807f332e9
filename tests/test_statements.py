"""Counts that texts state: taken where the sentence says them of the whole year, else left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.checks import run_checks
from pipelines.reading.counts import read_count
from pipelines.reading.report import Figure, Report, Section, Statement, Statistic
from pipelines.reading.statements import load_statements, read_statements


def stated(
    text: str, heading: str = "依申请公开政府信息情况", year: int | None = 2012
) -> list[object]:
    found = read_statements([Section(1, heading, text)], year)
    return [(statement.code, statement.value) for statement in found]


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("2012年，全镇共主动公开政府信息120条。", "published", 120),
        ("主动公开政府信息１，３５６条。", "published", 1356),
        ("本年度主动公开政府信息1.2万条。", "published", 12000),
        ("全年主动公开政府信息一百零五条。", "published", 105),
        ("主动公开政府信息，共计 56 条。", "published", 56),
        ("通过政府网站、公开栏等多种渠道主动公开政府信息120条。", "published", 120),
        ("自2012年1月1日至12月31日，共主动公开政府信息30条。", "published", 30),
        ("共收到政府信息公开申请5件，其中当面申请2件。", "requests_received", 5),
        ("收到公民、法人或者其他组织提出的政府信息公开申请两件。", "requests_received", 2),
        ("共收到依申请公开三件。", "requests_received", 3),
        ("没有收到要求公开政府信息的申请。", "requests_received", 0),
        ("本镇没有公民、法人和其他组织提出政府信息公开申请。", "requests_received", 0),
        ("全年无依申请公开政府信息情况。", "requests_received", 0),
        ("受理政府信息公开申请0件。", "requests_accepted", 0),
        # Words of a cumulative total that say that they are the year's own.
        ("全年累计主动公开政府信息120条。", "published", 120),
        ("2012年，我镇累计主动公开政府信息120条。", "published", 120),
        ("今年以来，主动公开政府信息120条。", "published", 120),
        ("2012年，截至12月31日共主动公开政府信息120条。", "published", 120),
        ("截至2012年12月31日，全年共主动公开政府信息120条。", "published", 120),
        # Nothing until the year's end is nothing in the year.
        ("截至2012年底，没有收到政府信息公开申请。", "requests_received", 0),
        ("条例实施以来，从未收到政府信息公开申请。", "requests_received", 0),
        ("政府信息公开申请均已办理，答复5件。", "requests_answered", 5),
    ],
)
def test_a_count_of_the_year(text: str, code: str, value: int) -> None:
    assert stated(text) == [(code, value)]


@pytest.mark.parametrize(
    "text",
    [
        "截至2012年底，累计主动公开政府信息500条。",
        "截至2012年底，共主动公开政府信息500条。",
        "截止2012年12月31日，共收到政府信息公开申请5件。",
        "到2012年底，主动公开政府信息500条。",
        "2012年，网站开通以来累计主动公开政府信息500条。",
        "自网站开通，主动公开政府信息500条。",
        "2012年底累计主动公开政府信息500条。",
        "2011年累计主动公开政府信息30条。",
        "截至2012年6月，没有收到政府信息公开申请。",
        "2011年主动公开政府信息30条。",
        "去年主动公开政府信息30条。",
        "2012年上半年主动公开政府信息30条。下半年主动公开政府信息40条。",
        "第一季度主动公开政府信息30条。",
        "通过政府网站主动公开政府信息80条，通过公开栏主动公开政府信息40条。",
        "全年公开信息较多，其中主动公开政府信息80条。",
        "主动公开政府信息1000余条。",
        "主动公开政府信息近1000条。",
        "主动公开政府信息1000条左右。",
        "主动公开政府信息一二条。",
        "主动公开财政信息30条。",
        "比上年增加10条，主动公开政府信息12条。",
        "收到当面申请2件、网上申请3件。",
        "收到行政复议申请2件。",
        "没有收到减免收费的申请。",
        "网上咨询申请答复20件。",
        "没有收费。",
        "",
    ],
)
def test_what_is_not_the_years_count_is_left_out(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "未发生因政府信息公开申请行政复议、提起行政诉讼的情况。",
            [("reconsiderations", 0), ("litigations", 0)],
        ),
        ("行政复议2件，行政诉讼1件。", [("reconsiderations", 2), ("litigations", 1)]),
        ("行政复议、行政诉讼均为0。", [("reconsiderations", 0), ("litigations", 0)]),
        ("行政复议、行政诉讼2件。", []),
        ("没有败诉的行政诉讼案件。", []),
        ("因未及时答复引起的行政复议1件。", []),
    ],
)
def test_reconsideration_and_litigation(text: str, expected: list[object]) -> None:
    assert stated(text, "因政府信息公开申请行政复议、提起行政诉讼的情况") == expected


def test_reconsideration_of_other_matters_is_not_about_disclosure() -> None:
    assert stated("全年办理行政处罚案件80件。依法办理仲裁12件。", "其他") == []


def test_a_year_that_nobody_knows_takes_no_sentence_that_names_one() -> None:
    assert stated("2012年主动公开政府信息30条。", year=None) == []
    assert stated("全年主动公开政府信息30条。", year=None) == [("published", 30)]


def test_the_first_year_of_the_regulation_began_in_may() -> None:
    text = "自2008年5月1日至12月31日，主动公开政府信息21条。"
    assert stated(text, year=2008) == [("published", 21)]
    assert stated(text, year=2009) == []


def test_a_statement_has_its_sentence_as_printed_and_its_section() -> None:
    text = "工作有序。\n本年，共收到 政府信息公开申请　５ 件；答复５件。其他。"
    sections = [Section(1, "概述", "无。"), Section(3, "依申请公开", text)]
    sentence = "本年，共收到 政府信息公开申请　５ 件；答复５件。"
    assert read_statements(sections, 2012) == [
        Statement("requests_received", 5, "件", "5", sentence, 1),
        Statement("requests_answered", 5, "件", "5", sentence, 1),
    ]


def test_statements_that_disagree_are_all_kept_and_found() -> None:
    def statement(value: int) -> Statement:
        return Statement("published", value, "条", str(value), "", 0)

    def found(*values: int, printed: int | None = None) -> list[tuple[str, object]]:
        cell = Figure(printed, "", None if printed is not None else "blank", None)
        report = Report(kind="annual_report", form="2014", year=2016)
        report.statements = [statement(value) for value in values]
        report.statistics = [Statistic("2014", "published", "", "条", "own", cell)]
        checks = [f for f in run_checks(report) if f.check == "statements.disagree"]
        return [(f.where, f.found) for f in checks]

    assert found() == []
    assert found(3, 3, printed=3) == []
    assert found(3) == []
    assert found(3, 4) == [("published", "3, 4")]
    assert found(3, printed=5) == [("published", "3, 5")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1,356", 1356),
        ("1.2万", 12000),
        ("零", 0),
        ("两", 2),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("一千零二十", 1020),
        ("三万五千", 35000),
        ("一二", None),
        ("12,34", None),
        ("1.5", None),
        ("007", None),
        ("百", None),
        ("十百", None),
        ("", None),
    ],
)
def test_counts_in_digits_and_chinese_numerals(text: str, value: int | None) -> None:
    assert read_count(text) == value


def in_chinese(number: int) -> str:
    """The usual way of writing a number below 10,000."""
    digits, units, written = "零一二三四五六七八九", ["", "十", "百", "千"], ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            written += digits[digit] + units[place]
        elif written and number % 10**place and not written.endswith("零"):
            written += "零"
    return written or "零"


@given(st.integers(0, 9999))
def test_chinese_numerals_are_read_as_they_are_written(number: int) -> None:
    assert read_count(in_chinese(number)) == number
    if 10 <= number < 20:
        assert read_count(in_chinese(number).removeprefix("一")) == number


@given(
    st.text(
        alphabet="主动公开政府信息收到申请没有未行政复议诉讼0123456789一二十百万，。；条件年其中 ",
        max_size=80,
    )
)
def test_any_text_is_read_without_an_exception(text: str) -> None:
    for statement in read_statements([Section(None, "行政复议", text)], 2012):
        assert statement.sentence in text


def test_the_codes_stand_once() -> None:
    codes = [entry.code for entry in load_statements()]
    assert len(set(codes)) == len(codes)
