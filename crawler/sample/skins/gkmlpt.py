"""广东 gkmlpt: a catalogue page for each unit, whose columns are fragments and come as JSON.

Traps: links that differ in their fragment alone; two dates in the table above an article; titles
escaped as %uXXXX; a portal that gives all rows at once and 404 after; a column whose answer holds
those of the columns below it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import escape
from urllib.parse import parse_qsl

from crawler.sample.lines import index_number_of
from crawler.sample.page import Page
from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin
from crawler.sample.truth import Truth

_API = re.compile(r"(/\w+/gkmlpt)/api/all/(\d+)")
_CATALOGUE = re.compile(r"zfxxgk/xzsqbmpt/\w+/(\w+)(?:/.*)?$")
_SITE = "755001"


class Gkmlpt(Skin):
    name = "gkmlpt"
    container = ('<div class="content article-content">', "</div>")

    def column_address(self, column: Column) -> str:
        root = self._root(column)
        if root is None:
            return f"/{column.path}/index.html"
        top = column.path == "zfxxgk" or _catalogue(column.parent) != _catalogue(column)
        return f"{root}/index" + ("" if top else f"#{column.number}")

    def _root(self, column: Column) -> str | None:
        unit = _catalogue(column)
        return f"/{unit}/gkmlpt" if unit else None

    def article_address(self, article: Article) -> str:
        number = article.number
        if root := self._root(article.column):
            return f"{root}/content/{number // 1000}/{number}/post_{number}.html"
        return f"/{article.column.path}/content/post_{number}.html"

    def list_address(self, column: Column, number: int) -> str:
        return f"/{column.path}/index_{number}.html"

    def pager(self, column: Column, number: int) -> str:
        if number == column.page_count:
            return ""
        return f'<a class="next" href="{self.list_address(column, number + 1)}">下一页</a>'

    def list_requests(self, column: Column) -> int:
        """A catalogue page for a body, and one answer for its reports."""
        if self._root(column) is None:
            return column.page_count
        return int("#" not in column.url) + int(self._has_reports(column))

    def _has_reports(self, column: Column) -> bool:
        return "年报" in column.name or ("#" not in column.url and bool(column.listed))

    def answer(self, target: str) -> Page:
        for column in self.portal.columns.values():
            if column.url == target and self._root(column):
                return self._catalogue_page(column)
        return super().answer(target)

    def _catalogue_page(self, column: Column) -> Page:
        config = (
            f"window._CONFIG = {{ SITE_NAME: '{self.site_name}', SID: '{_SITE}', "
            f"TREE: {json.dumps([self._node(column)], ensure_ascii=False)}, DETAIL: null }};"
        )
        root = self._root(column)
        menu = self.links(child for child in column.menu if self._root(child) == root)
        others = self.links(child for child in column.menu if self._root(child) != root)
        return self.listing(
            column, f"<script>{config}</script><ul>{menu}</ul><div><ul>{others}</ul></div>"
        )

    def _node(self, column: Column) -> dict[str, object]:
        root = self._root(column)
        return {
            "id": column.number,
            "name": "信息公开" if "#" not in column.url else column.name,
            "children": [self._node(each) for each in column.menu if self._root(each) == root],
        }

    def table(self, article: Article) -> str:
        if self._root(article.column) is None:
            return ""
        written = article.published - timedelta(days=article.number % 9)
        rows = (
            ("索引号", _index_number(article), "分类", "其他"),
            ("发布机构", "", "成文日期", f"{written:%Y-%m-%d}"),
            ("名称", escape(article.title, quote=False), "文号", ""),
            ("发布日期", f"{article.published:%Y-%m-%d}", "主题词", ""),
        )
        lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
        return f"<table class='classify'>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    def adjust(self, article: Article, truth: Truth) -> Truth:
        if self._root(article.column) is None:
            return truth
        printed = {"index_number": _index_number(article)}
        return replace(truth, expected=truth.expected | printed)

    def data(self, path: str, query: str) -> Page | None:
        match = _API.fullmatch(path)
        fields = dict(parse_qsl(query))
        if match is None or fields.get("sid") != _SITE or fields.get("page") != "1":
            return None
        column = next(c for c in self.portal.columns.values() if str(c.number) == match[2])
        found = [*column.listed, *(row for child in column.menu for row in child.listed)]
        articles = {row.url: self._row(row) for row in found}
        answer = {"articles": list(articles.values()), "classify": {"post_count": len(articles)}}
        return Page(json.dumps(answer, ensure_ascii=False), "application/json")

    def _row(self, article: Article) -> dict[str, object]:
        title = article.title
        if article.number % 3 == 0:
            title = "".join(c if c.isascii() else f"%u{ord(c):04X}" for c in title)
        return {"id": article.number, "title": title, "url": article.url, "publisher": "办公室"}


def _index_number(article: Article) -> str:
    return index_number_of(article) or f"K{article.number:05d}"


def _catalogue(column: Column | None) -> str:
    """The unit in whose catalogue a column stands; empty for the other columns of the portal."""
    if column is None or column.path.startswith("xwzx") or column.is_hidden:
        return ""
    if unit := _CATALOGUE.fullmatch(column.path):
        return unit[1]
    return "" if column.path.startswith("zfxxgk/xzsqbmpt") else "xrmzf"
