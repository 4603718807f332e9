"""大汉 JCMS: rows in CDATA, the rest of them from dataproxy.jsp, annual reports without a number.

Traps: a column that is its only article; rows that no HTML parser sees; servers that count in
pages and servers that count in rows; reports of a module without title and date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl

from crawler.sample.page import Page
from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin
from crawler.sample.truth import Truth

_PROXY = "/module/web/jpage/dataproxy.jsp"
_MOST = 100


class Jcms(Skin):
    name = "jcms"
    shows_article = True
    scripts = '<script src="/script/jpage.js"></script>'
    container = (
        '<div id="zoom"><!--ZJEG_RSS.content.begin-->',
        "<!--ZJEG_RSS.content.end--></div>",
    )

    def column_address(self, column: Column) -> str:
        if _is_module(column):
            unit, year = column.rows[0].report or (None, 0)
            assert unit is not None
            area = f"{self.portal.county.code}{unit.number:03d}"
            return f"/module/xxgk/xxgkAnnualReport.jsp?area={area}&fbtime={year}"
        return f"/col/col{column.number}/index.html"

    def article_address(self, article: Article) -> str:
        day = article.published
        number = f"{article.column.number}_{article.number}"
        return f"/art/{day.year}/{day.month}/{day.day}/art_{number}.html"

    def list_address(self, column: Column, number: int) -> str:
        return f"{column.url}?page={number}"  # what the page's script would show; no link has it

    def list_requests(self, column: Column) -> int:
        pages = column.page_count
        return 1 + -(-len(column.listed) // _MOST) if pages > 1 and _counts_rows(column) else pages

    def list_page(self, column: Column, number: int) -> Page:
        if column.page_count > 1 and _counts_rows(column):
            group = ""
            setup = (
                f"$('#{column.number}').jpage({{proxyUrl:'{_PROXY}',perPage:{column.per_page},"
                f"totalRecord:{len(column.listed)},openCookies:false,ajaxParam:{{col:1,appid:1,"
                f"webid:14,path:'/',columnid:{column.number},sourceContentType:1,"
                f"unitid:'26577',webname:'{self.site_name}',permissiontype:0}}}});"
            )
        else:
            group, setup = self._group(column, 1), ""
        island = self._store(column, 1, column.per_page, group)
        menu = self.links(column.menu)
        return self.listing(
            column,
            f'<ul>{menu}</ul><div id="{column.number}"><script type="text/xml">{island}</script>'
            f"</div><script>{setup}</script>",
        )

    def data(self, path: str, query: str) -> Page | None:
        fields = dict(parse_qsl(query))
        columns = (c for c in self.portal.columns.values() if str(c.number) == fields["columnid"])
        column = next(columns) if path == _PROXY else None
        if column is None:
            return None
        if _counts_rows(column):
            size = min(int(fields["perpage"]), _MOST)
            return _xml(self._store(column, int(fields["startrecord"]) // size + 1, size, ""))
        number = int(fields["page"])
        group = self._group(column, number)
        return _xml(self._store(column, number, column.per_page, group))

    def _group(self, column: Column, number: int) -> str:
        if number >= column.page_count:
            return ""
        address = (
            f"{_PROXY}?page={number + 1}&webid=14&path=/&columnid={column.number}&unitid=26577"
        )
        return f'<nextgroup><![CDATA[<a href="{address}"></a>]]></nextgroup>'

    def _store(self, column: Column, number: int, size: int, group: str) -> str:
        rows = column.listed[(number - 1) * size : number * size]
        records = "\n".join(
            f"<record><![CDATA[{self.rows(column, [row])}]]></record>" for row in rows
        )
        total = len(column.listed)
        return (
            f"<datastore>{group}<totalrecord>{total}</totalrecord>"
            f"<totalpage>{-(-total // size)}</totalpage>"
            f"<recordset>{records}</recordset></datastore>"
        )

    def article_text(self, article: Article) -> str:
        if not _is_module(article.column):
            return super().article_text(article)
        before, after = self.container
        crumb = f'<div class="dqwz">{self.crumb(article.column)}</div>'
        return self.draw("", f"{crumb}{before}{self.body(article)[0]}{after}")

    def adjust(self, article: Article, truth: Truth) -> Truth:
        if not _is_module(article.column):
            return truth
        unprinted = dict.fromkeys(("published_at", "source", "index_number"))
        # Some articles begin with their title.
        body = re.sub(r"<[^>]*>|\s", "", self.body(article)[0])
        if "".join(article.title.split()) not in body:
            unprinted["title"] = None
        return replace(truth, expected=truth.expected | unprinted)


def _is_module(column: Column) -> bool:
    """Whether a column is a body's page for one year, which the module shows."""
    report = column.rows[0].report if column.is_article and column.rows else None
    return report is not None and report[0].kind != "government"


def _counts_rows(column: Column) -> bool:
    return column.number % 2 == 0


def _xml(text: str) -> Page:
    return Page(f'<?xml version="1.0" encoding="utf-8"?>{text}', "text/xml; charset=utf-8")
