"""开普云 UCAP: static lists with a pager in script, and lists that are asked for as JSON.

Traps: the name of the pager is that of TRS, its arguments are not; too few pages announced; a list
that has no rows in its page; bodies whose pages print no date.
"""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from urllib.parse import parse_qsl

from crawler.sample.page import Page
from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin, hex_number
from crawler.sample.truth import Truth

_SEARCH = "/common/search/"


class Ucap(Skin):
    name = "ucap"
    container = ('<div class="main"><UCAPCONTENT>', "</UCAPCONTENT></div>")

    def column_address(self, column: Column) -> str:
        return f"/{self._folder(column)}/list.shtml"

    def article_address(self, article: Article) -> str:
        number = hex_number(self.portal.county.code, article.number)
        return f"/{self._folder(article.column)}/{article.published:%Y%m}/{number}.shtml"

    def _folder(self, column: Column) -> str:
        return f"zx{self.portal.county.code}/c{100000 + column.number}"

    def list_address(self, column: Column, number: int) -> str:
        return f"/{self._folder(column)}/list_{number}.shtml"

    def list_requests(self, column: Column) -> int:
        return 1 + -(-len(column.listed) // 20) if _by_script(column) else column.page_count

    def list_page(self, column: Column, number: int) -> Page:
        if not _by_script(column):
            return super().list_page(column, number)
        channel = hex_number("channel", column.number)
        script = f"var channelId = '{channel}'; loadList('{_SEARCH}' + channelId, 1);"
        menu = self.links(column.menu)
        return self.listing(column, f"<ul>{menu}</ul><ul id='list'></ul><script>{script}</script>")

    def article_text(self, article: Article) -> str:
        if not _prints_no_date(article):
            return super().article_text(article)
        before, after = self.container
        main = (
            f'<div class="dqwz">{self.crumb(article.column)} &gt; 正文</div>'
            f"<UCAPTITLE>{escape(article.title, quote=False)}</UCAPTITLE><p>访问量：</p>"
            f"{before}{self.body(article)[0]}{after}"
        )
        meta = f'<meta name="ArticleTitle" content="{escape(article.title)}">'
        return self.draw(escape(article.title), main, meta=meta)

    def adjust(self, article: Article, truth: Truth) -> Truth:
        if not _prints_no_date(article):
            return truth
        unprinted = dict.fromkeys(("published_at", "source", "index_number"))
        return replace(truth, expected=truth.expected | unprinted)

    def pager(self, column: Column, number: int) -> str:
        pages, total = column.page_count, len(column.listed)
        announced = max(1, pages - (column.number % 3 == 0))
        call = f"createPageHTML('page_div',{announced}, {number},'list','shtml',{total})"
        return f'<div id="page_div"></div><script>{call};</script>'

    def data(self, path: str, query: str) -> Page | None:
        for column in self.portal.columns.values():
            if path == _SEARCH + hex_number("channel", column.number):
                return self._answer(column, dict(parse_qsl(query)))
        return None

    def _answer(self, column: Column, fields: dict[str, str]) -> Page:
        number, size = int(fields["page"]), int(fields["_pageSize"])
        results = [
            {
                "title": row.title,
                "url": row.url,
                "publishedTimeStr": f"{row.published}",
                "channelName": column.name,
            }
            for row in column.listed[(number - 1) * size : number * size]
        ]
        data = {"page": number, "rows": size, "total": len(column.listed), "results": results}
        return Page(json.dumps({"data": data}, ensure_ascii=False), "application/json")


def _prints_no_date(article: Article) -> bool:
    return not article.column.is_article and article.column.number % 4 == 1


def _by_script(column: Column) -> bool:
    return column.number % 2 == 1
