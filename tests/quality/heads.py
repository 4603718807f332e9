"""Ways in which pages print their title, time and source, and the frame around an article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from crawler.sample.reports import Report

INDEX_NUMBER = "yhx/2022-00017"

Print = Callable[[Report], str]


def day(report: Report) -> str:
    return f"{report.published:%Y-%m-%d}"


def second(report: Report) -> str:
    return f"{report.published:%Y-%m-%dT%H:%M:%S}+08:00"


def minute(report: Report) -> str:
    return f"{report.published:%Y-%m-%dT%H:%M}+08:00"


def nothing(report: Report) -> None:
    return None


def source(report: Report) -> str | None:
    return report.source


def info_path(published: datetime, number: int) -> str:
    return f"/info/1078/{number}.htm"


def h1(report: Report) -> str:
    return f"<h1>{escape(report.title, quote=False)}</h1>"


@dataclass(frozen=True)
class Head:
    """``html`` draws what stands above the article, or in text files the line below the title;
    ``published`` and ``source`` are what it prints."""

    name: str
    html: Print
    published: Callable[[Report], str | None]
    source: Callable[[Report], str | None] = nothing
    meta: Print = lambda report: ""
    path: Callable[[datetime, int], str] = info_path
    findings: tuple[tuple[str, str], ...] = ()
    published_from: str | None = "line"
    index_number: str | None = None


def line(text: Print) -> Print:
    return lambda report: f'{h1(report)}\n<div class="xx">{text(report)}</div>'


def title_on_two_lines(report: Report) -> str:
    name, year, rest = report.title.partition(str(report.year))
    return (
        f'<div class="biaoti"><p>{name}</p><p>{year}{rest}</p></div>'
        f'<div class="xx">发布时间：{day(report)}</div>'
        if name
        else line(lambda report: f"发布时间：{day(report)}")(report)
    )


def head_table(report: Report) -> str:
    return (
        f"<table class=xxgk><tr><td>索引号：</td><td>{INDEX_NUMBER}</td><td>主题分类：</td>"
        f"<td>其他</td></tr><tr><td>发布机构：</td><td>{report.unit.place}</td>"
        f"<td>生成日期：</td><td>{day(report)}</td></tr><tr><td>文　号：</td><td></td>"
        f"<td>有效性：</td><td>有效</td></tr></table>{h1(report)}"
    )


HEADS = (
    Head(
        "seconds and source",
        line(lambda r: f"发布时间：{r.published} 来源：{r.source or ''} 点击：[ ]"),
        second,
        source,
    ),
    Head(
        "source first",
        line(
            lambda r: (
                f"信息来源：{r.source or ''}&nbsp;&nbsp;发布日期: {r.published:%Y-%m-%d %H:%M}"
                "&nbsp; 浏览次数：次 字体：【大 中 小】"
            )
        ),
        minute,
        source,
    ),
    Head(
        "Chinese date, nobody",
        line(lambda r: f"时间：{r.published:%Y年%m月%d日}　作者：佚名　点击数："),
        day,
    ),
    Head("head table", head_table, day, published_from="head table", index_number=INDEX_NUMBER),
    Head("public date", line(lambda r: f"公开日期：{day(r)}"), day),
    Head(
        "glued labels",
        line(lambda r: f"来源：{r.source or ''}时间：{r.published}访问次数：字号：[ 大 中 小 ]"),
        second,
        source,
    ),
    Head(
        "meta tags only",
        h1,
        second,
        meta=lambda r: (
            f'<meta name="PubDate" content="{r.published}">'
            f'<meta name="ContentSource" content="{r.source or ""}">'
        ),
        published_from="meta",
    ),
    Head(
        "address only",
        h1,
        day,
        path=lambda published, number: (
            f"/art/{published.year}/{published.month}/{published.day}/art_1078_{number}.html"
        ),
        findings=(("published_at.from_url", "published_at"),),
        published_from="url",
    ),
    Head(
        "two dates",
        line(lambda r: f"成文日期：{r.signed_on or r.published.date()} 发布日期：{day(r)}"),
        day,
    ),
    Head("spaced label", line(lambda r: f"日期 : {day(r)}  字号 : [  ] 视力保护色:"), day),
    Head("title on two lines", title_on_two_lines, day),
    Head("junk source", line(lambda r: f"{r.published:%Y年%m月%d日}来源:1"), day),
    Head(
        "published word",
        line(lambda r: f"发表日期:{day(r)}    文章来源:{r.source or ''}"),
        day,
        source,
    ),
    Head("nothing at all", h1, nothing, published_from=None),
)

IN_TEXT = Head(
    "line in text",
    lambda r: f"发布时间：{r.published} 来源：{r.source or ''} 浏览次数：",
    second,
    source,
)


def page(report: Report, head: Head, article: str, charset: str) -> str:
    """A page around an article. It claims ``charset``, which need not be true."""
    name = "云蘅县人民政府"
    return f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{escape(report.title)}-{name}</title>
<meta name="SiteName" content="{name}">{head.meta(report)}
<script>var _today = new Date();</script></head>
<body><div class="top">本站为虚构的示例门户，地名、机构和数据均为虚构</div>
<div class="nav"><a href="/">首页</a><a href="/zwgk.htm">政务公开</a></div>
<div class="dqwz">您所在的位置：<a href="/">首页</a> &gt; <a href="/gk.htm">政府信息公开</a> &gt; \
<a href="/gk/a.htm">{report.unit.place}</a> &gt; 正文</div>
<div class="content">
{head.html(report)}
<div id="vsb_content"><div class="v_news_content">
{article}
</div></div>
<p>上一条：<a href="1.htm">{report.unit.place}机构职能</a></p>
</div>
<div class="footer">主办：{name}办公室 网站标识码：9901210001</div>
</body></html>
"""
