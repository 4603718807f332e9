"""What passes on a page is not what it says; everything else is."""

from __future__ import annotations

import pytest

from pipelines.reading.substance import substance_of

PAGE = """<html><head><title>政府信息公开年报</title>
<script src="/js/main.js?_=17{0}"></script><!-- made in 0.0{0} s --></head><body>
<p class="today">今天是2026年11月2{0}日 星期{1} 10:12:0{0}　您是第{0},024位访问者</p>
<ul><li><a href="info/1.htm;jsessionid=A{0}F">科才镇2021年政府信息公开工作年度报告</a>
<span>2022-01-2{2}</span></li></ul>
<form><input type="hidden" name="__VIEWSTATE" value="dDw{0}" /></form>
<p>点击数：<b>{0}2</b>　总访问量 1,{0}04 人次　当前在线 {0}</p></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_clocks_counters_and_sessions_are_no_substance(charset: str) -> None:
    kind = f"text/html; charset={charset}"
    one = substance_of(PAGE.format(3, "日", 4).encode(charset), kind)
    other = substance_of(PAGE.format(7, "四", 4).encode(charset), kind)
    assert one == other is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("info/1.htm", "info/2.htm"),
        ("2021年", "2022年"),
        ("2022-01-2", "2022-02-2"),
        ("</ul>", '<li><a href="info/9.htm">通知</a></li></ul>'),
    ],
)
def test_titles_dates_and_addresses_are_substance(before: str, after: str) -> None:
    page = PAGE.format(3, "日", 4)
    assert before in page
    one, other = page.encode(), page.replace(before, after).encode()
    assert substance_of(one, "text/html") != substance_of(other, "text/html")


def test_lists_that_scripts_paint_have_a_substance_and_files_have_none() -> None:
    assert substance_of(b'{"total": 3}', "application/json")
    assert substance_of(b"<datastore/>", "text/xml")
    assert substance_of(b"%PDF-1.4", "application/pdf") is None
    assert substance_of(b"a" * 3_000_000, "text/html") is None
