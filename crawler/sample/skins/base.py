"""What the skins share: addresses for columns and articles, and pages in plain markup."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from html import escape
from typing import ClassVar

from crawler.sample.lines import head
from crawler.sample.page import CLOCK, NOTICE, Page, gone, missing
from crawler.sample.portal import Article, Column, Portal
from crawler.sample.texts import template
from crawler.sample.truth import Truth
from crawler.sample.vsb import breadcrumb, has_validators, shown_title, title_attribute

Body = Callable[[Article], tuple[str, str | None]]
"""An article's HTML and its source."""


class Skin:
    """Draws a portal as one family would. ``shows_article``: a column with one article shows it at
    its own address. Targets are paths with their queries; a subclass says how they are spelled."""

    name: ClassVar[str]
    shows_article: ClassVar[bool] = False
    scripts: ClassVar[str] = ""
    container: ClassVar[tuple[str, str]] = ('<div class="article">', "</div>")

    def __init__(self, portal: Portal, body: Body) -> None:
        self.portal = portal
        self.body = body
        self.site_name = f"{portal.county.name}人民政府"
        for column in portal.columns.values():
            column.template = "page"
            column.address = self.column_address(column)
        for article in portal.articles.values():
            article.attachment = None
            if not (self.shows_article and article.column.is_article):
                article.address = self.article_address(article)
        portal.articles = {article.url: article for article in portal.articles.values()}
        self._columns = {column.url: column for column in portal.columns.values()}
        self._further = {
            self.list_address(column, number): (column, number)
            for column in portal.columns.values()
            for number in range(2, len(column.rows) // column.per_page + 2)
        }
        self.aliases = self.name_aliases()

    # Addresses

    def column_address(self, column: Column) -> str:
        raise NotImplementedError

    def article_address(self, article: Article) -> str:
        raise NotImplementedError

    def list_address(self, column: Column, number: int) -> str:
        """Page ``number`` (from 1) of a list."""
        raise NotImplementedError

    def row_address(self, column: Column, article: Article) -> str:
        """Where a row of a column leads."""
        return article.url

    def name_aliases(self) -> dict[str, Article]:
        """Articles that answer at another address too: where rows of some column lead to."""
        return {
            self.row_address(column, article): article
            for column in self.portal.columns.values()
            for article in column.rows
            if self.row_address(column, article) != article.url
        }

    def list_requests(self, column: Column) -> int:
        """How often the portal is asked to read the whole of a list, at the least."""
        return column.page_count

    def adjust(self, article: Article, truth: Truth) -> Truth:
        """What is true of the skin's page, where that says more or less than the sample's."""
        return truth

    # Pages

    def answer(self, target: str) -> Page:
        if target in ("/", "/index.html"):
            return self.home()
        article = self.portal.articles.get(target) or self.aliases.get(target)
        if article:
            return self.article(article)
        if column := self._columns.get(target):
            return self.list_page(column, 1) if column.listed else self.menu(column)
        further, number = self._further.get(target, (None, 0))
        if further and number <= further.page_count:
            return self.list_page(further, number)
        path, _, query = target.partition("?")
        return self.data(path, query) or gone()

    def data(self, path: str, query: str) -> Page | None:
        """The answer to a script's request."""
        return None

    def home(self) -> Page:
        columns = self.portal.columns
        reports = [a for a in self.portal.reports() if a.state == "there"]
        latest = sorted(reports, key=lambda article: article.number)[-5:]
        main = "\n".join(
            f"<div><h2>{name}</h2><ul>{content}</ul></div>"
            for name, content in (
                ("本县新闻", self.rows(columns["xwzx/bxxw"], columns["xwzx/bxxw"].listed[:8])),
                ("政府信息公开", self.links(columns["zfxxgk"].menu)),
                ("最新公开", self.rows(columns["zfxxgk"], latest)),
            )
        )
        return Page(self.draw(self.site_name, f"<div>{main}</div>", live=CLOCK))

    def menu(self, column: Column) -> Page:
        """A column that only leads on to others."""
        main = f'<ul class="gk_list">\n{self.links(column.menu)}\n</ul>'
        return self.listing(column, main)

    def list_page(self, column: Column, number: int) -> Page:
        start = (number - 1) * column.per_page
        rows = self.rows(column, column.listed[start : start + column.per_page])
        menu = self.links(column.menu) if number == 1 else ""
        main = f'<ul>{menu}</ul>\n<ul class="list">\n{rows}\n</ul>\n{self.pager(column, number)}'
        return self.listing(column, main)

    def listing(self, column: Column, main: str) -> Page:
        side = self.links((column.parent or column).menu)
        text = self.draw(
            f"{column.name}-{self.site_name}",
            f'<div class="left"><ul>{side}</ul></div>\n<div class="right"><div class="dqwz">'
            f"{self.crumb(column)}</div>\n{main}</div>",
            meta=f'<meta name="ColumnName" content="{column.name}">',
            live="" if column.has_validators else CLOCK,
        )
        modified = column.listed[0].published if column.has_validators and column.listed else None
        return Page(text, "text/html; charset=UTF-8", modified=modified)

    def pager(self, column: Column, number: int) -> str:
        return ""

    def article(self, article: Article) -> Page:
        if article.state != "there":
            return missing() if article.state == "soft 404" else gone()
        modified = (article.modified or article.published) if has_validators(article) else None
        return Page(self.article_text(article), "text/html; charset=UTF-8", modified=modified)

    def article_text(self, article: Article) -> str:
        body, source = self.body(article)
        heading, meta = head(article, source, self.clicks(article), self.site_name)
        before, after = self.container
        names = breadcrumb(article)
        crumb = self.crumb(article.column) + (" &gt; 正文" if names[-1] == "正文" else "")
        return self.draw(
            f"{escape(article.title)}-{self.site_name}",
            f'<div class="dqwz">{crumb}</div>\n{self.table(article)}{heading}\n'
            f"{before}{body}{after}",
            meta=meta,
            live="" if has_validators(article) else CLOCK,
        )

    def table(self, article: Article) -> str:
        """The table of labels and values that some systems print above an article."""
        return ""

    def clicks(self, article: Article) -> str:
        return f'<script src="/count?id={article.number}"></script>'

    # Pieces

    def draw(self, title: str, main: str, *, meta: str = "", live: str = "") -> str:
        columns = self.portal.columns
        return template("skin").substitute(
            title=title,
            site_name=self.site_name,
            site_id=f"{self.portal.county.code}01",
            meta=meta + self.scripts,
            nav=self.links(columns[path] for path in ("xwzx", "zfxxgk")),
            main=main,
            notice=NOTICE,
            live=live,
        )

    def rows(self, column: Column, articles: Iterable[Article]) -> str:
        return "\n".join(
            f'<li><a href="{escape(self.row_address(column, row))}" target="_blank"'
            f"{title_attribute(row.title, column.titles)}>{shown_title(row.title, column.titles)}"
            f"</a><span>{row.published:%Y-%m-%d}</span></li>"
            for row in articles
        )

    def links(self, columns: Iterable[Column]) -> str:
        return "\n".join(
            f'<li><a href="{escape(column.url)}">{column.name}</a></li>' for column in columns
        )

    def crumb(self, column: Column) -> str:
        steps = [("/", "网站首页"), *((each.url, each.name) for each in column.trail)]
        links = (f'<a href="{escape(address)}">{name}</a>' for address, name in steps)
        return "当前位置：" + " &gt; ".join(links)


def hex_number(*parts: object) -> str:
    """A number of 32 hex digits, as systems give them to articles."""
    return hashlib.md5("/".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
