"""Where the links of a page lead: its family finds them, ``crawler.links`` judges them, and a list
that is wanted to its end also leads to its next page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.columns import Columns
from crawler.families import FAMILIES, GENERIC, Family, Page, family_of
from crawler.frontier import PRIORITIES, Row
from crawler.links import Judge, Link, Place, Verdict
from crawler.record_check import RecordCheck
from crawler.registry import Portal, division_name, places_within
from crawler.walked import Leads


class LeadFinder:
    """Finds leads on the pages of one walk, the home page first: what that links tells menus from
    content on every other page."""

    def __init__(self, portal: Portal, record: RecordCheck, columns: Columns) -> None:
        self.portal = portal
        self.judge = Judge(
            division_name(portal.division) if portal.division else "",
            places_within(portal.division),
        )
        self._record = record
        self._columns = columns
        self._family = FAMILIES[portal.family] if portal.family else GENERIC
        self._chrome: frozenset[str] = frozenset()

    def find(self, row: Row, page: Page) -> Leads:
        """Where the links of a page lead to."""
        if row.kind == "home" and (other := self._record.home(page)):
            self._family = FAMILIES[other]
        # Articles are pasted from one portal into another, with the marks of its system.
        family = self._family if row.kind == "report" else family_of(page, self._family)
        if self._family is GENERIC:
            self._family = family
        links = family.links(page)
        if row.kind == "home":
            self._chrome = frozenset({row.url, *(link.url for link in links)})
        place = Place(row.kind, page.url, page.trail, self._chrome)
        verdicts = self.judge.judge(links, place)
        found = {url: kind for url, kind in _nearest(verdicts) if self.portal.owns(url)}
        further = self._next_page(row, page, family, links, verdicts)
        if further:
            found[further] = row.kind
        return Leads(found, further)

    def _next_page(
        self,
        row: Row,
        page: Page,
        family: Family,
        links: Sequence[Link],
        verdicts: Sequence[Verdict],
    ) -> str | None:
        """The next page of a list, while it is one that is wanted and brings anything new.

        A column of reports or of a unit is read to its end, a gateway only while it has reports.
        """
        goes_on = self._columns.bring(row.url, (link.url for link in links if _is_row(link)))
        wanted = row.kind in ("list", "unit") or (
            row.kind in ("gateway", "weak")
            and (
                self._columns.is_empty(row.url)
                or any(verdict.kind in ("report", "file") for verdict in verdicts)
            )
        )
        further = family.next_page(page) if wanted else None
        if further and goes_on and self.portal.owns(further) and self._columns.may_go_on(row.url):
            return further
        self._columns.end(row.url)
        return None


def _is_row(link: Link) -> bool:
    """Whether a link is an article or file of a list; numbers of pages are no titles."""
    return link.shape == "detail" or (
        link.shape in ("unknown", "attachment") and len(link.text) > 4
    )


def _nearest(verdicts: Iterable[Verdict]) -> Iterable[tuple[str, str]]:
    """Each address once, as the kind nearest to the reports that any of its links gave it.

    Files of an article are left out: they are asked for as parts of the page that links them.
    """
    nearest: dict[str, str] = {}
    for link, kind in verdicts:
        if kind == "attachment":
            continue
        known = nearest.get(link.url)
        if known is None or PRIORITIES[kind] > PRIORITIES[known]:
            nearest[link.url] = kind
    return nearest.items()
