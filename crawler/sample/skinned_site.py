"""One county's portal in another family than the sample's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property

from crawler.sample.builder import build
from crawler.sample.facts import Facts
from crawler.sample.page import Page
from crawler.sample.portal import Article, Column, Portal
from crawler.sample.site import Site
from crawler.sample.skins import SKINS, Skin
from crawler.sample.truth import Truth

_SHARED = ("/robots.txt", "/__local/")
"""What no family changes: the portal's rules, and its files."""


class SkinnedSite(Site):
    """As ``Site``, drawn by the skin of ``family``. ``needed`` is the number of requests that
    finding and reading all reports takes at the least: the home page, the lists on the way with
    what their scripts ask for, the reports, and those that are listed but gone."""

    def __init__(self, facts: Facts, family: str) -> None:
        super().__init__(facts)
        self.family = family

    @cached_property
    def skin(self) -> Skin:
        portal = build(self.county, self.facts.seed, self.facts.head)
        return SKINS[self.family](portal, self._body)

    @cached_property
    def portal(self) -> Portal:
        return self.skin.portal

    @property
    def report_paths(self) -> list[str]:
        return [*super().report_paths, *self._second_addresses()]

    @property
    def reports(self) -> dict[str, Truth]:
        truths = super().reports
        for address, article in self._second_addresses().items():
            truths[address] = dataclasses.replace(truths[article.url], path=address)
        return truths

    def _second_addresses(self) -> dict[str, Article]:
        """Other addresses that some list names, and no family knows for those of an article."""
        if self.skin.name == "trs":  # twins for telephones
            return {}
        listed = {
            self.skin.row_address(column, row)
            for column in self.portal.columns.values()
            for row in column.listed
        }
        return {
            address: article
            for address, article in self.skin.aliases.items()
            if address in listed and article.report and article.state == "there"
        }

    @property
    def way(self) -> list[str]:
        urls = ("/", *(column.url for column in self._columns_on_way()))
        return list(dict.fromkeys(url.partition("#")[0] for url in urls))

    @property
    def needed(self) -> int:
        lists = sum(self.skin.list_requests(column) for column in self._columns_on_way())
        return 1 + lists + len(self.report_paths) + len(self.missing)

    def page(self, target: str) -> Page:
        return super().page(target) if target.startswith(_SHARED) else self.skin.answer(target)

    def paths(self) -> Iterator[str]:
        yield from ("/", "/robots.txt", *(column.url for column in self.portal.columns.values()))
        yield from (a.url for a in self.portal.articles.values() if a.state == "there")

    def _columns_on_way(self) -> list[Column]:
        """The lists on the way; a column that is its only report is one to all but its portal."""
        return [
            column
            for column in self.portal.columns.values()
            if (column.on_way or any(row.report for row in column.rows))
            and not column.is_hidden
            and not (self.skin.shows_article and column.is_article)
        ]

    def _truth(self, article: Article) -> Truth:
        return self.skin.adjust(article, super()._truth(article))
