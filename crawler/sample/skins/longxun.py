"""龙讯 Longxun: lists that a script asks for and gets as HTML.

Traps: titles cut to the length that is asked for, with and without a title attribute; first pages
with rows and without; more pages announced than there are.
"""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl

from crawler.sample.page import Page
from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin

_LABEL = "/site/label/8888"
_CUT = 20


class Longxun(Skin):
    name = "longxun"

    def column_address(self, column: Column) -> str:
        if not column.path.startswith("zfxxgk/"):
            return f"/{column.path}/index.html"
        return f"/zfxxgk/public/column/{_organ(column)}?type=4&catId={column.number}&action=list"

    def article_address(self, article: Article) -> str:
        if not article.column.path.startswith("zfxxgk/"):
            return f"/{article.column.path}/{900000 + article.number}.html"
        return f"/zfxxgk/public/{_organ(article.column)}/{900000 + article.number}.html"

    def list_address(self, column: Column, number: int) -> str:
        return f"{column.url}&n={number}"  # no page has such a link

    def list_requests(self, column: Column) -> int:
        pages = column.page_count
        return pages if _shows_rows(column) else 1 + pages

    def list_page(self, column: Column, number: int) -> Page:
        rows = self._rows(column, 1, _CUT) if _shows_rows(column) else ""
        setup = (
            f"Ls.pagination('#page', {{pageCount:{self._announced(column)},pageSize:"
            f"{column.per_page},labelName:'publicInfoList',siteId:'{self.portal.county.code}01',"
            f"organId:'{_organ(column)}',type:'4',catId:'{column.number}',isDate:'true',"
            f"dateFormat:'yyyy-MM-dd',length:'{_CUT}',result:'暂无相关信息',"
            "file:'/xxgk/publicInfoList_newest2020'}});"
        )
        menu = self.links(column.menu)
        return self.listing(
            column, f"<ul>{menu}</ul><ul class='xxgk_navli'>{rows}</ul><script>{setup}</script>"
        )

    def data(self, path: str, query: str) -> Page | None:
        fields = dict(parse_qsl(query))
        if path != _LABEL or fields.get("labelName") != "publicInfoList":
            return None
        column = next(c for c in self.portal.columns.values() if str(c.number) == fields["catId"])
        rows = self._rows(column, int(fields["pageIndex"]), int(fields["length"]))
        script = f"<script>var page = {{pageCount:{self._announced(column)}}};</script>"
        return Page(
            f"<div><ul>{rows or '暂无相关信息'}</ul>{script}</div>", "text/html;charset=UTF-8"
        )

    def _announced(self, column: Column) -> int:
        return column.page_count + (column.number % 5 == 0)

    def _rows(self, column: Column, number: int, length: int) -> str:
        start = (number - 1) * column.per_page
        return "\n".join(
            f'<li class="xxgk_navli"><a href="{escape(row.url)}"'
            + (f' title="{escape(row.title)}"' if column.titles != "cut" else "")
            + f">{row.title[:length]}{'...' if len(row.title) > length else ''}</a></li>"
            for row in column.listed[start : start + column.per_page]
        )


def _organ(column: Column) -> int:
    """The number of the unit that a column belongs to."""
    names = column.path.split("/")
    return (
        6590000 + sum(map(ord, names[3])) if len(names) > 3 and names[1] == "xzsqbmpt" else 6590001
    )


def _shows_rows(column: Column) -> bool:
    return column.number % 2 == 0
