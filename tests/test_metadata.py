"""What pages say about themselves.

``data/headers.jsonl`` holds the heads of 65 real pages of 2008 to 2025 as they were printed, with
the values that a person read in them. Pages in HTML are synthetic: the shapes of content systems,
with fictional places.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.documents import read_document
from pipelines.reading.extract import extract
from pipelines.reading.metadata import Metadata, read_metadata
from pipelines.reading.places import Places
from pipelines.reading.publisher import choose_publisher

HEADERS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "headers.jsonl").read_text("utf-8").splitlines()
]
NOTHING = dict.fromkeys(("clicks", "index_number", "document_number", "author"))
"""What few heads print."""
SECTIONS = """一、总体情况
本年度各项工作有序开展。
二、主动公开政府信息情况
三、收到和处理政府信息公开申请情况
四、政府信息公开行政复议、行政诉讼情况
五、存在的主要问题及改进情况
六、其他需要报告的事项
无。"""
FULL_WIDTH = str.maketrans(":()", "\uff1a\uff08\uff09")


def read(text: str, url: str | None = None) -> Metadata:
    return read_metadata(read_document(text.encode(), None, url), url)


def text_of(header: dict[str, Any]) -> str:
    return "\n".join([*header["head"], SECTIONS])


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_real_heads(header: dict[str, Any]) -> None:
    metadata = read(text_of(header), header["url"])
    publisher, _, _ = choose_publisher(
        metadata.signatory, metadata.title, None, Places.load(), metadata.organ
    )
    assert metadata.is_report
    assert {
        "title": metadata.title,
        "year": metadata.year,
        "published_at": metadata.published_at,
        "published_from": metadata.published_from,
        "source": metadata.source,
        "breadcrumb": list(metadata.breadcrumb),
        "publisher": publisher,
        "clicks": metadata.clicks,
        "index_number": metadata.index_number,
        "document_number": metadata.document_number,
        "author": metadata.author,
    } == NOTHING | {key: header[key] for key in header if key not in ("url", "head")}


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_real_heads_in_full_width_punctuation(header: dict[str, Any]) -> None:
    metadata = read(text_of(header).translate(FULL_WIDTH), header["url"])
    assert metadata.published_at == header["published_at"]
    assert metadata.year == header["year"]
    if header["title"]:
        assert metadata.title == header["title"].translate(FULL_WIDTH)


REPORT = "云坪镇2021年政府信息公开工作年度报告"


def page(main: str, *, head: str = "", body: str | None = None, tail: str = "") -> str:
    """A page of a made-up portal around ``main``, in which an article of six sections follows."""
    sections = "".join(f"<p>{line}</p>" for line in SECTIONS.split("\n"))
    article = body or f'<div id="zoom">{sections}{tail}</div>'
    return (
        f"<html><head><title>{REPORT}-云坪县人民政府</title>{head}</head><body>"
        "<ul><li><a href=/a>首页</a></li><li><a href=/b>政府信息公开年报</a></li></ul>"
        f"{main}{article}<div>主办单位：云坪县人民政府办公室 2019年3月1日上线</div></body></html>"
    )


LINES = {
    "glued": "<h1>{t}</h1><p>发布时间：2022-01-20 18:24:12来源: 办公室点击:[]</p>",
    "spans": "<h2>{t}</h2><div><span>来源：办公室</span><span>发布时间：2022-01-20 18:24:12</span>"
    "<span>浏览次数：</span></div>",
    "list": "<h3>{t}</h3><ul><li>发布日期：<em>2022-01-20 18:24:12</em></li>"
    "<li>来源：<em>办公室</em></li></ul>",
    "lines": "<h1>{t}</h1><p>发布日期：2022-01-20 18:24:12</p><p>来源：办公室</p><p>点击：</p>",
    "table": "<table><tr><td>索引号</td><td>yp/2022-1</td><td>发布机构</td><td>云坪镇</td></tr>"
    "<tr><td>生成日期</td><td>2022-01-20 18:24:12</td><td>信息来源</td><td>办公室</td></tr></table>"
    "<h1>{t}</h1>",
    "table of two rows": "<table><tr><td>信息来源</td><td>公开日期</td></tr>"
    "<tr><td>办公室</td><td>2022-01-20 18:24:12</td></tr></table><h1>{t}</h1>",
    "table and line": "<table><tr><td>成文日期</td><td>2021-12-30</td><td>发布日期</td>"
    "<td>2022-01-20</td></tr></table><h1>{t}</h1><p>发布日期：2022-01-20 18:24:12 来源：办公室</p>",
    "broken title": "<h1>云坪镇2021年<br>政府信息公开工作年度报告</h1>"
    "<p>日期 : 2022-01-20 18:24:12 来源: 办公室</p>",
    "title below": "<p>发布时间:2022-01-20 18:24:12 来源:办公室</p><p>字体：大 中 小</p>"
    "<h1>{t}</h1>",
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_heads_of_content_systems(line: str) -> None:
    metadata = read(page(line.format(t=REPORT)), "http://portal.example/info/1/2.htm")
    assert metadata.is_report
    assert metadata.title == REPORT
    assert metadata.year == 2021
    assert metadata.published_at == "2022-01-20T18:24:12+08:00"
    assert metadata.source == "办公室"
    assert metadata.clicks is None
    assert metadata.findings == []


def test_meta_tags_where_the_page_prints_nothing() -> None:
    title = f'<meta name="ArticleTitle" content="{REPORT}">'
    metadata = read(page("", head=f'{title}<meta name="PubDate" content="2022/01/20 18:24">'))
    assert (metadata.title, metadata.published_at) == (REPORT, "2022-01-20T18:24+08:00")
    assert metadata.published_from == "meta"


SIDE = (
    "<ul><li>云坪镇2020年政府信息公开工作年度报告</li>"
    "<li>云坪镇2019年政府信息公开工作年度报告</li></ul>"
)


@pytest.mark.parametrize(
    "main",
    [
        f"{SIDE}<p>发布时间：2022-01-20</p><p>字体：大 中 小</p><h1>{REPORT}</h1>",
        f"{SIDE.replace('li>', 'p>')}<p>发布时间：2022-01-20</p><h1>{REPORT}</h1>",
        f"<h1>云坪镇202<br>1年政府信息公开<br>工作年度报告</h1>{SIDE}<p>发布时间：2022-01-20</p>",
    ],
)
@pytest.mark.parametrize("element", [REPORT, "云坪县人民政府网站"])
def test_reports_of_other_years_beside_the_article_give_no_title(main: str, element: str) -> None:
    html = page(main).replace(f"<title>{REPORT}", f"<title>{element}")
    assert (read(html).title, read(html).year) == (REPORT, 2021)


def test_the_title_element_without_the_name_of_the_site() -> None:
    assert read(page("")).title == REPORT


def test_the_printed_line_counts_before_meta_and_address_and_their_difference_is_said() -> None:
    head = '<meta name="PubDate" content="2022-06-15">'
    line = LINES["glued"].format(t=REPORT)
    metadata = read(page(line, head=head), "http://portal.example/202207/t20220701_1.html")
    assert metadata.published_at == "2022-01-20T18:24:12+08:00"
    (finding,) = metadata.findings
    assert finding.check == "published_at.disagrees"
    assert "2022-06-15 (meta)" in finding.message
    assert "2022-07-01 (url)" in finding.message


def test_a_time_that_cannot_be_read_is_said_and_not_guessed() -> None:
    metadata = read(page(f"<h1>{REPORT}</h1><p>发布时间：2022-13-45 来源：办公室</p>"))
    assert metadata.published_at is None
    assert [finding.check for finding in metadata.findings] == ["published_at.unreadable"]


def test_every_date_of_a_page_is_kept_with_its_place_and_as_printed() -> None:
    main = (
        "<table><tr><td>成文日期：</td><td>2021年12月30日</td><td>发布日期：</td>"
        f"<td>2022-01-19</td></tr></table><h1>{REPORT}</h1><p>发布时间：2022-01-20 18:24</p>"
    )
    head = '<meta name="PubDate" content="2022/06/15 09:00">'
    tail = "<p>云坪镇人民政府</p><p>2022年1月　　日</p>"
    metadata = read(
        page(main, head=head, tail=tail), "http://portal.example/202207/t20220701_1.htm"
    )
    assert [tuple(date) for date in metadata.dates] == [
        ("line", "发布时间", "2022-01-20 18:24", "2022-01-20T18:24+08:00"),
        ("meta", "pubdate", "2022/06/15 09:00", "2022-06-15T09:00+08:00"),
        ("head table", "成文日期", "2021年12月30日", "2021-12-30"),
        ("head table", "发布日期", "2022-01-19", "2022-01-19"),
        ("url", "", "20220701", "2022-07-01"),
        ("signature", "", "2022年1月日", "2022-01"),
    ]
    assert (metadata.published_at, metadata.published_from) == ("2022-01-20T18:24+08:00", "line")
    (finding,) = metadata.findings
    # The day on which a paper was written is none on which it was published.
    assert finding.found == (
        "2022-01-19 (head table), 2022-06-15T09:00+08:00 (meta), 2022-07-01 (url)"
    )


def test_dates_far_above_the_title_and_clocks_are_not_the_articles() -> None:
    news = "".join(f"<p>新闻之{n}</p><p>发布时间：2023-05-{n:02d}</p>" for n in range(1, 20))
    clock = "<p>北京时间：2026年1月1日</p><p>开始日期：2020-01-01</p>"
    metadata = read(
        page(f"{news}<p>热点</p>{'<p>云坪</p>' * 20}{clock}{LINES['glued'].format(t=REPORT)}")
    )
    assert [date.raw for date in metadata.dates] == ["2022-01-20 18:24:12"]
    assert metadata.findings == []


def test_a_date_that_cannot_be_read_is_kept_and_so_is_the_month_of_an_address() -> None:
    main = f"<h1>{REPORT}</h1><p>发布时间：2022-13-45 来源：办公室</p>"
    metadata = read(page(main), "http://portal.example/c101626/202201/6f9fc7dc.shtml")
    assert [tuple(date) for date in metadata.dates] == [
        ("line", "发布时间", "2022-13-45", None),
        ("url", "", "202201", "2022-01"),
    ]
    assert metadata.published_at is None


NUMBERS = {
    # Numbers and labels are those of real pages, the layouts stand-ins.
    "<table><tr><td>索引号:</td><td>11442000707641506F/2024-00035</td><td>分类:</td><td></td></tr>"
    "<tr><td>文号:</td><td></td><td>主题词:</td><td></td></tr></table>": (
        "11442000707641506F/2024-00035",
        None,
    ),
    "<p>发布机构:云坪镇 索引号:xgz/2026-00001 时间:2026-01-20  作者: 【字体: 【下载Word】</p>": (
        "xgz/2026-00001",
        None,
    ),
    "<p>号: LT002/2020-00073</p>": ("LT002/2020-00073", None),
    "<ul><li>索 引 号：<em>/1970-172822</em></li><li>文　　号：<em>南政发[2013]05</em></li></ul>": (
        "/1970-172822",
        "南政发[2013]05",
    ),
    "<dl><dt>索引号</dt><dd>xgz/2026-00001</dd>"
    "<dt>发文字号：</dt><dd>皖政办秘〔2024〕2号</dd></dl>": (
        "xgz/2026-00001",
        "皖政办秘〔2024〕2号",
    ),
    "<table><tr><th>索引号</th><th>文号</th><th>来源</th></tr>"
    "<tr><td>xgz/2026-00001</td><td>〔〕号</td><td>办公室</td></tr></table>": (
        "xgz/2026-00001",
        None,
    ),
    "<p>文号：无　　索引号：</p>": (None, None),
}


@pytest.mark.parametrize(("head", "numbers"), NUMBERS.items())
def test_index_and_document_numbers(head: str, numbers: tuple[str | None, str | None]) -> None:
    metadata = read(page(f"{head}<h1>{REPORT}</h1>"))
    assert (metadata.index_number, metadata.document_number) == numbers


@pytest.mark.parametrize(
    ("head", "tail", "author"),
    [
        ("时间：2022-01-20 作者：张三 点击：", "", "张三"),
        ("文章作者：张三来源：办公室", "", "张三"),
        ("撰稿人：张三 | 责任编辑：李四", "", "张三"),
        ("责任编辑：李四 审核：王五", "", "李四"),
        ("时间：2022-01-20", "<p>（责任编辑：李四）</p>", "李四"),
        ("作者：佚名 时间：2022-01-20", "", None),
        ("作者：本站原创 | 来源：本站原创 | 时间：2019-01-18 点击数：-", "", None),
        ("时间：2022-01-20 作者： 点击数：", "", None),
    ],
)
def test_authors(head: str, tail: str, author: str | None) -> None:
    assert read(page(f"<h1>{REPORT}</h1><p>{head}</p>", tail=tail)).author == author


def test_dates_of_lists_and_of_validity_are_not_the_publication() -> None:
    main = (
        "<ul><li>2023-05-01</li><li>2023-05-02</li></ul><p>今天是2024年5月1日 星期三</p>"
        f"<h1>{REPORT}</h1><table><tr><td>生效日期</td><td>2022-02-01</td></tr>"
        "<tr><td>废止日期</td><td>2029-02-01</td></tr></table>"
    )
    assert read(page(main)).published_at is None


@pytest.mark.parametrize(
    ("printed", "clicks"),
    [("点击数：128", 128), ("浏览次数: 1,204 次", 1204), ("点击：[]", None), ("访问量：-", None)],
)
def test_clicks_only_where_they_are_printed(printed: str, clicks: int | None) -> None:
    assert read(page(f"<h1>{REPORT}</h1><p>时间：2022-01-20 {printed}</p>")).clicks == clicks


@pytest.mark.parametrize(
    "printed",
    [
        "当前位置：<a>首页</a> &gt; <a>乡镇街道</a> &gt; 云坪镇",
        "<a>首页</a>»<a>乡镇街道</a>»<a>云坪镇</a>",
        "您现在所在的位置: 首页 / 乡镇街道 / 云坪镇",
        "<div>您所在的位置：</div><p>首页</p><p>&gt;</p><p>乡镇街道</p><p>&gt; 云坪镇</p>",
        "您的位置： 首页 -> 乡镇街道 -> 云坪镇",
    ],
)
def test_breadcrumbs(printed: str) -> None:
    metadata = read(page(f"<div>{printed}</div>{LINES['glued'].format(t=REPORT)}"))
    assert metadata.breadcrumb == ("首页", "乡镇街道", "云坪镇")


@pytest.mark.parametrize("source", ["1", "请选择", "本站原创", "佚名", "-", ""])
def test_junk_is_no_source(source: str) -> None:
    assert read(page(f"<h1>{REPORT}</h1><p>时间：2022-01-20 来源：{source}</p>")).source is None


OTHER = {
    "notice": "关于做好2021年政府信息公开工作年度报告编制工作的通知",
    "news": "云坪县全面完成2021年政府信息公开年度报告发布工作",
    "news of one": "云坪镇发布2021年政府信息公开工作年度报告",
    "rule of law": "云坪县2021年法治政府建设年度报告",
    "site": "云坪县2021年政府网站工作年度报表",
    "budget": "云坪镇2021年部门决算公开",
    "half a year": "云坪镇2021年上半年政府信息公开工作总结",
    "explained": "一图读懂云坪县2021年政府信息公开工作年度报告",
    "guide": "云坪县政府信息公开指南",
}


@pytest.mark.parametrize("title", OTHER.values(), ids=OTHER.keys())
def test_pages_with_the_words_of_reports_are_other(title: str) -> None:
    text = "各乡镇、各部门：\n一、高度重视\n二、按时公布\n三、加强检查"
    metadata = read(f"{title}\n发布时间：2022-01-20 来源：办公室\n{text}")
    assert not metadata.is_report
    assert (metadata.title, metadata.published_at) == (title, "2022-01-20")


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("洲泉镇人民政府2008年信息公开工作年度报告", 2008),
        ("2009年度下管鎮(zhèn)政府信息公開年度報(bào)告", 2009),
        ("关于2010年度政府信息公开工作情况的报告", 2010),
        ("2012年政府信息公开工作年度报告", 2012),
        ("黄村镇2014年度信息年度公开报告", 2014),
        ("楚门镇2014年政府信息公开年度报告", 2014),
        ("丽水市2017年政府信息公开年度工作报告", 2017),
        ("2018年政府信息公开年报", 2018),
    ],
)
def test_reports_before_2019_are_reports(title: str, year: int) -> None:
    text = "一、概述\n文。\n二、主动公开政府信息的情况\n文。\n三、依申请公开政府信息的情况\n文。"
    metadata = read(f"{title}\n发布时间：{year + 1}-03-20 来源：办公室\n{text}")
    assert metadata.is_report
    assert (metadata.title, metadata.year) == (title, year)


def test_an_empty_list_with_the_numbers_of_its_rows_is_no_report() -> None:
    rows = "\n".join(f"第{n}项\n条\n{n:02d}" for n in range(1, 36))
    text = f"虚构市2013年政府信息公开情况统计报表\n主动公开信息数\n{rows}"
    assert not read(text).is_report


def test_an_empty_list_to_be_filled_in_is_no_report() -> None:
    text = "指标名称\n计量单位\n代码\n本期实际\n主动公开信息数\n条\n01\n申请总数\n条\n10"
    assert not read(f"虚构市政府信息公开情况统计报表\n{text}").is_report


LIST = "".join(
    f"<tr><td>{label}</td><td>条</td><td>{count}</td></tr>"
    for label, count in {
        "主动公开政府信息数（不同渠道和方式公开相同信息计1条）": 1356,
        "1.政府公报公开政府信息数": 0,
        "2.政府网站公开政府信息数": 1210,
        "3.政务微博公开政府信息数": 31,
        "4.政务微信公开政府信息数": 97,
        "收到申请数": 9,
        "1.当面申请数": 3,
        "2.网络申请数": 6,
    }.items()
)


@pytest.mark.parametrize(
    ("title", "above", "year"),
    [
        ("云坪镇2016年政府信息公开情况统计表", "", 2016),
        (
            "政府信息公开情况统计表",
            "<p>（2016年度）</p><p>填报单位（盖章）：云坪镇人民政府</p>",
            2016,
        ),
        ("政府信息公开情况统计表", "", None),
        ("云坪镇2016年第一季度政府信息公开情况统计表", "", None),
    ],
)
def test_a_list_of_counts_is_the_report_of_the_year_that_it_names(
    title: str, above: str, year: int | None
) -> None:
    body = f'<div id="zoom">{above}<table>{LIST}</table></div>'
    html = page(f"<h1>{title}</h1><p>时间：2017-03-01</p>", body=body).replace(REPORT, title)
    report = extract(html.encode())
    assert (report.kind, report.title) == ("annual_report" if year else "other", title)
    if year:
        assert (report.form, report.year, report.publisher) == ("2014", year, "云坪镇人民政府")
        assert len(report.statistics) == 8
    else:
        assert [f.check for f in report.findings] == ["year.unknown"] * ("季度" not in title)


def test_a_notice_that_prints_the_six_sections_is_other() -> None:
    assert not read(f"{OTHER['notice']}\n时间:2022-01-20\n{SECTIONS}").is_report


def test_list_pages_are_other() -> None:
    rows = [
        f"<li><a href=/info/1/{n}.htm>云坪镇{n}年政府信息公开年报</a><i>{n + 1}-01-20</i></li>"
        for n in range(2015, 2025)
    ]
    heading = "云坪镇2021年政府信息公开年报"
    many = f"<title>{heading}</title><h2>{heading}</h2><ul>{''.join(rows)}</ul>"
    one = f"<title>政府信息公开年报</title><h2>政府信息公开年报</h2><ul>{rows[0]}</ul>"
    assert not read(f"<html><body>{many}</body></html>").is_report
    assert not read(f"<html><body>{one}</body></html>").is_report


def test_a_report_without_a_title_is_known_by_its_sections() -> None:
    metadata = read(f"所列数据的统计期限自2021年1月1日起至2021年12月31日止。\n{SECTIONS}")
    assert metadata.is_report
    assert (metadata.title, metadata.year) == (None, 2021)


def test_a_report_that_is_only_attached_is_a_report() -> None:
    body = '<div id="zoom"><a href="/f/1.pdf">附件：云坪镇2021年年度报告.pdf</a></div>'
    assert read(page(LINES["glued"].format(t=REPORT), body=body)).is_report


@pytest.mark.parametrize("nothing", ["x", "首页\n登录", "<html><body></body></html>"])
def test_a_page_without_anything(nothing: str) -> None:
    metadata = read(nothing)
    assert not metadata.is_report
    assert metadata.year is None
    assert metadata.published_at is None


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("统计期限自2021年1月1日起至2021年12月31日止。", 2021),
        ("数据期限为2021年01月01日至12月31日。", 2021),
        ("时间为20211月1日, 202112月31日。", 2021),
        ("期限自2021111231日止。", 2021),
        ("统计期限：2021.1.1-2021.12.31。", 2021),
        ("统计期限自二〇二一年一月一日起至二〇二一年十二月三十一日止。", 2021),
        ("统计数据的期限自2021年11日至1231日止。", 2021),
        ("现将2021年度政府信息公开工作情况报告如下。", 2021),
        ("根据《云坪县2020年政务公开工作要点》要求, 2021年工作有序开展。", None),
        ("本报告于2022年1月15日之前公布。", None),
    ],
)
def test_the_year_from_the_text(period: str, year: int | None) -> None:
    metadata = read(f"政府信息公开工作年度报告\n发布时间:2022-01-20\n{period}\n{SECTIONS}")
    assert metadata.year == year
    assert ["year.unknown"] * (year is None) == [f.check for f in metadata.findings]


def test_title_and_period_of_two_years_are_said_to_disagree() -> None:
    period = "统计期限自2020年1月1日起至2020年12月31日止。"
    metadata = read(f"{REPORT}\n发布时间:2022-01-20\n{period}\n{SECTIONS}")
    assert metadata.year == 2021
    (finding,) = metadata.findings
    assert (finding.check, finding.expected, finding.found) == ("year.disagrees", 2021, 2020)


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("统计期限自2021年1月1日起至2022年12月31日止。", "period", 2022),
        ("云坪镇2020年政府信息公开工作年度报告", "heading", 2020),
    ],
)
def test_years_that_disagree_in_other_places(text: str, where: str, found: int) -> None:
    metadata = read(f"{REPORT}\n发布时间:2022-01-20\n{text}\n{SECTIONS}")
    assert metadata.year == 2021
    assert [(f.check, f.where, f.found) for f in metadata.findings] == [
        ("year.disagrees", where, found)
    ]


SIGNATURES = {
    "<p>云坪镇人民政府</p><p>2022年1月10日</p>": ("云坪镇人民政府", "2022-01-10"),
    "<p>云 坪 镇 人 民 政 府</p><p>二〇二二年一月十日</p>": ("云坪镇人民政府", "2022-01-10"),
    "<p>云坪镇人民政府　　2022年1月10#</p>": ("云坪镇人民政府", "2022-01-10"),
    "<p>云坪镇人民政府（盖章）</p><p>2022年1月</p>": ("云坪镇人民政府", "2022-01"),
    "<p>中共云坪镇委员会</p><p>云坪镇人民政府</p><p>2022.1.10</p>": (
        "云坪镇人民政府",
        "2022-01-10",
    ),
    "<p>云坪镇人民政府</p><p>2022年1月10日</p><p>附件：1.表</p><p>上一条：2020年1月1日 通知</p>": (
        "云坪镇人民政府",
        "2022-01-10",
    ),
    "<p>云坪镇人民政府</p><p>二〇二二年一月</p>": ("云坪镇人民政府", "2022-01"),
    "<p>云坪镇人民政府</p><p>二○二二年元月十日</p>": ("云坪镇人民政府", "2022-01-10"),
    "<p>云坪镇人民政府</p><p>2022年1月　　日</p>": ("云坪镇人民政府", "2022-01"),
    "<p>（云坪镇人民政府）</p><p>（2022年1月10日）</p>": ("云坪镇人民政府", "2022-01-10"),
    "<p>单位：云坪镇人民政府(印章)</p><p>日期：2022年1月10日星期一</p>": (
        "云坪镇人民政府",
        "2022-01-10",
    ),
    "<p>云坪镇人民政府2022年1月10日印发</p>": ("云坪镇人民政府", "2022-01-10"),
    "<p>云坪镇人民政府</p>": ("云坪镇人民政府", None),
    "<p>2022年1月10日</p>": (None, "2022-01-10"),
    "<p>责任编辑：云坪镇</p><p>上一条：云坪镇2020年政府信息公开工作年度报告</p>": (None, None),
}


@pytest.mark.parametrize(("tail", "signature"), SIGNATURES.items())
def test_signatures(tail: str, signature: tuple[str | None, str | None]) -> None:
    metadata = read(page(LINES["glued"].format(t=REPORT), tail=tail))
    assert (metadata.signatory, metadata.signed_on) == signature


def test_the_footer_of_a_site_signs_nothing() -> None:
    footer = "友情链接\n云坪县人民政府\n主办单位:云坪县人民政府办公室"
    metadata = read(f"{REPORT}\n时间:2022-01-20\n{SECTIONS}\n{footer}")
    assert (metadata.signatory, metadata.signed_on) == (None, None)


FRAGMENTS = [
    *(
        "云坪镇",
        "2021",
        "年",
        "1月1日",
        "12月31日",
        "政府信息公开",
        "工作年度报告",
        "人民政府",
        "现将",
    ),
    *(
        "发布时间：",
        "来源",
        ":",
        "日期",
        "2022-01-20",
        " 18:24",
        "点击",
        "[]",
        "位置",
        ">",
        "首页",
        "/",
    ),
    *(
        "\n",
        "\n\n",
        " ",
        "　",
        "。",
        "、",
        "一、",
        "总体情况",
        "《",
        "》",
        "(",
        "）",
        "本报告由",
        "编制",
    ),
    *(
        "二〇二一年",
        "二十四日",
        "统计期限",
        "如下",
        "99999999999",
        "<p>",
        "<table><tr><td>",
        "</td><td>",
    ),
]


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=60))
def test_no_mixture_of_what_pages_print_raises(fragments: list[str]) -> None:
    text = "".join(fragments)
    if text.strip():
        metadata = read(text)
        choose_publisher(
            metadata.signatory, metadata.title, "623027", Places.load(), metadata.organ
        )


VALUES: dict[str, list[tuple[str, str | None]]] = {
    "date": [
        ("2022-01-20 18:24:12", "2022-01-20T18:24:12+08:00"),
        ("2022年1月5日", "2022-01-05"),
        ("2022/01/20 18:24", "2022-01-20T18:24+08:00"),
        ("[2022.01.20]", "2022-01-20"),
    ],
    "source": [("云坪县信息公开办公室", "云坪县信息公开办公室"), ("请选择", None), ("", None)],
    "author": [("张三", "张三"), ("佚名", None), ("", None)],
    "index_number": [("yp/2022-00001", "yp/2022-00001"), ("", None)],
    "document_number": [("云政发〔2022〕5号", "云政发〔2022〕5号"), ("〔〕号", None), ("", None)],
    "clicks": [("1,204", "1204"), ("[]", None), ("", None)],
}
NAMES = {
    "date": ["时间", "发布日期", "日　期", "生成日期", "发表于", "录入时间"],
    "source": ["来源", "来　源", "信息来源", "文章来源"],
    "author": ["作者", "作　者", "责任编辑", "撰稿人"],
    "index_number": ["索引号", "索 引 号"],
    "document_number": ["文号", "文　　号", "发文字号"],
    "clicks": ["点击", "浏览次数", "访问量"],
}
LAYOUTS = {
    "glued": lambda pairs, sign: f"<p>{''.join(f'{n}{sign}{v}' for n, v in pairs)}</p>",
    "spaces": lambda pairs, sign: f"<p>{'　　'.join(f'{n}{sign}{v}' for n, v in pairs)}</p>",
    "strokes": lambda pairs, sign: f"<p>{' | '.join(f'{n}{sign}{v}' for n, v in pairs)}</p>",
    "lines": lambda pairs, sign: "".join(f"<p>{n}{sign}{v}</p>" for n, v in pairs),
    "items": lambda pairs, sign: "".join(f"<li>{n}{sign}<em>{v}</em></li>" for n, v in pairs),
    "labels above": lambda pairs, sign: (
        f"<table><tr>{''.join(f'<th>{n}</th>' for n, _ in pairs)}</tr>"
        f"<tr>{''.join(f'<td>{v}</td>' for _, v in pairs)}</tr></table>"
    ),
    "cells": lambda pairs, sign: (
        "<table>"
        + "".join(f"<tr><td>{n}{sign}</td><td>{v}</td></tr>" for n, v in pairs)
        + "<tr><td>主题分类：</td><td>其他</td></tr></table>"
    ),
}


@given(data=st.data(), layout=st.sampled_from(sorted(LAYOUTS)), sign=st.sampled_from([":", "： "]))
def test_every_field_is_read_in_every_layout_and_order(
    data: st.DataObject, layout: str, sign: str
) -> None:
    fields = data.draw(st.permutations(sorted(VALUES)))
    printed = {field: data.draw(st.sampled_from(VALUES[field])) for field in fields}
    pairs = [(data.draw(st.sampled_from(NAMES[field])), printed[field][0]) for field in fields]
    metadata = read(page(f"<h1>{REPORT}</h1>{LAYOUTS[layout](pairs, sign)}"))
    found = {field: getattr(metadata, field, None) for field in fields}
    found["date"] = metadata.published_at
    found["clicks"] = None if metadata.clicks is None else str(metadata.clicks)
    assert found == {field: value for field, (_, value) in printed.items()}
    assert metadata.title == REPORT
