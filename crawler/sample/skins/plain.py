"""A portal of no known family: numbers for folders, lists in iframes.

Traps: a column that is its only article; a list in an iframe, beside iframes that are none; old
addresses of articles that go on answering.
"""

from __future__ import annotations

from crawler.sample.page import Page
from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin


class Plain(Skin):
    name = "generic"
    shows_article = True

    def column_address(self, column: Column) -> str:
        return f"{self._folder(column)}/index.htm"

    def _folder(self, column: Column) -> str:
        return "".join(f"/{each.number + 20000}" for each in column.trail)

    def article_address(self, article: Article) -> str:
        return f"{self._folder(article.column)}/content_{article.number + 10000}.html"

    def list_address(self, column: Column, number: int) -> str:
        return f"{self._folder(column)}/list_{number}.htm"

    def row_address(self, column: Column, article: Article) -> str:
        elsewhere = article.column is not column and column.path.startswith("zfxxgk/zfxxgknb/")
        return f"/old/news_{article.number + 10000}.html" if elsewhere else article.url

    def list_requests(self, column: Column) -> int:
        return column.page_count + _in_frame(column)

    def list_page(self, column: Column, number: int) -> Page:
        if not _in_frame(column) or number > 1:
            return super().list_page(column, number)
        frames = "".join(
            f'<iframe src="{address}" width="100%" frameborder="0"></iframe>'
            for address in ("/include/top.htm", f"{self._folder(column)}/list_1.htm")
        )
        return self.listing(column, f"<ul>{self.links(column.menu)}</ul>{frames}")

    def data(self, path: str, query: str) -> Page | None:
        for column in self.portal.columns.values():
            if _in_frame(column) and path == self.list_address(column, 1):
                return super().list_page(column, 1)
        return None

    def pager(self, column: Column, number: int) -> str:
        if number >= column.page_count:
            return '<span class="next">下一页</span>'
        return f'<a class="next" href="{self.list_address(column, number + 1)}">下一页</a>'


def _in_frame(column: Column) -> bool:
    return column.number % 3 == 0 and bool(column.listed)
