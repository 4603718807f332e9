"""拓尔思 TRS WCM: folders with static pages and a pager in script.

Traps: more pages announced than there are, and fewer; a stale pager in a comment; twins of
articles for telephones; the day of the last publication in the address.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from crawler.sample.portal import Article, Column
from crawler.sample.reports import Check
from crawler.sample.skins.base import Skin
from crawler.sample.truth import Truth


class Trs(Skin):
    name = "trs"
    container = (
        '<div id="zoom"><div class="TRS_Editor"><style>.TRS_Editor P{}</style>',
        "</div></div>",
    )

    def column_address(self, column: Column) -> str:
        return f"/{column.path}/"

    def article_address(self, article: Article) -> str:
        day = _put_out(article)
        return f"/{article.column.path}/{day:%Y%m}/t{day:%Y%m%d}_{article.number}.html"

    def list_address(self, column: Column, number: int) -> str:
        return column.url if number == 1 else f"{column.url}index_{number - 1}.html"

    def row_address(self, column: Column, article: Article) -> str:
        if article.outside:
            return article.outside
        if column.path == "zfxxgk":  # the latest reports of the home page
            return article.url.replace(".html", "_wap.html")
        own = article.url.startswith(column.url)
        return "./" + article.url.removeprefix(column.url) if own else article.url

    def name_aliases(self) -> dict[str, Article]:
        return {url.replace(".html", "_wap.html"): a for url, a in self.portal.articles.items()}

    def pager(self, column: Column, number: int) -> str:
        pages = column.page_count
        announced = max(1, pages + {0: 1, 3: -1}.get(column.number % 7, 0))
        return (
            '<!-- <script>createPageHTML(99, 0, "index", "html");</script> -->\n'
            f'<script>createPageHTML({announced}, {number - 1}, "index", "html");</script>'
        )

    def adjust(self, article: Article, truth: Truth) -> Truth:
        if _put_out(article).date() == article.published.date():
            return truth
        other = Check("published_at.disagrees", "published_at")
        return replace(truth, checks=(*truth.checks, other))


def _put_out(article: Article) -> datetime:
    """When the system put the article out last."""
    return article.published + timedelta(days=article.number % 300)
