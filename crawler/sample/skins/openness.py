"""安徽 Openness: annual reports in a module of their own.

Traps: addresses of reports by unit and year, without a number; a next page that is empty.
"""

from __future__ import annotations

from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin


class Openness(Skin):
    name = "openness"
    shows_article = True

    def column_address(self, column: Column) -> str:
        report = column.rows[0].report if column.is_article and column.rows else None
        if report:
            unit, year = report
            return f"/OpennessAnnualReport/year/show/{unit.number + 100}/{year}.html"
        module = "OpennessAnnualReport" if "年报" in column.name else "OpennessContent"
        return f"/{module}/showList/{column.number}/{column.number + 100}/page_1.html"

    def article_address(self, article: Article) -> str:
        module = "OpennessAnnualReport" if article.report else "OpennessContent"
        return f"/{module}/show/{article.number + 1_000_000}.html"

    def list_address(self, column: Column, number: int) -> str:
        return column.url.replace("page_1.html", f"page_{number}.html")

    def pager(self, column: Column, number: int) -> str:
        pages = column.page_count + (column.number % 5 == 0)
        if number >= pages:
            return f"<span>共{pages}页</span>"
        return (
            f'<span>共{pages}页</span> <a href="{self.list_address(column, number + 1)}">下一页</a>'
        )
