"""Heads of articles: title, publication line and meta tags in the wordings that portals use.

Counters of clicks are scripts, so their place is empty in the page as sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import NamedTuple

from crawler.sample.portal import Article


class Line(NamedTuple):
    """``shows_source``, ``shows_time`` and ``shows_index`` say what of the article's facts the line
    prints."""

    draw: Callable[[Article, str, str], str]
    meta_date: str
    shows_source: bool = False
    shows_time: bool = False
    shows_index: bool = False


def source_of(line: str, source: str | None) -> str | None:
    """The source as far as the page prints one."""
    return source if LINES[line].shows_source else None


def index_number_of(article: Article) -> str | None:
    """The index number (索引号) as far as the page prints one."""
    if not LINES[article.column.line].shows_index:
        return None
    return f"yhx/{article.published.year}-{article.number:05d}"


def published_as(line: str, published: datetime) -> str:
    """The time of publication as far as the page prints it, in ISO 8601."""
    if LINES[line].shows_time:
        return f"{published.isoformat()}+08:00"
    return published.date().isoformat()


def head(article: Article, source: str | None, clicks: str, site: str) -> tuple[str, str]:
    """The article's heading with its publication line, and its meta tags. ``clicks`` is the script
    that stands for the counter."""
    line = LINES[article.column.line]
    title = escape(article.title, quote=False)
    text = line.draw(article, source or "", clicks)
    if article.column.template == "old":
        return (
            f"<TR><TD class=titlestyle1011 align=center>{title}</TD></TR>\n"
            f"<TR><TD class=timestyle1011 align=center>{text}</TD></TR>"
        ), ""
    tag = ("h1", "h2", "h3")[article.column.number % 3]
    meta = {
        "ArticleTitle": article.title,
        "PubDate": article.published.strftime(line.meta_date),
        "ContentSource": (source or "") if line.shows_source else "",
        "ColumnName": article.column.name,
        "Author": site,
    }
    tags = "\n".join(
        f'<meta name="{name}" content="{escape(value)}">' for name, value in meta.items()
    )
    return (
        f'<div class="art_title"><{tag}>{title}</{tag}></div>\n<div class="art_info">{text}</div>',
        tags,
    )


def _seconds(article: Article, source: str, clicks: str) -> str:
    return f"发布时间：{article.published} 来源: {source} 点击:[{clicks}]"


def _source_first(article: Article, source: str, clicks: str) -> str:
    return (
        f"<span>来源：{source}</span>&nbsp;&nbsp;<span>发布时间：{article.published}</span>"
        f"<span>访问次数：{clicks}</span><span>字体：[<a>大</a> <a>中</a> <a>小</a>]</span>"
    )


def _author(article: Article, source: str, clicks: str) -> str:
    return f"时间：{article.published:%Y-%m-%d}&nbsp;&nbsp; 作者：&nbsp;&nbsp;点击数：{clicks}"


def _nobody(article: Article, source: str, clicks: str) -> str:
    return f"{article.published:%Y-%m-%d}&nbsp;&nbsp;作者:佚名&nbsp;&nbsp;点击数:{clicks}"


def _in_brackets(article: Article, source: str, clicks: str) -> str:
    return f"{article.published:%Y年%m月%d日} (点击: {clicks})"


def _three_lines(article: Article, source: str, clicks: str) -> str:
    return (
        f"<p>发布日期：{article.published:%Y-%m-%d}</p><p>来源：{source}</p><p>点击：{clicks}</p>"
    )


def _head_list(article: Article, source: str, clicks: str) -> str:
    items = {
        "索引号": index_number_of(article),
        "主题分类": "政府信息公开",
        "发布机构": article.column.name,
        "发布日期": f"{article.published:%Y-%m-%d}",
        "文号": "〔〕号",
    }
    rows = "".join(f"<li>{name}：<em>{value}</em></li>" for name, value in items.items())
    return f'<div class="dtl-list"><ul>{rows}</ul></div>'


LINES = {
    "seconds": Line(_seconds, "%Y-%m-%d %H:%M:%S", shows_source=True, shows_time=True),
    "source first": Line(_source_first, "%Y-%m-%d %H:%M:%S", shows_source=True, shows_time=True),
    "author": Line(_author, "%Y-%m-%d"),
    "nobody": Line(_nobody, "%Y-%m-%d"),
    "in brackets": Line(_in_brackets, "%Y年%m月%d日"),
    "three lines": Line(_three_lines, "%Y-%m-%d", shows_source=True),
    "head list": Line(_head_list, "%Y/%m/%d", shows_index=True),
}
