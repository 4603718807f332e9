"""Dates as pages print them."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.dates import date_in_url, find_date, read_date, read_signed_date

PRINTED = {
    "2023-02-01 18:24:12": "2023-02-01T18:24:12+08:00",
    "2023-02-01 18:24:12.0": "2023-02-01T18:24:12+08:00",
    "2024-01-30 14:34": "2024-01-30T14:34+08:00",
    "2015-01-06 00:00": "2015-01-06T00:00+08:00",
    "2026/08/24 09:30": "2026-08-24T09:30+08:00",
    "2026年09月24日 15:30": "2026-09-24T15:30+08:00",
    "2026年9月24日15时05分": "2026-09-24T15:05+08:00",
    "2017-3-10": "2017-03-10",
    "2021.2.24": "2021-02-24",
    "２０２１－０２－２４　１８：２４": "2021-02-24T18:24+08:00",
    "2019 年 1 月 2 日": "2019-01-02",
    "二〇二一年二月二十四日": "2021-02-24",
    "二○二二年十二月三十一日": "2022-12-31",
    "二O二一年十月十日": "2021-10-10",
    "2025-01-17T08:00:00+08:00": "2025-01-17T08:00:00+08:00",
    "2025-01-16T16:00:00Z": "2025-01-17T00:00:00+08:00",
}


@pytest.mark.parametrize(("printed", "iso"), PRINTED.items())
def test_dates_in_all_wordings(printed: str, iso: str) -> None:
    assert read_date(printed) == iso
    found = find_date(f"时间:{printed}")
    assert found is not None
    assert (found.iso, found.start, found.end) == (iso, 3, 3 + len(printed))


def test_a_date_glued_to_what_follows() -> None:
    assert find_date("2023-01-06 09:58访问次数:")[0] == "2023-01-06T09:58+08:00"  # type: ignore[index]
    assert find_date("2022年01月18日来源:1")[0] == "2022-01-18"  # type: ignore[index]
    assert find_date("2024-01-20 2024-01-20 有效")[0] == "2024-01-20"  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        *("", "无", "2021年", "2021年2月", "2021年2月30日", "2021-13-01", "2023-02-01 25:00"),
        "2025-01-16T16:00:00+99:00",
        *("昨天", "3天前", "01-20", "23-02-01", "113/5/6", "120212年1月1日", "x" * 500),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None


def test_free_wordings_are_left_to_dateparser() -> None:
    assert read_date("Tue Jan 17 09:12:33 CST 2023") == "2023-01-17T09:12:33+08:00"
    assert read_date("13 March 2023") == "2023-03-13"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021年2月24日", "2021-02-24"),
        ("2021年2月24", "2021-02-24"),
        ("2021年2月24#", "2021-02-24"),
        ("2021 年 2 月 2 4 日", "2021-02-24"),
        ("二〇二一年二月二十四日", "2021-02-24"),
        ("２０２１年２月２４日", "2021-02-24"),
        ("2021.2.24", "2021-02-24"),
        ("2021年2月", "2021-02"),
        ("2021年", None),
        ("2021年2月30日", None),
        ("2021年13月", None),
        ("2021年2月24日印发", None),
    ],
)
def test_dates_under_signatures(text: str, iso: str | None) -> None:
    assert read_signed_date(text) == iso


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("http://www.lintao.gov.cn/art/2020/2/28/art_6924_1269148.html", "2020-02-28"),
        ("http://www.syyh.gov.cn/zwgk/202206/t20220615_3268918.html", "2022-06-15"),
        ("http://www.kmsm.gov.cn/c/2026-01-15/7097241.shtml", "2026-01-15"),
        (
            "http://www.zltq.gov.cn/zltq/2025-01/15/article_2025011509012960891.html",
            "2025-01-15T09:01:29+08:00",
        ),
        ("http://www.ningdu.gov.cn/ndxxxgk/c101626/202401/6f9fc7dc.shtml", "2024-01"),
        ("http://www.xiahe.gov.cn/info/1043/20211231.htm", None),
        ("https://lxs.gov.cn/lxs/zwgk/art/2024/art_b3d3efd866844aaa.html", None),
    ],
)
def test_dates_in_addresses(url: str, iso: str | None) -> None:
    found = date_in_url(url)
    assert (found and found.iso) == iso


@given(
    day=st.dates(date(2008, 1, 1), date(2049, 12, 31)),
    clock=st.times(),
    pattern=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S"]),
)
def test_every_moment_is_read_back(day: date, clock: time, pattern: str) -> None:
    moment = datetime.combine(day, clock.replace(microsecond=0))
    assert read_date(moment.strftime(pattern)) == f"{moment.isoformat()}+08:00"


@given(st.text(alphabet="0123456789年月日-/.: 二〇一十时分T", max_size=40))
def test_nothing_that_looks_like_a_date_raises(text: str) -> None:
    find_date(text)
    read_signed_date(text)
