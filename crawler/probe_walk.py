"""The walk of a probe: a dozen pages of a portal, a few of each kind, and what they show.

It is walked by the spider of every crawl, so it asks as politely as a crawl, stays on the portal as
a crawl does, and sees what a crawl would see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from crawler.families import GENERIC, Page, recognise
from crawler.frontier import MAX_URLS, Row
from crawler.links import Judge, Link, Place, Verdict
from crawler.portal import ColumnKind
from crawler.spiders.portal import PortalSpider
from crawler.urls import site_of
from crawler.walk import Walk

MOST_PAGES = 12
"""Pages of one probe; with robots.txt and what is asked again after a failure some 15 requests."""

SHARES = {"home": 4, "list": 3, "report": 2, "gateway": 5, "unit": 1, "weak": 2}
"""Pages of each kind, the kinds in the order in which they are wanted. Home: it and what it sends
on to. Weak links only where there is no column of annual reports otherwise."""

MOST_COLUMNS = 8
"""Columns of one kind in a record: a portal has one, or one of its own and one a level below."""

LEAST_UNITS = 3
"""Links to townships and departments that make a page their platform."""


class ProbeWalk(Walk):
    """A walk that asks for a few pages of each kind and notes what they show."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        judge = self._finder.judge
        self._finder.judge = self.seen = _NotingJudge(judge.name, judge.places)
        self.home: Page | None = None
        self.family: tuple[str, str, str] | None = None
        self.asked: Counter[str] = Counter()
        self.reports_in: Counter[str] = Counter()
        self._sent: set[str] = set()
        self._came: set[str] = set()

    def next_rows(self) -> list[Row]:
        if self.stopped or self._busy or self._unread:
            return []
        row = None
        if self.asked.total() < MOST_PAGES:
            row = self._choose(self.frontier.take(MAX_URLS, ()))
        if row is None:
            self.stopped = "probed"
            return []
        self.asked[row.kind] += 1
        self._sent.add(row.url)
        self._busy[row.url] = row
        return [row]

    def _choose(self, waiting: Sequence[Row]) -> Row | None:
        """The next page: of the kind wanted first that has not had its share, the one with the
        shortest address, for those below it are its years or its units."""
        if not self.seen.columns():
            waiting = [*waiting, *self.frontier.take_weak(SHARES["weak"])]
        for kind, share in SHARES.items():
            rows = [row for row in waiting if row.kind == kind]
            if rows and self.asked[kind] < share:
                return min(rows, key=lambda row: (len(row.url), row.url))
        return None

    def arrived(self, row: Row, page: Page, mark: str | None = None) -> None:
        if row.kind == "home":
            self.home = page
        column = self._columns.place(row.url).column
        self._came.update((row.url, column))
        family, evidence = recognise(page)
        if self.family is None and family is not GENERIC:
            self.family = (family.name, evidence, page.url)
        before = len(self.seen.pages)
        super().arrived(row, page)
        for _, verdicts in self.seen.pages[before:]:
            self.reports_in[column] += len(
                {v.link.url for v in verdicts if v.kind in ("report", "file")}
            )

    @property
    def columns(self) -> dict[str, ColumnKind]:
        """What belongs into the record: the columns of annual reports, and the pages that list the
        townships and departments; those with most first."""
        lists = {self._columns.end_of_redirects(url) for url in self.seen.columns()}
        kept = [url for url in lists if self.portal.owns(url) and self._may_be_right(url)]
        # One that is seen to be right is worth more than those that nobody looked into.
        kept = [url for url in kept if url in self._came] or kept
        kept.sort(key=lambda url: (-self.reports_in[url], len(url), url))
        found: dict[str, ColumnKind] = dict.fromkeys(kept[:MOST_COLUMNS], "reports")
        for url, units in self.seen.units().most_common(MOST_COLUMNS):
            if units >= LEAST_UNITS and url != self.portal.url:
                found.setdefault(url, "units")
        return found

    def _may_be_right(self, url: str) -> bool:
        """Whether a column was not asked, or led to reports, or goes on where nobody looked."""
        if url not in self._sent:
            return True
        return url in self._came and (
            self.reports_in[url] > 0
            or self.seen.leads_on(url)
            or self._columns.unread(url, self._came)
        )

    def elsewhere(self) -> Counter[str]:
        """Site off the portal → links there that a crawl would follow if it were the portal's."""
        return Counter(
            site_of(verdict.link.url)
            for _, verdicts in self.seen.pages
            for verdict in verdicts
            if verdict.kind in ("report", "list", "unit") and not self.portal.owns(verdict.link.url)
        )


class _NotingJudge(Judge):
    """Notes the verdicts on every page."""

    def __init__(self, name: str, places: Iterable[str]) -> None:
        super().__init__(name, places)
        self.pages: list[tuple[Place, list[Verdict]]] = []

    def judge(self, links: Sequence[Link], place: Place) -> list[Verdict]:
        verdicts = super().judge(links, place)
        self.pages.append((place, verdicts))
        return verdicts

    def columns(self) -> dict[str, str]:
        """Address → text of the columns of annual reports that the portal's own pages link, not
        those within such a column or within that of a unit."""
        return {
            verdict.link.url: verdict.link.text or verdict.link.title
            for place, verdicts in self.pages
            if place.kind in ("home", "gateway", "weak")
            for verdict in reversed(verdicts)
            if verdict.kind == "list"
        }

    def units(self) -> Counter[str]:
        """Address of a page → how many townships and departments it links."""
        return Counter(
            {
                place.url: len({v.link.url for v in verdicts if v.kind == "unit"})
                for place, verdicts in self.pages
                if place.kind != "unit"  # which repeats the menu of all units
            }
        )

    def leads_on(self, url: str) -> bool:
        """Whether a page links further columns of reports, as of years or of groups of units."""
        return any(
            place.url == url and any(v.kind == "list" and v.link.url != url for v in verdicts)
            for place, verdicts in self.pages
        )


class ProbeSpider(PortalSpider):
    """Walks one portal with a ``ProbeWalk`` and keeps it in ``walk``."""

    name = "probe"
    walk_class = ProbeWalk
    walk: ProbeWalk | None = None

    def _open_walks(self) -> None:
        super()._open_walks()
        for walk in self._walks.values():
            assert isinstance(walk, ProbeWalk)
            self.walk = walk
