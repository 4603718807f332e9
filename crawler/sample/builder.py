"""Fills a county's portal: columns of the county and its bodies, reports and all that is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crawler.sample.places import County, Unit
from crawler.sample.portal import Article, Column, Portal, State, Titles, unit_path
from crawler.sample.reports import YEARS, words_about
from crawler.sample.texts import load

Head = Callable[[Unit, int], tuple[str, datetime]]
"""Title and time of publication of a body's report for a year."""

_LAST_NEWS = datetime(2026, 11, 20, 8)
_LINES = (
    "seconds",
    "seconds",
    "author",
    "three lines",
    "head list",
    "in brackets",
    "source first",
    "nobody",
)
_TITLES: tuple[Titles, ...] = ("whole", "with attribute", "cut", "with attribute")
_ANNUAL = "zfxxgk/zfxxgknb"


def build(county: County, seed: str, head: Head) -> Portal:
    return _Builder(county, Random(f"{seed} portal {county.code}"), head).build()


class _Builder:
    def __init__(self, county: County, random: Random, head: Head) -> None:
        self.portal = Portal(county)
        self.government = county.units[0]
        self.random = random
        self.head = head
        self.texts = load("articles.yml")

    def build(self) -> Portal:
        for path, column in load("columns.yml").items():
            self._column(path, **column)
        self._county_articles()
        self._news()
        for unit in self.portal.county.units[1:]:
            self._unit(unit)
        self._county_reports()
        self._traps()
        self._number()
        return self.portal

    def _column(
        self,
        path: str,
        name: str,
        way: bool = False,
        article: bool = False,
        hidden: bool = False,
        validators: bool = False,
        **looks: Any,
    ) -> Column:
        columns = self.portal.columns
        above = columns.get(path.rpartition("/")[0])
        column = columns[path] = Column(
            1001 + len(columns),
            path,
            name,
            above,
            on_way=way,
            is_article=article,
            is_hidden=hidden,
            has_validators=validators,
            **looks,
        )
        if above:
            above.children.append(column)
        return column

    def _report(self, column: Column, unit: Unit, year: int) -> Article:
        title, published = self.head(unit, year)
        article = Article(column, title, published, report=(unit, year))
        if self.random.random() < 0.15:
            article.attachment = f"{title}.{self.random.choice(['docx', 'doc', 'pdf'])}"
        column.rows.append(article)
        return article

    def _other(
        self, column: Column, words: dict[str, str], kind: Any, published: datetime
    ) -> Article:
        """An article that is no report. ``kind`` is an entry of articles.yml."""
        article = Article(
            column, kind["title"].format(**words), published, kind["text"].format(**words)
        )
        column.rows.append(article)
        return article

    def _county_articles(self) -> None:
        for path, kinds in self.texts["county"].items():
            column = self.portal.columns[path]
            for kind in kinds:
                for year in YEARS[:1] if column.is_article else YEARS:
                    self._other(
                        column, self._words(self.government, year), kind, self._time(year + 1, 1, 5)
                    )

    def _news(self) -> None:
        column = self.portal.columns["xwzx/bxxw"]
        for number in range(72):
            published = _LAST_NEWS - timedelta(
                days=14 * number, seconds=self.random.randint(0, 9999)
            )
            words = self._words(self.government, published.year - 1) | {"m": str(published.month)}
            title = self.texts["news"][number % len(self.texts["news"])].format(**words)
            text = self.texts["news_text"].format(title=title)
            column.rows.append(Article(column, title, published, text))

    def _unit(self, unit: Unit) -> None:
        """A body's column, in one of four manners: reports among its other articles (two of them,
        which differ in how titles are cut); a column of its own for reports; or a column for each
        year's report, which shows it at its own address."""
        manner = unit.number % 4
        looks: dict[str, Any] = {
            "line": _LINES[unit.number % len(_LINES)],
            "template": "old" if unit.looks_old else "page",
        }
        path = unit_path(unit)
        column = self._column(
            path,
            unit.place,
            way=True,
            validators=unit.number % 2 == 0,
            titles=_TITLES[manner],
            **looks,
        )
        if manner in (0, 2):
            for year in YEARS:
                self._report(column, unit, year)
            self._others(column, unit)
            return
        duties = self._column(f"{path}/jgzn", "机构职能", article=True, **looks)
        self._other(duties, self._words(unit, 2020), self.texts["duties"], self._time(2020, 5, 6))
        self._others(self._column(f"{path}/gzdt", "工作动态", **looks), unit)
        reports = self._column(f"{path}/zfxxgknb", "政府信息公开年报", way=True, **looks)
        for year in YEARS:
            if manner == 3:
                name = f"{reports.path}/n{year}n"
                own = self._column(
                    name, f"{year}年", article=True, validators=year % 2 == 0, **looks
                )
                self._report(own, unit, year)
            else:
                self._report(reports, unit, year)

    def _others(self, column: Column, unit: Unit) -> None:
        first, *rest = self.texts["body"]
        for year in YEARS:
            words = self._words(unit, year)
            for kind in (first, *self.random.sample(rest, 2)):
                month, day = self.random.randint(1, 10), self.random.randint(1, 28)
                self._other(column, words, kind, self._time(year + 1, month, day))
        self._other(column, self._words(unit, 2019), self.texts["guide"], self._time(2020, 4, 9))

    def _county_reports(self) -> None:
        """The county's own reports, in its columns by year, beside some bodies' reports that are
        shown there under their own address; one body's newest report was copied there instead."""
        annual = self.portal.columns[_ANNUAL]
        years = {int(column.name[:4]): column for column in annual.children}
        for year, column in years.items():
            annual.rows.append(self._report(column, self.government, year))
        for unit in self.portal.county.units[2::4]:
            for article in self.portal.unit_column(unit).rows:
                if article.report and not years[article.report[1]].is_article:
                    years[article.report[1]].rows.append(article)
                    annual.rows.append(article)
        for unit in self.portal.county.units[1:2]:
            self._report(years[YEARS[-1]], unit, YEARS[-1])
        self._report(self.portal.columns["zfxxgk/nbyl"], self.government, YEARS[-1])

    def _traps(self) -> None:
        """Rows that lead to other hosts, and reports that are listed but not there any more."""
        annual = self.portal.columns[_ANNUAL]
        name = self.portal.county.name
        for year, outside in (
            (2018, "http://www.gov-copy.example/info/1009/8812.htm"),
            (2017, "http://10.20.30.40:8080/info/1009/7741.htm"),
        ):
            title = f"{name}人民政府{year}年政府信息公开工作年度报告"
            row = Article(annual, title, datetime(2019, 2, 11, 9, 3, 44), outside=outside)
            annual.rows.append(row)
        states: tuple[State, ...] = ("gone", "soft 404")
        for unit, state in zip(self.portal.county.units[4::4], states, strict=False):
            for article in self.portal.unit_column(unit).rows:
                if article.report == (unit, YEARS[0]):
                    article.state = state

    def _number(self) -> None:
        """Numbers articles in the order of publication and sorts all lists, newest first."""
        articles = [
            article
            for column in self.portal.columns.values()
            for article in column.rows
            if article.column is column
        ]
        number = 2000
        for article in sorted(articles, key=lambda article: article.published):
            number += self.random.randint(1, 3)
            article.number = number
            if not article.outside:
                self.portal.articles[article.url] = article
        for column in self.portal.columns.values():
            column.rows.sort(key=lambda article: article.number, reverse=True)

    def _words(self, unit: Unit, year: int) -> dict[str, str]:
        return words_about(self.portal.county, unit, year) | {
            "county": self.portal.county.name,
            "m": str(self.random.randint(1, 12)),
            "n": str(self.random.randint(10, 9999)),
        }

    def _time(self, year: int, month: int, day: int) -> datetime:
        return datetime(year, month, day, 9) + timedelta(seconds=self.random.randint(0, 30_000))
